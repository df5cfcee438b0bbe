/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DySample computes, in nodes:
 *
 *     grid = 2 * (centres + offset) / (W, H) - 1
 *
 * with `centres` the middles of the pixels and `offset` 1 x 2 x (groups * r * r) x H x W, and
 * shuffles the sub-pixels into place. GridSample undoes the scaling: what is left is the offset in
 * pixels, as GENGA_OP_DYSAMPLE takes it.
 */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-dysample.h"

#include "nets/onnx/onnx-makers.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* No more nodes make the centres. */
#define MAX_CENTRE_NODES 64

/* A value behind nodes that only change its shape. */
static guint
skip_shapes (GengaOnnxImport *self, guint value)
{
  static const char *const ops[] = { "Reshape", "Flatten", "Squeeze", "Unsqueeze" };

  for (guint i = 0; i < G_N_ELEMENTS (ops);)
    {
      guint inside = genga_onnx_find_argument (self, value, ops[i]);

      i = inside != GENGA_ONNX_NO_VALUE ? 0 : i + 1;
      value = inside != GENGA_ONNX_NO_VALUE ? inside : value;
    }
  return value;
}

/* The sum of centres and offsets that a grid is made of, and how many sub-pixels a side has. */
static const GengaOnnxNode *
find_sum (GengaOnnxImport *self, guint grid, gint64 *factor)
{
  const GengaOnnxNode *turn = genga_onnx_find_maker (self, skip_shapes (self, grid), "Transpose");
  const GengaOnnxNode *node = self->node;
  const GengaOnnxNode *shuffle, *quotient;
  guint value;

  if (turn == NULL || turn->n_inputs != 1)
    return NULL;
  shuffle = genga_onnx_find_maker (self, skip_shapes (self, turn->inputs[0].value), "DepthToSpace");
  if (shuffle == NULL || shuffle->n_inputs != 1)
    return NULL;
  self->node = shuffle;
  *factor = genga_onnx_get_int (self, "blocksize", 0);
  if (!g_str_equal (genga_onnx_get_string (self, "mode", "DCR"), "CRD"))
    *factor = 0;
  self->node = node;
  value = skip_shapes (self, shuffle->inputs[0].value);
  quotient = genga_onnx_find_maker (self, genga_onnx_find_scaled (self, value, "Sub", 1), "Div");
  if (quotient == NULL || quotient->n_inputs != 2 || *factor < 1 || *factor > 16)
    return NULL;
  return genga_onnx_find_maker (
      self, genga_onnx_find_scaled (self, quotient->inputs[0].value, "Mul", 2), "Add");
}

/* What a node that moves numbers about takes them from: how many of its inputs. */
static guint
count_moved (const GengaOnnxNode *node)
{
  static const char *const ops[] = { "Cast",  "Expand",  "Gather",    "Reshape",
                                     "Slice", "Squeeze", "Transpose", "Unsqueeze" };

  if (g_str_equal (node->op, "Concat"))
    return node->n_inputs;
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_str_equal (ops[i], node->op))
      return MIN (1, node->n_inputs);
  return 0;
}

/* Whether a value comes from ranges and halves alone, which is how the middles of pixels are made.
 */
static gboolean
are_centres (GengaOnnxImport *self, guint value)
{
  guint open[MAX_CENTRE_NODES] = { value };
  guint n_open = 1, n_ranges = 0, n_halves = 0;

  for (guint i = 0; i < n_open; i++)
    {
      const GengaOnnxNode *node;
      guint other, n_moved;
      float number;

      if (open[i] == GENGA_ONNX_NO_VALUE || self->makers[open[i]] == GENGA_NONE)
        return FALSE;
      node = &self->model->nodes[self->makers[open[i]]];
      n_moved = count_moved (node);
      if (g_str_equal (node->op, "Range"))
        n_ranges++;
      else if (g_str_equal (node->op, "Add") && n_open < MAX_CENTRE_NODES &&
               genga_onnx_find_constant (self, node, &number, &other) && number == 0.5f)
        {
          n_halves++;
          open[n_open++] = other;
        }
      else if (n_moved == 0 || n_open + n_moved > MAX_CENTRE_NODES)
        return FALSE;
      for (guint k = 0; k < n_moved; k++)
        open[n_open++] = node->inputs[k].value;
    }
  return n_ranges >= 2 && n_halves >= 2;
}

/* Of the two inputs of a sum the offsets: GENGA_NONE where the other one is not the centres. */
static guint
find_offsets (GengaOnnxImport *self, const GengaOnnxNode *sum)
{
  for (guint i = 0; i < 2 && sum->n_inputs == 2; i++)
    {
      guint value = sum->inputs[i].value;

      if (value != GENGA_ONNX_NO_VALUE && self->values[value].kind == GENGA_ONNX_VIEW &&
          are_centres (self, sum->inputs[1 - i].value))
        return value;
    }
  return GENGA_NONE;
}

