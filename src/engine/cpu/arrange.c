/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/arrange.h"
#include "engine/cpu/regions.h"
#include "engine/cpu/schedule.h"
#include "engine/cpu/stats.h"

#include <string.h>

#define ALIGNMENT 64
/* Rows this far apart share the same lines of a cache. */
#define BAD_DISTANCE 4096

static const GengaCpuStep *
get_step (const GengaCpuLayout *self, guint i)
{
  return genga_cpu_plan_get_step (self->plan, i);
}

static gsize
align (gsize n)
{
  return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void
set_map (GengaCpuLayout *self, guint i)
{
  const GengaCpuBuffer *buffer = genga_cpu_plan_get_buffer (self->plan, i);
  GengaCpuMap *map = &self->maps[i];
  gsize n_columns;

  memset (map, 0, sizeof *map);
  map->width = genga_cpu_layout_get_width (self, buffer->value);
  map->height = genga_cpu_layout_get_height (self, buffer->value);
  for (guint k = 0; k < self->plan->steps->len; k++)
    if (get_step (self, k)->has_output && get_step (self, k)->output.buffer == i)
      {
        map->kept.x = genga_cpu_range_unite (map->kept.x, self->regions[k].x);
        map->kept.y = genga_cpu_range_unite (map->kept.y, self->regions[k].y);
      }
  map->sample_bytes = buffer->store == GENGA_STORE_F16 ? 2 : 4;
  map->pixel_bytes = buffer->stride * map->sample_bytes;
  map->lead_bytes = align (buffer->margin_left * map->pixel_bytes);
  n_columns = (map->kept.x.end - map->kept.x.begin + GENGA_KERNEL_GRID - 1) / GENGA_KERNEL_GRID *
                  GENGA_KERNEL_GRID +
              buffer->margin_right;
  map->row_bytes = align (map->lead_bytes + n_columns * map->pixel_bytes);
  if (map->row_bytes % BAD_DISTANCE == 0)
    map->row_bytes += ALIGNMENT;
  if (buffer->is_whole)
    map->n_rows = map->kept.y.end - map->kept.y.begin;
}

/* A part of the block that buffers of different phases have one after the other. */
typedef struct
{
  gsize n_bytes;
  guint last_phase;
} Slot;

static Slot *
find_slot (GArray *slots, guint phase, gsize n_bytes)
{
  Slot *best = NULL;

  for (guint i = 0; i < slots->len; i++)
    {
      Slot *slot = &g_array_index (slots, Slot, i);

      if (slot->last_phase >= phase)
        continue;
      /* The smallest that is large enough, else the largest. */
      if (best == NULL ||
          (best->n_bytes < n_bytes ? slot->n_bytes > best->n_bytes
                                   : slot->n_bytes >= n_bytes && slot->n_bytes < best->n_bytes))
        best = slot;
    }
  if (best == NULL)
    {
      const Slot slot = { 0 };

      g_array_append_val (slots, slot);
      best = &g_array_index (slots, Slot, slots->len - 1);
    }
  best->n_bytes = MAX (best->n_bytes, n_bytes);
  return best;
}

/* Offsets of the buffers' slots, which come first in the block. */
static void
set_offsets (GengaCpuLayout *self)
{
  const guint n_buffers = self->plan->buffers->len;
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  g_autofree guint *slot_of = g_new (guint, n_buffers);

  for (guint phase = 0; phase < self->plan->n_phases; phase++)
    for (guint i = 0; i < n_buffers; i++)
      {
        const GengaCpuBuffer *buffer = genga_cpu_plan_get_buffer (self->plan, i);
        Slot *slot;

        if (buffer->first_phase != phase)
          continue;
        slot = find_slot (slots, phase, self->maps[i].n_rows * self->maps[i].row_bytes);
        slot->last_phase = buffer->last_phase;
        slot_of[i] = (guint)(slot - (Slot *)slots->data);
      }
  for (guint k = 0; k < slots->len; k++)
    {
      for (guint i = 0; i < n_buffers; i++)
        if (slot_of[i] == k)
          self->maps[i].offset = self->n_bytes;
      self->n_bytes += align (g_array_index (slots, Slot, k).n_bytes);
    }
}

static gsize
take (GengaCpuLayout *self, gsize n_bytes)
{
  const gsize offset = self->n_bytes;

  self->n_bytes += align (n_bytes);
  return offset;
}

static void
set_channel_sums (GengaCpuLayout *self, const GengaCpuStep *step, GengaCpuStats *stats)
{
  const gsize n_sums = genga_cpu_channels_count_sums (step->channels);

  stats->n_down = 1;
  stats->blocks = take (self, stats->n_across * n_sums * sizeof (double));
  stats->factors = take (self, genga_cpu_channels_count_weights (step->channels) * sizeof (float));
}

static void
set_stats (GengaCpuLayout *self)
{
  for (guint i = 0; i < self->plan->steps->len; i++)
    {
      const GengaCpuStep *step = get_step (self, i);
      GengaCpuStats *stats = &self->stats[step->stats];

      if (!genga_cpu_step_is_stats (step))
        continue;
      stats->n_across =
          (genga_cpu_layout_get_width (self, step->value) + GENGA_CPU_STATS_WIDTH - 1) /
          GENGA_CPU_STATS_WIDTH;
      if (step->kind == GENGA_CPU_CHANNEL_SUMS)
        {
          set_channel_sums (self, step, stats);
          continue;
        }
      stats->n_down = (genga_cpu_layout_get_height (self, step->value) + GENGA_KERNEL_GRID - 1) /
                      GENGA_KERNEL_GRID;
      stats->blocks = take (self, (gsize)stats->n_across * stats->n_down * step->n_groups *
                                      sizeof (GengaCpuMoments));
      stats->factors = take (self, 2 * step->inputs[0].channels * sizeof (float));
    }
}

static void
set_rest (GengaCpuLayout *self)
{
  gsize longest = 0;

  for (guint i = 0; i < self->plan->buffers->len; i++)
    longest = MAX (longest, self->maps[i].row_bytes);
  self->zeros = take (self, longest);
  set_stats (self);
  self->scratch_stride = align (self->plan->scratch_bytes) + ALIGNMENT;
  self->scratch = take (self, self->scratch_stride * self->n_threads);
}

static gboolean
is_same (const GengaCpuLayout *self, int width, int height, const GengaRect *wanted)
{
  return self->width == width && self->height == height && self->wanted.x == wanted->x &&
         self->wanted.y == wanted->y && self->wanted.width == wanted->width &&
         self->wanted.height == wanted->height;
}

gboolean
genga_cpu_layout_arrange (GengaCpuLayout *self, int width, int height, const GengaRect *wanted)
{
  if (is_same (self, width, height, wanted))
    return TRUE;
  self->width = width;
  self->height = height;
  self->wanted = *wanted;
  self->n_bytes = 0;
  genga_cpu_layout_set_sides (self, width, height);
  genga_cpu_layout_set_regions (self);
  for (guint i = 0; i < self->plan->buffers->len; i++)
    set_map (self, i);
  if (!genga_cpu_layout_schedule (self))
    {
      self->width = 0;
      return FALSE;
    }
  set_offsets (self);
  set_rest (self);
  return TRUE;
}
