/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/companion.h"

#include "core/error.h"
#include "weights/read-file.h"
#include "weights/weights-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_NAME_LENGTH 1024

gboolean
genga_companion_is_safe_name (const char *name)
{
  g_auto (GStrv) parts = NULL;
  gsize length = strlen (name);

  if (length == 0 || length > MAX_NAME_LENGTH || strchr (name, '\\') != NULL)
    return FALSE;
  parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
      return FALSE;
  return TRUE;
}

/*
 * A regular file, or -1 with errno. A FIFO or a device is never waited for. Folders are only passed
 * through: they may be such that this process must not list.
 */
static int
open_beneath (const char *folder, char **parts)
{
  int fd = g_open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  struct stat status;

  for (guint i = 0; parts[i] != NULL && fd >= 0; i++)
    {
      gboolean is_last = parts[i + 1] == NULL;
      int flags = is_last ? O_RDONLY | O_NONBLOCK | O_NOCTTY : O_PATH | O_DIRECTORY;
      int next = openat (fd, parts[i], flags | O_NOFOLLOW | O_CLOEXEC);
      int saved_errno = errno;

      g_close (fd, NULL);
      errno = saved_errno;
      fd = next;
    }
  if (fd >= 0 && (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode)))
    {
      g_close (fd, NULL);
      errno = EINVAL;
      return -1;
    }
  return fd;
}

GBytes *
genga_companion_read (const char *model_path, const char *name, GError **error)
{
  g_autofree char *quoted = genga_weights_quote (name, strlen (name));
  g_autofree char *folder = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GError) reason = NULL;
  GBytes *bytes;
  int fd;

  if (!genga_companion_is_safe_name (name))
    {
      genga_weights_refuse (error,
                            _ ("The model's data is said to lie in “%s”, outside the folder of the "
                               "model. Genga does not look there."),
                            quoted);
      return NULL;
    }
  if (model_path == NULL)
    {
      genga_weights_refuse (error, _ ("The file “%s” with the model's data is missing."), quoted);
      return NULL;
    }
  folder = g_path_get_dirname (model_path);
  parts = g_strsplit (name, "/", -1);
  fd = open_beneath (folder, parts);
  if (fd < 0)
    {
      genga_weights_refuse (error,
                            errno == ENOENT
                                ? _ ("The file “%s” with the model's data is missing. Put it "
                                     "beside the model file.")
                                : _ ("The file “%s” with the model's data can't be opened. It must "
                                     "be a regular file, and no link."),
                            quoted);
      return NULL;
    }
  bytes = genga_weights_read_fd (fd, &reason);
  g_close (fd, NULL);
  if (bytes == NULL)
    g_set_error (error, GENGA_ERROR, reason->code, "%s: %s", quoted, reason->message);
  return bytes;
}
