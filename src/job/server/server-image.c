/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-image.h"
#include "core/error.h"
#include "core/write-all.h"
#include "job/descriptor-path.h"
#include "media/media.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int
genga_server_image_new_file (gconstpointer bytes, gsize size, GError **error)
{
  int fd = memfd_create ("genga-picture", MFD_CLOEXEC);

  if (fd >= 0 && genga_write_all (fd, bytes, size))
    return fd;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
               _ ("Can't keep a picture in memory: %s."), g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
is_known_format (const guint8 *bytes, gsize size)
{
  return (size >= 8 && memcmp (bytes, "\x89PNG\r\n\x1a\n", 8) == 0) ||
         (size >= 3 && memcmp (bytes, "\xff\xd8\xff", 3) == 0) ||
         (size >= 12 && memcmp (bytes, "RIFF", 4) == 0 && memcmp (bytes + 8, "WEBP", 4) == 0);
}

/* By its header, before anything is made of it. */
static gboolean
check_header (int fd, guint64 max_pixels, const char *name, GError **error)
{
  g_autofree char *path = genga_descriptor_path_dup (fd);
  g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, max_pixels);
  const GengaMedia *media = genga_media_get (error);
  g_autoptr (GError) reason = NULL;
  GengaSourceInfo info;

  if (media == NULL)
    return FALSE;
  if (!media->picture_probe (path, NULL, &info, &reason))
    {
      g_autofree char *message = genga_descriptor_path_dup_message (reason->message, path, name);

      g_set_error_literal (error, reason->domain, reason->code, message);
      return FALSE;
    }
  if ((guint64)info.width * info.height <= max_pixels)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
               _ ("“%s” has %d × %d pixels; the limit is %s in all."), name, info.width,
               info.height, limit);
  return FALSE;
}

int
genga_server_image_open (
    gconstpointer bytes, gsize size, guint64 max_pixels, const char *name, GError **error)
{
  int fd;

  if (!is_known_format (bytes, size))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   size == 0 ? _ ("“%s” is empty.")
                             : _ ("“%s” is neither a PNG nor a JPEG nor a WebP file."),
                   name);
      return -1;
    }
  fd = genga_server_image_new_file (bytes, size, error);
  if (fd < 0 || check_header (fd, max_pixels, name, error))
    return fd;
  close (fd);
  return -1;
}
