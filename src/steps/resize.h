/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lanczos resizing (a = 3) to an exact size, with pixel centres, support and border handling as
 * in Pillow's Image.resize(): the kernel widens when reducing, taps outside the picture are left
 * out and the rest renormalised, horizontally, then vertically. Frames of U8 become Pillow's bytes,
 * which are rounded between the two passes as well; all others are computed in f32.
 *
 * Thread rule: any thread; results do not depend on `n_threads` (0 = all that there are).
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * Resizes a packed frame of any sample type to width x height; the result is f32 for f32 input,
 * else of the input's type (rounded half up, clamped). Properties are copied.
 * Errors: GENGA_ERROR_OUT_OF_MEMORY, G_IO_ERROR_CANCELLED.
 */
GengaFrame *genga_resize (GengaFrame *frame,
                          int width,
                          int height,
                          guint n_threads,
                          GCancellable *cancellable,
                          GError **error);

/* A part of a resize from width x height to target_width x target_height. */
typedef struct
{
  int width;
  int height;
  int target_width;
  int target_height;
  GengaRect wanted; /* in the target */
} GengaResizePart;

/* The pixels of the source that the part is made from. */
GengaRect genga_resize_part_get_source (const GengaResizePart *self);

/*
 * The part that genga_resize() of the whole would have, bit for bit; `frame` has the pixels that
 * genga_resize_part_get_source() says. Types and errors as there.
 */
GengaFrame *genga_resize_part (const GengaResizePart *self,
                               GengaFrame *frame,
                               guint n_threads,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
