/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Matrix products of 16-bit integers: rows of inputs with a scale each, times weights with a scale
 * for each output. For the vector-*.c files.
 */
#pragma once

#include "engine/cpu/kernels/vector.h"

#ifdef GENGA_VECTOR
#  include <math.h>
#  include <string.h>
#endif

G_BEGIN_DECLS

#ifdef GENGA_VECTOR

/*
 * A sum of products is at most the product of its vectors' lengths: those of weights and of inputs
 * are kept below what multiplies to 2^31. What is in between may wrap, it wraps back. The inputs'
 * length may be that of the largest of many, and so has the larger part.
 */
#  define GENGA_I16_MULTIPLE (2 * GENGA_VECTOR) /* channels, what is packed at a time */
#  define GENGA_I16_LARGEST 32767
#  define GENGA_I16_WEIGHTS_LENGTH 40000.0
#  define GENGA_I16_LENGTH (0x7fffffff / GENGA_I16_WEIGHTS_LENGTH)

/* n_in floats, a multiple of GENGA_I16_MULTIPLE, times `factor`, in the order of
 * genga_pack_order(). */
GENGA_INLINE void
genga_i16_quantise (const float *in, guint n_in, GengaV factor, gint16 *out)
{
  for (guint k = 0; k < n_in; k += GENGA_I16_MULTIPLE)
    genga_pack (out + k, genga_v_load (in + k) * factor,
                genga_v_load (in + k + GENGA_VECTOR) * factor);
}

/* Of inputs that share it, from the largest magnitude of each channel, as bits, and their squares.
 */
GENGA_INLINE float
genga_i16_get_scale (GengaVi largest, GengaV squares, guint n_in)
{
  /* Rounding adds half a step for each channel. */
  const float length = (float)(GENGA_I16_LENGTH * 0.9999) - 0.5f * sqrtf ((float)n_in);
  const gint32 most = genga_vi_largest_lane (largest);
  const float sum = genga_v_sum_lanes (squares);
  float most_value;

  memcpy (&most_value, &most, sizeof most);

  const float of_length = sqrtf (sum) / length, of_largest = most_value / GENGA_I16_LARGEST;
  const float scale = of_length < of_largest ? of_largest : of_length;

  /* Zeros have any scale; what isn't a number stays so. */
  return scale < 1e-30f ? 1e-30f : scale;
}

/* The sums of n_tiles tiles and n_vectors vectors of channels; weights are [pair of
 * in][vectors][2].
 */
GENGA_INLINE void
genga_i16_multiply_panel (const gint16 *taps,
                          guint n_in,
                          const gint16 *weights,
                          const float *scales,
                          float *sums,
                          guint n_out,
                          const guint n_tiles,
                          const guint n_vectors)
{
  GengaVi acc[GENGA_PANEL_MOST];

#  pragma GCC unroll 24
  for (guint i = 0; i < n_tiles * n_vectors; i++)
    acc[i] = (GengaVi){ 0 };
  for (guint k = 0; k < n_in; k += 2, weights += n_vectors * GENGA_VECTOR * 2)
    {
      GengaVi w[GENGA_PANEL_VECTORS];
#  pragma GCC unroll 4
      for (guint g = 0; g < n_vectors; g++)
        w[g] = genga_vi_load (weights + g * GENGA_VECTOR * 2);
#  pragma GCC unroll 24
      for (guint t = 0; t < n_tiles; t++)
        {
          const GengaVi v = (GengaVi){ 0 } + *(const gint32 *)(const void *)(taps + t * n_in + k);
#  pragma GCC unroll 4
          for (guint g = 0; g < n_vectors; g++)
            GENGA_DOT (acc[t * n_vectors + g], v, w[g]);
        }
    }
#  pragma GCC unroll 24
  for (guint t = 0; t < n_tiles; t++)
#  pragma GCC unroll 4
    for (guint g = 0; g < n_vectors; g++)
      {
        float *at = sums + (gsize)t * n_out + g * GENGA_VECTOR;
        const GengaV scale = genga_v_load (scales + g * GENGA_VECTOR);
        const GengaV sum = __builtin_convertvector(acc[t * n_vectors + g], GengaV);

        genga_v_save (at, sum * scale);
      }
}

typedef void (*GengaI16Multiply) (const gint16 *taps,
                                  guint n_in,
                                  const gint16 *weights,
                                  const float *scales,
                                  float *sums,
                                  guint n_out);

#  define GENGA_I16_PANEL(rows, vectors)                                                           \
    static void genga_i16_multiply_##rows##_##vectors (const gint16 *taps, guint n_in,             \
                                                       const gint16 *weights, const float *scales, \
                                                       float *sums, guint n_out)                   \
    {                                                                                              \
      genga_i16_multiply_panel (taps, n_in, weights, scales, sums, n_out, rows, vectors);          \
    }

GENGA_PANELS (GENGA_I16_PANEL)

#  define GENGA_I16_ENTRY(rows, vectors)                                                           \
    [vectors - 1][rows] = genga_i16_multiply_##rows##_##vectors,

static const GengaI16Multiply genga_i16_multiply_funcs[GENGA_PANEL_VECTORS][13] = { GENGA_PANELS (
    GENGA_I16_ENTRY) };

/* As genga_i16_multiply_panel(); for those that there are panels of. */
GENGA_INLINE void
genga_i16_multiply (guint n_tiles,
                    guint n_vectors,
                    const gint16 *taps,
                    guint n_in,
                    const gint16 *weights,
                    const float *scales,
                    float *sums,
                    guint n_out)
{
  genga_i16_multiply_funcs[n_vectors - 1][n_tiles](taps, n_in, weights, scales, sums, n_out);
}

/* The scale of the weights of one output, and one tap. */
GENGA_INLINE double
genga_i16_get_weights_scale (const double *weights, gsize stride, guint n_in)
{
  double most = 0, squares = 0;

  for (guint k = 0; k < n_in; k++)
    {
      most = MAX (most, fabs (weights[k * stride]));
      squares += weights[k * stride] * weights[k * stride];
    }
  /* Rounding adds half a step for each channel. */
  return MAX (1e-30, MAX (most / GENGA_I16_LARGEST,
                          sqrt (squares) / (GENGA_I16_WEIGHTS_LENGTH - 0.5 * sqrt (n_in))));
}

#endif

G_END_DECLS
