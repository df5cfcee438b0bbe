/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/animation/webp-source.h"
#include "media/video.h"
#include "media/video/av.h"
#include "media/video/encoder-trials.h"
#include "media/video/read/file-info.h"
#include "media/video/read/stream-sizes.h"
#include "media/video/read/video-file.h"
#include "media/video/write/animation-writer.h"
#include "media/video/write/segment-coder.h"

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
    .file_sniff = genga_av_sniff_file,
    .file_open = genga_video_file_open,
    .webp_open = genga_webp_open,
    .coder_new = genga_segment_coder_new,
    .coder_get_coding = genga_segment_coder_get_coding,
    .coder_get_kept = genga_segment_coder_get_kept,
    .coder_get_tracks = genga_segment_coder_get_tracks,
    .coder_get_convert_us = genga_segment_coder_get_convert_us,
    .coder_get_bits_per_pixel = genga_segment_coder_get_bits_per_pixel,
    .coder_takes_planes = genga_segment_coder_takes_planes,
    .coder_begin = genga_segment_coder_begin,
    .coder_write = genga_segment_coder_write,
    .coder_end = genga_segment_coder_end,
    .coder_join = genga_segment_coder_join,
    .coder_commit = genga_segment_coder_commit,
    .coder_free = genga_segment_coder_free,
    .animation_new = genga_animation_writer_new,
    .measure_streams = genga_stream_sizes_measure,
    .try_encoders = genga_encoder_trials_run,
  };

  g_once (&once, start, NULL);
  return &video;
}
