/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/strips/strip-journal.h"
#include "media/print-forms.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define BYTES_SUFFIX ".genga-part"
#define STATE_SUFFIX ".genga-strips"
#define MAX_NAME 255
/* A state has a row of the picture and less than a block of zlib's. */
#define MAX_STATE (64 << 20)
/* Check sum, fingerprint, strips, state. */
#define TYPE "(ssuay)"

struct _GengaStripJournal
{
  char *bytes_path;
  char *state_path;
  char *fingerprint;
  int fd; /* of the bytes: the lock */
  guint n_done;
  GBytes *state; /* or NULL */
};

/* ---- the files ---- */

static char *
dup_path (const char *target, const char *suffix)
{
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *base = g_path_get_basename (target);
  g_autofree char *name = g_strconcat (".", base, suffix, NULL);

  return strlen (name) <= MAX_NAME ? g_build_filename (folder, name, NULL) : NULL;
}

static gboolean
is_our_own (int fd)
{
  struct stat info;

  return fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_uid == geteuid () &&
         info.st_nlink == 1 && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Another run may have given the file the result's name before we got the lock. */
static gboolean
is_still_there (int fd, const char *path)
{
  struct stat a, b;

  return fstat (fd, &a) == 0 && lstat (path, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

static int
open_locked (const char *path)
{
  int fd = open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);

  if (fd < 0)
    return -1;
  if (is_our_own (fd) && flock (fd, LOCK_EX | LOCK_NB) == 0 && is_still_there (fd, path))
    return fd;
  close (fd);
  return -1;
}

static GBytes *
read_own_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree guint8 *data = NULL;
  gsize size = 0, done = 0;
  struct stat info;

  if (fd < 0)
    return NULL;
  if (is_our_own (fd) && fstat (fd, &info) == 0 && info.st_size > 0 && info.st_size <= MAX_STATE)
    data = g_try_malloc (size = info.st_size);
  while (data != NULL && done < size)
    {
      gssize n = read (fd, data + done, size - done);

      if (n <= 0)
        break;
      done += n;
    }
  close (fd);
  return data != NULL && done == size ? g_bytes_new_take (g_steal_pointer (&data), size) : NULL;
}

/* ---- what is in them ---- */

static char *
sum_up (const char *fingerprint, guint n_done, gconstpointer state, gsize size)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const guint32 n = n_done;

  g_checksum_update (sum, (const guchar *)fingerprint, strlen (fingerprint) + 1);
  g_checksum_update (sum, (const guchar *)&n, sizeof n);
  g_checksum_update (sum, state, size);
  return g_strdup (g_checksum_get_string (sum));
}

/* A state begins with how much of the file counts. */
static gboolean
has_bytes (GengaStripJournal *self, gconstpointer state, gsize size)
{
  gint64 n_bytes;
  struct stat info;

  if (size < sizeof n_bytes)
    return FALSE;
  memcpy (&n_bytes, state, sizeof n_bytes);
  return n_bytes > 0 && fstat (self->fd, &info) == 0 && info.st_size >= n_bytes;
}

static void
read_state (GengaStripJournal *self)
{
  g_autoptr (GBytes) bytes = read_own_file (self->state_path);
  g_autoptr (GVariant) record = NULL, state = NULL;
  g_autofree char *expected = NULL;
  const char *sum, *fingerprint;
  gconstpointer data;
  gsize size;
  guint n_done;

  if (bytes == NULL)
    return;
  record = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, FALSE));
  if (!g_variant_is_normal_form (record))
    return;
  g_variant_get (record, "(&s&su@ay)", &sum, &fingerprint, &n_done, &state);
  data = g_variant_get_fixed_array (state, &size, 1);
  expected = sum_up (fingerprint, n_done, data, size);
  if (!g_str_equal (sum, expected) || !genga_print_forms_match (self->fingerprint, fingerprint) ||
      !has_bytes (self, data, size))
    return;
  self->n_done = n_done;
  self->state = g_bytes_new (data, size);
}

void
genga_strip_journal_record (GengaStripJournal *self, guint n_done, GBytes *state)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (state, &size);
  g_autofree char *sum = sum_up (self->fingerprint, n_done, data, size);
  g_autoptr (GVariant) record = g_variant_ref_sink (
      g_variant_new ("(ssu@ay)", sum, self->fingerprint, n_done,
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1)));
  g_autoptr (GError) error = NULL;

  /* Without it, a run after a crash does a little more again. */
  if (!g_file_set_contents_full (
          self->state_path, g_variant_get_data (record), g_variant_get_size (record),
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
    g_debug ("%s", error->message);
}

/* ---- the border ---- */

GengaStripJournal *
genga_strip_journal_open (const char *target, const char *fingerprint)
{
  GengaStripJournal *self = g_new0 (GengaStripJournal, 1);

  self->bytes_path = dup_path (target, BYTES_SUFFIX);
  self->state_path = dup_path (target, STATE_SUFFIX);
  self->fingerprint = g_strdup (fingerprint);
  self->fd = self->state_path != NULL ? open_locked (self->bytes_path) : -1;
  if (self->fd >= 0)
    {
      read_state (self);
      return self;
    }
  genga_strip_journal_close (self);
  return NULL;
}

const char *
genga_strip_journal_get_path (GengaStripJournal *self)
{
  return self->bytes_path;
}

guint
genga_strip_journal_get_n_done (GengaStripJournal *self)
{
  return self->n_done;
}

GBytes *
genga_strip_journal_get_state (GengaStripJournal *self)
{
  return self->state;
}

void
genga_strip_journal_close (GengaStripJournal *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->state, g_bytes_unref);
  g_free (self->bytes_path);
  g_free (self->state_path);
  g_free (self->fingerprint);
  g_free (self);
}

void
genga_strip_journal_remove (GengaStripJournal *self)
{
  g_unlink (self->state_path);
  /* It has the result's name by now, or is nothing. */
  if (is_still_there (self->fd, self->bytes_path))
    g_unlink (self->bytes_path);
  genga_strip_journal_close (self);
}
