/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the network's pixels to what a preview shows: geometry, filters, exact size, transparency.
 *
 * Rectangles are in pixels of the network's result, or of the final one, which are the same where
 * no resize follows. Thread rule: pure functions on the caller's memory.
 */
#pragma once

#include "core/frame.h"
#include "steps/enhance.h"

G_BEGIN_DECLS

typedef struct
{
  GengaFrame *colour;     /* the source without transparency */
  GengaFrame *alpha;      /* grey, of its size; NULL: opaque, or put on a background */
  GengaFrame *ground;     /* that the colours are on where they are transparent; NULL: none */
  double mean;            /* the source's luma, 0 to 1 */
  int factor;             /* the network's result in source sizes */
  double strength;        /* of the network (steps/strength.h) */
  gboolean is_alpha_made; /* by the network */
  int result_width;       /* the final result */
  int result_height;
} GengaPreviewPicture;

GengaRect genga_preview_picture_get_network (const GengaPreviewPicture *self);
GengaRect genga_preview_picture_get_result (const GengaPreviewPicture *self);

/* The network's pixels that `wanted` of the result is made from: a border to sharpen, too. */
GengaRect genga_preview_picture_get_source (const GengaPreviewPicture *self,
                                            const GengaRect *wanted);

/* The largest part of the result that can be made from `rect` of the network's pixels alone. */
GengaRect genga_preview_picture_get_within (const GengaPreviewPicture *self, const GengaRect *rect);

/*
 * `wanted` of the result in 8 bits, made from the network's pixels `frame`, which lie at `place`,
 * as do those of `alpha` (grey; NULL: there is none). Errors: GENGA_ERROR_OUT_OF_MEMORY,
 * G_IO_ERROR_CANCELLED.
 */
GengaFrame *genga_preview_picture_render (const GengaPreviewPicture *self,
                                          const GengaEnhance *filters,
                                          GengaFrame *frame,
                                          GengaFrame *alpha,
                                          const GengaRect *place,
                                          const GengaRect *wanted,
                                          guint n_threads,
                                          GCancellable *cancellable,
                                          GError **error);

/* A part of a frame that lies at `place`. */
GengaFrame *genga_preview_crop (const GengaFrame *frame,
                                const GengaRect *place,
                                const GengaRect *wanted,
                                GError **error);

G_END_DECLS
