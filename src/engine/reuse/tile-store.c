/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reuse/tile-store.h"

typedef struct
{
  int width;
  int height;
  GengaRect rect;
} Key;

typedef struct
{
  Key key;
  GBytes *pixels;
  GList link; /* in `used`; data: this entry */
} Entry;

struct _GengaTileStore
{
  gatomicrefcount ref_count;
  guint64 max_bytes;

  GMutex mutex;
  /* protected by mutex */
  char *key;           /* NULL: free */
  GHashTable *entries; /* Key -> Entry, which holds the key */
  GQueue used;         /* the latest first */
  guint64 bytes;
};

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;
  guint hash = key->width;

  hash = 31 * hash + key->height;
  hash = 31 * hash + key->rect.x;
  hash = 31 * hash + key->rect.y;
  hash = 31 * hash + key->rect.width;
  return 31 * hash + key->rect.height;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *left = a, *right = b;

  return left->width == right->width && left->height == right->height &&
         left->rect.x == right->rect.x && left->rect.y == right->rect.y &&
         left->rect.width == right->rect.width && left->rect.height == right->rect.height;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_bytes_unref (entry->pixels);
  g_free (entry);
}

GengaTileStore *
genga_tile_store_new (const char *key, guint64 max_bytes)
{
  GengaTileStore *self = g_new0 (GengaTileStore, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->key = g_strdup (key);
  self->max_bytes = max_bytes;
  self->entries = g_hash_table_new_full (key_hash, key_equal, NULL, entry_free);
  g_queue_init (&self->used);
  return self;
}

GengaTileStore *
genga_tile_store_ref (GengaTileStore *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_tile_store_unref (GengaTileStore *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->mutex);
  g_free (self->key);
  g_free (self);
}

/* Called with the mutex held. */
static void
drop (GengaTileStore *self, Entry *entry)
{
  g_queue_unlink (&self->used, &entry->link);
  self->bytes -= g_bytes_get_size (entry->pixels);
  g_hash_table_remove (self->entries, &entry->key);
}

GBytes *
genga_tile_store_look_up (
    GengaTileStore *self, int width, int height, const GengaRect *rect, gsize size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Key key = { width, height, *rect };
  Entry *entry = g_hash_table_lookup (self->entries, &key);

  if (entry == NULL || g_bytes_get_size (entry->pixels) != size)
    return NULL;
  g_queue_unlink (&self->used, &entry->link);
  g_queue_push_head_link (&self->used, &entry->link);
  return g_bytes_ref (entry->pixels);
}

void
genga_tile_store_insert (
    GengaTileStore *self, int width, int height, const GengaRect *rect, GBytes *pixels)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Key key = { width, height, *rect };
  Entry *old = g_hash_table_lookup (self->entries, &key);
  Entry *entry;

  if (old != NULL)
    drop (self, old);
  entry = g_new0 (Entry, 1);
  entry->key = key;
  entry->pixels = g_bytes_ref (pixels);
  entry->link.data = entry;
  g_hash_table_insert (self->entries, &entry->key, entry);
  g_queue_push_head_link (&self->used, &entry->link);
  self->bytes += g_bytes_get_size (pixels);
  while (self->bytes > self->max_bytes)
    drop (self, g_queue_peek_tail (&self->used));
}

gboolean
genga_tile_store_take_over (GengaTileStore *self, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->key == NULL)
    self->key = g_strdup (key);
  return g_str_equal (self->key, key);
}

guint64
genga_tile_store_get_max_bytes (GengaTileStore *self)
{
  return self->max_bytes;
}

char *
genga_tile_store_dup_key (GengaTileStore *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_strdup (self->key);
}

void
genga_tile_store_foreach (GengaTileStore *self, GengaTileStoreFunc func, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (GList *link = self->used.tail; link != NULL; link = link->prev)
    {
      const Entry *entry = link->data;

      func (entry->key.width, entry->key.height, &entry->key.rect, entry->pixels, user_data);
    }
}
