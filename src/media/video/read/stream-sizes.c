/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/stream-sizes.h"
#include "core/error.h"
#include "media/video/read/file-info.h"
#include "media/video/tracks.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* So much of a file is looked at, from its beginning on. */
#define MAX_BYTES (32 << 20)

typedef struct
{
  const char *leave_out;
  double copied; /* bytes of packets */
  double begin;  /* seconds of all packets' times; NAN: none has one */
  double end;
} Sizes;

static gboolean
is_left_out (const Sizes *self, const AVFormatContext *format, const AVStream *stream)
{
  return genga_track_list_has (self->leave_out, genga_track_get_kind (stream),
                               genga_track_get_number (format, stream, -1));
}

static gboolean
is_copied (const Sizes *self, const AVFormatContext *format, const AVStream *stream)
{
  enum AVMediaType type = stream->codecpar->codec_type;

  return (type == AVMEDIA_TYPE_SUBTITLE || type == AVMEDIA_TYPE_AUDIO) &&
         !is_left_out (self, format, stream);
}

static void
add_packet (Sizes *self, const AVFormatContext *format, const AVPacket *packet)
{
  const AVStream *stream = format->streams[packet->stream_index];
  gint64 time = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
  double seconds = time * av_q2d (stream->time_base);

  if (is_copied (self, format, stream))
    self->copied += packet->size;
  if (time == AV_NOPTS_VALUE)
    return;
  self->begin = fmin (self->begin, seconds);
  self->end = fmax (self->end, seconds + packet->duration * av_q2d (stream->time_base));
}

/* Whether that was the whole file. */
static gboolean
read_some (Sizes *self, AVFormatContext *format, AVPacket *packet)
{
  guint64 n_bytes = 0;

  while (n_bytes < MAX_BYTES)
    {
      if (av_read_frame (format, packet) < 0)
        return TRUE;
      n_bytes += packet->size;
      add_packet (self, format, packet);
      av_packet_unref (packet);
    }
  return FALSE;
}

static double
get_attached_bytes (const Sizes *self, const AVFormatContext *format)
{
  double bytes = 0;

  for (guint i = 0; i < format->nb_streams; i++)
    {
      const AVStream *stream = format->streams[i];

      if (is_left_out (self, format, stream))
        continue;
      if (stream->codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT)
        bytes += stream->codecpar->extradata_size;
      bytes += stream->attached_pic.size;
    }
  return bytes;
}

gboolean
genga_stream_sizes_measure (
    const char *path, double seconds, const char *leave_out, double *bytes, GError **error)
{
  Sizes sizes = { .leave_out = leave_out, .begin = NAN, .end = NAN };
  AVFormatContext *format = genga_av_open_file (path, error);
  AVPacket *packet = format != NULL ? av_packet_alloc () : NULL;
  gboolean is_whole;

  if (format == NULL)
    return FALSE;
  if (packet == NULL)
    {
      avformat_close_input (&format);
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for the video's other streams."));
      return FALSE;
    }
  is_whole = read_some (&sizes, format, packet);
  *bytes = sizes.copied;
  /* What was seen stands for the rest, or for a part of it that is wanted. */
  if (seconds > 0 && sizes.end > sizes.begin && (!is_whole || seconds < sizes.end - sizes.begin))
    *bytes *= seconds / (sizes.end - sizes.begin);
  *bytes += get_attached_bytes (&sizes, format);
  av_packet_free (&packet);
  avformat_close_input (&format);
  return TRUE;
}
