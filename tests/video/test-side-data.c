/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a result's stream says of itself, whatever the muxers of this FFmpeg make of it. */
#include "media/rotated.h"
#include "media/video/read/video-file.h"
#include "media/video/write/picture-stream.h"

#include <glib/gstdio.h>

static gboolean
run_ffmpeg (const char *const *arguments)
{
  int status = -1;

  return g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                       &status, NULL) &&
         g_spawn_check_wait_status (status, NULL);
}

/* A clip that players turn. FFmpeg 6 and later have an option for it, earlier ones a tag. */
static char *
make_clip (const char *folder)
{
  g_autofree char *plain = g_build_filename (folder, "plain.mp4", NULL);
  char *turned = g_build_filename (folder, "turned.mp4", NULL);
  const char *const make[] = {
    "ffmpeg", "-v",    "error",     "-f", "lavfi", "-i", "testsrc2=size=64x48",
    "-c:v",   "mpeg4", "-frames:v", "2",  plain,   NULL
  };
  const char *const by_option[] = { "ffmpeg", "-v", "error", "-y", "-display_rotation",
                                    "90",     "-i", plain,   "-c", "copy",
                                    turned,   NULL };
  const char *const by_tag[] = { "ffmpeg", "-v",   "error",         "-y",        "-i",   plain,
                                 "-c",     "copy", "-metadata:s:v", "rotate=90", turned, NULL };

  g_assert_true (run_ffmpeg (make));
  g_assert_true (run_ffmpeg (by_option) || run_ffmpeg (by_tag));
  g_unlink (plain);
  return turned;
}

static gboolean
keeps_mark (const GengaSource *source)
{
  AVFormatContext *output = avformat_alloc_context ();
  AVStream *stream = avformat_new_stream (output, NULL);
  gboolean found;

  genga_picture_stream_copy_side_data (stream, &source->origin, source->origin.first);
  found = genga_av_stream_get_side_data (stream, AV_PKT_DATA_DISPLAYMATRIX, NULL) != NULL;
  avformat_free_context (output);
  return found;
}

/* Either players turn the result or its frames are turned already. */
static void
test_turned_once (void)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-side-data-XXXXXX", NULL);
  g_autofree char *path = make_clip (folder);
  g_autoptr (GError) error = NULL;
  GengaSourceParams params = { 0 };
  g_autoptr (GengaSource) source = genga_video_file_open (path, &params, &error);

  g_assert_no_error (error);
  g_assert_cmpint (source->info.rotation, !=, 0);
  g_assert_true (keeps_mark (source));
  source = genga_rotated_new (g_steal_pointer (&source));
  g_assert_false (keeps_mark (source));
  g_unlink (path);
  g_rmdir (folder);
}

/* What is said of a stream stays when it gets its coding, which may bring data of its own. */
static void
test_coding_keeps (void)
{
  const guint8 matrix[36] = { 1 };
  AVFormatContext *output = avformat_alloc_context ();
  AVStream *stream = avformat_new_stream (output, NULL);
  AVCodecParameters *coding = avcodec_parameters_alloc ();
  gsize size = 0;

  coding->codec_type = AVMEDIA_TYPE_VIDEO;
  coding->codec_id = AV_CODEC_ID_FFV1;
  g_assert_true (
      genga_av_stream_set_side_data (stream, AV_PKT_DATA_DISPLAYMATRIX, matrix, sizeof matrix));
  g_assert_cmpint (genga_av_stream_set_coding (stream, coding), >=, 0);
  g_assert_cmpint (stream->codecpar->codec_id, ==, AV_CODEC_ID_FFV1);
  g_assert_nonnull (genga_av_stream_get_side_data (stream, AV_PKT_DATA_DISPLAYMATRIX, &size));
  g_assert_cmpuint (size, ==, sizeof matrix);
  avcodec_parameters_free (&coding);
  avformat_free_context (output);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/video/side-data/turned-once", test_turned_once);
  g_test_add_func ("/video/side-data/coding-keeps", test_coding_keeps);
  return g_test_run ();
}
