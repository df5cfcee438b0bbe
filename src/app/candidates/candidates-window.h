/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaCandidatesWindow: what two to four models make of the same part of a picture or frame, side
 * by side. All panes show the same part as large, and have the machine one after the other.
 *
 * Actions `view.zoom-in`, `view.zoom-out`, `view.zoom-fit`, `view.zoom-actual`, `view.zoom-double`,
 * `models.add-pane`. Thread rule: main context only.
 */
#pragma once

#include "app/preview/comparison.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_CANDIDATES_WINDOW (genga_candidates_window_get_type ())
G_DECLARE_FINAL_TYPE (
    GengaCandidatesWindow, genga_candidates_window, GENGA, CANDIDATES_WINDOW, AdwWindow)

/*
 * A modal window before `parent`. `made_with` are the options but for the model, and what is copied
 * of them; the model that is chosen goes into `options`. `settings` remember which were compared.
 */
GtkWidget *genga_candidates_window_new (GtkWindow *parent,
                                        const GengaComparisonSubject *subject,
                                        GengaOptions *made_with,
                                        GengaOptions *options,
                                        GSettings *settings);

G_END_DECLS
