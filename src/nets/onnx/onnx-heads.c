/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-heads.h"

#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>

#define MAX_WINDOW 1024

static gboolean
refuse (GengaOnnxImport *self)
{
  return genga_onnx_refuse (self, _ ("this product of two maps is no attention that is supported"));
}

/* An axis of channels: how many, and how far apart. */
static gboolean
read_channels (GengaOnnxImport *self,
               const GengaOnnxValue *view,
               guint axis,
               gint64 *n_channels,
               gint64 *stride)
{
  guint n;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n);

  *n_channels = *stride = 1;
  if (n == 0)
    return TRUE;
  *stride = atoms->stride;
  return (n == 1 && atoms->dim == GENGA_ONNX_DIM_CHANNEL &&
          genga_onnx_size_get_number (&atoms->extent, n_channels)) ||
         refuse (self);
}

/* The only atom of a dimension among the axes that all share, or NULL. */
static gboolean
find_shared (GengaOnnxImport *self,
             const GengaOnnxValue *view,
             GengaOnnxDim dim,
             const GengaOnnxAtom **found)
{
  *found = NULL;
  for (guint i = 0; i < view->ends[view->rank - 3]; i++)
    {
      if (view->atoms[i].dim == GENGA_ONNX_DIM_REPEAT || view->atoms[i].dim == GENGA_ONNX_DIM_KEY)
        return refuse (self);
      if (view->atoms[i].dim != dim)
        continue;
      if (*found != NULL)
        return refuse (self);
      *found = &view->atoms[i];
    }
  return TRUE;
}

static gboolean
read_heads (GengaOnnxImport *self, const GengaOnnxValue *view, gint64 *n_heads, gint64 *stride)
{
  const GengaOnnxAtom *atom;

  *n_heads = *stride = 1;
  if (!find_shared (self, view, GENGA_ONNX_DIM_CHANNEL, &atom))
    return FALSE;
  if (atom == NULL)
    return TRUE;
  *stride = atom->stride;
  return genga_onnx_size_get_number (&atom->extent, n_heads) || refuse (self);
}

/* The channels of a view's heads are all that its map has. */
static gboolean
check_channels (GengaOnnxImport *self, const GengaOnnxValue *view, gint64 n_heads, gint64 depth)
{
  return n_heads * depth == genga_graph_peek (self->graph, view->map)->channels || refuse (self);
}

/* ---- windows ---- */

/* Along one dimension: `inner` (may be NULL) of a window, `outer` (may be NULL) tells windows. */
static gboolean
find_window (GengaOnnxImport *self,
             const GengaOnnxSize *side,
             const GengaOnnxAtom *inner,
             const GengaOnnxAtom *outer,
             int *window)
{
  GengaOnnxSize covered;
  gint64 n = 1;

  if (inner != NULL && outer == NULL)
    {
      *window = 0;
      return (inner->stride == 1 && genga_onnx_size_equal (&inner->extent, side)) || refuse (self);
    }
  if (outer == NULL ||
      (inner != NULL && (inner->stride != 1 || !genga_onnx_size_get_number (&inner->extent, &n))) ||
      n > MAX_WINDOW || outer->stride != n ||
      !genga_onnx_size_multiply (&covered, &outer->extent,
                                 &(GengaOnnxSize){ .constant = n, .den = 1 }) ||
      !genga_onnx_size_equal (&covered, side))
    return refuse (self);
  *window = (int)n;
  return TRUE;
}

/* Rows, then columns. */
static gboolean
find_windows (GengaOnnxImport *self, const GengaOnnxValue *view, guint axis, GengaOnnxHeads *heads)
{
  const GengaOnnxAtom *inner[2] = { NULL, NULL };
  const GengaOnnxAtom *outer[2];
  guint n;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n);

  for (guint i = 0; i < n; i++)
    {
      guint which = atoms[i].dim == GENGA_ONNX_DIM_X;

      if ((atoms[i].dim != GENGA_ONNX_DIM_Y && !which) || inner[which] != NULL ||
          (!which && inner[1] != NULL))
        return refuse (self);
      inner[which] = &atoms[i];
    }
  if (!find_shared (self, view, GENGA_ONNX_DIM_Y, &outer[0]) ||
      !find_shared (self, view, GENGA_ONNX_DIM_X, &outer[1]) ||
      !find_window (self, genga_onnx_get_height (self, view->map), inner[0], outer[0],
                    &heads->window_y) ||
      !find_window (self, genga_onnx_get_width (self, view->map), inner[1], outer[1],
                    &heads->window_x))
    return FALSE;
  return (heads->window_y > 0) == (heads->window_x > 0) || refuse (self);
}

