/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-graph.h"

#include "core/error.h"
#include "engine/reference/reference-attention.h"
#include "engine/reference/reference-conv.h"
#include "engine/reference/reference-elementwise.h"
#include "engine/reference/reference-fourier.h"
#include "engine/reference/reference-norm.h"
#include "engine/reference/reference-pool.h"
#include "engine/reference/reference-rearrange.h"
#include "engine/reference/reference-resample.h"
#include "engine/reference/reference-round.h"
#include "engine/reference/reference-tokens.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  const GengaGraph *graph;
  GengaPrecision precision;
  const float *input;
  GengaReferenceMap *values; /* of each operation; `data` while it is needed */
  guint *last_users;         /* of each: the last operation that reads it, or itself */
  gint64 *rows;              /* the sides of each */
  gint64 *columns;
} Run;

static guint *
list_last_users (const GengaGraph *graph)
{
  guint *last_users = g_new (guint, graph->n_ops);

  for (guint i = 0; i < graph->n_ops; i++)
    {
      last_users[i] = i;
      for (guint k = 0; k < graph->ops[i].n_inputs; k++)
        last_users[graph->ops[i].inputs[k]] = i;
    }
  return last_users;
}

static gint64 *
list_sides (const GengaGraph *graph, GengaAxis axis, int picture)
{
  gint64 *sides = g_new (gint64, graph->n_ops);

  for (guint i = 0; i < graph->n_ops; i++)
    sides[i] = genga_op_get_side (&graph->ops[i], axis, picture, sides);
  return sides;
}

static gsize
get_n_numbers (const GengaReferenceMap *map)
{
  return genga_reference_map_get_n_pixels (map) * map->channels;
}

guint64
genga_reference_get_peak_bytes (const GengaGraph *graph, int height, int width)
{
  g_autofree guint *last_users = list_last_users (graph);
  g_autofree gint64 *rows = list_sides (graph, GENGA_AXIS_Y, height);
  g_autofree gint64 *columns = list_sides (graph, GENGA_AXIS_X, width);
  guint64 bytes = 0, most = 0;

  for (guint i = 0; i < graph->n_ops; i++)
    {
      bytes += (guint64)rows[i] * columns[i] * graph->ops[i].channels * sizeof (float);
      most = MAX (most, bytes);
      for (guint k = 0; k <= i; k++)
        if (last_users[k] == i)
          bytes -= (guint64)rows[k] * columns[k] * graph->ops[k].channels * sizeof (float);
    }
  return most;
}

