/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-rearrange.h"

#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>

#define MAX_WEIGHTS (1 << 24)

guint
genga_onnx_mix_channels (GengaOnnxImport *self, guint map, int n_out, float *weights)
{
  int shape[4] = { n_out, genga_graph_peek (self->graph, map)->channels, 1, 1 };
  guint weight;
  guint made;

  if (!genga_graph_builder_has_weights (self->graph))
    g_clear_pointer (&weights, g_free);
  weight = genga_graph_take_constant (self->graph, 4, shape, weights);
  made = genga_graph_conv (self->graph, map, weight, GENGA_NONE, 1);
  genga_onnx_note_like (self, made, map);
  return made;
}

/* Whether the channels follow each other. */
static gboolean
is_slice (const int *channels, int n)
{
  for (int i = 1; i < n; i++)
    if (channels[i] != channels[0] + i)
      return FALSE;
  return TRUE;
}

guint
genga_onnx_pick_channels (GengaOnnxImport *self, guint map, const int *channels, int n)
{
  int n_in = genga_graph_peek (self->graph, map)->channels;
  float *weights;
  guint made = map;

  if (is_slice (channels, n))
    {
      if (n != n_in)
        made = genga_graph_slice (self->graph, map, channels[0], n);
      genga_onnx_note_like (self, made, map);
      return made;
    }
  if ((gint64)n * n_in > MAX_WEIGHTS)
    {
      genga_onnx_refuse (self, _ ("it orders too many channels"));
      return GENGA_NONE;
    }
  if (!genga_onnx_take_bytes (self, (guint64)n * n_in, sizeof (float)))
    return GENGA_NONE;
  weights = g_new0 (float, (gsize)n *n_in);
  for (int i = 0; i < n; i++)
    weights[(gsize)i * n_in + channels[i]] = 1;
  return genga_onnx_mix_channels (self, map, n, weights);
}

/* ---- what a plain map is made of ---- */

/* The atoms of a view, sorted out: rows and columns of the result, and everything else. */
typedef struct
{
  GengaOnnxImport *import;
  const GengaOnnxValue *view;
  int unshuffle; /* pixels along a side that become channels, 1: none */
  int shuffle;   /* the other way round */
  guint n_blocks;
  GengaOnnxAtom blocks[GENGA_ONNX_MAX_ATOMS]; /* what the channels are made of, outermost first */
} Plain;

static gboolean
fail (Plain *self)
{
  return genga_onnx_refuse (self->import, _ ("this change of shape is not supported"));
}

/*
 * An axis of rows or columns: those of the map first, maybe every stride-th only, then blocks that
 * lie beside each other. Its factor is how many blocks there are.
 */
static gboolean
read_side (Plain *self, guint axis, GengaOnnxDim dim, gint64 *stride, gint64 *factor)
{
  guint n;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (self->view, axis, &n);

  *factor = 1;
  *stride = 1;
  if (n == 0)
    return genga_graph_peek (self->import->graph, self->view->map)->is_vector || fail (self);
  if (atoms[0].dim != dim || genga_onnx_size_is_constant (&atoms[0].extent))
    return fail (self);
  *stride = atoms[0].stride;
  for (guint i = 1; i < n; i++)
    {
      gint64 extent;

      if (!genga_onnx_size_get_number (&atoms[i].extent, &extent) ||
          extent > GENGA_ONNX_MAX_CHANNELS)
        return fail (self);
      *factor *= extent;
      if (*factor > GENGA_ONNX_MAX_CHANNELS)
        return fail (self);
      self->blocks[self->n_blocks++] = atoms[i];
    }
  return TRUE;
}

static gboolean
read_plain (Plain *self)
{
  const GengaOnnxValue *view = self->view;
  gint64 stride_y, stride_x, factor_y, factor_x;
  guint n;
  const GengaOnnxAtom *atoms;

  if (view->rank != 4 || view->ends[0] != 0 || view->roll_y != 0 || view->roll_x != 0)
    return fail (self);
  atoms = genga_onnx_view_get_axis (view, 1, &n);
  for (guint i = 0; i < n; i++)
    self->blocks[self->n_blocks++] = atoms[i];
  if (!read_side (self, 2, GENGA_ONNX_DIM_Y, &stride_y, &factor_y) ||
      !read_side (self, 3, GENGA_ONNX_DIM_X, &stride_x, &factor_x))
    return FALSE;
  if (stride_y != stride_x || factor_y != factor_x || stride_y > 64 || factor_y > 64)
    return fail (self);
  /* A guess is good for attention, which needs windows of one size, and for what is whole again. */
  if (view->is_guessed && (stride_y != 1 || factor_y != 1))
    return fail (self);
  self->unshuffle = (int)stride_y;
  self->shuffle = (int)factor_y;
  return TRUE;
}

