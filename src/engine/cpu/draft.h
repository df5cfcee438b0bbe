/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a plan before their values have a place in memory: operations fused into the layers
 * that make what they take.
 *
 * Thread rule: one thread makes a plan.
 */
#pragma once

#include "engine/cpu/cpu-step.h"

G_BEGIN_DECLS

typedef struct
{
  GengaCpuStep step; /* without places */
  guint values[GENGA_CPU_MAX_INPUTS];
  guint result;       /* a value, or GENGA_NONE */
  guint result_first; /* the channel of it where the step begins to write */
  guint order;        /* steps run by phase, then in this order */
  GengaConvSpec spec; /* CONV; points into the graph, and at `weights` */
  float *weights;     /* owned, or NULL */
} GengaCpuDraft;

typedef struct
{
  const GengaGraph *graph;
  gboolean fast;
  GArray *drafts;     /* of GengaCpuDraft */
  GengaStore *stores; /* of each value */
  guint *n_uses;      /* of each value, by operations that count */
  guint *user;        /* the last of them */
  gboolean *is_taken; /* operations that another one's draft does */
  /* Values whose channels are in the order of the pixels that a shuffle makes of them. */
  gboolean *is_blocked;
  /* Values that steps alone read which take channels from anywhere. */
  gboolean *is_free;
  guint n_stats;
} GengaCpuDrafts;

/* Operations whose steps read floats, from any channel on. */
static inline gboolean
genga_cpu_reads_any_channels (const GengaOp *op)
{
  return op->kind == GENGA_OP_WINDOW_ATTENTION || op->kind == GENGA_OP_CHANNEL_ATTENTION;
}

/* None yet; the graph has to stay. */
GengaCpuDrafts *genga_cpu_drafts_new (const GengaGraph *graph, gboolean fast);
void genga_cpu_drafts_free (GengaCpuDrafts *self);

static inline GengaCpuDraft *
genga_cpu_drafts_get (GengaCpuDrafts *self, guint i)
{
  return &g_array_index (self->drafts, GengaCpuDraft, i);
}

/* The operation that makes a value; a constant's numbers, NULL for GENGA_NONE. */
static inline const GengaOp *
genga_cpu_drafts_get_op (const GengaCpuDrafts *self, guint value)
{
  return &self->graph->ops[value];
}

static inline const float *
genga_cpu_drafts_get_data (const GengaCpuDrafts *self, guint constant)
{
  return constant != GENGA_NONE ? self->graph->constants[constant].data : NULL;
}

/*
 * Whether a value is but a part of another one's buffer: slices cut where kernels can read them, of
 * anything but concatenations.
 */
gboolean genga_cpu_drafts_is_alias (const GengaCpuDrafts *self, guint value);

/* Calls `func` for each value that is made by a step and that `value` consists of. */
void genga_cpu_drafts_foreach_leaf (const GengaCpuDrafts *self,
                                    guint value,
                                    void (*func) (guint leaf, gpointer data),
                                    gpointer data);

/* A draft of a step that makes `value` out of its operation's inputs; it is not added. */
GengaCpuDraft
genga_cpu_drafts_start (const GengaCpuDrafts *self, GengaCpuStepKind kind, guint value);

/* A copy of `value` to channels of another one, from `first` on. */
void genga_cpu_drafts_add_copy (
    GengaCpuDrafts *self, guint value, guint result, guint first, guint phase, guint order);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCpuDrafts, genga_cpu_drafts_free)

G_END_DECLS
