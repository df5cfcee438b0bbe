/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-places.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_FACTOR 16
#define MAX_SLICES 1000

/* Every output is the input: a Split, and what does nothing when a network runs. */
gboolean
genga_ncnn_split (GengaNcnnImport *self)
{
  float factor;

  if (!genga_ncnn_need_inputs (self, 1, MAX (1, self->layer->n_outputs)))
    return FALSE;
  if (g_str_equal (self->layer->type, "Dropout") &&
      (!genga_ncnn_get_float (self, 0, 1, &factor) || factor != 1))
    return genga_ncnn_refuse_param (self, 0);
  for (guint i = 0; i < self->layer->n_outputs; i++)
    {
      if (!genga_ncnn_set_blob (self, i, genga_ncnn_get_input (self, 0)))
        return FALSE;
    }
  return TRUE;
}

gboolean
genga_ncnn_memory_data (GengaNcnnImport *self)
{
  const GengaNcnnBlob blob = { .kind = GENGA_NCNN_NUMBERS,
                               .numbers = genga_ncnn_get_tensor (self, 0) };

  return genga_ncnn_need_inputs (self, 0, 1) && genga_ncnn_set_blob (self, 0, &blob);
}

/* ---- channels ---- */

/* Counted from the front or from the back, of three. */
static gboolean
need_channel_axis (GengaNcnnImport *self, int id)
{
  int axis;

  if (!genga_ncnn_get_int (self, id, 0, &axis))
    return FALSE;
  return axis == 0 || axis == -3 ||
         genga_ncnn_refuse (self, _ ("it works along another axis than the channels"));
}

static gboolean
go_together (GengaNcnnImport *self, guint a, guint b)
{
  const GengaOp *left = genga_ncnn_peek (self, a);
  const GengaOp *right = genga_ncnn_peek (self, b);

  return (left->is_vector == right->is_vector && left->size.num == right->size.num &&
          left->size.den == right->size.den) ||
         genga_ncnn_refuse (self, _ ("it gets maps of different sizes"));
}

/* In several steps where there are more inputs than an operation has. */
gboolean
genga_ncnn_concat (GengaNcnnImport *self)
{
  guint values[GENGA_OP_MAX_INPUTS];
  gint64 channels = 0;
  guint n = 0;

  if (!genga_ncnn_need_inputs (self, MAX (1, self->layer->n_inputs), 1) ||
      !need_channel_axis (self, 0))
    return FALSE;
  for (guint i = 0; i < self->layer->n_inputs; i++)
    {
      if (n == GENGA_OP_MAX_INPUTS)
        {
          values[0] = genga_graph_concat (self->graph, values, n);
          n = 1;
        }
      if (!genga_ncnn_get_map (self, i, &values[n]) || !go_together (self, values[0], values[n]))
        return FALSE;
      channels += genga_ncnn_peek (self, values[n++])->channels;
      if (channels > GENGA_NCNN_MAX_CHANNELS)
        return genga_ncnn_refuse (self, _ ("its result is too large"));
    }
  if (n > 1)
    values[0] = genga_graph_concat (self->graph, values, n);
  return genga_ncnn_set_map (self, 0, values[0]);
}

/* Parts of the sizes that are listed, or an equal share of what is left. */
gboolean
genga_ncnn_slice (GengaNcnnImport *self)
{
  int sizes[MAX_SLICES];
  guint value, n;
  int first = 0;
  int channels;

  if (!genga_ncnn_need_inputs (self, 1, MAX (1, self->layer->n_outputs)) ||
      !genga_ncnn_get_map (self, 0, &value) || !need_channel_axis (self, 1) ||
      !genga_ncnn_get_ints (self, 0, sizes, MAX_SLICES, &n))
    return FALSE;
  if (n != self->layer->n_outputs)
    return genga_ncnn_refuse_param (self, 0);
  channels = genga_ncnn_peek (self, value)->channels;
  for (guint i = 0; i < n; i++)
    {
      int left = channels - first;
      int size = sizes[i] == GENGA_NCNN_AUTO ? left / (int)(n - i) : sizes[i];

      if (size < 1 || size > left)
        return genga_ncnn_refuse_param (self, 0);
      if (!genga_ncnn_set_map (self, i, genga_graph_slice (self->graph, value, first, size)))
        return FALSE;
      first += size;
    }
  return first == channels || genga_ncnn_refuse_param (self, 0);
}

/* ---- sizes ---- */

gboolean
genga_ncnn_padding (GengaNcnnImport *self)
{
  static const GengaPadKind kinds[] = { GENGA_PAD_ZERO, GENGA_PAD_REPLICATE, GENGA_PAD_REFLECT };
  const int max = GENGA_NCNN_MAX_KERNEL;
  GengaPad pad = { 0 };
  float number;
  guint value;
  int kind, other;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !genga_ncnn_get_bounded (self, 0, 0, 0, max, &pad.top) ||
      !genga_ncnn_get_bounded (self, 1, 0, 0, max, &pad.bottom) ||
      !genga_ncnn_get_bounded (self, 2, 0, 0, max, &pad.left) ||
      !genga_ncnn_get_bounded (self, 3, 0, 0, max, &pad.right) ||
      !genga_ncnn_get_bounded (self, 4, 0, 0, G_N_ELEMENTS (kinds) - 1, &kind) ||
      !genga_ncnn_get_float (self, 5, 0, &number))
    return FALSE;
  for (int id = 6; id <= 8; id++)
    {
      if (!genga_ncnn_get_bounded (self, id, 0, 0, 0, &other))
        return FALSE;
    }
  if (kind == 0 && number != 0)
    return genga_ncnn_refuse_param (self, 5);
  if (genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
  pad.kind = kinds[kind];
  return genga_ncnn_set_map (self, 0, genga_graph_pad (self->graph, value, &pad));
}

