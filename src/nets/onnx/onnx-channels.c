/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-channels.h"

#include "nets/onnx/onnx-borders.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-parts.h"
#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static int
get_channels (GengaOnnxImport *self, guint map)
{
  return genga_graph_peek (self->graph, map)->channels;
}

/* Whether an axis is all channels in order, maybe after the view has been made plain. */
static gboolean
has_channels (GengaOnnxImport *self, GengaOnnxValue *view, guint axis)
{
  if (genga_onnx_view_is_whole (self, view, axis, GENGA_ONNX_DIM_CHANNEL))
    return TRUE;
  return axis == 1 && genga_onnx_view_try_plain (self, view);
}

static gboolean
refuse_layout (GengaOnnxImport *self)
{
  return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
}

/* The axes of a view, with the channels that another map has along one of them. */
static gboolean
set_with_channels (
    GengaOnnxImport *self, guint index, const GengaOnnxValue *view, guint axis, guint map)
{
  guint first = axis > 0 ? view->ends[axis - 1] : 0;
  guint n_old = view->ends[axis] - first;
  int channels = get_channels (self, map);
  guint n_new = channels > 1 ? 1 : 0;
  GengaOnnxValue out;

  genga_onnx_view_copy (&out, view, map);
  if (n_old == 0 && view->n_atoms == GENGA_ONNX_MAX_ATOMS)
    {
      g_free (out.atoms);
      return refuse_layout (self);
    }
  memmove (out.atoms + first + n_new, out.atoms + first + n_old,
           (view->n_atoms - first - n_old) * sizeof *out.atoms);
  if (n_new > 0)
    out.atoms[first] = (GengaOnnxAtom){ GENGA_ONNX_DIM_CHANNEL, 1, genga_onnx_size_of (channels) };
  out.n_atoms = out.n_atoms - n_old + n_new;
  for (guint i = axis; i < out.rank; i++)
    out.ends[i] = out.ends[i] - n_old + n_new;
  return genga_onnx_set_output (self, index, &out);
}

/* Some channels after each other. */
static guint
slice_map (GengaOnnxImport *self, guint map, int first, int n)
{
  guint made;

  if (n == get_channels (self, map))
    return map;
  made = genga_graph_slice (self->graph, map, first, n);
  genga_onnx_note_like (self, made, map);
  return made;
}

static guint
concat_maps (GengaOnnxImport *self, const guint *maps, guint n)
{
  guint parts[GENGA_OP_MAX_INPUTS];
  guint made = maps[0];

  for (guint at = 1; at < n;)
    {
      guint n_parts = 1;

      parts[0] = made;
      while (n_parts < GENGA_OP_MAX_INPUTS && at < n)
        parts[n_parts++] = maps[at++];
      made = genga_graph_concat (self->graph, parts, n_parts);
      genga_onnx_note_like (self, made, maps[0]);
    }
  return made;
}

/* ---- Concat ---- */

/* Whether all axes but one are the same, and the one is all channels. */
static gboolean
goes_along (GengaOnnxImport *self, const GengaOnnxValue *a, const GengaOnnxValue *b, guint axis)
{
  const GengaOp *one = genga_graph_peek (self->graph, a->map);
  const GengaOp *other = genga_graph_peek (self->graph, b->map);

  if (a->rank != b->rank || one->is_vector != other->is_vector || a->roll_y != b->roll_y ||
      a->roll_x != b->roll_x || !genga_onnx_view_is_whole (self, b, axis, GENGA_ONNX_DIM_CHANNEL))
    return FALSE;
  for (guint i = 0; i < a->rank; i++)
    {
      guint n_a, n_b;
      const GengaOnnxAtom *of_a = genga_onnx_view_get_axis (a, i, &n_a);
      const GengaOnnxAtom *of_b = genga_onnx_view_get_axis (b, i, &n_b);

      if (i == axis)
        continue;
      if (n_a != n_b || !genga_onnx_atoms_are_like (of_a, of_b, n_a))
        return FALSE;
    }
  return TRUE;
}

