/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli presets save, remove, import, export. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/presets/command-presets-parts.h"
#include "job/apart/sandbox.h"
#include "core/error.h"
#include "core/options-text.h"
#include "core/presets/preset-store.h"

#include <glib/gi18n-lib.h>

/* ---- save ---- */

static int
run_save (const GengaCommand *self, int argc, char **argv)
{
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GengaPreset) preset = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  gboolean replaces = FALSE;
  const GOptionEntry entries[] = {
    { "replace", 0, 0, G_OPTION_ARG_NONE, &replaces, N_ ("Replace a preset of the same name."),
      NULL },
    { 0 },
  };
  GengaOption rows[GENGA_N_OPTIONS];
  GengaCommandLine line = {
    .entries = entries,
    .rows = rows,
    .options = options,
    .arguments = &names,
    .n_arguments = 1,
  };

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (genga_preset_has_option (option))
      rows[line.n_rows++] = option;
  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  if (!genga_options_validate (options, &error))
    return genga_command_usage (self, "%s", error->message);
  preset = genga_preset_new (names[0], options, &error);
  if (preset == NULL || !genga_preset_store_save (preset, replaces, &error))
    return genga_command_fail (error);
  return 0;
}

const GengaCommand genga_command_presets_save = {
  .name = "presets save",
  .synopsis = N_ ("[OPTION…] NAME"),
  .summary = N_ ("Save options as a preset."),
  .description = N_ ("What is not given is at its default in the preset.\n"
                     "\n"
                     "Example:\n"
                     "  genga-cli presets save --model genga-fast --crf 20 \"My shows\""),
  .run = run_save,
};

/* ---- remove ---- */

static int
run_remove (const GengaCommand *self, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  const GengaCommandLine line = { .arguments = &names, .n_arguments = 1 };
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  return genga_preset_store_remove (names[0], &error) ? 0 : genga_command_fail (error);
}

const GengaCommand genga_command_presets_remove = {
  .name = "presets remove",
  .synopsis = N_ ("NAME"),
  .summary = N_ ("Remove a preset of yours."),
  .description = N_ ("Those that come with Genga stay.\n"
                     "\n"
                     "Example:\n"
                     "  genga-cli presets remove \"My shows\""),
  .run = run_remove,
};

/* ---- import ---- */

/* The folder has to be there before the fence is, which is there before the file is read. */
static void
confine (char **paths)
{
  g_autofree char *folder = genga_preset_store_dup_folder ();
  char *writable[] = { folder, NULL };

  g_mkdir_with_parents (folder, 0700);
  genga_sandbox_enter (&(GengaSandboxNeeds){ .sources = paths, .writable = writable });
}

static int
run_import (const GengaCommand *self, int argc, char **argv)
{
  g_autoptr (GengaPreset) preset = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) paths = NULL;
  gboolean replaces = FALSE;
  const GOptionEntry entries[] = {
    { "replace", 0, 0, G_OPTION_ARG_NONE, &replaces, N_ ("Replace a preset of the same name."),
      NULL },
    { 0 },
  };
  const GengaCommandLine line = {
    .entries = entries,
    .is_confined = TRUE,
    .arguments = &paths,
    .n_arguments = 1,
  };
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  confine (paths);
  preset = genga_preset_read (paths[0], &error);
  if (preset == NULL || !genga_preset_store_save (preset, replaces, &error))
    return genga_command_fail (error);
  g_print ("%s\n", genga_preset_get_name (preset));
  return 0;
}

const GengaCommand genga_command_presets_import = {
  .name = "presets import",
  .synopsis = N_ ("[OPTION…] FILE"),
  .summary = N_ ("Add a preset from a file, and print its name."),
  .description = N_ ("The file may come from anybody: it can choose no files, folders or devices.\n"
                     "\n"
                     "Example:\n"
                     "  genga-cli presets import shows.genga-preset"),
  .run = run_import,
};

/* ---- export ---- */

static int
run_export (const GengaCommand *self, int argc, char **argv)
{
  g_autoptr (GengaPreset) preset = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  gboolean replaces = FALSE;
  const GOptionEntry entries[] = {
    { "replace", 0, 0, G_OPTION_ARG_NONE, &replaces, N_ ("Replace the file if it exists."), NULL },
    { 0 },
  };
  const GengaCommandLine line = { .entries = entries, .arguments = &arguments, .n_arguments = 2 };
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  preset = genga_preset_store_find (arguments[0], &error);
  if (preset == NULL || !genga_preset_write (preset, arguments[1], replaces, &error))
    return genga_command_fail (error);
  return 0;
}

const GengaCommand genga_command_presets_export = {
  .name = "presets export",
  .synopsis = N_ ("[OPTION…] NAME FILE"),
  .summary = N_ ("Write a preset to a file, for others."),
  .description = N_ ("Example:\n"
                     "  genga-cli presets export \"My shows\" shows.genga-preset"),
  .run = run_export,
};
