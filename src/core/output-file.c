/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "core/output-file.h"
#include "core/error.h"
#include "core/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_ATTEMPTS 100
#define FILE_MODE 0666

struct _GengaOutputFile
{
  char *display_name;
  char *base_name;
  int folder; /* -1: the file is another owner's, and open */
  int fd;
  char temporary[32]; /* name in the folder, or empty while the file has none */
  char *through;      /* path of the temporary file where it belongs to another owner, or NULL */
  gboolean overwrite;
  int write_errno;
  GengaOutputDiskSpaceFunc disk_space_func; /* or NULL */
  gpointer disk_space_data;
};

static gboolean
set_error_from_errno (GengaOutputFile *self, int code, GError **error)
{
  const char *name = self->display_name;

#define OUTPUT_ERROR(...) g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, __VA_ARGS__)
  switch (code)
    {
    case EEXIST:
      OUTPUT_ERROR (_ ("“%s” already exists; choose another name or allow overwriting."), name);
      break;
    case EISDIR:
      OUTPUT_ERROR (_ ("“%s” is a folder; choose another name."), name);
      break;
    case ENOENT:
      OUTPUT_ERROR (_ ("Can't write “%s”: its folder does not exist."), name);
      break;
    case EOPNOTSUPP:
      OUTPUT_ERROR (_ ("Can't write “%s”: its folder takes no files."), name);
      break;
    case ENOTDIR:
      OUTPUT_ERROR (_ ("Can't write “%s”: its folder is a file."), name);
      break;
    case ENOSPC:
    case EDQUOT:
      OUTPUT_ERROR (_ ("Can't write “%s”: the disk is full."), name);
      break;
    case EFBIG:
      OUTPUT_ERROR (_ ("Can't write “%s”: it is larger than the disk allows for a file."), name);
      break;
    case EROFS:
      OUTPUT_ERROR (_ ("Can't write “%s”: the disk is read-only."), name);
      break;
    case EACCES:
    case EPERM:
      OUTPUT_ERROR (_ ("Can't write “%s”: permission denied."), name);
      break;
    case ENAMETOOLONG:
      OUTPUT_ERROR (_ ("Can't write “%s”: the name is too long."), name);
      break;
    default:
      OUTPUT_ERROR (_ ("Can't write “%s”: %s."), name, g_strerror (code));
      break;
    }
#undef OUTPUT_ERROR
  return FALSE;
}

static void
make_temporary_name (GengaOutputFile *self)
{
  g_snprintf (self->temporary, sizeof self->temporary, ".genga-%08x.part", g_random_int ());
}

