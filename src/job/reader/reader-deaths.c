/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/reader-deaths.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define MAX_DEATHS 2

typedef struct
{
  GStatBuf file; /* of the file that did it */
  guint n;
} Deaths;

static GMutex mutex;
static GHashTable *deaths; /* path to Deaths; protected by mutex */

static void
get_stat (const char *path, GStatBuf *file)
{
  if (g_stat (path, file) != 0)
    *file = (GStatBuf){ 0 };
}

static gboolean
is_same (const GStatBuf *a, const GStatBuf *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void
genga_reader_deaths_add (const char *path)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GStatBuf file;
  Deaths *known;

  get_stat (path, &file);
  if (deaths == NULL)
    deaths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  known = g_hash_table_lookup (deaths, path);
  if (known == NULL)
    {
      known = g_new0 (Deaths, 1);
      g_hash_table_insert (deaths, g_strdup (path), known);
    }
  known->n = is_same (&known->file, &file) ? known->n + 1 : 1;
  known->file = file;
}

gboolean
genga_reader_deaths_allow (const char *path, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  const Deaths *known = deaths != NULL ? g_hash_table_lookup (deaths, path) : NULL;
  g_autofree char *name = NULL;
  GStatBuf file;

  if (known == NULL || known->n < MAX_DEATHS)
    return TRUE;
  get_stat (path, &file);
  if (!is_same (&known->file, &file))
    return TRUE;
  name = g_filename_display_basename (path);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” is not read any more: the process that reads it has ended twice. It is "
                  "tried again when the file changes."),
               name);
  return FALSE;
}