static gboolean
concat_views (GengaOnnxImport *self, guint axis)
{
  guint n = self->node->n_inputs;
  g_autofree guint *maps = g_new (guint, n);
  GengaOnnxValue *first;
  gint64 channels = 0;
  gboolean are_plain = FALSE;

  if (!genga_onnx_need_view (self, 0, &first))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      GengaOnnxValue *view;

      if (!genga_onnx_need_view (self, i, &view))
        return FALSE;
      if (!are_plain && !goes_along (self, first, view, axis))
        {
          /* From the beginning, with plain maps. */
          are_plain = TRUE;
          i = 0;
          view = first;
          channels = 0;
        }
      if (are_plain && (genga_onnx_view_to_map (self, view) == GENGA_NONE ||
                        genga_onnx_view_to_map (self, first) == GENGA_NONE))
        return FALSE;
      if (are_plain && !goes_along (self, first, view, axis))
        return refuse_layout (self);
      maps[i] = view->map;
      channels += get_channels (self, view->map);
    }
  if (channels > GENGA_ONNX_MAX_CHANNELS)
    return genga_onnx_refuse (self, _ ("its result is too large"));
  return set_with_channels (self, 0, first, axis, concat_maps (self, maps, n));
}

gboolean
genga_onnx_concat (GengaOnnxImport *self)
{
  GengaOnnxValue *first = genga_onnx_get_input (self, 0);
  guint axis;

  if (first == NULL)
    return genga_onnx_refuse (self, _ ("input %u is missing"), 1);
  if (first->kind == GENGA_ONNX_NUMBERS)
    return genga_onnx_numbers_concat (self);
  return genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", 1), first->rank, &axis) &&
         concat_views (self, axis);
}

/* ---- Split ---- */

/* How long the parts are. */
static gboolean
read_parts (GengaOnnxImport *self, gint64 length, gint64 *parts, guint n)
{
  int n_read = genga_onnx_read_list (self, "split", 1, parts, (int)n);
  gint64 sum = 0;

  if (n_read < 0)
    return FALSE;
  if (n_read != 0 && (guint)n_read != n)
    return genga_onnx_refuse (self, _ ("its parts do not fit"));
  for (guint i = 0; i < n; i++)
    {
      /* Without a list: of one length, the last one maybe shorter. */
      if (n_read == 0)
        parts[i] = MIN ((length + n - 1) / n, length - sum);
      if (parts[i] < 1 || parts[i] > length - sum)
        return genga_onnx_refuse (self, _ ("its parts do not fit"));
      sum += parts[i];
    }
  return sum == length || genga_onnx_refuse (self, _ ("its parts do not fit"));
}

static gboolean
split_numbers (GengaOnnxImport *self, GengaOnnxValue *value, guint axis, const gint64 *parts)
{
  gint64 shape[GENGA_TENSOR_MAX_RANK], strides[GENGA_TENSOR_MAX_RANK];
  gint64 at = 0;

  genga_onnx_list_strides (value->rank, value->shape, strides);
  memcpy (shape, value->shape, sizeof shape);
  for (guint i = 0; i < self->node->n_outputs; i++)
    {
      shape[axis] = parts[i];
      if (!genga_onnx_set_picked (self, i, value, value->rank, shape, strides, at * strides[axis]))
        return FALSE;
      at += parts[i];
    }
  return TRUE;
}

/* An axis that is a part of the channels. */
static gboolean
split_parts (GengaOnnxImport *self, const GengaOnnxValue *value, guint axis, gint64 *parts)
{
  const guint n = self->node->n_outputs;
  gint64 length, at = 0;

  if (!genga_onnx_has_parts (value, axis, &length))
    return refuse_layout (self);
  if (!read_parts (self, length, parts, n))
    return FALSE;
  for (guint i = 0; i < n; at += parts[i++])
    if (!genga_onnx_set_part (self, i, value, axis, at, parts[i], FALSE))
      return FALSE;
  return TRUE;
}

