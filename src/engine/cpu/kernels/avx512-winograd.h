/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Winograd's F(4x4, 3x3): 36 products instead of 144 for 16 pixels. A block of tiles goes through
 * three steps: tiles of the input to the domain of 36 taps, a matrix product for each tap, and
 * back.
 */
#pragma once

#include "engine/cpu/kernels/avx512.h"

G_BEGIN_DECLS

#ifdef __AVX512F__

#  define GENGA_WINOGRAD_TAPS 36
#  define GENGA_WINOGRAD_TILES 24 /* of a block at most */

/* A block on its way. */
typedef struct
{
  const GengaLayer *layer;
  const GengaConvRows *rows;
  guint first, n_tiles; /* of the row */
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

/*
 * Weights in the domain, w[out][in] for each tap, f64: the rows of the input's transform are
 * divided by 4, 4, 4, 2, 2, 4, and this is multiplied, so that one scale suits all taps of a tile.
 */
void genga_avx512_winograd_weights (const GengaConvSpec *spec,
                                    guint out,
                                    guint in,
                                    double taps[GENGA_WINOGRAD_TAPS]);

/* Bytes of scratch of a layer. */
gsize genga_avx512_winograd_scratch (const GengaLayer *layer, const GengaWinogradSteps *steps);

void genga_avx512_winograd_run (const GengaLayer *layer,
                                const GengaConvRows *rows,
                                const GengaWinogradSteps *steps);

/* Six samples of a row or column to six taps of it. */
GENGA_INLINE void
genga_winograd_across (const __m512 d[6], __m512 t[6])
{
  const __m512 quarter = _mm512_set1_ps (0.25f), half = _mm512_set1_ps (0.5f),
               most = _mm512_set1_ps (-1.25f);
  const __m512 a = _mm512_fmsub_ps (quarter, d[4], d[2]), b = _mm512_fmsub_ps (quarter, d[3], d[1]);
  const __m512 c = _mm512_sub_ps (d[4], d[2]), e = _mm512_sub_ps (d[3], d[1]);

  t[0] = _mm512_fmadd_ps (quarter, d[4], _mm512_fmadd_ps (most, d[2], d[0]));
  t[1] = _mm512_add_ps (a, b);
  t[2] = _mm512_sub_ps (a, b);
  t[3] = _mm512_fmadd_ps (half, c, e);
  t[4] = _mm512_fmsub_ps (half, c, e);
  t[5] = _mm512_fmadd_ps (quarter, d[5], _mm512_fmadd_ps (most, d[3], d[1]));
}

/* A row of taps goes out; `largest` collects magnitudes, as integers, where NaN is above all. */
GENGA_INLINE void
genga_winograd_emit (const __m512 d[6], float *out, gsize stride, __m512i *largest)
{
  __m512 t[6];

  genga_winograd_across (d, t);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    {
      _mm512_storeu_ps (out + j * stride, t[j]);
      if (largest != NULL)
        *largest = _mm512_max_epi32 (*largest, _mm512_and_si512 (_mm512_castps_si512 (t[j]),
                                                                 _mm512_set1_epi32 (0x7fffffff)));
    }
}

/*
 * One group of channels of a tile, whose rows begin at in[]. Rows are loaded anew for each pair of
 * rows of taps: that is cheaper than what would not fit into registers.
 */
GENGA_INLINE void
genga_winograd_input (const guint8 *const in[6],
                      gsize step,
                      GengaStore store,
                      float *out,
                      gsize stride,
                      __m512i *largest)
{
#  define LOAD(i, j) genga_load (in[i] + (j)*step, store)
  const __m512 quarter = _mm512_set1_ps (0.25f), half = _mm512_set1_ps (0.5f),
               most = _mm512_set1_ps (-1.25f);
  __m512 u[6], w[6];

#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    u[j] = _mm512_fmadd_ps (quarter, LOAD (4, j), _mm512_fmadd_ps (most, LOAD (2, j), LOAD (0, j)));
  genga_winograd_emit (u, out, stride, largest);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    {
      const __m512 a = _mm512_fmsub_ps (quarter, LOAD (4, j), LOAD (2, j));
      const __m512 b = _mm512_fmsub_ps (quarter, LOAD (3, j), LOAD (1, j));

      u[j] = _mm512_add_ps (a, b);
      w[j] = _mm512_sub_ps (a, b);
    }
  genga_winograd_emit (u, out + 6 * stride, stride, largest);
  genga_winograd_emit (w, out + 12 * stride, stride, largest);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    {
      const __m512 c = _mm512_sub_ps (LOAD (4, j), LOAD (2, j));
      const __m512 e = _mm512_sub_ps (LOAD (3, j), LOAD (1, j));

      u[j] = _mm512_fmadd_ps (half, c, e);
      w[j] = _mm512_fmsub_ps (half, c, e);
    }
  genga_winograd_emit (u, out + 18 * stride, stride, largest);
  genga_winograd_emit (w, out + 24 * stride, stride, largest);
#  pragma GCC unroll 6
  for (guint j = 0; j < 6; j++)
    u[j] = _mm512_fmadd_ps (quarter, LOAD (5, j), _mm512_fmadd_ps (most, LOAD (3, j), LOAD (1, j)));
  genga_winograd_emit (u, out + 30 * stride, stride, largest);
#  undef LOAD
}

#endif

G_END_DECLS
