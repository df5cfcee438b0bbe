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

/* Splits colour and alpha (or joins them): packed frames of the same size and sample type. */
void genga_pixels_split_alpha (const GengaFrame *source, GengaFrame *colour, GengaFrame *alpha);
void
genga_pixels_join_alpha (const GengaFrame *colour, const GengaFrame *alpha, GengaFrame *target);

G_END_DECLS
