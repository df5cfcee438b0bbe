/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/schedule.h"

/* A layer's weights go through the caches once for a band: not too few pixels, yet rings of bands
 * that fit the caches. */
#define BAND_PIXELS 5120
#define MAX_BAND 32

static const GengaCpuStep *
get_step (const GengaCpuLayout *self, guint i)
{
  return genga_cpu_plan_get_step (self->plan, i);
}

static int
get_band (const GengaCpuLayout *self, guint i)
{
  const GengaCpuRegion *region = &self->regions[i];
  const int grid = MAX (GENGA_KERNEL_GRID, genga_cpu_step_get_grid (get_step (self, i)));
  const int rows = BAND_PIXELS / MAX (1, region->x.end - region->x.begin);

  return MAX (1, MIN (rows, MAX_BAND) / grid) * grid;
}

static gboolean
is_done (const GengaCpuLayout *self, guint i)
{
  return self->next_row[i] >= self->regions[i].y.end ||
         genga_cpu_region_is_empty (&self->regions[i]);
}

/* The rows of input k that step i reads for [begin, end), of those that there are. */
static GengaCpuRange
get_rows (const GengaCpuLayout *self, guint i, guint k, int begin, int end)
{
  const GengaCpuStep *step = get_step (self, i);
  const GengaCpuMap *map = &self->maps[step->inputs[k].buffer];
  GengaCpuRange rows = genga_cpu_step_get_reach (
      step, k, GENGA_AXIS_Y, (GengaCpuRange){ begin, end }, self->sides[GENGA_AXIS_Y]);

  rows.begin = MAX (rows.begin, map->kept.y.begin);
  rows.end = MIN (rows.end, map->kept.y.end);
  return rows;
}

/* A ring holds what its readers still need of it when `end` rows have been made. */
static void
fit_ring (GengaCpuLayout *self, guint buffer, guint phase, int end)
{
  GengaCpuMap *map = &self->maps[buffer];
  int first = end - 1;

  if (genga_cpu_plan_get_buffer (self->plan, buffer)->is_whole)
    return;
  for (guint r = self->first_reader[buffer]; r < self->first_reader[buffer + 1]; r++)
    {
      const guint reader = g_array_index (self->readers, guint, 2 * r);
      const guint input = g_array_index (self->readers, guint, 2 * r + 1);
      const int next = self->next_row[reader];

      if (get_step (self, reader)->phase == phase && !is_done (self, reader))
        first =
            MIN (first, get_rows (self, reader, input, next, self->regions[reader].y.end).begin);
    }
  map->n_rows = MAX (map->n_rows, (guint)(end - first));
}

static gboolean
add_task (GengaCpuLayout *self, guint i, int n_rows)
{
  const GengaCpuStep *step = get_step (self, i);

  if (self->n_tasks == self->max_tasks)
    {
      const gsize max_tasks = MAX (1024, self->max_tasks * 2);
      GengaCpuTask *tasks = g_try_renew (GengaCpuTask, self->tasks, max_tasks);

      if (tasks == NULL)
        return FALSE;
      self->tasks = tasks;
      self->max_tasks = max_tasks;
    }
  self->tasks[self->n_tasks++] = (GengaCpuTask){ (guint16)i, (guint16)n_rows, self->next_row[i] };
  if (step->has_output)
    fit_ring (self, step->output.buffer, step->phase, self->next_row[i] + n_rows);
  self->next_row[i] += n_rows;
  return TRUE;
}

/* Makes the rows of step i up to `end`, and before them what they need. */
static gboolean
make (GengaCpuLayout *self, guint i, int end)
{
  const GengaCpuStep *step = get_step (self, i);
  const int grid = genga_cpu_step_get_grid (step), band = get_band (self, i);

  end = MIN (self->regions[i].y.end, (end + grid - 1) / grid * grid);
  while (self->next_row[i] < end)
    {
      const int n_rows = MIN (band, end - self->next_row[i]);

      for (guint k = 0; k < step->n_inputs; k++)
        {
          const int needed =
              get_rows (self, i, k, self->next_row[i], self->next_row[i] + n_rows).end;

          for (guint w = 0; w < step->n_writers[k]; w++)
            if (get_step (self, step->writers[k][w])->phase == step->phase &&
                !make (self, step->writers[k][w], needed))
              return FALSE;
        }
      if (!add_task (self, i, n_rows))
        return FALSE;
    }
  return TRUE;
}

/* What a phase is for: nothing in it waits for these. */
static gboolean
is_end (const GengaCpuLayout *self, const GengaCpuStep *step)
{
  return !step->has_output || genga_cpu_plan_get_buffer (self->plan, step->output.buffer)->is_whole;
}

static guint
find_laggard (const GengaCpuLayout *self, guint phase)
{
  guint laggard = GENGA_NONE;
  double least = 2;

  for (guint i = 0; i < self->plan->steps->len; i++)
    {
      const GengaCpuStep *step = get_step (self, i);
      const GengaCpuRange rows = self->regions[i].y;

      if (step->phase != phase || !is_end (self, step) || is_done (self, i))
        continue;

      const double part =
          (double)(self->next_row[i] - rows.begin) / (double)(rows.end - rows.begin);
      if (part < least)
        {
          least = part;
          laggard = i;
        }
    }
  return laggard;
}

gboolean
genga_cpu_layout_schedule (GengaCpuLayout *self)
{
  self->n_tasks = 0;
  for (guint i = 0; i < self->plan->steps->len; i++)
    self->next_row[i] = self->regions[i].y.begin;
  for (guint phase = 0; phase < self->plan->n_phases; phase++)
    {
      guint i;

      while ((i = find_laggard (self, phase)) != GENGA_NONE)
        if (!make (self, i, self->next_row[i] + get_band (self, i)))
          return FALSE;
      self->phase_ends[phase] = self->n_tasks;
    }
  return TRUE;
}
