/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graph as a program for the CPU: steps that each make a few rows of one map out of rows of
 * others, and buffers that keep the rows. Sizes of pictures come in later (layout.h).
 *
 * Steps run in phases. In a phase, all of them advance down the picture together, and their
 * buffers are rings that keep only the rows that are still needed. What a later phase reads is kept
 * whole. Operations that see a whole map begin a phase, and very deep networks are cut into some.
 *
 * Thread rule: a plan is immutable; any thread.
 */
#pragma once

#include "engine/cpu/cpu-step.h"

G_BEGIN_DECLS

typedef struct
{
  GengaOp *ops; /* of the graph that is run; sides of maps follow from them */
  guint n_ops;
  GArray *steps;   /* of GengaCpuStep, in an order in which they may run */
  GArray *buffers; /* of GengaCpuBuffer */
  guint n_phases;
  guint n_stats;
  /* Of the result. */
  int in_channels, out_channels;
  GengaSizeRatio scale;
  int period;               /* pixels of the picture, with which all maps repeat themselves */
  gboolean sees_everything; /* a result may depend on any pixel */
  gsize scratch_bytes;      /* for each thread */
} GengaCpuPlan;

/* Whether genga_cpu_plan_new() takes it; otherwise a technical line, free with g_free(). */
gboolean genga_cpu_plan_supports (const GengaGraph *graph, char **reason);

/*
 * A supported graph, with weights. `fast`: maps are stored in half precision and summed as fast as
 * the set can (GENGA_SUM_FAST) where the graph does not ask for f32. The graph is only read during
 * the call.
 */
GengaCpuPlan *
genga_cpu_plan_new (const GengaGraph *graph, const GengaKernelSet *set, gboolean fast);
void genga_cpu_plan_free (GengaCpuPlan *self);

static inline const GengaCpuStep *
genga_cpu_plan_get_step (const GengaCpuPlan *self, guint i)
{
  return &g_array_index (self->steps, GengaCpuStep, i);
}

static inline const GengaCpuBuffer *
genga_cpu_plan_get_buffer (const GengaCpuPlan *self, guint i)
{
  return &g_array_index (self->buffers, GengaCpuBuffer, i);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCpuPlan, genga_cpu_plan_free)

G_END_DECLS
