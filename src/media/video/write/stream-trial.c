/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-trial.h"

gboolean
genga_muxer_is_strict (const AVOutputFormat *format, enum AVMediaType type)
{
  return (format->flags & AVFMT_TS_NONSTRICT) == 0 && type != AVMEDIA_TYPE_SUBTITLE &&
         type != AVMEDIA_TYPE_DATA;
}

static int
write_one (AVFormatContext *trial, const AVStream *stream, const AVPacket *like, gint64 *last)
{
  AVStream *to = trial->streams[0];
  AVPacket *packet = av_packet_clone (like);
  int code = packet != NULL ? 0 : AVERROR (ENOMEM);

  if (code >= 0)
    {
      packet->stream_index = 0;
      packet->pos = -1;
      av_packet_rescale_ts (packet, stream->time_base, to->time_base);
      genga_packet_raise (packet, last,
                          genga_muxer_is_strict (trial->oformat, to->codecpar->codec_type));
      code = av_write_frame (trial, packet);
    }
  av_packet_free (&packet);
  return code;
}

static int
write_all (AVFormatContext *trial,
           const AVStream *stream,
           const GengaPacketQueue *packets,
           gboolean is_all)
{
  int code = avformat_write_header (trial, NULL);
  gint64 last = AV_NOPTS_VALUE;
  const AVPacket *packet = NULL;
  guint n = 0;

  while (code >= 0 && packets != NULL &&
         (packet = genga_packet_queue_peek (packets, stream->index, n)) != NULL)
    {
      code = write_one (trial, stream, packet, &last);
      n++;
    }
  /* A stream whose first packet is yet to come may not know enough for an end. */
  return code >= 0 && (n > 0 || is_all) ? av_write_trailer (trial) : code;
}

gboolean
genga_stream_trial (const char *muxer,
                    const AVStream *stream,
                    const GengaPacketQueue *packets,
                    gboolean is_all)
{
  AVFormatContext *trial = NULL;
  guint8 *bytes;
  int code = AVERROR (ENOMEM);

  if (avformat_alloc_output_context2 (&trial, NULL, muxer, NULL) < 0)
    return FALSE;
  AVStream *copy = avformat_new_stream (trial, NULL);
  if (copy != NULL && avcodec_parameters_copy (copy->codecpar, stream->codecpar) >= 0 &&
      avio_open_dyn_buf (&trial->pb) >= 0)
    {
      copy->codecpar->codec_tag = 0;
      copy->time_base = stream->time_base;
      copy->disposition = stream->disposition;
      trial->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
      code = write_all (trial, stream, packets, is_all);
      avio_close_dyn_buf (trial->pb, &bytes);
      av_free (bytes);
      trial->pb = NULL;
    }
  if (code < 0)
    {
      g_autofree char *reason = genga_av_dup_error (code);
      g_debug ("%s: stream %d: %s", muxer, stream->index, reason);
    }
  avformat_free_context (trial);
  return code >= 0;
}
