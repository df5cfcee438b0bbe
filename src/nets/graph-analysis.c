/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-analysis.h"

#include "nets/graph-radius.h"
#include "nets/graph-sides.h"

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

/* A picture as large as a tile usually is, where it may be. */
#define USUAL_SIDE 256

/*
 * For each value the area of its map, in that of the picture: of one that is about as large as a
 * tile, because what is padded counts. 0 for a vector. Free with g_free().
 */
static double *
measure_areas (const GengaGraph *graph)
{
  double *areas = g_new (double, graph->n_ops);
  g_autofree gint64 *rows = g_new (gint64, graph->n_ops);
  g_autofree gint64 *columns = g_new (gint64, graph->n_ops);
  int grid = genga_graph_get_grid (graph);
  gint64 side = (gint64)(MAX (USUAL_SIDE, graph->minimum) + grid - 1) / grid * grid;

  genga_ops_list_sides (graph->ops, graph->n_ops, GENGA_AXIS_Y, side, rows);
  genga_ops_list_sides (graph->ops, graph->n_ops, GENGA_AXIS_X, side, columns);
  for (guint i = 0; i < graph->n_ops; i++)
    areas[i] = graph->ops[i].is_vector ? 0 : ((double)rows[i] / side) * ((double)columns[i] / side);
  return areas;
}

static gboolean
is_conv (const GengaOp *op)
{
  return op->kind == GENGA_OP_CONV2D || op->kind == GENGA_OP_DECONV2D;
}

static gboolean
is_attention (const GengaOp *op)
{
  return op->kind == GENGA_OP_WINDOW_ATTENTION || op->kind == GENGA_OP_CHANNEL_ATTENTION ||
         op->kind == GENGA_OP_CROSS_ATTENTION || op->kind == GENGA_OP_SORTED_ATTENTION;
}

/* Two products, with the keys and with the values. */
static double
get_attention_macs (const GengaOp *op, double area)
{
  double n_partners = (double)op->channels / op->attention.n_heads;

  if (op->kind == GENGA_OP_WINDOW_ATTENTION)
    n_partners = (double)op->attention.key_window_y * op->attention.key_window_x /
                 (op->attention.key_block * op->attention.key_block);
  return 2 * n_partners * op->channels * area;
}

static double
get_conv_macs (const GengaGraph *graph, guint value, const double *areas)
{
  const GengaOp *op = &graph->ops[value];
  guint walked = op->kind == GENGA_OP_DECONV2D ? op->inputs[0] : value;

  return graph->constants[op->weight].n_elements * areas[walked];
}

