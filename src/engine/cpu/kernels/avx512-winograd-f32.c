/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/avx512-winograd-f32.h"
#include "engine/cpu/kernels/avx512-winograd.h"

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

/* The sums of n_tiles tiles and n_groups groups of channels; weights are [in][groups]. */
GENGA_INLINE void
multiply_panel (const float *taps,
                guint n_in,
                const float *weights,
                float *sums,
                guint n_out,
                const guint n_tiles,
                const guint n_groups)
{
  __m512 acc[24];

#pragma GCC unroll 24
  for (guint i = 0; i < n_tiles * n_groups; i++)
    acc[i] = _mm512_setzero_ps ();
  for (guint k = 0; k < n_in; k++, weights += n_groups * GENGA_VECTOR)
    {
      __m512 w[4];
#pragma GCC unroll 4
      for (guint g = 0; g < n_groups; g++)
        w[g] = _mm512_load_ps (weights + g * GENGA_VECTOR);
#pragma GCC unroll 24
      for (guint t = 0; t < n_tiles; t++)
        {
          const __m512 v = _mm512_set1_ps (taps[t * n_in + k]);
#pragma GCC unroll 4
          for (guint g = 0; g < n_groups; g++)
            acc[t * n_groups + g] = _mm512_fmadd_ps (v, w[g], acc[t * n_groups + g]);
        }
    }
#pragma GCC unroll 24
  for (guint t = 0; t < n_tiles; t++)
#pragma GCC unroll 4
    for (guint g = 0; g < n_groups; g++)
      _mm512_storeu_ps (sums + (gsize)t * n_out + g * GENGA_VECTOR, acc[t * n_groups + g]);
}

typedef void (*MultiplyFunc) (
    const float *taps, guint n_in, const float *weights, float *sums, guint n_out);

#define PANEL(tiles, groups)                                                                       \
  static void multiply_##tiles##_##groups (const float *taps, guint n_in, const float *weights,    \
                                           float *sums, guint n_out)                               \
  {                                                                                                \
    multiply_panel (taps, n_in, weights, sums, n_out, tiles, groups);                              \
  }

GENGA_PANELS (PANEL)

#define ENTRY(tiles, groups) [groups - 1][tiles] = multiply_##tiles##_##groups,

static const MultiplyFunc multiply_funcs[4][13] = { GENGA_PANELS (ENTRY) };

static void
multiply (const GengaWinogradBlock *block)
{
  const guint n_in = block->layer->in_padded, n_out = block->layer->out_padded;
  const float *weights = block->layer->packed;

  for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++)
    for (guint out = 0; out < n_out;)
      {
        const guint n_groups = MIN (4, (n_out - out) / GENGA_VECTOR);
        const float *taps = (const float *)block->taps + tap * block->tap_stride;
        float *sums = block->sums + tap * block->sum_stride + out;

        for (guint tile = 0; tile < block->n_tiles;)
          {
            const guint n = MIN (GENGA_PANEL_TILES (n_groups), block->n_tiles - tile);
            multiply_funcs[n_groups - 1][n](taps + (gsize)tile * n_in, n_in, weights,
                                            sums + (gsize)tile * n_out, n_out);
            tile += n;
          }
        weights += (gsize)n_in * n_groups * GENGA_VECTOR;
        out += n_groups * GENGA_VECTOR;
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
  genga_avx512_winograd_run ((const GengaLayer *)conv, rows, &steps);
}

/* [tap][up to four groups of out][in][groups]. */
static void
pack (GengaLayer *layer, const GengaConvSpec *spec)
{
  const gsize n_in = layer->in_padded, n_out = layer->out_padded;

  for (guint out = 0; out < spec->out_channels; out++)
    for (guint in = 0; in < spec->in_channels; in++)
      {
        const guint panel = out / 64 * 64, width = MIN (64, n_out - panel);
        float *packed = (float *)layer->packed + panel * n_in + in * width + (out - panel);
        double taps[GENGA_WINOGRAD_TAPS];

        genga_avx512_winograd_weights (spec, out, in, taps);
        for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++)
          packed[tap * n_in * n_out] = (float)taps[tap];
      }
}

GengaConv *
genga_avx512_winograd_f32_new (const GengaConvSpec *spec)
{
  const gsize n_in = genga_kernel_round_up (spec->in_channels, GENGA_VECTOR);
  const gsize n_out = genga_kernel_round_up (spec->out_channels, GENGA_VECTOR);
  GengaLayer *layer = genga_layer_new (spec, "winograd 4x4 f32",
                                       GENGA_WINOGRAD_TAPS * n_in * n_out * sizeof (float), run);

  pack (layer, spec);
  layer->conv.scratch_bytes = genga_avx512_winograd_scratch (layer, &steps);
  return &layer->conv;
}
