/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/fuse.h"

#include <string.h>

/* All numbers of a vector are the same. */
static gboolean
is_uniform (const GengaCpuDrafts *self, guint constant)
{
  const GengaConstant *vector = &self->graph->constants[constant];

  for (gsize i = 1; i < vector->n_elements; i++)
    if (vector->data[i] != vector->data[0])
      return FALSE;
  return TRUE;
}

static const GengaEpilogueFunction functions[] = {
  [GENGA_ACTIVATION_PRELU] = GENGA_EPILOGUE_PRELU,
  [GENGA_ACTIVATION_LEAKY_RELU] = GENGA_EPILOGUE_LEAKY,
  [GENGA_ACTIVATION_RELU] = GENGA_EPILOGUE_RELU,
  [GENGA_ACTIVATION_SILU] = GENGA_EPILOGUE_SILU,
  [GENGA_ACTIVATION_MISH] = GENGA_EPILOGUE_MISH,
  [GENGA_ACTIVATION_GELU] = GENGA_EPILOGUE_GELU,
  [GENGA_ACTIVATION_SIGMOID] = GENGA_EPILOGUE_SIGMOID,
  [GENGA_ACTIVATION_TANH] = GENGA_EPILOGUE_TANH,
  [GENGA_ACTIVATION_CLIP] = GENGA_EPILOGUE_CLIP,
  [GENGA_ACTIVATION_ELU] = GENGA_EPILOGUE_ELU,
  [GENGA_ACTIVATION_SOFTPLUS] = GENGA_EPILOGUE_SOFTPLUS,
};

gboolean
genga_cpu_has_epilogue (const GengaOp *activation)
{
  return activation->activation.function < G_N_ELEMENTS (functions);
}

/* Nothing but a bias yet. */
static gboolean
is_bare (const GengaEpilogue *epilogue)
{
  return epilogue->activation == GENGA_EPILOGUE_NONE && !epilogue->has_gate &&
         epilogue->n_sides == 0 && epilogue->scale == 1;
}

static gboolean
take_activation (GengaCpuDrafts *self, GengaEpilogue *epilogue, const GengaOp *op)
{
  if (!is_bare (epilogue) || !genga_cpu_has_epilogue (op))
    return FALSE;
  epilogue->activation = functions[op->activation.function];
  epilogue->slopes = genga_cpu_drafts_get_data (self, op->weight);
  epilogue->alpha = op->activation.slope;
  if (op->activation.function == GENGA_ACTIVATION_CLIP)
    {
      epilogue->alpha = op->activation.low;
      epilogue->beta = op->activation.high;
    }
  return TRUE;
}

static gboolean
take_scale (GengaCpuDrafts *self, GengaEpilogue *epilogue, const GengaOp *op)
{
  float factor;

  if (op->bias != GENGA_NONE || op->weight == GENGA_NONE || !is_uniform (self, op->weight))
    return FALSE;
  factor = genga_cpu_drafts_get_data (self, op->weight)[0];
  epilogue->scale *= factor;
  for (guint i = 0; i < epilogue->n_sides; i++)
    epilogue->side_scales[i] *= factor;
  return TRUE;
}

/* Gate and sides are all stored in one way; each may be a vector. */
static gboolean
may_read (GengaCpuDrafts *self, GengaCpuDraft *draft, guint other, int channels)
{
  return genga_cpu_drafts_get_op (self, other)->channels == channels &&
         draft->step.n_inputs < GENGA_CPU_MAX_INPUTS &&
         (draft->step.n_inputs == 1 || draft->spec.side_store == self->stores[other]);
}

static void
add_input (GengaCpuDrafts *self, GengaCpuDraft *draft, guint other)
{
  draft->spec.side_store = self->stores[other];
  draft->values[draft->step.n_inputs++] = other;
}

static void
add_side (GengaCpuDrafts *self, GengaCpuDraft *draft, guint other, float scale)
{
  GengaEpilogue *epilogue = &draft->spec.epilogue;

  add_input (self, draft, other);
  epilogue->side_scales[epilogue->n_sides++] = scale;
}

static gboolean
take_sum (GengaCpuDrafts *self, GengaCpuDraft *draft, const GengaOp *op, guint value)
{
  GengaEpilogue *epilogue = &draft->spec.epilogue;
  const gboolean is_first = op->inputs[0] == value;
  const guint other = op->inputs[is_first ? 1 : 0];

  if (epilogue->n_sides == 2 || !may_read (self, draft, other, op->channels))
    return FALSE;
  if (op->kind == GENGA_OP_SUB && !is_first)
    {
      epilogue->scale = -epilogue->scale;
      for (guint i = 0; i < epilogue->n_sides; i++)
        epilogue->side_scales[i] = -epilogue->side_scales[i];
    }
  add_side (self, draft, other, op->kind == GENGA_OP_SUB && is_first ? -1 : 1);
  return TRUE;
}

