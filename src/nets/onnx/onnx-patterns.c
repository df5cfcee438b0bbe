/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-patterns.h"

#include "nets/onnx/onnx-dysample.h"
#include "nets/onnx/onnx-elementwise.h"
#include "nets/onnx/onnx-makers.h"
#include "nets/onnx/onnx-norm.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-parts.h"

#include <math.h>
#include <string.h>

/* ---- activations ---- */

/* x, where the value is 1 + erf (x / sqrt (2)). */
static guint
find_gate (GengaOnnxImport *self, guint value)
{
  guint sum = genga_onnx_find_scaled (self, value, "Add", 1);
  guint argument = genga_onnx_find_argument (self, sum, "Erf");
  guint divided = genga_onnx_find_scaled (self, argument, "Div", G_SQRT2);

  return divided != GENGA_ONNX_NO_VALUE
             ? divided
             : genga_onnx_find_scaled (self, argument, "Mul", 1 / G_SQRT2);
}

/* x * (1 + erf (x / sqrt (2))) / 2, in whichever order it is multiplied. */
static gboolean
is_gelu (GengaOnnxImport *self, guint a, guint b)
{
  guint gate = find_gate (self, b);
  guint half;

  if (gate != GENGA_ONNX_NO_VALUE &&
      (half = genga_onnx_find_scaled (self, a, "Mul", 0.5)) != GENGA_ONNX_NO_VALUE)
    return genga_onnx_is_same_value (self, half, gate);
  half = genga_onnx_find_scaled (self, b, "Mul", 0.5);
  gate = find_gate (self, half);
  return gate != GENGA_ONNX_NO_VALUE && genga_onnx_is_same_value (self, gate, a);
}

/* The same where the node itself halves x * (1 + erf (...)): x. */
static guint
find_halved_gelu (GengaOnnxImport *self)
{
  const GengaOnnxNode *product;
  float number;
  guint other;

  if (!genga_onnx_find_constant (self, self->node, &number, &other) ||
      fabs (number - 0.5f) > 1e-3f ||
      (product = genga_onnx_find_maker (self, other, "Mul")) == NULL || product->n_inputs != 2)
    return GENGA_ONNX_NO_VALUE;
  for (guint i = 0; i < 2; i++)
    {
      guint gate = find_gate (self, product->inputs[1 - i].value);

      if (gate != GENGA_ONNX_NO_VALUE &&
          genga_onnx_is_same_value (self, gate, product->inputs[i].value))
        return gate;
    }
  return GENGA_ONNX_NO_VALUE;
}

/* What x times b is, where b is made of x. */
static gboolean
find_function (GengaOnnxImport *self, guint x, guint b, GengaActivation *function)
{
  guint inside = genga_onnx_find_argument (self, b, "Tanh");
  guint sigmoid = genga_onnx_find_argument (self, b, "Sigmoid");
  guint softplus = genga_onnx_find_argument (self, inside, "Softplus");

  if (sigmoid != GENGA_ONNX_NO_VALUE && genga_onnx_is_same_value (self, sigmoid, x))
    *function = GENGA_ACTIVATION_SILU;
  else if (softplus != GENGA_ONNX_NO_VALUE && genga_onnx_is_same_value (self, softplus, x))
    *function = GENGA_ACTIVATION_MISH;
  else
    return FALSE;
  return TRUE;
}

static gboolean
set_function (GengaOnnxImport *self, guint x, GengaActivation function)
{
  GengaOnnxValue *view = &self->values[x];

  if (view->kind != GENGA_ONNX_VIEW)
    return FALSE;
  return genga_onnx_set_applied (self, view,
                                 genga_graph_activate (self->graph, view->map, function));
}

static gboolean
translate_product (GengaOnnxImport *self)
{
  guint halved = find_halved_gelu (self);

  if (halved != GENGA_ONNX_NO_VALUE)
    return set_function (self, halved, GENGA_ACTIVATION_GELU);
  for (guint i = 0; i < 2; i++)
    {
      guint a = self->node->inputs[i].value;
      guint b = self->node->inputs[1 - i].value;
      GengaActivation function;

      if (a == GENGA_ONNX_NO_VALUE || b == GENGA_ONNX_NO_VALUE)
        return FALSE;
      if (find_function (self, a, b, &function))
        return set_function (self, a, function);
      if (is_gelu (self, a, b))
        {
          guint half = genga_onnx_find_scaled (self, a, "Mul", 0.5);

          return set_function (self, find_gate (self, b) != GENGA_ONNX_NO_VALUE ? half : a,
                               GENGA_ACTIVATION_GELU);
        }
    }
  return FALSE;
}

/* ---- layer norm ---- */

