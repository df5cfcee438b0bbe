/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaCandidateView: one result over the picture that it is made of. Pointer, fingers and keys do
 * what they do in a GengaCompareView, but for the line: there is none.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/compare-viewport.h"

G_BEGIN_DECLS

#define GENGA_TYPE_CANDIDATE_VIEW (genga_candidate_view_get_type ())
G_DECLARE_FINAL_TYPE (GengaCandidateView, genga_candidate_view, GENGA, CANDIDATE_VIEW, GtkWidget)

/* What is shown, and how; borrowed. */
GengaCompareViewport *genga_candidate_view_get_viewport (GengaCandidateView *self);

G_END_DECLS
