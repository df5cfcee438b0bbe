/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-rearrange.h"

#include <string.h>

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

/* Where a pixel of the grid goes along an axis. */
static int
find_in_windows (int at, int length, int factor)
{
  int step = length / factor;

  return factor * (at % step) + at / step;
}

static void
move_pixels (const GengaReferenceStep *step, gboolean to_windows)
{
  const GengaReferenceMap *in = &step->in[0];
  int f = step->op->shuffle.factor;

  for (int y = 0; y < in->height; y++)
    for (int x = 0; x < in->width; x++)
      {
        int row = find_in_windows (y, in->height, f), column = find_in_windows (x, in->width, f);
        const float *from = to_windows ? genga_reference_map_at (in, y, x)
                                       : genga_reference_map_at (in, row, column);
        float *to = to_windows ? genga_reference_map_at (&step->out, row, column)
                               : genga_reference_map_at (&step->out, y, x);

        memcpy (to, from, in->channels * sizeof (float));
      }
}

void
genga_reference_grid_to_windows (const GengaReferenceStep *step)
{
  move_pixels (step, TRUE);
}

void
genga_reference_windows_to_grid (const GengaReferenceStep *step)
{
  move_pixels (step, FALSE);
}

/* The place in a row of `period` numbers that goes on in both directions. */
static int
wrap (int at, int period)
{
  return (at % period + period) % period;
}

/* The pixel of an axis that stands for one beyond its ends; -1: a zero. */
static int
find_source (GengaPadKind kind, int at, int length)
{
  gboolean is_inside = at >= 0 && at < length;

  if (kind == GENGA_PAD_ZERO && !is_inside)
    return -1;
  if (kind == GENGA_PAD_REFLECT && !is_inside)
    at = at < 0 ? -at : 2 * (length - 1) - at;
  if (kind == GENGA_PAD_REFLECT_ALL && length > 1)
    {
      at = wrap (at, 2 * (length - 1));
      at = MIN (at, 2 * (length - 1) - at);
    }
  if (kind == GENGA_PAD_SYMMETRIC)
    {
      at = wrap (at, 2 * length);
      at = MIN (at, 2 * length - 1 - at);
    }
  return CLAMP (at, 0, length - 1);
}

static GengaPadKind
choose_pad_kind (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0], *out = &step->out;
  int top = step->op->pad.top, left = step->op->pad.left;

  if (step->op->pad.kind != GENGA_PAD_REFLECT_OR_ZERO)
    return step->op->pad.kind;
  return MAX (top, out->height - in->height - top) < in->height &&
                 MAX (left, out->width - in->width - left) < in->width
             ? GENGA_PAD_REFLECT
             : GENGA_PAD_ZERO;
}

void
genga_reference_pad (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0];
  const GengaOp *op = step->op;
  GengaPadKind kind = choose_pad_kind (step);
  float *out = step->out.data;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      {
        int row = find_source (kind, y - op->pad.top, in->height);
        int column = find_source (kind, x - op->pad.left, in->width);

        for (int c = 0; c < step->out.channels; c++)
          *out++ = row < 0 || column < 0 ? 0 : genga_reference_map_at (in, row, column)[c];
      }
}

void
genga_reference_crop (const GengaReferenceStep *step)
{
  const GengaOp *op = step->op;
  float *out = step->out.data;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      for (int c = 0; c < step->out.channels; c++)
        *out++ = genga_reference_map_at (&step->in[0], y + op->crop.top, x + op->crop.left)[c];
}