static gboolean
take_product (GengaCpuDrafts *self, GengaCpuDraft *draft, const GengaOp *op, guint value)
{
  GengaEpilogue *epilogue = &draft->spec.epilogue;
  const guint other = op->inputs[op->inputs[0] == value ? 1 : 0];

  if (epilogue->has_gate || epilogue->n_sides > 0 ||
      epilogue->activation == GENGA_EPILOGUE_SPAN_GATE ||
      !may_read (self, draft, other, op->channels))
    return FALSE;
  epilogue->has_gate = TRUE;
  add_input (self, draft, other);
  return TRUE;
}

static gboolean
take (GengaCpuDrafts *self, GengaCpuDraft *draft, const GengaOp *op, guint value)
{
  if (op->channels != (int)draft->spec.out_channels ||
      op->is_vector != genga_cpu_drafts_get_op (self, value)->is_vector)
    return FALSE;
  if (op->kind == GENGA_OP_ACTIVATION)
    return take_activation (self, &draft->spec.epilogue, op);
  if (op->kind == GENGA_OP_AFFINE)
    return take_scale (self, &draft->spec.epilogue, op);
  if (op->kind == GENGA_OP_ADD || op->kind == GENGA_OP_SUB)
    return take_sum (self, draft, op, value);
  return op->kind == GENGA_OP_MUL && take_product (self, draft, op, value);
}

/* What follows a value, as long as nobody else reads it. */
void
genga_cpu_drafts_fuse (GengaCpuDrafts *self, GengaCpuDraft *draft)
{
  while (self->n_uses[draft->result] == 1)
    {
      const guint user = self->user[draft->result];

      if (self->is_taken[user] ||
          !take (self, draft, genga_cpu_drafts_get_op (self, user), draft->result))
        return;
      self->is_taken[user] = TRUE;
      draft->result = user;
    }
}

/* (x + side) * (sigmoid (x) - 1/2), where `x` is used for nothing else. */
gboolean
genga_cpu_drafts_fuse_span_gate (GengaCpuDrafts *self, GengaCpuDraft *draft)
{
  const guint x = draft->result;
  guint sigmoid = GENGA_NONE, sum = GENGA_NONE;

  if (self->n_uses[x] != 2 || !is_bare (&draft->spec.epilogue))
    return FALSE;
  for (guint i = x + 1; i < self->graph->n_ops; i++)
    {
      const GengaOp *op = genga_cpu_drafts_get_op (self, i);

      if (op->kind == GENGA_OP_ACTIVATION && op->inputs[0] == x &&
          op->activation.function == GENGA_ACTIVATION_SIGMOID)
        sigmoid = i;
      else if (op->kind == GENGA_OP_ADD && (op->inputs[0] == x) != (op->inputs[1] == x))
        sum = i;
    }
  if (sigmoid == GENGA_NONE || sum == GENGA_NONE || self->n_uses[sigmoid] != 1 ||
      self->n_uses[sum] != 1)
    return FALSE;

  const guint shifted = self->user[sigmoid], product = self->user[sum];
  const GengaOp *shift = genga_cpu_drafts_get_op (self, shifted);
  const guint side = genga_cpu_drafts_get_op (self, sum)
                         ->inputs[genga_cpu_drafts_get_op (self, sum)->inputs[0] == x ? 1 : 0];

  if (shift->kind != GENGA_OP_AFFINE || shift->weight != GENGA_NONE || shift->bias == GENGA_NONE ||
      !is_uniform (self, shift->bias) ||
      genga_cpu_drafts_get_data (self, shift->bias)[0] != -0.5f || self->n_uses[shifted] != 1 ||
      self->user[shifted] != product ||
      genga_cpu_drafts_get_op (self, product)->kind != GENGA_OP_MUL ||
      !may_read (self, draft, side, genga_cpu_drafts_get_op (self, x)->channels))
    return FALSE;
  self->is_taken[sigmoid] = self->is_taken[sum] = TRUE;
  self->is_taken[shifted] = self->is_taken[product] = TRUE;
  draft->spec.epilogue.activation = GENGA_EPILOGUE_SPAN_GATE;
  add_side (self, draft, side, 0);
  draft->result = product;
  return TRUE;
}

/* ---- shuffles ---- */

/* Rows of `n` numbers, from [channel][pixel] to [pixel][channel]. */
static const float *
reorder (const float *rows, guint n_channels, guint area, gsize n, float *to)
{
  if (rows == NULL)
    return NULL;
  for (guint k = 0; k < area; k++)
    for (guint c = 0; c < n_channels; c++)
      memcpy (to + (k * n_channels + c) * n, rows + (c * area + k) * n, n * sizeof *rows);
  return to;
}

