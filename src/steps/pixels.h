/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain C loops over pixels: the twins that every accelerated kernel is tested against, and what
 * runs on the CPU. Packed rows; strides in bytes; `width` and `height` in pixels.
 *
 * Thread rule: pure functions on the caller's memory.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * Converts samples between element types of one layout: integer v of a type with maximum m <->
 * v / m; to integers by clamping and rounding half up. `source` and `target` have the same size
 * and number of channels.
 */
void genga_pixels_convert (const GengaFrame *source, GengaFrame *target);

/*
 * One row of a packed frame as f32 samples (width * channels of them), by the same rules: from
 * the frame, and back into it.
 */
void genga_pixels_load_row (const GengaFrame *frame, int y, float *samples);
void genga_pixels_store_row (GengaFrame *frame, int y, const float *samples);

/* Splits colour and alpha (or joins them): packed frames of the same size and sample type. */
void genga_pixels_split_alpha (const GengaFrame *source, GengaFrame *colour, GengaFrame *alpha);
void
genga_pixels_join_alpha (const GengaFrame *colour, const GengaFrame *alpha, GengaFrame *target);

/*
 * Puts a packed frame with alpha on a background: c * a + background * (1 - a). `target` has the
 * same size and no alpha; grey on a colour may become RGB.
 */
void
genga_pixels_composite (const GengaFrame *source, GengaFrame *target, const float background[3]);

G_END_DECLS
