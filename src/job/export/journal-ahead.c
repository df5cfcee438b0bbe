/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/journal-ahead.h"
#include "core/fault.h"
#include "core/write-all.h"
#include "job/cluster/segment-manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "ahead-"
#define MANIFEST ".json"
#define UNFINISHED "unfinished-manifest"

static char *
dup_name (gint64 mark, const char *ending)
{
  return g_strdup_printf (PREFIX "%06" G_GINT64_FORMAT "%s", mark, ending);
}

/* ---- keeping ---- */

static int
write_manifest (int fd, const char *name, const char *data, gsize size)
{
  int file = openat (fd, UNFINISHED, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  int code = 0;

  if (file < 0)
    return errno;
  if (genga_fault ("no-room-ahead"))
    code = ENOSPC;
  else if (!genga_write_all (file, data, size) || fsync (file) != 0)
    code = errno;
  close (file);
  return code == 0 && renameat (fd, UNFINISHED, fd, name) != 0 ? errno : code;
}

int
genga_ahead_keep (int fd, gint64 mark, const char *path, const GengaJournalEntry *entry)
{
  g_autofree char *name = dup_name (mark, "");
  g_autofree char *manifest = dup_name (mark, MANIFEST);
  gsize size;
  g_autofree char *data = genga_segment_manifest_format (mark, entry, &size);
  struct stat info;
  int code;

  if (renameat (AT_FDCWD, path, fd, name) != 0 &&
      (errno != ENOENT || fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0))
    return errno;
  genga_fault ("kill-ahead-named");
  code = write_manifest (fd, manifest, data, size);
  if (code == 0)
    fsync (fd);
  genga_fault ("kill-ahead-kept");
  return code;
}

/* ---- what is there ---- */

static char *
read_manifest (int fd, const char *name, gsize *size)
{
  int file = openat (fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *data = NULL;
  struct stat info;
  gssize n = -1;

  if (file < 0)
    return NULL;
  if (fstat (file, &info) == 0 && S_ISREG (info.st_mode) &&
      info.st_size <= (off_t)GENGA_SEGMENT_MANIFEST_MAX)
    {
      data = g_malloc (info.st_size + 1);
      n = read (file, data, info.st_size);
    }
  close (file);
  if (n < 0 || n != info.st_size)
    return NULL;
  *size = n;
  return g_steal_pointer (&data);
}

/* NULL where it is not whole. */
static GengaSegmentManifest *
load (int fd, gint64 mark)
{
  g_autofree char *name = dup_name (mark, "");
  g_autofree char *manifest = dup_name (mark, MANIFEST);
  gsize size = 0;
  g_autofree char *data = read_manifest (fd, manifest, &size);
  g_autoptr (GengaSegmentManifest) self = NULL;
  const char *bad;
  struct stat info;

  if (data != NULL)
    self = genga_segment_manifest_parse (data, size, &bad);
  if (self == NULL || self->entry == NULL || self->number != mark ||
      fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG (info.st_mode) ||
      (guint64)info.st_size != self->entry->segment->size)
    return NULL;
  return g_steal_pointer (&self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return first < second ? -1 : first > second;
}

/* The marks of all files with such names. */
static GArray *
list_marks (int fd)
{
  GArray *marks = g_array_new (FALSE, FALSE, sizeof (gint64));
  int copy = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (g_str_has_prefix (entry->d_name, PREFIX))
      {
        gint64 mark = g_ascii_strtoll (entry->d_name + strlen (PREFIX), NULL, 10);

        g_array_append_val (marks, mark);
      }
  if (dir != NULL)
    closedir (dir);
  else if (copy >= 0)
    close (copy);
  g_array_sort (marks, compare);
  return marks;
}

GPtrArray *
genga_ahead_list (int fd)
{
  g_autoptr (GArray) marks = list_marks (fd);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_segment_manifest_free);

  for (guint i = 0; i < marks->len; i++)
    {
      const gint64 mark = g_array_index (marks, gint64, i);
      GengaSegmentManifest *manifest;

      if (i > 0 && mark == g_array_index (marks, gint64, i - 1))
        continue;
      manifest = load (fd, mark);
      if (manifest != NULL)
        g_ptr_array_add (list, manifest);
      else
        genga_ahead_remove (fd, mark);
    }
  return list;
}

/* ---- letting go ---- */

int
genga_ahead_take (int fd, gint64 mark, const char *name)
{
  g_autofree char *packets = dup_name (mark, "");
  const int code = renameat (fd, packets, fd, name) == 0 ? 0 : errno;

  genga_ahead_remove (fd, mark);
  return code;
}

void
genga_ahead_remove (int fd, gint64 mark)
{
  g_autofree char *packets = dup_name (mark, "");
  g_autofree char *manifest = dup_name (mark, MANIFEST);

  unlinkat (fd, manifest, 0);
  unlinkat (fd, packets, 0);
}

void
genga_ahead_remove_all (int fd)
{
  g_autoptr (GArray) marks = list_marks (fd);

  for (guint i = 0; i < marks->len; i++)
    genga_ahead_remove (fd, g_array_index (marks, gint64, i));
}