/* The axes of a ReduceMean that keeps them; FALSE where it does not or they are not numbers. */
static gboolean
read_axes (GengaOnnxImport *self, const GengaOnnxNode *mean, guint rank, gboolean *is_in)
{
  const GengaOnnxNode *node = self->node;
  gint64 axes[GENGA_TENSOR_MAX_RANK];
  gboolean ok;
  int n;

  self->node = mean;
  n = genga_onnx_read_list (self, "axes", 1, axes, GENGA_TENSOR_MAX_RANK);
  ok = n > 0 && genga_onnx_get_int (self, "keepdims", 1) != 0;
  memset (is_in, 0, rank * sizeof *is_in);
  for (int i = 0; i < n && ok; i++)
    {
      guint axis;

      ok = genga_onnx_settle_axis (self, axes[i], rank, &axis);
      if (ok)
        is_in[axis] = TRUE;
    }
  self->node = node;
  g_clear_error (&self->error);
  return ok;
}

/* The node's input is x - mean (x): x and the mean. */
static gboolean
find_difference (GengaOnnxImport *self, guint value, guint *x, const GengaOnnxNode **mean)
{
  const GengaOnnxNode *sub = genga_onnx_find_maker (self, value, "Sub");

  if (sub == NULL || sub->n_inputs != 2)
    return FALSE;
  *x = sub->inputs[0].value;
  *mean = genga_onnx_find_maker (self, sub->inputs[1].value, "ReduceMean");
  return *mean != NULL && *x != GENGA_ONNX_NO_VALUE && (*mean)->n_inputs >= 1 &&
         genga_onnx_is_same_value (self, (*mean)->inputs[0].value, *x);
}

/* d, where the value is d * d. */
static guint
find_square (GengaOnnxImport *self, guint value)
{
  const GengaOnnxNode *product = genga_onnx_find_maker (self, value, "Mul");
  guint base = genga_onnx_find_scaled (self, value, "Pow", 2);

  if (base != GENGA_ONNX_NO_VALUE)
    return base;
  if (product != NULL && product->n_inputs == 2 &&
      genga_onnx_is_same_value (self, product->inputs[0].value, product->inputs[1].value))
    return product->inputs[0].value;
  return GENGA_ONNX_NO_VALUE;
}

/* sqrt (mean (d * d) + epsilon), of the same d: the inner mean. */
static const GengaOnnxNode *
find_deviation (GengaOnnxImport *self, guint value, guint x, float *epsilon)
{
  guint root = genga_onnx_find_argument (self, value, "Sqrt");
  const GengaOnnxNode *sum, *mean, *own_mean;
  guint other, own_x;

  if (root == GENGA_ONNX_NO_VALUE)
    root = genga_onnx_find_scaled (self, value, "Pow", 0.5);
  sum = genga_onnx_find_maker (self, root, "Add");
  if (sum == NULL || !genga_onnx_find_constant (self, sum, epsilon, &other))
    return NULL;
  mean = genga_onnx_find_maker (self, other, "ReduceMean");
  if (mean == NULL || mean->n_inputs < 1 ||
      !find_difference (self, find_square (self, mean->inputs[0].value), &own_x, &own_mean) ||
      !genga_onnx_is_same_value (self, own_x, x))
    return NULL;
  return mean;
}

static gboolean
translate_quotient (GengaOnnxImport *self)
{
  gboolean is_in[GENGA_TENSOR_MAX_RANK], is_in_inner[GENGA_TENSOR_MAX_RANK];
  const GengaOnnxNode *mean, *inner;
  GengaOnnxValue *view;
  float epsilon;
  guint x;

  if (!find_difference (self, self->node->inputs[0].value, &x, &mean) ||
      (inner = find_deviation (self, self->node->inputs[1].value, x, &epsilon)) == NULL)
    return FALSE;
  view = &self->values[x];
  if (view->kind != GENGA_ONNX_VIEW || !read_axes (self, mean, view->rank, is_in) ||
      !read_axes (self, inner, view->rank, is_in_inner) ||
      memcmp (is_in, is_in_inner, view->rank * sizeof *is_in) != 0)
    return FALSE;
  if (genga_onnx_set_norm (self, view, is_in, epsilon))
    return TRUE;
  g_clear_error (&self->error);
  return FALSE;
}

gboolean
genga_onnx_translate_pattern (GengaOnnxImport *self)
{
  if (g_str_equal (self->node->op, "GridSample"))
    return genga_onnx_grid_sample (self);
  if (self->node->n_inputs != 2)
    return FALSE;
  if (g_str_equal (self->node->op, "Concat"))
    return genga_onnx_roll (self);
  if (g_str_equal (self->node->op, "Mul"))
    return translate_product (self);
  return g_str_equal (self->node->op, "Div") && translate_quotient (self);
}