gboolean
genga_onnx_split (GengaOnnxImport *self)
{
  guint n = self->node->n_outputs;
  g_autofree gint64 *parts = g_new (gint64, MAX (n, 1));
  GengaOnnxValue *value = genga_onnx_get_input (self, 0);
  gint64 at = 0;
  guint axis;

  if (value == NULL || n == 0)
    return genga_onnx_refuse (self, _ ("input %u is missing"), 1);
  if (!genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", 0), value->rank, &axis))
    return FALSE;
  if (value->kind == GENGA_ONNX_NUMBERS)
    return read_parts (self, value->shape[axis], parts, n) &&
           split_numbers (self, value, axis, parts);
  if (!has_channels (self, value, axis))
    return split_parts (self, value, axis, parts);
  if (!read_parts (self, get_channels (self, value->map), parts, n))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      guint map = slice_map (self, value->map, (int)at, (int)parts[i]);

      if (!set_with_channels (self, i, value, axis, map))
        return FALSE;
      at += parts[i];
    }
  return TRUE;
}

/* ---- Slice ---- */

typedef struct
{
  gboolean is_cut;
  GengaOnnxSize start, end;
  gint64 step;
} Range;

/* Starts, ends, axes and steps: attributes in old versions, inputs in newer ones. */
static gboolean
read_sizes (GengaOnnxImport *self, const char *name, guint index, GengaOnnxSize *sizes, guint *n)
{
  gint64 old[GENGA_TENSOR_MAX_RANK];
  int n_old = genga_onnx_get_ints (self, name, old, GENGA_TENSOR_MAX_RANK);
  GengaOnnxValue *value = genga_onnx_get_input (self, index);
  const GengaOnnxSize *list;

  *n = (guint)MAX (n_old, 0);
  for (int i = 0; i < n_old; i++)
    sizes[i] = genga_onnx_size_of (old[i]);
  if (n_old != 0 || value == NULL)
    return n_old >= 0;
  if (!genga_onnx_need_numbers (self, index, &value) ||
      (list = genga_onnx_numbers_peek_sizes (self, value)) == NULL)
    return FALSE;
  if (value->n > GENGA_TENSOR_MAX_RANK)
    return genga_onnx_refuse (self, _ ("it has too many numbers"));
  *n = (guint)value->n;
  memcpy (sizes, list, value->n * sizeof *list);
  return TRUE;
}

static gboolean
read_ranges (GengaOnnxImport *self, guint rank, Range *ranges)
{
  GengaOnnxSize starts[GENGA_TENSOR_MAX_RANK], ends[GENGA_TENSOR_MAX_RANK];
  GengaOnnxSize axes[GENGA_TENSOR_MAX_RANK], steps[GENGA_TENSOR_MAX_RANK];
  guint n, n_ends, n_axes, n_steps;

  if (!read_sizes (self, "starts", 1, starts, &n) || !read_sizes (self, "ends", 2, ends, &n_ends) ||
      !read_sizes (self, "axes", 3, axes, &n_axes) ||
      !read_sizes (self, "steps", 4, steps, &n_steps))
    return FALSE;
  if (n_ends != n || n > rank || (n_axes != 0 && n_axes != n) || (n_steps != 0 && n_steps != n))
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  for (guint i = 0; i < n; i++)
    {
      gint64 number = i;
      gint64 step = 1;
      guint axis;

      if ((n_axes != 0 && !genga_onnx_size_get_number (&axes[i], &number)) ||
          (n_steps != 0 && !genga_onnx_size_get_number (&steps[i], &step)) || step == 0)
        return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
      if (!genga_onnx_settle_axis (self, number, rank, &axis))
        return FALSE;
      ranges[axis] = (Range){ TRUE, starts[i], ends[i], step };
    }
  return TRUE;
}

/* A start or an end, from the beginning, within an axis of a known length. */
static gboolean
settle_number (const GengaOnnxSize *size, gint64 length, gint64 low, gint64 high, gint64 *number)
{
  if (!genga_onnx_size_is_constant (size) || size->den != 1)
    return FALSE;
  *number = size->constant;
  if (*number < 0 && !__builtin_add_overflow (*number, length, number) && *number < 0)
    *number = low;
  *number = CLAMP (*number, low, high);
  return TRUE;
}

