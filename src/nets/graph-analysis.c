/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-analysis.h"

#include "nets/graph-radius.h"

/* For each value whether the result is made of it; free with g_free(). */
static gboolean *
find_used (const GengaGraph *graph)
{
  gboolean *is_used = g_new0 (gboolean, graph->n_ops);

  is_used[graph->n_ops - 1] = TRUE;
  for (guint i = graph->n_ops; i-- > 0;)
    for (guint k = 0; is_used[i] && k < graph->ops[i].n_inputs; k++)
      is_used[graph->ops[i].inputs[k]] = TRUE;
  return is_used;
}

/* Of a map to the picture's. A vector has none. */
static double
get_area (const GengaOp *op)
{
  double side = (double)op->size.num / op->size.den;

  return op->is_vector ? 0 : side * side;
}

static gboolean
is_conv (const GengaOp *op)
{
  return op->kind == GENGA_OP_CONV2D || op->kind == GENGA_OP_DECONV2D;
}

static gboolean
is_attention (const GengaOp *op)
{
  return op->kind == GENGA_OP_WINDOW_ATTENTION || op->kind == GENGA_OP_CHANNEL_ATTENTION;
}

/* Two products, with the keys and with the values. */
static double
get_attention_macs (const GengaOp *op)
{
  double n_partners = (double)op->channels / op->attention.n_heads;

  if (op->kind == GENGA_OP_WINDOW_ATTENTION)
    n_partners = (double)op->attention.key_window_y * op->attention.key_window_x /
                 (op->attention.key_block * op->attention.key_block);
  return 2 * n_partners * op->channels * get_area (op);
}

static double
get_conv_macs (const GengaGraph *graph, const GengaOp *op)
{
  const GengaOp *walked = op->kind == GENGA_OP_DECONV2D ? &graph->ops[op->inputs[0]] : op;

  return graph->constants[op->weight].n_elements * get_area (walked);
}

/* Not functions that take several instructions: loops and their remainders round them apart. */
static gboolean
is_simple_activation (GengaActivation function)
{
  return function == GENGA_ACTIVATION_PRELU || function == GENGA_ACTIVATION_LEAKY_RELU ||
         function == GENGA_ACTIVATION_RELU || function == GENGA_ACTIVATION_CLIP;
}

static gboolean
is_position_free (const GengaOp *op)
{
  switch (op->kind)
    {
    case GENGA_OP_CONV2D:
      return op->conv.kernel_y == 3 && op->conv.kernel_x == 3 && op->conv.stride == 1 &&
             op->conv.dilation == 1 && op->conv.groups == 1;
    case GENGA_OP_ACTIVATION:
      return is_simple_activation (op->activation.function);
    case GENGA_OP_INPUT:
    case GENGA_OP_AFFINE:
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
    case GENGA_OP_CONCAT:
    case GENGA_OP_SLICE:
    case GENGA_OP_PIXEL_SHUFFLE:
    case GENGA_OP_PIXEL_UNSHUFFLE:
    case GENGA_OP_RESIZE:
      return !op->is_vector;
    case GENGA_OP_DECONV2D:
    case GENGA_OP_DIV:
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_WINDOW_ATTENTION:
    case GENGA_OP_CHANNEL_ATTENTION:
    case GENGA_OP_DYSAMPLE:
    default:
      return FALSE;
    }
}

gboolean
genga_graph_is_convolutional (const GengaGraph *graph)
{
  g_autofree gboolean *is_used = find_used (graph);

  for (guint i = 0; i < graph->n_ops; i++)
    if (is_used[i] && !is_position_free (&graph->ops[i]))
      return FALSE;
  return TRUE;
}

void
genga_graph_analyse (const GengaGraph *graph, GengaGraphAnalysis *analysis)
{
  const GengaOp *result = genga_graph_get_result (graph);
  g_autofree gboolean *is_used = find_used (graph);

  *analysis = (GengaGraphAnalysis){
    .scale = result->size,
    .in_channels = genga_graph_get_in_channels (graph),
    .out_channels = result->channels,
    .radius = genga_graph_get_radius (graph),
    .minimum = graph->minimum,
    .multiple_of = graph->multiple_of,
    .fp16_safe = TRUE,
    .bf16_safe = TRUE,
    .is_convolutional = genga_graph_is_convolutional (graph),
  };
  for (guint i = 0; i < graph->n_ops; i++)
    {
      const GengaOp *op = &graph->ops[i];

      if (!is_used[i])
        continue;
      if (is_conv (op))
        analysis->conv_macs_per_pixel += get_conv_macs (graph, op);
      if (is_attention (op))
        analysis->macs_per_pixel += get_attention_macs (op);
      analysis->has_attention |= is_attention (op);
      analysis->fp16_safe &= !is_attention (op) && op->kind != GENGA_OP_GROUP_NORM;
    }
  analysis->macs_per_pixel += analysis->conv_macs_per_pixel;
}

/* ---- memory ---- */

static double
get_value_bytes (const GengaOp *op, gsize element_size)
{
  return op->channels * get_area (op) * (op->is_f32 ? sizeof (float) : element_size);
}

/* For each value the operation that uses it last: its own where none does. */
static guint *
find_last_uses (const GengaGraph *graph)
{
  guint *last_uses = g_new (guint, graph->n_ops);

  for (guint i = 0; i < graph->n_ops; i++)
    {
      last_uses[i] = i;
      for (guint k = 0; k < graph->ops[i].n_inputs; k++)
        last_uses[graph->ops[i].inputs[k]] = i;
    }
  return last_uses;
}

static double
get_scratch_bytes (const GengaGraph *graph, const GengaOp *op, gsize element_size)
{
  double bytes = get_value_bytes (op, element_size);

  if (op->kind != GENGA_OP_DYSAMPLE)
    return 0;
  for (guint k = 0; k < op->n_inputs; k++)
    bytes += get_value_bytes (&graph->ops[op->inputs[k]], element_size);
  return bytes;
}

double
genga_graph_get_bytes_per_pixel (const GengaGraph *graph, gsize element_size)
{
  g_autofree guint *last_uses = find_last_uses (graph);
  double live = 0;
  double peak = 0;

  for (guint i = 0; i < graph->n_ops; i++)
    {
      const GengaOp *op = &graph->ops[i];

      live += get_value_bytes (op, element_size);
      peak = MAX (peak, live + get_scratch_bytes (graph, op, element_size));
      /* A value that is used twice here goes once. */
      for (guint k = 0; k < op->n_inputs; k++)
        if (last_uses[op->inputs[k]] == i)
          {
            live -= get_value_bytes (&graph->ops[op->inputs[k]], element_size);
            last_uses[op->inputs[k]] = GENGA_NONE;
          }
      if (last_uses[i] == i)
        live -= get_value_bytes (op, element_size);
    }
  return peak;
}
