/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/result-check.h"

#include <math.h>

/* What containers round times to, at both ends. */
#define TOLERANCE 0.003

/* Attached pictures are found in another place, and are of another type in some containers. */
static gboolean
has_type (const AVStream *stream, enum AVMediaType type)
{
  return stream->codecpar->codec_type == type &&
         (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
}

static guint
count_written (const GengaExpectedResult *expected, enum AVMediaType type, guint end)
{
  guint n = 0;

  for (guint i = 0; i < end; i++)
    n += has_type (expected->output->streams[i], type) && expected->n_packets[i] > 0;
  return n;
}

static guint
count_found (const AVFormatContext *input, enum AVMediaType type)
{
  guint n = 0;

  for (guint i = 0; i < input->nb_streams; i++)
    n += has_type (input->streams[i], type);
  return n;
}

static gboolean
has_streams (const AVFormatContext *input, const GengaExpectedResult *expected)
{
  static const enum AVMediaType types[] = { AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO,
                                            AVMEDIA_TYPE_SUBTITLE };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (count_found (input, types[i]) <
        count_written (expected, types[i], expected->output->nb_streams))
      return FALSE;
  return TRUE;
}

/* The stream that is counted, or -1. Videos stay in their order. */
static int
find_video (const AVFormatContext *input, const GengaExpectedResult *expected)
{
  guint before = count_written (expected, AVMEDIA_TYPE_VIDEO, expected->video);

  for (guint i = 0; i < input->nb_streams; i++)
    if (has_type (input->streams[i], AVMEDIA_TYPE_VIDEO) && before-- == 0)
      return i;
  return -1;
}

static int
count_frames (AVFormatContext *input, int video, const GengaExpectedResult *expected)
{
  double unit = av_q2d (input->streams[video]->time_base);
  guint64 n_frames = expected->n_packets[expected->video];
  gint64 first = G_MAXINT64, last = G_MININT64;
  AVPacket *packet = av_packet_alloc ();
  guint64 n = 0;
  int code = packet != NULL ? 0 : AVERROR (ENOMEM);

  while (code >= 0 && (code = av_read_frame (input, packet)) >= 0)
    {
      if (packet->stream_index == video)
        {
          /* Matroska has decoding times alone for codecs in the old manner. */
          gint64 time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

          n++;
          first = MIN (first, time);
          last = MAX (last, time);
        }
      av_packet_unref (packet);
    }
  av_packet_free (&packet);
  if (code != AVERROR_EOF)
    return code;
  g_debug ("read again: %" G_GUINT64_FORMAT " frames of %" G_GUINT64_FORMAT ", %g s of %g", n,
           n_frames, (last - first) * unit, expected->seconds);
  return n == n_frames && n > 0 && fabs ((last - first) * unit - expected->seconds) <= TOLERANCE
             ? 0
             : AVERROR_INVALIDDATA;
}

int
genga_result_check (const char *path, const GengaExpectedResult *expected)
{
  g_autofree char *url = g_strconcat ("file:", path, NULL);
  AVFormatContext *input = avformat_alloc_context ();
  int code, video;

  if (input == NULL)
    return AVERROR (ENOMEM);
  input->flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN;
  code = avformat_open_input (&input, url, NULL, NULL);
  if (code < 0)
    return code;
  video = has_streams (input, expected) ? find_video (input, expected) : -1;
  for (guint i = 0; i < input->nb_streams; i++)
    if ((int)i != video)
      input->streams[i]->discard = AVDISCARD_ALL;
  code = video >= 0 ? count_frames (input, video, expected) : AVERROR_STREAM_NOT_FOUND;
  avformat_close_input (&input);
  return code;
}
