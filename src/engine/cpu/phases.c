/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/phases.h"

/*
 * Each 3x3 layer runs four rows ahead of the next: in a chain of this many rows, the rings of what
 * a network adds at its end are larger than whole maps of most pictures.
 */
#define MAX_LAG 160
/* A cut network's parts, in rows: long enough to pay, short enough for caches. */
#define MIN_PART 20
#define MAX_PART 72
/* Where there is attention, with many channels around it: a block or two. */
#define MIN_WINDOWS_PART 8
#define MAX_WINDOWS_PART 20

typedef struct
{
  GengaCpuDrafts *drafts;
  guint *maker;       /* draft that makes a value, or GENGA_NONE */
  guint *reader;      /* the last draft that reads it */
  int *lag;           /* of values, rows of the result */
  guint *stats_phase; /* of statistics */
  guint at;           /* a draft */
  guint phase;
  int most;
  gboolean is_seen;
} Cutter;

static guint
get_phase (const Cutter *self, guint value)
{
  return genga_cpu_drafts_get (self->drafts, self->maker[value])->step.phase;
}

static void
note_reader (guint leaf, gpointer data)
{
  Cutter *self = data;

  self->reader[leaf] = self->at;
}

static void
check_phase (guint leaf, gpointer data)
{
  Cutter *self = data;

  self->is_seen |= get_phase (self, leaf) == self->phase;
}

static void
find_lag (guint leaf, gpointer data)
{
  Cutter *self = data;

  if (get_phase (self, leaf) == self->phase)
    self->most = MAX (self->most, self->lag[leaf]);
}

/* Whole maps are there before the phase that sees them. */
static void
set_phases (Cutter *self)
{
  GArray *drafts = self->drafts->drafts;

  self->phase = 0;
  for (guint i = 0; i < drafts->len; i++)
    {
      GengaCpuDraft *draft = genga_cpu_drafts_get (self->drafts, i);

      self->is_seen = FALSE;
      for (guint k = 0; k < draft->step.n_inputs; k++)
        if (genga_cpu_step_sees_all (&draft->step, k) && !genga_cpu_step_is_stats (&draft->step))
          genga_cpu_drafts_foreach_leaf (self->drafts, draft->values[k], check_phase, self);
      if (genga_cpu_step_needs_stats (&draft->step))
        self->is_seen |= self->stats_phase[draft->step.stats] == self->phase;
      self->phase += self->is_seen;
      draft->step.phase = self->phase;
      if (genga_cpu_step_is_stats (&draft->step))
        self->stats_phase[draft->step.stats] = self->phase;
    }
}

static int
get_reach (const GengaCpuStep *step)
{
  return step->kind == GENGA_CPU_WINDOWS ? step->windows->axes[GENGA_AXIS_Y].key_window
                                         : step->dilation * (step->kernel_y / 2);
}

/* Rows that the beginning of a phase is ahead of a draft's output. */
static int
measure_lag (Cutter *self, guint i)
{
  GengaCpuDraft *draft = genga_cpu_drafts_get (self->drafts, i);
  const int reach = get_reach (&draft->step);

  self->most = 0;
  self->phase = draft->step.phase;
  for (guint k = 0; k < draft->step.n_inputs; k++)
    genga_cpu_drafts_foreach_leaf (self->drafts, draft->values[k], find_lag, self);
  self->most += (reach + GENGA_KERNEL_GRID - 1) / GENGA_KERNEL_GRID * GENGA_KERNEL_GRID;
  if (draft->result != GENGA_NONE)
    self->lag[draft->result] = self->most;
  return self->most;
}

/* Channels of all that is made up to draft `i` and read behind it, by pixels of the picture. */
static double
measure_live (const Cutter *self, guint i)
{
  const GengaGraph *graph = self->drafts->graph;
  double channels = 0;

  for (guint value = 0; value < graph->n_ops; value++)
    if (self->maker[value] != GENGA_NONE && self->maker[value] <= i && self->reader[value] > i)
      {
        const GengaSizeRatio size = graph->ops[value].size;
        const double ratio = (double)size.num / size.den;

        channels += graph->ops[value].channels * ratio * ratio;
      }
  return channels;
}

static void
cut_behind (Cutter *self, guint i)
{
  for (guint k = i + 1; k < self->drafts->drafts->len; k++)
    genga_cpu_drafts_get (self->drafts, k)->step.phase++;
}

/* Cuts the phase that draft `first` begins, where least is kept; answers its end. */
static guint
cut_phase (Cutter *self, guint first)
{
  const guint phase = genga_cpu_drafts_get (self->drafts, first)->step.phase;
  guint end = first, best = first;
  double least = G_MAXDOUBLE;
  gboolean has_windows = FALSE;
  int whole = 0;

  for (; end < self->drafts->drafts->len &&
         genga_cpu_drafts_get (self->drafts, end)->step.phase == phase;
       end++)
    {
      whole = MAX (whole, measure_lag (self, end));
      has_windows |= genga_cpu_drafts_get (self->drafts, end)->step.kind == GENGA_CPU_WINDOWS;
    }
  if (whole <= (has_windows ? MAX_WINDOWS_PART : MAX_LAG))
    return end;

  const int least_part = has_windows ? MIN_WINDOWS_PART : MIN_PART;
  const int most_part = has_windows ? MAX_WINDOWS_PART : MAX_PART;
  whole = 0;
  for (guint i = first; i + 1 < end && whole <= most_part; i++)
    {
      whole = MAX (whole, measure_lag (self, i));
      if (whole < least_part || whole > most_part)
        continue;

      const double live = measure_live (self, i);
      if (live <= least)
        {
          least = live;
          best = i;
        }
    }
  if (best == first)
    return end;
  cut_behind (self, best);
  return best + 1;
}

void
genga_cpu_drafts_set_phases (GengaCpuDrafts *drafts)
{
  const guint n_ops = drafts->graph->n_ops;
  g_autofree guint *maker = g_new (guint, n_ops);
  g_autofree guint *reader = g_new0 (guint, n_ops);
  g_autofree int *lag = g_new0 (int, n_ops);
  g_autofree guint *stats_phase = g_new0 (guint, drafts->n_stats + 1);
  Cutter self = {
    .drafts = drafts, .maker = maker, .reader = reader, .lag = lag, .stats_phase = stats_phase
  };

  for (guint i = 0; i < n_ops; i++)
    maker[i] = GENGA_NONE;
  for (guint i = 0; i < drafts->drafts->len; i++)
    {
      GengaCpuDraft *draft = genga_cpu_drafts_get (drafts, i);

      if (draft->result != GENGA_NONE)
        maker[draft->result] = i;
      self.at = i;
      for (guint k = 0; k < draft->step.n_inputs; k++)
        genga_cpu_drafts_foreach_leaf (drafts, draft->values[k], note_reader, &self);
    }
  set_phases (&self);
  for (guint i = 0; i < drafts->drafts->len;)
    i = cut_phase (&self, i);
}
