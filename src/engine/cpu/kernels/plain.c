/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/plain.h"
#include "engine/cpu/kernels/half.h"
#include "engine/cpu/kernels/layer.h"
#include "engine/cpu/kernels/plain-attention.h"

#include <math.h>
#include <string.h>

static inline float
load (const void *row, gsize i, GengaStore store)
{
  return store == GENGA_STORE_F16 ? genga_half_to_float (((const guint16 *)row)[i])
                                  : ((const float *)row)[i];
}

static inline void
save (void *row, gsize i, GengaStore store, float value)
{
  if (store == GENGA_STORE_F16)
    ((guint16 *)row)[i] = genga_half_from_float (value);
  else
    ((float *)row)[i] = value;
}

static float
sigmoid (float x)
{
  return 1 / (1 + expf (-x));
}

static float
softplus (float x)
{
  return x > 0 ? x + log1pf (expf (-x)) : log1pf (expf (x));
}

static float
activate (const GengaEpilogue *epilogue, float x, float slope, float side)
{
  const float alpha = epilogue->alpha, beta = epilogue->beta;

  switch (epilogue->activation)
    {
    case GENGA_EPILOGUE_RELU:
      return x < 0 ? 0 : x;
    case GENGA_EPILOGUE_LEAKY:
      return x < 0 ? alpha * x : x;
    case GENGA_EPILOGUE_PRELU:
      return x < 0 ? slope * x : x;
    case GENGA_EPILOGUE_SILU:
      return x * sigmoid (x);
    case GENGA_EPILOGUE_MISH:
      return x * tanhf (softplus (x));
    case GENGA_EPILOGUE_GELU:
      return x * 0.5f * (1 + erff (x * (float)G_SQRT2 / 2));
    case GENGA_EPILOGUE_GELU_TANH:
      return x * 0.5f * (1 + tanhf (0.7978845608f * (x + 0.044715f * x * x * x)));
    case GENGA_EPILOGUE_SIGMOID:
      return sigmoid (x);
    case GENGA_EPILOGUE_TANH:
      return tanhf (x);
    case GENGA_EPILOGUE_CLIP:
      return x < alpha ? alpha : x > beta ? beta : x;
    case GENGA_EPILOGUE_ELU:
      return x < 0 ? alpha * expm1f (x) : x;
    case GENGA_EPILOGUE_SOFTPLUS:
      return softplus (x);
    case GENGA_EPILOGUE_HARDSIGMOID:
      x = alpha * x + beta;
      return x < 0 ? 0 : x > 1 ? 1 : x;
    case GENGA_EPILOGUE_SPAN_GATE:
      return (x + side) * (sigmoid (x) - 0.5f);
    case GENGA_EPILOGUE_NONE:
    default:
      return x;
    }
}

/* Finishes all channels of the pixel in column x of row `row`. */
static void
finish (const GengaLayer *self, const GengaConvRows *rows, guint row, guint x, const float *sums)
{
  const GengaConvSpec *spec = &self->spec;
  const GengaEpilogue *epilogue = &spec->epilogue;
  const gboolean takes_side = epilogue->activation == GENGA_EPILOGUE_SPAN_GATE;
  void *out = rows->out[row];
  const gsize at = x * rows->out_stride;

  for (guint c = 0; c < spec->out_channels; c++)
    {
      float sides[2] = { 0, 0 };

      for (guint k = 0; k < epilogue->n_sides; k++)
        sides[k] = load (rows->sides[k][row], x * rows->side_strides[k] + c, spec->side_store);

      float value = activate (epilogue, sums[c] + epilogue->bias[c], epilogue->slopes[c], sides[0]);

      if (epilogue->has_gate)
        value *= load (rows->gate[row], x * rows->gate_stride + c, spec->side_store);
      value *= epilogue->scale;
      for (guint k = takes_side; k < epilogue->n_sides; k++)
        value += epilogue->side_scales[k] * sides[k];
      save (out, at + c, spec->out_store, value);
    }
  for (guint c = spec->out_channels; c < self->out_padded; c++)
    save (out, at + c, spec->out_store, 0);
}

/* Adds what one tap finds in a pixel of the input: weights are [in][out, padded]. */
static void
add_tap (const GengaLayer *self, const void *in, gsize at, const float *weights, float *sums)
{
  for (guint c = 0; c < self->spec.in_channels; c++)
    {
      const float value = load (in, at + c, self->spec.in_store);

      for (guint o = 0; o < self->out_padded; o++)
        sums[o] += value * weights[c * self->out_padded + o];
    }
}

static void
add_depthwise_tap (
    const GengaLayer *self, const void *in, gsize at, const float *weights, float *sums)
{
  for (guint c = 0; c < self->spec.in_channels; c++)
    sums[c] += load (in, at + c, self->spec.in_store) * weights[c];
}

