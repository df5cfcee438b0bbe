/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options as one text that keeps every value, whatever the defaults of a later version are. */
#define G_LOG_DOMAIN "genga-core"

#include "core/options-save.h"
#include "core/options-text.h"

#include <string.h>

static char *
save (GengaOptions *self, gboolean only_set)
{
  GString *text = g_string_new (NULL);

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      if (only_set && !genga_options_is_set (self, option))
        continue;

      g_autofree char *value = genga_options_format (self, option);
      g_autofree char *escaped = value != NULL ? g_strescape (value, NULL) : NULL;

      if (escaped != NULL)
        g_string_append_printf (text, "%s=%s\n", genga_option_get_info (option)->name, escaped);
    }
  return g_string_free (text, FALSE);
}

char *
genga_options_save (GengaOptions *self)
{
  return save (self, FALSE);
}

char *
genga_options_save_set (GengaOptions *self)
{
  return save (self, TRUE);
}

/* A backslash with nothing behind it, of which GLib would warn. */
static gboolean
ends_in_escape (const char *text)
{
  gsize n = 0;

  for (gsize length = strlen (text); n < length && text[length - 1 - n] == '\\';)
    n++;
  return n % 2 != 0;
}

static gboolean
restore_line (GengaOptions *self, char *line)
{
  char *equals = strchr (line, '=');
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  GengaOption option;

  if (equals == NULL)
    return FALSE;
  *equals = '\0';
  if (ends_in_escape (equals + 1))
    return FALSE;
  value = g_strcompress (equals + 1);
  if (!genga_option_find (line, &option))
    {
      g_autofree char *name = g_strescape (line, NULL);
      g_debug ("there is no option %s", name);
      return FALSE;
    }
  if (!genga_options_parse (self, option, value, &error))
    {
      g_debug ("%s: %s", line, error->message);
      return FALSE;
    }
  return TRUE;
}

gboolean
genga_options_restore (GengaOptions *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean ok = TRUE;

  for (char **line = lines; *line != NULL; line++)
    {
      if (**line != '\0' && !restore_line (self, *line))
        ok = FALSE;
    }
  return ok;
}
