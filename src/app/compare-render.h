/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How two pictures are shown in one view: a pure function from what is to be seen to a render node.
 *
 * Both pictures share one transform in pixels of the result; the one before is enlarged to the size
 * of the one after. From 1:1 on, pixels stay squares. Transparent parts show a checkerboard of 16
 * pixels (UI-33).
 *
 * Thread rule: any thread, once GTK's types are there; needs no display.
 */
#pragma once

#include "app/picture.h"

G_BEGIN_DECLS

typedef struct
{
  GengaPicture *before; /* NULL: nothing on the left */
  GengaPicture *after;  /* NULL: `before` everywhere */
  int result_width;     /* pixels that both are shown as */
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
