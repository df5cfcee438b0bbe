/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-resample.h"

#include <math.h>

/* What lies beyond the border is the border's. */
static double
read_clamped (const GengaReferenceMap *map, int y, int x, int channel)
{
  return genga_reference_map_at (map, CLAMP (y, 0, map->height - 1),
                                 CLAMP (x, 0, map->width - 1))[channel];
}

static double
read_bilinear (const GengaReferenceMap *map, double y, double x, int channel)
{
  if (isnan (y) || isnan (x))
    return NAN;
  y = CLAMP (y, 0, map->height - 1);
  x = CLAMP (x, 0, map->width - 1);

  int row = y, column = x;
  double fy = y - row, fx = x - column;
  double upper = read_clamped (map, row, column, channel) * (1 - fx) +
                 read_clamped (map, row, column + 1, channel) * fx;
  double lower = read_clamped (map, row + 1, column, channel) * (1 - fx) +
                 read_clamped (map, row + 1, column + 1, channel) * fx;

  return upper * (1 - fy) + lower * fy;
}

/* The kernel of Keys with his a. */
static double
get_cubic_weight (double x, double a)
{
  x = fabs (x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

static double
read_bicubic (const GengaReferenceMap *map, double y, double x, int channel, double a)
{
  int row = floor (y), column = floor (x);
  double sum = 0;

  for (int j = row - 1; j <= row + 2; j++)
    for (int i = column - 1; i <= column + 2; i++)
      sum += get_cubic_weight (y - j, a) * get_cubic_weight (x - i, a) *
             read_clamped (map, j, i, channel);
  return sum;
}

/* Where a pixel of the result comes from along an axis; `length` and `from` are the sides. */
static double
get_source (const GengaOp *op, int at, int length, int from)
{
  gboolean is_like = op->n_inputs > 1;
  int num = is_like ? length : op->resize.num, den = is_like ? from : op->resize.den;

  if (op->resize.kind == GENGA_RESIZE_NEAREST)
    return (double)((gint64)at * den / num);
  if (op->resize.kind == GENGA_RESIZE_BILINEAR_CORNERS)
    return length > 1 ? (double)at * (from - 1) / (length - 1) : 0;
  return (at + 0.5) * den / num - 0.5;
}

static double
read_between (const GengaReferenceStep *step, double y, double x, int channel)
{
  const GengaReferenceMap *in = &step->in[0];

  switch (step->op->resize.kind)
    {
    case GENGA_RESIZE_NEAREST:
      return read_clamped (in, (int)y, (int)x, channel);
    case GENGA_RESIZE_BILINEAR:
    case GENGA_RESIZE_BILINEAR_CORNERS:
      return read_bilinear (in, y, x, channel);
    case GENGA_RESIZE_BICUBIC:
      return read_bicubic (in, y, x, channel, -0.5);
    case GENGA_RESIZE_BICUBIC_SHARP:
      return read_bicubic (in, y, x, channel, -0.75);
    default:
      g_assert_not_reached ();
    }
}

void
genga_reference_resize (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0];
  float *out = step->out.data;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      {
        double from_y = get_source (step->op, y, step->out.height, in->height);
        double from_x = get_source (step->op, x, step->out.width, in->width);

        for (int c = 0; c < step->out.channels; c++)
          *out++ = read_between (step, from_y, from_x, c);
      }
}

void
genga_reference_dysample (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0];
  int f = step->op->dysample.factor, n_groups = step->op->dysample.n_groups;
  float *out = step->out.data;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      for (int c = 0; c < step->out.channels; c++)
        {
          const float *offsets = genga_reference_map_at (&step->in[1], y / f, x / f);
          int group = c / (in->channels / n_groups);
          int point = (group * f + y % f) * f + x % f;
          double offset_x = offsets[point], offset_y = offsets[n_groups * f * f + point];

          *out++ = read_bilinear (in, y / f + offset_y, x / f + offset_x, c);
        }
}
