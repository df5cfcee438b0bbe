/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaCandidatePane: what one model makes of the part that is seen, and how long it takes.
 *
 * Signals: `changed`: it has something to do, or is done; `chosen` (const char *value): this model
 * is wanted; `removed`: the pane is not.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/compare-viewport.h"
#include "app/preview/comparison.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_CANDIDATE_PANE (genga_candidate_pane_get_type ())
G_DECLARE_FINAL_TYPE (GengaCandidatePane, genga_candidate_pane, GENGA, CANDIDATE_PANE, AdwBin)

/* Of `models` (of GengaModelItem) the one at `position`, with the other `options`. It is held. */
GtkWidget *genga_candidate_pane_new (const GengaComparisonSubject *subject,
                                     GengaOptions *options,
                                     GListModel *models,
                                     guint position);

/* What is in view; borrowed. */
GengaCompareViewport *genga_candidate_pane_get_viewport (GengaCandidatePane *self);

/* What the option "model" takes for it; borrowed. */
const char *genga_candidate_pane_get_value (GengaCandidatePane *self);

/* Panes have the machine one after the other, or their times would mean nothing. */
void genga_candidate_pane_set_held (GengaCandidatePane *self, gboolean is_held);
/* All that is seen is there, or cannot be. */
gboolean genga_candidate_pane_is_done (GengaCandidatePane *self);

void genga_candidate_pane_set_removable (GengaCandidatePane *self, gboolean is_removable);

G_END_DECLS
