/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/state-dict.h"

#include "weights/archive.h"
#include "weights/companion.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_NAME_LENGTH 1024
#define MAX_METADATA 4096

struct _GengaStateDict
{
  gatomicrefcount ref_count;
  GBytes *bytes;
  GPtrArray *buffers; /* of GBytes */
  GPtrArray *parts;   /* other dicts, for their bytes */
  GStringChunk *names;
  GArray *tensors;      /* of GengaTensor */
  GPtrArray *by_name;   /* the same, sorted: no hash, whose collisions a file could choose */
  GHashTable *metadata; /* both strings lie in `names` */
  guint64 size_bytes;
  guint64 copied_bytes;
  char *path;
  GengaArchive *archive; /* in which the file lies, or NULL */
  GArray *companions;    /* of GengaCompanion */
  GengaNodesKind nodes_kind;
  gpointer nodes;
  GDestroyNotify free_nodes;
};

static void
clear_companion (gpointer companion)
{
  g_bytes_unref (((GengaCompanion *)companion)->bytes);
}

GengaStateDict *
genga_state_dict_new (GBytes *bytes)
{
  GengaStateDict *self = g_new0 (GengaStateDict, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->bytes = g_bytes_ref (bytes);
  self->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_state_dict_unref);
  self->names = g_string_chunk_new (4096);
  self->tensors = g_array_new (FALSE, FALSE, sizeof (GengaTensor));
  self->by_name = g_ptr_array_new ();
  self->metadata = g_hash_table_new (g_str_hash, g_str_equal);
  self->companions = g_array_new (FALSE, FALSE, sizeof (GengaCompanion));
  g_array_set_clear_func (self->companions, clear_companion);
  return self;
}

GengaStateDict *
genga_state_dict_ref (GengaStateDict *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_state_dict_unref (GengaStateDict *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->nodes != NULL)
    self->free_nodes (self->nodes);
  g_clear_pointer (&self->archive, genga_archive_free);
  g_free (self->path);
  g_array_unref (self->companions);
  g_hash_table_unref (self->metadata);
  g_ptr_array_unref (self->by_name);
  g_array_unref (self->tensors);
  g_string_chunk_free (self->names);
  g_ptr_array_unref (self->parts);
  g_ptr_array_unref (self->buffers);
  g_bytes_unref (self->bytes);
  g_free (self);
}

void
genga_state_dict_take_buffer (GengaStateDict *self, gpointer buffer, gsize size)
{
  g_ptr_array_add (self->buffers, g_bytes_new_take (buffer, size));
  self->copied_bytes += size;
}

void
genga_state_dict_take_block (GengaStateDict *self, GBytes *block)
{
  g_ptr_array_add (self->buffers, block);
}

void
genga_state_dict_take_part (GengaStateDict *self, GengaStateDict *part)
{
  g_ptr_array_add (self->parts, part);
  self->copied_bytes += part->copied_bytes;
}

const guint8 *
genga_state_dict_copy_bytes (GengaStateDict *self, const guint8 *data, gsize size, GError **error)
{
  guint8 *copy = g_try_malloc (MAX (size, 1));

  if (copy == NULL)
    {
      genga_weights_no_memory (error);
      return NULL;
    }
  if (size > 0)
    memcpy (copy, data, size);
  genga_state_dict_take_buffer (self, copy, size);
  return copy;
}

gboolean
genga_state_dict_add (
    GengaStateDict *self, const GengaTensor *tensor, const char *name, gsize length, GError **error)
{
  GengaTensor copy = *tensor;

  if (length == 0 || length > MAX_NAME_LENGTH || memchr (name, '\0', length) != NULL ||
      !g_utf8_validate_len (name, length, NULL))
    return genga_weights_broken (error, "a tensor has an impossible name");
  copy.name = g_string_chunk_insert_len (self->names, name, (gssize)length);
  g_array_append_val (self->tensors, copy);
  self->size_bytes +=
      (guint64)genga_tensor_get_n_elements (tensor) * genga_dtype_get_size (tensor->dtype);
  return TRUE;
}

