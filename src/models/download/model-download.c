/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/download/model-download.h"
#include "core/error.h"
#include "core/text.h"
#include "models/download/download-record.h"
#include "models/download/fetch.h"
#include "models/download/part-file.h"
#include "models/model-folders.h"
#include "models/model-import.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define STAGING_NAME ".download"

static char *
dup_own_path (const char *name)
{
  g_autofree char *folder = genga_model_folder_dup_own ();

  return g_build_filename (folder, name, NULL);
}

static const GengaOfferFile *
get_file (const GengaOffer *offer, guint index)
{
  return offer->files->pdata[index];
}

/* ---- what is in the folder already ---- */

gboolean
genga_model_download_is_there (const GengaOffer *offer)
{
  g_autofree char *path = NULL;

  if (offer->files->len == 0)
    return FALSE;
  path = dup_own_path (get_file (offer, 0)->name);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static gboolean
has_content (const char *path, const GengaOfferFile *file)
{
  g_autofree char *digest = genga_part_file_dup_sha256_of (path, NULL, NULL);

  return g_strcmp0 (digest, file->sha256) == 0;
}

/* How many of its files are there; FALSE where one of them is another file. */
static gboolean
look_at_folder (const GengaOffer *offer, guint *n_there, GError **error)
{
  *n_there = 0;
  for (guint i = 0; i < offer->files->len; i++)
    {
      g_autofree char *path = dup_own_path (get_file (offer, i)->name);
      g_autofree char *name = genga_text_dup_path (path);

      if (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (!has_content (path, get_file (offer, i)))
        {
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       /* TRANSLATORS: %s is a path. */
                       _ ("“%s” exists already and is another file. Rename or remove it, then "
                          "download again."),
                       name);
          return FALSE;
        }
      *n_there += 1;
    }
  return TRUE;
}

/* ---- fetching ---- */

static char *
make_staging (const GengaOffer *offer, GError **error)
{
  g_autofree char *parent = dup_own_path (STAGING_NAME);
  g_autofree char *folder = g_build_filename (parent, offer->id, NULL);
  g_autofree char *name = genga_text_dup_path (folder);

  if (g_mkdir_with_parents (folder, 0777) == 0)
    return g_steal_pointer (&folder);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't create the folder “%s” for models: %s."), name, g_strerror (errno));
  return NULL;
}

/* The folder goes where nothing is left in it to go on with. */
static void
clear_staging (const GengaOffer *offer, const char *folder)
{
  g_autofree char *parent = dup_own_path (STAGING_NAME);

  for (guint i = 0; i < offer->files->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, get_file (offer, i)->name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  g_rmdir (parent);
}

static gboolean
fetch_files (const GengaOffer *offer, const char *folder, GengaProgress *progress, GError **error)
{
  for (guint i = 0; i < offer->files->len; i++)
    {
      const GengaOfferFile *file = get_file (offer, i);
      g_autofree char *path = g_build_filename (folder, file->name, NULL);
      const GengaFetch fetch = { file->url, path, file->sha256, file->size_bytes };

      if (!genga_fetch_run (&fetch, progress, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
import (const GengaOffer *offer, const char *folder, char **target, GError **error)
{
  g_autofree char *path = g_build_filename (folder, get_file (offer, 0)->name, NULL);
  GengaImportResult result = genga_model_import (path, FALSE, target, error);

  if (result == GENGA_IMPORT_CLASH)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("“%s” exists already and is another file. Rename or remove it, then download "
                    "again."),
                 *target);
  return result == GENGA_IMPORT_ADDED || result == GENGA_IMPORT_THERE;
}

static gboolean
download (const GengaOffer *offer, GengaProgress *progress, char **target, GError **error)
{
  g_autofree char *folder = make_staging (offer, error);

  if (folder == NULL)
    return FALSE;
  if (!fetch_files (offer, folder, progress, error))
    {
      g_rmdir (folder);
      return FALSE;
    }

  gboolean ok = import (offer, folder, target, error) && genga_download_record_add (offer, error);
  clear_staging (offer, folder);
  return ok;
}

gboolean
genga_model_download_run (const GengaOffer *offer,
                          GengaProgress *progress,
                          char **target,
                          GError **error)
{
  guint n_there;

  *target = NULL;
  if (!genga_offer_can_download (offer))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   /* TRANSLATORS: a model's name and the address of its page. */
                   _ ("Genga has no link that it could check for “%s”. Download it with a browser "
                      "from %s, and put it into your folder of models."),
                   offer->name, offer->page);
      return FALSE;
    }
  if (!look_at_folder (offer, &n_there, error))
    return FALSE;
  if (n_there == offer->files->len)
    {
      *target = dup_own_path (get_file (offer, 0)->name);
      return TRUE;
    }
  return download (offer, progress, target, error);
}
