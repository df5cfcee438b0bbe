/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file that appears when it is complete, with the kernel's calls under the test's control:
 * every one of them fails in turn, and file systems without nameless files are played.
 */
#include "core/error.h"
#include "core/output-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct
{
  gboolean no_nameless; /* file systems such as NFS */
  gboolean no_rename;   /* and those that cannot rename without replacing */
  int fail_at;          /* the N-th call fails, from 1; 0 = none */
  int fail_errno;
  int n_calls;
} kernel;

static gboolean
fails (void)
{
  kernel.n_calls++;
  errno = kernel.fail_errno;
  return kernel.n_calls == kernel.fail_at;
}

int
openat (int folder, const char *name, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = va_arg (arguments, mode_t);
  va_end (arguments);
  if ((flags & O_TMPFILE) == O_TMPFILE && kernel.no_nameless)
    {
      errno = EOPNOTSUPP;
      return -1;
    }
  return fails () ? -1 : syscall (SYS_openat, folder, name, flags, mode);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  /* One byte fewer than asked for is allowed, too. */
  return fd > 2 && fails () ? -1 : syscall (SYS_write, fd, data, size > 1 ? size - 1 : size);
}

int
fsync (int fd)
{
  return fails () ? -1 : syscall (SYS_fsync, fd);
}

int
linkat (int from_folder, const char *from, int to_folder, const char *to, int flags)
{
  return fails () ? -1 : syscall (SYS_linkat, from_folder, from, to_folder, to, flags);
}

int
renameat (int from_folder, const char *from, int to_folder, const char *to)
{
  return fails () ? -1 : syscall (SYS_renameat2, from_folder, from, to_folder, to, 0);
}

