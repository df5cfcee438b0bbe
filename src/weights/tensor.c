/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/tensor.h"
#include "weights/weights-error.h"

#include <string.h>

/* The bytes of a model file are little-endian and used in place. */
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

static const struct
{
  const char *name;
  gsize size;
} dtypes[] = {
  [GENGA_DTYPE_F64] = { "f64", 8 }, [GENGA_DTYPE_F32] = { "f32", 4 },
  [GENGA_DTYPE_F16] = { "f16", 2 }, [GENGA_DTYPE_BF16] = { "bf16", 2 },
  [GENGA_DTYPE_I64] = { "i64", 8 }, [GENGA_DTYPE_I32] = { "i32", 4 },
  [GENGA_DTYPE_I16] = { "i16", 2 }, [GENGA_DTYPE_I8] = { "i8", 1 },
  [GENGA_DTYPE_U8] = { "u8", 1 },   [GENGA_DTYPE_BOOL] = { "bool", 1 },
};

gsize
genga_dtype_get_size (GengaDType dtype)
{
  return dtypes[dtype].size;
}

const char *
genga_dtype_get_name (GengaDType dtype)
{
  return dtypes[dtype].name;
}

gint64
genga_tensor_get_n_elements (const GengaTensor *tensor)
{
  gint64 n = 1;

  for (guint i = 0; i < tensor->rank; i++)
    n *= tensor->shape[i];
  return n;
}

gboolean
genga_tensor_is_contiguous (const GengaTensor *tensor)
{
  gint64 expected = 1;

  if (genga_tensor_get_n_elements (tensor) == 0)
    return TRUE;
  for (guint i = tensor->rank; i-- > 0;)
    {
      if (tensor->shape[i] == 1)
        continue;
      if (tensor->strides[i] != expected)
        return FALSE;
      expected *= tensor->shape[i];
    }
  return TRUE;
}

gboolean
genga_tensor_set_contiguous_strides (GengaTensor *tensor)
{
  gint64 n = 1;

  for (guint i = tensor->rank; i-- > 0;)
    {
      tensor->strides[i] = n;
      if (tensor->shape[i] > 0 && __builtin_mul_overflow (n, tensor->shape[i], &n))
        return FALSE;
    }
  return TRUE;
}

/* Dimensions that are walked, smallest stride first; FALSE where a size or stride is negative. */
static gboolean
sort_dimensions (const GengaTensor *tensor, guint order[GENGA_TENSOR_MAX_RANK], guint *n_order)
{
  *n_order = 0;
  for (guint i = 0; i < tensor->rank; i++)
    {
      guint at;

      if (tensor->shape[i] < 0 || tensor->strides[i] < 0)
        return FALSE;
      if (tensor->shape[i] <= 1)
        continue;
      for (at = (*n_order)++; at > 0 && tensor->strides[order[at - 1]] > tensor->strides[i]; at--)
        order[at] = order[at - 1];
      order[at] = i;
    }
  return TRUE;
}

gboolean
genga_tensor_check_view (const GengaTensor *tensor,
                         gint64 offset,
                         guint64 n_storage,
                         GError **error)
{
  guint order[GENGA_TENSOR_MAX_RANK];
  guint n_order;
  gint64 n = 1;
  gint64 span = 0; /* distance from the first to the last element */
  gint64 last;
  gboolean empty = FALSE;

  if (offset < 0 || !sort_dimensions (tensor, order, &n_order))
    return genga_weights_broken (error, "a tensor has a negative size, stride or offset");

  for (guint i = 0; i < tensor->rank; i++)
    {
      if (tensor->shape[i] == 0)
        empty = TRUE;
      else if (__builtin_mul_overflow (n, tensor->shape[i], &n))
        return genga_weights_broken (error, "a tensor's size overflows");
    }
  if (empty)
    return TRUE;

  for (guint i = 0; i < n_order; i++)
    {
      gint64 stride = tensor->strides[order[i]];
      gint64 extent;

      if (stride <= span)
        return genga_weights_broken (error, "a tensor's elements overlap");
      if (__builtin_mul_overflow (tensor->shape[order[i]] - 1, stride, &extent) ||
          __builtin_add_overflow (span, extent, &span))
        return genga_weights_broken (error, "a tensor's stride overflows");
    }
  if (__builtin_add_overflow (span, offset, &last) || (guint64)last >= n_storage)
    return genga_weights_broken (error, "a tensor reaches past the end of its storage");
  return TRUE;
}

static float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static float
float_from_half (guint16 half)
{
  guint32 sign = (guint32)(half & 0x8000) << 16;
  guint32 exponent = (half >> 10) & 0x1f;
  guint32 mantissa = half & 0x3ff;

  if (exponent == 0x1f)
    return float_from_bits (sign | 0x7f800000 | mantissa << 13);
  if (exponent != 0)
    return float_from_bits (sign | (exponent + 112) << 23 | mantissa << 13);
  /* Subnormal: mantissa times 2^-24, exact in single precision. */
  return (sign != 0 ? -1.0f : 1.0f) * (float)mantissa * 0x1p-24f;
}

static float
read_element (GengaDType dtype, const void *data, gint64 index)
{
  switch (dtype)
    {
    case GENGA_DTYPE_F64:
      return (float)((const double *)data)[index];
    case GENGA_DTYPE_F32:
      return ((const float *)data)[index];
    case GENGA_DTYPE_F16:
      return float_from_half (((const guint16 *)data)[index]);
    case GENGA_DTYPE_BF16:
      return float_from_bits ((guint32)((const guint16 *)data)[index] << 16);
    case GENGA_DTYPE_I64:
      return (float)((const gint64 *)data)[index];
    case GENGA_DTYPE_I32:
      return (float)((const gint32 *)data)[index];
    case GENGA_DTYPE_I16:
      return ((const gint16 *)data)[index];
    case GENGA_DTYPE_I8:
      return ((const gint8 *)data)[index];
    case GENGA_DTYPE_U8:
      return ((const guint8 *)data)[index];
    case GENGA_DTYPE_BOOL:
      return ((const guint8 *)data)[index] != 0;
    default:
      g_return_val_if_reached (0);
    }
}

void
genga_tensor_copy_f32 (const GengaTensor *tensor, float *out)
{
  gint64 n = genga_tensor_get_n_elements (tensor);
  gint64 index[GENGA_TENSOR_MAX_RANK] = { 0 };
  gint64 at = 0;

  if (n == 0)
    return;
  if (tensor->dtype == GENGA_DTYPE_F32 && genga_tensor_is_contiguous (tensor))
    {
      memcpy (out, tensor->data, (gsize)n * sizeof (float));
      return;
    }
  for (gint64 i = 0; i < n; i++)
    {
      out[i] = read_element (tensor->dtype, tensor->data, at);
      for (guint d = tensor->rank; d-- > 0;)
        {
          at += tensor->strides[d];
          if (++index[d] < tensor->shape[d])
            break;
          at -= index[d] * tensor->strides[d];
          index[d] = 0;
        }
    }
}
