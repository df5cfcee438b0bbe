/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-parts.h"

#include "nets/onnx/onnx-makers.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ---- channels ---- */

gboolean
genga_onnx_has_parts (const GengaOnnxValue *view, guint axis, gint64 *n)
{
  guint n_atoms;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n_atoms);

  return n_atoms == 1 && atoms->dim == GENGA_ONNX_DIM_CHANNEL &&
         genga_onnx_size_get_number (&atoms->extent, n);
}

/* The channels of the map that are left. */
static guint
pick_part (GengaOnnxImport *self,
           const GengaOnnxValue *view,
           const GengaOnnxAtom *atom,
           gint64 first,
           gint64 n)
{
  const int channels = genga_graph_peek (self->graph, view->map)->channels;
  g_autofree int *picked = g_new (int, channels);
  int n_picked = 0;

  for (int c = 0; c < channels; c++)
    {
      gint64 index = c / atom->stride % atom->extent.constant;

      if (index >= first && index < first + n)
        picked[n_picked++] = c;
    }
  return genga_onnx_pick_channels (self, view->map, picked, n_picked);
}

/* Takes atom `index` out, of axis `axis`. */
static void
drop_atom (GengaOnnxValue *view, guint axis, guint index)
{
  memmove (view->atoms + index, view->atoms + index + 1,
           (view->n_atoms - index - 1) * sizeof *view->atoms);
  view->n_atoms--;
  for (guint i = axis; i < view->rank; i++)
    view->ends[i]--;
}

static void
drop_axis (GengaOnnxValue *view, guint axis)
{
  memmove (view->ends + axis, view->ends + axis + 1, (view->rank - axis - 1) * sizeof *view->ends);
  view->rank--;
}

gboolean
genga_onnx_set_part (GengaOnnxImport *self,
                     guint index,
                     const GengaOnnxValue *view,
                     guint axis,
                     gint64 first,
                     gint64 n,
                     gboolean drops)
{
  const guint at = axis > 0 ? view->ends[axis - 1] : 0;
  const GengaOnnxAtom *atom = &view->atoms[at];
  GengaOnnxValue out;
  gint64 extent;
  guint map;

  if (!genga_onnx_has_parts (view, axis, &extent))
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  if (first < 0 || n < 1 || n > extent - first)
    return genga_onnx_refuse (self, _ ("it takes what is not there"));
  for (guint i = 0; i < view->n_atoms; i++)
    if (view->atoms[i].dim == GENGA_ONNX_DIM_CHANNEL && view->atoms[i].stride > atom->stride &&
        view->atoms[i].stride % (atom->stride * extent) != 0)
      return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  map = pick_part (self, view, atom, first, n);
  if (map == GENGA_NONE)
    return FALSE;
  genga_onnx_view_copy (&out, view, map);
  for (guint i = 0; i < out.n_atoms; i++)
    if (out.atoms[i].dim == GENGA_ONNX_DIM_CHANNEL && out.atoms[i].stride > atom->stride)
      out.atoms[i].stride = out.atoms[i].stride / extent * n;
  out.atoms[at].extent = genga_onnx_size_of (n);
  if (n == 1)
    drop_atom (&out, axis, at);
  if (drops)
    drop_axis (&out, axis);
  return genga_onnx_set_output (self, index, &out);
}

/* ---- rows and columns ---- */

/* The only range of a Slice, along which axis, from which value; a step of 1. */
static gboolean
read_slice (GengaOnnxImport *self,
            const GengaOnnxNode *slice,
            guint axis,
            guint rank,
            GengaOnnxSize *start,
            GengaOnnxSize *end)
{
  const GengaOnnxNode *own = self->node;
  GengaOnnxValue *numbers[4] = { NULL };
  const GengaOnnxSize *sizes[4] = { NULL };
  gint64 number = -1, step = 1;
  gboolean ok = slice->n_inputs >= 4;

  self->node = slice;
  for (guint i = 0; i < 4 && ok; i++)
    {
      if (i == 3 && genga_onnx_get_input (self, 4) == NULL)
        continue;
      ok = genga_onnx_need_numbers (self, i + 1, &numbers[i]) && numbers[i]->n == 1 &&
           (sizes[i] = genga_onnx_numbers_peek_sizes (self, numbers[i])) != NULL;
    }
  self->node = own;
  g_clear_error (&self->error);
  if (!ok || !genga_onnx_size_get_number (sizes[2], &number) ||
      (sizes[3] != NULL && !genga_onnx_size_get_number (sizes[3], &step)) || step != 1 ||
      (number < 0 ? number + (gint64)rank : number) != (gint64)axis)
    return FALSE;
  *start = *sizes[0];
  *end = *sizes[1];
  return TRUE;
}