/* How far apart the steps of an atom are in channels, once pixels have become such. */
static gboolean
find_step (Plain *self, const GengaOnnxAtom *atom, gint64 *step)
{
  gint64 factor = self->unshuffle;

  switch (atom->dim)
    {
    case GENGA_ONNX_DIM_CHANNEL:
      *step = atom->stride * factor * factor;
      return TRUE;
    case GENGA_ONNX_DIM_Y:
      *step = atom->stride * factor;
      return atom->stride < factor || fail (self);
    case GENGA_ONNX_DIM_X:
      *step = atom->stride;
      return atom->stride < factor || fail (self);
    case GENGA_ONNX_DIM_REPEAT:
    case GENGA_ONNX_DIM_KEY:
    default:
      *step = 0;
      return TRUE;
    }
}

/* The channels of the result by their numbers in the map; free with g_free(). */
static int *
list_channels (Plain *self, int n_in, int *n_out)
{
  gint64 n = 1;
  int *channels;

  for (guint i = 0; i < self->n_blocks; i++)
    {
      gint64 extent;

      if (!genga_onnx_size_get_number (&self->blocks[i].extent, &extent) ||
          extent > GENGA_ONNX_MAX_CHANNELS || (n *= extent) > GENGA_ONNX_MAX_CHANNELS)
        {
          fail (self);
          return NULL;
        }
    }
  channels = g_new0 (int, n);
  *n_out = (int)n;
  for (gint64 c = 0; c < n; c++)
    {
      gint64 rest = c;
      gint64 at = 0;

      for (guint i = self->n_blocks; i-- > 0;)
        {
          gint64 extent = self->blocks[i].extent.constant;
          gint64 step;

          if (!find_step (self, &self->blocks[i], &step))
            {
              g_free (channels);
              return NULL;
            }
          at += rest % extent * step;
          rest /= extent;
        }
      if (at >= n_in)
        {
          fail (self);
          g_free (channels);
          return NULL;
        }
      channels[c] = (int)at;
    }
  return channels;
}

static guint
shuffle (GengaOnnxImport *self, guint map, int factor, int inverse)
{
  GengaOnnxSize up = genga_onnx_size_of (factor);
  GengaOnnxSize down = genga_onnx_size_of (inverse);
  GengaOnnxSize height, width;
  guint made;

  if (!genga_onnx_size_multiply (&height, genga_onnx_get_height (self, map), &up) ||
      !genga_onnx_size_multiply (&width, genga_onnx_get_width (self, map), &up) ||
      !genga_onnx_size_divide_whole (&height, &height, &down, &self->multiple) ||
      !genga_onnx_size_divide_whole (&width, &width, &down, &self->multiple))
    {
      genga_onnx_refuse (self, _ ("this change of shape is not supported"));
      return GENGA_NONE;
    }
  made = factor > 1 ? genga_graph_pixel_shuffle (self->graph, map, factor)
                    : genga_graph_pixel_unshuffle (self->graph, map, inverse);
  genga_onnx_note_map (self, made, &height, &width);
  return made;
}

guint
genga_onnx_view_to_map (GengaOnnxImport *self, GengaOnnxValue *view)
{
  Plain plain = { .import = self, .view = view };
  g_autofree int *channels = NULL;
  guint map = view->map;
  int n_in, n = 0;

  if (!read_plain (&plain))
    return GENGA_NONE;
  n_in = genga_graph_peek (self->graph, map)->channels;
  if ((gint64)n_in * plain.unshuffle * plain.unshuffle > GENGA_ONNX_MAX_CHANNELS)
    {
      fail (&plain);
      return GENGA_NONE;
    }
  n_in *= plain.unshuffle * plain.unshuffle;
  channels = list_channels (&plain, n_in, &n);
  if (channels == NULL)
    return GENGA_NONE;
  if (plain.unshuffle > 1 && (map = shuffle (self, map, 1, plain.unshuffle)) == GENGA_NONE)
    return GENGA_NONE;
  map = genga_onnx_pick_channels (self, map, channels, n);
  if (map != GENGA_NONE && plain.shuffle > 1)
    map = shuffle (self, map, plain.shuffle, 1);
  if (map != GENGA_NONE && map != view->map)
    {
      g_free (view->atoms);
      genga_onnx_view_init (self, view, map);
    }
  return map;
}

gboolean
genga_onnx_view_try_plain (GengaOnnxImport *self, GengaOnnxValue *view)
{
  if (view->rank == 4 && genga_onnx_view_to_map (self, view) != GENGA_NONE)
    return TRUE;
  g_clear_error (&self->error);
  return FALSE;
}
