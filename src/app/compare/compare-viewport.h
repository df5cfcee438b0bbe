/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaCompareViewport: the pictures that are compared, how large they are shown and which part of
 * them is in view. No widget: the view draws its scene, pointers and keys change it.
 *
 * Property `side-by-side`. Signals: `changed`: draw it again; `visible-changed`: another part of
 * the result is in view.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/compare-render.h"
#include "job/preview/preview.h"

G_BEGIN_DECLS

#define GENGA_TYPE_COMPARE_VIEWPORT (genga_compare_viewport_get_type ())
G_DECLARE_FINAL_TYPE (
    GengaCompareViewport, genga_compare_viewport, GENGA, COMPARE_VIEWPORT, GObject)

GengaCompareViewport *genga_compare_viewport_new (void);

/* What is seen; the line between the pictures is the view's. Borrowed, until the next change. */
const GengaCompareScene *genga_compare_viewport_get_scene (GengaCompareViewport *self);

/* Whether there are two pictures, and a line between them. */
gboolean genga_compare_viewport_has_both (GengaCompareViewport *self);
gboolean genga_compare_viewport_has_line (GengaCompareViewport *self);

/* ---- what is compared ---- */

/*
 * Shows other pictures, either of which may be NULL. Zoom and place stay where the size of what is
 * shown stays, relative to the picture where only the result joins its source.
 */
void genga_compare_viewport_set_pictures (GengaCompareViewport *self,
                                          GengaPicture *before,
                                          GengaPicture *after);

/*
 * The same for another frame of the video that is shown: zoom and place stay. `awaits_after`: its
 * result is on its way, and the right side is there until it comes.
 */
void genga_compare_viewport_set_frame (GengaCompareViewport *self,
                                       GengaPicture *before,
                                       GengaPicture *after,
                                       gboolean awaits_after);

/*
 * Pictures are shown this much wider and higher than they are, 1 and 1 until something else is
 * said: for videos whose pixels are not square. Before the pictures are set.
 */
void genga_compare_viewport_set_stretch (GengaCompareViewport *self, double x, double y);

/*
 * What the result will measure, in its own pixels; 0 and 0: nobody knows. The zoom counts in its
 * pixels from the start then, so that nothing jumps when its first piece is there. Before the
 * pictures are set.
 */
void genga_compare_viewport_expect_result (GengaCompareViewport *self, int width, int height);

/*
 * Puts a piece of the result, which is result_width x result_height pixels as a whole, on what is
 * shown while there is no result. `is_first`: earlier pieces go.
 */
void genga_compare_viewport_add_patch (GengaCompareViewport *self,
                                       GengaPicture *picture,
                                       const GengaRect *rect,
                                       int result_width,
                                       int result_height,
                                       gboolean is_first);

/* Takes all pieces away. */
void genga_compare_viewport_drop_patches (GengaCompareViewport *self);

/* ---- what is in view ---- */

/* The view's size in logical pixels, and device pixels per logical pixel. */
void genga_compare_viewport_set_size (GengaCompareViewport *self,
                                      int width,
                                      int height,
                                      int scale_factor);

/* Device pixels per pixel of the result, at a point of the view or at its middle. */
void genga_compare_viewport_zoom_at (GengaCompareViewport *self, double zoom, double x, double y);
void genga_compare_viewport_zoom (GengaCompareViewport *self, double zoom);
/* The whole result, also after changes of the view's size. */
void genga_compare_viewport_zoom_to_fit (GengaCompareViewport *self);

/* Moves the result's top left corner to this point of the view, or as near as it goes. */
void genga_compare_viewport_move_to (GengaCompareViewport *self, double x, double y);

/*
 * Shows the same part of its own picture, as large, as `leader` does of its; with its lens, or only
 * the picture before, where `leader` has them. Nothing where either has no picture.
 */
void genga_compare_viewport_follow (GengaCompareViewport *self, GengaCompareViewport *leader);

/* Only the picture before is seen. */
void genga_compare_viewport_set_peeking (GengaCompareViewport *self, gboolean is_peeking);
gboolean genga_compare_viewport_is_peeking (GengaCompareViewport *self);

/* A lens at a point of the view, as long as a key is held. */
void genga_compare_viewport_set_lens (GengaCompareViewport *self, double x, double y);
void genga_compare_viewport_drop_lens (GengaCompareViewport *self);
/* Whether there is one, and where. */
gboolean genga_compare_viewport_get_lens (GengaCompareViewport *self, double *x, double *y);

/* The part of the result that is seen. */
void genga_compare_viewport_get_visible (GengaCompareViewport *self, GengaPreviewView *visible);

G_END_DECLS
