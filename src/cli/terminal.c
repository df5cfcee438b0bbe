/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/terminal.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

static int
get_char_columns (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

int
genga_terminal_get_columns (const char *text)
{
  int columns = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    columns += get_char_columns (g_utf8_get_char (p));
  return columns;
}

char *
genga_terminal_dup_shortened (const char *text, int columns)
{
  const char *end = text;
  int used = 1; /* the ellipsis */

  if (genga_terminal_get_columns (text) <= columns)
    return g_strdup (text);

  while (used + get_char_columns (g_utf8_get_char (end)) <= columns)
    {
      used += get_char_columns (g_utf8_get_char (end));
      end = g_utf8_next_char (end);
    }
  return g_strdup_printf ("%.*s…", (int)(end - text), text);
}

static void
append_paragraph (GString *out, const char *text, int indent, int width)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  int column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      int columns = genga_terminal_get_columns (words[i]);

      if (column > 0 && column + 1 + columns > width)
        {
          g_string_append_c (out, '\n');
          column = 0;
        }
      if (column == 0)
        {
          g_string_append_printf (out, "%*s", indent, "");
          column = indent;
        }
      else
        {
          g_string_append_c (out, ' ');
          column += 1;
        }
      g_string_append (out, words[i]);
      column += columns;
    }
}

void
genga_terminal_append_wrapped (GString *out, const char *text, int indent, int width)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == ' ')
        g_string_append_printf (out, "%*s%s", indent, "", lines[i]);
      else if (lines[i][0] != '\0')
        append_paragraph (out, lines[i], indent, width);
      g_string_append_c (out, '\n');
    }
}

void
genga_terminal_print_path (const char *path, gboolean ends_with_null)
{
  g_autofree char *line = genga_text_dup_path (path);

  if (ends_with_null)
    fwrite (path, 1, strlen (path) + 1, stdout);
  else
    printf ("%s\n", line);
  fflush (stdout);
}

char *
genga_terminal_dup_duration (double seconds)
{
  guint64 whole = (guint64)(MAX (0, seconds) + 0.5);

  if (whole < 60)
    return g_strdup_printf (_ ("%u s"), (guint)whole);
  if (whole < 3600)
    return g_strdup_printf ("%u:%02u", (guint)(whole / 60), (guint)(whole % 60));
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u", whole / 3600, (guint)(whole / 60 % 60),
                          (guint)(whole % 60));
}
