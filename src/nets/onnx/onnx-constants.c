/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-constants.h"

#include "nets/onnx/onnx-numbers.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Products that are worth a step of genga_onnx_take_steps(). */
#define STEP_PRODUCTS 64

static gboolean
need_floats (GengaOnnxImport *self, guint index, GengaOnnxValue **value, const float **floats)
{
  return genga_onnx_need_numbers (self, index, value) &&
         (*floats = genga_onnx_numbers_peek_floats (self, *value)) != NULL;
}

/* ---- matrices ---- */

/* Rows of `a` by columns of `b`, which is turned already where `is_turned`. */
typedef struct
{
  gsize n_rows, n_columns, n_sum;
  const float *a, *b;
  gboolean is_turned;
  double factor;
} Product;

static void
multiply (const Product *self, float *out)
{
  for (gsize r = 0; r < self->n_rows; r++)
    for (gsize c = 0; c < self->n_columns; c++)
      {
        double sum = 0;

        for (gsize i = 0; i < self->n_sum; i++)
          sum += (double)self->a[r * self->n_sum + i] *
                 (double)self->b[self->is_turned ? c * self->n_sum + i : i * self->n_columns + c];
        *out++ = (float)(self->factor * sum);
      }
}

/* Along the last axis of the first input, with a matrix as the second one. */
static gboolean
multiply_last (GengaOnnxImport *self, gboolean is_turned, double factor, GengaOnnxValue *out)
{
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *a, *b;
  Product product = { .is_turned = is_turned, .factor = factor };

  if (!need_floats (self, 0, &a, &product.a) || !need_floats (self, 1, &b, &product.b))
    return FALSE;
  if (a->rank < 1 || b->rank != 2 || a->n == 0 || b->n == 0 ||
      a->shape[a->rank - 1] != b->shape[is_turned ? 1 : 0])
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  product.n_sum = (gsize)a->shape[a->rank - 1];
  product.n_rows = a->n / product.n_sum;
  product.n_columns = (gsize)b->shape[is_turned ? 0 : 1];
  memcpy (shape, a->shape, sizeof shape);
  shape[a->rank - 1] = (gint64)product.n_columns;
  if (!genga_onnx_numbers_init (self, out, a->rank, shape, FALSE))
    return FALSE;
  /* As many as `out` has fit into memory, so that this does not overflow. */
  if (genga_onnx_take_steps (self, out->n / STEP_PRODUCTS * product.n_sum + 1))
    {
      multiply (&product, out->floats);
      return TRUE;
    }
  genga_onnx_numbers_clear (out);
  return FALSE;
}

gboolean
genga_onnx_constant_matmul (GengaOnnxImport *self)
{
  GengaOnnxValue out;

  return multiply_last (self, FALSE, 1, &out) && genga_onnx_set_output (self, 0, &out);
}

/* One number for each column, or for all. */
static gboolean
add_row (GengaOnnxImport *self, GengaOnnxValue *out)
{
  const gsize n_columns = (gsize)out->shape[out->rank - 1];
  GengaOnnxValue *row = genga_onnx_get_input (self, 2);
  const float *floats;

  if (row == NULL)
    return TRUE;
  if (!need_floats (self, 2, &row, &floats))
    return FALSE;
  if (row->n != n_columns && row->n != 1)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  for (gsize i = 0; i < out->n; i++)
    out->floats[i] += floats[row->n == 1 ? 0 : i % n_columns];
  return TRUE;
}

gboolean
genga_onnx_constant_gemm (GengaOnnxImport *self)
{
  GengaOnnxValue out;

  if (genga_onnx_get_int (self, "transA", 0) != 0 || genga_onnx_get_float (self, "beta", 1) != 1)
    return genga_onnx_refuse (self, _ ("this form of it is not supported"));
  if (!multiply_last (self, genga_onnx_get_int (self, "transB", 0) != 0,
                      genga_onnx_get_float (self, "alpha", 1), &out))
    return FALSE;
  if (add_row (self, &out))
    return genga_onnx_set_output (self, 0, &out);
  genga_onnx_numbers_clear (&out);
  return FALSE;
}

/* ---- norms ---- */

static void
normalise (
    const float *in, gsize n, const float *weight, const float *bias, double epsilon, float *out)
{
  double mean = 0, variance = 0;

  for (gsize i = 0; i < n; i++)
    mean += (double)in[i] / (double)n;
  for (gsize i = 0; i < n; i++)
    variance += ((double)in[i] - mean) * ((double)in[i] - mean) / (double)n;
  for (gsize i = 0; i < n; i++)
    out[i] = (float)(((double)in[i] - mean) / sqrt (variance + epsilon) * (double)weight[i] +
                     (bias != NULL ? (double)bias[i] : 0));
}

gboolean
genga_onnx_constant_layer_normalization (GengaOnnxImport *self)
{
  const double epsilon = genga_onnx_get_float (self, "epsilon", 1e-5f);
  GengaOnnxValue *value, *weight, *bias = genga_onnx_get_input (self, 2);
  const float *floats, *weights, *biases = NULL;
  GengaOnnxValue out;
  guint axis;
  gsize n;

  if (!need_floats (self, 0, &value, &floats) || !need_floats (self, 1, &weight, &weights) ||
      (bias != NULL && !need_floats (self, 2, &bias, &biases)) ||
      !genga_onnx_settle_axis (self, genga_onnx_get_int (self, "axis", -1), value->rank, &axis))
    return FALSE;
  n = (gsize)value->shape[axis];
  if (axis + 1 != value->rank || n == 0 || weight->n != n || (bias != NULL && bias->n != n))
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  if (!genga_onnx_numbers_init (self, &out, value->rank, value->shape, FALSE))
    return FALSE;
  for (gsize i = 0; i < value->n; i += n)
    normalise (floats + i, n, weights, biases, epsilon, out.floats + i);
  return genga_onnx_set_output (self, 0, &out);
}

/* ---- limits ---- */

/* From an input, in older versions an attribute. */
static gboolean
read_limit (GengaOnnxImport *self, guint index, const char *name, float missing, float *limit)
{
  GengaOnnxValue *value = genga_onnx_get_input (self, index);

  *limit = genga_onnx_get_float (self, name, missing);
  return value == NULL || (genga_onnx_need_numbers (self, index, &value) &&
                           genga_onnx_numbers_get_single (self, value, limit));
}

gboolean
genga_onnx_constant_clip (GengaOnnxImport *self)
{
  GengaOnnxValue *value;
  GengaOnnxValue out;
  const float *floats;
  float low, high;

  if (!need_floats (self, 0, &value, &floats) || !read_limit (self, 1, "min", -FLT_MAX, &low) ||
      !read_limit (self, 2, "max", FLT_MAX, &high) ||
      !genga_onnx_numbers_init (self, &out, value->rank, value->shape, FALSE))
    return FALSE;
  for (gsize i = 0; i < out.n; i++)
    out.floats[i] = MIN (MAX (floats[i], low), high);
  return genga_onnx_set_output (self, 0, &out);
}
