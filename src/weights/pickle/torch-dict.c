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

/* ---- what is written beside the weights ---- */

#define MAX_TEXT 1024

/* A text, a number or a truth value as Python would print it; NULL for anything else. */
static char *
dup_text (const GengaPickleValue *value)
{
  switch ((int)value->kind)
    {
    case GENGA_PICKLE_STRING:
      if (value->length > MAX_TEXT || memchr (value->bytes, '\0', value->length) != NULL ||
          !g_utf8_validate_len (value->bytes, value->length, NULL))
        return NULL;
      return g_strndup (value->bytes, value->length);
    case GENGA_PICKLE_INT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, value->integer);
    case GENGA_PICKLE_BOOL:
      return g_strdup (value->integer != 0 ? "True" : "False");
    default:
      return NULL;
    }
}

/* Plain values of a dictionary; what is there already, or too much, is left out. */
static void
add_texts (GengaStateDict *dict, const GengaPickleValue *source, const char *prefix)
{
  for (guint i = 0; i + 1 < source->items->n; i += 2)
    {
      g_autofree char *key = dup_text (&source->items->values[i]);
      g_autofree char *value = dup_text (&source->items->values[i + 1]);
      g_autofree char *name = NULL;

      if (key == NULL || value == NULL)
        continue;
      name = g_strconcat (prefix, key, NULL);
      genga_state_dict_add_metadata (dict, name, value);
    }
}

/* nunif says which network it is, and how it was made, beside the weights. */
static void
add_metadata (GengaStateDict *dict, const GengaPickleValue *root)
{
  const GengaPickleValue *arguments = genga_pickle_lookup (root, "kwargs");

  if (genga_pickle_lookup (root, "nunif_model") == NULL)
    return;
  add_texts (dict, root, "");
  if (is_dict (arguments))
    add_texts (dict, arguments, "kwargs.");
}

/* ---- the weights ---- */

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

  add_metadata (dict, root);
  items = choose_dict (root)->items;
  for (guint i = 0; i + 1 < items->n; i += 2)
    {
      if (!add_entry (&filler, &items->values[i], &items->values[i + 1], error))
        return FALSE;
    }
  return TRUE;
}
