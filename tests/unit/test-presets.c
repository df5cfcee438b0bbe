/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets: what they keep and what not, as files of anybody, and in the user's folder. */
#include "core/error.h"
#include "core/options-text.h"
#include "core/presets/preset-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define HEAD "[Genga Preset]\nname=x\n"

static void
assert_equal (GengaOptions *options, GengaOptions *expected)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (!genga_options_is_same (options, option, expected))
      g_error ("%s differs", genga_option_get_info (option)->name);
}

/* What comes with Genga can be used, differs, and survives being written and read. */
static void
test_builtin (void)
{
  g_autoptr (GPtrArray) presets = genga_preset_list_builtin ();

  g_assert_cmpuint (presets->len, ==, 6);
  for (guint i = 0; i < presets->len; i++)
    {
      g_autofree char *text = genga_preset_to_text (presets->pdata[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaPreset) read = genga_preset_new_from_text (text, strlen (text), &error);
      g_autoptr (GengaOptions) options = genga_options_new ();

      g_assert_no_error (error);
      g_assert_cmpstr (genga_preset_get_name (read), ==, genga_preset_get_name (presets->pdata[i]));
      assert_equal (genga_preset_get_options (read), genga_preset_get_options (presets->pdata[i]));
      genga_preset_apply (read, options);
      g_assert_true (genga_options_validate (options, NULL));
      for (guint j = 0; j < presets->len; j++)
        g_assert_true (genga_preset_is_applied (presets->pdata[j], options) == (i == j));
    }
}

/* It replaces all that presets have, and nothing of what is about a source, a machine or names. */
static void
test_apply (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaOptions) saved = genga_options_new ();
  g_autoptr (GengaPreset) preset = NULL;

  g_object_set (saved, "model", "genga-fast", "sharpening", 0.5, "device", "reference", "from", "1",
                "output-dir", "/tmp", "existing", GENGA_EXISTING_REPLACE, "suffix", "_x", NULL);
  preset = genga_preset_new ("Mine", saved, NULL);
  g_object_set (options, "scale", 4, "quality", 80, "device", "cpu", "to", "9", "suffix", "_y",
                "threads", 3, NULL);
  g_assert_false (genga_preset_is_applied (preset, options));
  genga_preset_apply (preset, options);
  g_assert_true (genga_preset_is_applied (preset, options));
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_MODEL), ==, "genga-fast");
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_SCALE), ==, 2);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_QUALITY), ==, 95);
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_DEVICE), ==, "cpu");
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_FROM), ==, NULL);
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_TO), ==, "9");
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_SUFFIX), ==, "_y");
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_THREADS), ==, 3);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_EXISTING), ==, GENGA_EXISTING_ASK);
}

/* A command line counts for more; a size in any way is the size. */
static void
test_unset (void)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaOptions) saved = genga_options_new ();
  g_autoptr (GengaPreset) preset = NULL;

  g_object_set (saved, "scale", 4, "sharpening", 0.5, "format", GENGA_FORMAT_PNG, NULL);
  preset = genga_preset_new ("Mine", saved, NULL);
  g_object_set (options, "width", 1000, "sharpening", 0., NULL);
  genga_preset_apply_unset (preset, options);
  g_assert_false (genga_options_is_set (options, GENGA_OPTION_SCALE));
  g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_SHARPENING), ==, 0);
  g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_FORMAT), ==, GENGA_FORMAT_PNG);
}

