/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-shape.h"

#include "nets/onnx/onnx-count.h"
#include "nets/onnx/onnx-math.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Numbers of one axis, in a file of one size. */
#define MAX_FIXED ((gint64)1 << 32)

/* Input 0, of whatever kind. */
static gboolean
need_value (GengaOnnxImport *self, GengaOnnxValue **value)
{
  *value = genga_onnx_get_input (self, 0);
  if (*value != NULL &&
      (genga_onnx_value_has_atoms (*value) || (*value)->kind == GENGA_ONNX_NUMBERS))
    return TRUE;
  return genga_onnx_refuse (self, _ ("input %u is missing"), 1);
}

static gboolean
get_length (GengaOnnxImport *self, const GengaOnnxValue *value, guint axis, GengaOnnxSize *length)
{
  if (value->kind == GENGA_ONNX_NUMBERS)
    {
      *length = genga_onnx_size_of (value->shape[axis]);
      return TRUE;
    }
  if (genga_onnx_view_get_length (value, axis, length))
    return TRUE;
  return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
}

gboolean
genga_onnx_shape (GengaOnnxImport *self)
{
  gint64 start = genga_onnx_get_int (self, "start", 0);
  gint64 end = genga_onnx_get_int (self, "end", GENGA_TENSOR_MAX_RANK);
  GengaOnnxSize lengths[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *value;
  guint n = 0;

  if (!need_value (self, &value))
    return FALSE;
  start = CLAMP (start < 0 ? start + value->rank : start, 0, value->rank);
  end = CLAMP (end < 0 ? end + value->rank : end, 0, value->rank);
  for (gint64 axis = start; axis < end; axis++)
    if (!get_length (self, value, (guint)axis, &lengths[n++]))
      return FALSE;
  return genga_onnx_set_sizes (self, lengths, n, 1);
}

/* ---- reshape ---- */

/* The value in another shape. */
static gboolean
set_reshaped (GengaOnnxImport *self,
              GengaOnnxValue *value,
              const GengaOnnxSize *lengths,
              guint rank)
{
  gint64 shape[GENGA_TENSOR_MAX_RANK], strides[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue out;
  guint64 n = 1;

  if (genga_onnx_value_has_atoms (value))
    {
      genga_onnx_view_copy (&out, value, value->map);
      if (genga_onnx_view_reshape (self, &out, lengths, rank))
        return genga_onnx_set_output (self, 0, &out);
      g_free (out.atoms);
      return FALSE;
    }
  for (guint i = 0; i < rank; i++)
    {
      if (!genga_onnx_size_get_number (&lengths[i], &shape[i]) || shape[i] < 0)
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
      if (__builtin_mul_overflow (n, (guint64)shape[i], &n))
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
    }
  if (n != value->n)
    return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
  genga_onnx_list_strides (rank, shape, strides);
  return genga_onnx_set_picked (self, 0, value, rank, shape, strides, 0);
}

/* In a file of one size, whose other numbers are those of that size: a number as well. */
static gboolean
find_fixed_rest (GengaOnnxImport *self,
                 const GengaOnnxSize *all,
                 const GengaOnnxSize *known,
                 GengaOnnxSize *rest)
{
  const double number = all->at[GENGA_ONNX_FIXED_SAMPLE] / known->at[GENGA_ONNX_FIXED_SAMPLE];

  if (!self->has_fixed_size || genga_onnx_size_is_constant (all) ||
      !genga_onnx_size_is_constant (known) || !(number >= 1 && number <= MAX_FIXED) ||
      number != floor (number))
    return FALSE;
  *rest = genga_onnx_size_of ((gint64)number);
  return TRUE;
}

/* The one length that is -1: what is left of all. */
static gboolean
fill_in (GengaOnnxImport *self, const GengaOnnxValue *value, GengaOnnxSize *lengths, guint rank)
{
  GengaOnnxSize all = genga_onnx_size_of (1);
  GengaOnnxSize known = genga_onnx_size_of (1);
  GengaOnnxSize *open = NULL;

  for (guint i = 0; i < rank; i++)
    {
      if (!genga_onnx_size_is (&lengths[i], -1))
        {
          if (!genga_onnx_size_multiply (&known, &known, &lengths[i]))
            return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
          continue;
        }
      if (open != NULL)
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
      open = &lengths[i];
    }
  if (open == NULL)
    return TRUE;
  for (guint i = 0; i < value->rank; i++)
    {
      GengaOnnxSize length;

      if (!get_length (self, value, i, &length))
        return FALSE;
      if (!genga_onnx_size_multiply (&all, &all, &length))
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
    }
  if (find_fixed_rest (self, &all, &known, open) ||
      genga_onnx_size_divide_whole (open, &all, &known, &self->multiple))
    return TRUE;
  return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
}

/* To a shape that could not be worked out. */
static gboolean
reshape_as_counted (GengaOnnxImport *self, const GengaOnnxValue *value)
{
  GengaOnnxValue out;

  genga_onnx_view_copy (&out, value, value->map);
  if (genga_onnx_count_reshape (self, &out, self->node->inputs[1].value))
    return genga_onnx_set_output (self, 0, &out);
  g_free (out.atoms);
  return FALSE;
}

gboolean
genga_onnx_reshape (GengaOnnxImport *self)
{
  GengaOnnxSize lengths[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *value, *shape;
  const GengaOnnxSize *sizes;
  gboolean keeps_zero = genga_onnx_get_int (self, "allowzero", 0) != 0;

  if (!need_value (self, &value))
    return FALSE;
  shape = genga_onnx_get_input (self, 1);
  if (shape != NULL && shape->kind == GENGA_ONNX_FAILED && genga_onnx_value_has_atoms (value))
    return reshape_as_counted (self, value);
  if (!genga_onnx_need_numbers (self, 1, &shape) ||
      (sizes = genga_onnx_numbers_peek_sizes (self, shape)) == NULL)
    return FALSE;
  if (shape->n > GENGA_TENSOR_MAX_RANK)
    return genga_onnx_refuse (self, _ ("its result has too many axes"));
  for (guint i = 0; i < shape->n; i++)
    {
      lengths[i] = sizes[i];
      if (!keeps_zero && genga_onnx_size_is (&sizes[i], 0) &&
          (i >= value->rank || !get_length (self, value, i, &lengths[i])))
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
    }
  return fill_in (self, value, lengths, (guint)shape->n) &&
         set_reshaped (self, value, lengths, (guint)shape->n);
}

gboolean
genga_onnx_flatten (GengaOnnxImport *self)
{
  gint64 axis = genga_onnx_get_int (self, "axis", 1);
  GengaOnnxSize lengths[2] = { genga_onnx_size_of (1), genga_onnx_size_of (1) };
  GengaOnnxValue *value;

  if (!need_value (self, &value))
    return FALSE;
  axis = axis < 0 ? axis + value->rank : axis;
  for (guint i = 0; i < value->rank; i++)
    {
      GengaOnnxSize *product = &lengths[(gint64)i < axis ? 0 : 1];
      GengaOnnxSize length;

      if (!get_length (self, value, i, &length))
        return FALSE;
      if (!genga_onnx_size_multiply (product, product, &length))
        return genga_onnx_refuse (self, _ ("this change of shape is not supported"));
    }
  return set_reshaped (self, value, lengths, 2);
}

gboolean
genga_onnx_squeeze (GengaOnnxImport *self)
{
  gint64 axes[GENGA_TENSOR_MAX_RANK];
  GengaOnnxSize lengths[GENGA_TENSOR_MAX_RANK];
  gboolean goes[GENGA_TENSOR_MAX_RANK] = { FALSE };
  GengaOnnxValue *value;
  guint rank = 0;
  int n = genga_onnx_read_list (self, "axes", 1, axes, GENGA_TENSOR_MAX_RANK);

  if (n < 0 || !need_value (self, &value))
    return FALSE;
  for (int i = 0; i < n; i++)
    {
      guint axis;

      if (!genga_onnx_settle_axis (self, axes[i], value->rank, &axis))
        return FALSE;
      goes[axis] = TRUE;
    }
  for (guint axis = 0; axis < value->rank; axis++)
    {
      if (!get_length (self, value, axis, &lengths[rank]))
        return FALSE;
      if (!goes[axis] && (n > 0 || !genga_onnx_size_is (&lengths[rank], 1)))
        rank++;
    }
  return set_reshaped (self, value, lengths, rank);
}

gboolean
genga_onnx_unsqueeze (GengaOnnxImport *self)
{
  gint64 axes[GENGA_TENSOR_MAX_RANK];
  GengaOnnxSize lengths[GENGA_TENSOR_MAX_RANK];
  gboolean is_new[GENGA_TENSOR_MAX_RANK] = { FALSE };
  GengaOnnxValue *value;
  guint from = 0;
  int n = genga_onnx_read_list (self, "axes", 1, axes, GENGA_TENSOR_MAX_RANK);

  if (n < 0 || !need_value (self, &value))
    return FALSE;
  if (value->rank + n > GENGA_TENSOR_MAX_RANK)
    return genga_onnx_refuse (self, _ ("its result has too many axes"));
  for (int i = 0; i < n; i++)
    {
      guint axis;

      if (!genga_onnx_settle_axis (self, axes[i], value->rank + n, &axis))
        return FALSE;
      if (is_new[axis])
        return genga_onnx_refuse (self, _ ("it has no axis %lld"), (long long)axes[i]);
      is_new[axis] = TRUE;
    }
  for (guint axis = 0; axis < value->rank + n; axis++)
    {
      if (is_new[axis])
        lengths[axis] = genga_onnx_size_of (1);
      else if (!get_length (self, value, from++, &lengths[axis]))
        return FALSE;
    }
  return set_reshaped (self, value, lengths, value->rank + n);
}

gboolean
genga_onnx_transpose (GengaOnnxImport *self)
{
  gint64 order[GENGA_TENSOR_MAX_RANK];
  gint64 shape[GENGA_TENSOR_MAX_RANK], own[GENGA_TENSOR_MAX_RANK], strides[GENGA_TENSOR_MAX_RANK];
  guint moved[GENGA_TENSOR_MAX_RANK];
  gboolean is_there[GENGA_TENSOR_MAX_RANK] = { FALSE };
  GengaOnnxValue *value;
  GengaOnnxValue out;
  int n = genga_onnx_get_ints (self, "perm", order, GENGA_TENSOR_MAX_RANK);

  if (n < 0 || !need_value (self, &value))
    return FALSE;
  if (n != 0 && (guint)n != value->rank)
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "perm");
  for (guint i = 0; i < value->rank; i++)
    {
      gint64 from = n != 0 ? order[i] : value->rank - 1 - i;

      if (from < 0 || from >= value->rank || is_there[from])
        return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "perm");
      is_there[from] = TRUE;
      moved[i] = (guint)from;
    }
  if (genga_onnx_value_has_atoms (value))
    {
      genga_onnx_view_copy (&out, value, value->map);
      genga_onnx_view_transpose (&out, moved);
      return genga_onnx_set_output (self, 0, &out);
    }
  genga_onnx_list_strides (value->rank, value->shape, own);
  for (guint i = 0; i < value->rank; i++)
    {
      shape[i] = value->shape[moved[i]];
      strides[i] = own[moved[i]];
    }
  return genga_onnx_set_picked (self, 0, value, value->rank, shape, strides, 0);
}

/* ---- repetition ---- */

/* The value, each axis i that many times after itself. */
static gboolean
set_repeated_view (GengaOnnxImport *self, const GengaOnnxValue *value, guint rank, const gint64 *n)
{
  GengaOnnxValue out;
  gboolean ok;

  genga_onnx_view_copy (&out, value, value->map);
  ok = genga_onnx_view_raise_rank (self, &out, rank);
  for (guint axis = 0; axis < rank && ok; axis++)
    ok = genga_onnx_view_repeat (self, &out, axis, n[axis]);
  if (ok)
    return genga_onnx_set_output (self, 0, &out);
  g_free (out.atoms);
  return FALSE;
}

/* Axes of length 1 become as long as the wanted shape says. */
gboolean
genga_onnx_expand (GengaOnnxImport *self)
{
  gint64 repeats[GENGA_TENSOR_MAX_RANK], shape[GENGA_TENSOR_MAX_RANK];
  gint64 own[GENGA_TENSOR_MAX_RANK], strides[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *value, *wanted;
  const GengaOnnxSize *sizes;
  guint rank;

  if (!need_value (self, &value) || !genga_onnx_need_numbers (self, 1, &wanted) ||
      (sizes = genga_onnx_numbers_peek_sizes (self, wanted)) == NULL)
    return FALSE;
  if (wanted->n > GENGA_TENSOR_MAX_RANK)
    return genga_onnx_refuse (self, _ ("its result has too many axes"));
  rank = MAX (value->rank, (guint)wanted->n);
  if (value->kind == GENGA_ONNX_NUMBERS)
    genga_onnx_list_strides (value->rank, value->shape, own);
  for (guint axis = 0; axis < rank; axis++)
    {
      const GengaOnnxSize one = genga_onnx_size_of (1);
      guint before = rank - value->rank;
      GengaOnnxSize length = one;
      const GengaOnnxSize *want =
          axis >= rank - wanted->n ? &sizes[axis - (rank - wanted->n)] : &one;

      if (axis >= before && !get_length (self, value, axis - before, &length))
        return FALSE;
      repeats[axis] = 1;
      strides[axis] = axis >= before && value->kind == GENGA_ONNX_NUMBERS ? own[axis - before] : 0;
      if (genga_onnx_size_is (&length, 1))
        {
          strides[axis] = 0;
          if (!genga_onnx_size_get_number (want, &repeats[axis]) ||
              repeats[axis] < (value->kind == GENGA_ONNX_NUMBERS ? 0 : 1))
            return genga_onnx_refuse (self, _ ("this repetition is not supported"));
        }
      else if (!genga_onnx_size_is (want, 1) && !genga_onnx_size_equal (want, &length) &&
               want->at[GENGA_ONNX_FIXED_SAMPLE] != length.at[GENGA_ONNX_FIXED_SAMPLE])
        return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
      shape[axis] = length.constant * repeats[axis];
    }
  return genga_onnx_value_has_atoms (value)
             ? set_repeated_view (self, value, rank, repeats)
             : genga_onnx_set_picked (self, 0, value, rank, shape, strides, 0);
}

gboolean
genga_onnx_tile (GengaOnnxImport *self)
{
  gint64 repeats[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *value, *list;

  if (!need_value (self, &value) || !genga_onnx_need_numbers (self, 1, &list) ||
      !genga_onnx_numbers_get_list (self, list, repeats, GENGA_TENSOR_MAX_RANK))
    return FALSE;
  if (list->n != value->rank)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  if (genga_onnx_value_has_atoms (value))
    return set_repeated_view (self, value, value->rank, repeats);
  for (guint axis = 0; axis < value->rank; axis++)
    if (repeats[axis] != 1)
      return genga_onnx_refuse (self, _ ("this repetition is not supported"));
  return genga_onnx_identity (self);
}

/* ---- the same again ---- */

gboolean
genga_onnx_identity (GengaOnnxImport *self)
{
  gint64 strides[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *value;

  if (!need_value (self, &value))
    return FALSE;
  if (genga_onnx_value_has_atoms (value))
    return genga_onnx_set_view_like (self, 0, value, value->map);
  genga_onnx_list_strides (value->rank, value->shape, strides);
  return genga_onnx_set_picked (self, 0, value, value->rank, value->shape, strides, 0);
}

/* Maps are computed in one precision whatever the file says. */
gboolean
genga_onnx_cast (GengaOnnxImport *self)
{
  gint64 type = genga_onnx_get_int (self, "to", 1);
  GengaOnnxValue *value;

  if (!need_value (self, &value))
    return FALSE;
  if (value->kind == GENGA_ONNX_NUMBERS)
    return genga_onnx_math_cast (self);
  if (type != 1 && type != 10 && type != 11 && type != 16)
    return genga_onnx_refuse (self, _ ("pixels as whole numbers are not supported"));
  return genga_onnx_identity (self);
}