/* The map whose channels, all of them, the offsets are: 1 x 2 x n x H x W. GENGA_NONE: none. */
static guint
find_offset_map (GengaOnnxImport *self, const GengaOnnxValue *view)
{
  GengaOnnxSize lengths[4] = { genga_onnx_size_of (1) };
  GengaOnnxValue plain;
  gboolean ok;

  if (view->rank != 5 || !genga_onnx_view_get_length (view, 3, &lengths[2]) ||
      !genga_onnx_view_get_length (view, 4, &lengths[3]))
    return GENGA_NONE;
  lengths[1] = genga_onnx_size_of (genga_graph_peek (self->graph, view->map)->channels);
  genga_onnx_view_copy (&plain, view, view->map);
  ok = genga_onnx_view_reshape (self, &plain, lengths, 4) &&
       genga_onnx_view_is_whole (self, &plain, 1, GENGA_ONNX_DIM_CHANNEL) &&
       genga_onnx_view_is_whole (self, &plain, 2, GENGA_ONNX_DIM_Y) &&
       genga_onnx_view_is_whole (self, &plain, 3, GENGA_ONNX_DIM_X);
  g_free (plain.atoms);
  return ok ? view->map : GENGA_NONE;
}

/* groups x channels of a group x H x W: how many groups, or 0. */
static gint64
count_groups (GengaOnnxImport *self, const GengaOnnxValue *view)
{
  gint64 channels = genga_graph_peek (self->graph, view->map)->channels;
  gint64 n_groups = 1;
  const GengaOnnxAtom *atoms;
  guint n;

  if (view->rank != 4 || !genga_onnx_view_is_whole (self, view, 2, GENGA_ONNX_DIM_Y) ||
      !genga_onnx_view_is_whole (self, view, 3, GENGA_ONNX_DIM_X))
    return 0;
  atoms = genga_onnx_view_get_axis (view, 0, &n);
  if (n == 0)
    return genga_onnx_view_is_whole (self, view, 1, GENGA_ONNX_DIM_CHANNEL) ? 1 : 0;
  if (n != 1 || atoms->dim != GENGA_ONNX_DIM_CHANNEL ||
      !genga_onnx_size_get_number (&atoms->extent, &n_groups) ||
      n_groups * atoms->stride != channels)
    return 0;
  return n_groups;
}

static gboolean
set_sampled (GengaOnnxImport *self, const GengaOnnxValue *view, guint made, gint64 factor)
{
  const GengaOnnxSize up = genga_onnx_size_of (factor);
  GengaOnnxSize height, width;
  GengaOnnxValue out;

  if (!genga_onnx_size_multiply (&height, genga_onnx_get_height (self, view->map), &up) ||
      !genga_onnx_size_multiply (&width, genga_onnx_get_width (self, view->map), &up))
    return genga_onnx_refuse (self, _ ("its result has an impossible size"));
  genga_onnx_note_map (self, made, &height, &width);
  genga_onnx_view_copy (&out, view, made);
  for (guint i = 0; i < out.n_atoms; i++)
    {
      if (out.atoms[i].dim == GENGA_ONNX_DIM_Y)
        out.atoms[i].extent = height;
      if (out.atoms[i].dim == GENGA_ONNX_DIM_X)
        out.atoms[i].extent = width;
    }
  return genga_onnx_set_output (self, 0, &out);
}

static gboolean
has_plain_mode (GengaOnnxImport *self)
{
  const char *mode = genga_onnx_get_string (self, "mode", "linear");

  return (g_str_equal (mode, "linear") || g_str_equal (mode, "bilinear")) &&
         g_str_equal (genga_onnx_get_string (self, "padding_mode", "zeros"), "border") &&
         genga_onnx_get_int (self, "align_corners", 0) == 0;
}

gboolean
genga_onnx_grid_sample (GengaOnnxImport *self)
{
  const GengaOnnxNode *sum = NULL;
  gint64 factor = 0, n_groups;
  guint offsets = GENGA_NONE;
  GengaOnnxValue *view;

  if (!genga_onnx_need_view (self, 0, &view))
    return FALSE;
  n_groups = count_groups (self, view);
  if (n_groups > 0 && has_plain_mode (self) && self->node->n_inputs == 2)
    sum = find_sum (self, self->node->inputs[1].value, &factor);
  if (sum != NULL)
    offsets = find_offsets (self, sum);
  if (offsets != GENGA_NONE)
    offsets = find_offset_map (self, &self->values[offsets]);
  if (offsets == GENGA_NONE || genga_graph_peek (self->graph, view->map)->is_vector ||
      genga_graph_peek (self->graph, offsets)->channels != 2 * n_groups * factor * factor ||
      !genga_onnx_size_equal (genga_onnx_get_height (self, offsets),
                              genga_onnx_get_height (self, view->map)) ||
      !genga_onnx_size_equal (genga_onnx_get_width (self, offsets),
                              genga_onnx_get_width (self, view->map)))
    return genga_onnx_refuse (self, _ ("only DySample's grid is supported"));
  return set_sampled (
      self, view,
      genga_graph_dysample (self->graph, view->map, offsets, (int)n_groups, (int)factor), factor);
}
