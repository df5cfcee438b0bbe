/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle.h"
#include "weights/pickle/torch-legacy.h"
#include "weights/pickle/torch-dict.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PROTOCOL 1001

/* 0x1950a86a20f9469cfc6c, as protocol 2 writes it and as protocol 1 does */
#define MAGIC "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"
#define MAGIC_DIGITS "119547037146038801333356"

/* One storage key: what the object says of it, and where its bytes turned out to lie. */
typedef struct
{
  const GengaPickleStorage *source;
  GengaTorchStorage found;
} Storage;

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
  GArray *storages; /* of Storage, sorted by key */
} Stream;

static GengaPickle *
next_pickle (Stream *stream, GError **error)
{
  GengaPickle *pickle =
      genga_pickle_parse (stream->data + stream->at, stream->size - stream->at, error);

  if (pickle != NULL)
    stream->at += genga_pickle_get_length (pickle);
  return pickle;
}

static gboolean
is_big_int (const GengaPickleValue *value, const char *bytes, gsize length)
{
  return value->kind == GENGA_PICKLE_BIG_INT && value->length == length &&
         memcmp (value->bytes, bytes, length) == 0;
}

static gboolean
check_magic (Stream *stream, GError **error)
{
  g_autoptr (GengaPickle) pickle = next_pickle (stream, error);
  const GengaPickleValue *value;

  if (pickle == NULL)
    return FALSE;
  value = genga_pickle_get_root (pickle);
  if (!is_big_int (value, MAGIC, strlen (MAGIC)) &&
      !is_big_int (value, MAGIC_DIGITS, strlen (MAGIC_DIGITS)))
    return genga_weights_refuse (error,
                                 _ ("This is a Python pickle that PyTorch did not write, not "
                                    "a model."));
  return TRUE;
}

static gboolean
check_protocol (Stream *stream, GError **error)
{
  g_autoptr (GengaPickle) pickle = next_pickle (stream, error);
  const GengaPickleValue *value;

  if (pickle == NULL)
    return FALSE;
  value = genga_pickle_get_root (pickle);
  if (value->kind != GENGA_PICKLE_INT || value->integer != PROTOCOL)
    return genga_weights_broken (error, "unknown protocol of the legacy form");
  return TRUE;
}

static gboolean
check_system (Stream *stream, GError **error)
{
  g_autoptr (GengaPickle) pickle = next_pickle (stream, error);
  const GengaPickleValue *value;

  if (pickle == NULL)
    return FALSE;
  value = genga_pickle_get_root (pickle);
  if (value->kind != GENGA_PICKLE_DICT)
    return genga_weights_broken (error, "the legacy form's header is missing");
  value = genga_pickle_lookup (value, "little_endian");
  if (value != NULL && (value->kind != GENGA_PICKLE_BOOL || !value->integer))
    return genga_weights_refuse (error, _ ("The model was saved on a big-endian computer, which is "
                                           "not supported."));
  return TRUE;
}

static int
compare_keys (const GengaPickleValue *a, const GengaPickleValue *b)
{
  int order = memcmp (a->bytes, b->bytes, MIN (a->length, b->length));

  if (order != 0)
    return order;
  return a->length < b->length ? -1 : a->length > b->length;
}

static int
compare_storages (gconstpointer a, gconstpointer b)
{
  return compare_keys (&((const Storage *)a)->source->key, &((const Storage *)b)->source->key);
}

/* One entry for each key; what several tensors say of one storage has to agree. */
static gboolean
collect_storages (Stream *stream, GengaPickle *pickle, GError **error)
{
  guint n = 0;

  for (const GengaPickleStorage *s = genga_pickle_get_storages (pickle); s != NULL; s = s->next)
    {
      Storage storage = { .source = s };

      g_array_append_val (stream->storages, storage);
    }
  g_array_sort (stream->storages, compare_storages);
  for (guint i = 0; i < stream->storages->len; i++)
    {
      Storage *kept = &g_array_index (stream->storages, Storage, n > 0 ? n - 1 : 0);
      Storage *next = &g_array_index (stream->storages, Storage, i);

      if (n == 0 || compare_storages (kept, next) != 0)
        g_array_index (stream->storages, Storage, n++) = *next;
      else if (kept->source->dtype != next->source->dtype || kept->source->n != next->source->n)
        return genga_weights_broken (error, "a storage is described in two ways");
    }
  g_array_set_size (stream->storages, n);
  return TRUE;
}

static Storage *
look_up (Stream *stream, const GengaPickleValue *key)
{
  guint low = 0;
  guint high = stream->storages->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      Storage *storage = &g_array_index (stream->storages, Storage, middle);
      int order = compare_keys (key, &storage->source->key);

      if (order == 0)
        return storage;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

/* A count of elements, then their bytes. */
static gboolean
read_storage (Stream *stream, const GengaPickleValue *key, GError **error)
{
  Storage *storage = key->kind == GENGA_PICKLE_STRING ? look_up (stream, key) : NULL;
  guint64 n, size;

  if (storage == NULL || storage->found.data != NULL)
    return genga_weights_broken (error, "the list of storages is false");
  if (stream->size - stream->at < sizeof n)
    return genga_weights_broken (error, "the file ends inside a storage");
  memcpy (&n, stream->data + stream->at, sizeof n);
  stream->at += sizeof n;
  if (GUINT64_FROM_LE (n) != (guint64)storage->source->n)
    return genga_weights_broken (error, "a storage's size disagrees with what was said of it");
  size = (guint64)storage->source->n * genga_dtype_get_size (storage->source->dtype);
  if (size > stream->size - stream->at)
    return genga_weights_broken (error, "the file ends inside a storage");
  storage->found.data = stream->data + stream->at;
  storage->found.size = size;
  stream->at += size;
  return TRUE;
}

static gboolean
read_storages (Stream *stream, GError **error)
{
  g_autoptr (GengaPickle) pickle = next_pickle (stream, error);
  const GengaPickleValue *keys;

  if (pickle == NULL)
    return FALSE;
  keys = genga_pickle_get_root (pickle);
  if (keys->kind != GENGA_PICKLE_LIST)
    return genga_weights_broken (error, "the list of storages is missing");
  for (guint i = 0; i < keys->items->n; i++)
    {
      if (!read_storage (stream, &keys->items->values[i], error))
        return FALSE;
    }
  return TRUE;
}

static GengaTorchStorage *
find_storage (const GengaPickleStorage *storage, gpointer user_data, GError **error)
{
  Storage *entry = look_up (user_data, &storage->key);

  if (entry->found.data == NULL)
    {
      genga_weights_broken (error, "the bytes of a storage are missing");
      return NULL;
    }
  return &entry->found;
}

gboolean
genga_torch_legacy_read (GengaStateDict *dict, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GArray) storages = g_array_new (FALSE, FALSE, sizeof (Storage));
  Stream stream = { data, size, 0, storages };
  g_autoptr (GengaPickle) pickle = NULL;

  if (!check_magic (&stream, error) || !check_protocol (&stream, error) ||
      !check_system (&stream, error))
    return FALSE;
  pickle = next_pickle (&stream, error);
  return pickle != NULL && collect_storages (&stream, pickle, error) &&
         read_storages (&stream, error) &&
         genga_torch_dict_fill (dict, genga_pickle_get_root (pickle), find_storage, &stream, error);
}
