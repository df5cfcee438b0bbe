/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/torch-dict.h"

#include "weights/pickle/pickle-global.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  GengaStateDict *dict;
  GengaTorchStorageFunc find_storage;
  gpointer user_data;
} Filler;

/* Under these names training programs put the weights, the better ones first. */
static const char *const wrappers[] = {
  "model_state_dict", "state_dict", "params_ema", "params-ema", "params", "model", "net",
};

static gboolean
is_dict (const GengaPickleValue *value)
{
  return value != NULL && value->kind == GENGA_PICKLE_DICT;
}

/* Unwraps once. */
static const GengaPickleValue *
choose_dict (const GengaPickleValue *root)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrappers); i++)
    {
      const GengaPickleValue *value = genga_pickle_lookup (root, wrappers[i]);

      if (is_dict (value))
        return value;
    }
  if (root->items->n == 2 && is_dict (&root->items->values[1]))
    return &root->items->values[1];
  return root;
}

static gboolean
read_integers (const GengaPickleItems *items, gint64 out[GENGA_TENSOR_MAX_RANK])
{
  for (guint i = 0; i < items->n; i++)
    {
      if (items->values[i].kind != GENGA_PICKLE_INT)
        return FALSE;
      out[i] = items->values[i].integer;
    }
  return TRUE;
}

/* Puts the storage where its elements can be read in place: a copy, made once, if need be. */
static gboolean
align_storage (Filler *filler, GengaTorchStorage *storage, gsize alignment, GError **error)
{
  const guint8 *copy;

  if ((guintptr)storage->data % alignment == 0)
    return TRUE;
  copy = genga_state_dict_copy_bytes (filler->dict, storage->data, storage->size, error);
  if (copy == NULL)
    return FALSE;
  storage->data = copy;
  return TRUE;
}

static gboolean
add_tensor (Filler *filler,
            const GengaPickleValue *key,
            const GengaPickleTensor *source,
            GError **error)
{
  const GengaPickleStorage *view = source->storage;
  gsize storage_size = genga_dtype_get_size (view->dtype);
  gsize size = genga_dtype_get_size (source->dtype);
  GengaTensor tensor = { .dtype = source->dtype, .rank = source->shape->n };
  static const guint64 nothing;
  GengaTorchStorage *storage;

  if (source->shape->n > GENGA_TENSOR_MAX_RANK || source->strides->n != source->shape->n ||
      !read_integers (source->shape, tensor.shape) ||
      !read_integers (source->strides, tensor.strides))
    return genga_weights_broken (error, "a tensor has a false shape");
  /* No overflow: the machine checked n * storage_size, and a view lies inside. */
  if (!genga_tensor_check_view (&tensor, source->offset,
                                (guint64)view->view_n * storage_size / size, error))
    return FALSE;

  storage = filler->find_storage (view, filler->user_data, error);
  if (storage == NULL)
    return FALSE;
  if ((guint64)view->n * storage_size > storage->size)
    return genga_weights_broken (error, "a storage is smaller than it says");
  if (view->view_offset * storage_size % size != 0)
    return genga_weights_broken (error, "a view of a storage begins inside an element");

  tensor.data = &nothing;
  if (genga_tensor_get_n_elements (&tensor) > 0)
    {
      if (!align_storage (filler, storage, size, error))
        return FALSE;
      tensor.data = storage->data + view->view_offset * storage_size + source->offset * size;
    }
  return genga_state_dict_add (filler->dict, &tensor, key->bytes, key->length, error);
}

static gboolean
refuse_opaque (const GengaPickleValue *key, const GengaPickleValue *value, GError **error)
{
  g_autofree char *key_name = genga_weights_quote (key->bytes, key->length);
  g_autofree char *class_name = genga_pickle_dup_global_name (value);

  return genga_weights_refuse (error,
                               _ ("The entry “%s” is a “%s”, which Genga can't read. Ask for the "
                                  "plain weights (a state dict) of the model."),
                               key_name, class_name);
}

static gboolean
add_entry (Filler *filler,
           const GengaPickleValue *key,
           const GengaPickleValue *value,
           GError **error)
{
  if (key->kind != GENGA_PICKLE_STRING)
    return genga_weights_broken (error, "the weights have keys that are no names");
  if (value->kind == GENGA_PICKLE_TENSOR)
    return add_tensor (filler, key, value->tensor, error);
  if (value->kind == GENGA_PICKLE_OPAQUE || value->kind == GENGA_PICKLE_GLOBAL)
    return refuse_opaque (key, value, error);
  /* A number or a text beside the weights: nothing that a network has. */

  return TRUE;
}

gboolean
genga_torch_dict_fill (GengaStateDict *dict,
                       const GengaPickleValue *root,
                       GengaTorchStorageFunc find_storage,
                       gpointer user_data,
                       GError **error)
{
  Filler filler = { dict, find_storage, user_data };
  const GengaPickleItems *items;

  if (root->kind == GENGA_PICKLE_OPAQUE)
    {
      g_autofree char *class_name = genga_pickle_dup_global_name (root);

      return genga_weights_refuse (
          error,
          _ ("The file holds a whole Python object (“%s”) instead of plain "
             "weights. Ask for its state dict, or for a .safetensors "
             "file."),
          class_name);
    }
  if (root->kind != GENGA_PICKLE_DICT)
    return genga_weights_refuse (error, _ ("The file contains no network weights."));

  items = choose_dict (root)->items;
  for (guint i = 0; i + 1 < items->n; i += 2)
    {
      if (!add_entry (&filler, &items->values[i], &items->values[i + 1], error))
        return FALSE;
    }
  return TRUE;
}
