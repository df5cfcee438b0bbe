/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-i16.h"
#include "engine/cpu/kernels/vector-kernels.h"
#include "engine/cpu/kernels/vector-winograd.h"

#include <math.h>

/* Taps of a tile as integers; `in` is [tap][channel] in f32. */
GENGA_INLINE void
quantise (const float *in, guint n_in, GengaV factor, gint16 *out, gsize out_stride)
{
  for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++, in += n_in, out += out_stride)
    genga_i16_quantise (in, n_in, factor, out);
}

GENGA_INLINE void
transform (const GengaWinogradBlock *block, GengaStore store)
{
  const GengaConvRows *rows = block->rows;
  const guint n_real = block->layer->in_padded,
              n_in = genga_kernel_round_up (n_real, GENGA_I16_MULTIPLE);
  const gsize size = genga_store_size (store), step = rows->in_stride * size;
  float *work = block->work;

  /* What makes up whole vectors of integers. */
  if (n_in > n_real)
    for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++)
      genga_v_save (work + tap * n_in + n_real, genga_v_set (0));

  for (guint tile = 0; tile < block->n_tiles; tile++)
    {
      GengaVi largest = (GengaVi){ 0 };
      GengaV squares = genga_v_set (0);

      for (guint channel = 0; channel < n_real; channel += GENGA_VECTOR)
        {
          const guint8 *in[6];
          for (guint i = 0; i < 6; i++)
            in[i] = (const guint8 *)rows->in[i] + (gsize)(block->first + tile) * 4 * step - step +
                    channel * size;

          GengaVi group = (GengaVi){ 0 };
          genga_winograd_input (in, step, store, work + channel, n_in, &group);
          largest = genga_vi_max (largest, group);
          squares += (GengaV)group * (GengaV)group;
        }

      const float scale = genga_i16_get_scale (largest, squares, n_in);

      block->scales[tile] = scale;
      quantise (work, n_in, genga_v_set (1 / scale), (gint16 *)block->taps + (gsize)tile * n_in,
                block->tap_stride);
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

/* Scales of weights, [tap][out], lie before these. */
static gsize
get_scales_bytes (gsize n_out)
{
  return GENGA_WINOGRAD_TAPS * n_out * sizeof (float);
}

static void
multiply (const GengaWinogradBlock *block)
{
  const guint n_in = genga_kernel_round_up (block->layer->in_padded, GENGA_I16_MULTIPLE);
  const guint n_out = block->layer->out_padded;
  const float *scales = block->layer->packed;
  const gint16 *weights = (const gint16 *)(scales + GENGA_WINOGRAD_TAPS * n_out);

  for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++)
    {
      genga_winograd_fetch_ahead (block, tap);
      for (guint out = 0; out < n_out;)
        {
          const guint n_vectors = MIN (GENGA_PANEL_VECTORS, (n_out - out) / GENGA_VECTOR);
          const gint16 *taps = (const gint16 *)block->taps + tap * block->tap_stride;
          float *sums = block->sums + tap * block->sum_stride + out;

          for (guint tile = 0; tile < block->n_tiles;)
            {
              const guint n = MIN (GENGA_PANEL_ROWS (n_vectors), block->n_tiles - tile);
              genga_i16_multiply (n, n_vectors, taps + (gsize)tile * n_in, n_in, weights,
                                  scales + tap * n_out + out, sums + (gsize)tile * n_out, n_out);
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
  return GENGA_WINOGRAD_TAPS * genga_kernel_round_up (layer->in_padded, GENGA_I16_MULTIPLE) *
         sizeof (float);
}

static const GengaWinogradSteps steps = {
  .transform_input = transform_input,
  .multiply = multiply,
  .get_work_bytes = get_work_bytes,
  .n_tiles = 12,
  .tap_size = sizeof (gint16),
  .in_multiple = GENGA_I16_MULTIPLE,
};

static void
run (const GengaConv *conv, const GengaConvRows *rows)
{
  GENGA_OF_SET (winograd_run) ((const GengaLayer *)conv, rows, &steps);
}

/* [tap][a panel's vectors of out][pair of in][vectors][2], after the scales. `weights` is [in][tap]
 * of one out.
 */
static void
pack_output (GengaLayer *layer, guint out, const double *weights)
{
  const guint n_in = genga_kernel_round_up (layer->in_padded, GENGA_I16_MULTIPLE);
  const gsize n_out = layer->out_padded, panel = out / GENGA_PANEL_CHANNELS * GENGA_PANEL_CHANNELS,
              width = MIN (GENGA_PANEL_CHANNELS, n_out - panel);
  float *scales = layer->packed;
  gint16 *packed = (gint16 *)(scales + GENGA_WINOGRAD_TAPS * n_out);

  for (guint tap = 0; tap < GENGA_WINOGRAD_TAPS; tap++)
    {
      const double scale =
          genga_i16_get_weights_scale (weights + tap, GENGA_WINOGRAD_TAPS, layer->spec.in_channels);
      gint16 *at = packed + tap * n_in * n_out + panel * n_in;

      scales[tap * n_out + out] = (float)scale;
      for (guint k = 0; k < n_in; k++)
        {
          const guint in = genga_pack_order (k);
          const double weight =
              in < layer->spec.in_channels ? weights[in * GENGA_WINOGRAD_TAPS + tap] : 0;
          at[(k / 2 * width + (out - panel)) * 2 + k % 2] = (gint16)lrint (weight / scale);
        }
    }
}

GengaConv *
GENGA_OF_SET (winograd_i16_new) (const GengaConvSpec *spec)
{
  const gsize n_in = genga_kernel_round_up (spec->in_channels, GENGA_I16_MULTIPLE);
  const gsize n_out = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  const gsize bytes =
      get_scales_bytes (n_out) + GENGA_WINOGRAD_TAPS * n_in * n_out * sizeof (gint16);
  GengaLayer *layer = genga_layer_new (spec, "winograd 4x4 int16", bytes, run);
  g_autofree double *weights = g_new (double, GENGA_WINOGRAD_TAPS * spec->in_channels);

  for (guint out = 0; out < spec->out_channels; out++)
    {
      for (guint in = 0; in < spec->in_channels; in++)
        GENGA_OF_SET (winograd_weights) (spec, out, in, weights + in * GENGA_WINOGRAD_TAPS);
      pack_output (layer, out, weights);
    }
  layer->conv.scratch_bytes = GENGA_OF_SET (winograd_scratch) (layer, &steps);
  return &layer->conv;
}
