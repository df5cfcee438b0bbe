/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/tracks/track-list.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_NUMBER 9999

static const char *const names[GENGA_N_TRACK_KINDS] = {
  [GENGA_TRACK_AUDIO] = "audio",
  [GENGA_TRACK_SUBTITLES] = "subtitles",
  [GENGA_TRACK_ATTACHMENT] = "attachments",
  [GENGA_TRACK_VIDEO] = "videos",
  [GENGA_TRACK_DATA] = "data",
  [GENGA_TRACK_CHAPTERS] = "chapters",
};

const char *
genga_track_kind_get_name (GengaTrackKind kind)
{
  return names[kind];
}

/* `*number` 0: all of the kind. */
static gboolean
parse_entry (const char *text, GengaTrackKind *kind, guint *number)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint64 parsed = 0;

  if (parts[0] == NULL)
    return FALSE;
  for (*kind = 0; *kind < GENGA_N_TRACK_KINDS; (*kind)++)
    if (g_str_equal (names[*kind], g_strstrip (parts[0])))
      break;
  if (*kind == GENGA_N_TRACK_KINDS ||
      (parts[1] != NULL &&
       (*kind == GENGA_TRACK_CHAPTERS ||
        !g_ascii_string_to_unsigned (g_strstrip (parts[1]), 10, 1, MOST_NUMBER, &parsed, NULL))))
    return FALSE;
  *number = parsed;
  return TRUE;
}

static gboolean
refuse (const char *entry, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (entry, -1);

  g_set_error (
      error, GENGA_ERROR, GENGA_ERROR_USAGE,
      _ ("“%s” is no track; write audio, subtitles, attachments, chapters, videos or data, "
         "or one of them, such as audio:2."),
      valid);
  return FALSE;
}

gboolean
genga_track_list_check (const char *text, GError **error)
{
  g_auto (GStrv) entries = g_strsplit (text, ",", -1);
  GengaTrackKind kind;
  guint number;

  for (guint i = 0; entries[i] != NULL; i++)
    if (!parse_entry (entries[i], &kind, &number))
      return refuse (entries[i], error);
  return entries[0] != NULL || refuse (text, error);
}

gboolean
genga_track_list_has (const char *text, GengaTrackKind kind, guint number)
{
  g_auto (GStrv) entries = g_strsplit (text != NULL ? text : "", ",", -1);
  GengaTrackKind found;
  guint at;

  for (guint i = 0; entries[i] != NULL; i++)
    if (parse_entry (entries[i], &found, &at) && found == kind && (at == 0 || at == number))
      return TRUE;
  return FALSE;
}

static void
add (GString *list, GengaTrackKind kind, guint number)
{
  g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", names[kind]);
  if (number > 0)
    g_string_append_printf (list, ":%u", number);
}

/* What is said of other kinds stays as it is. */
static void
add_others (GString *list, const char *text, GengaTrackKind kind)
{
  g_auto (GStrv) entries = g_strsplit (text != NULL ? text : "", ",", -1);
  GengaTrackKind found;
  guint number;

  for (guint i = 0; entries[i] != NULL; i++)
    if (parse_entry (entries[i], &found, &number) && found != kind)
      add (list, found, number);
}

char *
genga_track_list_dup_with (
    const char *text, GengaTrackKind kind, guint number, guint n_tracks, gboolean is_in)
{
  g_autoptr (GString) list = g_string_new (NULL);
  guint n_in = 0;

  add_others (list, text, kind);
  for (guint i = 1; i <= n_tracks; i++)
    n_in += number == 0 || i == number ? is_in : genga_track_list_has (text, kind, i);
  if (n_in > 0 && n_in == n_tracks)
    add (list, kind, 0);
  for (guint i = 1; i <= n_tracks && n_in < n_tracks; i++)
    if (number == 0 || i == number ? is_in : genga_track_list_has (text, kind, i))
      add (list, kind, i);
  return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) : NULL;
}
