/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-count.h"

#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Numbers that are made: so much of them is worth a step of genga_onnx_take_steps(). */
#define STEP_BYTES 64

gboolean
genga_onnx_choose_picture (GengaOnnxImport *self, guint which, GengaOnnxPicture *picture)
{
  static const int sides[][2] = { { 3, 2 }, { 1, 4 } };
  gint64 unit = self->multiple;

  if (which >= (self->has_fixed_size ? 1 : G_N_ELEMENTS (sides)))
    return FALSE;
  if (self->has_fixed_size)
    {
      *picture = (GengaOnnxPicture){ (gint64)self->height.at[GENGA_ONNX_FIXED_SAMPLE],
                                     (gint64)self->width.at[GENGA_ONNX_FIXED_SAMPLE] };
      return TRUE;
    }
  while (unit % self->pad_multiple != 0)
    unit += self->multiple;
  *picture = (GengaOnnxPicture){ sides[which][0] * unit, sides[which][1] * unit };
  return TRUE;
}

gboolean
genga_onnx_count_size (const GengaOnnxSize *size, const GengaOnnxPicture *picture, gint64 *number)
{
  const double sum = (double)size->constant + (double)size->y * (double)picture->height +
                     (double)size->x * (double)picture->width +
                     (double)size->area * (double)picture->height * (double)picture->width;
  const double quotient = sum / (double)size->den;

  if (!(quotient >= 0 && quotient < (double)((gint64)1 << 40)))
    return FALSE;
  *number = (gint64)quotient;
  return (double)*number == quotient;
}

/* The import with values of its own, which are numbers only. */
typedef struct
{
  GengaOnnxImport import;
  GengaOnnxImport *real;
  const GengaOnnxPicture *picture;
} Count;

/* By no node: a constant, or the picture. */
static gboolean
is_given (GengaOnnxImport *real, guint value)
{
  return real->makers[value] == GENGA_NONE;
}

/* The lengths of a map's axes for the picture. */
static gboolean
set_shape (Count *self, const GengaOnnxValue *view)
{
  GengaOnnxImport *import = &self->import;
  gint64 start = genga_onnx_get_int (import, "start", 0);
  gint64 end = genga_onnx_get_int (import, "end", GENGA_TENSOR_MAX_RANK);
  GengaOnnxSize lengths[GENGA_TENSOR_MAX_RANK];
  guint n = 0;

  start = CLAMP (start < 0 ? start + view->rank : start, 0, view->rank);
  end = CLAMP (end < 0 ? end + view->rank : end, 0, view->rank);
  for (gint64 axis = start; axis < end; axis++)
    {
      GengaOnnxSize length;
      gint64 number;

      if (!genga_onnx_view_get_length (view, (guint)axis, &length) ||
          !genga_onnx_count_size (&length, self->picture, &number))
        return genga_onnx_refuse (import, _ ("it computes with the picture's size in a way that is "
                                             "not supported"));
      lengths[n++] = genga_onnx_size_of (number);
    }
  return genga_onnx_set_sizes (import, lengths, n, 1);
}

static guint64
count_steps (const Count *self)
{
  return self->import.n_steps + (self->import.n_bytes - self->real->n_bytes) / STEP_BYTES;
}

static gboolean
run_node (Count *self, const GengaOnnxNode *node)
{
  self->import.node = node;
  if (count_steps (self) > GENGA_ONNX_MAX_STEPS)
    return genga_onnx_refuse (&self->import, _ ("its result is too large"));
  if (g_str_equal (node->op, "Shape") && node->n_inputs == 1 &&
      node->inputs[0].value != GENGA_ONNX_NO_VALUE)
    {
      const GengaOnnxValue *of = &self->real->values[node->inputs[0].value];

      if (genga_onnx_value_has_atoms (of))
        return set_shape (self, of);
    }
  for (guint i = 0; i < node->n_inputs; i++)
    {
      const GengaOnnxValue *input = genga_onnx_get_input (&self->import, i);

      if (input != NULL && input->kind != GENGA_ONNX_NUMBERS)
        return genga_onnx_refuse (
            &self->import, _ ("input %u depends on the picture, which is not supported"), i + 1);
    }
  return self->import.call_operator (&self->import);
}

/* Marks what `value` is made of, up to shapes of maps; `needed` is by value. */
static void
mark_needed (Count *self, guint value, gboolean *needed)
{
  GengaOnnxImport *real = self->real;

  needed[value] = TRUE;
  /* Nodes come after what they take. */
  for (guint i = real->makers[value] + 1; i-- > 0;)
    {
      const GengaOnnxNode *node = &real->model->nodes[i];
      gboolean is_needed = FALSE;

      for (guint k = 0; k < node->n_outputs; k++)
        is_needed |=
            node->outputs[k].value != GENGA_ONNX_NO_VALUE && needed[node->outputs[k].value];
      for (guint k = 0; is_needed && k < node->n_inputs; k++)
        {
          guint input = node->inputs[k].value;

          if (input != GENGA_ONNX_NO_VALUE && !genga_onnx_value_has_atoms (&real->values[input]))
            needed[input] = TRUE;
        }
    }
}

