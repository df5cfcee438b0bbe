/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/archive.h"

#include "weights/companion.h"
#include "weights/weights-error.h"
#include "weights/zip/zip-model.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ALIGNMENT 16 /* of what malloc() gives */

struct _GengaArchive
{
  GBytes *bytes;
  GengaZip *zip;
  char *folder; /* "" or with a slash at its end */
  char *name;
};

gboolean
genga_archive_open (GBytes *bytes, GengaArchive **archive, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GengaZip) zip = genga_zip_open (data, size, error);
  const char *path, *slash;
  gsize n_folder;
  int record;

  *archive = NULL;
  if (zip == NULL || !genga_zip_find_model (zip, &record, error))
    return FALSE;
  if (record < 0)
    return TRUE;
  path = genga_zip_get_name (zip, (guint)record);
  slash = strrchr (path, '/');
  n_folder = slash != NULL ? (gsize)(slash - path) + 1 : 0;
  *archive = g_new0 (GengaArchive, 1);
  (*archive)->bytes = g_bytes_ref (bytes);
  (*archive)->folder = g_strndup (path, n_folder);
  (*archive)->name = g_strdup (path + n_folder);
  (*archive)->zip = g_steal_pointer (&zip);
  return TRUE;
}

void
genga_archive_free (GengaArchive *self)
{
  genga_zip_free (self->zip);
  g_bytes_unref (self->bytes);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

const char *
genga_archive_get_name (GengaArchive *self)
{
  return self->name;
}

static GBytes *
copy (const guint8 *data, gsize size, GError **error)
{
  guint8 *copied = g_try_malloc (MAX (size, 1));

  if (copied == NULL)
    {
      genga_weights_no_memory (error);
      return NULL;
    }
  memcpy (copied, data, size);
  return g_bytes_new_take (copied, size);
}

GBytes *
genga_archive_read (GengaArchive *self, const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (self->folder, name, NULL);
  g_autofree char *quoted = genga_weights_quote (name, strlen (name));
  int record = genga_zip_find (self->zip, path);
  const guint8 *data;
  guint8 *owned;
  gsize size;

  if (record < 0 || !genga_companion_is_safe_name (name))
    {
      genga_weights_refuse (error, _ ("The file “%s” with the model's data is missing."), quoted);
      return NULL;
    }
  if (!genga_zip_read (self->zip, (guint)record, &data, &size, &owned, error))
    return NULL;
  if (owned != NULL)
    return g_bytes_new_take (owned, size);
  /* Offsets in what was read tell how numbers lie in memory: it begins where a copy would. */
  if ((guintptr)data % ALIGNMENT != 0)
    return copy (data, size, error);
  /* A stored record lies in the archive. */
  return g_bytes_new_from_bytes (
      self->bytes, (gsize)(data - (const guint8 *)g_bytes_get_data (self->bytes, NULL)), size);
}
