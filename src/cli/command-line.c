/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command-line.h"
#include "cli/command-help.h"
#include "cli/option-entry.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static GOptionContext *
make_context (const GengaCommandLine *line, const GOptionEntry *common)
{
  GOptionContext *context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("genga", "", "", line->options, NULL);
  GOptionEntry row[2] = { 0 };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_group_add_entries (group, common);
  if (line->entries != NULL)
    g_option_group_add_entries (group, line->entries);
  for (guint i = 0; i < line->n_rows; i++)
    {
      genga_option_init_entry (line->rows[i], &row[0]);
      g_option_group_add_entries (group, row);
    }
  if (line->wants_json != NULL)
    {
      genga_option_init_json_entry (line->wants_json, &row[0]);
      g_option_group_add_entries (group, row);
    }
  if (line->has_models_dir)
    {
      row[0] = genga_models_dir_entry;
      g_option_group_add_entries (group, row);
    }
  if (line->is_confined)
    {
      row[0] = genga_no_sandbox_entry;
      g_option_group_add_entries (group, row);
    }
  g_option_context_set_main_group (context, group);
  return context;
}

static gboolean
is_switch (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_NONE || (entry->flags & G_OPTION_FLAG_NO_ARG) != 0;
}

/* Whether `name`, `length` bytes of it, is an option that is either there or not. */
static gboolean
names_switch (const GengaCommandLine *line, const char *name, gsize length)
{
  GOptionEntry row;

  if (line->wants_json != NULL && length == strlen ("json") && strncmp ("json", name, length) == 0)
    return TRUE;
  for (const GOptionEntry *entry = line->entries; entry != NULL && entry->long_name != NULL;
       entry++)
    {
      if (strlen (entry->long_name) == length && strncmp (entry->long_name, name, length) == 0)
        return is_switch (entry);
    }
  for (guint i = 0; i < line->n_rows; i++)
    {
      genga_option_init_entry (line->rows[i], &row);
      if (strlen (row.long_name) == length && strncmp (row.long_name, name, length) == 0)
        return is_switch (&row);
    }
  return FALSE;
}

/* GOption drops the value of a switch, and --overwrite=no would overwrite. */
static int
check_switches (const GengaCommand *command, const GengaCommandLine *line, char **argv)
{
  for (char **arg = argv + 1; *arg != NULL && !g_str_equal (*arg, "--"); arg++)
    {
      const char *equals = g_str_has_prefix (*arg, "--") ? strchr (*arg, '=') : NULL;

      if (equals != NULL && names_switch (line, *arg + 2, equals - *arg - 2))
        return genga_command_usage (command, _ ("%.*s takes no value."), (int)(equals - *arg),
                                    *arg);
    }
  return -1;
}

static int
check_arguments (const GengaCommand *command, const GengaCommandLine *line, char **arguments)
{
  guint n = arguments != NULL ? g_strv_length (arguments) : 0;

  if (line->arguments == NULL && n > 0)
    return genga_command_usage (command, _ ("Unexpected argument “%s”: %s takes none."),
                                arguments[0], command->name);
  if (line->arguments != NULL && n == 0 && !line->may_be_empty)
    return genga_command_usage (command, _ ("Missing argument: genga-cli %s %s"), command->name,
                                _ (command->synopsis));
  if (line->n_arguments > 0 && n != line->n_arguments)
    return genga_command_usage (command, _ ("%s takes %u arguments, not %u."), command->name,
                                line->n_arguments, n);
  return -1;
}

int
genga_command_line_parse (const GengaCommand *command,
                          const GengaCommandLine *line,
                          int argc,
                          char **argv)
{
  gboolean wants_help = FALSE;
  g_auto (GStrv) arguments = NULL;
  const GOptionEntry common[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, NULL, NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, NULL },
    { 0 },
  };
  g_autoptr (GOptionContext) context = make_context (line, common);
  g_autoptr (GError) error = NULL;

  int code = check_switches (command, line, argv);
  if (code >= 0)
    return code;
  gboolean ok = g_option_context_parse (context, &argc, &argv, &error);
  if (wants_help)
    {
      g_autofree char *text = genga_command_help_dup_text (command, line);
      g_print ("%s", text);
      return 0;
    }
  if (!ok)
    return genga_command_usage (command, "%s", error->message);

  code = check_arguments (command, line, arguments);
  if (code < 0 && line->arguments != NULL)
    *line->arguments = g_steal_pointer (&arguments);
  return code;
}
