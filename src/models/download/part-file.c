/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-models"

#include "models/download/part-file.h"
#include "core/error.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK_BYTES (256 * 1024)

struct _GengaPartFile
{
  char *path;
  int fd;
  guint64 size;
};

static gboolean
fail (const char *path, int number, GError **error)
{
  g_autofree char *name = genga_text_dup_path (path);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               /* TRANSLATORS: a path, and the system's reason. */
               _ ("Can't write “%s”: %s."), name, g_strerror (number));
  return FALSE;
}

/* Two processes that append would spoil each other's bytes. */
static gboolean
take_lock (GengaPartFile *self, GError **error)
{
  if (flock (self->fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return fail (self->path, errno, error);
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       _ ("This model is being downloaded already. Wait until that is done."));
  return FALSE;
}

GengaPartFile *
genga_part_file_open (const char *path, GError **error)
{
  g_autoptr (GengaPartFile) self = g_new0 (GengaPartFile, 1);
  struct stat status;

  self->path = g_strdup (path);
  self->fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
  if (self->fd < 0 || fstat (self->fd, &status) != 0)
    {
      fail (path, errno, error);
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      fail (path, EEXIST, error);
      return NULL;
    }
  self->size = status.st_size;
  return take_lock (self, error) ? g_steal_pointer (&self) : NULL;
}

void
genga_part_file_free (GengaPartFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self);
}

guint64
genga_part_file_get_size (const GengaPartFile *self)
{
  return self->size;
}

gboolean
genga_part_file_append (GengaPartFile *self, gconstpointer data, gsize size, GError **error)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      ssize_t n = pwrite (self->fd, bytes, size, (off_t)self->size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return fail (self->path, n < 0 ? errno : ENOSPC, error);
      bytes += n;
      size -= n;
      self->size += n;
    }
  return TRUE;
}

gboolean
genga_part_file_clear (GengaPartFile *self, GError **error)
{
  if (ftruncate (self->fd, 0) != 0)
    return fail (self->path, errno, error);
  self->size = 0;
  return TRUE;
}

/* ---- what is in it ---- */

/* NULL and errno where a read fails, NULL and 0 where it is cancelled. */
static char *
sum (int fd, GCancellable *cancellable)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *block = g_malloc (BLOCK_BYTES);
  off_t offset = 0;
  ssize_t n;

  while ((n = pread (fd, block, BLOCK_BYTES, offset)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return NULL;
      if (g_cancellable_is_cancelled (cancellable))
        {
          errno = 0;
          return NULL;
        }
      g_checksum_update (checksum, block, n);
      offset += n;
    }
  return g_strdup (g_checksum_get_string (checksum));
}

char *
genga_part_file_dup_sha256 (GengaPartFile *self, GCancellable *cancellable, GError **error)
{
  char *digest = sum (self->fd, cancellable);
  int number = errno;

  if (digest == NULL && !g_cancellable_set_error_if_cancelled (cancellable, error))
    fail (self->path, number, error);
  return digest;
}

char *
genga_part_file_dup_sha256_of (const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = genga_text_dup_path (path);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char *digest = fd >= 0 ? sum (fd, cancellable) : NULL;
  int number = errno;

  if (fd >= 0)
    close (fd);
  if (digest == NULL && !g_cancellable_set_error_if_cancelled (cancellable, error))
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 /* TRANSLATORS: a path, and the system's reason. */
                 _ ("Can't read “%s”: %s."), name, g_strerror (number));
  return digest;
}

gboolean
genga_part_file_rename (GengaPartFile *self, const char *path, GError **error)
{
  if (fsync (self->fd) != 0 || g_rename (self->path, path) != 0)
    return fail (path, errno, error);
  return TRUE;
}

void
genga_part_file_remove (GengaPartFile *self)
{
  g_unlink (self->path);
}
