/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/command.h"
#include "core/error.h"
#include "core/text.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>

int
genga_command_fail (const GError *error)
{
  g_autofree char *line = genga_text_dup_line (error->message);

  g_printerr ("genga-cli: %s\n", line);
  return genga_error_get_exit_code (error);
}

int
genga_command_usage (const GengaCommand *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *line = genga_text_dup_line (message);

  g_printerr ("genga-cli: %s\n", line);
  if (self != NULL)
    g_printerr (_ ("Run “genga-cli help %s” to see its options.\n"), self->name);
  else
    g_printerr (_ ("Run “genga-cli help” to see all commands.\n"));
  return 2;
}
