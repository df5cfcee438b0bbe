/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/lower.h"
#include "engine/cpu/fuse.h"
#include "engine/cpu/windows.h"

#include <string.h>

#define GROUP 16 /* channels that kernels handle together */

static gboolean
is_layer (const GengaOp *op)
{
  return op->kind == GENGA_OP_CONV2D || op->kind == GENGA_OP_DECONV2D;
}

/*
 * What the picture, the last layers, means, attention and DySample's coordinates are made of stays
 * in f32, and so do vectors, and all of a network with group norms, whose values in between are
 * known to leave the range of halves.
 */
static void
choose_stores (GengaCpuDrafts *self)
{
  const guint n_ops = self->graph->n_ops;
  g_autofree gboolean *is_tail = g_new0 (gboolean, n_ops);
  gboolean all_f32 = !self->fast;

  for (guint i = 0; i < n_ops; i++)
    all_f32 |= genga_cpu_drafts_get_op (self, i)->kind == GENGA_OP_GROUP_NORM;
  is_tail[0] = is_tail[n_ops - 1] = TRUE;
  for (guint i = n_ops; i-- > 0;)
    {
      const GengaOp *op = genga_cpu_drafts_get_op (self, i);

      is_tail[i] |= op->kind == GENGA_OP_DYSAMPLE || op->kind == GENGA_OP_GLOBAL_MEAN ||
                    genga_cpu_reads_any_channels (op);
      for (guint k = 0; k < op->n_inputs && is_tail[i] && !is_layer (op); k++)
        is_tail[op->inputs[k]] = TRUE;
    }
  for (guint i = 0; i < n_ops; i++)
    {
      const GengaOp *op = genga_cpu_drafts_get_op (self, i);

      self->stores[i] = all_f32 || is_tail[i] || op->is_vector ? GENGA_STORE_F32 : GENGA_STORE_F16;
      /* A slice is part of what it is cut from. */
      if (op->kind == GENGA_OP_SLICE && genga_cpu_drafts_is_alias (self, i))
        self->stores[i] = self->stores[op->inputs[0]];
    }
}

static void
count_uses (GengaCpuDrafts *self)
{
  const guint n_ops = self->graph->n_ops;
  g_autofree gboolean *counts = g_new0 (gboolean, n_ops);

  counts[n_ops - 1] = TRUE;
  for (guint i = n_ops; i-- > 0;)
    {
      const GengaOp *op = genga_cpu_drafts_get_op (self, i);

      self->is_taken[i] = !counts[i];
      for (guint k = 0; k < op->n_inputs && counts[i]; k++)
        {
          const guint value = op->inputs[k];

          counts[value] = TRUE;
          self->n_uses[value]++;
          if (self->n_uses[value] == 1)
            self->user[value] = i;
        }
    }
}

/* ---- steps ---- */

static void
add_draft (GengaCpuDrafts *self, GengaCpuDraft *draft)
{
  if (draft->result != GENGA_NONE)
    {
      const gboolean is_vector = genga_cpu_drafts_get_op (self, draft->result)->is_vector;

      draft->step.value = draft->result;
      for (guint k = 0; k < draft->step.n_inputs && !is_vector; k++)
        if (draft->step.kind != GENGA_CPU_MEAN &&
            genga_cpu_drafts_get_op (self, draft->values[k])->is_vector)
          draft->step.vectors |= 1u << k;
      draft->order = 2 * draft->result;
    }
  g_array_append_val (self->drafts, *draft);
}

/* Zeros for the channels that a group does not see. */
static float *
expand_groups (const GengaOp *op, const float *weights, int in_channels)
{
  const gsize n_taps = (gsize)op->conv.kernel_y * op->conv.kernel_x;
  const int n_in = in_channels / op->conv.groups, n_out = op->channels / op->conv.groups;
  float *expanded = g_new0 (float, n_taps *in_channels * op->channels);

  for (int o = 0; o < op->channels; o++)
    memcpy (expanded + ((gsize)o * in_channels + (gsize)(o / n_out) * n_in) * n_taps,
            weights + (gsize)o * n_in * n_taps, n_in * n_taps * sizeof *weights);
  return expanded;
}

