/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-import.h"

#include "nets/import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef gint64 Sides[2][GENGA_NCNN_N_SAMPLES];

gboolean
genga_ncnn_refuse (GengaNcnnImport *self, const char *reason, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (self->error != NULL)
    return FALSE;
  va_start (args, reason);
  text = g_strdup_vprintf (reason, args);
  va_end (args);
  return genga_import_refuse (&self->error, self->layer->name, self->layer->type, "%s", text);
}

gboolean
genga_ncnn_refuse_param (GengaNcnnImport *self, int id)
{
  return genga_ncnn_refuse (self, _ ("parameter %d has a value that is not supported"), id);
}

/* ---- parameters ---- */

gboolean
genga_ncnn_get_int (GengaNcnnImport *self, int id, int fallback, int *value)
{
  return genga_ncnn_layer_get_int (self->layer, id, fallback, value) ||
         genga_ncnn_refuse_param (self, id);
}

gboolean
genga_ncnn_get_bounded (GengaNcnnImport *self, int id, int fallback, int min, int max, int *value)
{
  if (!genga_ncnn_get_int (self, id, fallback, value))
    return FALSE;
  return (*value >= min && *value <= max) || genga_ncnn_refuse_param (self, id);
}

gboolean
genga_ncnn_get_float (GengaNcnnImport *self, int id, float fallback, float *value)
{
  double number;

  if (!genga_ncnn_layer_get_number (self->layer, id, fallback, &number))
    return genga_ncnn_refuse_param (self, id);
  *value = (float)CLAMP (number, -G_MAXFLOAT, G_MAXFLOAT);
  return TRUE;
}

gboolean
genga_ncnn_get_ints (GengaNcnnImport *self, int id, int *values, guint max, guint *n)
{
  const GengaNcnnParam *param = genga_ncnn_layer_find (self->layer, id);

  *n = 0;
  if (param == NULL)
    return TRUE;
  if (param->text != NULL || param->n > max)
    return genga_ncnn_refuse_param (self, id);
  for (; *n < param->n; (*n)++)
    {
      double number = param->numbers[*n];

      if (number < G_MININT || number > G_MAXINT)
        return genga_ncnn_refuse_param (self, id);
      values[*n] = (int)number;
    }
  return TRUE;
}

const GengaTensor *
genga_ncnn_get_tensor (GengaNcnnImport *self, guint index)
{
  g_assert (index < self->layer->n_tensors);
  return genga_state_dict_get_tensor (self->dict, self->layer->first_tensor + index);
}

guint
genga_ncnn_copy_vector (GengaNcnnImport *self, guint index, int n)
{
  const GengaTensor *tensor = genga_ncnn_get_tensor (self, index);

  if (tensor->rank == 1 && tensor->shape[0] == n)
    return genga_graph_copy_tensor (self->graph, tensor);
  genga_ncnn_refuse (self, _ ("it has weights for %d channels, but gets %d"), (int)tensor->shape[0],
                     n);
  return GENGA_NONE;
}

guint
genga_ncnn_repeat (GengaNcnnImport *self, float number, int n)
{
  g_autofree float *numbers = g_new (float, n);

  for (int i = 0; i < n; i++)
    numbers[i] = number;
  return genga_graph_copy_vector (self->graph, numbers, n);
}

/* ---- blobs ---- */

gboolean
genga_ncnn_need_inputs (GengaNcnnImport *self, guint n_inputs, guint n_outputs)
{
  return (self->layer->n_inputs == n_inputs && self->layer->n_outputs == n_outputs) ||
         genga_ncnn_refuse (self, _ ("it has %u inputs and %u outputs, which is not supported"),
                            self->layer->n_inputs, self->layer->n_outputs);
}

const GengaNcnnBlob *
genga_ncnn_get_input (GengaNcnnImport *self, guint index)
{
  g_assert (index < self->layer->n_inputs);
  return &self->blobs[self->layer->inputs[index]];
}

