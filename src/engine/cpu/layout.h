/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan for pictures of one size, or for a rectangle of them: which rows and columns of each map
 * are needed, in which order steps make them, and where they lie in one block of memory.
 *
 * Coordinates are those of the whole map, whatever the rectangle is, and what is made begins and
 * ends on the kernels' grid: a rectangle has the same bytes as the whole picture.
 *
 * Thread rule: one thread makes a layout; then any number read it.
 */
#pragma once

#include "core/rect.h"
#include "engine/cpu/cpu-plan.h"

G_BEGIN_DECLS

typedef struct
{
  GengaCpuRange x, y;
} GengaCpuRegion;

/* A buffer's rows in memory. */
typedef struct
{
  int width, height; /* of the whole map */
  GengaCpuRegion kept;
  guint n_rows;                /* row y lies in slot (y - kept.y.begin) % n_rows */
  gsize row_bytes, lead_bytes; /* before column kept.x.begin */
  gsize pixel_bytes, sample_bytes;
  gsize offset; /* of slot 0 in the block */
} GengaCpuMap;

/* Rows [y, y + n_rows) of a step. */
typedef struct
{
  guint16 step;
  guint16 n_rows;
  int y;
} GengaCpuTask;

/* Statistics of a map: of each group in each block, and what they make of channels. */
typedef struct
{
  guint n_across, n_down; /* blocks */
  /* Offsets: n_down x n_across x n_groups of GengaCpuMoments, and a factor for each channel, then
   * an offset: floats. Of attention between channels: the sums of each strip of columns, and the
   * weights (channels.h). */
  gsize blocks;
  gsize factors;
} GengaCpuStats;

typedef struct
{
  const GengaCpuPlan *plan;
  int width, height; /* of the picture; 0: nothing is laid out yet */
  GengaRect wanted;
  guint n_threads;
  gint64 *sides[2]; /* of each value, along each axis (GengaAxis) */

  GengaCpuRegion *regions; /* of each step; empty where nothing is needed of it */
  GengaCpuMap *maps;       /* of each buffer */
  GengaCpuStats *stats;
  GengaCpuTask *tasks;
  gsize n_tasks, max_tasks;
  gsize *phase_ends; /* in tasks */

  gsize zeros;   /* offset: a row of zeros as long as any */
  gsize scratch; /* offset: scratch_stride for each thread */
  gsize scratch_stride;
  gsize n_bytes; /* of the block, which is on 64 bytes */

  /*< private >*/
  int *next_row;       /* of each step */
  GArray *readers;     /* of pairs of guint: step, input */
  guint *first_reader; /* of each buffer, and their end */
} GengaCpuLayout;

GengaCpuLayout *genga_cpu_layout_new (const GengaCpuPlan *plan, guint n_threads);
void genga_cpu_layout_free (GengaCpuLayout *self);

/* Columns of a step that are thread `thread`'s, in multiples of `grid`. */
GengaCpuRange genga_cpu_layout_get_share (const GengaCpuLayout *self,
                                          GengaCpuRange range,
                                          int grid,
                                          guint thread);

/* The whole map that a value is, or what a step counts in. */
static inline int
genga_cpu_layout_get_width (const GengaCpuLayout *self, guint value)
{
  return (int)self->sides[GENGA_AXIS_X][value];
}

static inline int
genga_cpu_layout_get_height (const GengaCpuLayout *self, guint value)
{
  return (int)self->sides[GENGA_AXIS_Y][value];
}

/* Works out `sides` for a picture. */
void genga_cpu_layout_set_sides (GengaCpuLayout *self, int width, int height);

static inline GengaCpuRange
genga_cpu_range_unite (GengaCpuRange a, GengaCpuRange b)
{
  GengaCpuRange both = { MIN (a.begin, b.begin), MAX (a.end, b.end) };

  return a.begin >= a.end ? b : both;
}

static inline gboolean
genga_cpu_region_is_empty (const GengaCpuRegion *self)
{
  return self->x.begin >= self->x.end || self->y.begin >= self->y.end;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCpuLayout, genga_cpu_layout_free)

G_END_DECLS
