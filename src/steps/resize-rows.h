/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arithmetic of a resize on single packed rows; private to steps/resize.c.
 *
 * Floats: sums in f32. Bytes: as Pillow's Image.resize() has them (13.0,
 * src/libImaging/Resample.c): weights of 22 fractional bits, sums of 32 bits, rounded and cut off
 * to a byte after each of the two passes. Thread rule: pure functions on the caller's memory.
 */
#pragma once

#include "steps/resize-filter.h"

G_BEGIN_DECLS

/* The most channels of a pixel. Rows that are written have room for one pixel more than they have,
 * rows of bytes that are read for so many bytes more. */
#define GENGA_RESIZE_MAX_CHANNELS 4
#define GENGA_RESIZE_PADDING 32

/* All pixels of a row. */
void genga_resize_row_f32 (const GengaResizeFilter *filter,
                           const float *source,
                           int n_channels,
                           float *target);
void genga_resize_row_u8 (const GengaResizeFilter *filter,
                          const guint8 *source,
                          int n_channels,
                          guint8 *target);

/* The sums of `n` samples of rows, with the weights of output `y`. */
void genga_resize_sum_rows_f32 (
    const GengaResizeFilter *filter, int y, const float *const *rows, gsize n, float *target);
void genga_resize_sum_rows_u8 (
    const GengaResizeFilter *filter, int y, const guint8 *const *rows, gsize n, guint8 *target);

G_END_DECLS
