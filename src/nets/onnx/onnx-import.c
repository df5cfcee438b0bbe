/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-import.h"

#include "nets/import.h"

#include <glib/gi18n-lib.h>

gboolean
genga_onnx_refuse (GengaOnnxImport *self, const char *reason, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (self->error != NULL)
    return FALSE;
  va_start (args, reason);
  text = g_strdup_vprintf (reason, args);
  va_end (args);
  return genga_import_refuse (&self->error, self->node->name, self->node->op, "%s", text);
}

GengaOnnxValue *
genga_onnx_get_input (GengaOnnxImport *self, guint index)
{
  guint value =
      index < self->node->n_inputs ? self->node->inputs[index].value : GENGA_ONNX_NO_VALUE;

  return value != GENGA_ONNX_NO_VALUE ? &self->values[value] : NULL;
}

static gboolean
need (GengaOnnxImport *self, guint index, GengaOnnxKind kind, GengaOnnxValue **value)
{
  *value = genga_onnx_get_input (self, index);
  if (*value == NULL)
    return genga_onnx_refuse (self, _ ("input %u is missing"), index + 1);
  if ((*value)->kind == kind)
    return TRUE;
  if ((*value)->kind == GENGA_ONNX_SCORES)
    return genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
  return genga_onnx_refuse (self,
                            kind == GENGA_ONNX_NUMBERS
                                ? _ ("input %u depends on the picture, which is not supported")
                                : _ ("input %u does not depend on the picture, which is not "
                                     "supported"),
                            index + 1);
}

gboolean
genga_onnx_need_numbers (GengaOnnxImport *self, guint index, GengaOnnxValue **value)
{
  return need (self, index, GENGA_ONNX_NUMBERS, value);
}

gboolean
genga_onnx_need_view (GengaOnnxImport *self, guint index, GengaOnnxValue **value)
{
  return need (self, index, GENGA_ONNX_VIEW, value);
}

gboolean
genga_onnx_value_has_atoms (const GengaOnnxValue *value)
{
  return value->kind == GENGA_ONNX_VIEW || value->kind == GENGA_ONNX_SCORES;
}

gboolean
genga_onnx_take_bytes (GengaOnnxImport *self, guint64 n, gsize size)
{
  if (n > (self->max_bytes - self->n_bytes) / size)
    return genga_onnx_refuse (self, _ ("its result is too large"));
  self->n_bytes += n * size;
  return TRUE;
}

gboolean
genga_onnx_take_steps (GengaOnnxImport *self, guint64 n)
{
  if (n > GENGA_ONNX_MAX_STEPS - MIN (self->n_steps, GENGA_ONNX_MAX_STEPS))
    return genga_onnx_refuse (self, _ ("its result is too large"));
  self->n_steps += n;
  return TRUE;
}

gboolean
genga_onnx_set_output (GengaOnnxImport *self, guint index, GengaOnnxValue *take_value)
{
  guint value =
      index < self->node->n_outputs ? self->node->outputs[index].value : GENGA_ONNX_NO_VALUE;

  if (value == GENGA_ONNX_NO_VALUE)
    {
      g_free (take_value->floats);
      g_free (take_value->sizes);
      g_free (take_value->atoms);
      return TRUE;
    }
  self->values[value] = *take_value;
  return TRUE;
}

/* ---- attributes ---- */

static const GengaOnnxAttribute *
find (GengaOnnxImport *self, const char *name, GengaOnnxAttributeType type)
{
  const GengaOnnxAttribute *attribute = genga_onnx_node_find (self->node, name);

  return attribute != NULL && attribute->type == type ? attribute : NULL;
}

gint64
genga_onnx_get_int (GengaOnnxImport *self, const char *name, gint64 missing)
{
  const GengaOnnxAttribute *attribute = find (self, name, GENGA_ONNX_INT);

  return attribute != NULL ? attribute->i : missing;
}

float
genga_onnx_get_float (GengaOnnxImport *self, const char *name, float missing)
{
  const GengaOnnxAttribute *attribute = find (self, name, GENGA_ONNX_FLOAT);

  return attribute != NULL ? attribute->f : missing;
}

const char *
genga_onnx_get_string (GengaOnnxImport *self, const char *name, const char *missing)
{
  const GengaOnnxAttribute *attribute = find (self, name, GENGA_ONNX_STRING);

  return attribute != NULL ? attribute->s : missing;
}

int
genga_onnx_get_ints (GengaOnnxImport *self, const char *name, gint64 *numbers, int max)
{
  const GengaOnnxAttribute *attribute = find (self, name, GENGA_ONNX_INTS);

  if (attribute == NULL)
    return 0;
  if (attribute->n > (guint)max)
    {
      genga_onnx_refuse (self, _ ("“%s” has too many numbers"), name);
      return -1;
    }
  for (guint i = 0; i < attribute->n; i++)
    numbers[i] = attribute->ints[i];
  return (int)attribute->n;
}

gboolean
genga_onnx_settle_axis (GengaOnnxImport *self, gint64 axis, guint rank, guint *settled)
{
  if (axis < -(gint64)rank || axis >= (gint64)rank)
    return genga_onnx_refuse (self, _ ("it has no axis %lld"), (long long)axis);
  *settled = (guint)(axis < 0 ? axis + rank : axis);
  return TRUE;
}
