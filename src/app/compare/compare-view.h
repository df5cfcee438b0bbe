/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaCompareView: a picture before and after, on the two sides of a line that can be moved.
 *
 * The line's handle is a GtkScale, which assistive technology reads and sets. Actions
 * `view.zoom-in`, `view.zoom-out`, `view.zoom-fit`, `view.zoom-actual`, `view.zoom-double`,
 * `view.split-left`, `view.split-right`, `view.side-by-side`. Keys: +, -, 0 (fit), 1 (1:1), 2,
 * arrows; while the space bar is held, only the picture before is seen; while L is, a lens is at
 * the pointer. The wheel and pinching zoom, dragging moves the line or the pictures. Or both
 * pictures lie side by side and show the same part.
 *
 * Property `side-by-side`.
 */
#pragma once

#include "app/compare/compare-viewport.h"

G_BEGIN_DECLS

#define GENGA_TYPE_COMPARE_VIEW (genga_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (GengaCompareView, genga_compare_view, GENGA, COMPARE_VIEW, GtkWidget)

/* What is compared, and how; borrowed. */
GengaCompareViewport *genga_compare_view_get_viewport (GengaCompareView *self);

/*
 * What is said of the right side ("After"), whether more of it is on its way, and a sentence across
 * the view, or NULL.
 */
void genga_compare_view_set_status (GengaCompareView *self,
                                    const char *name,
                                    gboolean is_busy,
                                    const char *sentence);

/* How much of the view is above its buttons. */
int genga_compare_view_get_free_height (GengaCompareView *self);

/* A bar of what is under way: 0 to 1, or < 0: none. */
void genga_compare_view_set_progress (GengaCompareView *self, double fraction);

G_END_DECLS
