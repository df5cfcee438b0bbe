/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-numbers.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Floats that are sizes have few binary digits behind the point. */
#define FRACTION_BITS 12

gboolean
genga_onnx_numbers_init (GengaOnnxImport *self,
                         GengaOnnxValue *numbers,
                         guint rank,
                         const gint64 *shape,
                         gboolean as_sizes)
{
  gsize element = as_sizes ? sizeof (GengaOnnxSize) : sizeof (float);
  guint64 n = 1;
  gboolean is_empty = FALSE;

  *numbers = (GengaOnnxValue){ .kind = GENGA_ONNX_NUMBERS, .rank = rank };
  for (guint i = 0; i < rank; i++)
    {
      numbers->shape[i] = shape[i];
      is_empty |= shape[i] == 0;
      if (shape[i] < 0 || __builtin_mul_overflow (n, (guint64)MAX (shape[i], 1), &n) ||
          n > G_MAXINT64)
        return genga_onnx_refuse (self, _ ("its result has an impossible size"));
    }
  n = is_empty ? 0 : n;
  if (as_sizes && n > GENGA_ONNX_MAX_SIZES)
    return genga_onnx_refuse (self, _ ("its result is too large"));
  if (!genga_onnx_take_bytes (self, n, element))
    return FALSE;
  numbers->n = n;
  if (as_sizes)
    numbers->sizes = g_new0 (GengaOnnxSize, MAX (n, 1));
  else
    numbers->floats = g_try_new0 (float, MAX (n, 1));
  if (numbers->sizes == NULL && numbers->floats == NULL)
    return genga_onnx_refuse (self, _ ("its result is too large"));
  return TRUE;
}

void
genga_onnx_numbers_clear (GengaOnnxValue *numbers)
{
  g_clear_pointer (&numbers->floats, g_free);
  g_clear_pointer (&numbers->sizes, g_free);
}

/* ---- reading ---- */

gboolean
genga_onnx_numbers_are_sizes (const GengaOnnxValue *numbers)
{
  return numbers->sizes != NULL || numbers->is_integer;
}

const float *
genga_onnx_numbers_peek_floats (GengaOnnxImport *self, GengaOnnxValue *numbers)
{
  GengaOnnxValue made;

  if (numbers->floats != NULL)
    return numbers->floats;
  for (gsize i = 0; numbers->sizes != NULL && i < numbers->n; i++)
    if (!genga_onnx_size_is_constant (&numbers->sizes[i]))
      {
        genga_onnx_refuse (self, _ ("it computes with the picture's size in a way that is not "
                                    "supported"));
        return NULL;
      }
  if (!genga_onnx_numbers_init (self, &made, numbers->rank, numbers->shape, FALSE))
    return NULL;
  for (gsize i = 0; numbers->sizes != NULL && i < numbers->n; i++)
    made.floats[i] = (float)((double)numbers->sizes[i].constant / (double)numbers->sizes[i].den);
  if (numbers->sizes == NULL)
    genga_tensor_copy_f32 (numbers->tensor, made.floats);
  return numbers->floats = made.floats;
}

static gint64
read_whole (const GengaTensor *tensor, gsize index)
{
  switch (tensor->dtype)
    {
    case GENGA_DTYPE_I64:
      return ((const gint64 *)tensor->data)[index];
    case GENGA_DTYPE_I32:
      return ((const gint32 *)tensor->data)[index];
    case GENGA_DTYPE_I16:
      return ((const gint16 *)tensor->data)[index];
    case GENGA_DTYPE_I8:
      return ((const gint8 *)tensor->data)[index];
    case GENGA_DTYPE_U8:
      return ((const guint8 *)tensor->data)[index];
    case GENGA_DTYPE_BOOL:
      return ((const guint8 *)tensor->data)[index] != 0;
    case GENGA_DTYPE_F64:
    case GENGA_DTYPE_F32:
    case GENGA_DTYPE_F16:
    case GENGA_DTYPE_BF16:
    default:
      g_return_val_if_reached (0);
    }
}

