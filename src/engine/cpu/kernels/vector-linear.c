/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers of a single tap in the fast class: each pixel becomes 16-bit integers with a scale of its
 * own.
 */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-i16.h"
#include "engine/cpu/kernels/vector-kernels.h"

/* Pixels of a row at a time: their integers and sums stay in the nearest cache. */
#define CHUNK 24

static guint
get_n_in (const GengaLayer *layer)
{
  return genga_kernel_round_up (layer->in_padded, GENGA_I16_MULTIPLE);
}

/* A pixel as integers; `work` has room for its floats. Answers its scale. */
GENGA_INLINE float
quantise_pixel (
    const GengaLayer *layer, const guint8 *pixel, GengaStore store, float *work, gint16 *out)
{
  const guint n_in = get_n_in (layer);
  const gsize size = genga_store_size (store);
  GengaVi largest = (GengaVi){ 0 };
  GengaV squares = genga_v_set (0);
  float scale;

  for (guint k = 0; k < n_in; k += GENGA_VECTOR)
    {
      const GengaV value =
          k < layer->in_padded ? genga_load (pixel + k * size, store) : genga_v_set (0);

      genga_v_save (work + k, value);
      largest = genga_vi_max (largest, (GengaVi)genga_v_abs (value));
      squares += value * value;
    }
  scale = genga_i16_get_scale (largest, squares, n_in);
  genga_i16_quantise (work, n_in, genga_v_set (1 / scale), out);
  return scale;
}

/* Bias and epilogue of `n` pixels from (row, x) on; their sums are out_padded apart. */
GENGA_INLINE void
put_pixels (GengaFinish finish,
            const GengaLayer *layer,
            const GengaConvRows *rows,
            guint row,
            gsize x,
            guint n,
            const float *sums,
            const float *scales)
{
  const float *bias = layer->spec.epilogue.bias;

  for (guint t = 0; t < n; t++, sums += layer->out_padded)
    for (guint at = 0; at < layer->out_padded; at += GENGA_VECTOR)
      genga_put (finish, layer, rows, row, x + t, at,
                 genga_v_load (sums + at) * scales[t] + genga_v_load (bias + at));
}

/* Scales of weights lie before them. */
static void
multiply (const GengaLayer *layer, const gint16 *in, guint n, float *sums)
{
  const guint n_in = get_n_in (layer), n_out = layer->out_padded;
  const float *scales = layer->packed;
  const gint16 *weights = (const gint16 *)(scales + n_out);

  for (guint out = 0; out < n_out;)
    {
      const guint n_vectors = MIN (GENGA_PANEL_VECTORS, (n_out - out) / GENGA_VECTOR);
      const guint most = GENGA_PANEL_ROWS (n_vectors);

      for (guint t = 0; t < n; t += most)
        genga_i16_multiply (MIN (most, n - t), n_vectors, in + (gsize)t * n_in, n_in, weights,
                            scales + out, sums + (gsize)t * n_out + out, n_out);
      weights += (gsize)n_in * n_vectors * GENGA_VECTOR;
      out += n_vectors * GENGA_VECTOR;
    }
}

GENGA_INLINE void
run_store (const GengaLayer *layer, const GengaConvRows *rows, GengaStore store)
{
  const guint end = MIN (rows->x1, rows->width), n_in = get_n_in (layer);
  const gsize step = rows->in_stride * genga_store_size (store);
  const GengaFinish finish = genga_epilogue_get_finish (&layer->spec.epilogue);
  float *sums = rows->scratch, *work = sums + (gsize)CHUNK * layer->out_padded;
  gint16 *in = (gint16 *)(work + n_in);
  float scales[CHUNK];

  for (guint row = 0; row < rows->n_rows; row++)
    for (guint x = rows->x0; x < end; x += CHUNK)
      {
        const guint n = MIN (CHUNK, end - x);

        for (guint t = 0; t < n; t++)
          scales[t] = quantise_pixel (layer, (const guint8 *)rows->in[row] + (x + t) * step, store,
                                      work, in + (gsize)t * n_in);
        multiply (layer, in, n, sums);
        GENGA_FINISH_EACH (finish, put_pixels, layer, rows, row, x, n, sums, scales);
      }
}

static void
run (const GengaConv *conv, const GengaConvRows *rows)
{
  const GengaLayer *layer = (const GengaLayer *)conv;

  if (layer->spec.in_store == GENGA_STORE_F16)
    run_store (layer, rows, GENGA_STORE_F16);
  else
    run_store (layer, rows, GENGA_STORE_F32);
}

/* [a panel's vectors of out][pair of in][vectors][2], after the scales. */
static void
pack_output (GengaLayer *layer, guint out, const float *weights, double *wide)
{
  const guint n_in = get_n_in (layer);
  const gsize n_out = layer->out_padded, panel = out / GENGA_PANEL_CHANNELS * GENGA_PANEL_CHANNELS,
              width = MIN (GENGA_PANEL_CHANNELS, n_out - panel);
  float *scales = layer->packed;
  gint16 *packed = (gint16 *)(scales + n_out) + panel * n_in;
  double scale;

  for (guint k = 0; k < layer->spec.in_channels; k++)
    wide[k] = weights[k];
  scale = genga_i16_get_weights_scale (wide, 1, layer->spec.in_channels);
  scales[out] = (float)scale;
  for (guint k = 0; k < n_in; k++)
    {
      const guint in = genga_pack_order (k);
      const double weight = in < layer->spec.in_channels ? wide[in] : 0;

      packed[(k / 2 * width + (out - panel)) * 2 + k % 2] = (gint16)lrint (weight / scale);
    }
}

GengaConv *
GENGA_OF_SET (linear_i16_new) (const GengaConvSpec *spec)
{
  const gsize n_in = genga_kernel_round_up (spec->in_channels, GENGA_I16_MULTIPLE);
  const gsize n_out = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  GengaLayer *layer = genga_layer_new (
      spec, "linear int16", n_out * sizeof (float) + n_in * n_out * sizeof (gint16), run);
  g_autofree double *wide = g_new (double, spec->in_channels);

  for (guint out = 0; out < spec->out_channels; out++)
    pack_output (layer, out, spec->weights + out * spec->in_channels, wide);
  layer->conv.scratch_bytes =
      (CHUNK * n_out + n_in) * sizeof (float) + CHUNK * n_in * sizeof (gint16);
  return &layer->conv;
}
