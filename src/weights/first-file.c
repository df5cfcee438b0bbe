/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/first-file.h"

#include "weights/companion.h"
#include "weights/file-kind.h"
#include "weights/safetensors-parts.h"

#include <string.h>

static GengaFormat
sniff (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return genga_sniff (data, size, NULL);
}

/* "x.bin" is described by "x.param", unless it says itself what it is. */
static char *
dup_param_name (const char *name, GBytes *bytes)
{
  gsize length = strlen (name);

  if (length <= 4 || g_ascii_strcasecmp (name + length - 4, ".bin") != 0 ||
      sniff (bytes) != GENGA_FORMAT_NONE)
    return NULL;
  return g_strdup_printf ("%.*s.%s", (int)(length - 4), name,
                          name[length - 1] == 'N' ? "PARAM" : "param");
}

static gboolean
find_description (GengaFirstFile *self, GError **error)
{
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *other = genga_safetensors_dup_list_name (name);
  g_autofree char *path = NULL;
  GBytes *bytes;

  if (other == NULL)
    other = dup_param_name (name, self->bytes);
  if (other == NULL)
    return TRUE;
  path = g_build_filename (folder, other, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  bytes = genga_companion_read (self->path, other, error);
  if (bytes == NULL)
    return FALSE;
  g_bytes_unref (self->bytes);
  self->bytes = bytes;
  g_free (self->path);
  self->path = g_steal_pointer (&path);
  return TRUE;
}

static gboolean
look_into_archive (GengaFirstFile *self, GError **error)
{
  g_autofree char *folder = self->path != NULL ? g_path_get_dirname (self->path) : g_strdup ("");
  GBytes *bytes;

  if (!genga_archive_open (self->bytes, &self->archive, error))
    return FALSE;
  if (self->archive == NULL)
    return TRUE;
  bytes = genga_archive_read (self->archive, genga_archive_get_name (self->archive), error);
  if (bytes == NULL)
    return FALSE;
  g_bytes_unref (self->bytes);
  self->bytes = bytes;
  g_free (self->path);
  self->path = g_build_filename (folder, genga_archive_get_name (self->archive), NULL);
  return TRUE;
}

gboolean
genga_first_file_find (GengaFirstFile *self, GBytes *bytes, const char *path, GError **error)
{
  *self = (GengaFirstFile){ .bytes = g_bytes_ref (bytes), .path = g_strdup (path) };
  if (sniff (bytes) == GENGA_FORMAT_ZIP)
    return look_into_archive (self, error);
  return path == NULL || find_description (self, error);
}

void
genga_first_file_clear (GengaFirstFile *self)
{
  g_clear_pointer (&self->archive, genga_archive_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->path, g_free);
}
