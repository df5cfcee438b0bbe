/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens to rows of maps besides layers: rearranging, resizing, norms, sampling. Rows are as
 * in kernels.h: a pointer to channel 0 of column 0, and the samples from pixel to pixel.
 *
 * Thread rule: any thread; the same bytes for any split of a row.
 */
#pragma once

#include "engine/cpu/kernels/kernels.h"
#include "nets/graph-data.h"

G_BEGIN_DECLS

/* A row of a map. */
typedef struct
{
  guint8 *samples;
  gsize stride; /* samples of a pixel */
  GengaStore store;
} GengaCpuRow;

void genga_cpu_row_copy (
    const GengaCpuRow *in, guint n_channels, int begin, int end, const GengaCpuRow *out);

/* `a` and `b` have 1 or n_channels channels each. */
void genga_cpu_row_combine (GengaOpKind kind,
                            const GengaCpuRow *a,
                            guint a_channels,
                            const GengaCpuRow *b,
                            guint b_channels,
                            guint n_channels,
                            int begin,
                            int end,
                            const GengaCpuRow *out);

/* `in`: factor rows of n_channels; `out`: n_channels * factor * factor. */
void genga_cpu_row_unshuffle (const GengaCpuRow *in,
                              guint n_channels,
                              guint factor,
                              int begin,
                              int end,
                              const GengaCpuRow *out);

/*
 * A pixel shuffle of channels that are in the order of its pixels: `to` has factor rows, of the
 * same store, `stride` samples from pixel to pixel.
 */
void genga_cpu_row_unblock (const GengaCpuRow *in,
                            guint n_channels,
                            guint factor,
                            int begin,
                            int end,
                            void *const *to,
                            gsize stride);

/* Taps of one axis of a resize for one place of the output. */
typedef struct
{
  int n;
  int at[4]; /* in the source, clamped to it */
  float weights[4];
} GengaCpuTaps;

/* `num` / `den`: what the axis grows by; its sides where corners lie on each other. */
void
genga_cpu_taps_set (GengaCpuTaps *self, GengaResizeKind kind, int num, int den, int side, int x);

/* `in`: the rows that `down` names. */
void genga_cpu_row_resize (const GengaCpuRow *in,
                           const GengaCpuTaps *down,
                           GengaResizeKind kind,
                           int num,
                           int den,
                           int width,
                           guint n_channels,
                           int begin,
                           int end,
                           const GengaCpuRow *out);

/*
 * Columns are those of `in` less `shift`; those beyond its `width` as `pad` says. `in` without
 * samples: zeros.
 */
void genga_cpu_row_move (const GengaCpuRow *in,
                         guint n_channels,
                         int shift,
                         GengaPadKind pad,
                         int width,
                         int begin,
                         int end,
                         const GengaCpuRow *out);

/* How the pixels of a window become one. */
typedef struct
{
  int n_rows; /* those of the window that the map has */
  int kernel_y, kernel_x, stride, pad_x;
  int width; /* of the map */
  guint n_channels;
  gboolean is_max, counts_pad;
} GengaCpuPooling;

/* `in`: pooling->n_rows rows. */
void genga_cpu_row_pool (const GengaCpuRow *in,
                         const GengaCpuPooling *pooling,
                         int begin,
                         int end,
                         const GengaCpuRow *out);

/* Functions that layers don't have: from GENGA_ACTIVATION_EXP on. */
void genga_cpu_row_apply (GengaActivation function,
                          float exponent,
                          const GengaCpuRow *in,
                          guint n_channels,
                          int begin,
                          int end,
                          const GengaCpuRow *out);

/* x * factors + offsets, plus `side` where there is one; all in f32. */
void genga_cpu_row_group_norm (const float *in,
                               const float *side,
                               gsize in_stride,
                               gsize side_stride,
                               guint n_channels,
                               const float *factors,
                               const float *offsets,
                               int begin,
                               int end,
                               float *out,
                               gsize out_stride);

/* The map that is sampled, f32. */
typedef struct
{
  const guint8 *rows; /* row 0 */
  gsize row_bytes, stride;
  int width, height;
  guint n_channels;
} GengaCpuSampled;

/* Row `y` of the map gives `factor` rows of the output; columns are the map's. */
void genga_cpu_row_dysample (const GengaCpuSampled *map,
                             const GengaCpuRow *offsets,
                             guint n_groups,
                             guint factor,
                             int y,
                             int begin,
                             int end,
                             const GengaCpuRow *out);

G_END_DECLS