gboolean
genga_state_dict_add_metadata (GengaStateDict *self, const char *key, const char *value)
{
  if (g_hash_table_size (self->metadata) == MAX_METADATA)
    return FALSE;
  return g_hash_table_insert (self->metadata, g_string_chunk_insert (self->names, key),
                              g_string_chunk_insert (self->names, value));
}

static void
strip_prefix (GengaStateDict *self, const char *prefix)
{
  gsize length = strlen (prefix);

  for (guint i = 0; i < self->tensors->len; i++)
    {
      const char *name = g_array_index (self->tensors, GengaTensor, i).name;

      if (!g_str_has_prefix (name, prefix) || name[length] == '\0')
        return;
    }
  for (guint i = 0; i < self->tensors->len; i++)
    g_array_index (self->tensors, GengaTensor, i).name += length;
}

/* torch.compile() puts a module of its own around any other one. */
static void
strip_compiled (GengaStateDict *self)
{
  static const char step[] = "_orig_mod.";

  for (guint i = 0; i < self->tensors->len; i++)
    {
      GengaTensor *tensor = &g_array_index (self->tensors, GengaTensor, i);
      g_autoptr (GString) name = NULL;
      const char *at = tensor->name;
      const char *found;

      if (strstr (at, step) == NULL)
        continue;
      name = g_string_new (NULL);
      while ((found = strstr (at, step)) != NULL)
        {
          gboolean is_step = found == tensor->name || found[-1] == '.';

          g_string_append_len (name, at, found - at + (is_step ? 0 : (gssize)strlen (step)));
          at = found + strlen (step);
        }
      g_string_append (name, at);
      if (name->len > 0)
        tensor->name = g_string_chunk_insert (self->names, name->str);
    }
}

static void
canonicalise_names (GengaStateDict *self)
{
  static const char *const prefixes[] = { "module.", "netG.", "params_ema.", "params." };

  strip_compiled (self);
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    strip_prefix (self, prefixes[i]);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const GengaTensor *const *)a)->name, (*(const GengaTensor *const *)b)->name);
}

gboolean
genga_state_dict_finish_named (GengaStateDict *self, GError **error)
{
  if (self->tensors->len == 0)
    return genga_weights_refuse (error, _ ("The file contains no network weights."));

  for (guint i = 0; i < self->tensors->len; i++)
    g_ptr_array_add (self->by_name, &g_array_index (self->tensors, GengaTensor, i));
  g_ptr_array_sort (self->by_name, compare_names);
  for (guint i = 1; i < self->by_name->len; i++)
    {
      const char *name = ((const GengaTensor *)self->by_name->pdata[i])->name;
      g_autofree char *quoted = NULL;

      if (compare_names (&self->by_name->pdata[i - 1], &self->by_name->pdata[i]) != 0)
        continue;
      quoted = genga_weights_quote (name, strlen (name));
      return genga_weights_broken (error, "the name %s is there twice", quoted);
    }
  return TRUE;
}

gboolean
genga_state_dict_finish (GengaStateDict *self, GError **error)
{
  if (self->nodes == NULL)
    canonicalise_names (self);
  return genga_state_dict_finish_named (self, error);
}

guint
genga_state_dict_get_n_tensors (GengaStateDict *self)
{
  return self->tensors->len;
}

const GengaTensor *
genga_state_dict_get_tensor (GengaStateDict *self, guint index)
{
  g_return_val_if_fail (index < self->tensors->len, NULL);
  return &g_array_index (self->tensors, GengaTensor, index);
}

