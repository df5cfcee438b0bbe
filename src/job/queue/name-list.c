/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/name-list.h"
#include "core/error.h"
#include "media/media.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Room for an ending and a number within what file systems take. */
#define MAX_BYTES 240

static gboolean
refuse (GError **error, const char *format, const char *name, guint line)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE, format, valid, line);
#pragma GCC diagnostic pop
  return FALSE;
}

static gboolean
check_name (const char *name, guint line, GHashTable *seen, GError **error)
{
  if (name[0] == '\0')
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("Names: line %u is empty, but each file needs a name."), line);
      return FALSE;
    }
  if (strchr (name, '/') != NULL || g_str_equal (name, ".") || g_str_equal (name, ".."))
    return refuse (error, _ ("Names: “%s” (line %u) is not a valid file name."), name, line);
  if (strlen (name) > MAX_BYTES)
    return refuse (error, _ ("Names: “%s” (line %u) is too long."), name, line);
  if (!g_hash_table_add (seen, g_strdup (name)))
    return refuse (error, _ ("Names: “%s” (line %u) appears twice."), name, line);
  return TRUE;
}

static char *
dup_stem (const char *line)
{
  g_autofree char *stripped = g_strstrip (g_strdup (line));

  if (genga_format_from_path (stripped) == GENGA_FORMAT_AUTO)
    return g_steal_pointer (&stripped);
  return g_strndup (stripped, strrchr (stripped, '.') - stripped);
}

char **
genga_name_list_parse (const char *text, GError **error)
{
  g_autofree char *whole = g_strchomp (g_strdup (text != NULL ? text : ""));
  g_auto (GStrv) lines = g_strsplit (whole, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (lines[0] == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE, _ ("Names: the list is empty."));
      return NULL;
    }
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *name = dup_stem (lines[i]);

      if (!check_name (name, i + 1, seen, error))
        return NULL;
      g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}

gboolean
genga_name_list_from_options (GengaOptions *options, guint n, char ***names, GError **error)
{
  *names = NULL;
  if (genga_options_get_int (options, GENGA_OPTION_NAMING) != GENGA_NAMING_LIST)
    return TRUE;

  g_auto (GStrv) parsed =
      genga_name_list_parse (genga_options_get_string (options, GENGA_OPTION_NAMES), error);
  if (parsed == NULL)
    return FALSE;
  if (g_strv_length (parsed) < n)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("Names: %u for %u files; each file needs one."), g_strv_length (parsed), n);
      return FALSE;
    }
  *names = g_steal_pointer (&parsed);
  return TRUE;
}