/* A float as a fraction; FALSE where it is none of a few digits. */
static gboolean
read_fraction (double number, GengaOnnxSize *size)
{
  double scaled = number * (1 << FRACTION_BITS);

  if (!(fabs (number) <= 1e9) || scaled != floor (scaled))
    return FALSE;
  *size = genga_onnx_size_of ((gint64)scaled);
  return genga_onnx_size_divide (
      size, size,
      &(GengaOnnxSize){ .constant = 1 << FRACTION_BITS,
                        .den = 1,
                        .at = { 1 << FRACTION_BITS, 1 << FRACTION_BITS, 1 << FRACTION_BITS,
                                1 << FRACTION_BITS, 1 << FRACTION_BITS } });
}

const GengaOnnxSize *
genga_onnx_numbers_peek_sizes (GengaOnnxImport *self, GengaOnnxValue *numbers)
{
  const float *floats = NULL;
  GengaOnnxValue made;

  if (numbers->sizes != NULL)
    return numbers->sizes;
  if (!numbers->is_integer && (floats = genga_onnx_numbers_peek_floats (self, numbers)) == NULL)
    return NULL;
  if (!genga_onnx_numbers_init (self, &made, numbers->rank, numbers->shape, TRUE))
    return NULL;
  for (gsize i = 0; i < numbers->n; i++)
    {
      if (floats == NULL)
        made.sizes[i] = genga_onnx_size_of (read_whole (numbers->tensor, i));
      else if (!read_fraction (floats[i], &made.sizes[i]))
        {
          g_free (made.sizes);
          genga_onnx_refuse (self, _ ("it computes a size with a number that is not supported"));
          return NULL;
        }
    }
  return numbers->sizes = made.sizes;
}

gboolean
genga_onnx_numbers_get_list (GengaOnnxImport *self, GengaOnnxValue *numbers, gint64 *list, int max)
{
  const GengaOnnxSize *sizes = genga_onnx_numbers_peek_sizes (self, numbers);

  if (sizes == NULL)
    return FALSE;
  if (numbers->n > (gsize)max)
    return genga_onnx_refuse (self, _ ("it has too many numbers"));
  for (gsize i = 0; i < numbers->n; i++)
    {
      if (!genga_onnx_size_is_constant (&sizes[i]) || sizes[i].den != 1)
        return genga_onnx_refuse (self, _ ("it computes with the picture's size in a way that is "
                                           "not supported"));
      list[i] = sizes[i].constant;
    }
  return TRUE;
}

int
genga_onnx_read_list (
    GengaOnnxImport *self, const char *attribute, guint index, gint64 *numbers, int max)
{
  int n = genga_onnx_get_ints (self, attribute, numbers, max);
  GengaOnnxValue *value = genga_onnx_get_input (self, index);

  if (n != 0 || value == NULL)
    return n;
  if (!genga_onnx_need_numbers (self, index, &value) ||
      !genga_onnx_numbers_get_list (self, value, numbers, max))
    return -1;
  return (int)value->n;
}

gboolean
genga_onnx_numbers_get_single (GengaOnnxImport *self, GengaOnnxValue *numbers, float *number)
{
  const float *floats;

  if (numbers->n != 1)
    return genga_onnx_refuse (self, _ ("it has a list where one number is supported"));
  floats = genga_onnx_numbers_peek_floats (self, numbers);
  if (floats == NULL)
    return FALSE;
  *number = floats[0];
  return TRUE;
}

/* ---- making ---- */

gboolean
genga_onnx_set_sizes (GengaOnnxImport *self, const GengaOnnxSize *sizes, guint n, guint rank)
{
  GengaOnnxValue out;
  gint64 shape = n;

  if (!genga_onnx_numbers_init (self, &out, rank, &shape, TRUE))
    return FALSE;
  out.is_integer = TRUE;
  memcpy (out.sizes, sizes, n * sizeof *sizes);
  return genga_onnx_set_output (self, 0, &out);
}