gboolean
genga_ncnn_get_map (GengaNcnnImport *self, guint index, guint *value)
{
  const GengaNcnnBlob *blob = genga_ncnn_get_input (self, index);

  if (blob->kind != GENGA_NCNN_MAP)
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), index + 1);
  *value = blob->value;
  return TRUE;
}

const GengaOp *
genga_ncnn_peek (GengaNcnnImport *self, guint value)
{
  return genga_graph_peek (self->graph, value);
}

gboolean
genga_ncnn_set_blob (GengaNcnnImport *self, guint index, const GengaNcnnBlob *blob)
{
  if (blob->kind != GENGA_NCNN_NUMBERS)
    {
      const GengaOp *op = genga_ncnn_peek (self, blob->value);

      if (op->channels < 1 || op->channels > GENGA_NCNN_MAX_CHANNELS || op->size.num < 1 ||
          op->size.num > GENGA_NCNN_MAX_RATIO || op->size.den > GENGA_NCNN_MAX_RATIO)
        return genga_ncnn_refuse (self, _ ("its result is too large"));
    }
  self->blobs[self->layer->first_output + index] = *blob;
  return TRUE;
}

gboolean
genga_ncnn_set_map (GengaNcnnImport *self, guint index, guint value)
{
  const GengaNcnnBlob blob = { .kind = GENGA_NCNN_MAP, .value = value };

  return genga_ncnn_set_blob (self, index, &blob);
}

/* ---- sides ---- */

/* 2^6 * 3 * 5, and twice that. */
gint64
genga_ncnn_get_sample (guint sample)
{
  return 960 * (gint64)(sample + 1);
}

/* Catches up with the values that have been made. */
static void
add_sides (GengaNcnnImport *self, guint value)
{
  for (guint i = self->sides->len; i <= value; i++)
    {
      const GengaOp *op = genga_graph_peek (self->graph, i);
      Sides sides;

      for (guint axis = 0; axis < 2; axis++)
        for (guint sample = 0; sample < GENGA_NCNN_N_SAMPLES; sample++)
          {
            gint64 inputs[GENGA_OP_MAX_INPUTS];
            GengaOp own = *op;

            for (guint k = 0; k < op->n_inputs; k++)
              {
                inputs[k] = g_array_index (self->sides, Sides, op->inputs[k])[axis][sample];
                own.inputs[k] = k;
              }
            sides[axis][sample] =
                genga_op_get_side (&own, axis, genga_ncnn_get_sample (sample), inputs);
          }
      g_array_append_val (self->sides, sides);
    }
}

gint64
genga_ncnn_get_side (GengaNcnnImport *self, guint value, GengaAxis axis, guint sample)
{
  add_sides (self, value);
  return g_array_index (self->sides, Sides, value)[axis][sample];
}

/* ---- values ---- */

gboolean
genga_ncnn_combine (GengaNcnnImport *self, GengaOpKind kind, guint a, guint b, guint *value)
{
  const GengaOp left = *genga_ncnn_peek (self, a);
  const GengaOp right = *genga_ncnn_peek (self, b);

  if (left.channels != right.channels && left.channels != 1 && right.channels != 1)
    return genga_ncnn_refuse (self, _ ("it gets %d and %d channels"), left.channels,
                              right.channels);
  if (!left.is_vector && !right.is_vector &&
      (left.size.num != right.size.num || left.size.den != right.size.den))
    return genga_ncnn_refuse (self, _ ("it gets maps of different sizes"));
  *value = genga_graph_combine (self->graph, kind, a, b);
  return TRUE;
}

guint
genga_ncnn_add_affine (GengaNcnnImport *self, guint value, float factor, float offset)
{
  int channels = genga_ncnn_peek (self, value)->channels;

  if (factor == 1 && offset == 0)
    return value;
  return genga_graph_affine (self->graph, value,
                             factor != 1 ? genga_ncnn_repeat (self, factor, channels) : GENGA_NONE,
                             offset != 0 ? genga_ncnn_repeat (self, offset, channels) : GENGA_NONE);
}
