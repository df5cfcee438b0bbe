/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fresh random networks of every family that the reference implementation knows, against its own
 * results, through every back end that claims them. Needs a Python for the reference; a failure
 * names its seed, and GENGA_SEED=N makes those networks alone again.
 */
#include "engine/reference/reference.h"
#include "vectors.h"

#ifdef HAVE_CPU
#  include "engine/cpu/cpu-backend.h"
#endif

#include <glib/gstdio.h>

/* A seed makes two networks of a family at least, so that these are 30 of each. */
#define N_SEEDS_LONG 15

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_remove (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static char *
make_networks (const char *python, const char *seed)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "oracle", "random_nets.py", NULL);
  const char *argv[] = { python, "-W", "ignore", script, NULL, seed, NULL };
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  folder = g_dir_make_tmp ("genga-nets-XXXXXX", &error);
  g_assert_no_error (error);
  argv[4] = folder;
  g_test_message ("seed %s", seed);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&folder);
}

static void
check_seed (const char *python, const char *seed)
{
  g_autofree char *folder = make_networks (python, seed);
  guint n = golden_check_index (genga_reference_backend_get (), folder);

  g_assert_cmpuint (n, >, 0);
#ifdef HAVE_CPU
  g_assert_cmpuint (golden_check_index (genga_cpu_backend_get (), folder), >, 0);
#endif
#ifdef TORCH_CPU_MODULE
  {
    g_autoptr (GError) error = NULL;
    const GengaBackend *torch = test_backend_open (TORCH_CPU_MODULE, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (golden_check_index (torch, folder), >, 0);
  }
#endif
  remove_folder (folder);
}

static void
test_families (void)
{
  const char *python = g_getenv ("GENGA_ORACLE_PYTHON");
  const char *seed = g_getenv ("GENGA_SEED");
  guint n = g_getenv ("GENGA_LONG") != NULL ? N_SEEDS_LONG : 1;

  if (python == NULL)
    {
      g_test_skip ("GENGA_ORACLE_PYTHON names no Python with torch and spandrel");
      return;
    }
  if (seed != NULL)
    {
      check_seed (python, seed);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *fresh = g_strdup_printf ("%d", g_test_rand_int_range (0, G_MAXINT));

      check_seed (python, fresh);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random-networks/families", test_families);
  return g_test_run ();
}
