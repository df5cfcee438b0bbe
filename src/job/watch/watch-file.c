/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watch-file.h"
#include "core/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_NUMBER 10000
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

GengaWatchStamp
genga_watch_stamp_new (const struct stat *info)
{
  return (GengaWatchStamp){
    .size = info->st_size,
    .changed =
        (gint64)info->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + info->st_mtim.tv_nsec,
    .device = info->st_dev,
    .node = info->st_ino,
  };
}

gboolean
genga_watch_stamp_is_same (const GengaWatchStamp *a, const GengaWatchStamp *b)
{
  return a->size == b->size && a->changed == b->changed && a->device == b->device &&
         a->node == b->node;
}

void
genga_watch_file_let_go (GengaWatchFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

void
genga_watch_file_free (GengaWatchFile *self)
{
  genga_watch_file_let_go (self);
  g_free (self->name);
  g_free (self);
}

/* ---- ways down ---- */

/* One part of the way further; takes `fd`. */
static int
step_into (int fd, const char *part, gboolean makes)
{
  int next = openat (fd, part, FOLDER_FLAGS);
  int code;

  if (next < 0 && errno == ENOENT && makes && (mkdirat (fd, part, 0777) == 0 || errno == EEXIST))
    next = openat (fd, part, FOLDER_FLAGS);
  code = errno;
  close (fd);
  errno = code;
  return next;
}

static int
walk (int fd, const char *name, gboolean makes)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);

  for (char **part = parts; fd >= 0 && *part != NULL; part++)
    {
      if (**part != '\0')
        fd = step_into (fd, *part, makes);
    }
  return fd;
}

int
genga_watch_open_folder (const char *root, const char *name)
{
  return walk (open (root, FOLDER_FLAGS), name, FALSE);
}

/* The folder that the file lies in, and the file's name there. */
static int
open_parent (const char *root, const char *name, const char **last)
{
  const char *slash = strrchr (name, '/');
  g_autofree char *above = slash != NULL ? g_strndup (name, slash - name) : g_strdup ("");

  *last = slash != NULL ? slash + 1 : name;
  return genga_watch_open_folder (root, above);
}

/* ---- files ---- */

GengaWatchFile *
genga_watch_file_open (const char *root, const char *name)
{
  const char *last;
  int folder = open_parent (root, name, &last);
  struct stat info;
  GengaWatchFile *self;
  int fd, code;

  if (folder < 0)
    return NULL;
  fd = openat (folder, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  code = errno;
  close (folder);
  if (fd >= 0 && (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode)))
    {
      close (fd);
      fd = -1;
      code = EINVAL;
    }
  errno = code;
  if (fd < 0)
    return NULL;
  self = g_new0 (GengaWatchFile, 1);
  self->name = g_strdup (name);
  self->fd = fd;
  self->stamp = genga_watch_stamp_new (&info);
  return self;
}

/*
 * The kernel gives a lease for reading only while nobody has the file open for writing. Who opens
 * it so while we have the lease, which is only for an instant, waits for its end; the signal that
 * comes with that is one that nobody heeds.
 */
gboolean
genga_watch_file_is_being_written (const GengaWatchFile *self)
{
  if (fcntl (self->fd, F_SETSIG, SIGURG) != 0)
    return FALSE;
  if (genga_fault ("refused-lease"))
    return TRUE;
  if (fcntl (self->fd, F_SETLEASE, F_RDLCK) != 0)
    return errno == EAGAIN;
  fcntl (self->fd, F_SETLEASE, F_UNLCK);
  return FALSE;
}

static gboolean
has_its_name (const GengaWatchFile *self, int folder, const char *last)
{
  struct stat info;
  GengaWatchStamp stamp;

  if (fstatat (folder, last, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return FALSE;
  stamp = genga_watch_stamp_new (&info);
  return genga_watch_stamp_is_same (&stamp, &self->stamp);
}

gboolean
genga_watch_file_is_same (const GengaWatchFile *self, const char *root)
{
  struct stat info;
  GengaWatchStamp stamp;
  const char *last;
  gboolean is_same;
  int folder;

  if (self->fd >= 0)
    {
      if (fstat (self->fd, &info) != 0)
        return TRUE;
      stamp = genga_watch_stamp_new (&info);
      return genga_watch_stamp_is_same (&stamp, &self->stamp);
    }
  folder = open_parent (root, self->name, &last);
  if (folder < 0)
    return TRUE;
  is_same = fstatat (folder, last, &info, AT_SYMLINK_NOFOLLOW) != 0;
  close (folder);
  if (is_same)
    return TRUE;
  stamp = genga_watch_stamp_new (&info);
  return genga_watch_stamp_is_same (&stamp, &self->stamp);
}

/* NULL: the name as it is. */
static char *
dup_numbered (const char *name, guint number)
{
  const char *dot = strrchr (name, '.');
  const int length = dot != NULL && dot != name ? (int)(dot - name) : (int)strlen (name);

  return number == 1 ? g_strdup (name)
                     : g_strdup_printf ("%.*s-%u%s", length, name, number, name + length);
}

/* Where the file system can't promise to replace nothing, looking before has to do. */
static int
rename_new (int from, const char *name, int to, const char *other)
{
  struct stat info;

  if (renameat2 (from, name, to, other, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  if (fstatat (to, other, &info, AT_SYMLINK_NOFOLLOW) == 0)
    errno = EEXIST;
  else if (errno == ENOENT)
    return renameat (from, name, to, other);
  return -1;
}

/* Another file may have got the name just before it was moved: that one goes back. */
static gboolean
is_moved (const GengaWatchFile *self, const char *last, int from, int to, const char *other)
{
  if (has_its_name (self, to, other))
    return TRUE;
  rename_new (to, other, from, last);
  errno = ENOENT;
  return FALSE;
}

static gboolean
move_into (const GengaWatchFile *self, const char *last, int from, int to)
{
  int result = -1;

  for (guint number = 1; number < MAX_NUMBER; number++)
    {
      g_autofree char *other = dup_numbered (last, number);

      result = rename_new (from, last, to, other);
      if (result == 0)
        return is_moved (self, last, from, to, other);
      if (errno != EEXIST)
        break;
    }
  return FALSE;
}

gboolean
genga_watch_file_move (const GengaWatchFile *self, const char *root, const char *folder)
{
  const char *last;
  g_autofree char *above = g_path_get_dirname (self->name);
  g_autofree char *below = g_build_filename (folder, g_str_equal (above, ".") ? "" : above, NULL);
  int from = open_parent (root, self->name, &last), to = -1, code = errno;
  gboolean ok = FALSE;

  if (from >= 0 && has_its_name (self, from, last))
    {
      to = walk (open (root, FOLDER_FLAGS), below, TRUE);
      ok = to >= 0 && move_into (self, last, from, to);
      code = errno;
    }
  else if (from >= 0)
    code = ENOENT;
  if (from >= 0)
    close (from);
  if (to >= 0)
    close (to);
  errno = code;
  return ok;
}
