/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-norm.h"

#include "nets/onnx/onnx-conv.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static int
get_channels (GengaOnnxImport *self, guint map)
{
  return genga_graph_peek (self->graph, map)->channels;
}

/* What the axes hold, maybe after the view has been made plain. */
static gboolean
find_held (GengaOnnxImport *self, GengaOnnxValue *view, const gboolean *is_in, GengaOnnxHeld *held)
{
  if (genga_onnx_view_find_held (self, view, is_in, held))
    return TRUE;
  g_clear_error (&self->error);
  genga_onnx_view_try_plain (self, view);
  return genga_onnx_view_find_held (self, view, is_in, held);
}

/* Numbers of an input, one for each of n parts that channels fall into, for each channel. */
static guint
copy_spread (GengaOnnxImport *self, guint index, int n, int channels)
{
  GengaOnnxValue *value;
  const float *floats;
  g_autofree float *spread = g_new (float, channels);

  if (!genga_onnx_need_numbers (self, index, &value))
    return GENGA_NONE;
  if (value->n != (gsize)n)
    {
      genga_onnx_refuse (self, _ ("input %u has not one number for each channel"), index + 1);
      return GENGA_NONE;
    }
  floats = genga_onnx_numbers_peek_floats (self, value);
  if (floats == NULL)
    return GENGA_NONE;
  for (int c = 0; c < channels; c++)
    spread[c] = floats[c / (channels / n)];
  return genga_graph_copy_vector (self->graph, spread, channels);
}

/* A norm over `n_groups` groups, with factors and offsets for each of n parts of the channels. */
static gboolean
set_group_norm (GengaOnnxImport *self, const GengaOnnxValue *view, int n_groups, int n)
{
  int channels = get_channels (self, view->map);
  double epsilon = genga_onnx_get_float (self, "epsilon", 1e-5f);
  guint weight = copy_spread (self, 1, n, channels);
  guint bias = weight != GENGA_NONE ? copy_spread (self, 2, n, channels) : GENGA_NONE;
  guint made;

  if (bias == GENGA_NONE)
    return FALSE;
  made = genga_graph_group_norm (self->graph, view->map, weight, bias, n_groups, epsilon);
  genga_onnx_note_like (self, made, view->map);
  return genga_onnx_set_view_like (self, 0, view, made);
}

/*
 * Each index of the second axis by itself. Exporters write group norms as one of these, with the
 * channels of a group moved to the pixels.
 */
gboolean
genga_onnx_instance_normalization (GengaOnnxImport *self)
{
  GengaOnnxValue *view;
  const GengaOnnxAtom *atoms;
  gint64 n_groups = 1;
  guint n;

  if (!genga_onnx_need_view (self, 0, &view))
    return FALSE;
  genga_onnx_view_try_plain (self, view);
  if (view->rank < 3 || view->ends[0] != 0 || genga_graph_peek (self->graph, view->map)->is_vector)
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  atoms = genga_onnx_view_get_axis (view, 1, &n);
  if (n > 1 || (n == 1 && (atoms->dim != GENGA_ONNX_DIM_CHANNEL ||
                           !genga_onnx_size_get_number (&atoms->extent, &n_groups) ||
                           n_groups * atoms->stride != get_channels (self, view->map))))
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  for (guint i = 0; i < view->n_atoms; i++)
    if (view->atoms[i].dim == GENGA_ONNX_DIM_REPEAT)
      return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  return set_group_norm (self, view, (int)n_groups, (int)n_groups);
}

gboolean
genga_onnx_group_normalization (GengaOnnxImport *self)
{
  gint64 n_groups = genga_onnx_get_int (self, "num_groups", 0);
  GengaOnnxValue *view;
  int channels;

  if (!genga_onnx_need_view (self, 0, &view))
    return FALSE;
  genga_onnx_view_try_plain (self, view);
  channels = get_channels (self, view->map);
  if (view->rank < 2 || !genga_onnx_view_is_whole (self, view, 1, GENGA_ONNX_DIM_CHANNEL) ||
      n_groups < 1 || channels % n_groups != 0 ||
      genga_graph_peek (self->graph, view->map)->is_vector)
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  /* Before version 21 factors were for groups. */
  return set_group_norm (self, view, (int)n_groups,
                         self->model->opset >= 21 ? channels : (int)n_groups);
}

