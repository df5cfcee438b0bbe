/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/path-list.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES (256 << 20)
#define BUFFER_BYTES (64 << 10)

/* FALSE: errno says why. */
static gboolean
read_all (int fd, GByteArray *bytes)
{
  guint8 buffer[BUFFER_BYTES];

  for (;;)
    {
      gssize n = read (fd, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n == 0;
      if (bytes->len > MAX_BYTES - (gsize)n)
        {
          errno = EFBIG;
          return FALSE;
        }
      g_byte_array_append (bytes, buffer, n);
    }
}

static char **
split (const GByteArray *bytes)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  const char *text = (const char *)bytes->data;
  const char *end = text + bytes->len;
  const char separator = bytes->len > 0 && memchr (text, 0, bytes->len) != NULL ? 0 : '\n';

  while (text < end)
    {
      const char *stop = memchr (text, separator, end - text);
      gsize length = (stop != NULL ? stop : end) - text;
      gsize kept =
          separator == '\n' && length > 0 && text[length - 1] == '\r' ? length - 1 : length;
      g_autofree char *path = g_strndup (text, kept);

      if (kept > 0)
        g_strv_builder_add (paths, path);
      text += length + 1;
    }
  return g_strv_builder_end (paths);
}

char **
genga_path_list_read (const char *file, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *name = g_filename_display_name (file);
  gboolean is_stream = g_str_equal (file, "-");
  int fd = is_stream ? STDIN_FILENO : open (file, O_RDONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && read_all (fd, bytes);
  int code = errno;

  if (fd >= 0 && !is_stream)
    close (fd);
  if (ok)
    return split (bytes);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("Can't read the list “%s”: %s."), name,
               g_strerror (code));
  return NULL;
}