int
renameat2 (int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
  if (kernel.no_rename)
    {
      errno = EINVAL;
      return -1;
    }
  return fails () ? -1 : syscall (SYS_renameat2, from_folder, from, to_folder, to, flags);
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("genga-output-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->path = g_build_filename (self->folder, "result", NULL);
}

static guint
count_files (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  memset (&kernel, 0, sizeof kernel);
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static gboolean
write_once (Fixture *self, const char *content, gboolean overwrite, GError **error)
{
  g_autoptr (GengaOutputFile) file = genga_output_file_new (self->path, overwrite, error);

  if (file == NULL)
    return FALSE;
  genga_output_file_write (file, content, strlen (content));
  return genga_output_file_commit (file, error);
}

static void
assert_content (Fixture *self, const char *expected)
{
  g_autofree char *content = NULL;

  g_assert_true (g_file_get_contents (self->path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

/* The four kinds of file systems. */
static void
play (int kind)
{
  memset (&kernel, 0, sizeof kernel);
  kernel.no_nameless = kind > 0;
  kernel.no_rename = kind > 1;
}

static void
test_commit (Fixture *self, gconstpointer data)
{
  for (int kind = 0; kind < 3; kind++)
    {
      g_autoptr (GError) error = NULL;

      play (kind);
      g_assert_true (write_once (self, "first", FALSE, &error));
      g_assert_no_error (error);
      assert_content (self, "first");
      g_assert_cmpuint (count_files (self), ==, 1);

      g_assert_false (write_once (self, "second", FALSE, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
      g_clear_error (&error);
      assert_content (self, "first");

      g_assert_true (write_once (self, "third", TRUE, &error));
      g_assert_no_error (error);
      assert_content (self, "third");
      g_assert_cmpuint (count_files (self), ==, 1);
      g_unlink (self->path);
    }
}

/* Somebody takes the name while we write: theirs stays, ours goes. */
static void
test_race (Fixture *self, gconstpointer data)
{
  for (int kind = 0; kind < 3; kind++)
    {
      g_autoptr (GengaOutputFile) file = NULL;
      g_autoptr (GError) error = NULL;

      play (kind);
      file = genga_output_file_new (self->path, FALSE, &error);
      g_assert_no_error (error);
      g_assert_true (genga_output_file_write (file, "ours", 4));
      g_assert_true (g_file_set_contents_full (self->path, "theirs", -1, G_FILE_SET_CONTENTS_NONE,
                                               0666, NULL));
      g_assert_false (genga_output_file_commit (file, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
      g_assert_nonnull (strstr (error->message, "already exists"));
      g_clear_pointer (&file, genga_output_file_free);
      assert_content (self, "theirs");
      g_assert_cmpuint (count_files (self), ==, 1);
      g_unlink (self->path);
    }
}

static void
test_abandoned (Fixture *self, gconstpointer data)
{
  for (int kind = 0; kind < 3; kind++)
    {
      GengaOutputFile *file;

      play (kind);
      file = genga_output_file_new (self->path, FALSE, NULL);
      g_assert_nonnull (file);
      g_assert_true (genga_output_file_write (file, "half", 4));
      genga_output_file_free (file);
      g_assert_cmpuint (count_files (self), ==, 0);
    }
}

/*
 * Each call to the kernel fails once: the result is there and whole, or there is an error and
 * nothing; what was there before stays where it may not be replaced, and where it may, it is
 * either the old or the new.
 */
static void
fail_each_call (Fixture *self, int kind, gboolean overwrite)
{
  for (int n = 1;; n++)
    {
      g_autoptr (GError) error = NULL;
      gboolean done;

      play (kind);
      if (overwrite)
        g_assert_true (
            g_file_set_contents_full (self->path, "old", -1, G_FILE_SET_CONTENTS_NONE, 0666, NULL));
      kernel.n_calls = 0;
      kernel.fail_at = n;
      kernel.fail_errno = ENOSPC;
      done = write_once (self, "a new content", overwrite, &error);
      const gboolean failed = kernel.n_calls >= n;

      if (done)
        assert_content (self, "a new content");
      else
        g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
      if (!done && overwrite)
        assert_content (self, "old");
      if (!done)
        g_assert_nonnull (strstr (error->message, "disk is full"));
      g_assert_cmpuint (count_files (self), ==, done || overwrite ? 1 : 0);
      g_unlink (self->path);
      if (!failed)
        break;
    }
}

static void
test_faults (Fixture *self, gconstpointer data)
{
  for (int kind = 0; kind < 3; kind++)
    {
      fail_each_call (self, kind, FALSE);
      fail_each_call (self, kind, TRUE);
    }
}

static void
test_mode (Fixture *self, gconstpointer data)
{
  const mode_t mask = umask (027);
  GStatBuf info;

  for (int kind = 0; kind < 3; kind++)
    {
      play (kind);
      g_assert_true (write_once (self, "content", FALSE, NULL));
      g_assert_cmpint (g_stat (self->path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0640);
      g_assert_cmpint (info.st_nlink, ==, 1);
      g_unlink (self->path);
    }
  umask (mask);
}

/* A file that is open elsewhere gets the bytes and nothing else. */
static void
test_descriptor (Fixture *self, gconstpointer data)
{
  g_autofree char *base = g_path_get_basename (self->path);
  g_autoptr (GengaOutputFile) file = NULL;
  g_autoptr (GError) error = NULL;
  char content[8] = "";
  int fd = memfd_create ("result", MFD_CLOEXEC);

  play (0);
  file = genga_output_file_new_to (base, fd, &error);
  g_assert_no_error (error);
  g_assert_true (genga_output_file_write (file, "content", 7));
  kernel.n_calls = 0;
  g_assert_true (genga_output_file_commit (file, &error));
  g_assert_no_error (error);
  g_assert_cmpint (kernel.n_calls, ==, 0);
  g_assert_cmpint (pread (fd, content, sizeof content, 0), ==, 7);
  g_assert_cmpstr (content, ==, "content");
  g_assert_false (g_file_test (base, G_FILE_TEST_EXISTS));

  kernel.fail_at = 1;
  kernel.fail_errno = ENOSPC;
  g_assert_false (genga_output_file_write (file, "content", 7));
  g_assert_false (genga_output_file_commit (file, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/pictures/output-file/commit", Fixture, NULL, set_up, test_commit, tear_down);
  g_test_add ("/pictures/output-file/race", Fixture, NULL, set_up, test_race, tear_down);
  g_test_add ("/pictures/output-file/abandoned", Fixture, NULL, set_up, test_abandoned, tear_down);
  g_test_add ("/pictures/output-file/faults", Fixture, NULL, set_up, test_faults, tear_down);
  g_test_add ("/pictures/output-file/mode", Fixture, NULL, set_up, test_mode, tear_down);
  g_test_add ("/pictures/output-file/descriptor", Fixture, NULL, set_up, test_descriptor,
              tear_down);
  return g_test_run ();
}
