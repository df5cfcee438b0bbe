/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between rows of pictures and rows of tensors, see kernels.h: the ends of a network, and what only
 * moves samples. Any range of columns; the same bytes for any split. Thread rule: any thread.
 */
#pragma once

#include "core/frame.h"
#include "engine/cpu/kernels/kernels.h"

#include <glib.h>

G_BEGIN_DECLS

/* A row of a picture: interleaved, planar, with or without alpha, in any order of channels. */
typedef struct
{
  void *channels[4]; /* where the samples of column 0 are */
  gsize stride;      /* samples from pixel to pixel */
  guint n_channels;  /* 1 to 4 */
  GengaSample sample;
} GengaPictureRow;

/* Samples of columns [x0, x1) as f32: u8 / 255, u16 / 65535. Only n_channels of each pixel of `out`
 * are written. */
void genga_rows_read (const GengaPictureRow *in, guint x0, guint x1, float *out, gsize out_stride);

/*
 * A tensor's row of n * factor * factor channels becomes `factor` rows of a picture of n channels:
 * channel (c * factor + dy) * factor + dx of column x is channel c of row dy, column x * factor +
 * dx. A base, where there is one, is a tensor of n channels whose pixel x is added to all of those.
 * Values are clipped to [0, 1] and rounded to nearest for integers, NaN is 0; f32 and f16 stay as
 * they are. [x0, x1) are columns of the tensor. FALSE where an integer stands for a value that is
 * not finite.
 */
gboolean genga_rows_write_shuffled (const void *in,
                                    GengaStore in_store,
                                    gsize in_stride,
                                    const float *base,
                                    gsize base_stride,
                                    guint factor,
                                    guint x0,
                                    guint x1,
                                    const GengaPictureRow *out);

/* The same into `factor` rows of a tensor of the same store; channels beyond n_out up to the next
 * multiple of 16 become zero. */
void genga_rows_shuffle (const void *in,
                         GengaStore store,
                         gsize in_stride,
                         guint n_out,
                         guint factor,
                         guint x0,
                         guint x1,
                         void *const *out,
                         gsize out_stride);

/* Every pixel of [x0, x1), all its `n_channels` rounded up to 16, `factor` times: nearest neighbour
 * along a row. */
void genga_rows_repeat (const void *in,
                        GengaStore store,
                        gsize in_stride,
                        guint n_channels,
                        guint factor,
                        guint x0,
                        guint x1,
                        void *out,
                        gsize out_stride);

G_END_DECLS
