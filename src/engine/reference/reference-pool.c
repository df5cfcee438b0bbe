/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-pool.h"

#include <math.h>

static gboolean
is_inside (const GengaReferenceMap *map, int y, int x)
{
  return y >= 0 && y < map->height && x >= 0 && x < map->width;
}

/* NaN is larger than anything: it stays. */
static double
get_largest (double a, double b)
{
  return isnan (a) || isnan (b) ? NAN : MAX (a, b);
}

/* Of one channel of the pixels from (top, left) on. */
static double
pool_pixels (const GengaReferenceStep *step, int top, int left, int channel)
{
  const GengaReferenceMap *in = &step->in[0];
  int height = step->op->pool.kernel_y, width = step->op->pool.kernel_x;
  double largest = -INFINITY, sum = 0;
  int n = 0;

  for (int y = top; y < top + height; y++)
    for (int x = left; x < left + width; x++)
      if (is_inside (in, y, x))
        {
          double value = genga_reference_map_at (in, y, x)[channel];

          largest = get_largest (largest, value);
          sum += value;
          n++;
        }
  if (step->op->kind == GENGA_OP_MAX_POOL)
    return largest;
  return sum / (step->op->pool.counts_pad ? height * width : n);
}

void
genga_reference_pool (const GengaReferenceStep *step)
{
  const GengaOp *op = step->op;
  float *out = step->out.data;

  for (int y = 0; y < step->out.height; y++)
    for (int x = 0; x < step->out.width; x++)
      for (int c = 0; c < step->out.channels; c++)
        *out++ = pool_pixels (step, y * op->pool.stride - op->pool.pad_y,
                              x * op->pool.stride - op->pool.pad_x, c);
}
