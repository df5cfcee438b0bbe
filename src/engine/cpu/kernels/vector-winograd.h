/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Winograd's F(4x4, 3x3): 36 products instead of 144 for 16 pixels. A block of tiles goes through
 * three steps: tiles of the input to the domain of 36 taps, a matrix product for each tap, and
 * back.
 */
#pragma once

#include "engine/cpu/kernels/vector.h"

G_BEGIN_DECLS

#ifdef GENGA_VECTOR

#  define GENGA_WINOGRAD_TAPS 36
#  define GENGA_WINOGRAD_TILES 12 /* of a block at most */

/* A block on its way. */
typedef struct
{
  const GengaLayer *layer;
  const GengaConvRows *rows;
  guint first, n_tiles; /* of the row */
  guint end;            /* of the call's tiles */
  void *taps;           /* [tap][tile][in], 16-bit integers or f32 */
  gsize tap_stride;     /* samples */
  float *sums;          /* [tap][tile][out] */
  gsize sum_stride;
  float *scales; /* of each tile: what its sums are multiplied with */
  void *work;    /* of the input's step */
} GengaWinogradBlock;

typedef struct
{
  void (*transform_input) (const GengaWinogradBlock *block);
  void (*multiply) (const GengaWinogradBlock *block);
  guint n_tiles;     /* of a block, GENGA_WINOGRAD_TILES at most */
  gsize tap_size;    /* bytes of a sample of taps */
  guint in_multiple; /* that channels are padded to in taps */
  gsize (*get_work_bytes) (const GengaLayer *layer);
} GengaWinogradSteps;

/* Weights in the domain, w[out][in] for each tap, f64. */
void GENGA_OF_SET (winograd_weights) (const GengaConvSpec *spec,
                                      guint out,
                                      guint in,
                                      double taps[GENGA_WINOGRAD_TAPS]);

/* Bytes of scratch of a layer. */
gsize GENGA_OF_SET (winograd_scratch) (const GengaLayer *layer, const GengaWinogradSteps *steps);

void GENGA_OF_SET (winograd_run) (const GengaLayer *layer,
                                  const GengaConvRows *rows,
                                  const GengaWinogradSteps *steps);

/* Fetches the lines of `bytes` of each pixel of [x0, x1). */
GENGA_INLINE void
genga_winograd_fetch (
    const void *row, gsize step, gsize bytes, gsize x0, gsize x1, gboolean for_writing)
{
  for (gsize x = x0; x < x1; x++)
    for (gsize i = 0; i < bytes; i += 64)
      {
        const guint8 *at = (const guint8 *)row + x * step + i;

        if (for_writing)
          __builtin_prefetch (at, 1, 2);
        else
          __builtin_prefetch (at, 0, 2);
      }
}

/*
 * Products need no memory: while those of a tap are summed, a 36th of the next block's input comes
 * into the cache, and of what this block will write to.
 */
GENGA_INLINE void
genga_winograd_fetch_ahead (const GengaWinogradBlock *block, guint tap)
{
  const GengaConvRows *rows = block->rows;
  const GengaLayer *layer = block->layer;
  const gsize in_size = genga_store_size (layer->spec.in_store),
              out_size = genga_store_size (layer->spec.out_store);
  const gsize next = (gsize)block->first + block->n_tiles,
              n_next = MIN (block->n_tiles, block->end - next);
  const gsize x = next * 4 + n_next * 4 * (tap % 6) / 6,
              x_end = next * 4 + n_next * 4 * (tap % 6 + 1) / 6;
  const gsize width = MIN (block->n_tiles * 4, rows->width - block->first * 4),
              out = block->first * 4;

  genga_winograd_fetch (rows->in[tap / 6], rows->in_stride * in_size, layer->in_padded * in_size, x,
                        x_end, FALSE);
  if (tap / 9 < rows->n_rows)
    genga_winograd_fetch (rows->out[tap / 9], rows->out_stride * out_size,
                          layer->out_padded * out_size, out + width * (tap % 9) / 9,
                          out + width * (tap % 9 + 1) / 9, TRUE);
}

/*
 * Six samples of a row or column to six taps of it: what a polynomial's values at 0, 3/4, -3/4,
 * 3/2, -3/2 and infinity are for (Toom and Cook). Points so close to 1 leave half of the rounding
 * error of the usual 0, 1, -1, 2, -2, and about 3 dB more of 16 bits; their squares are exact.
 */
GENGA_INLINE void
genga_winograd_across (const GengaV d[6], GengaV t[6])
{
  const GengaV a = d[4] - 2.25f * d[2], b = d[3] - 2.25f * d[1];
  const GengaV c = d[4] - 0.5625f * d[2], e = d[3] - 0.5625f * d[1];

  t[0] = 1.265625f * d[0] + (d[4] - 2.8125f * d[2]);
  t[1] = a + 0.75f * b;
  t[2] = a - 0.75f * b;
  t[3] = c + 1.5f * e;
  t[4] = c - 1.5f * e;
  t[5] = 1.265625f * d[1] + (d[5] - 2.8125f * d[3]);
}

/* A row of taps goes out; `largest` collects the bits of magnitudes. */
GENGA_INLINE void
genga_winograd_emit (const GengaV d[6], float *out, gsize stride, GengaVi *largest)
{
  GengaV t[6];

  genga_winograd_across (d, t);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    {
      genga_v_save (out + j * stride, t[j]);
      if (largest != NULL)
        *largest = genga_vi_max (*largest, (GengaVi)t[j] & 0x7fffffff);
    }
}

/*
 * One vector of channels of a tile, whose rows begin at in[]. Rows are loaded anew for each pair of
 * rows of taps: that is cheaper than what would not fit into registers.
 */
GENGA_INLINE void
genga_winograd_input (const guint8 *const in[6],
                      gsize step,
                      GengaStore store,
                      float *out,
                      gsize stride,
                      GengaVi *largest)
{
#  define LOAD(i) genga_load (in[i] + j * step, store)
  GengaV u[6], w[6];

#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    u[j] = 1.265625f * LOAD (0) + (LOAD (4) - 2.8125f * LOAD (2));
  genga_winograd_emit (u, out, stride, largest);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    {
      const GengaV a = LOAD (4) - 2.25f * LOAD (2), b = LOAD (3) - 2.25f * LOAD (1);

      u[j] = a + 0.75f * b;
      w[j] = a - 0.75f * b;
    }
  genga_winograd_emit (u, out + 6 * stride, stride, largest);
  genga_winograd_emit (w, out + 12 * stride, stride, largest);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    {
      const GengaV c = LOAD (4) - 0.5625f * LOAD (2), e = LOAD (3) - 0.5625f * LOAD (1);

      u[j] = c + 1.5f * e;
      w[j] = c - 1.5f * e;
    }
  genga_winograd_emit (u, out + 18 * stride, stride, largest);
  genga_winograd_emit (w, out + 24 * stride, stride, largest);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    u[j] = 1.265625f * LOAD (1) + (LOAD (5) - 2.8125f * LOAD (3));
  genga_winograd_emit (u, out + 30 * stride, stride, largest);
#  undef LOAD
}

#endif

G_END_DECLS
