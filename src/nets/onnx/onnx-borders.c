/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-borders.h"

#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_PIXELS 4096

/* ---- what is cut off ---- */

/* How many pixels: a number, whatever the picture. FALSE: it depends on it. */
static gboolean
get_constant (const GengaOnnxSize *size, int *number)
{
  gint64 wide;

  if (!genga_onnx_size_get_number (size, &wide) || !genga_onnx_size_is_exact (size) ||
      ABS (wide) > MAX_PIXELS)
    return FALSE;
  *number = (int)wide;
  return TRUE;
}

static gboolean
refuse_size (GengaOnnxImport *self)
{
  return genga_onnx_refuse (self, _ ("how many pixels it adds or takes off depends on the picture "
                                     "in a way that is not supported"));
}

/* Whether it is the picture's height or width times the map's scale. */
static gboolean
is_scaled_side (GengaOnnxImport *self, guint map, const GengaOnnxSize *length, gboolean is_y)
{
  const GengaSizeRatio *ratio = &genga_graph_peek (self->graph, map)->size;
  const gint64 side = is_y ? length->y : length->x;

  return length->constant == 0 && length->area == 0 && (is_y ? length->x : length->y) == 0 &&
         side * ratio->den == ratio->num * length->den && genga_onnx_size_is_exact (length);
}

typedef struct
{
  int before, after;
  gboolean to_picture; /* instead of `after` */
  GengaOnnxSize length;
} Edge;

static gboolean
find_edge (GengaOnnxImport *self,
           guint map,
           const GengaOnnxCut *cut,
           const GengaOnnxSize *side,
           gboolean is_y,
           Edge *edge)
{
  GengaOnnxSize after;

  *edge = (Edge){ .length = *side };
  if (!cut->is_cut)
    return TRUE;
  /* A file for one size says where that ends. */
  if (genga_onnx_size_is_constant (&cut->last) &&
      cut->last.at[GENGA_ONNX_FIXED_SAMPLE] == side->at[GENGA_ONNX_FIXED_SAMPLE] &&
      genga_onnx_size_is (&cut->first, 0))
    return TRUE;
  if (!get_constant (&cut->first, &edge->before) || edge->before < 0 ||
      !genga_onnx_size_add (&edge->length, &cut->last, &cut->first, -1) ||
      !genga_onnx_size_add (&after, side, &cut->last, -1))
    return refuse_size (self);
  if (get_constant (&after, &edge->after))
    return edge->after >= 0 || refuse_size (self);
  edge->to_picture = TRUE;
  return is_scaled_side (self, map, &edge->length, is_y) || refuse_size (self);
}

/* The other axis is cut in the same way; what it has in front stays. */
static gboolean
crop_to_picture (GengaOnnxImport *self, guint map, Edge *y, Edge *x, guint *made)
{
  GengaOnnxSize height, width;
  const GengaSizeRatio ratio = genga_graph_peek (self->graph, map)->size;
  const GengaOnnxSize up = genga_onnx_size_of (ratio.num);
  const GengaOnnxSize down = genga_onnx_size_of (ratio.den);

  if (!genga_onnx_size_multiply (&height, &self->height, &up) ||
      !genga_onnx_size_multiply (&width, &self->width, &up) ||
      !genga_onnx_size_divide (&height, &height, &down) ||
      !genga_onnx_size_divide (&width, &width, &down))
    return refuse_size (self);
  /* An axis that is not cut must be one that the cut leaves in front as it is. */
  if ((!y->to_picture && (y->after != 0 || !genga_onnx_size_equal (&y->length, &height))) ||
      (!x->to_picture && (x->after != 0 || !genga_onnx_size_equal (&x->length, &width))))
    return refuse_size (self);
  *made = genga_graph_crop_to_picture (self->graph, map, y->before, x->before);
  genga_onnx_note_map (self, *made, &height, &width);
  return TRUE;
}

static gboolean
crop (GengaOnnxImport *self, guint map, Edge *y, Edge *x, guint *made)
{
  *made = map;
  if (y->to_picture || x->to_picture)
    return crop_to_picture (self, map, y, x, made);
  if (y->before != 0 || y->after != 0 || x->before != 0 || x->after != 0)
    {
      *made = genga_graph_crop (self->graph, map, y->before, y->after, x->before, x->after);
      genga_onnx_note_map (self, *made, &y->length, &x->length);
    }
  return TRUE;
}

