/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loops over rows of planes of U8 or U16, for 128 bits at a time or, where the processor has them,
 * 256. Both make the same bits. Thread rule: pure functions.
 */
#pragma once

#include "core/frame.h"
#include "steps/chroma-filter.h"

G_BEGIN_DECLS

/* Each of `n` samples `factor` times. */
void
genga_plane_row_repeat (gconstpointer in, gsize n, int factor, GengaSample sample, gpointer out);

/* Samples as floats; and back: rounded, from 0 to `maximum`. */
void genga_plane_row_load (gconstpointer in, gsize n, GengaSample sample, float *out);
void
genga_plane_row_store (const float *in, gsize n, GengaSample sample, int maximum, gpointer out);

/* A row's n_in samples to n_out. `scratch` has room for n_in floats. */
void genga_plane_row_filter (const GengaChromaFilter *filter,
                             const float *in,
                             float *scratch,
                             float *out);

/* A row that is the sum of `n_rows` rows with a weight each, as of genga_plane_row_store(). */
void genga_plane_rows_sum (const float *const *rows,
                           const float *weights,
                           int n_rows,
                           gsize n,
                           GengaSample sample,
                           int maximum,
                           gpointer out);

G_END_DECLS