static void
set_conv (GengaCpuDrafts *self, GengaCpuDraft *draft, const GengaOp *op)
{
  const int in_channels = genga_cpu_drafts_get_op (self, op->inputs[0])->channels;
  GengaConvSpec *spec = &draft->spec;
  GengaCpuStep *step = &draft->step;

  step->stride = op->conv.stride;
  step->dilation = op->conv.dilation;
  step->kernel_y = op->conv.kernel_y;
  step->kernel_x = op->conv.kernel_x;
  step->pad_y = op->conv.pad_y;
  step->pad_x = op->conv.pad_x;
  spec->kernel_height = op->conv.kernel_y;
  spec->kernel_width = op->conv.kernel_x;
  spec->stride = op->conv.stride;
  spec->dilation = op->conv.dilation;
  spec->weights = genga_cpu_drafts_get_data (self, op->weight);
  spec->epilogue.bias = genga_cpu_drafts_get_data (self, op->bias);
  spec->depthwise =
      op->conv.groups > 1 && op->conv.groups == in_channels && op->conv.groups == op->channels;
  if (op->conv.groups > 1 && !spec->depthwise)
    {
      draft->weights = expand_groups (op, spec->weights, in_channels);
      spec->weights = draft->weights;
    }
  if (op->is_f32)
    spec->sum = GENGA_SUM_F32;
}

/* Factors of channels are a layer of one tap. */
static void
set_affine (GengaCpuDrafts *self, GengaCpuDraft *draft, const GengaOp *op)
{
  draft->spec.epilogue.bias = genga_cpu_drafts_get_data (self, op->bias);
  draft->spec.sum = GENGA_SUM_F32;
  if (op->weight == GENGA_NONE)
    return;
  draft->spec.weights = genga_cpu_drafts_get_data (self, op->weight);
  draft->spec.kernel_height = draft->spec.kernel_width = 1;
  draft->spec.depthwise = TRUE;
}

/* Of a map and a vector: the map; else the first. */
static guint
get_map_input (const GengaCpuDrafts *self, const GengaOp *op)
{
  return op->n_inputs > 1 && genga_cpu_drafts_get_op (self, op->inputs[0])->is_vector
             ? op->inputs[1]
             : op->inputs[0];
}

static void
add_conv (GengaCpuDrafts *self, guint value)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);
  const guint input = get_map_input (self, op);
  GengaCpuDraft draft = genga_cpu_drafts_start (self, GENGA_CPU_CONV, value);

  draft.step.n_inputs = 1;
  draft.values[0] = input;
  draft.spec.stride = draft.spec.dilation = 1;
  draft.spec.in_channels = genga_cpu_drafts_get_op (self, input)->channels;
  draft.spec.out_channels = op->channels;
  draft.spec.epilogue.scale = 1;
  draft.spec.sum = self->fast ? GENGA_SUM_FAST : GENGA_SUM_F32;
  if (op->kind == GENGA_OP_CONV2D)
    set_conv (self, &draft, op);
  else if (op->kind == GENGA_OP_AFFINE)
    set_affine (self, &draft, op);
  else
    {
      /* An operand, and what is done to it. */
      draft.result = input;
      self->n_uses[draft.result] = 1;
      self->user[draft.result] = value;
      self->is_taken[value] = FALSE;
    }
  if (!genga_cpu_drafts_fuse_span_gate (self, &draft))
    genga_cpu_drafts_fuse (self, &draft);
  genga_cpu_drafts_order_for_shuffle (self, &draft);
  draft.spec.in_store = self->stores[input];
  draft.spec.out_store = self->stores[draft.result];
  draft.step.has_gate = draft.spec.epilogue.has_gate;
  add_draft (self, &draft);
}

/* One value with itself, or with one that has a single channel for all. */
static gboolean
is_broadcast (const GengaCpuDrafts *self, const GengaOp *op)
{
  return genga_cpu_drafts_get_op (self, op->inputs[0])->channels !=
             genga_cpu_drafts_get_op (self, op->inputs[1])->channels ||
         op->inputs[0] == op->inputs[1];
}

static gboolean
has_vector (const GengaCpuDrafts *self, const GengaOp *op)
{
  return genga_cpu_drafts_get_op (self, op->inputs[0])->is_vector !=
         genga_cpu_drafts_get_op (self, op->inputs[1])->is_vector;
}

static void
add_combine (GengaCpuDrafts *self, guint value)
{
  GengaCpuDraft draft = genga_cpu_drafts_start (self, GENGA_CPU_COMBINE, value);

  draft.step.combine = genga_cpu_drafts_get_op (self, value)->kind;
  add_draft (self, &draft);
}

/* A number for each channel, `other` where there is no constant, and zeros to whole groups. */
static float *
dup_padded (const GengaCpuDrafts *self, guint constant, int n, float other)
{
  const float *data = genga_cpu_drafts_get_data (self, constant);
  float *copy = g_new0 (float, (n + GROUP - 1) / GROUP * GROUP);

  for (int i = 0; i < n; i++)
    copy[i] = data != NULL ? data[i] : other;
  return copy;
}

static GengaCpuDraft
start_stats (const GengaCpuDrafts *self, guint value, int n_groups)
{
  GengaCpuDraft draft = genga_cpu_drafts_start (self, GENGA_CPU_GROUP_STATS, value);

  draft.step.n_groups = n_groups;
  draft.step.n_inputs = 1;
  draft.step.stats = self->n_stats;
  draft.step.has_output = FALSE;
  draft.step.value = draft.values[0];
  draft.result = GENGA_NONE;
  draft.order = 2 * value;
  return draft;
}

