/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much memory an animation takes: its canvas does, a file that is read bit by bit does not. */
#include "core/error.h"
#include "media/animation/animation.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define SIZE 60
#define NEED (SIZE * SIZE * 4 * (2 + sizeof (float)))

static void
test_large_file (void)
{
  static const char gif[] = "GIF89a\x3c\0\x3c\0";
  static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x3c\0\0\0\x3c";
  g_autofree char *dir = g_dir_make_tmp ("genga-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "a", NULL);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, i == 0 ? gif : png,
                                          i == 0 ? sizeof gif - 1 : sizeof png - 1, NULL));
      g_assert_cmpint (truncate (path, 1 << 30), ==, 0);
      g_assert_true (genga_animation_check_canvas (path, NEED, &error));
      g_assert_no_error (error);
      g_assert_false (genga_animation_check_canvas (path, NEED - 1, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
    }
  g_assert_false (genga_animation_check_budget ("a", 1, TRUE, SIZE, SIZE, NEED, NULL));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/animation/large-file", test_large_file);
  return g_test_run ();
}