/* Runs the operation; its step is complete. FALSE: no memory. */
static gboolean
compute (const Run *self, const GengaReferenceStep *step)
{
  switch (step->op->kind)
    {
    case GENGA_OP_INPUT:
      memcpy (step->out.data, self->input, get_n_numbers (&step->out) * sizeof (float));
      return TRUE;
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
      return genga_reference_conv (step);
    case GENGA_OP_ACTIVATION:
      genga_reference_activate (step);
      return TRUE;
    case GENGA_OP_AFFINE:
      genga_reference_affine (step);
      return TRUE;
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
      genga_reference_combine (step);
      return TRUE;
    case GENGA_OP_CONCAT:
      genga_reference_concat (step);
      return TRUE;
    case GENGA_OP_SLICE:
      genga_reference_slice (step);
      return TRUE;
    case GENGA_OP_PIXEL_SHUFFLE:
      genga_reference_pixel_shuffle (step);
      return TRUE;
    case GENGA_OP_PIXEL_UNSHUFFLE:
      genga_reference_pixel_unshuffle (step);
      return TRUE;
    case GENGA_OP_RESIZE:
      genga_reference_resize (step);
      return TRUE;
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_GROUP_NORM:
      genga_reference_norm (step);
      return TRUE;
    case GENGA_OP_REAL_FFT:
      return genga_reference_real_fft (step);
    case GENGA_OP_REAL_IFFT:
      return genga_reference_real_ifft (step);
    case GENGA_OP_GLOBAL_MEAN:
      genga_reference_global_mean (step);
      return TRUE;
    case GENGA_OP_WINDOW_ATTENTION:
      return genga_reference_window_attention (step);
    case GENGA_OP_CHANNEL_ATTENTION:
      return genga_reference_channel_attention (step);
    case GENGA_OP_DYSAMPLE:
      genga_reference_dysample (step);
      return TRUE;
    case GENGA_OP_PAD:
      genga_reference_pad (step);
      return TRUE;
    case GENGA_OP_CROP:
      genga_reference_crop (step);
      return TRUE;
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
      genga_reference_pool (step);
      return TRUE;
    case GENGA_OP_GRID_TO_WINDOWS:
      genga_reference_grid_to_windows (step);
      return TRUE;
    case GENGA_OP_WINDOWS_TO_GRID:
      genga_reference_windows_to_grid (step);
      return TRUE;
    case GENGA_OP_CROSS_ATTENTION:
      return genga_reference_cross_attention (step);
    case GENGA_OP_SORTED_ATTENTION:
      return genga_reference_sorted_attention (step);
    case GENGA_OP_SOFTMAX:
      return genga_reference_softmax (step);
    case GENGA_OP_MATMUL:
      genga_reference_matmul (step);
      return TRUE;
    case GENGA_OP_LIST:
      genga_reference_list (step);
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}

/* The operation's constant in its precision; `copy` takes it where it is not the graph's own. */
static gboolean
read_constant (const Run *self, const GengaOp *op, guint constant, const float **data, float **copy)
{
  const GengaConstant *stored;

  if (constant == GENGA_NONE)
    return TRUE;
  stored = &self->graph->constants[constant];
  *data = stored->data;
  if (op->is_f32 || self->precision == GENGA_PRECISION_FP32)
    return TRUE;
  *copy = g_try_malloc_n (stored->n_elements, sizeof (float));
  if (*copy == NULL)
    return FALSE;
  memcpy (*copy, stored->data, stored->n_elements * sizeof (float));
  genga_reference_round (*copy, stored->n_elements, self->precision);
  *data = *copy;
  return TRUE;
}

static gboolean
run_op (const Run *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaReferenceMap *out = &self->values[index];
  GengaReferenceStep step = { .op = op };
  g_autofree float *weight = NULL;
  g_autofree float *bias = NULL;

  *out = (GengaReferenceMap){
    .height = (int)self->rows[index],
    .width = (int)self->columns[index],
    .channels = op->channels,
  };
  out->data = g_try_malloc_n (get_n_numbers (out), sizeof (float));
  if (out->data == NULL || !read_constant (self, op, op->weight, &step.weight, &weight) ||
      !read_constant (self, op, op->bias, &step.bias, &bias))
    return FALSE;
  for (guint k = 0; k < op->n_inputs; k++)
    step.in[k] = self->values[op->inputs[k]];
  step.out = *out;
  if (!compute (self, &step))
    return FALSE;
  if (!op->is_f32)
    genga_reference_round (out->data, get_n_numbers (out), self->precision);
  return TRUE;
}

static gboolean
run_all (Run *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < self->graph->n_ops; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!run_op (self, i))
        {
          g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                               _ ("Not enough memory for a tile."));
          return FALSE;
        }
      /* The result is nobody's input. */
      for (guint k = 0; k <= i && i + 1 < self->graph->n_ops; k++)
        if (self->last_users[k] == i)
          g_clear_pointer (&self->values[k].data, g_free);
    }
  return TRUE;
}

gboolean
genga_reference_run_graph_in (const GengaGraph *graph,
                              GengaPrecision precision,
                              const float *input,
                              int height,
                              int width,
                              float *output,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autofree GengaReferenceMap *values = g_new0 (GengaReferenceMap, graph->n_ops);
  g_autofree guint *last_users = list_last_users (graph);
  g_autofree gint64 *rows = list_sides (graph, GENGA_AXIS_Y, height);
  g_autofree gint64 *columns = list_sides (graph, GENGA_AXIS_X, width);
  Run self = {
    .graph = graph,
    .precision = precision,
    .input = input,
    .values = values,
    .last_users = last_users,
    .rows = rows,
    .columns = columns,
  };
  gboolean is_done = run_all (&self, cancellable, error);

  if (is_done)
    {
      const GengaReferenceMap *result = &values[graph->n_ops - 1];
      memcpy (output, result->data, get_n_numbers (result) * sizeof (float));
    }
  for (guint i = 0; i < graph->n_ops; i++)
    g_free (values[i].data);
  return is_done;
}

gboolean
genga_reference_run_graph (const GengaGraph *graph,
                           const float *input,
                           int height,
                           int width,
                           float *output,
                           GCancellable *cancellable,
                           GError **error)
{
  return genga_reference_run_graph_in (graph, GENGA_PRECISION_FP32, input, height, width, output,
                                       cancellable, error);
}
