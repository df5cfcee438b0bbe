/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/read-file.h"

#include "core/cpu.h"
#include "core/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One call reads no more than this. */
#define MAX_READ (1 << 30)

gboolean
genga_weights_read_part (int fd, guint8 *buffer, gsize size, gsize *n_read, GError **error)
{
  *n_read = 0;
  while (*n_read < size)
    {
      gssize n = read (fd, buffer + *n_read, MIN (size - *n_read, MAX_READ));

      if (n == 0)
        break;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, g_strerror (errno));
          return FALSE;
        }
      *n_read += n;
    }
  return TRUE;
}

GBytes *
genga_weights_read_fd (int fd, GError **error)
{
  struct stat status;
  g_autofree guint8 *buffer = NULL;
  gsize size = fstat (fd, &status) == 0 ? status.st_size : 0;
  gsize n_read = 0;

  if (size < genga_memory_get_total ())
    buffer = g_try_malloc (MAX (size, 1));
  if (buffer == NULL)
    {
      g_autofree char *text = g_format_size (size);

      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                   _ ("There is not enough memory to read %s."), text);
      return NULL;
    }
  if (!genga_weights_read_part (fd, buffer, size, &n_read, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&buffer), n_read);
}