/* A fraction of small numbers that is `scale` up to rounding. */
static gboolean
find_fraction (double scale, int *num, int *den)
{
  for (*den = 1; *den <= MAX_FACTOR; (*den)++)
    {
      double product = scale * *den;
      double rounded = floor (product + 0.5);

      *num = rounded >= 1 && rounded <= MAX_FACTOR * MAX_FACTOR ? (int)rounded : 0;
      if (*num > 0 && fabs (product - *num) < 1e-5 * *num)
        return TRUE;
    }
  return FALSE;
}

gboolean
genga_ncnn_interp (GengaNcnnImport *self)
{
  enum
  {
    NEAREST = 1,
    BILINEAR = 2,
    BICUBIC = 3,
  };
  static const GengaResizeKind kinds[] = { 0, GENGA_RESIZE_NEAREST, GENGA_RESIZE_BILINEAR,
                                           GENGA_RESIZE_BICUBIC_SHARP };
  float scale_y, scale_x;
  guint value;
  int type, fixed, corners, num, den;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !genga_ncnn_get_bounded (self, 0, 0, NEAREST, BICUBIC, &type) ||
      !genga_ncnn_get_float (self, 1, 1, &scale_y) || !genga_ncnn_get_float (self, 2, 1, &scale_x))
    return FALSE;
  if (genga_ncnn_layer_find (self->layer, 9) != NULL)
    return genga_ncnn_refuse_param (self, 9);
  for (int id = 3; id <= 5; id++)
    {
      if (!genga_ncnn_get_bounded (self, id, 0, 0, 0, &fixed))
        return FALSE;
    }
  if (!genga_ncnn_get_bounded (self, 6, 0, 0, 1, &corners))
    return FALSE;
  if (scale_x != scale_y || !find_fraction (scale_y, &num, &den))
    return genga_ncnn_refuse_param (self, 1);
  if (corners != 0 && type == BICUBIC)
    return genga_ncnn_refuse_param (self, 6);
  if (genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
  return genga_ncnn_set_map (self, 0,
                             genga_graph_resize (self->graph, value,
                                                 corners != 0 && type == BILINEAR
                                                     ? GENGA_RESIZE_BILINEAR_CORNERS
                                                     : kinds[type],
                                                 num, den));
}

/* The factor, and an order of channels that is not PyTorch's. */
static gboolean
read_shuffle (GengaNcnnImport *self, guint *value, int *factor)
{
  int mode;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, value) ||
      !genga_ncnn_get_bounded (self, 0, 1, 1, MAX_FACTOR, factor) ||
      !genga_ncnn_get_bounded (self, 1, 0, 0, 0, &mode))
    return FALSE;
  return !genga_ncnn_peek (self, *value)->is_vector ||
         genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
}

gboolean
genga_ncnn_pixel_shuffle (GengaNcnnImport *self)
{
  guint value;
  int factor;

  if (!read_shuffle (self, &value, &factor))
    return FALSE;
  if (genga_ncnn_peek (self, value)->channels % (factor * factor) != 0)
    return genga_ncnn_refuse_param (self, 0);
  return genga_ncnn_set_map (self, 0, genga_graph_pixel_shuffle (self->graph, value, factor));
}

gboolean
genga_ncnn_reorg (GengaNcnnImport *self)
{
  guint value;
  int factor;

  return read_shuffle (self, &value, &factor) &&
         genga_ncnn_set_map (self, 0, genga_graph_pixel_unshuffle (self->graph, value, factor));
}

/* ---- the order of axes ---- */

/* Channels innermost, and back: from width, height, channels to channels, width, height. */
gboolean
genga_ncnn_permute (GengaNcnnImport *self)
{
  enum
  {
    KEEP = 0,
    TURN = 3,
    TURN_BACK = 4,
  };
  GengaNcnnBlob blob;
  int order;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_int (self, 0, 0, &order))
    return FALSE;
  blob = *genga_ncnn_get_input (self, 0);
  if (order == TURN && blob.kind == GENGA_NCNN_MAP &&
      !genga_ncnn_peek (self, blob.value)->is_vector)
    blob.kind = GENGA_NCNN_TURNED;
  else if (order == TURN_BACK && blob.kind == GENGA_NCNN_TURNED)
    blob.kind = GENGA_NCNN_MAP;
  else if (order != KEEP)
    return genga_ncnn_refuse_param (self, 0);
  return genga_ncnn_set_blob (self, 0, &blob);
}

/* A vector is one number for each channel, whatever axes of length 1 it has. */
gboolean
genga_ncnn_reshape (GengaNcnnImport *self)
{
  guint value;
  int n;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value))
    return FALSE;
  n = genga_ncnn_peek (self, value)->channels;
  if (!genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("it changes the axes of a whole map"));
  for (int id = 0; id <= 2 && g_str_equal (self->layer->type, "Reshape"); id++)
    {
      int side;

      if (!genga_ncnn_get_int (self, id, GENGA_NCNN_AUTO, &side))
        return FALSE;
      if (side != GENGA_NCNN_AUTO && side != 1 && side != 0 && side != -1 && side != n)
        return genga_ncnn_refuse_param (self, id);
    }
  return genga_ncnn_set_map (self, 0, value);
}