static void
test_hostile (void)
{
  static const char *const wrong[] = {
    "",
    "[Genga Preset]\n",
    "name=x\n",
    "[Genga Preset]\nname=\n",
    "[Genga Preset]\nname= \n",
    "[Genga Preset]\nname=two\\nlines\n",
    "[Genga Preset]\nname=\xff\n",
    "[Genga Preset]\nname=0123456789012345678901234567890123456789012345678901234567890\n",
    HEAD "wings=2\n",
    HEAD "scale=17\n",
    HEAD "scale=nan\n",
    HEAD "output-dir=/tmp\n",
    HEAD "existing=replace\n",
    HEAD "overwrite=yes\n",
    HEAD "names=a\n",
    HEAD "device=cuda:0\n",
    HEAD "max-memory=1\n",
    HEAD "from=1\n",
    HEAD "model=/etc/passwd\n",
    HEAD "model=../x.pth\n",
    HEAD "fps=fast\n",
    HEAD "tile=64\noverlap=63\n",
    HEAD "width=10\nheight=10\n",
    HEAD "background=\\s\n",
  };
  g_autoptr (GString) large = g_string_new (HEAD);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (genga_preset_new_from_text (wrong[i], strlen (wrong[i]), &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  g_assert_null (genga_preset_new_from_text (HEAD "\0scale=2\n", sizeof HEAD + 9, NULL));
  while (large->len <= GENGA_PRESET_MAX_BYTES)
    g_string_append (large, "# more\n");
  g_assert_null (genga_preset_new_from_text (large->str, large->len, NULL));
}

/* Nobody gets a preset that can't be read again. */
static void
test_unreadable (void)
{
  static const char *const wrong[][4] = {
    { "model", "/models/x.pth" },
    { "model", "./x.pth" },
    { "tile", "64", "overlap", "63" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GengaOptions) options = genga_options_new ();
      g_autoptr (GError) error = NULL;

      for (guint j = 0; j < 4 && wrong[i][j] != NULL; j += 2)
        {
          GengaOption option;

          g_assert_true (genga_option_find (wrong[i][j], &option));
          g_assert_true (genga_options_parse (options, option, wrong[i][j + 1], NULL));
        }
      g_assert_null (genga_preset_new ("Mine", options, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
    }
}

/* A model that would be a file of the folder where the program runs. */
static void
test_model_here (void)
{
  static const char text[] = HEAD "model=evil.pth\n";
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *folder = g_dir_make_tmp ("genga-presets-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPreset) name = NULL, file = NULL;

  g_assert_cmpint (g_chdir (folder), ==, 0);
  name = genga_preset_new_from_text (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents ("evil.pth", "", 0, NULL));
  file = genga_preset_new_from_text (text, strlen (text), &error);
  g_assert_null (file);
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_unlink ("evil.pth");
  g_assert_cmpint (g_chdir (before), ==, 0);
  g_rmdir (folder);
}

static GengaPreset *
make (const char *name, int scale)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  GengaPreset *preset;

  genga_options_set_int (options, GENGA_OPTION_SCALE, scale);
  preset = genga_preset_new (name, options, &error);
  g_assert_no_error (error);
  return preset;
}

static void
assert_scale (const char *name, int scale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPreset) preset = genga_preset_store_find (name, &error);

  g_assert_no_error (error);
  g_assert_cmpint (genga_options_get_int (genga_preset_get_options (preset), GENGA_OPTION_SCALE),
                   ==, scale);
}

/* Names of any kind; what is no preset is passed over; what is there is not replaced by accident.
 */
static void
test_store (void)
{
  static const char *const names[] = { "Mine", "../up", ".hidden", "été/hiver", "50 %" };
  g_autofree char *folder = genga_preset_store_dup_folder ();
  g_autofree char *junk = g_build_filename (folder, "junk" GENGA_PRESET_SUFFIX, NULL);
  g_autofree char *fifo = g_build_filename (folder, "pipe" GENGA_PRESET_SUFFIX, NULL);
  g_autoptr (GPtrArray) presets = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GengaPreset) preset = make (names[i], 3);
      g_assert_true (genga_preset_store_save (preset, FALSE, NULL));
    }
  g_assert_true (g_file_set_contents (junk, "\x7f", 1, NULL));
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  presets = genga_preset_store_list ();
  g_assert_cmpuint (presets->len, ==, 6 + G_N_ELEMENTS (names));
  assert_scale ("mine", 3);
  assert_scale ("old dvd", 2);

  g_autoptr (GengaPreset) other = make ("MINE", 4);
  g_assert_false (genga_preset_store_save (other, FALSE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_EXISTS);
  g_assert_true (genga_preset_store_save (other, TRUE, NULL));
  assert_scale ("mine", 4);
  g_clear_error (&error);
  g_autoptr (GengaPreset) known = make ("OLD DVD", 4);
  g_assert_false (genga_preset_store_save (known, TRUE, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (genga_preset_store_remove (names[i], NULL));
  g_assert_false (genga_preset_store_remove ("Mine", NULL));
  g_assert_false (genga_preset_store_remove ("Old DVD", NULL));
  g_unlink (junk);
  g_unlink (fifo);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("genga-presets-XXXXXX", NULL);
  int status;

  /* What G_TEST_OPTION_ISOLATE_DIRS does, which keeps what it allocates. */
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/presets/builtin", test_builtin);
  g_test_add_func ("/presets/apply", test_apply);
  g_test_add_func ("/presets/unset", test_unset);
  g_test_add_func ("/presets/hostile", test_hostile);
  g_test_add_func ("/presets/unreadable", test_unreadable);
  g_test_add_func ("/presets/model-here", test_model_here);
  g_test_add_func ("/presets/store", test_store);
  status = g_test_run ();
  g_rmdir (home);
  return status;
}
