/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loops of steps/resize-rows.h over rows of bytes, for processors with AVX2: the same bytes.
 *
 * Thread rule: pure functions on the caller's memory.
 */
#pragma once

#include "steps/resize-filter.h"

G_BEGIN_DECLS

/* All pixels of a row; FALSE where the processor can't, or the filter's weights have no halves. */
gboolean genga_resize_row_avx2 (const GengaResizeFilter *filter,
                                const guint8 *source,
                                int n_channels,
                                guint8 *target);

/* How many samples from the beginning on have been done; the sums for output `y` of `filter`. */
gsize genga_resize_sum_rows_avx2 (
    const GengaResizeFilter *filter, int y, const guint8 *const *rows, gsize n, guint8 *target);

G_END_DECLS