static void
add_norm (GengaCpuDrafts *self, guint value)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);
  const gboolean is_group = op->kind == GENGA_OP_GROUP_NORM;
  GengaCpuDraft draft =
      genga_cpu_drafts_start (self, is_group ? GENGA_CPU_GROUP_NORM : GENGA_CPU_LAYER_NORM, value);

  draft.step.n_groups = op->norm.n_groups;
  draft.step.epsilon = op->norm.epsilon;
  draft.step.is_rms = op->kind == GENGA_OP_RMS_NORM;
  if (is_group)
    {
      GengaCpuDraft stats = start_stats (self, value, op->norm.n_groups);
      guint user = self->user[value];

      draft.step.stats = self->n_stats++;
      add_draft (self, &stats);
      /* What a block began with is added in passing. */
      if (self->n_uses[value] == 1 && genga_cpu_drafts_get_op (self, user)->kind == GENGA_OP_ADD &&
          !self->is_taken[user] && !is_broadcast (self, genga_cpu_drafts_get_op (self, user)) &&
          !has_vector (self, genga_cpu_drafts_get_op (self, user)))
        {
          const GengaOp *sum = genga_cpu_drafts_get_op (self, user);

          self->is_taken[user] = TRUE;
          draft.values[draft.step.n_inputs++] = sum->inputs[sum->inputs[0] == value ? 1 : 0];
          draft.result = user;
        }
    }
  draft.step.weight = dup_padded (self, op->weight, op->channels, 1);
  draft.step.bias = dup_padded (self, op->bias, op->channels, 0);
  add_draft (self, &draft);
}

static void
add_mean (GengaCpuDrafts *self, guint value)
{
  GengaCpuDraft stats = start_stats (self, value, genga_cpu_drafts_get_op (self, value)->channels);
  GengaCpuDraft draft = genga_cpu_drafts_start (self, GENGA_CPU_MEAN, value);

  draft.step.stats = self->n_stats++;
  add_draft (self, &stats);
  add_draft (self, &draft);
}

static void
set_resize (const GengaOp *op, GengaCpuStep *step)
{
  step->n_inputs = 1;
  step->resize = op->resize.kind;
  if (op->n_inputs > 1 || op->resize.kind == GENGA_RESIZE_BILINEAR_CORNERS)
    return;
  step->num = op->resize.num;
  step->den = op->resize.den;
}

static void
set_borders (const GengaOp *op, GengaCpuStep *step)
{
  step->pad = op->kind == GENGA_OP_PAD ? op->pad.kind : GENGA_PAD_ZERO;
  step->top = op->kind == GENGA_OP_PAD ? op->pad.top : -op->crop.top;
  step->left = op->kind == GENGA_OP_PAD ? op->pad.left : -op->crop.left;
}

static void
set_pool (const GengaOp *op, GengaCpuStep *step)
{
  step->is_max = op->kind == GENGA_OP_MAX_POOL;
  step->counts_pad = op->pool.counts_pad;
  step->kernel_y = op->pool.kernel_y;
  step->kernel_x = op->pool.kernel_x;
  step->stride = op->pool.stride;
  step->pad_y = op->pool.pad_y;
  step->pad_x = op->pool.pad_x;
}

