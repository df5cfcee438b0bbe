/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle.h"
#include <gio/gio.h>
#include <glib/gstdio.h>

struct _Oracle
{
  char *script;
  char *folder;
  GString *cases;
  int n_cases;
};

Oracle *
oracle_new (const char *script)
{
  g_autoptr (GError) error = NULL;
  Oracle *self;

  if (!g_getenv ("GENGA_PILLOW_PYTHON"))
    {
      g_test_skip ("no Python with Pillow (GENGA_PILLOW_PYTHON)");
      return NULL;
    }

  self = g_new0 (Oracle, 1);
  self->script = g_test_build_filename (G_TEST_DIST, "oracle", script, NULL);
  self->folder = g_dir_make_tmp ("genga-oracle-XXXXXX", &error);
  g_assert_no_error (error);
  self->cases = g_string_new (NULL);

  return self;
}

static char *
build_path (Oracle *self, int number, const char *suffix)
{
  g_autofree char *name = g_strdup_printf ("%d%s", number, suffix);

  return g_build_filename (self->folder, name, NULL);
}

void
oracle_free (Oracle *self)
{
  g_autofree char *cases = g_build_filename (self->folder, "cases", NULL);

  for (int i = 0; i < self->n_cases; i++)
    {
      g_autofree char *input = build_path (self, i, ".in");
      g_autofree char *output = build_path (self, i, ".out");

      g_remove (input);
      g_remove (output);
    }
  g_remove (cases);
  g_rmdir (self->folder);
  g_string_free (self->cases, TRUE);
  g_free (self->folder);
  g_free (self->script);
  g_free (self);
}

int
oracle_add (Oracle *self, const void *input, gsize size, const char *format, ...)
{
  g_autofree char *path = build_path (self, self->n_cases, ".in");
  g_autoptr (GError) error = NULL;
  va_list args;

  g_file_set_contents (path, input, size, &error);
  g_assert_no_error (error);
  va_start (args, format);
  g_string_append_vprintf (self->cases, format, args);
  va_end (args);
  g_string_append_c (self->cases, '\n');

  return self->n_cases++;
}

void
oracle_run (Oracle *self)
{
  g_autofree char *cases = g_build_filename (self->folder, "cases", NULL);
  const char *argv[] = { g_getenv ("GENGA_PILLOW_PYTHON"), self->script, self->folder, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_file_set_contents (cases, self->cases->str, self->cases->len, &error);
  g_assert_no_error (error);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

gpointer
oracle_dup_output (Oracle *self, int number, gsize size)
{
  g_autofree char *path = build_path (self, number, ".out");
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  if (size > 0)
    g_assert_cmpuint (length, ==, size);

  return contents;
}
