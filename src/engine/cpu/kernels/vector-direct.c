/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-kernels.h"
#include "engine/cpu/kernels/vector.h"

/* Columns of the output that are made at a time, what its input takes in f32 stays in the cache. */
#define CHUNK 48

/* ---- any convolution ---- */

/* What the pixels of a panel have in common. */
typedef struct
{
  const float *const *rows; /* of the kernel, at the panel's first pixel */
  gsize pixel, tap;         /* samples from pixel to pixel of the output, from tap to tap */
  guint height, width, n_in;
  const float *weights; /* [height][width][in][vectors] */
} Panel;

GENGA_INLINE void
sum_panel (const Panel *panel, GengaV *sums, const guint n_pixels, const guint n_vectors)
{
  const float *weights = panel->weights;
  GengaV acc[GENGA_PANEL_MOST];

#pragma GCC unroll 24
  for (guint i = 0; i < n_pixels * n_vectors; i++)
    acc[i] = genga_v_set (0);
  for (guint i = 0; i < panel->height; i++)
    for (guint j = 0; j < panel->width; j++)
      {
        const float *in = panel->rows[i] + j * panel->tap;

        for (guint k = 0; k < panel->n_in; k++, weights += n_vectors * GENGA_VECTOR)
          {
            GengaV w[GENGA_PANEL_VECTORS];
#pragma GCC unroll 4
            for (guint g = 0; g < n_vectors; g++)
              w[g] = genga_v_load (weights + g * GENGA_VECTOR);
#pragma GCC unroll 24
            for (guint t = 0; t < n_pixels; t++)
              {
                const GengaV v = genga_v_set (in[t * panel->pixel + k]);
#pragma GCC unroll 4
                for (guint g = 0; g < n_vectors; g++)
                  acc[t * n_vectors + g] = v * w[g] + acc[t * n_vectors + g];
              }
          }
      }
#pragma GCC unroll 24
  for (guint i = 0; i < n_pixels * n_vectors; i++)
    sums[i] = acc[i];
}

typedef void (*SumFunc) (const Panel *panel, GengaV *sums);

#define PANEL(rows, vectors)                                                                       \
  static void sum_##rows##_##vectors (const Panel *panel, GengaV *sums)                            \
  {                                                                                                \
    sum_panel (panel, sums, rows, vectors);                                                        \
  }

GENGA_PANELS (PANEL)

#define ENTRY(rows, vectors) [vectors - 1][rows] = sum_##rows##_##vectors,

static const SumFunc sum_funcs[GENGA_PANEL_VECTORS][13] = { GENGA_PANELS (ENTRY) };

/* Bias, epilogue and store of the pixels from (row, x) on. */
GENGA_INLINE void
put_as (GengaFinish finish,
        const GengaLayer *layer,
        const GengaConvRows *rows,
        guint row,
        gsize x,
        guint n_pixels,
        guint channel,
        guint n_vectors,
        const GengaV *sums)
{
  const float *bias = layer->spec.epilogue.bias;

  for (guint t = 0; t < n_pixels; t++)
    for (guint g = 0; g < n_vectors; g++)
      {
        const guint at = channel + g * GENGA_VECTOR;

        genga_put (finish, layer, rows, row, x + t, at, *sums++ + genga_v_load (bias + at));
      }
}

static void
put (const GengaLayer *layer,
     const GengaConvRows *rows,
     guint row,
     gsize x,
     guint n_pixels,
     guint channel,
     guint n_vectors,
     const GengaV *sums)
{
  const GengaFinish finish = genga_epilogue_get_finish (&layer->spec.epilogue);

  GENGA_FINISH_EACH (finish, put_as, layer, rows, row, x, n_pixels, channel, n_vectors, sums);
}

