/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/write-all.h"

#include <errno.h>
#include <unistd.h>

gboolean
genga_write_all (int fd, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      gssize n = write (fd, bytes, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      size -= n;
    }
  return TRUE;
}