void
genga_onnx_list_strides (guint rank, const gint64 *shape, gint64 *strides)
{
  gint64 stride = 1;

  for (guint i = rank; i-- > 0;)
    {
      strides[i] = stride;
      stride *= MAX (shape[i], 1);
    }
}

/* Calls for elements: copies number `from` to `to` of `out`. */
static void
copy_number (GengaOnnxValue *out, gsize to, const GengaOnnxValue *numbers, gsize from)
{
  if (out->sizes != NULL)
    out->sizes[to] = numbers->sizes[from];
  else
    out->floats[to] = numbers->floats[from];
}

/* Both forms would do: the one that is there, and where none is, the type's. */
static gboolean
load (GengaOnnxImport *self, GengaOnnxValue *numbers, gboolean *as_sizes)
{
  *as_sizes = genga_onnx_numbers_are_sizes (numbers);
  return *as_sizes ? genga_onnx_numbers_peek_sizes (self, numbers) != NULL
                   : genga_onnx_numbers_peek_floats (self, numbers) != NULL;
}

gboolean
genga_onnx_set_picked (GengaOnnxImport *self,
                       guint index,
                       GengaOnnxValue *numbers,
                       guint rank,
                       const gint64 *shape,
                       const gint64 *strides,
                       gint64 offset)
{
  gint64 at[GENGA_TENSOR_MAX_RANK] = { 0 };
  gint64 from = offset;
  GengaOnnxValue out;
  gboolean as_sizes;

  if (!load (self, numbers, &as_sizes) ||
      !genga_onnx_numbers_init (self, &out, rank, shape, as_sizes))
    return FALSE;
  out.is_integer = numbers->is_integer;
  for (gsize i = 0; i < out.n && numbers->n > 0; i++)
    {
      copy_number (&out, i, numbers, (gsize)from);
      for (guint d = rank; d-- > 0;)
        {
          from += strides[d];
          if (++at[d] < shape[d])
            break;
          from -= at[d] * strides[d];
          at[d] = 0;
        }
    }
  return genga_onnx_set_output (self, index, &out);
}

/* ---- operators ---- */

static gboolean
check_parts (GengaOnnxImport *self, guint axis, gint64 *shape, guint *rank, gboolean *as_sizes)
{
  GengaOnnxValue *first;

  if (!genga_onnx_need_numbers (self, 0, &first))
    return FALSE;
  *rank = first->rank;
  *as_sizes = FALSE;
  memcpy (shape, first->shape, sizeof first->shape);
  shape[axis] = 0;
  for (guint i = 0; i < self->node->n_inputs; i++)
    {
      GengaOnnxValue *part;

      if (!genga_onnx_need_numbers (self, i, &part))
        return FALSE;
      if (part->rank != *rank)
        return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
      for (guint d = 0; d < *rank; d++)
        if (d != axis && part->shape[d] != shape[d])
          return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
      if (__builtin_add_overflow (shape[axis], part->shape[axis], &shape[axis]))
        return genga_onnx_refuse (self, _ ("its result is too large"));
      *as_sizes |= genga_onnx_numbers_are_sizes (part);
    }
  return TRUE;
}

static gboolean
copy_part (GengaOnnxImport *self, GengaOnnxValue *out, guint axis, GengaOnnxValue *part, gint64 at)
{
  gint64 inner = 1, outer = 1;
  gsize from = 0;

  if (out->sizes != NULL ? genga_onnx_numbers_peek_sizes (self, part) == NULL
                         : genga_onnx_numbers_peek_floats (self, part) == NULL)
    return FALSE;
  for (guint d = 0; d < out->rank; d++)
    {
      inner *= d > axis ? out->shape[d] : 1;
      outer *= d < axis ? out->shape[d] : 1;
    }
  for (gint64 o = 0; o < outer; o++)
    for (gint64 k = 0; k < part->shape[axis] * inner; k++, from++)
      copy_number (out, (gsize)((o * out->shape[axis] + at) * inner + k), part, from);
  return TRUE;
}

