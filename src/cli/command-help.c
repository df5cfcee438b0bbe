/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --help: sentences wrapped to the page, options with their ranges and defaults. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-help.h"
#include "cli/option-entry.h"
#include "cli/terminal.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE_COLUMNS 79
#define FLAG_INDENT 2
#define TEXT_INDENT 8

static void
append_entry (GString *out, const GOptionEntry *entry, const char *more)
{
  g_string_append_printf (out, "%*s", FLAG_INDENT, "");
  if (entry->short_name != 0)
    g_string_append_printf (out, "-%c, ", entry->short_name);
  g_string_append_printf (out, "--%s", entry->long_name);
  if (entry->arg_description != NULL)
    g_string_append_printf (out, "=%s", _ (entry->arg_description));
  g_string_append_c (out, '\n');

  g_autofree char *text = g_strconcat (_ (entry->description), more, NULL);
  genga_terminal_append_wrapped (out, text, TEXT_INDENT, PAGE_COLUMNS);
}

static void
append_choices (GString *text, GParamSpec *pspec)
{
  GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;

  g_string_append_c (text, ' ');
  g_string_append (text, _ ("One of"));
  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (text, "%s %s", i > 0 ? "," : "", klass->values[i].value_nick);
  g_string_append_c (text, '.');
}

/* " One of auto, fp32. Default: auto." */
static char *
dup_range_and_default (GengaOption option)
{
  g_autoptr (GengaOptions) defaults = genga_options_new ();
  g_autofree char *value = genga_options_format (defaults, option);
  const GengaOptionInfo *info = genga_option_get_info (option);
  GParamSpec *pspec = genga_option_get_pspec (option);
  g_autoptr (GString) text = g_string_new (NULL);

  if (G_IS_PARAM_SPEC_ENUM (pspec))
    append_choices (text, pspec);
  else if (G_IS_PARAM_SPEC_DOUBLE (pspec))
    {
      GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (pspec);
      g_string_append_c (text, ' ');
      g_string_append_printf (text, _ ("From %g to %g."), range->minimum, range->maximum);
    }
  else if (G_IS_PARAM_SPEC_INT (pspec) && info->soft_maximum > 0 &&
           strpbrk (info->metavar, "0123456789") == NULL)
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, _ ("At most %d."), G_PARAM_SPEC_INT (pspec)->maximum);
    }

  if (info->metavar != NULL && value != NULL)
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, _ ("Default: %s."), value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
get_group_title (GengaOptionGroup group)
{
  switch (group)
    {
    case GENGA_OPTION_GROUP_NETWORK:
      return _ ("Network:");
    case GENGA_OPTION_GROUP_FILTERS:
      return _ ("Filters, applied after the network:");
    case GENGA_OPTION_GROUP_OUTPUT:
      return _ ("Output:");
    case GENGA_OPTION_GROUP_VIDEO:
      return _ ("Videos:");
    default:
      g_return_val_if_reached ("");
    }
}

static void
append_rows (GString *out, const GengaCommandLine *line)
{
  int last_group = -1;

  for (guint i = 0; i < line->n_rows; i++)
    {
      GengaOptionGroup group = genga_option_get_info (line->rows[i])->group;
      g_autofree char *more = dup_range_and_default (line->rows[i]);
      GOptionEntry entry;

      if ((int)group != last_group)
        g_string_append_printf (out, "\n%s\n", get_group_title (group));
      last_group = group;
      genga_option_init_entry (line->rows[i], &entry);
      append_entry (out, &entry, more);
    }
}

char *
genga_command_help_dup_text (const GengaCommand *command, const GengaCommandLine *line)
{
  static const GOptionEntry help = {
    "help", 'h', 0, G_OPTION_ARG_NONE, NULL, N_ ("Show this help."), NULL
  };
  g_autoptr (GString) out = g_string_new (NULL);
  GOptionEntry json;

  g_string_append_printf (out, _ ("Usage: genga-cli %s %s"), command->name, _ (command->synopsis));
  g_string_append (out, "\n\n");
  genga_terminal_append_wrapped (out, _ (command->summary), 0, PAGE_COLUMNS);
  g_string_append_c (out, '\n');
  genga_terminal_append_wrapped (out, _ (command->description), 0, PAGE_COLUMNS);

  g_string_append_printf (out, "\n%s\n", _ ("Options:"));
  for (const GOptionEntry *entry = line->entries; entry != NULL && entry->long_name != NULL;
       entry++)
    append_entry (out, entry, "");
  if (line->wants_json != NULL)
    {
      genga_option_init_json_entry (line->wants_json, &json);
      append_entry (out, &json, "");
    }
  if (line->has_models_dir)
    append_entry (out, &genga_models_dir_entry, "");
  if (line->is_confined)
    append_entry (out, &genga_no_sandbox_entry, "");
  append_entry (out, &help, "");
  append_rows (out, line);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
