/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Colour pictures and networks of one channel: the network gets the luma, and colours are enlarged
 * by Lanczos. Luma is Y = 0.299 R + 0.587 G + 0.114 B (Rec. 601), of the samples as they are.
 *
 * Luma is put into an enlarged picture by adding what is missing of it to each channel, which keeps
 * the differences R - Y, G - Y and B - Y: the chroma.
 *
 * Thread rule: any thread. Properties of frames are copied. Errors: GENGA_ERROR_OUT_OF_MEMORY,
 * G_IO_ERROR_CANCELLED.
 */
#pragma once

#include "core/frame.h"
#include "steps/resize.h"

G_BEGIN_DECLS

/* The luma of a packed RGB frame of any sample type: grey, f32. */
GengaFrame *genga_luma_new (GengaFrame *frame, GError **error);

/*
 * The colours of `part` of a resize of a picture of which `frame` has the pixels from (x, y) on,
 * all that the part is made from, with the luma that `luma` (grey, f32) has for that part: RGB,
 * f32, clamped to [0, 1].
 */
GengaFrame *genga_luma_colour (const GengaResizePart *part,
                               GengaFrame *frame,
                               int x,
                               int y,
                               const GengaFrame *luma,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
