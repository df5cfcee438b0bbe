/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the window of an earlier version remembered. */
#include "app/settings.h"
#include "core/options-text.h"

#include <glib/gstdio.h>

static void
test_settings (gconstpointer version)
{
  g_autoptr (GSettings) settings = genga_settings_new ();
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autofree char *scale = NULL;
  int width, height;

  genga_settings_load_options (settings, options);
  scale = genga_options_format (options, GENGA_OPTION_SCALE);
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_MODEL), ==, "genga-standard");
  g_assert_cmpstr (scale, ==, "16");
  g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_SHARPENING), ==, 0.5);
  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  g_assert_cmpint (width, ==, 1080);
  g_assert_cmpint (height, ==, 720);
  g_assert_false (g_settings_get_boolean (settings, "window-maximized"));
}

/* A copy where GSettings looks for it, as the programs find it. */
static char *
put_settings (const char *version)
{
  g_autofree char *from = g_test_build_filename (G_TEST_DIST, version, "settings", NULL);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *data = NULL;
  char *home = g_dir_make_tmp ("genga-compat-XXXXXX", NULL);

  folder = g_build_filename (home, "glib-2.0", "settings", NULL);
  path = g_build_filename (folder, "keyfile", NULL);
  g_assert_true (g_file_get_contents (from, &data, NULL, NULL));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, data, -1, NULL));
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  return home;
}

static void
remove_all (const char *home)
{
  static const char *const names[] = { "glib-2.0/settings/keyfile", "glib-2.0/settings", "glib-2.0",
                                       "" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (home, names[i], NULL);
      g_remove (path);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *home = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("GSETTINGS_BACKEND", "keyfile", TRUE);
  home = put_settings ("2d95b85");
  g_test_add_data_func ("/compat/settings/2d95b85", "2d95b85", test_settings);
  status = g_test_run ();
  remove_all (home);
  return status;
}
