/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/ncnn/ncnn-model.h"

#include "weights/ncnn/ncnn-model-private.h"

GengaNcnnModel *
genga_ncnn_model_new (void)
{
  GengaNcnnModel *self = g_new0 (GengaNcnnModel, 1);

  self->texts = g_string_chunk_new (4096);
  self->layers = g_array_new (FALSE, FALSE, sizeof (GengaNcnnLayer));
  self->blob_names = g_ptr_array_new ();
  self->arrays = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
genga_ncnn_model_free (GengaNcnnModel *self)
{
  g_ptr_array_unref (self->arrays);
  g_ptr_array_unref (self->blob_names);
  g_array_unref (self->layers);
  g_string_chunk_free (self->texts);
  g_free (self);
}

guint
genga_ncnn_model_get_n_layers (const GengaNcnnModel *self)
{
  return self->layers->len;
}

const GengaNcnnLayer *
genga_ncnn_model_get_layer (const GengaNcnnModel *self, guint index)
{
  g_return_val_if_fail (index < self->layers->len, NULL);
  return &g_array_index (self->layers, GengaNcnnLayer, index);
}

guint
genga_ncnn_model_get_n_blobs (const GengaNcnnModel *self)
{
  return self->blob_names->len;
}

const char *
genga_ncnn_model_get_blob_name (const GengaNcnnModel *self, guint blob)
{
  g_return_val_if_fail (blob < self->blob_names->len, NULL);
  return g_ptr_array_index (self->blob_names, blob);
}

const GengaNcnnParam *
genga_ncnn_layer_find (const GengaNcnnLayer *self, int id)
{
  for (guint i = 0; i < self->n_params; i++)
    {
      if (self->params[i].id == id)
        return &self->params[i];
    }
  return NULL;
}

gboolean
genga_ncnn_layer_get_number (const GengaNcnnLayer *self, int id, double fallback, double *value)
{
  const GengaNcnnParam *param = genga_ncnn_layer_find (self, id);

  *value = fallback;
  if (param == NULL)
    return TRUE;
  if (param->is_list || param->n != 1)
    return FALSE;
  *value = param->numbers[0];
  return TRUE;
}

gboolean
genga_ncnn_layer_get_int (const GengaNcnnLayer *self, int id, int fallback, int *value)
{
  double number;

  *value = fallback;
  if (!genga_ncnn_layer_get_number (self, id, fallback, &number) || number < G_MININT ||
      number > G_MAXINT || number != (double)(int)number)
    return FALSE;
  *value = (int)number;
  return TRUE;
}
