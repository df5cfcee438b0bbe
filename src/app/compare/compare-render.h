/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How two pictures are shown in one view: a pure function from what is to be seen to a render node.
 *
 * Both pictures share one transform in pixels of the result; the one before is enlarged to the size
 * of the one after. They meet at a line, or lie side by side and show the same part. From 1:1 on,
 * pixels stay squares. Transparent parts show a checkerboard of 16
 * pixels.
 *
 * Thread rule: any thread, once GTK's types are there; needs no display.
 */
#pragma once

#include "app/compare/picture.h"

G_BEGIN_DECLS

/* A piece of the result that is there before the rest. */
typedef struct
{
  GengaPicture *picture;
  GengaRect rect; /* in the result */
} GengaComparePatch;

typedef struct
{
  GengaPicture *before;  /* NULL: nothing on the left */
  GengaPicture *after;   /* NULL: `before`, and on it the patches */
  GArray *patches;       /* of GengaComparePatch, the latest on top; NULL: none */
  gboolean awaits_after; /* there is a right side before there is something for it */
  gboolean side_by_side; /* instead of a line */
  int result_width;      /* pixels that both are shown as */
  int result_height;
  int width; /* the view, in logical pixels */
  int height;
  int scale_factor; /* device pixels per logical pixel */
  double zoom;      /* device pixels per pixel of the result */
  double x;         /* where the result's top left corner is, in logical pixels of the view */
  double y;
  double split; /* logical pixels from the left edge: `before` on the left of it */
} GengaCompareScene;

/* NULL where nothing is to be seen; free with gsk_render_node_unref(). */
GskRenderNode *genga_compare_render (const GengaCompareScene *scene);

/*
 * The same through a lens at a point of the view, four times as large; what is at the point stays
 * there.
 */
GskRenderNode *genga_compare_render_lens (const GengaCompareScene *scene, double x, double y);

/* Whether there is something to show on the right. */
gboolean genga_compare_has_after (const GengaCompareScene *scene);

/* Where the right one of two pictures side by side begins, and how wide each is; logical pixels. */
int genga_compare_get_right_pane (const GengaCompareScene *scene);
int genga_compare_get_pane_width (const GengaCompareScene *scene);

/* The part of the result that is seen: its corners in fractions of its sides. */
void genga_compare_get_visible (
    const GengaCompareScene *scene, double *left, double *top, double *right, double *bottom);

/* The zoom at which the whole result is seen, at most 1:1. */
double genga_compare_get_fit_zoom (const GengaCompareScene *scene);

/*
 * Moves the result so that it covers the view where it is larger, and is in the middle where it is
 * smaller.
 */
void genga_compare_keep_in_view (GengaCompareScene *scene);

/* Changes the zoom so that what is at (x, y) of the view stays there; within 1/64 and 8. */
void genga_compare_zoom_at (GengaCompareScene *scene, double zoom, double x, double y);

G_END_DECLS
