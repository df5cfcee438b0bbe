/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/facts-cache.h"
#include "core/error.h"
#include "models/model-folders.h"
#include "models/catalogue-resolve.h"

#include <glib/gstdio.h>

/* Where more files have been looked at, all are looked at again. */
#define MAX_FILES 64

/* A file as it was looked at, shared by caches. */
typedef struct
{
  gint64 size;
  gint64 mtime_ns;
  GengaModelFacts *facts;
} Known;

struct _GengaFactsCache
{
  GHashTable *values; /* char * to Known */
};

static GMutex mutex;
static GHashTable *files; /* path to Known; protected by mutex */

static void
known_clear (gpointer data)
{
  genga_model_facts_free (((Known *)data)->facts);
}

static void
known_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, known_clear);
}

static Known *
known_new (GengaCatalogueEntry *take_entry)
{
  Known *self = g_atomic_rc_box_new0 (Known);
  GStatBuf info;

  if (take_entry->path != NULL && g_stat (take_entry->path, &info) == 0)
    {
      self->size = info.st_size;
      self->mtime_ns = info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec;
    }
  self->facts = genga_model_facts_new (take_entry);
  /* To the reader a file that cannot be opened is an input; here it is a model. */
  if (g_error_matches (self->facts->error, GENGA_ERROR, GENGA_ERROR_INPUT))
    self->facts->error->code = GENGA_ERROR_MODEL;
  return self;
}

static gboolean
is_as_it_was (const Known *self)
{
  GStatBuf info;

  return g_stat (self->facts->entry->path, &info) == 0 && info.st_size == self->size &&
         info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec ==
             self->mtime_ns;
}

static Known *
get_known (GengaCatalogueEntry *take_entry)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  Known *known;

  if (take_entry->kind != GENGA_CATALOGUE_FILE)
    return known_new (take_entry);
  if (files == NULL)
    files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_unref);
  known = g_hash_table_lookup (files, take_entry->path);
  if (known != NULL && is_as_it_was (known))
    {
      genga_catalogue_entry_free (take_entry);
      return g_atomic_rc_box_acquire (known);
    }
  if (g_hash_table_size (files) >= MAX_FILES)
    g_hash_table_remove_all (files);
  known = known_new (take_entry);
  g_hash_table_replace (files, g_strdup (take_entry->path), g_atomic_rc_box_acquire (known));
  return known;
}

GengaFactsCache *
genga_facts_cache_new (void)
{
  GengaFactsCache *self = g_new0 (GengaFactsCache, 1);

  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_unref);
  return self;
}

void
genga_facts_cache_free (GengaFactsCache *self)
{
  g_hash_table_unref (self->values);
  g_free (self);
}

const GengaModelFacts *
genga_facts_cache_look_up (GengaFactsCache *self, const char *value, GError **error)
{
  Known *known = g_hash_table_lookup (self->values, value);

  if (known == NULL)
    {
      g_auto (GStrv) folders = genga_model_folders_dup ();
      GengaCatalogueEntry *entry =
          genga_catalogue_resolve ((const char *const *)folders, value, error);

      if (entry == NULL)
        return NULL;
      known = get_known (entry);
      g_hash_table_insert (self->values, g_strdup (value), known);
    }
  if (known->facts->error == NULL)
    return known->facts;
  g_propagate_error (error, g_error_copy (known->facts->error));
  return NULL;
}