static gboolean
slice_numbers (GengaOnnxImport *self, GengaOnnxValue *value, const Range *ranges)
{
  gint64 shape[GENGA_TENSOR_MAX_RANK], strides[GENGA_TENSOR_MAX_RANK];
  gint64 offset = 0;

  genga_onnx_list_strides (value->rank, value->shape, strides);
  memcpy (shape, value->shape, sizeof shape);
  for (guint axis = 0; axis < value->rank; axis++)
    {
      const Range *range = &ranges[axis];
      gint64 length = value->shape[axis];
      gint64 start, end;
      gboolean is_back = range->step < 0;

      if (!range->is_cut)
        continue;
      if (!settle_number (&range->start, length, 0, is_back ? length - 1 : length, &start) ||
          !settle_number (&range->end, length, is_back ? -1 : 0, length, &end))
        return genga_onnx_refuse (self, _ ("it computes with the picture's size in a way that is "
                                           "not supported"));
      offset += start * strides[axis];
      shape[axis] = is_back ? MAX (0, (start - end - range->step - 1) / -range->step)
                            : MAX (0, (end - start + range->step - 1) / range->step);
      strides[axis] *= range->step;
    }
  return genga_onnx_set_picked (self, 0, value, value->rank, shape, strides, offset);
}

/* Channels by number, along the axis that is all of them. */
static gboolean
set_picked_channels (
    GengaOnnxImport *self, const GengaOnnxValue *value, guint axis, const int *channels, int n)
{
  guint map = genga_onnx_pick_channels (self, value->map, channels, n);

  return map != GENGA_NONE && set_with_channels (self, 0, value, axis, map);
}

/* Channels from start to before end, backwards as well. */
static gboolean
slice_channels (GengaOnnxImport *self, const GengaOnnxValue *value, guint axis, const Range *range)
{
  gint64 channels = get_channels (self, value->map);
  gboolean is_back = range->step < 0;
  g_autofree int *picked = g_new (int, channels);
  gint64 start, end;
  int n = 0;

  if (!settle_number (&range->start, channels, 0, is_back ? channels - 1 : channels, &start) ||
      !settle_number (&range->end, channels, is_back ? -1 : 0, channels, &end) ||
      range->step > channels || range->step < -channels)
    return genga_onnx_refuse (self, _ ("its parts do not fit"));
  for (gint64 i = start; is_back ? i > end : i < end; i += range->step)
    picked[n++] = (int)i;
  if (n == 0)
    return genga_onnx_refuse (self, _ ("its parts do not fit"));
  return set_picked_channels (self, value, axis, picked, n);
}

/* A start or an end along an axis whose length follows from the picture. */
static gboolean
settle_size (GengaOnnxImport *self,
             const GengaOnnxSize *size,
             const GengaOnnxSize *length,
             GengaOnnxSize *settled)
{
  const GengaOnnxSize zero = genga_onnx_size_of (0);
  int order;

  *settled = *size;
  if (!genga_onnx_size_compare (size, &zero, &order) ||
      (order < 0 && !genga_onnx_size_add (settled, size, length, 1)) ||
      !genga_onnx_size_compare (settled, &zero, &order))
    return genga_onnx_refuse (self, _ ("it computes with the picture's size in a way that is not "
                                       "supported"));
  if (order < 0)
    *settled = zero;
  /* Past the end, as INT64_MAX is: to the end. */
  if (genga_onnx_size_compare (settled, length, &order) && order > 0)
    *settled = *length;
  return TRUE;
}

static gboolean
read_cut (GengaOnnxImport *self,
          const GengaOnnxValue *value,
          guint axis,
          const Range *range,
          GengaOnnxCut *cut)
{
  GengaOnnxSize length;

  cut->is_cut = TRUE;
  if (range->step != 1 || !genga_onnx_view_get_length (value, axis, &length))
    return refuse_layout (self);
  return settle_size (self, &range->start, &length, &cut->first) &&
         settle_size (self, &range->end, &length, &cut->last);
}

