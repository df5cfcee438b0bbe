/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loops of steps/enhance-rows.h over rows of 8 bits, 32 bytes at a time, for processors with AVX2:
 * the same bytes. Each answers how many samples from the row's beginning (or from `begin` on) it
 * has done; 0 where the processor can't, or a row is too short. Where it stops is the same for the
 * same width.
 *
 * Thread rule: pure functions on the caller's memory.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From sample `begin` on, whose neighbours are `step` samples away. */
gsize genga_enhance_sharpen_avx2 (const guint8 *above,
                                  const guint8 *row,
                                  const guint8 *below,
                                  guint8 *target,
                                  gsize begin,
                                  gsize n,
                                  gsize step,
                                  float factor);

/* `n` samples blended with `mean`. */
gsize genga_enhance_contrast_avx2 (guint8 *row, gsize n, float factor, int mean);

/* Rows of 3 or 4 channels; `sum` grows by the luma of what is done. */
gsize genga_enhance_sum_luma_avx2 (const guint8 *row, gsize n, int n_channels, guint64 *sum);
gsize genga_enhance_saturate_avx2 (guint8 *row, gsize n, int n_channels, float factor);

G_END_DECLS