/* Row `row` of columns [x0, x1), whose input's rows begin at column x0 of the output. */
static void
run_row (const GengaLayer *layer,
         const GengaConvRows *rows,
         guint row,
         guint x0,
         guint x1,
         const float *const *in,
         gsize in_stride)
{
  const GengaConvSpec *spec = &layer->spec;
  const float *moved[spec->kernel_height];
  Panel panel = { .rows = moved,
                  .pixel = in_stride * spec->stride,
                  .tap = in_stride * spec->dilation,
                  .height = spec->kernel_height,
                  .width = spec->kernel_width,
                  .n_in = spec->in_channels,
                  .weights = layer->packed };
  const gsize n_sums = (gsize)spec->kernel_height * spec->kernel_width * spec->in_channels;
  GengaV sums[GENGA_PANEL_MOST];

  for (guint out = 0; out < layer->out_padded;)
    {
      const guint n_vectors = MIN (GENGA_PANEL_VECTORS, (layer->out_padded - out) / GENGA_VECTOR);

      for (guint x = x0; x < x1;)
        {
          const guint n = MIN (GENGA_PANEL_ROWS (n_vectors), x1 - x);

          for (guint i = 0; i < panel.height; i++)
            moved[i] = in[i * spec->dilation] + (x - x0) * panel.pixel;
          sum_funcs[n_vectors - 1][n](&panel, sums);
          put (layer, rows, row, x, n, out, n_vectors, sums);
          x += n;
        }
      panel.weights += n_sums * n_vectors * GENGA_VECTOR;
      out += n_vectors * GENGA_VECTOR;
    }
}

/* Columns of the input that a chunk reads. */
static gsize
get_span (const GengaConvSpec *spec)
{
  return (gsize)(CHUNK - 1) * spec->stride + (gsize)(spec->kernel_width - 1) * spec->dilation + 1;
}

/* A row of f16 as f32, pixels in_padded apart. */
static void
widen (const GengaLayer *layer, const guint8 *in, gsize step, gsize n_columns, float *out)
{
  const guint n_in = layer->spec.in_channels;

  for (gsize x = 0; x < n_columns; x++, in += step, out += layer->in_padded)
    if (n_in <= 4)
      for (guint k = 0; k < n_in; k++)
        out[k] = _cvtsh_ss (((const guint16 *)(const void *)in)[k]);
    else
      for (guint k = 0; k < layer->in_padded; k += GENGA_VECTOR)
        genga_v_save (out + k, genga_load (in + k * sizeof (guint16), GENGA_STORE_F16));
}

static void
run_direct (const GengaConv *conv, const GengaConvRows *rows)
{
  const GengaLayer *layer = (const GengaLayer *)conv;
  const GengaConvSpec *spec = &layer->spec;
  const guint end = MIN (rows->x1, rows->width);
  const gboolean is_half = spec->in_store == GENGA_STORE_F16;
  const gsize size = genga_store_size (spec->in_store), step = rows->in_stride * size;
  const float *in[conv->in_rows];

  for (guint x0 = rows->x0; x0 < end; x0 += CHUNK)
    {
      const guint x1 = MIN (x0 + CHUNK, end);
      const gsize used = get_span (spec) - (gsize)(CHUNK - (x1 - x0)) * spec->stride;

      for (guint i = 0; i < conv->in_rows; i++)
        {
          const guint8 *row = (const guint8 *)rows->in[i] + (gsize)x0 * spec->stride * step -
                              conv->margin_left * step;
          float *wide = (float *)rows->scratch + i * get_span (spec) * layer->in_padded;

          if (is_half)
            widen (layer, row, step, used, wide);
          in[i] = is_half ? wide : (const float *)(const void *)row;
        }
      for (guint row = 0; row < rows->n_rows; row++)
        run_row (layer, rows, row, x0, x1, in + row * spec->stride,
                 is_half ? layer->in_padded : rows->in_stride);
    }
}

/* [a panel's vectors of out][tap][in][vectors]. */
static void
pack_direct (GengaLayer *layer, const GengaConvSpec *spec)
{
  const gsize n_taps = (gsize)spec->kernel_height * spec->kernel_width, n_in = spec->in_channels;

  for (guint out = 0; out < spec->out_channels; out++)
    {
      const guint first = out / GENGA_PANEL_CHANNELS * GENGA_PANEL_CHANNELS,
                  width = MIN (GENGA_PANEL_CHANNELS, layer->out_padded - first);
      float *packed = (float *)layer->packed + first * n_taps * n_in + (out - first);

      for (gsize tap = 0; tap < n_taps; tap++)
        for (gsize k = 0; k < n_in; k++)
          packed[(tap * n_in + k) * width] = spec->weights[(out * n_in + k) * n_taps + tap];
    }
}