void
genga_cpu_drafts_order_for_shuffle (GengaCpuDrafts *self, GengaCpuDraft *draft)
{
  const guint user = self->user[draft->result];
  GengaConvSpec *spec = &draft->spec;
  const gsize n_row = (gsize)spec->in_channels * spec->kernel_height * spec->kernel_width;
  const GengaOp *shuffle;
  float *numbers;
  guint area;

  if (self->n_uses[draft->result] != 1 || self->is_taken[user] || n_row == 0 || spec->depthwise ||
      draft->step.n_inputs > 1)
    return;
  shuffle = genga_cpu_drafts_get_op (self, user);
  if (shuffle->kind != GENGA_OP_PIXEL_SHUFFLE || self->stores[user] != self->stores[draft->result])
    return;
  area = shuffle->shuffle.factor * shuffle->shuffle.factor;
  numbers = g_new (float, (n_row + 2) * spec->out_channels);
  spec->weights = reorder (spec->weights, shuffle->channels, area, n_row, numbers);
  spec->epilogue.bias = reorder (spec->epilogue.bias, shuffle->channels, area, 1,
                                 numbers + n_row * spec->out_channels);
  spec->epilogue.slopes = reorder (spec->epilogue.slopes, shuffle->channels, area, 1,
                                   numbers + (n_row + 1) * spec->out_channels);
  g_free (draft->weights);
  draft->weights = numbers;
  self->is_blocked[draft->result] = TRUE;
}

/* ---- the result ---- */

static gboolean
is_only_for (const GengaCpuDrafts *self, guint value, guint user)
{
  return self->n_uses[value] == 1 && self->user[value] == user;
}

/* A shuffle whose input has whole pixels of the picture. */
static gboolean
may_write_shuffled (const GengaCpuDrafts *self, guint value)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, value);

  return op->kind == GENGA_OP_PIXEL_SHUFFLE &&
         genga_cpu_drafts_get_op (self, op->inputs[0])->size.den == 1 &&
         self->stores[op->inputs[0]] == GENGA_STORE_F32;
}

/* `base` enlarged without anything in between, as much as `shuffle` enlarges. */
static gboolean
may_write_base (const GengaCpuDrafts *self, guint base, guint shuffle)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, base);
  const GengaOp *source = genga_cpu_drafts_get_op (self, op->inputs[0]);

  return op->kind == GENGA_OP_RESIZE && op->resize.kind == GENGA_RESIZE_NEAREST &&
         op->resize.den == 1 &&
         op->resize.num == genga_cpu_drafts_get_op (self, shuffle)->shuffle.factor &&
         op->channels == genga_cpu_drafts_get_op (self, shuffle)->channels &&
         source->size.num ==
             genga_cpu_drafts_get_op (self, genga_cpu_drafts_get_op (self, shuffle)->inputs[0])
                 ->size.num &&
         source->size.den == 1 && self->stores[op->inputs[0]] == GENGA_STORE_F32;
}

static void
write_shuffled (GengaCpuDrafts *self, GengaCpuDraft *write, guint shuffle)
{
  const GengaOp *op = genga_cpu_drafts_get_op (self, shuffle);

  self->is_taken[shuffle] = TRUE;
  write->values[0] = op->inputs[0];
  write->step.value = op->inputs[0];
  write->step.factor = op->shuffle.factor;
}

void
genga_cpu_drafts_add_write (GengaCpuDrafts *self)
{
  const guint last = self->graph->n_ops - 1;
  const GengaOp *op = genga_cpu_drafts_get_op (self, last);
  GengaCpuDraft write = { .step.kind = GENGA_CPU_WRITE,
                          .step.n_inputs = 1,
                          .step.factor = 1,
                          .step.value = last,
                          .values[0] = last,
                          .result = GENGA_NONE,
                          .order = 2 * last + 2 };

  if (may_write_shuffled (self, last))
    write_shuffled (self, &write, last);
  else if (op->kind == GENGA_OP_ADD)
    for (guint i = 0; i < 2; i++)
      {
        const guint shuffle = op->inputs[i], base = op->inputs[1 - i];

        if (!may_write_shuffled (self, shuffle) || !is_only_for (self, shuffle, last) ||
            !may_write_base (self, base, shuffle) || !is_only_for (self, base, last))
          continue;
        write_shuffled (self, &write, shuffle);
        self->is_taken[last] = self->is_taken[base] = TRUE;
        write.values[1] = genga_cpu_drafts_get_op (self, base)->inputs[0];
        write.step.n_inputs = 2;
        break;
      }
  g_array_append_val (self->drafts, write);
}
