/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-crop.h"
#include "nets/ncnn/ncnn-size.h"

#include <glib/gi18n-lib.h>

#define MAX_AXES 4

enum
{
  CHANNELS,
  ROWS,
  COLUMNS,
  N_AXES,
};

/* From first to before end, along each axis and for each sample picture. */
typedef struct
{
  gint64 side[N_AXES][GENGA_NCNN_N_SAMPLES];
  gint64 first[N_AXES][GENGA_NCNN_N_SAMPLES];
  gint64 end[N_AXES][GENGA_NCNN_N_SAMPLES];
} Box;

static gint64
get_length (GengaNcnnImport *self, guint value, int axis, guint sample)
{
  if (axis == CHANNELS)
    return genga_ncnn_peek (self, value)->channels;
  return genga_ncnn_get_side (self, value, axis == ROWS ? GENGA_AXIS_Y : GENGA_AXIS_X, sample);
}

static void
start_box (GengaNcnnImport *self, guint value, Box *box)
{
  *box = (Box){ 0 };
  for (int axis = 0; axis < N_AXES; axis++)
    for (guint sample = 0; sample < GENGA_NCNN_N_SAMPLES; sample++)
      box->side[axis][sample] = box->end[axis][sample] = get_length (self, value, axis, sample);
}

/* What is taken off at the front and at the back, the same for every picture. */
static gboolean
find_cut (const Box *box, int axis, int *front, int *back)
{
  gint64 first = box->first[axis][0];
  gint64 rest = box->side[axis][0] - box->end[axis][0];

  for (guint i = 0; i < GENGA_NCNN_N_SAMPLES; i++)
    {
      if (box->first[axis][i] != first || box->side[axis][i] - box->end[axis][i] != rest ||
          box->end[axis][i] <= first)
        return FALSE;
    }
  if (first < 0 || rest < 0 || first > G_MAXINT16 || rest > G_MAXINT16)
    return FALSE;
  *front = (int)first;
  *back = (int)rest;
  return TRUE;
}

static gboolean
cut (GengaNcnnImport *self, guint value, const Box *box)
{
  int front[N_AXES], back[N_AXES];

  for (int axis = 0; axis < N_AXES; axis++)
    {
      if (!find_cut (box, axis, &front[axis], &back[axis]))
        return genga_ncnn_refuse (self, _ ("what it leaves depends on the size of the picture"));
    }
  if (front[CHANNELS] + back[CHANNELS] > 0)
    value = genga_graph_slice (self->graph, value, front[CHANNELS],
                               genga_ncnn_peek (self, value)->channels - front[CHANNELS] -
                                   back[CHANNELS]);
  if (front[ROWS] + back[ROWS] + front[COLUMNS] + back[COLUMNS] > 0)
    value = genga_graph_crop (self->graph, value, front[ROWS], back[ROWS], front[COLUMNS],
                              back[COLUMNS]);
  return genga_ncnn_set_map (self, 0, value);
}

/* ---- the ways of saying it ---- */

/* Offsets in 0 (columns), 1 (rows), 2 (channels); sizes in 3 to 5, or what is off at the back in
   6 to 8. */
static gboolean
read_offsets (GengaNcnnImport *self, Box *box)
{
  static const int first_ids[] = { 2, 1, 0 };

  for (int axis = 0; axis < N_AXES; axis++)
    {
      int id = first_ids[axis];
      int first, size, back;

      if (!genga_ncnn_get_bounded (self, id, 0, 0, G_MAXINT16, &first) ||
          !genga_ncnn_get_int (self, id + 3, GENGA_NCNN_AUTO, &size) ||
          !genga_ncnn_get_bounded (self, id + 6, 0, 0, G_MAXINT16, &back))
        return FALSE;
      if (size != GENGA_NCNN_AUTO && (axis != CHANNELS || size < 1))
        return genga_ncnn_refuse_param (self, id + 3);
      for (guint i = 0; i < GENGA_NCNN_N_SAMPLES; i++)
        {
          box->first[axis][i] = first;
          box->end[axis][i] = size != GENGA_NCNN_AUTO ? first + size : box->side[axis][i] - back;
        }
    }
  return TRUE;
}