GengaConv *
GENGA_OF_SET (direct_new) (const GengaConvSpec *spec)
{
  const gsize n_taps = (gsize)spec->kernel_height * spec->kernel_width;
  const gsize n_out = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  GengaLayer *layer = genga_layer_new (
      spec, "direct f32", n_taps * spec->in_channels * n_out * sizeof (float), run_direct);

  pack_direct (layer, spec);
  if (spec->in_store == GENGA_STORE_F16)
    layer->conv.scratch_bytes =
        layer->conv.in_rows * get_span (spec) * layer->in_padded * sizeof (float);
  return &layer->conv;
}

/* ---- each channel on its own ---- */

/* Sums of a group of channels of up to eight pixels; `in` is the first tap of the first one. */
GENGA_INLINE void
sum_depthwise (const GengaLayer *layer,
               const guint8 *const *in,
               gsize offset,
               gsize step,
               GengaStore store,
               guint channel,
               guint n_pixels,
               GengaV sums[8])
{
  const GengaConvSpec *spec = &layer->spec;
  const float *weights = (const float *)layer->packed + channel;

  for (guint t = 0; t < 8; t++)
    sums[t] = genga_v_set (0);
  for (guint i = 0; i < spec->kernel_height; i++)
    for (guint j = 0; j < spec->kernel_width; j++, weights += layer->out_padded)
      {
        const GengaV w = genga_v_load (weights);
        const guint8 *at = in[i * spec->dilation] + offset + j * spec->dilation * step;

        if (n_pixels == 8)
          {
#pragma GCC unroll 8
            for (guint t = 0; t < 8; t++)
              sums[t] = genga_load (at + t * spec->stride * step, store) * w + sums[t];
          }
        else
          for (guint t = 0; t < n_pixels; t++)
            sums[t] = genga_load (at + t * spec->stride * step, store) * w + sums[t];
      }
}

GENGA_INLINE void
run_depthwise_store (const GengaLayer *layer, const GengaConvRows *rows, GengaStore store)
{
  const GengaConvSpec *spec = &layer->spec;
  const guint end = MIN (rows->x1, rows->width);
  const gsize size = genga_store_size (store), step = rows->in_stride * size;

  for (guint row = 0; row < rows->n_rows; row++)
    for (guint x = rows->x0; x < end; x += 8)
      for (guint channel = 0; channel < layer->out_padded; channel += GENGA_VECTOR)
        {
          const guint n = MIN (8, end - x);
          const gsize offset =
              (gsize)x * spec->stride * step - layer->conv.margin_left * step + channel * size;
          const guint8 *const *in = (const guint8 *const *)rows->in + row * spec->stride;
          GengaV sums[8];

          if (spec->kernel_height > 0)
            sum_depthwise (layer, in, offset, step, store, channel, n, sums);
          else
            for (guint t = 0; t < n; t++)
              sums[t] = genga_load (in[0] + offset + t * spec->stride * step, store);
          put (layer, rows, row, x, n, channel, 1, sums);
        }
}

static void
run_depthwise (const GengaConv *conv, const GengaConvRows *rows)
{
  const GengaLayer *layer = (const GengaLayer *)conv;

  if (layer->spec.in_store == GENGA_STORE_F16)
    run_depthwise_store (layer, rows, GENGA_STORE_F16);
  else
    run_depthwise_store (layer, rows, GENGA_STORE_F32);
}

/* Weights are [tap][channel]. */
GengaConv *
GENGA_OF_SET (depthwise_new) (const GengaConvSpec *spec)
{
  const gsize n_taps = (gsize)spec->kernel_height * spec->kernel_width;
  const gsize n_out = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  GengaLayer *layer = genga_layer_new (spec, n_taps > 0 ? "depthwise f32" : "epilogue",
                                       n_taps * n_out * sizeof (float), run_depthwise);

  for (guint out = 0; out < spec->out_channels; out++)
    for (gsize tap = 0; tap < n_taps; tap++)
      ((float *)layer->packed)[tap * n_out + out] = spec->weights[out * n_taps + tap];
  return &layer->conv;
}
