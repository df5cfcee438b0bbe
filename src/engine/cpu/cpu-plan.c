/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/cpu-plan.h"

#include "engine/cpu/buffer-places.h"
#include "engine/cpu/deconv.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/lower.h"
#include "engine/cpu/phases.h"
#include "engine/cpu/windows.h"

/* What fits the lists of rows in step-run.c. */
#define MAX_KERNEL 63
/* Each becomes a few steps, whose numbers have 16 bits. */
#define MOST_OPS (G_MAXUINT16 / 8)
/* Of a picture, which rows of pictures have room for. */
#define MOST_CHANNELS 4

static int
compare_drafts (gconstpointer a, gconstpointer b)
{
  const GengaCpuDraft *first = a, *second = b;

  if (first->step.phase != second->step.phase)
    return first->step.phase < second->step.phase ? -1 : 1;
  return first->order < second->order ? -1 : first->order > second->order;
}

static gboolean
makes (const GengaCpuStep *step, const GengaCpuPlace *place)
{
  return step->has_output && step->output.buffer == place->buffer &&
         step->output.first < place->first + place->channels &&
         place->first < step->output.first + step->output.channels;
}

static void
find_writers (GengaCpuPlan *self)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      GengaCpuStep *step = &g_array_index (self->steps, GengaCpuStep, i);

      for (guint k = 0; k < step->n_inputs; k++)
        {
          g_autoptr (GArray) writers = g_array_new (FALSE, FALSE, sizeof (guint));

          for (guint j = 0; j < self->steps->len; j++)
            if (makes (genga_cpu_plan_get_step (self, j), &step->inputs[k]))
              g_array_append_val (writers, j);
          step->n_writers[k] = writers->len;
          step->writers[k] = g_memdup2 (writers->data, writers->len * sizeof (guint));
        }
    }
}

static void
add_conv (GengaCpuPlan *self, GengaCpuDraft *draft, const GengaKernelSet *set)
{
  GengaCpuStep *step = &draft->step;
  GengaCpuBuffer *in = &g_array_index (self->buffers, GengaCpuBuffer, step->inputs[0].buffer);

  step->conv = genga_kernels_conv_new (set, &draft->spec);
  in->margin_left = MAX (in->margin_left, (guint)step->pad_x);
  in->margin_right =
      MAX (in->margin_right, step->conv->margin_right + step->conv->margin_left +
                                 (guint)step->pad_x + GENGA_KERNEL_GRID * (guint)step->stride);
  self->scratch_bytes = MAX (self->scratch_bytes, step->conv->scratch_bytes);
}

static void
add_steps (GengaCpuPlan *self, GengaCpuDrafts *drafts, const GengaKernelSet *set)
{
  for (guint i = 0; i < drafts->drafts->len; i++)
    {
      GengaCpuDraft *draft = genga_cpu_drafts_get (drafts, i);

      draft->step.set = set;
      if (draft->step.kind == GENGA_CPU_CONV)
        add_conv (self, draft, set);
      if (draft->step.kind == GENGA_CPU_WINDOWS)
        self->scratch_bytes =
            MAX (self->scratch_bytes, genga_cpu_windows_get_room (draft->step.windows).n_bytes);
      if (draft->step.channels != NULL)
        self->scratch_bytes =
            MAX (self->scratch_bytes, genga_cpu_channels_get_room (draft->step.channels).n_bytes);
      for (guint k = 0; k < draft->step.n_inputs; k++)
        self->sees_everything |= genga_cpu_step_sees_all (&draft->step, k);
      /* Where a pixel is read depends on the picture's size. */
      self->sees_everything |= draft->step.kind == GENGA_CPU_RESIZE && draft->step.num == 0;
      /* Windows lie on a grid of their own. */
      self->sees_everything |= draft->step.windows != NULL || draft->step.channels != NULL;
      self->n_phases = MAX (self->n_phases, draft->step.phase + 1);
      g_array_append_val (self->steps, draft->step);
    }
}

static void
clear_step (gpointer data)
{
  GengaCpuStep *step = data;

  genga_conv_free (step->conv);
  for (guint i = 0; i < GENGA_CPU_MAX_INPUTS; i++)
    g_free (step->writers[i]);
  g_free (step->weight);
  g_free (step->bias);
  genga_cpu_windows_free (step->windows);
  genga_cpu_channels_free (step->channels);
}

static int
find_period (const GengaGraph *graph)
{
  int period = graph->multiple_of;

  for (guint i = 0; i < graph->n_ops; i++)
    {
      int a = period, b = graph->ops[i].size.den;

      while (b != 0)
        {
          const int rest = a % b;

          a = b;
          b = rest;
        }
      period = period / a * graph->ops[i].size.den;
    }
  return period;
}

