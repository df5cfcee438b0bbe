/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/video-private.h"

#include <zimg.h>

G_MODULE_EXPORT const GengaVideo *genga_video_module_get (GError **error);

static void
log_quietly (void *context, int level, const char *format, va_list args)
{
  char line[1024];
  int prefix = 1;

  if (level > AV_LOG_WARNING)
    return;
  av_log_format_line (context, level, format, args, line, sizeof line, &prefix);
  g_debug ("%s", g_strchomp (line));
}

static gpointer
start (gpointer data)
{
  av_log_set_callback (log_quietly);
  /* SVT-AV1 has no other way to be quiet than its environment. */
  g_setenv ("SVT_LOG", "1", FALSE);
  return NULL;
}

static gpointer
make_version (gpointer data)
{
  unsigned major, minor, micro;

  zimg_get_version_info (&major, &minor, &micro);
  return g_strdup_printf ("FFmpeg %s, zimg %u.%u.%u", av_version_info (), major, minor, micro);
}

static const char *
get_version (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_version, NULL);
}

const GengaVideo *
genga_video_module_get (GError **error)
{
  static GOnce once = G_ONCE_INIT;
  static const GengaVideo video = {
    .abi = GENGA_VIDEO_ABI,
    .get_version = get_version,
    .source_new = genga_video_source_new,
    .source_new_from_feed = genga_video_source_new_from_feed,
    .source_get_info = genga_video_source_get_info,
    .source_read = genga_video_source_read,
    .source_turn = genga_video_source_turn,
    .source_set_part = genga_video_source_set_part,
    .source_seek = genga_video_source_seek,
    .source_check_complete = genga_video_source_check_complete,
    .source_get_count = genga_video_source_get_count,
    .source_free = genga_video_source_free,
    .sink_new = genga_video_sink_new,
    .sink_get_coding = genga_video_sink_get_coding,
    .sink_get_bits_per_pixel = genga_video_sink_get_bits_per_pixel,
    .sink_begin = genga_video_sink_begin,
    .sink_write = genga_video_sink_write,
    .sink_end = genga_video_sink_end,
    .sink_join = genga_video_sink_join,
    .sink_commit = genga_video_sink_commit,
    .sink_free = genga_video_sink_free,
    .animation_new = genga_animation_sink_new,
    .animation_write = genga_animation_sink_write,
    .animation_finish = genga_animation_sink_finish,
    .animation_free = genga_animation_sink_free,
  };

  g_once (&once, start, NULL);
  return &video;
}