static void
sum_pixel (const GengaLayer *self, const GengaConvRows *rows, guint row, guint x, float *sums)
{
  const GengaConvSpec *spec = &self->spec;
  const gsize tap_size = (spec->depthwise ? 1 : spec->in_channels) * self->out_padded;
  const float *weights = self->packed;

  for (guint i = 0; i < spec->kernel_height; i++)
    for (guint j = 0; j < spec->kernel_width; j++, weights += tap_size)
      {
        const void *in = rows->in[row * spec->stride + i * spec->dilation];
        const gssize column =
            (gssize)(x * spec->stride + j * spec->dilation) - (gssize)self->conv.margin_left;

        /* Columns left of 0 lie before the row's pointer. */
        if (column < 0)
          in = (const guint8 *)in -
               -column * rows->in_stride * (spec->in_store == GENGA_STORE_F16 ? 2 : sizeof (float));

        (spec->depthwise ? add_depthwise_tap
                         : add_tap) (self, in, MAX (column, 0) * rows->in_stride, weights, sums);
      }
}

static void
run_plain (const GengaConv *conv, const GengaConvRows *rows)
{
  const GengaLayer *self = (const GengaLayer *)conv;
  const guint x1 = MIN (rows->x1, rows->width);
  float *sums = rows->scratch;

  for (guint row = 0; row < rows->n_rows; row++)
    for (guint x = rows->x0; x < x1; x++)
      {
        memset (sums, 0, self->out_padded * sizeof *sums);
        if (self->spec.kernel_height == 0)
          for (guint c = 0; c < self->spec.in_channels; c++)
            sums[c] =
                load (rows->in[row * self->spec.stride],
                      (gsize)x * self->spec.stride * rows->in_stride + c, self->spec.in_store);
        else
          sum_pixel (self, rows, row, x, sums);
        finish (self, rows, row, x, sums);
      }
}

/* Weights as [tap][in][out, padded], depthwise [tap][out, padded]. */
static void
pack (GengaLayer *self, const float *weights)
{
  const GengaConvSpec *spec = &self->spec;
  const guint n_taps = spec->kernel_height * spec->kernel_width;
  const guint n_in = spec->depthwise ? 1 : spec->in_channels;
  float *packed = self->packed;

  for (guint o = 0; o < spec->out_channels; o++)
    for (guint c = 0; c < n_in; c++)
      for (guint tap = 0; tap < n_taps; tap++)
        packed[((gsize)tap * n_in + c) * self->out_padded + o] =
            weights[((gsize)o * n_in + c) * n_taps + tap];
}

static GengaConv *
plain_conv_new (const GengaConvSpec *spec)
{
  const gsize n_taps = (gsize)spec->kernel_height * spec->kernel_width;
  const gsize out_padded = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  const gsize bytes =
      n_taps * (spec->depthwise ? 1 : spec->in_channels) * out_padded * sizeof (float);
  GengaLayer *self = genga_layer_new (spec, "plain", bytes, run_plain);

  self->conv.set = &genga_kernels_plain;
  self->conv.scratch_bytes = out_padded * sizeof (float);
  if (n_taps > 0)
    pack (self, spec->weights);
  return &self->conv;
}

static void
plain_layer_norm (const GengaNormRow *row, guint x0, guint x1)
{
  const float n = (float)row->n_channels;

  for (gsize x = x0; x < x1; x++)
    {
      const gsize from = x * row->in_stride, to = x * row->out_stride;
      float sum = 0, squares = 0;

      for (guint c = 0; c < row->n_channels && !row->is_rms; c++)
        sum += load (row->in, from + c, row->in_store);
      for (guint c = 0; c < row->n_channels; c++)
        {
          const float distance = load (row->in, from + c, row->in_store) - sum / n;

          squares += distance * distance;
        }

      const float factor = 1 / (row->is_rms ? sqrtf (squares / n) + row->epsilon
                                            : sqrtf (squares / n + row->epsilon));
      for (guint c = 0; c < row->n_channels; c++)
        save (row->out, to + c, row->out_store,
              (load (row->in, from + c, row->in_store) - sum / n) * factor * row->weight[c] +
                  row->bias[c]);
      for (guint c = row->n_channels; c < genga_kernel_round_up (row->n_channels, 16); c++)
        save (row->out, to + c, row->out_store, 0);
    }
}

static gboolean
plain_is_supported (void)
{
  return TRUE;
}

const GengaKernelSet genga_kernels_plain = {
  .name = "plain",
  .is_supported = plain_is_supported,
  .conv_new = plain_conv_new,
  .layer_norm = plain_layer_norm,
  .attend = genga_plain_attend,
  .multiply = genga_plain_multiply,
};