GengaCpuPlan *
genga_cpu_plan_new (const GengaGraph *whole, const GengaKernelSet *set, gboolean fast)
{
  GengaCpuPlan *self = g_new0 (GengaCpuPlan, 1);
  g_autoptr (GengaCpuGraph) spread = genga_cpu_graph_new (whole);
  const GengaGraph *graph = &spread->graph;
  g_autoptr (GengaCpuDrafts) drafts = genga_cpu_drafts_lower (graph, fast);

  self->n_ops = graph->n_ops;
  self->ops = g_memdup2 (graph->ops, graph->n_ops * sizeof *graph->ops);
  self->steps = g_array_new (FALSE, TRUE, sizeof (GengaCpuStep));
  g_array_set_clear_func (self->steps, clear_step);
  self->buffers = g_array_new (FALSE, TRUE, sizeof (GengaCpuBuffer));
  self->n_stats = drafts->n_stats;
  self->in_channels = genga_graph_get_in_channels (graph);
  self->out_channels = genga_graph_get_result (graph)->channels;
  self->scale = genga_graph_get_result (graph)->size;
  self->period = find_period (graph);
  g_array_sort (drafts->drafts, compare_drafts);
  genga_cpu_drafts_set_phases (drafts);
  genga_cpu_drafts_set_places (drafts, self->buffers);
  g_array_sort (drafts->drafts, compare_drafts);
  add_steps (self, drafts, set);
  find_writers (self);
  return self;
}

void
genga_cpu_plan_free (GengaCpuPlan *self)
{
  g_array_unref (self->steps);
  g_array_unref (self->buffers);
  g_free (self->ops);
  g_free (self);
}

/* ---- what there are steps for ---- */

static gboolean
has_large_factor (const GengaOp *op)
{
  if (op->kind == GENGA_OP_DYSAMPLE)
    return op->dysample.factor > GENGA_CPU_MAX_FACTOR;
  return (op->kind == GENGA_OP_PIXEL_SHUFFLE || op->kind == GENGA_OP_PIXEL_UNSHUFFLE) &&
         op->shuffle.factor > GENGA_CPU_MAX_FACTOR;
}

static gboolean
has_large_kernel (const GengaOp *op)
{
  if (op->kind == GENGA_OP_CONV2D)
    return op->conv.dilation * (MAX (op->conv.kernel_y, op->conv.kernel_x) - 1) >= MAX_KERNEL ||
           MAX (op->conv.pad_y, op->conv.pad_x) > MAX_KERNEL || op->conv.stride > 4;
  return MAX (op->pool.kernel_y, op->pool.kernel_x) > MAX_KERNEL || op->pool.stride > MAX_KERNEL;
}

static const char *
find_fault (const GengaOp *op)
{
  if (has_large_factor (op))
    return "a very large factor";
  switch (op->kind)
    {
    case GENGA_OP_CONV2D:
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
      return has_large_kernel (op) ? "a very large kernel" : NULL;
    case GENGA_OP_DECONV2D:
      return genga_cpu_deconv_find_fault (op);
    case GENGA_OP_WINDOW_ATTENTION:
      return genga_cpu_windows_find_fault (op);
    case GENGA_OP_CHANNEL_ATTENTION:
      return genga_cpu_channels_find_fault (op);
    case GENGA_OP_CROSS_ATTENTION:
    case GENGA_OP_SORTED_ATTENTION:
    case GENGA_OP_LIST:
    case GENGA_OP_MATMUL:
    case GENGA_OP_SOFTMAX:
      return "attention";
    case GENGA_OP_REAL_FFT:
    case GENGA_OP_REAL_IFFT:
      return "a Fourier transform";
    case GENGA_OP_INPUT:
    case GENGA_OP_ACTIVATION:
    case GENGA_OP_AFFINE:
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
    case GENGA_OP_CONCAT:
    case GENGA_OP_SLICE:
    case GENGA_OP_PIXEL_SHUFFLE:
    case GENGA_OP_PIXEL_UNSHUFFLE:
    case GENGA_OP_RESIZE:
    case GENGA_OP_PAD:
    case GENGA_OP_CROP:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_DYSAMPLE:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
      return NULL;
    default:
      return "an operation that is not known";
    }
}

gboolean
genga_cpu_plan_supports (const GengaGraph *graph, char **reason)
{
  for (guint i = 0; i < graph->n_ops; i++)
    {
      const char *fault = find_fault (&graph->ops[i]);

      if (fault == NULL)
        continue;
      if (reason != NULL)
        *reason = g_strdup_printf ("operation %u is %s", i, fault);
      return FALSE;
    }
  if (graph->n_ops > MOST_OPS)
    {
      if (reason != NULL)
        *reason = g_strdup_printf ("%u operations", graph->n_ops);
      return FALSE;
    }
  if (MAX (genga_graph_get_in_channels (graph), genga_graph_get_result (graph)->channels) <=
      MOST_CHANNELS)
    return TRUE;
  if (reason != NULL)
    *reason = g_strdup ("a picture of more than four channels");
  return FALSE;
}
