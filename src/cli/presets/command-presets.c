/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli presets: lists presets, shows, saves, removes, imports and exports them. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/json-print.h"
#include "cli/presets/command-presets-parts.h"
#include "job/apart/sandbox.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/options-text.h"
#include "core/presets/preset-store.h"
#include "core/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE_COLUMNS 79

/* Calls `func` with the name and value of each option that it has. */
static void
foreach_value (GengaPreset *preset,
               void (*func) (const char *name, const char *value, gpointer data),
               gpointer data)
{
  GengaOptions *options = genga_preset_get_options (preset);

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      g_autofree char *value =
          genga_options_is_set (options, option) ? genga_options_format (options, option) : NULL;

      if (value != NULL)
        func (genga_option_get_info (option)->name, value, data);
    }
}

static void
append_flag (const char *name, const char *value, gpointer data)
{
  g_autofree char *quoted = g_shell_quote (value);
  gboolean is_plain = *value != '\0' && strspn (value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS
                                                "-_.:/#") == strlen (value);

  g_string_append_printf (data, "%s--%s=%s", ((GString *)data)->len > 0 ? " " : "", name,
                          is_plain ? value : quoted);
}

static char *
dup_flags (GengaPreset *preset)
{
  GString *flags = g_string_new (NULL);

  foreach_value (preset, append_flag, flags);
  return g_string_free (flags, FALSE);
}

/* ---- the list ---- */

static void
print_presets (GPtrArray *presets)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < presets->len; i++)
    {
      GengaPreset *preset = presets->pdata[i];
      const char *purpose = genga_preset_get_purpose (preset);
      g_autofree char *title = genga_text_dup_line (genga_preset_get_title (preset));
      g_autofree char *flags = dup_flags (preset);
      g_autofree char *line = genga_text_dup_line (flags);

      g_string_append_printf (out, "%s\n", title);
      if (purpose != NULL)
        genga_terminal_append_wrapped (out, purpose, 2, PAGE_COLUMNS);
      genga_terminal_append_wrapped (out, line, 2, PAGE_COLUMNS);
    }
  g_print ("%s", out->str);
}

static void
add_value (const char *name, const char *value, gpointer data)
{
  genga_json_add_string (data, name, value);
}

static void
add_preset (JsonBuilder *builder, GengaPreset *preset)
{
  json_builder_begin_object (builder);
  genga_json_add_string (builder, "name", genga_preset_get_name (preset));
  genga_json_add_string (builder, "title", genga_preset_get_title (preset));
  genga_json_add_boolean (builder, "builtin", genga_preset_is_builtin (preset));
  json_builder_set_member_name (builder, "options");
  json_builder_begin_object (builder);
  foreach_value (preset, add_value, builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
print_presets_json (GPtrArray *presets)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < presets->len; i++)
    add_preset (builder, presets->pdata[i]);
  json_builder_end_array (builder);
  genga_json_print (builder, TRUE);
}

/* NULL: the list. */
static const GengaCommand *
find_part (int argc, char **argv)
{
  static const GengaCommand *const parts[] = {
    &genga_command_presets_save,
    &genga_command_presets_remove,
    &genga_command_presets_import,
    &genga_command_presets_export,
  };

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (parts); i++)
    {
      if (g_str_equal (parts[i]->name + strlen ("presets "), argv[1]))
        return parts[i];
    }
  return NULL;
}

static int
run_presets (const GengaCommand *self, int argc, char **argv)
{
  const GengaCommand *part = find_part (argc, argv);
  gboolean wants_json = FALSE;
  GengaCommandLine line = { .wants_json = &wants_json };

  if (part != NULL)
    return part->run (part, argc - 1, argv + 1);
  int code = genga_command_line_parse (self, &line, argc, argv);
  if (code >= 0)
    return code;
  g_autoptr (GPtrArray) presets = genga_preset_store_list ();
  if (wants_json)
    print_presets_json (presets);
  else
    print_presets (presets);
  return 0;
}

const GengaCommand genga_command_presets = {
  .name = "presets",
  .synopsis = N_ ("[OPTION…] | save | remove | import | export"),
  .summary = N_ ("List the presets: options under a name, for --use-preset."),
  .description = N_ (
      "A preset has options that describe a result: no files, names or devices. Some come with "
      "Genga, yours are files in “genga/presets” of $XDG_CONFIG_HOME, by default ~/.config; the "
      "window has the same ones.\n"
      "\n"
      "“genga-cli help presets save” and so on say how to make, exchange and remove them.\n"
      "\n"
      "Examples:\n"
      "  genga-cli presets\n"
      "  genga-cli upscale --use-preset \"Old DVD\" clip.vob\n"
      "  genga-cli presets save --scale 4 --codec av1 \"My shows\""),
  .run = run_presets,
};
