/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Vectors of 16 floats (AVX-512) or 8 (AVX2). The vector-*.c files are compiled once for each set,
 * with its flags, GENGA_VECTOR and the name GENGA_SET; without these, as for a tool that looks at
 * headers, there is nothing here. Arithmetic is written in the compiler's vector types, which
 * becomes fused multiplications and additions.
 */
#pragma once

#include "engine/cpu/kernels/layer.h"

#ifdef GENGA_VECTOR
#  include "engine/cpu/kernels/vector-epilogue.h"
#  include <immintrin.h>
#endif

G_BEGIN_DECLS

#define GENGA_INLINE static inline __attribute__ ((always_inline))

#ifdef GENGA_VECTOR

/* name becomes genga_SET_name: what a set's files share. */
#  define GENGA_PASTE_(set, name) genga_##set##_##name
#  define GENGA_PASTE(set, name) GENGA_PASTE_ (set, name)
#  define GENGA_OF_SET(name) GENGA_PASTE (GENGA_SET, name)

/*
 * Panels of matrix products, rows (tiles or pixels) by vectors of channels: what fits into
 * registers. In the files, X (rows, vectors) makes a function of each.
 */
/* clang-format off */
# if GENGA_VECTOR == 16
#  define GENGA_PANEL_VECTORS 4
#  define GENGA_PANEL_ROWS(vectors) ((vectors) == 4 ? 6u : (vectors) == 3 ? 8u : 12u)
#  define GENGA_PANELS(X)                                                                          \
    X (1, 4) X (2, 4) X (3, 4) X (4, 4) X (5, 4) X (6, 4)                                          \
    X (1, 3) X (2, 3) X (3, 3) X (4, 3) X (5, 3) X (6, 3) X (7, 3) X (8, 3)                        \
    X (1, 2) X (2, 2) X (3, 2) X (4, 2) X (5, 2) X (6, 2)                                          \
    X (7, 2) X (8, 2) X (9, 2) X (10, 2) X (11, 2) X (12, 2)                                       \
    X (1, 1) X (2, 1) X (3, 1) X (4, 1) X (5, 1) X (6, 1)                                          \
    X (7, 1) X (8, 1) X (9, 1) X (10, 1) X (11, 1) X (12, 1)
# else
#  define GENGA_PANEL_VECTORS 2
#  define GENGA_PANEL_ROWS(vectors) 6u
#  define GENGA_PANELS(X) X (1, 2) X (2, 2) X (3, 2) X (4, 2) X (5, 2) X (6, 2)
# endif
/* clang-format on */
#  define GENGA_PANEL_MOST 24 /* vectors of a panel */
#  define GENGA_PANEL_CHANNELS (GENGA_PANEL_VECTORS * GENGA_VECTOR)

typedef gint32 GengaVu
    __attribute__ ((vector_size (GENGA_VECTOR * sizeof (gint32)), aligned (4), may_alias));
typedef float GengaVf
    __attribute__ ((vector_size (GENGA_VECTOR * sizeof (float)), aligned (4), may_alias));

GENGA_INLINE gsize
genga_store_size (GengaStore store)
{
  return store == GENGA_STORE_F16 ? sizeof (guint16) : sizeof (float);
}

/* Any alignment. */
GENGA_INLINE GengaV
genga_v_load (const float *at)
{
  return *(const GengaVf *)at;
}

GENGA_INLINE void
genga_v_save (float *at, GengaV value)
{
  *(GengaVf *)at = value;
}

GENGA_INLINE GengaVi
genga_vi_load (const void *at)
{
  return *(const GengaVu *)at;
}

#  if GENGA_VECTOR == 16

GENGA_INLINE GengaV
genga_load_half (const void *at)
{
  return (GengaV)_mm512_cvtph_ps (_mm256_loadu_si256 (at));
}

GENGA_INLINE void
genga_save_half (void *at, GengaV value)
{
  _mm256_storeu_si256 (at, _mm512_cvtps_ph ((__m512)value, _MM_FROUND_TO_NEAREST_INT));
}

/* The larger of each; for bits of magnitudes, where NaN is above all. */
GENGA_INLINE GengaVi
genga_vi_max (GengaVi a, GengaVi b)
{
  return (GengaVi)_mm512_max_epi32 ((__m512i)a, (__m512i)b);
}

/* a < 0 ? a : 0 and its counterpart; NaN stays in both. */
GENGA_INLINE GengaV
genga_v_below (GengaV a)
{
  return (GengaV)_mm512_min_ps (_mm512_setzero_ps (), (__m512)a);
}

GENGA_INLINE GengaV
genga_v_above (GengaV a)
{
  return (GengaV)_mm512_max_ps (_mm512_setzero_ps (), (__m512)a);
}