static gboolean
open_named (GengaOutputFile *self)
{
  for (int i = 0; i < MAX_ATTEMPTS; i++)
    {
      make_temporary_name (self);
      self->fd = openat (self->folder, self->temporary,
                         O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
      if (self->fd >= 0 || errno != EEXIST)
        break;
    }
  if (self->fd < 0)
    self->temporary[0] = '\0';
  return self->fd >= 0;
}

static gboolean
open_nameless (GengaOutputFile *self)
{
  /* The way to a name leads through /proc. */
  if (access ("/proc/self/fd", X_OK) == 0)
    self->fd = openat (self->folder, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, FILE_MODE);
  return self->fd >= 0;
}

/* What can be known before the work: the name, the folder, the right to write. */
static int
open_all (GengaOutputFile *self)
{
  struct stat target;

  if (fstatat (self->folder, self->base_name, &target, AT_SYMLINK_NOFOLLOW) == 0)
    {
      if (S_ISDIR (target.st_mode))
        return EISDIR;
      if (!self->overwrite)
        return EEXIST;
    }
  else if (errno != ENOENT)
    return errno;
  return open_nameless (self) || open_named (self) ? 0 : errno;
}

/* `size` < 0: anew. */
static int
open_through (GengaOutputFile *self, gint64 size)
{
  const int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;
  struct stat there;

  self->fd = size < 0 ? open (self->through, flags | O_CREAT | O_TRUNC, FILE_MODE)
                      : open (self->through, flags);
  if (self->fd < 0 || size < 0)
    return self->fd >= 0 ? 0 : errno;
  if (fstat (self->fd, &there) != 0)
    return errno;
  if (there.st_size < size)
    return EIO;
  return ftruncate (self->fd, size) == 0 && lseek (self->fd, size, SEEK_SET) == size ? 0 : errno;
}

static GengaOutputFile *
open_path (const char *path, const char *through, gint64 size, gboolean overwrite, GError **error)
{
  g_autoptr (GengaOutputFile) self = g_new0 (GengaOutputFile, 1);
  g_autofree char *folder = g_path_get_dirname (path);
  int code;

  self->display_name = g_filename_display_name (path);
  self->base_name = g_path_get_basename (path);
  self->through = g_strdup (through);
  self->overwrite = overwrite;
  self->fd = -1;
  self->folder = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->folder < 0)
    code = errno;
  else
    code = through != NULL ? open_through (self, size) : open_all (self);
  /* The folder is there, but nothing like a disk: /proc and its like say so. */
  if (self->folder >= 0 && code == ENOENT)
    code = EOPNOTSUPP;
  if (code != 0)
    {
      set_error_from_errno (self, code, error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

GengaOutputFile *
genga_output_file_new (const char *path, gboolean overwrite, GError **error)
{
  return open_path (path, NULL, -1, overwrite, error);
}

GengaOutputFile *
genga_output_file_new_through (const char *path, const char *temporary, GError **error)
{
  return open_path (path, temporary, -1, FALSE, error);
}

GengaOutputFile *
genga_output_file_continue_through (const char *path,
                                    const char *temporary,
                                    gint64 size,
                                    GError **error)
{
  return open_path (path, temporary, size, FALSE, error);
}

GengaOutputFile *
genga_output_file_new_to (const char *path, int fd, GError **error)
{
  g_autoptr (GengaOutputFile) self = g_new0 (GengaOutputFile, 1);

  self->display_name = g_filename_display_name (path);
  self->folder = -1;
  self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  if (self->fd >= 0)
    return g_steal_pointer (&self);
  set_error_from_errno (self, errno, error);
  return NULL;
}

void
genga_output_file_free (GengaOutputFile *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary[0] != '\0')
    unlinkat (self->folder, self->temporary, 0);
  if (self->folder >= 0)
    close (self->folder);
  g_free (self->display_name);
  g_free (self->base_name);
  g_free (self->through);
  g_free (self);
}

void
genga_output_file_set_disk_space_func (GengaOutputFile *self,
                                       GengaOutputDiskSpaceFunc func,
                                       gpointer data)
{
  self->disk_space_func = func;
  self->disk_space_data = data;
}

/* 0, EINTR to try once more, or why it cannot go on. */
static int
judge_write (GengaOutputFile *self, gssize n)
{
  int code = n == 0 ? ENOSPC : errno;

  if (n > 0 || code == EINTR)
    return n > 0 ? 0 : EINTR;
  if ((code == ENOSPC || code == EDQUOT) && self->disk_space_func != NULL &&
      self->disk_space_func (self->disk_space_data))
    return EINTR;
  return code;
}

gboolean
genga_output_file_write (GengaOutputFile *self, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  while (size > 0 && self->write_errno == 0)
    {
      gssize n = genga_fault ("no-room") ? 0 : write (self->fd, bytes, size);
      int code = judge_write (self, n);

      if (code == 0)
        {
          bytes += n;
          size -= n;
        }
      else if (code != EINTR)
        self->write_errno = code;
    }
  return self->write_errno == 0;
}

gint64
genga_output_file_seek (GengaOutputFile *self, gint64 offset, int whence)
{
  gint64 place = lseek (self->fd, offset, whence);

  if (place < 0 && self->write_errno == 0)
    self->write_errno = errno;
  return place;
}

int
genga_output_file_get_fd (GengaOutputFile *self)
{
  return self->fd;
}

gboolean
genga_output_file_get_error (GengaOutputFile *self, GError **error)
{
  if (self->write_errno == 0)
    return FALSE;
  set_error_from_errno (self, self->write_errno, error);
  return TRUE;
}

static int
link_nameless (GengaOutputFile *self, const char *name)
{
  g_autofree char *descriptor = g_strdup_printf ("/proc/self/fd/%d", self->fd);

  return linkat (AT_FDCWD, descriptor, self->folder, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/* A name that is free stays free for us: nothing that exists is replaced. */
static int
take_free_name (GengaOutputFile *self)
{
  const char *from = self->through != NULL ? self->through : self->temporary;
  int from_folder = self->through != NULL ? AT_FDCWD : self->folder;
  int code;

  if (from[0] == '\0')
    return link_nameless (self, self->base_name);
  if (renameat2 (from_folder, from, self->folder, self->base_name, RENAME_NOREPLACE) == 0)
    {
      self->temporary[0] = '\0';
      return 0;
    }
  code = errno;
  if (code != EINVAL && code != ENOSYS)
    return code;
  /* The link is the name; the temporary one goes when the file is freed, or with its owner. */
  return linkat (from_folder, from, self->folder, self->base_name, 0) == 0 ? 0 : errno;
}

static int
replace_name (GengaOutputFile *self)
{
  if (self->through != NULL)
    return renameat (AT_FDCWD, self->through, self->folder, self->base_name) == 0 ? 0 : errno;
  for (int i = 0; self->temporary[0] == '\0'; i++)
    {
      int code;

      make_temporary_name (self);
      code = link_nameless (self, self->temporary);
      if (code == 0)
        break;
      self->temporary[0] = '\0';
      if (code != EEXIST || i == MAX_ATTEMPTS)
        return code;
    }
  if (renameat (self->folder, self->temporary, self->folder, self->base_name) != 0)
    return errno;
  self->temporary[0] = '\0';
  return 0;
}

gboolean
genga_output_file_sync (GengaOutputFile *self, GError **error)
{
  if (genga_output_file_get_error (self, error))
    return FALSE;
  return self->folder < 0 || fsync (self->fd) == 0 || set_error_from_errno (self, errno, error);
}

void
genga_output_file_set_overwrite (GengaOutputFile *self, gboolean overwrite)
{
  self->overwrite = overwrite;
}

gboolean
genga_output_file_commit (GengaOutputFile *self, GError **error)
{
  int code;

  if (!genga_output_file_sync (self, error))
    return FALSE;
  if (self->folder < 0)
    return TRUE;
  code = self->overwrite ? replace_name (self) : take_free_name (self);
  if (code != 0)
    return set_error_from_errno (self, code, error);
  /* The name, too, should outlive a power cut; file systems that cannot promise it say so. */
  if (fsync (self->folder) != 0)
    g_debug ("%s: the folder is not synchronised: %s", self->display_name, g_strerror (errno));
  return TRUE;
}
