/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text subtitles in the form that a container holds. In MP4 and MOV only one sample is shown at a
 * time, so lines that overlap are split (subtitle-lines.h); elsewhere each packet stays one.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/subtitles.h"
#include "media/video/write/subtitle-lines.h"

#include <libavutil/avstring.h>
#include <string.h>

/* No subtitle is longer. */
#define BUFFER (256 << 10)
/* Of the fields of a line, which commas part, the text is this one. */
#define TEXT_FIELD 8

static const AVRational microseconds = { 1, 1000000 };

struct _GengaSubtitles
{
  AVCodecContext *decoder;
  AVCodecContext *encoder;
  guint8 *buffer;
  GengaSubtitleLines *lines; /* NULL: lines may overlap */
  GQueue samples;            /* of AVPacket, in microseconds */
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

  g_queue_init (&self->samples);
  if (to == AV_CODEC_ID_MOV_TEXT)
    self->lines = genga_subtitle_lines_new ();
  return open_codecs (self, from, to) ? g_steal_pointer (&self) : NULL;
}

static void
free_packet (gpointer data)
{
  AVPacket *packet = data;

  av_packet_free (&packet);
}

void
genga_subtitles_free (GengaSubtitles *self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->samples, free_packet);
  genga_subtitle_lines_free (self->lines);
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

/* ---- samples ---- */

/* What the encoder does not take is not shown. FALSE: there is no memory. */
static gboolean
encode (GengaSubtitles *self, AVSubtitle *subtitle, gint64 start, gint64 end)
{
  AVPacket *packet;
  int size;

  subtitle->pts = start;
  subtitle->start_display_time = 0;
  subtitle->end_display_time = (end - start) / 1000;
  size = avcodec_encode_subtitle (self->encoder, self->buffer, BUFFER, subtitle);
  if (size <= 0)
    return TRUE;
  packet = av_packet_alloc ();
  if (packet == NULL || av_new_packet (packet, size) < 0)
    {
      av_packet_free (&packet);
      return FALSE;
    }
  memcpy (packet->data, self->buffer, size);
  packet->pts = packet->dts = start;
  packet->duration = end - start;
  packet->flags |= AV_PKT_FLAG_KEY;
  g_queue_push_tail (&self->samples, packet);
  return TRUE;
}

/* A line, with a break before its text. */
static char *
dup_below (const char *line)
{
  const char *text = line;

  for (guint i = 0; i < TEXT_FIELD && text != NULL; i++)
    {
      text = strchr (text, ',');
      text = text != NULL ? text + 1 : NULL;
    }
  return text != NULL ? av_asprintf ("%.*s\\N%s", (int)(text - line), line, text)
                      : av_strdup (line);
}

static gboolean
add_rect (AVSubtitle *subtitle, const char *line)
{
  AVSubtitleRect *rect = av_mallocz (sizeof *rect);

  if (rect == NULL)
    return FALSE;
  rect->type = SUBTITLE_ASS;
  rect->ass = subtitle->num_rects == 0 ? av_strdup (line) : dup_below (line);
  subtitle->rects[subtitle->num_rects++] = rect;
  return rect->ass != NULL;
}

static gboolean
encode_sample (GengaSubtitles *self, const GengaSubtitleSample *sample)
{
  AVSubtitle subtitle = { .rects = av_calloc (sample->texts->len, sizeof *subtitle.rects) };
  gboolean ok = subtitle.rects != NULL;

  for (guint i = 0; ok && i < sample->texts->len; i++)
    ok = add_rect (&subtitle, sample->texts->pdata[i]);
  ok = ok && encode (self, &subtitle, sample->start, sample->end);
  avsubtitle_free (&subtitle);
  return ok;
}

/* ---- packets ---- */

/* Whether a subtitle without an end is one of no length, which nobody sees. */
static gboolean
is_never_shown (const GengaSubtitles *self, const AVSubtitle *subtitle)
{
  return subtitle->pts == AV_NOPTS_VALUE || subtitle->num_rects == 0 ||
         (subtitle->end_display_time == 0 && self->decoder->codec_id == AV_CODEC_ID_ASS);
}

static gboolean
take (GengaSubtitles *self, AVSubtitle *subtitle)
{
  gboolean has_end = subtitle->end_display_time != 0 && subtitle->end_display_time != G_MAXUINT32;
  gint64 start = subtitle->pts + (gint64)subtitle->start_display_time * 1000;
  gint64 end = subtitle->pts + (gint64)subtitle->end_display_time * 1000;

  if (is_never_shown (self, subtitle))
    return TRUE;
  if (self->lines == NULL)
    return encode (self, subtitle, start, has_end ? MAX (start, end) : start);
  for (guint i = 0; i < subtitle->num_rects; i++)
    if (subtitle->rects[i]->ass != NULL)
      genga_subtitle_lines_add (self->lines, subtitle->rects[i]->ass, start,
                                has_end ? end : GENGA_SUBTITLE_OPEN);
  return genga_subtitles_pass (self, start);
}

gboolean
genga_subtitles_send (GengaSubtitles *self, AVPacket *packet)
{
  AVSubtitle subtitle = { 0 };
  int found = 0;
  gboolean ok = TRUE;

  /* One that is not understood is not shown by players either. */
  if (avcodec_decode_subtitle2 (self->decoder, &subtitle, &found, packet) >= 0 && found)
    {
      ok = take (self, &subtitle);
      avsubtitle_free (&subtitle);
    }
  return ok;
}

gboolean
genga_subtitles_pass (GengaSubtitles *self, gint64 until)
{
  gboolean ok = TRUE;

  while (ok && self->lines != NULL)
    {
      g_auto (GengaSubtitleSample) sample = { 0 };

      if (!genga_subtitle_lines_next (self->lines, until, &sample))
        break;
      ok = encode_sample (self, &sample);
    }
  return ok;
}

gboolean
genga_subtitles_receive (GengaSubtitles *self, AVPacket *packet, AVRational time_base)
{
  AVPacket *sample = g_queue_pop_head (&self->samples);

  if (sample == NULL)
    return FALSE;
  av_packet_move_ref (packet, sample);
  av_packet_free (&sample);
  av_packet_rescale_ts (packet, microseconds, time_base);
  return TRUE;
}
