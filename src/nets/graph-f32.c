/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-f32.h"

/* Operations that mix the values of many pixels or channels with weights. */
static gboolean
is_layer (const GengaOp *op)
{
  return op->kind == GENGA_OP_CONV2D || op->kind == GENGA_OP_DECONV2D ||
         op->kind == GENGA_OP_WINDOW_ATTENTION || op->kind == GENGA_OP_CHANNEL_ATTENTION ||
         op->kind == GENGA_OP_CROSS_ATTENTION || op->kind == GENGA_OP_SORTED_ATTENTION ||
         op->kind == GENGA_OP_MATMUL;
}

static gboolean
have_all (const GengaOp *op, const gboolean *marks)
{
  for (guint i = 0; i < op->n_inputs; i++)
    if (!marks[op->inputs[i]])
      return FALSE;
  return TRUE;
}

/* From the picture on: before the first layer, that layer, and what is made of such values only. */
static void
mark_head (GengaOp *ops, guint n_ops)
{
  g_autofree gboolean *is_before = g_new0 (gboolean, n_ops); /* no layer lies before its value */

  for (guint i = 0; i < n_ops; i++)
    {
      GengaOp *op = &ops[i];
      gboolean all_f32 = TRUE;

      for (guint k = 0; k < op->n_inputs; k++)
        all_f32 &= ops[op->inputs[k]].is_f32;
      is_before[i] = !is_layer (op) && have_all (op, is_before);
      op->is_f32 = is_layer (op) ? have_all (op, is_before) : all_f32;
    }
}

/* From the result, and from DySample, back to the layers that come next. */
static void
mark_tail (GengaOp *ops, guint n_ops)
{
  g_autofree gboolean *is_tail = g_new0 (gboolean, n_ops);

  is_tail[n_ops - 1] = TRUE;
  for (guint i = n_ops; i-- > 0;)
    {
      is_tail[i] |= ops[i].kind == GENGA_OP_DYSAMPLE;
      if (!is_tail[i])
        continue;
      ops[i].is_f32 = TRUE;
      for (guint k = 0; k < ops[i].n_inputs && !is_layer (&ops[i]); k++)
        is_tail[ops[i].inputs[k]] = TRUE;
    }
}

void
genga_graph_mark_f32 (GengaOp *ops, guint n_ops)
{
  mark_head (ops, n_ops);
  mark_tail (ops, n_ops);
}
