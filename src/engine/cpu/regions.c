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
  const GengaCpuRegion reach = { genga_cpu_step_get_reach (step, i, TRUE, region->x),
                                 genga_cpu_step_get_reach (step, i, FALSE, region->y) };

  for (guint k = 0; k < step->n_writers[i]; k++)
    {
      const GengaCpuStep *writer = get_step (self, step->writers[i][k]);
      GengaCpuRegion *needed = &self->regions[step->writers[i][k]];
      const int grid = genga_cpu_step_get_grid (writer);
      const int width = genga_cpu_scale (self->width, writer->size);
      const int height = genga_cpu_scale (self->height, writer->size);
      const gboolean all = genga_cpu_step_sees_all (step, i);

      needed->x = genga_cpu_range_unite (needed->x, all ? (GengaCpuRange){ 0, width }
                                                        : snap (reach.x, grid, width));
      needed->y = genga_cpu_range_unite (needed->y, all ? (GengaCpuRange){ 0, height }
                                                        : snap (reach.y, grid, height));
    }
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

          region->x = (GengaCpuRange){ genga_cpu_scale (x, step->size),
                                       genga_cpu_scale (x + self->wanted.width, step->size) };
          region->y = (GengaCpuRange){ genga_cpu_scale (y, step->size),
                                       genga_cpu_scale (y + self->wanted.height, step->size) };
        }
      if (step->kind == GENGA_CPU_GROUP_STATS)
        {
          region->x = (GengaCpuRange){ 0, genga_cpu_scale (self->width, step->size) };
          region->y = (GengaCpuRange){ 0, genga_cpu_scale (self->height, step->size) };
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
  const int far = 1 << 20, period = GENGA_KERNEL_GRID * self->plan->multiple_of;
  int reach = 0;

  if (self->plan->sees_everything)
    return -1;
  self->width = self->height = 2 * far;
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
