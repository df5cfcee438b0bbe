/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text subtitles in the form that a container holds. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/subtitles.h"

#include <string.h>

/* No subtitle is longer. */
#define BUFFER (256 << 10)

struct _GengaSubtitles
{
  AVCodecContext *decoder;
  AVCodecContext *encoder;
  guint8 *buffer;
};

enum AVCodecID
genga_subtitles_choose (GengaContainer container, enum AVCodecID from)
{
  const AVCodecDescriptor *descriptor = avcodec_descriptor_get (from);

  if (descriptor == NULL || (descriptor->props & AV_CODEC_PROP_TEXT_SUB) == 0 ||
      avcodec_find_decoder (from) == NULL)
    return AV_CODEC_ID_NONE;
  switch (container)
    {
    case GENGA_CONTAINER_MP4:
    case GENGA_CONTAINER_MOV:
      return AV_CODEC_ID_MOV_TEXT;
    case GENGA_CONTAINER_WEBM:
      return AV_CODEC_ID_WEBVTT;
    case GENGA_CONTAINER_MKV:
      return AV_CODEC_ID_SUBRIP;
    case GENGA_CONTAINER_GIF:
    case GENGA_CONTAINER_APNG:
    case GENGA_CONTAINER_WEBP:
    case GENGA_CONTAINER_AUTO:
    default:
      return AV_CODEC_ID_NONE;
    }
}

/* What an encoder has to know of styles comes from the decoder. */
static gboolean
copy_header (AVCodecContext *to, const AVCodecContext *from)
{
  if (from->subtitle_header == NULL)
    return TRUE;
  to->subtitle_header = av_mallocz (from->subtitle_header_size + 1);
  if (to->subtitle_header == NULL)
    return FALSE;
  memcpy (to->subtitle_header, from->subtitle_header, from->subtitle_header_size);
  to->subtitle_header_size = from->subtitle_header_size;
  return TRUE;
}

static gboolean
open_codecs (GengaSubtitles *self, const AVStream *from, enum AVCodecID to)
{
  const AVCodec *decoder = avcodec_find_decoder (from->codecpar->codec_id);
  const AVCodec *encoder = avcodec_find_encoder (to);

  self->decoder = decoder != NULL ? avcodec_alloc_context3 (decoder) : NULL;
  self->encoder = encoder != NULL ? avcodec_alloc_context3 (encoder) : NULL;
  self->buffer = av_malloc (BUFFER);
  if (self->decoder == NULL || self->encoder == NULL || self->buffer == NULL ||
      avcodec_parameters_to_context (self->decoder, from->codecpar) < 0)
    return FALSE;
  self->decoder->pkt_timebase = from->time_base;
  self->encoder->time_base = AV_TIME_BASE_Q;
  return avcodec_open2 (self->decoder, decoder, NULL) >= 0 &&
         copy_header (self->encoder, self->decoder) &&
         avcodec_open2 (self->encoder, encoder, NULL) >= 0;
}

GengaSubtitles *
genga_subtitles_new (const AVStream *from, enum AVCodecID to)
{
  g_autoptr (GengaSubtitles) self = g_new0 (GengaSubtitles, 1);

  return open_codecs (self, from, to) ? g_steal_pointer (&self) : NULL;
}

void
genga_subtitles_free (GengaSubtitles *self)
{
  if (self == NULL)
    return;
  avcodec_free_context (&self->decoder);
  avcodec_free_context (&self->encoder);
  av_free (self->buffer);
  g_free (self);
}

gboolean
genga_subtitles_describe (GengaSubtitles *self, AVStream *stream)
{
  stream->time_base = (AVRational){ 1, 1000 };
  return avcodec_parameters_from_context (stream->codecpar, self->encoder) >= 0;
}

static gboolean
encode (GengaSubtitles *self, AVSubtitle *subtitle, AVPacket *packet, AVRational time_base)
{
  int size;

  subtitle->pts +=
      av_rescale_q (subtitle->start_display_time, (AVRational){ 1, 1000 }, AV_TIME_BASE_Q);
  subtitle->end_display_time -= subtitle->start_display_time;
  subtitle->start_display_time = 0;
  size = avcodec_encode_subtitle (self->encoder, self->buffer, BUFFER, subtitle);
  av_packet_unref (packet);
  if (size <= 0 || av_new_packet (packet, size) < 0)
    return FALSE;
  memcpy (packet->data, self->buffer, size);
  packet->pts = av_rescale_q (subtitle->pts, AV_TIME_BASE_Q, time_base);
  packet->dts = packet->pts;
  packet->duration = av_rescale_q (subtitle->end_display_time, (AVRational){ 1, 1000 }, time_base);
  packet->flags |= AV_PKT_FLAG_KEY;
  return TRUE;
}

gboolean
genga_subtitles_convert (GengaSubtitles *self, AVPacket *packet, AVRational time_base)
{
  AVSubtitle subtitle = { 0 };
  int found = 0;
  gboolean ok = FALSE;

  /* One that is not understood is not shown by players either. */
  if (avcodec_decode_subtitle2 (self->decoder, &subtitle, &found, packet) >= 0 && found)
    {
      ok = subtitle.pts != AV_NOPTS_VALUE && subtitle.num_rects > 0 &&
           encode (self, &subtitle, packet, time_base);
      avsubtitle_free (&subtitle);
    }
  return ok;
}
