/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/file-print.h"
#include "core/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is read: blocks at even distances, the first and the last among them. */
#define N_BLOCKS 32

static void
update (GChecksum *const *sums, const guint8 *data, gssize size)
{
  for (; *sums != NULL; sums++)
    g_checksum_update (*sums, data, size);
}

void
genga_file_print_add_text (GChecksum *const *sums, const char *name, const char *text)
{
  update (sums, (const guint8 *)name, strlen (name) + 1);
  if (text != NULL)
    update (sums, (const guint8 *)text, strlen (text) + 1);
}

void
genga_file_print_add_number (GChecksum *const *sums, const char *name, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  genga_file_print_add_text (sums, name, text);
}

gssize
genga_file_print_add_block (GChecksum *const *sums, int fd, guint8 *buffer, gint64 offset)
{
  gssize n;

  if (genga_fault ("unreadable-source"))
    {
      errno = EIO;
      return -1;
    }
  n = pread (fd, buffer, GENGA_FILE_PRINT_BLOCK, offset);
  if (n > 0)
    update (sums, buffer, n);
  return n;
}

static gboolean
add_blocks (GChecksum *const *sums, int fd, gint64 size)
{
  g_autofree guint8 *buffer = g_malloc (GENGA_FILE_PRINT_BLOCK);
  gint64 last = MAX (0, size - GENGA_FILE_PRINT_BLOCK);

  genga_file_print_add_number (sums, "source", size);
  for (int i = 0; i < N_BLOCKS; i++)
    if (genga_file_print_add_block (sums, fd, buffer, last / (N_BLOCKS - 1) * i) < 0)
      return FALSE;
  return genga_file_print_add_block (sums, fd, buffer, last) >= 0;
}

gboolean
genga_file_print_add (GChecksum *const *sums, const char *path, gboolean *is_file)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat info;
  gboolean ok = TRUE;
  int code;

  if (fd < 0 && errno != ENOENT)
    return FALSE;
  *is_file = fd >= 0 && fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
  if (!*is_file)
    genga_file_print_add_text (sums, "source", path);
  else
    ok = add_blocks (sums, fd, info.st_size);
  code = errno;
  if (fd >= 0)
    close (fd);
  errno = code;
  return ok;
}

char *
genga_file_print_dup (const char *path)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gboolean is_file;

  return genga_file_print_add ((GChecksum *[]){ sum, NULL }, path, &is_file) && is_file
             ? g_strdup (g_checksum_get_string (sum))
             : NULL;
}
