/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/parcel/tensor-parcel.h"

#include "weights/weights-error.h"

#include <string.h>

/* The block in which an address lies; the first one for that of a tensor without elements. */
static guint
find_block (GPtrArray *blocks, const guint8 *data, guint64 *offset)
{
  *offset = 0;
  for (guint i = 0; i < blocks->len; i++)
    {
      gsize size;
      const guint8 *begin = g_bytes_get_data (blocks->pdata[i], &size);

      if (data >= begin && data < begin + size)
        {
          *offset = (guint64)(data - begin);
          return i;
        }
    }
  return 0;
}

static GVariant *
pack_numbers (const gint64 *numbers, guint n)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, numbers, n, sizeof *numbers);
}

GVariant *
genga_tensor_parcel_new (const GengaTensor *tensor, GPtrArray *blocks)
{
  guint64 offset;
  const guint block = find_block (blocks, tensor->data, &offset);

  return g_variant_new ("(sy@ax@axut)", tensor->name != NULL ? tensor->name : "",
                        (guint8)tensor->dtype, pack_numbers (tensor->shape, tensor->rank),
                        pack_numbers (tensor->strides, tensor->rank), block, offset);
}

/* TRUE where there are as many as the tensor has axes. */
static gboolean
unpack_numbers (GVariant *value, guint rank, gint64 *numbers)
{
  gsize n;
  const gint64 *there = g_variant_get_fixed_array (value, &n, sizeof *there);

  if (n != rank)
    return FALSE;
  if (n > 0)
    memcpy (numbers, there, n * sizeof *numbers);
  return TRUE;
}

/* The elements lie in the block, at addresses that their type may have. */
static gboolean
place (GengaTensor *tensor, GBytes *block, guint64 offset, GError **error)
{
  const gsize element = genga_dtype_get_size (tensor->dtype);
  gsize size;
  const guint8 *data = g_bytes_get_data (block, &size);

  if (offset > size || ((guintptr)data + offset) % element != 0)
    return genga_weights_broken (error, "a tensor lies outside its block");
  tensor->data = data + offset;
  return genga_tensor_check_view (tensor, 0, (size - offset) / element, error);
}

gboolean
genga_tensor_parcel_read (GVariant *parcel, GPtrArray *blocks, GengaTensor *tensor, GError **error)
{
  g_autoptr (GVariant) shape = NULL;
  g_autoptr (GVariant) strides = NULL;
  guint8 dtype;
  guint block;
  guint64 offset;

  *tensor = (GengaTensor){ 0 };
  g_variant_get (parcel, "(&sy@ax@axut)", &tensor->name, &dtype, &shape, &strides, &block, &offset);
  if (dtype > GENGA_DTYPE_BOOL || g_variant_n_children (shape) > GENGA_TENSOR_MAX_RANK ||
      block >= blocks->len)
    return genga_weights_broken (error, "an impossible tensor");
  tensor->dtype = (GengaDType)dtype;
  tensor->rank = (guint)g_variant_n_children (shape);
  if (!unpack_numbers (shape, tensor->rank, tensor->shape) ||
      !unpack_numbers (strides, tensor->rank, tensor->strides))
    return genga_weights_broken (error, "an impossible tensor");
  return place (tensor, blocks->pdata[block], offset, error);
}