/* Not functions that take several instructions: loops and their remainders round them apart. */
static gboolean
is_simple_activation (GengaActivation function)
{
  return function == GENGA_ACTIVATION_PRELU || function == GENGA_ACTIVATION_LEAKY_RELU ||
         function == GENGA_ACTIVATION_RELU || function == GENGA_ACTIVATION_CLIP ||
         function == GENGA_ACTIVATION_ABS;
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
    case GENGA_OP_PAD:
    case GENGA_OP_CROP:
      return !op->is_vector;
    case GENGA_OP_RESIZE:
      return !op->is_vector && op->n_inputs == 1 &&
             op->resize.kind != GENGA_RESIZE_BILINEAR_CORNERS;
    case GENGA_OP_DECONV2D:
    case GENGA_OP_DIV:
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_WINDOW_ATTENTION:
    case GENGA_OP_CHANNEL_ATTENTION:
    case GENGA_OP_REAL_FFT:
    case GENGA_OP_REAL_IFFT:
    case GENGA_OP_DYSAMPLE:
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
    case GENGA_OP_CROSS_ATTENTION:
    case GENGA_OP_LIST:
    case GENGA_OP_MATMUL:
    case GENGA_OP_SOFTMAX:
    case GENGA_OP_SORTED_ATTENTION:
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

int
genga_graph_get_grid (const GengaGraph *graph)
{
  int period = genga_ops_get_period (graph->ops, graph->n_ops);
  int grid = graph->multiple_of;

  while (grid % period != 0)
    grid += graph->multiple_of;
  return grid;
}

/* What leaves the range of fp16 where its operands are far from its ends. */
static gboolean
is_fp16_safe (const GengaOp *op)
{
  if (op->kind == GENGA_OP_ACTIVATION)
    return op->activation.function != GENGA_ACTIVATION_EXP &&
           op->activation.function != GENGA_ACTIVATION_POW;
  return !is_attention (op) && op->kind != GENGA_OP_GROUP_NORM;
}

void
genga_graph_analyse (const GengaGraph *graph, GengaGraphAnalysis *analysis)
{
  const GengaOp *result = genga_graph_get_result (graph);
  g_autofree gboolean *is_used = find_used (graph);
  g_autofree double *areas = measure_areas (graph);

  *analysis = (GengaGraphAnalysis){
    .scale = result->size,
    .in_channels = genga_graph_get_in_channels (graph),
    .out_channels = result->channels,
    .radius = genga_graph_get_radius (graph),
    .minimum = graph->minimum,
    .multiple_of = graph->multiple_of,
    .grid = genga_graph_get_grid (graph),
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
        analysis->conv_macs_per_pixel += get_conv_macs (graph, i, areas);
      if (is_attention (op))
        analysis->macs_per_pixel += get_attention_macs (op, areas[i]);
      analysis->has_attention |= is_attention (op);
      analysis->fp16_safe &= is_fp16_safe (op);
    }
  analysis->macs_per_pixel += analysis->conv_macs_per_pixel;
}

/* ---- memory ---- */

/* Of each value; free with g_free(). */
static double *
measure_bytes (const GengaGraph *graph, gsize element_size)
{
  double *bytes = measure_areas (graph);

  for (guint i = 0; i < graph->n_ops; i++)
    bytes[i] *=
        graph->ops[i].channels * (double)(graph->ops[i].is_f32 ? sizeof (float) : element_size);
  return bytes;
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
get_scratch_bytes (const GengaGraph *graph, guint value, const double *bytes)
{
  const GengaOp *op = &graph->ops[value];
  double sum = bytes[value];

  if (op->kind != GENGA_OP_DYSAMPLE)
    return 0;
  for (guint k = 0; k < op->n_inputs; k++)
    sum += bytes[op->inputs[k]];
  return sum;
}

double
genga_graph_get_bytes_per_pixel (const GengaGraph *graph, gsize element_size)
{
  g_autofree guint *last_uses = find_last_uses (graph);
  g_autofree double *bytes = measure_bytes (graph, element_size);
  double live = 0;
  double peak = 0;

  for (guint i = 0; i < graph->n_ops; i++)
    {
      const GengaOp *op = &graph->ops[i];

      live += bytes[i];
      peak = MAX (peak, live + get_scratch_bytes (graph, i, bytes));
      /* A value that is used twice here goes once. */
      for (guint k = 0; k < op->n_inputs; k++)
        if (last_uses[op->inputs[k]] == i)
          {
            live -= bytes[op->inputs[k]];
            last_uses[op->inputs[k]] = GENGA_NONE;
          }
      if (last_uses[i] == i)
        live -= bytes[i];
    }
  return peak;
}

double
genga_graph_get_bytes_per_column (const GengaGraph *graph, gsize element_size, int n_more)
{
  g_autofree int *n_rows = g_new0 (int, graph->n_ops);
  double bytes = 0;

  for (guint i = 1; i < graph->n_ops; i++)
    for (guint k = 0; k < graph->ops[i].n_inputs; k++)
      {
        int *rows = &n_rows[graph->ops[i].inputs[k]];

        *rows = MAX (*rows, is_conv (&graph->ops[i]) ? graph->ops[i].conv.kernel_y : 1);
      }
  for (guint i = 1; i + 1 < graph->n_ops; i++)
    {
      const GengaOp *op = &graph->ops[i];
      double columns = op->is_vector ? 0 : (double)op->size.num / op->size.den;

      bytes += columns * op->channels * (n_rows[i] + n_more) *
               (op->is_f32 ? sizeof (float) : element_size);
    }
  return bytes;
}
