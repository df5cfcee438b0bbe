/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tensors of a model file: types, shapes and where the bytes lie. Plain data that a state dict
 * owns.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_TENSOR_MAX_RANK 8

typedef enum
{
  GENGA_DTYPE_F64,
  GENGA_DTYPE_F32,
  GENGA_DTYPE_F16,
  GENGA_DTYPE_BF16,
  GENGA_DTYPE_I64,
  GENGA_DTYPE_I32,
  GENGA_DTYPE_I16,
  GENGA_DTYPE_I8,
  GENGA_DTYPE_U8,
  GENGA_DTYPE_BOOL,
} GengaDType;

/* One element's size in bytes; the type's short name ("f32"). */
gsize genga_dtype_get_size (GengaDType dtype);
const char *genga_dtype_get_name (GengaDType dtype);

/*
 * One tensor. `data` points at element (0, 0, ...), little-endian, aligned to its element size;
 * `strides` are in elements and never negative. The dictionary owns everything.
 */
typedef struct
{
  const char *name;
  GengaDType dtype;
  guint rank;
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  gint64 strides[GENGA_TENSOR_MAX_RANK];
  const void *data;
} GengaTensor;

/* How many elements a tensor has; whether they lie densely in row-major order. */
gint64 genga_tensor_get_n_elements (const GengaTensor *tensor);
gboolean genga_tensor_is_contiguous (const GengaTensor *tensor);

/*
 * Copies all elements to `out` as f32, densely in row-major order. `out` has
 * genga_tensor_get_n_elements() floats.
 */
void genga_tensor_copy_f32 (const GengaTensor *tensor, float *out);

/* ---- checks of tensors that come out of a hostile file; for the readers in src/weights only ----
 */

/* Row-major strides for the shape; FALSE where the number of elements overflows. */
gboolean genga_tensor_set_contiguous_strides (GengaTensor *tensor);

/*
 * Checks that every element of a view that starts `offset` elements into a storage of `n_storage`
 * elements lies inside the storage, that no two elements overlap (so that a tensor is never larger
 * than its bytes), and that nothing is negative or overflows. `data` is not looked at; the rank
 * has been checked by the caller.
 */
gboolean genga_tensor_check_view (const GengaTensor *tensor,
                                  gint64 offset,
                                  guint64 n_storage,
                                  GError **error);

G_END_DECLS
