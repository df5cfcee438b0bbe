/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-makers.h"

#include "nets/onnx/onnx-numbers.h"

#include <math.h>

const GengaOnnxNode *
genga_onnx_find_maker (GengaOnnxImport *self, guint value, const char *op)
{
  for (guint i = 0; i < 4 && value != GENGA_ONNX_NO_VALUE; i++)
    {
      const GengaOnnxNode *node;

      if (self->makers[value] == GENGA_NONE)
        return NULL;
      node = &self->model->nodes[self->makers[value]];
      if (g_str_equal (node->op, op))
        return node;
      if (node->n_inputs != 1 || !g_str_equal (node->op, "Cast"))
        return NULL;
      value = node->inputs[0].value;
    }
  return NULL;
}

/* A value behind casts. */
static guint
skip_casts (GengaOnnxImport *self, guint value)
{
  const GengaOnnxNode *cast;

  while ((cast = genga_onnx_find_maker (self, value, "Cast")) != NULL && cast->n_inputs == 1)
    value = cast->inputs[0].value;
  return value;
}

gboolean
genga_onnx_is_same_value (GengaOnnxImport *self, guint a, guint b)
{
  return skip_casts (self, a) == skip_casts (self, b);
}

gboolean
genga_onnx_find_constant (GengaOnnxImport *self,
                          const GengaOnnxNode *node,
                          float *number,
                          guint *other)
{
  for (guint i = 0; i < 2 && node->n_inputs == 2; i++)
    {
      guint at = node->inputs[1 - i].value;
      GengaOnnxValue *value = at != GENGA_ONNX_NO_VALUE ? &self->values[at] : NULL;
      const float *floats;

      if (value == NULL || value->kind != GENGA_ONNX_NUMBERS || value->n != 1)
        continue;
      floats = genga_onnx_numbers_peek_floats (self, value);
      g_clear_error (&self->error);
      if (floats == NULL)
        continue;
      *number = floats[0];
      *other = node->inputs[i].value;
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_about (double a, double b)
{
  return fabs (a - b) <= 1e-3 * fabs (b);
}

guint
genga_onnx_find_argument (GengaOnnxImport *self, guint value, const char *op)
{
  const GengaOnnxNode *node = genga_onnx_find_maker (self, value, op);

  return node != NULL && node->n_inputs >= 1 ? node->inputs[0].value : GENGA_ONNX_NO_VALUE;
}

guint
genga_onnx_find_scaled (GengaOnnxImport *self, guint value, const char *op, double factor)
{
  const GengaOnnxNode *node = genga_onnx_find_maker (self, value, op);
  float number;
  guint other;

  if (node == NULL || !genga_onnx_find_constant (self, node, &number, &other) ||
      !is_about (number, factor))
    return GENGA_ONNX_NO_VALUE;
  return other;
}
