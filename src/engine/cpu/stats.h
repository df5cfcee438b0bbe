/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Statistics of groups of channels, in an order of sums that nothing changes: in blocks of
 * GENGA_CPU_STATS_WIDTH x GENGA_KERNEL_GRID pixels, then block by block. Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GENGA_CPU_STATS_WIDTH 64

typedef struct
{
  double n, mean, squares; /* sum of squared distances from the mean */
} GengaCpuMoments;

/* Adds a block of rows: `rows` point at its first sample, `stride` samples from pixel to pixel. */
void genga_cpu_moments_measure (GengaCpuMoments *self,
                                const float *const *rows,
                                guint n_rows,
                                guint n_columns,
                                gsize stride,
                                guint n_channels);

/* The same of each channel: n_channels of `selves`. */
void genga_cpu_moments_measure_each (GengaCpuMoments *selves,
                                     const float *const *rows,
                                     guint n_rows,
                                     guint n_columns,
                                     gsize stride,
                                     guint n_channels);

void genga_cpu_moments_add (GengaCpuMoments *self, const GengaCpuMoments *other);

G_END_DECLS
