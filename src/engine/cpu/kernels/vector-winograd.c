/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-winograd.h"

#include <string.h>

/* Strides between taps are no multiple of the cache's, or all taps fall into the same few lines. */
#define TAP_PADDING 64 /* bytes */

void
GENGA_OF_SET (winograd_weights) (const GengaConvSpec *spec,
                                 guint out,
                                 guint in,
                                 double taps[GENGA_WINOGRAD_TAPS])
{
  /* 1, p and p * p of each point p, over what the input's row of p is at p. */
  static const double g[6][3] = { { 64 / 81.0, 0, 0 },
                                  { -128 / 243.0, -32 / 81.0, -8 / 27.0 },
                                  { -128 / 243.0, 32 / 81.0, -8 / 27.0 },
                                  { 32 / 243.0, 16 / 81.0, 8 / 27.0 },
                                  { 32 / 243.0, -16 / 81.0, 8 / 27.0 },
                                  { 0, 0, 1 } };
  const float *w = spec->weights + ((gsize)out * spec->in_channels + in) * 9;

  for (guint i = 0; i < 6; i++)
    for (guint j = 0; j < 6; j++)
      {
        double sum = 0;
        for (guint k = 0; k < 3; k++)
          for (guint l = 0; l < 3; l++)
            sum += g[i][k] * g[j][l] * w[k * 3 + l];
        taps[i * 6 + j] = sum;
      }
}

/* Four samples of a row or column from six taps of it. */
GENGA_INLINE void
back (const GengaV m[6], GengaV o[4])
{
  const GengaV s = m[1] + m[2], d = m[1] - m[2], t = m[3] + m[4], e = m[3] - m[4];

  o[0] = m[0] + s + t;
  o[1] = 1.5f * e + 0.75f * d;
  o[2] = 2.25f * t + 0.5625f * s;
  o[3] = 3.375f * e + (0.421875f * d + m[5]);
}

/* The 16 sums of a vector of channels of a tile. */
GENGA_INLINE void
transform_back (const float *sums, gsize stride, GengaV o[4][4])
{
  GengaV columns[4][6];

#pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    {
      GengaV m[6], column[4];
#pragma GCC unroll 6
      for (guint i = 0; i < 6; i++)
        m[i] = genga_v_load (sums + (i * 6 + j) * stride);
      back (m, column);
#pragma GCC unroll 4
      for (guint i = 0; i < 4; i++)
        columns[i][j] = column[i];
    }
#pragma GCC unroll 4
  for (guint i = 0; i < 4; i++)
    back (columns[i], o[i]);
}

/* A vector of channels of all tiles of a block. */
GENGA_INLINE void
put_vector (const GengaWinogradBlock *block, guint channel, GengaStore store, GengaFinish finish)
{
  const GengaConvRows *rows = block->rows;
  const GengaLayer *layer = block->layer;
  const GengaV bias = genga_v_load (layer->spec.epilogue.bias + channel);
  const gsize size = genga_store_size (store), step = rows->out_stride * size;

  for (guint tile = 0; tile < block->n_tiles; tile++)
    {
      const gsize x = (gsize)(block->first + tile) * 4;
      const guint n_columns = MIN (4, MIN (rows->x1, rows->width) - x);
      const GengaV scale = genga_v_set (block->scales[tile]);
      GengaV o[4][4];

      transform_back (block->sums + (gsize)tile * layer->out_padded + channel, block->sum_stride,
                      o);
#pragma GCC unroll 4
      for (guint i = 0; i < 4; i++)
        {
          guint8 *out = (guint8 *)rows->out[MIN (i, rows->n_rows - 1)] + x * step + channel * size;

          if (i < rows->n_rows)
#pragma GCC unroll 4
            for (guint j = 0; j < 4; j++)
              if (j < n_columns)
                {
                  const GengaV value = genga_finish_as (finish, layer, rows, i, x + j, channel,
                                                        o[i][j] * scale + bias);
                  genga_save (out + j * step, store, value);
                }
        }
    }
}

GENGA_INLINE void
put_vectors (const GengaWinogradBlock *block, GengaFinish finish)
{
  const guint n_out = block->layer->out_padded;

  if (block->layer->spec.out_store == GENGA_STORE_F16)
    for (guint channel = 0; channel < n_out; channel += GENGA_VECTOR)
      put_vector (block, channel, GENGA_STORE_F16, finish);
  else
    for (guint channel = 0; channel < n_out; channel += GENGA_VECTOR)
      put_vector (block, channel, GENGA_STORE_F32, finish);
}

static void
transform_output (const GengaWinogradBlock *block)
{
  const GengaFinish finish = genga_epilogue_get_finish (&block->layer->spec.epilogue);

  if (finish == GENGA_FINISH_NONE || finish == GENGA_FINISH_SLOPE)
    put_vectors (block, GENGA_FINISH_SLOPE);
  else if (finish == GENGA_FINISH_SIDES)
    put_vectors (block, GENGA_FINISH_SIDES);
  else
    put_vectors (block, GENGA_FINISH_ANY);
}

static gsize
get_tap_stride (const GengaLayer *layer, const GengaWinogradSteps *steps)
{
  return (gsize)steps->n_tiles * genga_kernel_round_up (layer->in_padded, steps->in_multiple) +
         TAP_PADDING / steps->tap_size;
}

static gsize
get_sum_stride (const GengaLayer *layer, const GengaWinogradSteps *steps)
{
  return (gsize)steps->n_tiles * layer->out_padded + TAP_PADDING / sizeof (float);
}

gsize
GENGA_OF_SET (winograd_scratch) (const GengaLayer *layer, const GengaWinogradSteps *steps)
{
  return GENGA_WINOGRAD_TAPS * (get_tap_stride (layer, steps) * steps->tap_size +
                                get_sum_stride (layer, steps) * sizeof (float)) +
         GENGA_WINOGRAD_TILES * sizeof (float) + 64 + steps->get_work_bytes (layer);
}

void
GENGA_OF_SET (winograd_run) (const GengaLayer *layer,
                             const GengaConvRows *rows,
                             const GengaWinogradSteps *steps)
{
  const guint end = (MIN (rows->x1, rows->width) + 3) / 4;
  GengaWinogradBlock block = { .layer = layer, .rows = rows, .end = end };
  guint8 *scratch = rows->scratch;

  block.tap_stride = get_tap_stride (layer, steps);
  block.sum_stride = get_sum_stride (layer, steps);
  block.taps = scratch;
  scratch += GENGA_WINOGRAD_TAPS * block.tap_stride * steps->tap_size;
  block.sums = (float *)(void *)scratch;
  scratch += GENGA_WINOGRAD_TAPS * block.sum_stride * sizeof (float);
  block.scales = (float *)(void *)scratch;
  scratch += genga_kernel_round_up (GENGA_WINOGRAD_TILES * sizeof (float), 64);
  block.work = scratch;

  for (block.first = rows->x0 / 4; block.first < end; block.first += block.n_tiles)
    {
      block.n_tiles = MIN (steps->n_tiles, end - block.first);
      steps->transform_input (&block);
      steps->multiply (&block);
      transform_output (&block);
    }
}