/* From the beginning of an axis. */
static gboolean
settle (GengaOnnxSize *size, const GengaOnnxSize *length)
{
  const GengaOnnxSize zero = genga_onnx_size_of (0);
  int order;

  return genga_onnx_size_compare (size, &zero, &order) &&
         (order >= 0 || genga_onnx_size_add (size, size, length, 1));
}

static gboolean
is_end (const GengaOnnxSize *size, const GengaOnnxSize *length)
{
  int order;

  return genga_onnx_size_compare (size, length, &order) && order >= 0;
}

/* How far on the view begins: a number of pixels, or so many from the end. */
static gboolean
find_distance (GengaOnnxImport *self,
               const GengaOnnxSize *start,
               const GengaOnnxSize *length,
               int *distance)
{
  const double all = length->at[GENGA_ONNX_FIXED_SAMPLE];
  GengaOnnxSize rest;
  gint64 number;

  if (genga_onnx_size_get_number (start, &number))
    {
      /* In a file of one size the distance from the end may be meant. */
      if (self->has_fixed_size && (double)(2 * number) > all)
        number -= (gint64)all;
    }
  else if (genga_onnx_size_add (&rest, length, start, -1) &&
           genga_onnx_size_get_number (&rest, &number))
    number = -number;
  else
    return FALSE;
  *distance = (int)CLAMP (number, -GENGA_ONNX_MAX_MULTIPLE, GENGA_ONNX_MAX_MULTIPLE);
  return *distance == number;
}

static gboolean
find_roll (GengaOnnxImport *self, guint axis, const GengaOnnxValue *view, int *distance)
{
  const GengaOnnxNode *node = self->node;
  const GengaOnnxSize zero = genga_onnx_size_of (0);
  const GengaOnnxNode *parts[2];
  GengaOnnxSize starts[2], ends[2], length;
  GengaOnnxSize fixed;

  if (!genga_onnx_view_get_length (view, axis, &length))
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      parts[i] = genga_onnx_find_maker (self, node->inputs[i].value, "Slice");
      if (parts[i] == NULL ||
          !read_slice (self, parts[i], axis, view->rank, &starts[i], &ends[i]) ||
          !settle (&starts[i], &length) || !settle (&ends[i], &length))
        return FALSE;
    }
  fixed = genga_onnx_size_of ((gint64)length.at[GENGA_ONNX_FIXED_SAMPLE]);
  return (is_end (&ends[0], &length) ||
          (self->has_fixed_size && genga_onnx_size_equal (&ends[0], &fixed))) &&
         genga_onnx_size_equal (&starts[1], &zero) &&
         genga_onnx_size_equal (&ends[1], &starts[0]) &&
         find_distance (self, &starts[0], &length, distance);
}

gboolean
genga_onnx_roll (GengaOnnxImport *self)
{
  const GengaOnnxNode *first;
  const GengaOnnxNode *second;
  GengaOnnxValue *view;
  GengaOnnxValue out;
  int distance;
  guint axis;
  gboolean is_row;

  if (self->node->n_inputs != 2)
    return FALSE;
  first = genga_onnx_find_maker (self, self->node->inputs[0].value, "Slice");
  second = genga_onnx_find_maker (self, self->node->inputs[1].value, "Slice");
  if (first == NULL || second == NULL || first->inputs[0].value == GENGA_ONNX_NO_VALUE ||
      first->inputs[0].value != second->inputs[0].value)
    return FALSE;
  view = &self->values[first->inputs[0].value];
  if (view->kind != GENGA_ONNX_VIEW ||
      !genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", 0), view->rank, &axis))
    return FALSE;
  is_row = genga_onnx_view_is_whole (self, view, axis, GENGA_ONNX_DIM_Y);
  if (genga_graph_peek (self->graph, view->map)->is_vector ||
      (!is_row && !genga_onnx_view_is_whole (self, view, axis, GENGA_ONNX_DIM_X)) ||
      !find_roll (self, axis, view, &distance))
    return FALSE;
  genga_onnx_view_copy (&out, view, view->map);
  *(is_row ? &out.roll_y : &out.roll_x) += distance;
  if (ABS (out.roll_y) <= GENGA_ONNX_MAX_MULTIPLE && ABS (out.roll_x) <= GENGA_ONNX_MAX_MULTIPLE)
    return genga_onnx_set_output (self, 0, &out);
  g_free (out.atoms);
  return FALSE;
}
