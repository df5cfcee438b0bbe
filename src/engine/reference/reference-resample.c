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

static double
get_cubic_weight (double x)
{
  x = fabs (x);
  if (x < 1)
    return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

static double
read_bicubic (const GengaReferenceMap *map, double y, double x, int channel)
{
  int row = floor (y), column = floor (x);
  double sum = 0;

  for (int j = row - 1; j <= row + 2; j++)
    for (int i = column - 1; i <= column + 2; i++)
      sum +=
          get_cubic_weight (y - j) * get_cubic_weight (x - i) * read_clamped (map, j, i, channel);
  return sum;
}

void
genga_reference_resize (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0];
  int num = step->op->resize.num, den = step->op->resize.den;
  float *out = step->out.data;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      for (int c = 0; c < step->out.channels; c++)
        {
          double from_y = (y + 0.5) * den / num - 0.5, from_x = (x + 0.5) * den / num - 0.5;

          if (step->op->resize.kind == GENGA_RESIZE_NEAREST)
            *out++ = genga_reference_map_at (in, (gint64)y * den / num, (gint64)x * den / num)[c];
          else if (step->op->resize.kind == GENGA_RESIZE_BILINEAR)
            *out++ = read_bilinear (in, from_y, from_x, c);
          else
            *out++ = read_bicubic (in, from_y, from_x, c);
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
