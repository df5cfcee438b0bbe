/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The FFmpeg libraries from 5.1 to 9, whose programming interface is not quite the same: all that
 * differs is here, and no other file asks for a version.
 *
 * From 6.1 on a stream's side data is part of its codecpar, which copying parameters replaces as a
 * whole; genga_av_stream_set_coding() copies them so that it stays.
 */
#pragma once

#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <string.h>

G_BEGIN_DECLS

#define GENGA_AV_HAS_CODED_SIDE_DATA (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT (60, 31, 100))
#define GENGA_AV_HAS_SUPPORTED_CONFIG (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT (61, 13, 100))
#define GENGA_AV_HAS_FRAME_DURATION (LIBAVUTIL_VERSION_INT >= AV_VERSION_INT (57, 30, 100))

/* What a callback of avio_alloc_context() gets to write. */
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t GengaAvWritten;
#else
typedef uint8_t GengaAvWritten;
#endif

/* ---- frames ---- */

/* Duration of a decoded frame in its stream's time base. */
static inline gint64
genga_av_frame_get_duration (const AVFrame *frame)
{
#if GENGA_AV_HAS_FRAME_DURATION
  return frame->duration;
#else
  return frame->pkt_duration;
#endif
}

static inline void
genga_av_frame_set_duration (AVFrame *frame, gint64 duration)
{
#if GENGA_AV_HAS_FRAME_DURATION
  frame->duration = duration;
#else
  frame->pkt_duration = duration;
#endif
}

static inline gboolean
genga_av_frame_is_interlaced (const AVFrame *frame)
{
#ifdef AV_FRAME_FLAG_INTERLACED
  return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame->interlaced_frame;
#endif
}

static inline void
genga_av_frame_set_interlaced (AVFrame *frame)
{
#ifdef AV_FRAME_FLAG_INTERLACED
  frame->flags |= AV_FRAME_FLAG_INTERLACED;
#else
  frame->interlaced_frame = 1;
#endif
}

/* ---- a stream's side data ---- */

static inline const AVPacketSideData *
genga_av_stream_get_all_side_data (const AVStream *stream, int *n)
{
#if GENGA_AV_HAS_CODED_SIDE_DATA
  *n = stream->codecpar->nb_coded_side_data;
  return stream->codecpar->coded_side_data;
#else
  *n = stream->nb_side_data;
  return stream->side_data;
#endif
}

/* NULL: there is none. `size` may be NULL. */
static inline gconstpointer
genga_av_stream_get_side_data (const AVStream *stream, enum AVPacketSideDataType type, gsize *size)
{
  int n;
  const AVPacketSideData *all = genga_av_stream_get_all_side_data (stream, &n);

  for (int i = 0; i < n; i++)
    if (all[i].type == type)
      {
        if (size != NULL)
          *size = all[i].size;
        return all[i].data;
      }
  return NULL;
}

/* In the place of what there is of this type. FALSE: there is no memory. */
static inline gboolean
genga_av_stream_set_side_data (AVStream *stream,
                               enum AVPacketSideDataType type,
                               gconstpointer data,
                               gsize size)
{
  guint8 *bytes;

#if GENGA_AV_HAS_CODED_SIDE_DATA
  AVCodecParameters *coding = stream->codecpar;
  AVPacketSideData *added = av_packet_side_data_new (&coding->coded_side_data,
                                                     &coding->nb_coded_side_data, type, size, 0);
  bytes = added != NULL ? added->data : NULL;
#else
  bytes = av_stream_new_side_data (stream, type, size);
#endif
  if (bytes != NULL)
    memcpy (bytes, data, size);
  return bytes != NULL;
}

/* FALSE: there is no memory. */
static inline gboolean
genga_av_stream_copy_side_data (AVStream *to, const AVStream *from)
{
  int n;
  const AVPacketSideData *all = genga_av_stream_get_all_side_data (from, &n);

  for (int i = 0; i < n; i++)
    if (!genga_av_stream_set_side_data (to, all[i].type, all[i].data, all[i].size))
      return FALSE;
  return TRUE;
}

/* How a stream is coded; its side data stays, and comes before that of `coding`. FFmpeg's error. */
static inline int
genga_av_stream_set_coding (AVStream *stream, const AVCodecParameters *coding)
{
#if GENGA_AV_HAS_CODED_SIDE_DATA
  AVCodecParameters *to = stream->codecpar;
  AVPacketSideData *kept = to->coded_side_data;
  int n_kept = to->nb_coded_side_data, code;

  to->coded_side_data = NULL;
  to->nb_coded_side_data = 0;
  code = avcodec_parameters_copy (to, coding);
  for (int i = 0; code >= 0 && i < n_kept; i++)
    if (!genga_av_stream_set_side_data (stream, kept[i].type, kept[i].data, kept[i].size))
      code = AVERROR (ENOMEM);
  av_packet_side_data_free (&kept, &n_kept);
  return code;
#else
  return avcodec_parameters_copy (stream->codecpar, coding);
#endif
}

/*
 * The index of the stream that is a file's picture, or a negative code. FFmpeg's choice, but in an
 * animated AVIF: from 7 on its still is a stream of its own, often the chosen one, and to be
 * discarded.
 */
static inline int
genga_av_find_picture (AVFormatContext *format)
{
  const AVDictionaryEntry *brand = av_dict_get (format->metadata, "major_brand", NULL, 0);
  int best = av_find_best_stream (format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);

  if (best < 0 || brand == NULL || !g_str_equal (brand->value, "avis"))
    return best;
  for (guint i = 0; i < format->nb_streams; i++)
    if (format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
        format->streams[i]->nb_frames > format->streams[best]->nb_frames)
      best = (int)i;
  for (guint i = 0; i < format->nb_streams; i++)
    if ((int)i != best && format->streams[i]->nb_frames == 1)
      format->streams[i]->discard = AVDISCARD_ALL;
  return best;
}

/* ---- what encoders take ---- */

#if GENGA_AV_HAS_SUPPORTED_CONFIG
static inline gconstpointer
genga_av_codec_get_config (const AVCodec *codec, enum AVCodecConfig which)
{
  gconstpointer all = NULL;

  return avcodec_get_supported_config (NULL, codec, which, 0, &all, NULL) >= 0 ? all : NULL;
}
#  define GENGA_AV_CONFIG(type, codec, which, field)                                               \
    ((const type *)genga_av_codec_get_config (codec, which))
#else
#  define GENGA_AV_CONFIG(type, codec, which, field) ((codec)->field)
#endif

/* Each list is the library's, and NULL where the codec takes anything. Ends with
 * AV_PIX_FMT_NONE. */
static inline const enum AVPixelFormat *
genga_av_codec_get_pixel_formats (const AVCodec *codec)
{
  return GENGA_AV_CONFIG (enum AVPixelFormat, codec, AV_CODEC_CONFIG_PIX_FORMAT, pix_fmts);
}

/* Ends with AV_SAMPLE_FMT_NONE. */
static inline const enum AVSampleFormat *
genga_av_codec_get_sample_formats (const AVCodec *codec)
{
  return GENGA_AV_CONFIG (enum AVSampleFormat, codec, AV_CODEC_CONFIG_SAMPLE_FORMAT, sample_fmts);
}

/* Ends with 0. */
static inline const int *
genga_av_codec_get_sample_rates (const AVCodec *codec)
{
  return GENGA_AV_CONFIG (int, codec, AV_CODEC_CONFIG_SAMPLE_RATE, supported_samplerates);
}

#undef GENGA_AV_CONFIG

G_END_DECLS