const GengaTensor *
genga_state_dict_lookup (GengaStateDict *self, const char *name)
{
  guint low = 0;
  guint high = self->by_name->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const GengaTensor *tensor = self->by_name->pdata[middle];
      int order = strcmp (name, tensor->name);

      if (order == 0)
        return tensor;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

void
genga_state_dict_foreach_metadata (GengaStateDict *self, GHFunc func, gpointer user_data)
{
  g_hash_table_foreach (self->metadata, func, user_data);
}

void
genga_state_dict_collect_bytes (GengaStateDict *self, GPtrArray *collected)
{
  g_ptr_array_add (collected, self->bytes);
  for (guint i = 0; i < self->companions->len; i++)
    g_ptr_array_add (collected, genga_state_dict_get_companion (self, i)->bytes);
  for (guint i = 0; i < self->buffers->len; i++)
    g_ptr_array_add (collected, self->buffers->pdata[i]);
  for (guint i = 0; i < self->parts->len; i++)
    genga_state_dict_collect_bytes (self->parts->pdata[i], collected);
}

const char *
genga_state_dict_get_metadata (GengaStateDict *self, const char *key)
{
  return g_hash_table_lookup (self->metadata, key);
}

guint64
genga_state_dict_get_size_bytes (GengaStateDict *self)
{
  return self->size_bytes;
}

guint64
genga_state_dict_get_copied_bytes (GengaStateDict *self)
{
  return self->copied_bytes;
}

/* ---- nodes and companions ---- */

void
genga_state_dict_set_path (GengaStateDict *self, const char *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
}

const char *
genga_state_dict_get_path (GengaStateDict *self)
{
  return self->path;
}

void
genga_state_dict_take_archive (GengaStateDict *self, GengaArchive *archive)
{
  g_return_if_fail (self->archive == NULL);
  self->archive = archive;
}

GBytes *
genga_state_dict_get_bytes (GengaStateDict *self)
{
  return self->bytes;
}

void
genga_state_dict_take_nodes (GengaStateDict *self,
                             GengaNodesKind kind,
                             gpointer nodes,
                             GDestroyNotify free_nodes)
{
  g_return_if_fail (self->nodes == NULL && kind != GENGA_NODES_NONE);

  self->nodes_kind = kind;
  self->nodes = nodes;
  self->free_nodes = free_nodes;
}

GengaNodesKind
genga_state_dict_get_nodes (GengaStateDict *self, gconstpointer *nodes)
{
  if (nodes != NULL)
    *nodes = self->nodes;
  return self->nodes_kind;
}

guint
genga_state_dict_get_n_companions (GengaStateDict *self)
{
  return self->companions->len;
}

const GengaCompanion *
genga_state_dict_get_companion (GengaStateDict *self, guint index)
{
  g_return_val_if_fail (index < self->companions->len, NULL);
  return &g_array_index (self->companions, GengaCompanion, index);
}

void
genga_state_dict_take_companion (GengaStateDict *self,
                                 const char *name,
                                 GBytes *bytes,
                                 gboolean follows_name)
{
  const GengaCompanion added = { g_string_chunk_insert (self->names, name), bytes, follows_name };

  g_array_append_val (self->companions, added);
}

GBytes *
genga_state_dict_read_companion (GengaStateDict *self,
                                 const char *name,
                                 gboolean follows_name,
                                 GError **error)
{
  GBytes *bytes;

  for (guint i = 0; i < self->companions->len; i++)
    {
      const GengaCompanion *there = genga_state_dict_get_companion (self, i);

      if (g_str_equal (there->name, name))
        return there->bytes;
    }
  if (self->companions->len == GENGA_STATE_DICT_MAX_COMPANIONS)
    {
      genga_weights_refuse (error, _ ("The model is spread over too many files."));
      return NULL;
    }
  bytes = self->archive != NULL ? genga_archive_read (self->archive, name, error)
                                : genga_companion_read (self->path, name, error);
  if (bytes == NULL)
    return NULL;
  genga_state_dict_take_companion (self, name, bytes, follows_name);
  return bytes;
}