/* Constants are the real ones: what is made of them here is dropped again. */
static void
share_constants (Count *self, const gboolean *needed)
{
  for (guint i = 0; i < self->real->model->n_values; i++)
    if (needed[i] && self->real->values[i].kind == GENGA_ONNX_NUMBERS && is_given (self->real, i))
      {
        self->import.values[i] = self->real->values[i];
        self->import.values[i].floats = NULL;
        self->import.values[i].sizes = NULL;
        self->import.values[i].atoms = NULL;
      }
}

static gboolean
run_needed (Count *self, guint value, const gboolean *needed)
{
  for (guint i = 0; i <= self->real->makers[value]; i++)
    {
      const GengaOnnxNode *node = &self->real->model->nodes[i];

      for (guint k = 0; k < node->n_outputs; k++)
        {
          guint output = node->outputs[k].value;

          if (output != GENGA_ONNX_NO_VALUE && needed[output] &&
              self->import.values[output].kind == GENGA_ONNX_NOTHING)
            {
              if (!run_node (self, node))
                return FALSE;
              break;
            }
        }
    }
  return self->import.values[value].kind == GENGA_ONNX_NUMBERS ||
         genga_onnx_refuse (&self->import, _ ("input %u is missing"), 1);
}

gboolean
genga_onnx_count_value (GengaOnnxImport *self,
                        guint value,
                        const GengaOnnxPicture *picture,
                        GengaOnnxValue *counted)
{
  const guint n = self->model->n_values;
  g_autofree gboolean *needed = NULL;
  Count count = { .real = self, .picture = picture };
  gboolean ok;

  g_return_val_if_fail (!is_given (self, value), FALSE);
  /* One for each value of the file. */
  if (!genga_onnx_take_steps (self, n))
    return FALSE;
  count.import = *self;
  needed = g_new0 (gboolean, n);
  count.import.values = g_new0 (GengaOnnxValue, n);
  mark_needed (&count, value, needed);
  share_constants (&count, needed);
  ok = run_needed (&count, value, needed);
  self->n_steps = count_steps (&count);
  if (ok)
    {
      *counted = count.import.values[value];
      count.import.values[value] = (GengaOnnxValue){ .kind = GENGA_ONNX_NOTHING };
    }
  for (guint i = 0; i < n; i++)
    {
      g_free (count.import.values[i].floats);
      g_free (count.import.values[i].sizes);
    }
  g_free (count.import.values);
  if (!ok && self->error == NULL)
    self->error = count.import.error;
  else
    g_clear_error (&count.import.error);
  return ok;
}

/* ---- shapes ---- */

/* The lengths that a value says for a picture, with what is left of `all` for -1. */
static gboolean
count_lengths (GengaOnnxImport *self,
               guint value,
               const GengaOnnxPicture *picture,
               gint64 all,
               gint64 *lengths,
               guint *rank)
{
  GengaOnnxValue counted;
  gint64 *open = NULL;
  gboolean ok;

  if (!genga_onnx_count_value (self, value, picture, &counted))
    return FALSE;
  ok = genga_onnx_numbers_get_list (self, &counted, lengths, GENGA_TENSOR_MAX_RANK);
  *rank = ok ? (guint)counted.n : 0;
  genga_onnx_numbers_clear (&counted);
  for (guint i = 0; i < *rank; i++)
    {
      if (lengths[i] == -1 && open == NULL)
        open = &lengths[i];
      else if (lengths[i] < 1 || all % lengths[i] != 0)
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
      else
        all /= lengths[i];
    }
  if (open != NULL)
    *open = all;
  return ok;
}

/* Which atom each axis ends before, for one picture. */
static gboolean
count_ends (GengaOnnxImport *self,
            const GengaOnnxValue *view,
            guint shape,
            const GengaOnnxPicture *picture,
            guint *ends,
            guint *rank)
{
  gint64 extents[GENGA_ONNX_MAX_ATOMS], lengths[GENGA_TENSOR_MAX_RANK];
  gint64 all = 1;
  guint at = 0;

  for (guint i = 0; i < view->n_atoms; i++)
    if (!genga_onnx_count_size (&view->atoms[i].extent, picture, &extents[i]) || extents[i] < 1 ||
        __builtin_mul_overflow (all, extents[i], &all))
      return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
  if (!count_lengths (self, shape, picture, all, lengths, rank))
    return FALSE;
  for (guint axis = 0; axis < *rank; axis++)
    {
      gint64 length = 1;

      while (length < lengths[axis] && at < view->n_atoms)
        length *= extents[at++];
      if (length != lengths[axis])
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
      ends[axis] = at;
    }
  return at == view->n_atoms ||
         genga_onnx_refuse (self, _ ("this change of shape is not supported"));
}

gboolean
genga_onnx_count_reshape (GengaOnnxImport *self, GengaOnnxValue *view, guint shape)
{
  GengaOnnxPicture picture;
  guint ends[GENGA_TENSOR_MAX_RANK];
  guint rank = 0;

  for (guint i = 0; genga_onnx_choose_picture (self, i, &picture); i++)
    {
      guint own_ends[GENGA_TENSOR_MAX_RANK];
      guint own_rank = 0;

      if (!count_ends (self, view, shape, &picture, own_ends, &own_rank))
        return FALSE;
      if (i > 0 && (own_rank != rank || memcmp (ends, own_ends, rank * sizeof *ends) != 0))
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
      rank = own_rank;
      memcpy (ends, own_ends, rank * sizeof *ends);
    }
  view->rank = rank;
  memcpy (view->ends, ends, rank * sizeof *ends);
  return TRUE;
}
