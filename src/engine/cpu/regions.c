/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/regions.h"

#include <string.h>

static const GengaCpuStep *
get_step (const GengaCpuLayout *self, guint i)
{
  return genga_cpu_plan_get_step (self->plan, i);
}

static GengaCpuRange
snap (GengaCpuRange range, int grid, int side)
{
  return (GengaCpuRange){ MAX (0, range.begin) / grid * grid,
                          MIN (side, (range.end + grid - 1) / grid * grid) };
}

/* What a step needs of its input i is needed of those that make it. */
static void
pass_on (GengaCpuLayout *self, const GengaCpuStep *step, const GengaCpuRegion *region, guint i)
{
  const GengaCpuRegion reach = {
    genga_cpu_step_get_reach (step, i, GENGA_AXIS_X, region->x, self->sides[GENGA_AXIS_X]),
    genga_cpu_step_get_reach (step, i, GENGA_AXIS_Y, region->y, self->sides[GENGA_AXIS_Y]),
  };

  for (guint k = 0; k < step->n_writers[i]; k++)
    {
      const GengaCpuStep *writer = get_step (self, step->writers[i][k]);
      GengaCpuRegion *needed = &self->regions[step->writers[i][k]];
      const int grid = genga_cpu_step_get_grid (writer);
      const int width = genga_cpu_layout_get_width (self, writer->value);
      const int height = genga_cpu_layout_get_height (self, writer->value);
      const gboolean all = genga_cpu_step_sees_all (step, i);

      needed->x = genga_cpu_range_unite (needed->x, all ? (GengaCpuRange){ 0, width }
                                                        : snap (reach.x, grid, width));
      needed->y = genga_cpu_range_unite (needed->y, all ? (GengaCpuRange){ 0, height }
                                                        : snap (reach.y, grid, height));
    }
}

/* What is shuffled into pixels of the result that belong to these of the picture. */
static GengaCpuRange
get_written (const GengaCpuLayout *self, const GengaCpuStep *step, int begin, int end)
{
  const gint64 num = self->plan->scale.num, den = (gint64)self->plan->scale.den * step->factor;

  return (GengaCpuRange){ (int)(begin * num / den), (int)(end * num / den) };
}

void
genga_cpu_layout_set_regions (GengaCpuLayout *self)
{
  const guint n_steps = self->plan->steps->len;

  memset (self->regions, 0, n_steps * sizeof *self->regions);
  for (guint i = n_steps; i-- > 0;)
    {
      const GengaCpuStep *step = get_step (self, i);
      GengaCpuRegion *region = &self->regions[i];

      if (step->kind == GENGA_CPU_WRITE)
        {
          const int x = self->wanted.x, y = self->wanted.y;

          region->x = get_written (self, step, x, x + self->wanted.width);
          region->y = get_written (self, step, y, y + self->wanted.height);
        }
      if (genga_cpu_step_is_stats (step))
        {
          region->x = (GengaCpuRange){ 0, genga_cpu_layout_get_width (self, step->value) };
          region->y = (GengaCpuRange){ 0, genga_cpu_layout_get_height (self, step->value) };
        }
      if (!genga_cpu_region_is_empty (region))
        for (guint k = 0; k < step->n_inputs; k++)
          pass_on (self, step, region, k);
    }
}

int
genga_cpu_layout_find_reach (GengaCpuLayout *self)
{
  /* Far away from the borders of a picture that is large enough for any network. */
  const int period = GENGA_KERNEL_GRID * self->plan->period;
  const int far = period * ((1 << 20) / period + 1);
  int reach = 0;

  if (self->plan->sees_everything)
    return -1;
  self->width = self->height = 2 * far;
  genga_cpu_layout_set_sides (self, self->width, self->height);
  for (int i = 0; i < period; i++)
    {
      const int first = far + i, last = first + 1;

      self->wanted = (GengaRect){ first, first, 1, 1 };
      genga_cpu_layout_set_regions (self);
      for (guint k = 0; k < self->plan->steps->len; k++)
        if (get_step (self, k)->kind == GENGA_CPU_READ)
          reach =
              MAX (reach, MAX (first - self->regions[k].x.begin, self->regions[k].x.end - last));
    }
  self->width = 0;
  return reach;
}