/* The larger of each, or `a` where that is NaN. */
GENGA_INLINE GengaV
genga_v_at_least (GengaV a, GengaV least)
{
  return (GengaV)_mm512_max_ps ((__m512)least, (__m512)a);
}

/* Two vectors rounded to 16 bits; the order is that of genga_pack_order(). */
GENGA_INLINE void
genga_pack (gint16 *at, GengaV a, GengaV b)
{
  _mm512_storeu_si512 (
      at, _mm512_packs_epi32 (_mm512_cvtps_epi32 ((__m512)a), _mm512_cvtps_epi32 ((__m512)b)));
}

/* Adds the products of pairs. The compiler would copy accumulators around the built-in. */
#    define GENGA_DOT(acc, a, b) __asm__("vpdpwssd %2, %1, %0" : "+v"(acc) : "v"(a), "v"(b))

#  else

GENGA_INLINE GengaV
genga_load_half (const void *at)
{
  return (GengaV)_mm256_cvtph_ps (_mm_loadu_si128 (at));
}

GENGA_INLINE void
genga_save_half (void *at, GengaV value)
{
  _mm_storeu_si128 (at, _mm256_cvtps_ph ((__m256)value, _MM_FROUND_TO_NEAREST_INT));
}

GENGA_INLINE GengaVi
genga_vi_max (GengaVi a, GengaVi b)
{
  return (GengaVi)_mm256_max_epi32 ((__m256i)a, (__m256i)b);
}

GENGA_INLINE GengaV
genga_v_below (GengaV a)
{
  return (GengaV)_mm256_min_ps (_mm256_setzero_ps (), (__m256)a);
}

GENGA_INLINE GengaV
genga_v_above (GengaV a)
{
  return (GengaV)_mm256_max_ps (_mm256_setzero_ps (), (__m256)a);
}

GENGA_INLINE GengaV
genga_v_at_least (GengaV a, GengaV least)
{
  return (GengaV)_mm256_max_ps ((__m256)least, (__m256)a);
}

GENGA_INLINE void
genga_pack (gint16 *at, GengaV a, GengaV b)
{
  _mm256_storeu_si256 ((__m256i *)(void *)at, _mm256_packs_epi32 (_mm256_cvtps_epi32 ((__m256)a),
                                                                  _mm256_cvtps_epi32 ((__m256)b)));
}

#    define GENGA_DOT(acc, a, b)                                                                   \
      ((acc) = (GengaVi)_mm256_add_epi32 ((__m256i)(acc),                                          \
                                          _mm256_madd_epi16 ((__m256i)(a), (__m256i)(b))))

#  endif

/* Of all lanes: their sum, in pairs, and the largest. */
GENGA_INLINE float
genga_v_sum_lanes (GengaV v)
{
#  if GENGA_VECTOR == 16
  __m256 half =
      _mm256_add_ps (_mm512_castps512_ps256 ((__m512)v), _mm512_extractf32x8_ps ((__m512)v, 1));
#  else
  __m256 half = (__m256)v;
#  endif
  __m128 sum = _mm_add_ps (_mm256_castps256_ps128 (half), _mm256_extractf128_ps (half, 1));

  sum = _mm_add_ps (sum, _mm_movehl_ps (sum, sum));
  return _mm_cvtss_f32 (_mm_add_ss (sum, _mm_movehdup_ps (sum)));
}

GENGA_INLINE gint32
genga_vi_largest_lane (GengaVi v)
{
#  if GENGA_VECTOR == 16
  __m256i half = _mm256_max_epi32 (_mm512_castsi512_si256 ((__m512i)v),
                                   _mm512_extracti32x8_epi32 ((__m512i)v, 1));
#  else
  __m256i half = (__m256i)v;
#  endif
  __m128i most = _mm_max_epi32 (_mm256_castsi256_si128 (half), _mm256_extracti128_si256 (half, 1));

  most = _mm_max_epi32 (most, _mm_shuffle_epi32 (most, 0x4e));
  return _mm_cvtsi128_si32 (_mm_max_epi32 (most, _mm_shuffle_epi32 (most, 0xb1)));
}

/* Which of 2 GENGA_VECTOR samples genga_pack() puts where. */
GENGA_INLINE guint
genga_pack_order (guint k)
{
  const guint pair = 2 * GENGA_VECTOR, lane = k % pair / 8, place = k % 8;

  return k / pair * pair + (place < 4 ? 0 : GENGA_VECTOR) + lane * 4 + place % 4;
}

GENGA_INLINE GengaV
genga_load (const void *at, GengaStore store)
{
  return store == GENGA_STORE_F16 ? genga_load_half (at) : genga_v_load (at);
}

