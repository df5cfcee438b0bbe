/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking around in a file whose times may start over. */
#include "media/video/read/video-file.h"

#include <glib/gstdio.h>

/* Eight seconds of a transport stream, with a key frame every half second. */
static void
make_clip (const char *path)
{
  const char *const make[] = {
    "ffmpeg", "-v",         "error", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=8",
    "-c:v",   "mpeg2video", "-g",    "12", path,    NULL,
  };
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **)make, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

/* A jump back is no second recording: frames keep their times, and nothing is said of another. */
static void
test_back (void)
{
  static const double places[] = { 6, 1, 5, 0.5, 7 };
  g_autofree char *folder = g_dir_make_tmp ("genga-seek-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "clip.ts", NULL);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
  GengaSourceParams params = { .progress = progress };
  g_autoptr (GError) error = NULL;

  make_clip (path);
  g_autoptr (GengaSource) source = genga_video_file_open (path, &params, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      gint64 wanted = genga_source_info_get_pts (&source->info, places[i]);

      g_assert_true (genga_source_seek (source, wanted, FALSE, &error));
      g_autoptr (GengaFrame) frame = genga_source_read (source, &error);
      g_assert_no_error (error);
      g_assert_nonnull (frame);
      double late =
          (double)(frame->pts - wanted) * source->info.time_base_num / source->info.time_base_den;
      g_assert_cmpfloat (late, >=, 0);
      g_assert_cmpfloat (late, <, 1);
    }
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
  g_assert_cmpuint (notices->len, ==, 0);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seek/back", test_back);
  return g_test_run ();
}
