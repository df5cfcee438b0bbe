/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of models, while their files change. */
#include "core/error.h"
#include "models/facts-cache.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define PARAM "7767517\n2 2\nInput in0 0 1 in0\n"
#define WEIGHTS (sizeof (guint32) + 9 * sizeof (float))

typedef struct
{
  char *folder;
  char *param, *bin;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("genga-facts-XXXXXX", &error);
  g_assert_no_error (error);
  self->param = g_build_filename (self->folder, "a.param", NULL);
  self->bin = g_build_filename (self->folder, "a.bin", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->param);
  g_unlink (self->bin);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->param);
  g_free (self->bin);
}

static void
write_param (Fixture *self, int channels)
{
  g_autofree char *text =
      g_strdup_printf (PARAM "Convolution c 1 1 in0 out0 0=%d 1=1 6=%d\n", channels, 3 * channels);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->param, text, -1, &error);
  g_assert_no_error (error);
}

static void
write_weights (Fixture *self, gsize size)
{
  g_autofree char *zeros = g_malloc0 (size);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->bin, zeros, (gssize)size, &error);
  g_assert_no_error (error);
}

/* In a cache of its own, as a new list of models has. */
static gboolean
is_usable (const char *path)
{
  g_autoptr (GengaFactsCache) cache = genga_facts_cache_new ();
  g_autoptr (GError) error = NULL;

  if (genga_facts_cache_look_up (cache, path, &error) != NULL)
    return TRUE;
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  return FALSE;
}

static void
test_weights (Fixture *self, gconstpointer data)
{
  write_param (self, 3);
  g_assert_false (is_usable (self->param));
  write_weights (self, WEIGHTS);
  g_assert_true (is_usable (self->param));
  g_assert_true (is_usable (self->param));
  write_weights (self, WEIGHTS - 1);
  g_assert_false (is_usable (self->param));
  write_weights (self, WEIGHTS);
  g_assert_true (is_usable (self->param));
  g_assert_cmpint (g_unlink (self->bin), ==, 0);
  g_assert_false (is_usable (self->param));
}

/* Named by its weights. */
static void
test_layers (Fixture *self, gconstpointer data)
{
  write_param (self, 3);
  write_weights (self, WEIGHTS);
  g_assert_true (is_usable (self->bin));
  write_param (self, 300);
  g_assert_false (is_usable (self->bin));
}

static void
test_dangling_link (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaFactsCache) cache = genga_facts_cache_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink ("nowhere.param", self->param), ==, 0);
  g_assert_null (genga_facts_cache_look_up (cache, self->param, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_assert_nonnull (strstr (error->message, "is a link"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/facts-cache/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("weights", test_weights);
  ADD ("layers", test_layers);
  ADD ("dangling-link", test_dangling_link);
#undef ADD
  return g_test_run ();
}
