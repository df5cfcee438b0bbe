/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-trial.h"

#include <string.h>

#define READ_BUFFER (16 << 10)

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
           gboolean is_all,
           gboolean *is_whole)
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
  *is_whole = n > 0;
  return code >= 0 && (n > 0 || is_all) ? av_write_trailer (trial) : code;
}

/* ---- read again ---- */

typedef struct
{
  const guint8 *bytes;
  gint64 size;
  gint64 at;
} Memory;

static int
read_bytes (void *opaque, uint8_t *data, int size)
{
  Memory *self = opaque;
  int n = MIN ((gint64)size, self->size - self->at);

  if (n <= 0)
    return AVERROR_EOF;
  memcpy (data, self->bytes + self->at, n);
  self->at += n;
  return n;
}

static int64_t
seek_bytes (void *opaque, int64_t offset, int whence)
{
  Memory *self = opaque;
  gint64 from = whence == SEEK_CUR ? self->at : whence == SEEK_END ? self->size : 0;

  if (whence == AVSEEK_SIZE)
    return self->size;
  if (offset < -from || offset > self->size - from)
    return AVERROR (EINVAL);
  self->at = from + offset;
  return self->at;
}

static gboolean
can_decode (const AVCodecParameters *coding)
{
  const AVCodec *codec = avcodec_find_decoder (coding->codec_id);
  AVCodecContext *context = codec != NULL ? avcodec_alloc_context3 (codec) : NULL;
  gboolean ok = context != NULL && avcodec_parameters_to_context (context, coding) >= 0 &&
                avcodec_open2 (context, codec, NULL) >= 0;

  avcodec_free_context (&context);
  return ok;
}

/* Muxers take sound that they have no place for all of: what was written is opened as players do.
 */
static gboolean
reads_back (const guint8 *bytes, int size, const AVCodecParameters *coding)
{
  Memory memory = { bytes, size, 0 };
  AVFormatContext *input = avformat_alloc_context ();
  guint8 *buffer = av_malloc (READ_BUFFER);
  AVIOContext *io = buffer != NULL ? avio_alloc_context (buffer, READ_BUFFER, 0, &memory,
                                                         read_bytes, NULL, seek_bytes)
                                   : NULL;
  gboolean ok = FALSE;

  if (input != NULL && io != NULL)
    {
      input->pb = io;
      /* It frees `input` where it fails. */
      ok = avformat_open_input (&input, NULL, NULL, NULL) >= 0 && input->nb_streams > 0 &&
           can_decode (input->streams[0]->codecpar);
    }
  avformat_close_input (&input);
  if (io != NULL)
    av_freep (&io->buffer);
  else
    av_free (buffer);
  avio_context_free (&io);
  return ok || coding->codec_type != AVMEDIA_TYPE_AUDIO || !can_decode (coding);
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
      gboolean is_whole = FALSE;
      int size;

      code = write_all (trial, stream, packets, is_all, &is_whole);
      size = avio_close_dyn_buf (trial->pb, &bytes);
      if (code >= 0 && is_whole && !reads_back (bytes, size, stream->codecpar))
        code = AVERROR_INVALIDDATA;
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
