/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/memory-file.h"
#include "core/error.h"
#include "core/write-all.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTENT_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

typedef struct
{
  gpointer data;
  gsize size;
} Mapping;

guint64
genga_memory_file_place (guint64 *end, guint64 size)
{
  const guint64 mask = GENGA_MEMORY_FILE_ALIGNMENT - 1;
  const guint64 begin = (*end + mask) & ~mask;

  *end = begin + size;
  return begin;
}

static gboolean
write_at (int fd, guint64 offset, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return lseek (fd, offset, SEEK_SET) >= 0 && genga_write_all (fd, data, size);
}

int
genga_memory_file_new (GPtrArray *parts, GError **error)
{
  int fd = memfd_create ("genga", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  guint64 end = 0;
  gboolean ok = fd >= 0;

  for (guint i = 0; i < parts->len && ok; i++)
    {
      guint64 begin = genga_memory_file_place (&end, g_bytes_get_size (parts->pdata[i]));

      ok = write_at (fd, begin, parts->pdata[i]);
    }
  if (ok && fcntl (fd, F_ADD_SEALS, CONTENT_SEALS | F_SEAL_SEAL) == 0)
    return fd;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY, _ ("Not enough memory: %s."),
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static void
unmap (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->data, mapping->size);
  g_free (mapping);
}

GBytes *
genga_memory_file_map (int fd, guint64 max_bytes, GError **error)
{
  const int seals = fcntl (fd, F_GET_SEALS);
  struct stat info;
  gpointer data = MAP_FAILED;

  if (seals >= 0 && (seals & CONTENT_SEALS) == CONTENT_SEALS && fstat (fd, &info) == 0 &&
      info.st_size > 0 && (guint64)info.st_size <= max_bytes)
    data = mmap (NULL, info.st_size, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                           _ ("A part of Genga sent what is no sealed memory."));
      return NULL;
    }
  Mapping *mapping = g_new (Mapping, 1);

  *mapping = (Mapping){ data, info.st_size };
  return g_bytes_new_with_free_func (data, info.st_size, unmap, mapping);
}