gboolean
genga_onnx_numbers_concat (GengaOnnxImport *self)
{
  GengaOnnxValue *first = genga_onnx_get_input (self, 0);
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  gint64 at = 0;
  guint axis, rank;
  gboolean as_sizes;
  GengaOnnxValue out;

  if (first == NULL ||
      !genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", 0), first->rank, &axis) ||
      !check_parts (self, axis, shape, &rank, &as_sizes) ||
      !genga_onnx_numbers_init (self, &out, rank, shape, as_sizes))
    return FALSE;
  out.is_integer = first->is_integer;
  for (guint i = 0; i < self->node->n_inputs; i++)
    {
      GengaOnnxValue *part = genga_onnx_get_input (self, i);

      if (!copy_part (self, &out, axis, part, at))
        {
          genga_onnx_numbers_clear (&out);
          return FALSE;
        }
      at += part->shape[axis];
    }
  return genga_onnx_set_output (self, 0, &out);
}

/* What indices say along an axis; negative ones count from the end. */
static gboolean
gather (GengaOnnxImport *self,
        GengaOnnxValue *out,
        GengaOnnxValue *data,
        guint axis,
        const GengaOnnxValue *indices)
{
  gint64 inner = 1, outer = 1;
  gsize to = 0;

  for (guint d = 0; d < data->rank; d++)
    {
      inner *= d > axis ? data->shape[d] : 1;
      outer *= d < axis ? data->shape[d] : 1;
    }
  for (gint64 o = 0; o < outer; o++)
    for (gsize i = 0; i < indices->n; i++)
      {
        gint64 index;

        if (!genga_onnx_size_get_number (&indices->sizes[i], &index) ||
            index < -data->shape[axis] || index >= data->shape[axis])
          return genga_onnx_refuse (self, _ ("it takes what is not there"));
        index += index < 0 ? data->shape[axis] : 0;
        for (gint64 k = 0; k < inner; k++, to++)
          copy_number (out, to, data, (gsize)((o * data->shape[axis] + index) * inner + k));
      }
  return TRUE;
}