/* Whether axes have the same atoms; those of channels may lie elsewhere in their maps. */
static gboolean
are_axes_like (const GengaOnnxValue *a, guint axis_a, const GengaOnnxValue *b, guint axis_b)
{
  guint n_a, n_b;
  const GengaOnnxAtom *of_a = genga_onnx_view_get_axis (a, axis_a, &n_a);
  const GengaOnnxAtom *of_b = genga_onnx_view_get_axis (b, axis_b, &n_b);

  if (n_a != n_b)
    return FALSE;
  for (guint i = 0; i < n_a; i++)
    if (of_a[i].dim != of_b[i].dim || !genga_onnx_size_equal (&of_a[i].extent, &of_b[i].extent) ||
        (of_a[i].dim != GENGA_ONNX_DIM_CHANNEL && of_a[i].stride != of_b[i].stride))
      return FALSE;
  return TRUE;
}

/* Maps of one size, which begin at the same place, and the axes that they share. */
static gboolean
are_alike (GengaOnnxImport *self, const GengaOnnxValue *a, const GengaOnnxValue *b)
{
  if (a->rank != b->rank || a->roll_y != b->roll_y || a->roll_x != b->roll_x ||
      genga_graph_peek (self->graph, a->map)->is_vector ||
      genga_graph_peek (self->graph, b->map)->is_vector ||
      !genga_onnx_size_equal (genga_onnx_get_height (self, a->map),
                              genga_onnx_get_height (self, b->map)) ||
      !genga_onnx_size_equal (genga_onnx_get_width (self, a->map),
                              genga_onnx_get_width (self, b->map)))
    return FALSE;
  for (guint axis = 0; axis + 2 < a->rank; axis++)
    if (!are_axes_like (a, axis, b, axis))
      return FALSE;
  return TRUE;
}

/* ---- queries, keys and values ---- */

static gboolean
has_pixels (const GengaOnnxValue *view, guint axis)
{
  guint n;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n);

  return n > 0 && (atoms->dim == GENGA_ONNX_DIM_Y || atoms->dim == GENGA_ONNX_DIM_X);
}

gboolean
genga_onnx_heads_find (GengaOnnxImport *self,
                       const GengaOnnxValue *queries,
                       const GengaOnnxValue *keys,
                       GengaOnnxHeads *heads)
{
  const guint rank = queries->rank;
  gint64 n_heads, depth, other_depth, stride;
  guint pixels, channels;

  if (rank < 3 || !are_alike (self, queries, keys))
    return refuse (self);
  *heads = (GengaOnnxHeads){ .is_between_channels = has_pixels (queries, rank - 1),
                             .roll_y = queries->roll_y,
                             .roll_x = queries->roll_x };
  pixels = heads->is_between_channels ? rank - 1 : rank - 2;
  channels = heads->is_between_channels ? rank - 2 : rank - 1;
  if (!read_heads (self, queries, &n_heads, &stride) ||
      !read_channels (self, queries, channels, &depth, &stride) ||
      !read_channels (self, keys, pixels, &other_depth, &stride) ||
      !check_channels (self, queries, n_heads, depth) ||
      !check_channels (self, keys, n_heads, other_depth) ||
      !find_windows (self, queries, pixels, heads))
    return FALSE;
  if (depth != other_depth || !are_axes_like (queries, pixels, keys, channels))
    return refuse (self);
  heads->n_heads = (int)n_heads;
  heads->depth = (int)depth;
  return TRUE;
}

gboolean
genga_onnx_heads_find_values (GengaOnnxImport *self,
                              const GengaOnnxHeads *heads,
                              const GengaOnnxValue *scores,
                              const GengaOnnxValue *values,
                              int *depth)
{
  const guint rank = scores->rank;
  const guint pixels = heads->is_between_channels ? rank - 1 : rank - 2;
  const guint channels = heads->is_between_channels ? rank - 2 : rank - 1;
  GengaOnnxHeads own = *heads;
  gint64 n_heads, n, stride;

  if (rank < 3 || !are_alike (self, scores, values) || !find_windows (self, values, pixels, &own) ||
      own.window_y != heads->window_y || own.window_x != heads->window_x ||
      !read_heads (self, values, &n_heads, &stride) || n_heads != heads->n_heads ||
      !read_channels (self, values, channels, &n, &stride) ||
      !check_channels (self, values, n_heads, n) ||
      (heads->is_between_channels && n != heads->depth))
    return refuse (self);
  *depth = (int)n;
  return TRUE;
}

guint
genga_onnx_heads_order (GengaOnnxImport *self,
                        const GengaOnnxHeads *heads,
                        const GengaOnnxValue *view)
{
  const int n = genga_graph_peek (self->graph, view->map)->channels;
  const int depth = n / heads->n_heads;
  g_autofree int *channels = g_new (int, n);
  gint64 n_heads, stride;

  if (!read_heads (self, view, &n_heads, &stride))
    return GENGA_NONE;
  /* Either the channels of a head follow each other, or those with one place in all heads. */
  if (stride != depth && stride != 1)
    {
      refuse (self);
      return GENGA_NONE;
    }
  for (int c = 0; c < n; c++)
    channels[c] = stride == depth ? c : c % depth * heads->n_heads + c / depth;
  return genga_onnx_pick_channels (self, view->map, channels, n);
}
