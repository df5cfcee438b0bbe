/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run, a thread's part of a task of it, and the rows that it reads and writes. Thread rule: any
 * thread. */
#pragma once

#include "engine/backend.h"
#include "engine/cpu/layout.h"
#include "engine/cpu/map-rows.h"

G_BEGIN_DECLS

typedef struct
{
  const GengaCpuLayout *layout;
  guint8 *block; /* layout->n_bytes on 64 bytes */
  const GengaView *input;
  const GengaView *output;
  gint *is_odd; /* atomic; set where an integer stands for a value that is not finite */
} GengaCpuRun;

typedef struct
{
  const GengaCpuRun *run;
  const GengaCpuStep *step;
  guint thread;
  int y, n_rows;
  GengaCpuRange columns; /* of this thread */
} GengaCpuWork;

static inline const GengaCpuMap *
genga_cpu_run_get_map (const GengaCpuRun *self, const GengaCpuPlace *place)
{
  return &self->layout->maps[place->buffer];
}

/* Column 0 of row y, which may lie outside what is kept; a row of zeros beyond the map. */
static inline GengaCpuRow
genga_cpu_run_get_row (const GengaCpuRun *self, const GengaCpuPlace *place, int y)
{
  const GengaCpuMap *map = genga_cpu_run_get_map (self, place);
  const GengaCpuBuffer *buffer = genga_cpu_plan_get_buffer (self->layout->plan, place->buffer);
  guintptr row = (guintptr)self->block;
  GengaCpuRow found;

  if (y < map->kept.y.begin || y >= map->kept.y.end)
    row += self->layout->zeros;
  else
    row += map->offset + (guint)(y - map->kept.y.begin) % map->n_rows * map->row_bytes;
  row += map->lead_bytes + place->first * map->sample_bytes;
  row -= (gsize)map->kept.x.begin * map->pixel_bytes;
  found.samples = (guint8 *)row;
  found.stride = buffer->stride;
  found.store = buffer->store;
  return found;
}

/* The thread's own; plan->scratch_bytes on 64 bytes. */
static inline gpointer
genga_cpu_work_get_scratch (const GengaCpuWork *self)
{
  const GengaCpuLayout *layout = self->run->layout;

  return self->run->block + layout->scratch + self->thread * layout->scratch_stride;
}

G_END_DECLS
