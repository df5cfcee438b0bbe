/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-rearrange.h"

void
genga_reference_concat (const GengaReferenceStep *step)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->out);
  float *out = step->out.data;

  for (gsize i = 0; i < n_pixels; i++)
    for (guint k = 0; k < step->op->n_inputs; k++)
      for (int c = 0; c < step->in[k].channels; c++)
        *out++ = step->in[k].data[i * step->in[k].channels + c];
}

void
genga_reference_slice (const GengaReferenceStep *step)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->out);
  float *out = step->out.data;

  for (gsize i = 0; i < n_pixels; i++)
    for (int c = 0; c < step->op->slice.n; c++)
      *out++ = step->in[0].data[i * step->in[0].channels + step->op->slice.first + c];
}

void
genga_reference_pixel_shuffle (const GengaReferenceStep *step)
{
  int f = step->op->shuffle.factor;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      for (int c = 0; c < step->out.channels; c++)
        genga_reference_map_at (&step->out, y, x)[c] =
            genga_reference_map_at (&step->in[0], y / f, x / f)[(c * f + y % f) * f + x % f];
}

void
genga_reference_pixel_unshuffle (const GengaReferenceStep *step)
{
  int f = step->op->shuffle.factor;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      for (int c = 0; c < step->out.channels; c++)
        genga_reference_map_at (&step->out, y, x)[c] =
            genga_reference_map_at (&step->in[0], f * y + c / f % f, f * x + c % f)[c / (f * f)];
}
