/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/layout.h"

static const GengaCpuStep *
get_step (const GengaCpuLayout *self, guint i)
{
  return genga_cpu_plan_get_step (self->plan, i);
}

static void
find_readers (GengaCpuLayout *self)
{
  for (guint i = 0; i < self->plan->buffers->len; i++)
    {
      self->first_reader[i] = self->readers->len / 2;
      for (guint k = 0; k < self->plan->steps->len; k++)
        for (guint input = 0; input < get_step (self, k)->n_inputs; input++)
          if (get_step (self, k)->inputs[input].buffer == i)
            {
              g_array_append_val (self->readers, k);
              g_array_append_val (self->readers, input);
            }
    }
  self->first_reader[self->plan->buffers->len] = self->readers->len / 2;
}

GengaCpuLayout *
genga_cpu_layout_new (const GengaCpuPlan *plan, guint n_threads)
{
  GengaCpuLayout *self = g_new0 (GengaCpuLayout, 1);

  self->plan = plan;
  self->n_threads = n_threads;
  self->regions = g_new0 (GengaCpuRegion, plan->steps->len);
  self->maps = g_new0 (GengaCpuMap, plan->buffers->len);
  self->stats = g_new0 (GengaCpuStats, MAX (1, plan->n_stats));
  self->phase_ends = g_new0 (gsize, plan->n_phases);
  self->next_row = g_new0 (int, plan->steps->len);
  self->readers = g_array_new (FALSE, FALSE, sizeof (guint));
  self->first_reader = g_new0 (guint, plan->buffers->len + 1);
  for (guint axis = 0; axis < 2; axis++)
    self->sides[axis] = g_new0 (gint64, plan->n_ops);
  find_readers (self);
  return self;
}

void
genga_cpu_layout_free (GengaCpuLayout *self)
{
  g_free (self->regions);
  g_free (self->maps);
  g_free (self->stats);
  g_free (self->tasks);
  g_free (self->phase_ends);
  g_free (self->next_row);
  g_array_unref (self->readers);
  g_free (self->first_reader);
  for (guint axis = 0; axis < 2; axis++)
    g_free (self->sides[axis]);
  g_free (self);
}

void
genga_cpu_layout_set_sides (GengaCpuLayout *self, int width, int height)
{
  for (guint i = 0; i < self->plan->n_ops; i++)
    {
      const GengaOp *op = &self->plan->ops[i];

      self->sides[GENGA_AXIS_X][i] =
          genga_op_get_side (op, GENGA_AXIS_X, width, self->sides[GENGA_AXIS_X]);
      self->sides[GENGA_AXIS_Y][i] =
          genga_op_get_side (op, GENGA_AXIS_Y, height, self->sides[GENGA_AXIS_Y]);
    }
}

GengaCpuRange
genga_cpu_layout_get_share (const GengaCpuLayout *self, GengaCpuRange range, int grid, guint thread)
{
  /* From one multiple of the grid to another; the ends are the range's. */
  const gint64 first = range.begin / grid, n = (range.end + grid - 1) / grid - first;
  const int begin = (int)(first + n * thread / self->n_threads) * grid;
  const int end = (int)(first + n * (thread + 1) / self->n_threads) * grid;

  return (GengaCpuRange){ MAX (begin, range.begin), MIN (end, range.end) };
}
