/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the AVX-512 set share: one vector is one group of 16 channels. */
#pragma once

#include "engine/cpu/kernels/layer.h"

#ifdef __AVX512F__
#  define GENGA_VECTOR 16
#  include "engine/cpu/kernels/vector-epilogue.h"
#  include <immintrin.h>
#endif

G_BEGIN_DECLS

/*
 * Panels of matrix products, tiles or pixels by groups of channels: what fits into registers. In
 * the files, X (tiles, groups) makes a function of each.
 */
#define GENGA_PANEL_TILES(groups) ((groups) == 4 ? 6u : (groups) == 3 ? 8u : 12u)
/* clang-format off */
#define GENGA_PANELS(X)                                                                            \
  X (1, 4) X (2, 4) X (3, 4) X (4, 4) X (5, 4) X (6, 4)                                            \
  X (1, 3) X (2, 3) X (3, 3) X (4, 3) X (5, 3) X (6, 3) X (7, 3) X (8, 3)                          \
  X (1, 2) X (2, 2) X (3, 2) X (4, 2) X (5, 2) X (6, 2)                                            \
  X (7, 2) X (8, 2) X (9, 2) X (10, 2) X (11, 2) X (12, 2)                                         \
  X (1, 1) X (2, 1) X (3, 1) X (4, 1) X (5, 1) X (6, 1)                                            \
  X (7, 1) X (8, 1) X (9, 1) X (10, 1) X (11, 1) X (12, 1)
/* clang-format on */

#ifdef __AVX512F__

#  define GENGA_INLINE static inline __attribute__ ((always_inline))

GENGA_INLINE gsize
genga_store_size (GengaStore store)
{
  return store == GENGA_STORE_F16 ? sizeof (guint16) : sizeof (float);
}

GENGA_INLINE __m512
genga_load (const void *at, GengaStore store)
{
  return store == GENGA_STORE_F16 ? _mm512_cvtph_ps (_mm256_loadu_si256 (at))
                                  : _mm512_loadu_ps (at);
}

GENGA_INLINE void
genga_save (void *at, GengaStore store, __m512 value)
{
  if (store == GENGA_STORE_F16)
    _mm256_storeu_si256 (at, _mm512_cvtps_ph (value, _MM_FROUND_TO_NEAREST_INT));
  else
    _mm512_storeu_ps (at, value);
}

/* max (0, x) + slope * min (0, x); NaN stays. */
GENGA_INLINE __m512
genga_slope (__m512 x, __m512 slopes)
{
  const __m512 zero = _mm512_setzero_ps ();

  return _mm512_fmadd_ps (_mm512_min_ps (zero, x), slopes, _mm512_max_ps (zero, x));
}

/* Everything that an epilogue has, bias aside, for a group of channels of the pixel (row, x). */
static G_NO_INLINE G_GNUC_UNUSED __m512
genga_finish (const GengaLayer *layer,
              const GengaConvRows *rows,
              guint row,
              gsize x,
              guint channel,
              __m512 sum)
{
  const GengaEpilogue *epilogue = &layer->spec.epilogue;
  const GengaStore store = layer->spec.side_store;
  const gsize size = genga_store_size (store);
  const guint first = epilogue->activation == GENGA_EPILOGUE_SPAN_GATE;
  __m512 sides[2] = { _mm512_setzero_ps (), _mm512_setzero_ps () };

  for (guint k = 0; k < epilogue->n_sides; k++)
    sides[k] = genga_load (
        (const guint8 *)rows->sides[k][row] + (x * rows->side_strides[k] + channel) * size, store);

  __m512 value = (__m512)genga_v_activate (epilogue, (GengaV)sum,
                                           (GengaV)_mm512_loadu_ps (epilogue->slopes + channel),
                                           (GengaV)sides[0]);

  if (epilogue->has_gate)
    value *= genga_load ((const guint8 *)rows->gate[row] + (x * rows->gate_stride + channel) * size,
                         store);
  value *= epilogue->scale;
  for (guint k = first; k < epilogue->n_sides; k++)
    value += epilogue->side_scales[k] * sides[k];

  const guint n_real = layer->spec.out_channels - channel;

  return n_real < 16 ? _mm512_maskz_mov_ps ((__mmask16)((1u << n_real) - 1), value) : value;
}

#endif

G_END_DECLS
