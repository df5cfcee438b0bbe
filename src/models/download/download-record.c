/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/download/download-record.h"
#include "core/error.h"
#include "core/text.h"
#include "models/download/part-file.h"
#include "models/model-folders.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define RECORD_NAME ".downloads"
#define NAMES_KEY "files"
#define SUMS_KEY "sha256"

void
genga_download_free (GengaDownload *self)
{
  g_free (self->id);
  g_strfreev (self->names);
  g_strfreev (self->sums);
  g_free (self);
}

static char *
dup_path (const char *name)
{
  g_autofree char *folder = genga_model_folder_dup_own ();

  return g_build_filename (folder, name, NULL);
}

/* ---- reading ---- */

static GKeyFile *
load (void)
{
  g_autofree char *path = dup_path (RECORD_NAME);
  GKeyFile *file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error) &&
      !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_message ("%s: %s", path, error->message);
  return file;
}

/* Somebody may have written into it: no name leads out of the folder. */
static gboolean
is_sane (const GengaDownload *self)
{
  if (self->names == NULL || self->sums == NULL || self->names[0] == NULL ||
      g_strv_length (self->names) != g_strv_length (self->sums))
    return FALSE;
  for (guint i = 0; self->names[i] != NULL; i++)
    {
      if (self->names[i][0] == '\0' || self->names[i][0] == '.' ||
          strchr (self->names[i], '/') != NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_there (const GengaDownload *self)
{
  for (guint i = 0; self->names[i] != NULL; i++)
    {
      g_autofree char *path = dup_path (self->names[i]);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
genga_download_record_list (void)
{
  g_autoptr (GKeyFile) file = load ();
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  GPtrArray *downloads = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_download_free);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (GengaDownload) self = g_new0 (GengaDownload, 1);

      self->id = g_strdup (groups[i]);
      self->names = g_key_file_get_string_list (file, groups[i], NAMES_KEY, NULL, NULL);
      self->sums = g_key_file_get_string_list (file, groups[i], SUMS_KEY, NULL, NULL);
      if (is_sane (self) && is_there (self))
        g_ptr_array_add (downloads, g_steal_pointer (&self));
    }
  return downloads;
}

GengaDownload *
genga_download_record_find (const char *id)
{
  g_autoptr (GPtrArray) downloads = genga_download_record_list ();

  for (guint i = 0; i < downloads->len; i++)
    {
      if (g_str_equal (((GengaDownload *)downloads->pdata[i])->id, id))
        return g_ptr_array_steal_index (downloads, i);
    }
  return NULL;
}

/* ---- writing ---- */

static gboolean
save (GKeyFile *file, GError **error)
{
  g_autofree char *path = dup_path (RECORD_NAME);
  g_autofree char *name = genga_text_dup_path (path);
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);
  g_autoptr (GError) reason = NULL;

  if (g_file_set_contents_full (path, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
                                &reason))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't write “%s”: %s."), name,
               reason->message);
  return FALSE;
}

/* Held while the record is read, changed and written; -1 where the folder cannot be locked. */
static int
take_lock (void)
{
  g_autofree char *folder = genga_model_folder_dup_own ();
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0 && flock (fd, LOCK_EX) != 0)
    g_message ("%s: %s", folder, g_strerror (errno));
  return fd;
}

static void
give_lock (int fd)
{
  if (fd >= 0)
    close (fd);
}

gboolean
genga_download_record_add (const GengaOffer *offer, GError **error)
{
  int lock = take_lock ();
  g_autoptr (GKeyFile) file = load ();
  guint n = offer->files->len;
  g_autofree const char **names = g_new0 (const char *, n);
  g_autofree const char **sums = g_new0 (const char *, n);

  for (guint i = 0; i < n; i++)
    {
      names[i] = ((const GengaOfferFile *)offer->files->pdata[i])->name;
      sums[i] = ((const GengaOfferFile *)offer->files->pdata[i])->sha256;
    }
  g_key_file_set_string_list (file, offer->id, NAMES_KEY, names, n);
  g_key_file_set_string_list (file, offer->id, SUMS_KEY, sums, n);

  gboolean ok = save (file, error);
  give_lock (lock);
  return ok;
}

/* ---- removing ---- */

static gboolean
check_unchanged (const GengaDownload *self, GError **error)
{
  for (guint i = 0; self->names[i] != NULL; i++)
    {
      g_autofree char *path = dup_path (self->names[i]);
      g_autofree char *digest = NULL;

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      digest = genga_part_file_dup_sha256_of (path, NULL, error);
      if (digest == NULL)
        return FALSE;
      if (!g_str_equal (digest, self->sums[i]))
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       /* TRANSLATORS: %s is a path. */
                       _ ("“%s” is not the file any more that Genga downloaded. Remove it yourself "
                          "if you don't need it."),
                       path);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
remove_files (const GengaDownload *self, GError **error)
{
  for (guint i = 0; self->names[i] != NULL; i++)
    {
      g_autofree char *path = dup_path (self->names[i]);

      if (g_unlink (path) != 0 && errno != ENOENT)
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       /* TRANSLATORS: a path, and the system's reason. */
                       _ ("Can't remove “%s”: %s."), path, g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
remove_locked (const char *id, GError **error)
{
  g_autoptr (GengaDownload) self = genga_download_record_find (id);
  g_autoptr (GKeyFile) file = load ();

  if (self == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   /* TRANSLATORS: %s is a model. */
                   _ ("“%s” was not downloaded by Genga, so Genga does not remove it."), id);
      return FALSE;
    }
  if (!check_unchanged (self, error) || !remove_files (self, error))
    return FALSE;
  g_key_file_remove_group (file, id, NULL);
  return save (file, error);
}

gboolean
genga_download_record_remove (const char *id, GError **error)
{
  int lock = take_lock ();
  gboolean ok = remove_locked (id, error);

  give_lock (lock);
  return ok;
}