GENGA_INLINE void
genga_save (void *at, GengaStore store, GengaV value)
{
  if (store == GENGA_STORE_F16)
    genga_save_half (at, value);
  else
    genga_v_save (at, value);
}

GENGA_INLINE GengaV
genga_slope (GengaV x, GengaV slopes)
{
  return genga_v_below (x) * slopes + genga_v_above (x);
}

/* Everything that an epilogue has, bias aside, for a vector of channels of the pixel (row, x). */
static G_NO_INLINE G_GNUC_UNUSED GengaV
genga_finish (const GengaLayer *layer,
              const GengaConvRows *rows,
              guint row,
              gsize x,
              guint channel,
              GengaV sum)
{
  static const gint32 lanes[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
  const GengaEpilogue *epilogue = &layer->spec.epilogue;
  const GengaStore store = layer->spec.side_store;
  const gsize size = genga_store_size (store);
  const guint first = epilogue->activation == GENGA_EPILOGUE_SPAN_GATE;
  const gint n_real = (gint)layer->spec.out_channels - (gint)channel;
  GengaV sides[2] = { genga_v_set (0), genga_v_set (0) };

  for (guint k = 0; k < epilogue->n_sides; k++)
    sides[k] = genga_load (
        (const guint8 *)rows->sides[k][row] + (x * rows->side_strides[k] + channel) * size, store);

  GengaV value =
      genga_v_activate (epilogue, sum, genga_v_load (epilogue->slopes + channel), sides[0]);

  if (epilogue->has_gate)
    value *= genga_load ((const guint8 *)rows->gate[row] + (x * rows->gate_stride + channel) * size,
                         store);
  value *= epilogue->scale;
  for (guint k = first; k < epilogue->n_sides; k++)
    value += epilogue->side_scales[k] * sides[k];
  return n_real >= GENGA_VECTOR
             ? value
             : genga_v_select (genga_vi_load (lanes) < n_real, value, genga_v_set (0));
}

/* What becomes of a sum that has its bias already; `finish` is the epilogue's. */
GENGA_INLINE GengaV
genga_finish_as (GengaFinish finish,
                 const GengaLayer *layer,
                 const GengaConvRows *rows,
                 guint row,
                 gsize x,
                 guint channel,
                 GengaV sum)
{
  const GengaEpilogue *epilogue = &layer->spec.epilogue;
  const GengaStore store = layer->spec.side_store;

  if (finish == GENGA_FINISH_NONE)
    return sum;
  if (finish == GENGA_FINISH_GELU)
    return genga_v_gelu (sum);
  if (finish == GENGA_FINISH_ANY)
    return genga_finish (layer, rows, row, x, channel, sum);

  GengaV value = genga_slope (sum, genga_v_load (epilogue->slopes + channel));

  if (finish == GENGA_FINISH_SIDES)
    {
      value *= epilogue->scale;
      for (guint k = 0; k < epilogue->n_sides; k++)
        value += epilogue->side_scales[k] *
                 genga_load ((const guint8 *)rows->sides[k][row] +
                                 (x * rows->side_strides[k] + channel) * genga_store_size (store),
                             store);
    }
  return value;
}

/* Calls func (finish, ...), where each finish has code of its own. */
#  define GENGA_FINISH_EACH(finish, func, ...)                                                     \
    do                                                                                             \
      {                                                                                            \
        if ((finish) == GENGA_FINISH_NONE)                                                         \
          func (GENGA_FINISH_NONE, __VA_ARGS__);                                                   \
        else if ((finish) == GENGA_FINISH_GELU)                                                    \
          func (GENGA_FINISH_GELU, __VA_ARGS__);                                                   \
        else if ((finish) == GENGA_FINISH_SLOPE)                                                   \
          func (GENGA_FINISH_SLOPE, __VA_ARGS__);                                                  \
        else if ((finish) == GENGA_FINISH_SIDES)                                                   \
          func (GENGA_FINISH_SIDES, __VA_ARGS__);                                                  \
        else                                                                                       \
          func (GENGA_FINISH_ANY, __VA_ARGS__);                                                    \
      }                                                                                            \
    while (0)

/* Finishes and stores a vector of channels of the pixel (row, x). */
GENGA_INLINE void
genga_put (GengaFinish finish,
           const GengaLayer *layer,
           const GengaConvRows *rows,
           guint row,
           gsize x,
           guint channel,
           GengaV sum)
{
  const GengaStore store = layer->spec.out_store;

  genga_save ((guint8 *)rows->out[row] +
                  (x * rows->out_stride + channel) * genga_store_size (store),
              store, genga_finish_as (finish, layer, rows, row, x, channel, sum));
}

#endif

G_END_DECLS