/* The same of an axis that is a part of the channels, without steps. */
static gboolean
slice_part (GengaOnnxImport *self, const GengaOnnxValue *value, guint axis, const Range *range)
{
  gint64 length, start, end;

  if (!genga_onnx_has_parts (value, axis, &length) || range->step != 1 ||
      !settle_number (&range->start, length, 0, length, &start) ||
      !settle_number (&range->end, length, 0, length, &end))
    return refuse_layout (self);
  return genga_onnx_set_part (self, 0, value, axis, start, end - start, FALSE);
}

static gboolean
slice_view (GengaOnnxImport *self, GengaOnnxValue *value, const Range *ranges)
{
  GengaOnnxCut rows = { FALSE }, columns = { FALSE };
  gboolean is_part = FALSE;
  int channels = -1;
  gint64 length;

  for (guint axis = 0; axis < value->rank; axis++)
    {
      guint n;

      if (!ranges[axis].is_cut)
        continue;
      genga_onnx_view_get_axis (value, axis, &n);
      if (n == 0 && ranges[axis].step > 0 && genga_onnx_size_is (&ranges[axis].start, 0))
        continue;
      if (n > 0 && genga_onnx_view_is_whole (self, value, axis, GENGA_ONNX_DIM_Y))
        {
          if (!read_cut (self, value, axis, &ranges[axis], &rows))
            return FALSE;
        }
      else if (n > 0 && genga_onnx_view_is_whole (self, value, axis, GENGA_ONNX_DIM_X))
        {
          if (!read_cut (self, value, axis, &ranges[axis], &columns))
            return FALSE;
        }
      else if (channels < 0 && n > 0 &&
               (has_channels (self, value, axis) ||
                (is_part = genga_onnx_has_parts (value, axis, &length))))
        channels = (int)axis;
      else
        return refuse_layout (self);
    }
  if (channels < 0)
    return genga_onnx_set_cut (self, value, &rows, &columns);
  if (rows.is_cut || columns.is_cut)
    return refuse_layout (self);
  return is_part ? slice_part (self, value, (guint)channels, &ranges[channels])
                 : slice_channels (self, value, (guint)channels, &ranges[channels]);
}

gboolean
genga_onnx_slice (GengaOnnxImport *self)
{
  Range ranges[GENGA_TENSOR_MAX_RANK] = { { FALSE } };
  GengaOnnxValue *value = genga_onnx_get_input (self, 0);

  if (value == NULL)
    return genga_onnx_refuse (self, _ ("input %u is missing"), 1);
  if (!read_ranges (self, value->rank, ranges))
    return FALSE;
  return value->kind == GENGA_ONNX_NUMBERS ? slice_numbers (self, value, ranges)
                                           : slice_view (self, value, ranges);
}

/* ---- Gather ---- */

/* A list of channels, such as those of BGR pictures. */
static gboolean
gather_list (GengaOnnxImport *self, GengaOnnxValue *value, guint axis, GengaOnnxValue *indices)
{
  gint64 channels = get_channels (self, value->map);
  int n = (int)MIN (indices->n, GENGA_ONNX_MAX_CHANNELS);
  g_autofree gint64 *list = g_new (gint64, MAX (n, 1));
  g_autofree int *picked = g_new (int, MAX (n, 1));

  if (!genga_onnx_numbers_get_list (self, indices, list, n))
    return FALSE;
  if (n == 0 || !has_channels (self, value, axis))
    return refuse_layout (self);
  channels = get_channels (self, value->map);
  for (int i = 0; i < n; i++)
    {
      if (list[i] < -channels || list[i] >= channels)
        return genga_onnx_refuse (self, _ ("it takes what is not there"));
      picked[i] = (int)(list[i] + (list[i] < 0 ? channels : 0));
    }
  return set_picked_channels (self, value, axis, picked, n);
}

/* One index of an axis that is a part of the channels. */
static gboolean
gather_part (GengaOnnxImport *self, GengaOnnxValue *value, guint axis, GengaOnnxValue *indices)
{
  gint64 index, n;

  if (!genga_onnx_numbers_get_list (self, indices, &index, 1))
    return FALSE;
  if (!genga_onnx_has_parts (value, axis, &n))
    return refuse_layout (self);
  return genga_onnx_set_part (self, 0, value, axis, index < 0 ? index + n : index, 1, TRUE);
}

