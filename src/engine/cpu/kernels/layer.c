/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/layer.h"

#include <string.h>

static void
free_layer (GengaConv *conv)
{
  GengaLayer *self = (GengaLayer *)conv;

  g_aligned_free (self->packed);
  g_free ((float *)self->spec.epilogue.bias);
  g_free ((float *)self->spec.epilogue.slopes);
  g_free (self);
}

static float *
dup_padded (const float *values, guint n, guint n_padded)
{
  float *copy = g_new0 (float, n_padded);

  if (values != NULL)
    memcpy (copy, values, n * sizeof *values);
  return copy;
}

static void
set_geometry (GengaConv *conv, const GengaConvSpec *spec)
{
  const guint height = MAX (spec->kernel_height, 1), width = MAX (spec->kernel_width, 1);
  const guint reach = spec->dilation * (width - 1) + 1;

  conv->in_rows = (GENGA_KERNEL_GRID - 1) * spec->stride + spec->dilation * (height - 1) + 1;
  conv->margin_top = spec->dilation * ((height - 1) / 2);
  conv->margin_left = spec->dilation * ((width - 1) / 2);
  conv->margin_right =
      reach > conv->margin_left + spec->stride ? reach - conv->margin_left - spec->stride : 0;
  conv->flops = 2.0 * spec->kernel_height * spec->kernel_width * spec->out_channels *
                (spec->depthwise ? 1 : spec->in_channels);
}

/* No activation and the simple ones are slopes below 0, too. */
static void
fill_slopes (GengaLayer *self)
{
  const GengaEpilogue *epilogue = &self->spec.epilogue;
  float *slopes = (float *)epilogue->slopes;
  const float slope = epilogue->activation == GENGA_EPILOGUE_LEAKY  ? epilogue->alpha
                      : epilogue->activation == GENGA_EPILOGUE_NONE ? 1
                                                                    : 0;

  if (epilogue->activation != GENGA_EPILOGUE_PRELU)
    for (guint i = 0; i < self->out_padded; i++)
      slopes[i] = slope;
}

GengaLayer *
genga_layer_new (const GengaConvSpec *spec,
                 const char *kernel,
                 gsize packed_bytes,
                 void (*run) (const GengaConv *self, const GengaConvRows *rows))
{
  GengaLayer *self = g_new0 (GengaLayer, 1);

  self->conv.kernel = kernel;
  self->conv.packed_bytes = packed_bytes;
  self->conv.run = run;
  self->conv.free = free_layer;
  set_geometry (&self->conv, spec);
  self->spec = *spec;
  self->spec.weights = NULL;
  self->in_padded = genga_kernel_round_up (spec->in_channels, GENGA_KERNEL_GROUP);
  self->out_padded = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  self->spec.epilogue.bias = dup_padded (spec->epilogue.bias, spec->out_channels, self->out_padded);
  self->spec.epilogue.slopes =
      dup_padded (spec->epilogue.slopes, spec->out_channels, self->out_padded);
  fill_slopes (self);
  self->packed = g_aligned_alloc0 (1, MAX (packed_bytes, 64), 64);
  return self;
}