/* Offsets, and the size of the second input. */
static gboolean
read_reference (GengaNcnnImport *self, guint reference, Box *box)
{
  static const int first_ids[] = { 2, 1, 0 };

  for (int axis = 0; axis < N_AXES; axis++)
    {
      int first;

      if (!genga_ncnn_get_bounded (self, first_ids[axis], 0, 0, G_MAXINT16, &first))
        return FALSE;
      for (guint i = 0; i < GENGA_NCNN_N_SAMPLES; i++)
        {
          box->first[axis][i] = first;
          box->end[axis][i] = first + get_length (self, reference, axis, i);
        }
    }
  return TRUE;
}

/* First and end count from the back where they are negative, an end of 0 as well. */
static gboolean
set_range (GengaNcnnImport *self, Box *box, gint64 axis, guint sample, gint64 first, gint64 end)
{
  gint64 side;

  if (axis < -N_AXES || axis >= N_AXES)
    return genga_ncnn_refuse (self, _ ("it has no axis %d"), (int)axis);
  axis += axis < 0 ? N_AXES : 0;
  side = box->side[axis][sample];
  if (first == GENGA_NCNN_AUTO)
    first = 0;
  if (end == GENGA_NCNN_AUTO)
    end = side;
  box->first[axis][sample] = first < 0 ? side + first : first;
  box->end[axis][sample] = end > 0 ? MIN (end, side) : side + end;
  return TRUE;
}

/* Lists in 9, 10 and 11. */
static gboolean
read_lists (GengaNcnnImport *self, Box *box)
{
  int firsts[MAX_AXES], ends[MAX_AXES], axes[MAX_AXES];
  guint n, n_ends, n_axes;

  if (!genga_ncnn_get_ints (self, 9, firsts, MAX_AXES, &n) ||
      !genga_ncnn_get_ints (self, 10, ends, MAX_AXES, &n_ends) ||
      !genga_ncnn_get_ints (self, 11, axes, MAX_AXES, &n_axes))
    return FALSE;
  if (n_ends != n || n_axes != n)
    return genga_ncnn_refuse_param (self, 11);
  for (guint i = 0; i < n; i++)
    for (guint sample = 0; sample < GENGA_NCNN_N_SAMPLES; sample++)
      {
        if (!set_range (self, box, axes[i], sample, firsts[i], ends[i]))
          return FALSE;
      }
  return TRUE;
}

/* Texts in 19, 20 and 21: lists of expressions of the inputs' sizes. */
static gboolean
read_texts (GengaNcnnImport *self, Box *box)
{
  for (guint sample = 0; sample < GENGA_NCNN_N_SAMPLES; sample++)
    {
      gint64 firsts[MAX_AXES], ends[MAX_AXES], axes[MAX_AXES];
      guint n, n_ends, n_axes;

      if (!genga_ncnn_evaluate (self, 19, sample, firsts, MAX_AXES, &n) ||
          !genga_ncnn_evaluate (self, 20, sample, ends, MAX_AXES, &n_ends) ||
          !genga_ncnn_evaluate (self, 21, sample, axes, MAX_AXES, &n_axes))
        return FALSE;
      if (n_ends != n || n_axes != n)
        return genga_ncnn_refuse_param (self, 21);
      for (guint i = 0; i < n; i++)
        {
          if (!set_range (self, box, axes[i], sample, firsts[i], ends[i]))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
genga_ncnn_crop (GengaNcnnImport *self)
{
  gboolean has_texts = genga_ncnn_layer_find (self->layer, 19) != NULL;
  gboolean has_lists = genga_ncnn_layer_find (self->layer, 9) != NULL;
  guint value, reference;
  Box box;

  if (!genga_ncnn_need_inputs (self, CLAMP (self->layer->n_inputs, 1, 2), 1) ||
      !genga_ncnn_get_map (self, 0, &value))
    return FALSE;
  if (genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
  start_box (self, value, &box);
  if (has_texts)
    return read_texts (self, &box) && cut (self, value, &box);
  if (has_lists)
    return genga_ncnn_need_inputs (self, 1, 1) && read_lists (self, &box) &&
           cut (self, value, &box);
  if (self->layer->n_inputs == 1)
    return read_offsets (self, &box) && cut (self, value, &box);
  return genga_ncnn_get_map (self, 1, &reference) && read_reference (self, reference, &box) &&
         cut (self, value, &box);
}
