/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/draft.h"

#define GROUP 16 /* channels that kernels handle together */

gboolean
genga_cpu_drafts_is_alias (const GengaCpuDrafts *self, guint value)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);
  const GengaOp *source = genga_cpu_drafts_get_op (self, op->inputs[0]);

  return op->kind == GENGA_OP_SLICE &&
         (self->is_free[value] ||
          (op->slice.first % GROUP == 0 &&
           (op->slice.n % GROUP == 0 || op->slice.first + op->slice.n == source->channels))) &&
         /* A concatenation may have no buffer of its own. */
         source->kind != GENGA_OP_CONCAT &&
         (source->kind != GENGA_OP_INPUT || op->slice.n == source->channels);
}

void
genga_cpu_drafts_foreach_leaf (const GengaCpuDrafts *self,
                               guint value,
                               void (*func) (guint leaf, gpointer data),
                               gpointer data)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);

  if (op->kind == GENGA_OP_CONCAT || genga_cpu_drafts_is_alias (self, value))
    for (guint i = 0; i < op->n_inputs; i++)
      genga_cpu_drafts_foreach_leaf (self, op->inputs[i], func, data);
  else
    func (value, data);
}

GengaCpuDraft
genga_cpu_drafts_start (const GengaCpuDrafts *self, GengaCpuStepKind kind, guint value)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);
  GengaCpuDraft draft = { .step.kind = kind,
                          .step.n_inputs = op->n_inputs,
                          .step.has_output = TRUE,
                          .step.stride = 1,
                          .step.kernel_y = 1,
                          .step.kernel_x = 1,
                          .step.dilation = 1,
                          .step.factor = 1,
                          .step.value = value,
                          .step.source = op->n_inputs > 0 ? op->inputs[0] : value,
                          .result = value };

  for (guint i = 0; i < MIN (op->n_inputs, GENGA_CPU_MAX_INPUTS); i++)
    draft.values[i] = op->inputs[i];
  return draft;
}

void
genga_cpu_drafts_add_copy (
    GengaCpuDrafts *self, guint value, guint result, guint first, guint phase, guint order)
{
  GengaCpuDraft draft = genga_cpu_drafts_start (self, GENGA_CPU_COPY, result);

  draft.step.n_inputs = 1;
  draft.step.phase = phase;
  draft.step.value = result;
  draft.values[0] = value;
  draft.result_first = first;
  draft.order = order;
  g_array_append_val (self->drafts, draft);
}

static void
clear_draft (gpointer data)
{
  GengaCpuDraft *draft = data;

  g_free (draft->weights);
}

/* Nothing but attention reads them. */
static void
find_free (GengaCpuDrafts *self)
{
  const guint n_ops = self->graph->n_ops;

  for (guint i = 0; i + 1 < n_ops; i++)
    self->is_free[i] = TRUE;
  for (guint i = 0; i < n_ops; i++)
    for (guint k = 0; k < self->graph->ops[i].n_inputs; k++)
      self->is_free[self->graph->ops[i].inputs[k]] &=
          genga_cpu_reads_any_channels (&self->graph->ops[i]);
}

GengaCpuDrafts *
genga_cpu_drafts_new (const GengaGraph *graph, gboolean fast)
{
  GengaCpuDrafts *self = g_new0 (GengaCpuDrafts, 1);

  self->graph = graph;
  self->fast = fast;
  self->drafts = g_array_new (FALSE, TRUE, sizeof (GengaCpuDraft));
  g_array_set_clear_func (self->drafts, clear_draft);
  self->stores = g_new0 (GengaStore, graph->n_ops);
  self->n_uses = g_new0 (guint, graph->n_ops);
  self->user = g_new0 (guint, graph->n_ops);
  self->is_taken = g_new0 (gboolean, graph->n_ops);
  self->is_blocked = g_new0 (gboolean, graph->n_ops);
  self->is_free = g_new0 (gboolean, graph->n_ops);
  find_free (self);
  return self;
}

void
genga_cpu_drafts_free (GengaCpuDrafts *self)
{
  g_array_unref (self->drafts);
  g_free (self->stores);
  g_free (self->n_uses);
  g_free (self->user);
  g_free (self->is_taken);
  g_free (self->is_blocked);
  g_free (self->is_free);
  g_free (self);
}