gboolean
genga_onnx_numbers_gather (GengaOnnxImport *self)
{
  gint64 shape[2 * GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *data, *indices;
  GengaOnnxValue out;
  guint axis, rank = 0;
  gboolean as_sizes;

  if (!genga_onnx_need_numbers (self, 0, &data) || !genga_onnx_need_numbers (self, 1, &indices) ||
      !genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", 0), data->rank, &axis) ||
      !load (self, data, &as_sizes) || genga_onnx_numbers_peek_sizes (self, indices) == NULL)
    return FALSE;
  for (guint d = 0; d < axis; d++)
    shape[rank++] = data->shape[d];
  for (guint d = 0; d < indices->rank; d++)
    shape[rank++] = indices->shape[d];
  for (guint d = axis + 1; d < data->rank; d++)
    shape[rank++] = data->shape[d];
  if (rank > GENGA_TENSOR_MAX_RANK)
    return genga_onnx_refuse (self, _ ("its result has too many axes"));
  if (!genga_onnx_numbers_init (self, &out, rank, shape, as_sizes))
    return FALSE;
  out.is_integer = data->is_integer;
  if (!gather (self, &out, data, axis, indices))
    {
      genga_onnx_numbers_clear (&out);
      return FALSE;
    }
  return genga_onnx_set_output (self, 0, &out);
}

gboolean
genga_onnx_numbers_range (GengaOnnxImport *self)
{
  gint64 numbers[3];
  GengaOnnxValue out;
  gint64 n;

  for (guint i = 0; i < 3; i++)
    {
      GengaOnnxValue *value;

      if (!genga_onnx_need_numbers (self, i, &value) ||
          !genga_onnx_numbers_get_list (self, value, &numbers[i], 1))
        return FALSE;
      if (value->n != 1)
        return genga_onnx_refuse (self, _ ("input %u is no single number"), i + 1);
    }
  if (numbers[2] == 0 || ABS (numbers[0] / 2) > GENGA_ONNX_MAX_SIZES ||
      ABS (numbers[1] / 2) > GENGA_ONNX_MAX_SIZES || ABS (numbers[2] / 2) > GENGA_ONNX_MAX_SIZES)
    return genga_onnx_refuse (self, _ ("its result is too large"));
  n = (numbers[1] - numbers[0] + numbers[2] - (numbers[2] > 0 ? 1 : -1)) / numbers[2];
  n = MAX (n, 0);
  if (!genga_onnx_numbers_init (self, &out, 1, &n, TRUE))
    return FALSE;
  out.is_integer = TRUE;
  for (gint64 i = 0; i < n; i++)
    out.sizes[i] = genga_onnx_size_of (numbers[0] + i * numbers[2]);
  return genga_onnx_set_output (self, 0, &out);
}

gboolean
genga_onnx_numbers_constant_of_shape (GengaOnnxImport *self)
{
  const GengaOnnxAttribute *attribute = genga_onnx_node_find (self->node, "value");
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue single = { .kind = GENGA_ONNX_NUMBERS, .n = 1 };
  const gint64 no_strides[GENGA_TENSOR_MAX_RANK] = { 0 };
  float zero = 0;
  const GengaTensor missing = { .dtype = GENGA_DTYPE_F32, .data = &zero };
  GengaOnnxValue *value;
  gboolean ok;

  if (!genga_onnx_need_numbers (self, 0, &value) ||
      !genga_onnx_numbers_get_list (self, value, shape, GENGA_TENSOR_MAX_RANK))
    return FALSE;
  single.tensor = attribute != NULL && attribute->tensor != NULL ? attribute->tensor : &missing;
  if (genga_tensor_get_n_elements (single.tensor) != 1)
    return genga_onnx_refuse (self, _ ("it has a list where one number is supported"));
  single.is_integer = single.tensor->dtype > GENGA_DTYPE_BF16;
  ok = genga_onnx_set_picked (self, 0, &single, (guint)value->n, shape, no_strides, 0);
  genga_onnx_numbers_clear (&single);
  return ok;
}

gsize
genga_onnx_find_place (const GengaOnnxValue *numbers, guint rank, const gint64 *at)
{
  gsize place = 0;

  for (guint d = 0; d < numbers->rank; d++)
    place = place * (gsize)numbers->shape[d] +
            (gsize)(numbers->shape[d] == 1 ? 0 : at[rank - numbers->rank + d]);
  return place;
}

gboolean
genga_onnx_broadcast (GengaOnnxImport *self, guint *rank, gint64 *shape, const GengaOnnxValue *with)
{
  guint all = MAX (*rank, with->rank);

  if (all > *rank)
    {
      guint more = all - *rank;

      for (guint d = all; d-- > 0;)
        shape[d] = d >= more ? shape[d - more] : 1;
    }
  for (guint d = 0; d < with->rank; d++)
    {
      gint64 *here = &shape[all - with->rank + d];

      if (*here == 1)
        *here = with->shape[d];
      else if (with->shape[d] != 1 && with->shape[d] != *here)
        return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
    }
  *rank = all;
  return TRUE;
}

/* Whether number `at` of a condition holds. */
static gboolean
is_true (const GengaOnnxValue *condition, gsize at)
{
  return condition->sizes != NULL ? !genga_onnx_size_is (&condition->sizes[at], 0)
                                  : condition->floats[at] != 0;
}

gboolean
genga_onnx_numbers_where (GengaOnnxImport *self)
{
  gint64 at[GENGA_TENSOR_MAX_RANK] = { 0 };
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *parts[3];
  gboolean as_sizes[3];
  GengaOnnxValue out;
  guint rank = 0;

  for (guint i = 0; i < 3; i++)
    if (!genga_onnx_need_numbers (self, i, &parts[i]) || !load (self, parts[i], &as_sizes[i]) ||
        !genga_onnx_broadcast (self, &rank, shape, parts[i]))
      return FALSE;
  as_sizes[1] |= as_sizes[2];
  for (guint i = 1; i < 3; i++)
    if (as_sizes[1] && genga_onnx_numbers_peek_sizes (self, parts[i]) == NULL)
      return FALSE;
  if (!genga_onnx_numbers_init (self, &out, rank, shape, as_sizes[1]))
    return FALSE;
  out.is_integer = as_sizes[1] && parts[1]->is_integer;
  for (gsize i = 0; i < out.n; i++)
    {
      gboolean holds = is_true (parts[0], genga_onnx_find_place (parts[0], rank, at));
      const GengaOnnxValue *taken = parts[holds ? 1 : 2];

      copy_number (&out, i, taken, genga_onnx_find_place (taken, rank, at));
      for (guint d = rank; d-- > 0 && ++at[d] == shape[d];)
        at[d] = 0;
    }
  return genga_onnx_set_output (self, 0, &out);
}

/* Where index `i` of the first axes of `data` is; FALSE with an error where it is nowhere. */
static gboolean
find_slice (GengaOnnxImport *self,
            const GengaOnnxValue *data,
            const GengaOnnxSize *indices,
            gint64 depth,
            gsize *place)
{
  *place = 0;
  for (gint64 d = 0; d < depth; d++)
    {
      gint64 index;

      if (!genga_onnx_size_get_number (&indices[d], &index) || index < -data->shape[d] ||
          index >= data->shape[d])
        return genga_onnx_refuse (self, _ ("it takes what is not there"));
      *place = *place * (gsize)data->shape[d] + (gsize)(index + (index < 0 ? data->shape[d] : 0));
    }
  return TRUE;
}

/* data, in which slices that indices of the first axes name are replaced. */
static gboolean
scatter (GengaOnnxImport *self,
         GengaOnnxValue *out,
         const GengaOnnxValue *indices,
         const GengaOnnxValue *updates,
         gint64 depth)
{
  gsize n_each = 1;

  for (guint d = (guint)depth; d < out->rank; d++)
    n_each *= (gsize)out->shape[d];
  if (updates->n != indices->n / (gsize)depth * n_each)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  for (gsize i = 0; i < indices->n / (gsize)depth; i++)
    {
      gsize place;

      if (!find_slice (self, out, indices->sizes + i * (gsize)depth, depth, &place))
        return FALSE;
      for (gsize k = 0; k < n_each; k++)
        copy_number (out, place * n_each + k, updates, i * n_each + k);
    }
  return TRUE;
}

gboolean
genga_onnx_numbers_scatter_nd (GengaOnnxImport *self)
{
  GengaOnnxValue *data, *indices, *updates;
  GengaOnnxValue out;
  gboolean as_sizes;
  gint64 depth;

  if (!genga_onnx_need_numbers (self, 0, &data) || !genga_onnx_need_numbers (self, 1, &indices) ||
      !genga_onnx_need_numbers (self, 2, &updates) || !load (self, data, &as_sizes) ||
      genga_onnx_numbers_peek_sizes (self, indices) == NULL ||
      (as_sizes ? genga_onnx_numbers_peek_sizes (self, updates) == NULL
                : genga_onnx_numbers_peek_floats (self, updates) == NULL))
    return FALSE;
  depth = indices->rank > 0 ? indices->shape[indices->rank - 1] : 0;
  if (depth < 1 || depth > data->rank ||
      !g_str_equal (genga_onnx_get_string (self, "reduction", "none"), "none"))
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  if (!genga_onnx_numbers_init (self, &out, data->rank, data->shape, as_sizes))
    return FALSE;
  out.is_integer = data->is_integer;
  for (gsize i = 0; i < out.n; i++)
    copy_number (&out, i, data, i);
  if (scatter (self, &out, indices, updates, depth))
    return genga_onnx_set_output (self, 0, &out);
  genga_onnx_numbers_clear (&out);
  return FALSE;
}
