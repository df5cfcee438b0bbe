/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/name-template.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Room for a number and an ending within what file systems take. */
#define MAX_BYTES 200

static const char *const fields[] = { "stem",   "model", "scale", "width",
                                      "height", "index", "date",  NULL };

/* The field that `text` begins with, braces included; NULL: none. */
static const char *
find_field (const char *text, gsize *length)
{
  for (guint i = 0; fields[i] != NULL; i++)
    {
      *length = strlen (fields[i]) + 2;
      if (strncmp (text + 1, fields[i], *length - 2) == 0 && text[*length - 1] == '}')
        return fields[i];
    }
  return NULL;
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE, sentence);
  return FALSE;
}

gboolean
genga_name_template_check (const char *text, GError **error)
{
  gsize length;

  if (text == NULL || *text == '\0')
    return refuse (error, _ ("Name template: it is empty."));
  if (strchr (text, '/') != NULL)
    return refuse (error, _ ("Name template: a name can't have a “/”. Use --output-dir for the "
                             "folder."));
  for (const char *place = text; (place = strpbrk (place, "{}")) != NULL; place += length)
    {
      if (*place == '}' || find_field (place, &length) == NULL)
        return refuse (error, _ ("Name template: braces are for {stem}, {model}, {scale}, {width}, "
                                 "{height}, {index} and {date} only."));
    }
  return TRUE;
}

static void
append_date (GString *name, gint64 date)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (date);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%d") : NULL;

  g_string_append (name, text != NULL ? text : "");
}

static void
append_field (GString *name, const char *field, const GengaNameFacts *facts)
{
  if (g_str_equal (field, "stem"))
    g_string_append (name, facts->stem);
  else if (g_str_equal (field, "model"))
    g_string_append (name, facts->model);
  else if (g_str_equal (field, "scale"))
    g_string_append_printf (name, "%d", facts->scale);
  else if (g_str_equal (field, "width"))
    g_string_append_printf (name, "%d", facts->width);
  else if (g_str_equal (field, "height"))
    g_string_append_printf (name, "%d", facts->height);
  else if (g_str_equal (field, "index"))
    g_string_append_printf (name, "%u", facts->index);
  else
    append_date (name, facts->date);
}

/* Not within a character, where the name is UTF-8. */
static void
shorten (GString *name)
{
  gsize length = MAX_BYTES;

  if (name->len <= MAX_BYTES)
    return;
  while (length > 0 && ((guchar)name->str[length] & 0xc0) == 0x80)
    length--;
  g_string_truncate (name, length > 0 ? length : MAX_BYTES);
}

char *
genga_name_template_fill (const char *text, const GengaNameFacts *facts)
{
  g_autoptr (GString) name = g_string_new (NULL);
  const char *field;
  gsize length;

  for (; *text != '\0'; text += length)
    {
      field = *text == '{' ? find_field (text, &length) : NULL;
      if (field == NULL)
        length = 1;
      if (field != NULL)
        append_field (name, field, facts);
      else
        g_string_append_c (name, *text);
    }
  shorten (name);
  g_strdelimit (name->str, "/", '_');
  if (name->len == 0 || g_str_equal (name->str, ".") || g_str_equal (name->str, ".."))
    g_string_assign (name, "_");
  return g_string_free (g_steal_pointer (&name), FALSE);
}

char *
genga_name_template_dup_example (const char *text)
{
  const GengaNameFacts facts = {
    .stem = "picture",
    .model = "genga-standard",
    .scale = 2,
    .width = 1920,
    .height = 1080,
    .index = 1,
    .date = g_get_real_time () / G_USEC_PER_SEC,
  };

  return genga_name_template_fill (text, &facts);
}