static void
add_rearranging (GengaCpuDrafts *self, guint value)
{
  static const GengaCpuStepKind kinds[] = {
    [GENGA_OP_INPUT] = GENGA_CPU_READ,
    [GENGA_OP_SLICE] = GENGA_CPU_COPY,
    [GENGA_OP_PIXEL_SHUFFLE] = GENGA_CPU_SHUFFLE,
    [GENGA_OP_PIXEL_UNSHUFFLE] = GENGA_CPU_UNSHUFFLE,
    [GENGA_OP_RESIZE] = GENGA_CPU_RESIZE,
    [GENGA_OP_PAD] = GENGA_CPU_MOVE,
    [GENGA_OP_CROP] = GENGA_CPU_MOVE,
    [GENGA_OP_MAX_POOL] = GENGA_CPU_POOL,
    [GENGA_OP_MEAN_POOL] = GENGA_CPU_POOL,
    [GENGA_OP_ACTIVATION] = GENGA_CPU_FUNCTION,
    [GENGA_OP_DYSAMPLE] = GENGA_CPU_DYSAMPLE,
    [GENGA_OP_GRID_TO_WINDOWS] = GENGA_CPU_REGRID,
    [GENGA_OP_WINDOWS_TO_GRID] = GENGA_CPU_REGRID,
  };
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);
  GengaCpuDraft draft = genga_cpu_drafts_start (self, kinds[op->kind], value);

  if (op->kind == GENGA_OP_PIXEL_SHUFFLE || op->kind == GENGA_OP_PIXEL_UNSHUFFLE)
    {
      draft.step.factor = op->shuffle.factor;
      draft.step.is_blocked = self->is_blocked[op->inputs[0]];
    }
  if (op->kind == GENGA_OP_GRID_TO_WINDOWS || op->kind == GENGA_OP_WINDOWS_TO_GRID)
    {
      draft.step.factor = op->shuffle.factor;
      draft.step.to_grid = op->kind == GENGA_OP_WINDOWS_TO_GRID;
    }
  if (op->kind == GENGA_OP_RESIZE)
    set_resize (op, &draft.step);
  if (op->kind == GENGA_OP_PAD || op->kind == GENGA_OP_CROP)
    set_borders (op, &draft.step);
  if (op->kind == GENGA_OP_MAX_POOL || op->kind == GENGA_OP_MEAN_POOL)
    set_pool (op, &draft.step);
  if (op->kind == GENGA_OP_ACTIVATION)
    {
      draft.step.function = op->activation.function;
      draft.step.exponent = op->activation.exponent;
    }
  if (op->kind == GENGA_OP_DYSAMPLE)
    {
      draft.step.factor = op->dysample.factor;
      draft.step.n_groups = op->dysample.n_groups;
    }
  add_draft (self, &draft);
}

static void
add_windows (GengaCpuDrafts *self, guint value)
{
  GengaCpuDraft draft = genga_cpu_drafts_start (self, GENGA_CPU_WINDOWS, value);

  draft.step.windows = genga_cpu_windows_new (self->graph, genga_cpu_drafts_get_op (self, value));
  add_draft (self, &draft);
}

/* Of whole maps: what queries and keys add up to, then values by that. */
static void
add_channels (GengaCpuDrafts *self, guint value)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);
  const gboolean is_local = genga_cpu_channels_is_local (op);
  GengaCpuDraft draft = genga_cpu_drafts_start (
      self, is_local ? GENGA_CPU_CHANNEL_WINDOWS : GENGA_CPU_CHANNELS, value);

  draft.step.channels = genga_cpu_channels_new (self->graph, op);
  if (!is_local)
    {
      GengaCpuDraft sums = start_stats (self, value, 1);

      sums.step.kind = GENGA_CPU_CHANNEL_SUMS;
      sums.step.n_inputs = 2;
      sums.step.channels = genga_cpu_channels_new (self->graph, op);
      draft.step.stats = self->n_stats++;
      draft.step.n_inputs = 1;
      draft.values[0] = op->inputs[2];
      add_draft (self, &sums);
    }
  add_draft (self, &draft);
}

static gboolean
is_arithmetic (const GengaOp *op)
{
  return op->kind >= GENGA_OP_ADD && op->kind <= GENGA_OP_MAX;
}

/* What the epilogue of a layer does, if need be of a layer that does nothing else. */
static gboolean
is_of_layers (const GengaCpuDrafts *self, const GengaOp *op)
{
  if (op->kind == GENGA_OP_ADD || op->kind == GENGA_OP_SUB || op->kind == GENGA_OP_MUL)
    return !is_broadcast (self, op);
  if (op->kind == GENGA_OP_ACTIVATION)
    return genga_cpu_has_epilogue (op);
  return op->kind == GENGA_OP_CONV2D || op->kind == GENGA_OP_AFFINE;
}

static void
add_op (GengaCpuDrafts *self, guint value)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);

  if (op->kind == GENGA_OP_CONCAT || genga_cpu_drafts_is_alias (self, value))
    return;
  if (is_of_layers (self, op))
    add_conv (self, value);
  else if (is_arithmetic (op))
    add_combine (self, value);
  else if (op->kind == GENGA_OP_LAYER_NORM || op->kind == GENGA_OP_RMS_NORM ||
           op->kind == GENGA_OP_GROUP_NORM)
    add_norm (self, value);
  else if (op->kind == GENGA_OP_GLOBAL_MEAN)
    add_mean (self, value);
  else if (op->kind == GENGA_OP_WINDOW_ATTENTION)
    add_windows (self, value);
  else if (op->kind == GENGA_OP_CHANNEL_ATTENTION)
    add_channels (self, value);
  else
    add_rearranging (self, value);
}

GengaCpuDrafts *
genga_cpu_drafts_lower (const GengaGraph *graph, gboolean fast)
{
  GengaCpuDrafts *self = genga_cpu_drafts_new (graph, fast);

  choose_stores (self);
  count_uses (self);
  genga_cpu_drafts_add_write (self);
  for (guint i = 0; i < graph->n_ops; i++)
    if (!self->is_taken[i])
      add_op (self, i);
  return self;
}
