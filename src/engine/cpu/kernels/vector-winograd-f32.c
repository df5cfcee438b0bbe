/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-kernels.h"
#include "engine/cpu/kernels/vector-winograd.h"

GENGA_INLINE void
transform (const GengaWinogradBlock *block, GengaStore store)
{
  const GengaConvRows *rows = block->rows;
  const guint n_in = block->layer->in_padded;
  const gsize size = genga_store_size (store), step = rows->in_stride * size;

  for (guint tile = 0; tile < block->n_tiles; tile++)
    {
      float *taps = (float *)block->taps + (gsize)tile * n_in;
      block->scales[tile] = 1;
      for (guint channel = 0; channel < n_in; channel += GENGA_VECTOR)
        {
          const guint8 *in[6];
          for (guint i = 0; i < 6; i++)
            in[i] = (const guint8 *)rows->in[i] + (gsize)(block->first + tile) * 4 * step - step +
                    channel * size;
          genga_winograd_input (in, step, store, taps + channel, block->tap_stride, NULL);
        }
    }
}

static void
transform_input (const GengaWinogradBlock *block)
{
  if (block->layer->spec.in_store == GENGA_STORE_F16)
    transform (block, GENGA_STORE_F16);
  else
    transform (block, GENGA_STORE_F32);
}

/* The sums of n_tiles tiles and n_vectors vectors of channels; weights are [in][vectors]. */
GENGA_INLINE void
multiply_panel (const float *taps,
                guint n_in,
                const float *weights,
                float *sums,
                guint n_out,
                const guint n_tiles,
                const guint n_vectors)
{
  GengaV acc[GENGA_PANEL_MOST];

#pragma GCC unroll 24
  for (guint i = 0; i < n_tiles * n_vectors; i++)
    acc[i] = genga_v_set (0);
  for (guint k = 0; k < n_in; k++, weights += n_vectors * GENGA_VECTOR)
    {
      GengaV w[GENGA_PANEL_VECTORS];
#pragma GCC unroll 4
      for (guint g = 0; g < n_vectors; g++)
        w[g] = genga_v_load (weights + g * GENGA_VECTOR);
#pragma GCC unroll 24
      for (guint t = 0; t < n_tiles; t++)
        {
          const GengaV v = genga_v_set (taps[t * n_in + k]);
#pragma GCC unroll 4
          for (guint g = 0; g < n_vectors; g++)
            acc[t * n_vectors + g] = v * w[g] + acc[t * n_vectors + g];
        }
    }
#pragma GCC unroll 24
  for (guint t = 0; t < n_tiles; t++)
#pragma GCC unroll 4
    for (guint g = 0; g < n_vectors; g++)
      genga_v_save (sums + (gsize)t * n_out + g * GENGA_VECTOR, acc[t * n_vectors + g]);
}

typedef void (*MultiplyFunc) (
    const float *taps, guint n_in, const float *weights, float *sums, guint n_out);

#define PANEL(rows, vectors)                                                                       \
  static void multiply_##rows##_##vectors (const float *taps, guint n_in, const float *weights,    \
                                           float *sums, guint n_out)                               \
  {                                                                                                \
    multiply_panel (taps, n_in, weights, sums, n_out, rows, vectors);                              \
  }

GENGA_PANELS (PANEL)

#define ENTRY(rows, vectors) [vectors - 1][rows] = multiply_##rows##_##vectors,

static const MultiplyFunc multiply_funcs[GENGA_PANEL_VECTORS][13] = { GENGA_PANELS (ENTRY) };

static void
multiply (const GengaWinogradBlock *block)
{
  const guint n_in = block->layer->in_padded, n_out = block->layer->out_padded;
  const float *weights = block->layer->packed;

  for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++)
    {
      genga_winograd_fetch_ahead (block, tap);
      for (guint out = 0; out < n_out;)
        {
          const guint n_vectors = MIN (GENGA_PANEL_VECTORS, (n_out - out) / GENGA_VECTOR);
          const float *taps = (const float *)block->taps + tap * block->tap_stride;
          float *sums = block->sums + tap * block->sum_stride + out;

          for (guint tile = 0; tile < block->n_tiles;)
            {
              const guint n = MIN (GENGA_PANEL_ROWS (n_vectors), block->n_tiles - tile);
              multiply_funcs[n_vectors - 1][n](taps + (gsize)tile * n_in, n_in, weights,
                                               sums + (gsize)tile * n_out, n_out);
              tile += n;
            }
          weights += (gsize)n_in * n_vectors * GENGA_VECTOR;
          out += n_vectors * GENGA_VECTOR;
        }
    }
}

static gsize
get_work_bytes (const GengaLayer *layer)
{
  return 0;
}

static const GengaWinogradSteps steps = {
  .transform_input = transform_input,
  .multiply = multiply,
  .get_work_bytes = get_work_bytes,
  .n_tiles = 12,
  .tap_size = sizeof (float),
  .in_multiple = GENGA_VECTOR,
};

static void
run (const GengaConv *conv, const GengaConvRows *rows)
{
  GENGA_OF_SET (winograd_run) ((const GengaLayer *)conv, rows, &steps);
}

/* [tap][a panel's vectors of out][in][vectors]. */
static void
pack (GengaLayer *layer, const GengaConvSpec *spec)
{
  const gsize n_in = layer->in_padded, n_out = layer->out_padded;

  for (guint out = 0; out < spec->out_channels; out++)
    for (guint in = 0; in < spec->in_channels; in++)
      {
        const guint panel = out / GENGA_PANEL_CHANNELS * GENGA_PANEL_CHANNELS,
                    width = MIN (GENGA_PANEL_CHANNELS, n_out - panel);
        float *packed = (float *)layer->packed + panel * n_in + in * width + (out - panel);
        double taps[GENGA_WINOGRAD_TAPS];

        GENGA_OF_SET (winograd_weights) (spec, out, in, taps);
        for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++)
          packed[tap * n_in * n_out] = (float)taps[tap];
      }
}

GengaConv *
GENGA_OF_SET (winograd_f32_new) (const GengaConvSpec *spec)
{
  const gsize n_in = genga_kernel_round_up (spec->in_channels, GENGA_KERNEL_GROUP);
  const gsize n_out = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  GengaLayer *layer = genga_layer_new (spec, "winograd 4x4 f32",
                                       GENGA_WINOGRAD_TAPS * n_in * n_out * sizeof (float), run);

  pack (layer, spec);
  layer->conv.scratch_bytes = GENGA_OF_SET (winograd_scratch) (layer, &steps);
  return &layer->conv;
}
