/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"
#include "core/tracks/track-list.h"

static void
test_check (void)
{
  static const char *const good[] = { "audio", "audio:2", "subtitles, chapters", "attachments:9999",
                                      "data,videos" };
  static const char *const bad[] = { "sound",      "audio:0", "audio:",      "audio:1:2",
                                     "chapters:1", "",        "audio,,data", "audio:10000",
                                     "audio:-1",   "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      GError *error = NULL;

      g_assert_true (genga_track_list_check (good[i], &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("“%s”", bad[i]);
      g_assert_false (genga_track_list_check (bad[i], &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_has (void)
{
  const char *list = "audio:2, subtitles";

  g_assert_false (genga_track_list_has (list, GENGA_TRACK_AUDIO, 1));
  g_assert_true (genga_track_list_has (list, GENGA_TRACK_AUDIO, 2));
  g_assert_true (genga_track_list_has (list, GENGA_TRACK_SUBTITLES, 7));
  g_assert_false (genga_track_list_has (list, GENGA_TRACK_CHAPTERS, 1));
  g_assert_false (genga_track_list_has (NULL, GENGA_TRACK_AUDIO, 1));
}

/* Switching tracks of three, one after the other. */
static void
test_change (void)
{
  static const struct
  {
    const char *before;
    GengaTrackKind kind;
    guint number;
    gboolean is_in;
    const char *after;
  } rows[] = {
    { NULL, GENGA_TRACK_AUDIO, 2, TRUE, "audio:2" },
    { "audio:2", GENGA_TRACK_AUDIO, 1, TRUE, "audio:1,audio:2" },
    { "audio:1,audio:2", GENGA_TRACK_AUDIO, 3, TRUE, "audio" },
    { "audio", GENGA_TRACK_AUDIO, 2, FALSE, "audio:1,audio:3" },
    { "audio:2", GENGA_TRACK_AUDIO, 2, FALSE, NULL },
    { "audio:2,data:1", GENGA_TRACK_AUDIO, 2, FALSE, "data:1" },
    { "subtitles", GENGA_TRACK_ATTACHMENT, 0, TRUE, "subtitles,attachments" },
    { "attachments:1,attachments:3", GENGA_TRACK_ATTACHMENT, 0, FALSE, NULL },
    { "audio", GENGA_TRACK_AUDIO, 1, TRUE, "audio" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *after = genga_track_list_dup_with (rows[i].before, rows[i].kind,
                                                          rows[i].number, 3, rows[i].is_in);

      g_assert_cmpstr (after, ==, rows[i].after);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/track-list/check", test_check);
  g_test_add_func ("/track-list/has", test_has);
  g_test_add_func ("/track-list/change", test_change);
  return g_test_run ();
}
