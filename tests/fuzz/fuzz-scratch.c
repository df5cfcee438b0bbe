/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-scratch.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char *folder;

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_remove (path);
}

static void
remove_folder (void)
{
  remove_tree (folder);
  g_free (folder);
}

const char *
fuzz_get_folder (void)
{
  static const char memory[] = "/dev/shm";

  if (folder != NULL)
    return folder;
  folder = g_build_filename (g_access (memory, W_OK) == 0 ? memory : g_get_tmp_dir (),
                             "genga-fuzz-XXXXXX", NULL);
  if (g_mkdtemp (folder) == NULL)
    g_error ("%s: can't make it", folder);
  atexit (remove_folder);
  return folder;
}

char *
fuzz_write_file (const char *name, gconstpointer data, gsize size)
{
  char *path = g_build_filename (fuzz_get_folder (), name, NULL);
  FILE *file = g_fopen (path, "wb");

  if (file == NULL || fwrite (data, 1, size, file) != size || fclose (file) != 0)
    g_error ("%s: can't write it", path);
  return path;
}

int
fuzz_open_bytes (gconstpointer data, gsize size)
{
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);

  if (fd < 0 || write (fd, data, size) != (gssize)size || lseek (fd, 0, SEEK_SET) != 0)
    g_error ("can't make a file of memory");
  return fd;
}

char *
fuzz_dup_fd_path (int fd)
{
  return g_strdup_printf ("/proc/self/fd/%d", fd);
}

guint8
fuzz_take_byte (FuzzInput *self)
{
  if (self->size == 0)
    return 0;
  self->size--;
  return *self->data++;
}

gint64
fuzz_take_number (FuzzInput *self)
{
  guint64 number = 0;

  for (int i = 0; i < 8; i++)
    number |= (guint64)fuzz_take_byte (self) << 8 * i;
  return (gint64)number;
}

const guint8 *
fuzz_take_bytes (FuzzInput *self, gsize *size)
{
  const gsize wanted = fuzz_take_byte (self);
  const guint8 *bytes = self->data;

  *size = MIN (wanted, self->size);
  self->data += *size;
  self->size -= *size;
  return bytes;
}
