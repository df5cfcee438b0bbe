/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/tile-plan.h"
#include <math.h>

#define MIN_ALIGNMENT 8
#define GAUSSIAN_RAMP 8 /* input pixels */
#define GAUSSIAN_SIGMA (1.0 / 3.0)

typedef struct
{
  int vram_gb;
  int tile;
  int overlap;
} Recommendation;

/* By memory; the first row is also for what has less. */
static const Recommendation recommendations[] = {
  { 4, 256, 16 }, { 6, 384, 24 }, { 8, 512, 32 }, { 12, 768, 48 }, { 16, 1024, 64 },
};
static const Recommendation cpu_recommendation = { 0, 512, 32 };

/* In falling order. */
static const int retreat[] = { 1024, 768, 512, 384, 256, 128 };

static gint64
divide_up (gint64 a, gint64 b)
{
  return (a + b - 1) / b;
}

static gint64
round_up (gint64 value, gint64 unit)
{
  return divide_up (value, unit) * unit;
}

static void
axis_init (GengaTileAxis *axis, int length, int tile, int overlap, int unit, int minimum)
{
  gint64 n = 1;
  gint64 size = length;

  if (length > tile)
    {
      n = 1 + divide_up (length - tile, tile - overlap);
      size = divide_up (length + (n - 1) * overlap, n);
      size = MIN (length, round_up (MAX (size, minimum), unit));
      /* Rounding up, or a large minimum, may have made tiles so large that fewer will do. */
      n = 1 + divide_up (length - size, size - overlap);
    }

  *axis = (GengaTileAxis){ .length = length, .size = size, .n = n };
}

void
genga_tile_plan_init (
    GengaTilePlan *plan, int width, int height, int tile, int overlap, int alignment, int minimum)
{
  int unit;

  g_return_if_fail (width > 0 && height > 0);

  if (tile <= 0 || (gint64)width * height <= (gint64)tile * tile)
    {
      *plan = (GengaTilePlan){ .x = { width, width, 1, 1 }, .y = { height, height, 1, 1 } };
      plan->overlap = overlap;
      return;
    }

  g_return_if_fail (overlap >= 0 && overlap < tile - overlap);

  alignment = MAX (alignment, 1);
  unit = round_up (MIN_ALIGNMENT, alignment);
  axis_init (&plan->x, width, tile, overlap, unit, minimum);
  axis_init (&plan->y, height, tile, overlap, unit, minimum);
  plan->overlap = overlap;
}

/* Where the last tile ends at the picture's border, it has to start at the grid as well. */
static void
set_grid (GengaTileAxis *axis, int grid)
{
  axis->grid = grid;
  if (axis->n > 1)
    axis->size += (axis->length - axis->size) % MAX (1, grid);
}

void
genga_tile_plan_set_grid (GengaTilePlan *plan, int grid)
{
  set_grid (&plan->x, grid);
  set_grid (&plan->y, grid);
}

int
genga_tile_axis_get_start (const GengaTileAxis *axis, int index)
{
  int start;

  g_return_val_if_fail (index >= 0 && index < axis->n, 0);

  if (axis->n == 1)
    return 0;
  start = (gint64)index * (axis->length - axis->size) / (axis->n - 1);
  return start - start % MAX (1, axis->grid);
}

int
genga_tile_plan_get_n_tiles (const GengaTilePlan *plan)
{
  return plan->x.n * plan->y.n;
}

/*
 * The ramp between tiles `index` and `index + 1`: it covers the same output pixels in both, so
 * that what one of them loses the other has. Pixels before it belong to the first tile alone.
 */
static void
get_ramp_place (const GengaTileAxis *axis,
                int index,
                int scale,
                int overlap,
                GengaBlend blend,
                int *begin,
                int *length)
{
  const int first = genga_tile_axis_get_start (axis, index);
  const int second = genga_tile_axis_get_start (axis, index + 1);
  const int band = first + axis->size - second;
  int ramp = MIN (overlap, band);

  if (blend == GENGA_BLEND_GAUSSIAN)
    ramp = MIN (ramp, GAUSSIAN_RAMP);

  *length = ramp * scale;
  *begin = second * scale + (band - ramp) * scale / 2;
}

static float
get_ramp_weight (GengaBlend blend, int i, int length)
{
  const double t = (i + 0.5) / length;

  if (blend == GENGA_BLEND_LINEAR)
    return t;
  return exp (-(1 - t) * (1 - t) / (2 * GAUSSIAN_SIGMA * GAUSSIAN_SIGMA));
}

void
genga_tile_axis_get_ramp (
    const GengaTileAxis *axis, int index, int scale, int overlap, GengaBlend blend, float *ramp)
{
  const int start = genga_tile_axis_get_start (axis, index) * scale;
  const int size = axis->size * scale;
  int begin, length;

  for (int i = 0; i < size; i++)
    ramp[i] = 1;

  if (index > 0)
    {
      get_ramp_place (axis, index - 1, scale, overlap, blend, &begin, &length);
      begin -= start;
      for (int i = 0; i < begin; i++)
        ramp[i] = 0;
      for (int i = 0; i < length; i++)
        ramp[begin + i] = get_ramp_weight (blend, i, length);
    }

  /* Multiplied: in a tile not much larger than its overlaps the two ramps meet. */
  if (index < axis->n - 1)
    {
      get_ramp_place (axis, index, scale, overlap, blend, &begin, &length);
      begin -= start;
      for (int i = 0; i < length; i++)
        ramp[begin + i] *= get_ramp_weight (blend, length - 1 - i, length);
      for (int i = begin + length; i < size; i++)
        ramp[i] = 0;
    }
}

void
genga_tile_ramp_get_support (const float *ramp, int length, int *begin, int *end)
{
  int first = 0;
  int last = length;

  while (first < last && ramp[first] == 0)
    first++;
  while (last > first && ramp[last - 1] == 0)
    last--;

  *begin = first;
  *end = last;
}

void
genga_tile_recommend (guint64 vram_bytes, int native_scale, int *tile, int *overlap)
{
  const guint64 gigabyte = G_GUINT64_CONSTANT (1) << 30;
  const int vram_gb = MIN ((vram_bytes / (gigabyte / 2) + 1) / 2, 1024);
  Recommendation base = vram_bytes > 0 ? recommendations[0] : cpu_recommendation;
  int reduced;

  for (gsize i = 0; i < G_N_ELEMENTS (recommendations); i++)
    if (vram_gb >= recommendations[i].vram_gb)
      base = recommendations[i];

  reduced = base.tile;
  if (native_scale >= 16)
    reduced = MAX (128, base.tile / 4);
  else if (native_scale >= 8)
    reduced = MAX (192, base.tile / 2);

  *tile = reduced;
  *overlap = MIN (base.overlap, reduced / 4);
}

int
genga_tile_get_next_smaller (int tile)
{
  for (gsize i = 0; i < G_N_ELEMENTS (retreat); i++)
    if (retreat[i] < tile)
      return retreat[i];
  return 0;
}
