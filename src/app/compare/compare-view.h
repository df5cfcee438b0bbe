/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaCompareView: a picture before and after, on the two sides of a line that can be moved.
 *
 * The line's handle is a GtkScale, which assistive technology reads and sets. Actions
 * `view.zoom-in`, `view.zoom-out`, `view.zoom-fit`, `view.zoom-actual`, `view.split-left`,
 * `view.split-right`, `view.side-by-side`. Keys: +, -, 0 (fit), 1 (1:1), arrows; while the space
 * bar is held, only the picture before is seen. The wheel and pinching zoom, dragging moves the
 * line or the pictures. Or both pictures lie side by side and show the same part.
 *
 * Property `side-by-side`. Signal `visible-changed`: another part of the result is seen.
 */
#pragma once

#include "app/compare/picture.h"
#include "job/preview/preview.h"

G_BEGIN_DECLS

#define GENGA_TYPE_COMPARE_VIEW (genga_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (GengaCompareView, genga_compare_view, GENGA, COMPARE_VIEW, GtkWidget)

GtkWidget *genga_compare_view_new (void);

/*
 * Shows other pictures, either of which may be NULL. Zoom and place stay where the size of what is
 * shown stays, relative to the picture where only the result comes to its source.
 */
void
genga_compare_view_set_pictures (GengaCompareView *self, GengaPicture *before, GengaPicture *after);

/*
 * The same for another frame of the video that is shown: zoom and place stay. `awaits_after`: its
 * result is on its way, and the right side is there until it comes.
 */
void genga_compare_view_set_frame (GengaCompareView *self,
                                   GengaPicture *before,
                                   GengaPicture *after,
                                   gboolean awaits_after);

/*
 * Pictures are shown this much wider and higher than they are, 1 and 1 until something else is
 * said: for videos whose pixels are not square. Before the pictures are set.
 */
void genga_compare_view_set_stretch (GengaCompareView *self, double x, double y);

/*
 * Puts a piece of the result, which is result_width x result_height pixels as a whole, on what is
 * shown while there is no result. `is_first`: earlier pieces go.
 */
void genga_compare_view_add_patch (GengaCompareView *self,
                                   GengaPicture *picture,
                                   const GengaRect *rect,
                                   int result_width,
                                   int result_height,
                                   gboolean is_first);

/* Takes all pieces away. */
void genga_compare_view_drop_patches (GengaCompareView *self);

/* The part of the result that is seen. */
void genga_compare_view_get_visible (GengaCompareView *self, GengaPreviewView *visible);

/*
 * What is said of the right side ("After"), whether more of it is on its way, and a sentence across
 * the view, or NULL.
 */
void genga_compare_view_set_status (GengaCompareView *self,
                                    const char *name,
                                    gboolean is_busy,
                                    const char *sentence);

/* A bar of what is under way: 0 to 1, or < 0: none. */
void genga_compare_view_set_progress (GengaCompareView *self, double fraction);

G_END_DECLS