gboolean
genga_onnx_layer_normalization (GengaOnnxImport *self)
{
  double epsilon = genga_onnx_get_float (self, "epsilon", 1e-5f);
  GengaOnnxValue *view;
  guint axis, made, weight;
  guint bias = GENGA_NONE;
  int n;

  if (!genga_onnx_need_view (self, 0, &view) ||
      !genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", -1), view->rank, &axis))
    return FALSE;
  if (axis != view->rank - 1 ||
      !genga_onnx_view_is_whole (self, view, axis, GENGA_ONNX_DIM_CHANNEL))
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  n = get_channels (self, view->map);
  weight = genga_onnx_copy_vector (self, 1, n);
  if (weight == GENGA_NONE)
    return FALSE;
  if (genga_onnx_get_input (self, 2) != NULL &&
      (bias = genga_onnx_copy_vector (self, 2, n)) == GENGA_NONE)
    return FALSE;
  if (bias == GENGA_NONE)
    {
      g_autofree float *zeros = g_new0 (float, n);

      bias = genga_graph_copy_vector (self->graph, zeros, n);
    }
  made = genga_graph_layer_norm (self->graph, view->map, weight, bias, epsilon);
  genga_onnx_note_like (self, made, view->map);
  return genga_onnx_set_view_like (self, 0, view, made);
}

gboolean
genga_onnx_batch_normalization (GengaOnnxImport *self)
{
  double epsilon = genga_onnx_get_float (self, "epsilon", 1e-5f);
  const float *parts[4];
  GengaOnnxValue *view;
  int n;

  if (!genga_onnx_need_view (self, 0, &view))
    return FALSE;
  genga_onnx_view_try_plain (self, view);
  if (view->rank < 2 || !genga_onnx_view_is_whole (self, view, 1, GENGA_ONNX_DIM_CHANNEL) ||
      genga_onnx_get_int (self, "training_mode", 0) != 0)
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  n = get_channels (self, view->map);
  for (guint i = 0; i < 4; i++)
    {
      GengaOnnxValue *value;

      if (!genga_onnx_need_numbers (self, i + 1, &value))
        return FALSE;
      if (value->n != (gsize)n)
        return genga_onnx_refuse (self, _ ("input %u has not one number for each channel"), i + 2);
      parts[i] = genga_onnx_numbers_peek_floats (self, value);
      if (parts[i] == NULL)
        return FALSE;
    }

  /* (x - mean) / sqrt (variance + epsilon) * scale + bias */
  g_autofree float *factors = g_new (float, n);
  g_autofree float *offsets = g_new (float, n);
  for (int c = 0; c < n; c++)
    {
      double factor = parts[0][c] / sqrt (parts[3][c] + epsilon);

      factors[c] = (float)factor;
      offsets[c] = (float)(parts[1][c] - parts[2][c] * factor);
    }
  guint made =
      genga_graph_affine (self->graph, view->map, genga_graph_copy_vector (self->graph, factors, n),
                          genga_graph_copy_vector (self->graph, offsets, n));
  genga_onnx_note_like (self, made, view->map);
  return genga_onnx_set_view_like (self, 0, view, made);
}

/* ---- means ---- */

/* The channels' sum times a factor, for each pixel: one channel. */
static guint
sum_channels (GengaOnnxImport *self, guint map, float factor)
{
  int n = get_channels (self, map);
  float *weights = g_new (float, n);

  for (int c = 0; c < n; c++)
    weights[c] = factor;
  return genga_onnx_mix_channels (self, map, 1, weights);
}

/* Takes the atoms out of the axes that are named, and the axes too where they are not kept. */
static void
drop_axes (GengaOnnxValue *view, const gboolean *is_in, gboolean keeps)
{
  guint n_atoms = 0, rank = 0, from = 0;

  for (guint axis = 0; axis < view->rank; axis++)
    {
      guint end = view->ends[axis];

      for (; from < end; from++)
        if (!is_in[axis])
          view->atoms[n_atoms++] = view->atoms[from];
      if (!is_in[axis] || keeps)
        view->ends[rank++] = n_atoms;
    }
  view->rank = rank;
  view->n_atoms = n_atoms;
}

/* Which axes: from an attribute, in newer versions an input; all where there is no such list. */
static gboolean
read_axes (GengaOnnxImport *self, guint rank, gboolean *is_in)
{
  gint64 axes[GENGA_TENSOR_MAX_RANK];
  int n = genga_onnx_read_list (self, "axes", 1, axes, GENGA_TENSOR_MAX_RANK);

  for (guint i = 0; i < rank; i++)
    is_in[i] = n == 0;
  for (int i = 0; i < n; i++)
    {
      guint axis;

      if (!genga_onnx_settle_axis (self, axes[i], rank, &axis))
        return FALSE;
      is_in[axis] = TRUE;
    }
  return n >= 0;
}

static gboolean
reduce (GengaOnnxImport *self, gboolean is_mean)
{
  gboolean is_in[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *view;
  GengaOnnxHeld held;
  GengaOnnxValue out;
  guint made;

  if (!genga_onnx_need_view (self, 0, &view) || !read_axes (self, view->rank, is_in) ||
      !find_held (self, view, is_in, &held))
    return FALSE;
  made = view->map;
  if (held.channels)
    {
      int n = get_channels (self, made);

      made = sum_channels (self, made, is_mean ? 1.0f / (float)n : 1);
    }
  if (held.y != held.x || ((held.y || held.x) && !is_mean))
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  if (held.y)
    {
      guint mean = genga_graph_global_mean (self->graph, made);

      genga_onnx_note_like (self, mean, made);
      made = mean;
    }
  genga_onnx_view_copy (&out, view, made);
  drop_axes (&out, is_in, genga_onnx_get_int (self, "keepdims", 1) != 0);
  return genga_onnx_set_output (self, 0, &out);
}

gboolean
genga_onnx_reduce_mean (GengaOnnxImport *self)
{
  return reduce (self, TRUE);
}

gboolean
genga_onnx_reduce_sum (GengaOnnxImport *self)
{
  return reduce (self, FALSE);
}

gboolean
genga_onnx_global_average_pool (GengaOnnxImport *self)
{
  GengaOnnxValue *view;
  guint map, made;

  if (!genga_onnx_need_view (self, 0, &view) ||
      (map = genga_onnx_view_to_map (self, view)) == GENGA_NONE)
    return FALSE;
  if (genga_graph_peek (self->graph, map)->is_vector)
    return genga_onnx_set_map (self, 0, map);
  made = genga_graph_global_mean (self->graph, map);
  genga_onnx_note_like (self, made, map);
  return genga_onnx_set_map (self, 0, made);
}

gboolean
genga_onnx_set_norm (GengaOnnxImport *self,
                     GengaOnnxValue *view,
                     const gboolean *is_in,
                     double epsilon)
{
  g_autofree float *numbers = NULL;
  GengaOnnxHeld held;
  guint weight, bias, made;
  int n;

  if (!find_held (self, view, is_in, &held))
    return FALSE;
  if (held.y != held.x || held.channels == held.y ||
      (held.y && genga_graph_peek (self->graph, view->map)->is_vector))
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  n = get_channels (self, view->map);
  numbers = g_new0 (float, n);
  bias = genga_graph_copy_vector (self->graph, numbers, n);
  for (int c = 0; c < n; c++)
    numbers[c] = 1;
  weight = genga_graph_copy_vector (self->graph, numbers, n);
  made = held.channels ? genga_graph_layer_norm (self->graph, view->map, weight, bias, epsilon)
                       : genga_graph_group_norm (self->graph, view->map, weight, bias, n, epsilon);
  genga_onnx_note_like (self, made, view->map);
  return genga_onnx_set_view_like (self, 0, view, made);
}
