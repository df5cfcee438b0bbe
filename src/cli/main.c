/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli: which command it is, and what all of them need before they start. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command.h"
#include "cli/terminal.h"
#include "core/cpu.h"
#include "core/module.h"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#define PAGE_COLUMNS 79

static const GengaCommand *const commands[] = {
  &genga_command_upscale,    &genga_command_plan,     &genga_command_resume,
  &genga_command_watch,      &genga_command_cluster,  &genga_command_models,
  &genga_command_model_info, &genga_command_presets,  &genga_command_serve,
  &genga_command_tensor,     &genga_command_diagnose, &genga_command_self_test,
};

static const GengaCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (commands[i]->name, name))
        return commands[i];
    }
  return NULL;
}

static char *
dup_overview (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append (out, _ ("Usage: genga-cli COMMAND [OPTION…] [ARGUMENT…]\n\n"));
  genga_terminal_append_wrapped (
      out,
      _ ("Genga upscales anime pictures and videos with neural networks. This is its command for "
         "terminals and scripts."),
      0, PAGE_COLUMNS);
  g_string_append_printf (out, "\n%s\n", _ ("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_string_append_printf (out, "  %s\n", commands[i]->name);
      genga_terminal_append_wrapped (out, _ (commands[i]->summary), 8, PAGE_COLUMNS);
    }
  g_string_append (out, "  help [COMMAND]\n");
  genga_terminal_append_wrapped (
      out, _ ("Show what a command does and which options it takes, like COMMAND --help."), 8,
      PAGE_COLUMNS);
  g_string_append (out, "  --version\n");
  genga_terminal_append_wrapped (out, _ ("Print Genga's version."), 8, PAGE_COLUMNS);
  g_string_append_printf (out, "\n%s\n  genga-cli upscale picture.png\n", _ ("Example:"));
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static int
run_help (int argc, char **argv)
{
  char help_flag[] = "--help";

  if (argc < 2)
    {
      g_autofree char *text = dup_overview ();
      g_print ("%s", text);
      return 0;
    }

  const GengaCommand *command = find_command (argv[1]);
  if (command == NULL)
    return genga_command_usage (NULL, _ ("Unknown command “%s”."), argv[1]);
  /* A second word may name a part of the command. */
  char *command_argv[] = { argv[1], argc > 2 ? argv[2] : help_flag, help_flag, NULL };
  return command->run (command, 3, command_argv);
}

static int
dispatch (int argc, char **argv)
{
  const char *name = argc > 1 ? argv[1] : NULL;
  const GengaCommand *command = name != NULL ? find_command (name) : NULL;

  if (command != NULL)
    return command->run (command, argc - 1, argv + 1);
  if (name == NULL)
    return genga_command_usage (NULL, "%s", _ ("Missing command."));
  if (g_str_equal (name, "--version"))
    {
      g_print ("genga-cli %s\n", GENGA_VERSION);
      return 0;
    }
  if (g_str_equal (name, "help") || g_str_equal (name, "--help") || g_str_equal (name, "-h"))
    return run_help (argc - 1, argv + 1);
  if (name[0] == '-')
    return genga_command_usage (NULL, _ ("Unknown option “%s” before the command."), name);
  return genga_command_usage (NULL, _ ("Unknown command “%s”."), name);
}

/* A result that did not reach its reader is not done. */
static int
close_stdout (int code)
{
  if ((fflush (stdout) != 0 || ferror (stdout)) && code == 0)
    {
      g_printerr ("genga-cli: %s\n", _ ("Can't write to standard output."));
      return 5;
    }
  return code;
}

int
main (int argc, char **argv)
{
  genga_memory_tune_allocator ();
  genga_cpu_tune_threads ();
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN); /* a file limit is an error of write(), not the end */

  setlocale (LC_ALL, "");
  g_autofree char *locale_dir = genga_module_find_dir ("po", GENGA_LOCALE_DIR);
  bindtextdomain (GETTEXT_PACKAGE, locale_dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("genga-cli");

  return close_stdout (dispatch (argc, argv));
}
