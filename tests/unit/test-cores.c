/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cores as files below a folder of ours. */
#include "core/cores.h"

#include <glib/gstdio.h>
#include <sched.h>

static void
put (const char *root, int processor, const char *siblings)
{
  g_autofree char *dir =
      g_strdup_printf ("%s/sys/devices/system/cpu/cpu%d/topology", root, processor);
  g_autofree char *file = g_build_filename (dir, "thread_siblings_list", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_file_set_contents (file, siblings, -1, &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  GDir *dir = g_file_test (path, G_FILE_TEST_IS_DIR) ? g_dir_open (path, 0, NULL) : NULL;

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static void
test_count (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("genga-test-XXXXXX", &error);
  cpu_set_t set;
  guint n = 0;

  g_assert_no_error (error);
  if (sched_getaffinity (0, sizeof set, &set) != 0)
    {
      g_test_skip ("the processors of this machine do not fit in a cpu_set_t");
      return;
    }
  g_assert_cmpuint (genga_cores_count (root), ==, G_MAXUINT);

  /* Each processor of ours is a core of its own; then two of them are one. */
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET (i, &set))
      {
        g_autofree char *alone = g_strdup_printf ("%d\n", i);

        put (root, i, alone);
        n++;
      }
  g_assert_cmpuint (genga_cores_count (root), ==, n);
  for (int i = 0, k = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET (i, &set) && k++ < 2)
      put (root, i, "0,1\n");
  g_assert_cmpuint (genga_cores_count (root), ==, MAX (1, n - 1));
  remove_tree (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cores/count", test_count);
  return g_test_run ();
}
