/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "core/error.h"
#include "engine/reference/reference-compact.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  int n_in;
  int n_out;
  float *weight; /* [tap 9][n_in][n_out] */
  float *bias;   /* [n_out] */
  float *slope;  /* [n_out], NULL after the last convolution */
} Layer;

struct _GengaReferenceCompact
{
  int scale;
  int n_channels;
  int n_layers;
  Layer *layers;
};

static const GengaTensor *
find (const GengaTensor *const *tensors, guint n_tensors, int index, const char *what)
{
  char name[64];

  snprintf (name, sizeof name, "body.%d.%s", index, what);
  for (guint i = 0; i < n_tensors; i++)
    if (g_str_equal (tensors[i]->name, name))
      return tensors[i];
  return NULL;
}

/* To the nearest bf16, ties to even; NaN stays NaN. */
static float
round_to_bf16 (float value)
{
  union
  {
    float value;
    guint32 bits;
  } u = { value };

  if (value != value)
    return value;
  u.bits = (u.bits + 0x7fff + ((u.bits >> 16) & 1)) & 0xffff0000u;
  return u.value;
}

/* A tensor's values as `precision` holds them; sums are in f32 whatever it is. */
static float *
dup_values (const GengaTensor *tensor, GengaPrecision precision)
{
  gint64 n = genga_tensor_get_n_elements (tensor);
  float *values = g_new (float, n);

  genga_tensor_copy_f32 (tensor, values);
  if (precision == GENGA_PRECISION_BF16)
    for (gint64 i = 0; i < n; i++)
      values[i] = round_to_bf16 (values[i]);
  return values;
}

/* [out][in][3][3] as stored -> [tap][in][out], so that the inner loop runs over outputs. */
static float *
dup_weight (const GengaTensor *tensor, GengaPrecision precision)
{
  int n_out = tensor->shape[0], n_in = tensor->shape[1];
  g_autofree float *stored = dup_values (tensor, precision);
  float *weight = g_new (float, 9 * n_in * n_out);

  for (int o = 0; o < n_out; o++)
    for (int i = 0; i < n_in; i++)
      for (int tap = 0; tap < 9; tap++)
        weight[(tap * n_in + i) * n_out + o] = stored[(o * n_in + i) * 9 + tap];
  return weight;
}

GengaReferenceCompact *
genga_reference_compact_new (const GengaNetSpec *spec,
                             const GengaTensor *const *tensors,
                             guint n_tensors,
                             GengaPrecision precision)
{
  GengaReferenceCompact *self = g_new0 (GengaReferenceCompact, 1);

  self->scale = spec->scale;
  self->n_channels = spec->in_channels;
  self->n_layers = spec->compact.num_conv + 2;
  self->layers = g_new0 (Layer, self->n_layers);
  for (int i = 0; i < self->n_layers; i++)
    {
      const GengaTensor *weight = find (tensors, n_tensors, 2 * i, "weight");
      self->layers[i] = (Layer){
        .n_out = weight->shape[0],
        .n_in = weight->shape[1],
        .weight = dup_weight (weight, precision),
        .bias = dup_values (find (tensors, n_tensors, 2 * i, "bias"), precision),
        .slope = i + 1 < self->n_layers
                     ? dup_values (find (tensors, n_tensors, 2 * i + 1, "weight"), precision)
                     : NULL,
      };
    }
  return self;
}

void
genga_reference_compact_free (GengaReferenceCompact *self)
{
  for (int i = 0; i < self->n_layers; i++)
    {
      g_free (self->layers[i].weight);
      g_free (self->layers[i].bias);
      g_free (self->layers[i].slope);
    }
  g_free (self->layers);
  g_free (self);
}

static void
run_pixel (const Layer *layer, const float *in, int height, int width, int y, int x, float *out)
{
  memcpy (out, layer->bias, layer->n_out * sizeof (float));
  for (int tap = 0; tap < 9; tap++)
    {
      int v = y + tap / 3 - 1, u = x + tap % 3 - 1;
      if (v < 0 || v >= height || u < 0 || u >= width)
        continue;
      const float *pixel = in + ((gsize)v * width + u) * layer->n_in;
      const float *weight = layer->weight + (gsize)tap * layer->n_in * layer->n_out;
      for (int i = 0; i < layer->n_in; i++, weight += layer->n_out)
        for (int o = 0; o < layer->n_out; o++)
          out[o] += pixel[i] * weight[o];
    }
  if (layer->slope != NULL)
    for (int o = 0; o < layer->n_out; o++)
      out[o] = out[o] >= 0 ? out[o] : out[o] * layer->slope[o];
}

/* Pixel shuffle of the last layer plus the enlarged input. */
static void
run_tail (GengaReferenceCompact *self,
          const float *input,
          const float *last,
          int height,
          int width,
          float *output)
{
  int s = self->scale, n = self->n_channels;

  for (int y = 0; y < height * s; y++)
    for (int x = 0; x < width * s; x++)
      for (int c = 0; c < n; c++)
        {
          gsize pixel = (gsize)(y / s) * width + x / s;
          int channel = c * s * s + y % s * s + x % s;
          *output++ = last[pixel * n * s * s + channel] + input[pixel * n + c];
        }
}

gboolean
genga_reference_compact_run (GengaReferenceCompact *self,
                             const float *input,
                             int height,
                             int width,
                             float *output,
                             GCancellable *cancellable,
                             GError **error)
{
  gsize pixels = (gsize)height * width;
  int widest = self->layers[0].n_out;

  for (int l = 1; l < self->n_layers; l++)
    widest = MAX (widest, self->layers[l].n_out);

  g_autofree float *a = g_try_malloc_n (pixels * widest, sizeof (float));
  g_autofree float *b = g_try_malloc_n (pixels * widest, sizeof (float));
  if (a == NULL || b == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for a tile."));
      return FALSE;
    }

  const float *in = input;
  float *out = a;
  for (int l = 0; l < self->n_layers; l++)
    {
      const Layer *layer = &self->layers[l];
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (gsize i = 0; i < pixels; i++)
        run_pixel (layer, in, height, width, i / width, i % width, out + i * layer->n_out);
      in = out;
      out = out == a ? b : a;
    }
  run_tail (self, input, in, height, width, output);
  return TRUE;
}