/* The same axes of a map whose sides have changed. */
static void
change_sides (GengaOnnxImport *self, GengaOnnxValue *view, guint map)
{
  view->map = map;
  for (guint i = 0; i < view->n_atoms; i++)
    {
      if (view->atoms[i].dim == GENGA_ONNX_DIM_Y)
        view->atoms[i].extent = *genga_onnx_get_height (self, map);
      if (view->atoms[i].dim == GENGA_ONNX_DIM_X)
        view->atoms[i].extent = *genga_onnx_get_width (self, map);
    }
}

/* Rows and columns are whole axes: as change_sides() wants it. */
static gboolean
has_plain_sides (GengaOnnxImport *self, const GengaOnnxValue *view)
{
  if (view->roll_y != 0 || view->roll_x != 0)
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  for (guint i = 0; i < view->n_atoms; i++)
    if ((view->atoms[i].dim == GENGA_ONNX_DIM_Y || view->atoms[i].dim == GENGA_ONNX_DIM_X) &&
        (view->atoms[i].stride != 1 || genga_onnx_size_is_constant (&view->atoms[i].extent)))
      return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this "
                                         "layout"));
  return TRUE;
}

gboolean
genga_onnx_set_cut (GengaOnnxImport *self,
                    const GengaOnnxValue *view,
                    const GengaOnnxCut *rows,
                    const GengaOnnxCut *columns)
{
  GengaOnnxValue out;
  Edge y, x;
  guint made;

  if (!has_plain_sides (self, view) ||
      !find_edge (self, view->map, rows, genga_onnx_get_height (self, view->map), TRUE, &y) ||
      !find_edge (self, view->map, columns, genga_onnx_get_width (self, view->map), FALSE, &x) ||
      !crop (self, view->map, &y, &x, &made))
    return FALSE;
  genga_onnx_view_copy (&out, view, made);
  change_sides (self, &out, made);
  return genga_onnx_set_output (self, 0, &out);
}

/* Whether a side is that length for some pictures, and longer for others. */
static gboolean
is_longer (const GengaOnnxSize *side, const GengaOnnxSize *length)
{
  gboolean is_longer_once = FALSE;

  for (guint i = 0; i < GENGA_ONNX_FIXED_SAMPLE; i++)
    {
      if (side->at[i] < length->at[i])
        return FALSE;
      is_longer_once |= side->at[i] > length->at[i];
    }
  return is_longer_once;
}

guint
genga_onnx_finish_map (GengaOnnxImport *self, guint map)
{
  const GengaOnnxSize scale = genga_onnx_size_of (genga_graph_peek (self->graph, map)->size.num);
  const GengaOnnxSize *height = genga_onnx_get_height (self, map);
  const GengaOnnxSize *width = genga_onnx_get_width (self, map);
  GengaOnnxSize full_height, full_width;
  guint made;

  if (genga_graph_peek (self->graph, map)->size.den != 1 ||
      !genga_onnx_size_multiply (&full_height, &self->height, &scale) ||
      !genga_onnx_size_multiply (&full_width, &self->width, &scale) ||
      !genga_onnx_size_equal (&full_height, height) || !genga_onnx_size_equal (&full_width, width))
    {
      genga_onnx_refuse (self, _ ("the result is not the picture's size times a whole number"));
      return GENGA_NONE;
    }
  if (!is_longer (height, &full_height) && !is_longer (width, &full_width))
    return map;
  made = genga_graph_crop_to_picture (self->graph, map, 0, 0);
  genga_onnx_note_map (self, made, &full_height, &full_width);
  return made;
}

/* ---- what is added ---- */

/* Before and after, of one axis. */
typedef struct
{
  int before;
  int after;
  GengaOnnxSize exact_after;
  int multiple; /* that the side is filled up to; 1: none */
} Fill;

