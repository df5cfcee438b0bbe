/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/facts-cache.h"
#include "core/error.h"
#include "models/model-folders.h"
#include "models/catalogue-resolve.h"

#include <glib/gstdio.h>

/* Where more files have been looked at, all are looked at again. */
#define MAX_FILES 64

/* How a file was when it was looked at. */
typedef struct
{
  gint64 size; /* -1: it was not there */
  gint64 mtime_ns;
} Stamp;

/* A model as it was looked at, shared by caches. */
typedef struct
{
  Stamp before;   /* of the file itself, before it was read */
  GArray *stamps; /* Stamp, for each of the facts' files; NULL after an error */
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
  Known *self = data;

  genga_model_facts_free (self->facts);
  g_clear_pointer (&self->stamps, g_array_unref);
}

static void
known_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, known_clear);
}

static Stamp
stamp (const char *path)
{
  GStatBuf info;

  if (path == NULL || g_stat (path, &info) != 0)
    return (Stamp){ -1, 0 };
  return (Stamp){ info.st_size,
                  info.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info.st_mtim.tv_nsec };
}

static gboolean
stamps_equal (Stamp a, Stamp b)
{
  return a.size == b.size && a.mtime_ns == b.mtime_ns;
}

static Known *
known_new (GengaCatalogueEntry *take_entry)
{
  Known *self = g_atomic_rc_box_new0 (Known);

  self->before = stamp (take_entry->path);
  self->facts = genga_model_facts_new (take_entry);
  /* To the reader a file that cannot be opened is an input; here it is a model. */
  if (g_error_matches (self->facts->error, GENGA_ERROR, GENGA_ERROR_INPUT))
    self->facts->error->code = GENGA_ERROR_MODEL;
  if (self->facts->error != NULL || self->facts->files == NULL)
    return self;

  self->stamps = g_array_new (FALSE, FALSE, sizeof (Stamp));
  for (guint i = 0; self->facts->files[i] != NULL; i++)
    {
      Stamp now = stamp (self->facts->files[i]);

      g_array_append_val (self->stamps, now);
    }
  return self;
}

/* Files that lack others, or each other, are looked at again: nothing says which ones will come. */
static gboolean
is_as_it_was (const Known *self)
{
  char **paths = self->facts->files;

  if (self->stamps == NULL || !stamps_equal (stamp (paths[0]), self->before))
    return FALSE;
  for (guint i = 0; paths[i] != NULL; i++)
    if (!stamps_equal (stamp (paths[i]), g_array_index (self->stamps, Stamp, i)))
      return FALSE;
  return TRUE;
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