gboolean
genga_onnx_gather (GengaOnnxImport *self)
{
  GengaOnnxValue *value = genga_onnx_get_input (self, 0);
  GengaOnnxValue *indices;
  guint axis;

  if (value == NULL || value->kind == GENGA_ONNX_NUMBERS)
    return genga_onnx_numbers_gather (self);
  if (!genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", 0), value->rank, &axis) ||
      !genga_onnx_need_numbers (self, 1, &indices))
    return FALSE;
  if (indices->rank == 0)
    return gather_part (self, value, axis, indices);
  return indices->rank == 1 ? gather_list (self, value, axis, indices) : refuse_layout (self);
}

/* ---- ScatterND ---- */

/* The channels that indices of `depth` axes name, of which the others are of length 1. */
static gboolean
read_channels (GengaOnnxImport *self,
               const GengaOnnxValue *view,
               GengaOnnxValue *indices,
               guint axis,
               gint64 *first,
               gint64 *n)
{
  gint64 depth = indices->rank > 0 ? indices->shape[indices->rank - 1] : 0;
  const GengaOnnxSize *sizes = genga_onnx_numbers_peek_sizes (self, indices);

  if (sizes == NULL)
    return FALSE;
  if (depth != axis + 1 || indices->n == 0)
    return refuse_layout (self);
  *n = (gint64)indices->n / depth;
  for (gint64 i = 0; i < *n; i++)
    for (gint64 d = 0; d < depth; d++)
      {
        gint64 index;

        if (!genga_onnx_size_get_number (&sizes[i * depth + d], &index))
          return refuse_layout (self);
        if (i == 0 && d == depth - 1)
          *first = index;
        if (index != (d == depth - 1 ? *first + i : 0))
          return refuse_layout (self);
      }
  if (*first < 0 || *n > get_channels (self, view->map) - *first)
    return genga_onnx_refuse (self, _ ("its parts do not fit"));
  return TRUE;
}

/* The axis that is all channels, when all before it are of length 1; of one channel, the last such.
 */
static gboolean
find_channel_axis (GengaOnnxImport *self, const GengaOnnxValue *view, guint *axis)
{
  for (*axis = 0; *axis < view->rank && view->ends[*axis] == 0;)
    ++*axis;
  if (*axis > 0 && get_channels (self, view->map) == 1)
    --*axis;
  return *axis < view->rank && genga_onnx_view_is_whole (self, view, *axis, GENGA_ONNX_DIM_CHANNEL);
}

gboolean
genga_onnx_scatter_nd (GengaOnnxImport *self)
{
  GengaOnnxValue *data, *indices, *updates;
  gint64 first = 0, n = 0, n_data;
  guint axis, from, skip_data, skip_updates;
  guint parts[3];
  guint n_parts = 0;

  if (!genga_onnx_need_view (self, 0, &data) || !genga_onnx_need_numbers (self, 1, &indices) ||
      !genga_onnx_need_view (self, 2, &updates))
    return FALSE;
  if (!g_str_equal (genga_onnx_get_string (self, "reduction", "none"), "none") ||
      !find_channel_axis (self, data, &axis) || !find_channel_axis (self, updates, &from))
    return refuse_layout (self);
  if (!read_channels (self, data, indices, axis, &first, &n))
    return FALSE;
  /* Behind the channels, both have rows and columns in the same order. */
  n_data = get_channels (self, data->map);
  skip_data = data->ends[axis];
  skip_updates = updates->ends[from];
  if (n != get_channels (self, updates->map) ||
      data->n_atoms - skip_data != updates->n_atoms - skip_updates ||
      !genga_onnx_atoms_are_like (data->atoms + skip_data, updates->atoms + skip_updates,
                                  data->n_atoms - skip_data))
    return refuse_layout (self);
  if (first > 0)
    parts[n_parts++] = slice_map (self, data->map, 0, (int)first);
  parts[n_parts++] = updates->map;
  if (first + n < n_data)
    parts[n_parts++] = slice_map (self, data->map, (int)(first + n), (int)(n_data - first - n));
  return genga_onnx_set_view_like (self, 0, data, concat_maps (self, parts, n_parts));
}