/* Whether what comes after fills the side up to a multiple, for every size that is tried. */
static gboolean
fills_up (const Fill *fill, const GengaOnnxSize *side, int multiple)
{
  for (guint i = 0; i < GENGA_ONNX_FIXED_SAMPLE; i++)
    {
      double whole = side->at[i] + fill->before + fill->after;
      double more = ceil (whole / multiple) * multiple - whole;

      if (fill->exact_after.at[i] != fill->after + more)
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_fill (GengaOnnxImport *self,
           const GengaOnnxSize *before,
           const GengaOnnxSize *after,
           const GengaOnnxSize *side,
           Fill *fill)
{
  gint64 number;

  fill->multiple = 1;
  fill->exact_after = *after;
  if (!get_constant (before, &fill->before) || !genga_onnx_size_get_number (after, &number) ||
      ABS (number) > MAX_PIXELS)
    return refuse_size (self);
  fill->after = (int)number;
  if (genga_onnx_size_is_exact (after))
    return TRUE;
  for (int multiple = 2; multiple <= GENGA_ONNX_MAX_MULTIPLE; multiple++)
    if (fill->before >= 0 && fill->after >= 0 && self->multiple % multiple == 0 &&
        fills_up (fill, side, multiple))
      {
        fill->multiple = multiple;
        return TRUE;
      }
  return refuse_size (self);
}

static gboolean
find_pad_kind (GengaOnnxImport *self, GengaPadKind *kind)
{
  const char *mode = genga_onnx_get_string (self, "mode", "constant");
  GengaOnnxValue *value = genga_onnx_get_input (self, 2);
  float number = genga_onnx_get_float (self, "value", 0);

  if (g_str_equal (mode, "reflect"))
    *kind = GENGA_PAD_REFLECT;
  else if (g_str_equal (mode, "edge"))
    *kind = GENGA_PAD_REPLICATE;
  else if (g_str_equal (mode, "constant"))
    {
      *kind = GENGA_PAD_ZERO;
      if (value != NULL && (!genga_onnx_need_numbers (self, 2, &value) ||
                            !genga_onnx_numbers_get_single (self, value, &number)))
        return FALSE;
      if (number != 0)
        return genga_onnx_refuse (self, _ ("pixels of another value than 0 are not supported"));
    }
  else
    return genga_onnx_refuse (self, _ ("the mode “%s” is not supported"), mode);
  return TRUE;
}

/* The amounts for all axes, before and after. */
static gboolean
read_amounts (GengaOnnxImport *self, guint rank, GengaOnnxSize *before, GengaOnnxSize *after)
{
  gint64 axes[GENGA_TENSOR_MAX_RANK];
  gint64 old[2 * GENGA_TENSOR_MAX_RANK];
  int n_old = genga_onnx_get_ints (self, "pads", old, (int)G_N_ELEMENTS (old));
  int n = genga_onnx_read_list (self, "", 3, axes, GENGA_TENSOR_MAX_RANK);
  const GengaOnnxSize *amounts = NULL;
  GengaOnnxValue *value = NULL;
  guint n_axes = n > 0 ? (guint)n : rank;

  if (n_old < 0 || n < 0 ||
      (n_old == 0 && (!genga_onnx_need_numbers (self, 1, &value) ||
                      (amounts = genga_onnx_numbers_peek_sizes (self, value)) == NULL)))
    return FALSE;
  if ((amounts != NULL ? value->n : (gsize)n_old) != 2 * (gsize)n_axes)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  for (guint i = 0; i < rank; i++)
    before[i] = after[i] = genga_onnx_size_of (0);
  for (guint i = 0; i < n_axes; i++)
    {
      guint axis = i;

      if (n > 0 && !genga_onnx_settle_axis (self, axes[i], rank, &axis))
        return FALSE;
      before[axis] = amounts != NULL ? amounts[i] : genga_onnx_size_of (old[i]);
      after[axis] = amounts != NULL ? amounts[n_axes + i] : genga_onnx_size_of (old[n_axes + i]);
    }
  return TRUE;
}

/* The longer sides, as the file computes them. */
static gboolean
find_filled (GengaOnnxImport *self, const Fill *fill, const GengaOnnxSize *side, GengaOnnxSize *out)
{
  GengaOnnxSize before = genga_onnx_size_of (MAX (fill->before, 0));
  GengaOnnxSize after = fill->exact_after;

  if (fill->after < 0)
    after = genga_onnx_size_of (0);
  return (genga_onnx_size_add (out, side, &before, 1) &&
          genga_onnx_size_add (out, out, &after, 1)) ||
         refuse_size (self);
}

static gboolean
add_pixels (GengaOnnxImport *self, const Fill *y, const Fill *x, guint map, guint *made)
{
  GengaPad pad = { .top = MAX (y->before, 0),
                   .bottom = MAX (y->after, 0),
                   .left = MAX (x->before, 0),
                   .right = MAX (x->after, 0),
                   .multiple = y->multiple };
  GengaOnnxSize height, width;

  *made = map;
  if (y->multiple != x->multiple)
    return refuse_size (self);
  if (pad.top + pad.bottom + pad.left + pad.right == 0 && pad.multiple == 1)
    return TRUE;
  if (!find_pad_kind (self, &pad.kind) ||
      !find_filled (self, y, genga_onnx_get_height (self, map), &height) ||
      !find_filled (self, x, genga_onnx_get_width (self, map), &width))
    return FALSE;
  if (pad.multiple > self->pad_multiple)
    self->pad_multiple = pad.multiple;
  *made = genga_graph_pad (self->graph, map, &pad);
  genga_onnx_note_map (self, *made, &height, &width);
  return TRUE;
}

/* Negative amounts take pixels off. */
static gboolean
take_pixels (GengaOnnxImport *self, const Fill *y, const Fill *x, guint map, guint *made)
{
  Edge rows = { .before = MAX (-y->before, 0), .after = MAX (-y->after, 0) };
  Edge columns = { .before = MAX (-x->before, 0), .after = MAX (-x->after, 0) };
  GengaOnnxSize fewer_y = genga_onnx_size_of (rows.before + rows.after);
  GengaOnnxSize fewer_x = genga_onnx_size_of (columns.before + columns.after);

  return genga_onnx_size_add (&rows.length, genga_onnx_get_height (self, map), &fewer_y, -1) &&
         genga_onnx_size_add (&columns.length, genga_onnx_get_width (self, map), &fewer_x, -1) &&
         crop (self, map, &rows, &columns, made);
}

/* The axis that is all rows or columns, or -1. */
static int
find_axis (GengaOnnxImport *self, const GengaOnnxValue *view, GengaOnnxDim dim)
{
  for (guint axis = 0; axis < view->rank; axis++)
    {
      guint n;

      genga_onnx_view_get_axis (view, axis, &n);
      if (n > 0 && genga_onnx_view_is_whole (self, view, axis, dim))
        return (int)axis;
    }
  return -1;
}

gboolean
genga_onnx_pad (GengaOnnxImport *self)
{
  GengaOnnxSize before[GENGA_TENSOR_MAX_RANK], after[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *view;
  GengaOnnxValue out;
  guint made;
  Fill y, x;

  if (!genga_onnx_need_view (self, 0, &view) || !read_amounts (self, view->rank, before, after))
    return FALSE;

  int rows = find_axis (self, view, GENGA_ONNX_DIM_Y);
  int columns = find_axis (self, view, GENGA_ONNX_DIM_X);
  for (guint axis = 0; axis < view->rank; axis++)
    if ((int)axis != rows && (int)axis != columns &&
        (!genga_onnx_size_is (&before[axis], 0) || !genga_onnx_size_is (&after[axis], 0)))
      return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this "
                                         "layout"));
  if (rows < 0 || columns < 0)
    {
      genga_onnx_view_copy (&out, view, view->map);
      return genga_onnx_set_output (self, 0, &out);
    }
  if (!read_fill (self, &before[rows], &after[rows], genga_onnx_get_height (self, view->map), &y) ||
      !read_fill (self, &before[columns], &after[columns], genga_onnx_get_width (self, view->map),
                  &x) ||
      !add_pixels (self, &y, &x, view->map, &made) || !take_pixels (self, &y, &x, made, &made))
    return FALSE;
  genga_onnx_view_copy (&out, view, made);
  change_sides (self, &out, made);
  return genga_onnx_set_output (self, 0, &out);
}
