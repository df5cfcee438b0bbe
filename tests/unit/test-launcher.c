/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs that are started for what they write. */
#include "core/confine/launcher.h"
#include "core/error.h"

#include <fcntl.h>
#include <glib/gstdio.h>

static GBytes *
run (const char *name, gsize max_size, GCancellable *cancellable, GError **error)
{
  g_autofree char *program = g_find_program_in_path (name);
  const int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  g_assert_nonnull (program);
  return genga_launcher_run (program, fd, max_size, cancellable, error);
}

/* All of an answer that is as large as it may be, and nothing of a larger one. */
static void
test_limit (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) nothing = run ("true", 0, NULL, &error);
  g_autoptr (GBytes) line = NULL, more = NULL, endless = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
  line = run ("echo", 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (line, NULL), g_bytes_get_size (line), "\n", 1);
  more = run ("echo", 0, NULL, &error);
  g_assert_null (more);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  endless = run ("yes", 1 << 20, NULL, &error);
  g_assert_null (endless);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_failure (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run ("false", 100, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

/* A program that says so, and one that is killed as the kernel does where memory is short. */
static void
test_no_memory (void)
{
  static const char *const scripts[] = { "#!/bin/sh\nexit 3\n", "#!/bin/sh\nkill -KILL $$\n" };
  g_autofree char *folder = g_dir_make_tmp ("genga-launcher-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "program", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (
          g_file_set_contents_full (path, scripts[i], -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
      g_assert_null (run (path, 100, NULL, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (run ("yes", G_MAXSIZE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/launcher/limit", test_limit);
  g_test_add_func ("/launcher/failure", test_failure);
  g_test_add_func ("/launcher/no-memory", test_no_memory);
  g_test_add_func ("/launcher/cancel", test_cancel);
  return g_test_run ();
}
