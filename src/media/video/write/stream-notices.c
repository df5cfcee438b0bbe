/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-notices.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

char *
genga_stream_dup_name (const AVStream *stream)
{
  const AVDictionaryEntry *language = av_dict_get (stream->metadata, "language", NULL, 0);
  const char *codec = avcodec_get_name (stream->codecpar->codec_id);

  return language != NULL ? g_strdup_printf ("%d: %s, %s", stream->index, codec, language->value)
                          : g_strdup_printf ("%d: %s", stream->index, codec);
}

gboolean
genga_stream_refuse_audio (const AVStream *stream, const GengaVideoWrite *params, GError **error)
{
  g_autofree char *which = genga_stream_dup_name (stream);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("A file of type %s can't hold the audio of the source (stream %s); choose mkv, "
                  "encode the audio with --audio auto, or leave it out with --audio no."),
               genga_container_get_suffix (params->container) + 1, which);
  return FALSE;
}

void
genga_stream_notice_dropped (const AVStream *stream, const GengaVideoWrite *params)
{
  g_autofree char *which = genga_stream_dup_name (stream);
  const char *container = genga_container_get_suffix (params->container) + 1;

  switch (stream->codecpar->codec_type)
    {
    case AVMEDIA_TYPE_SUBTITLE:
      genga_progress_notice (params->progress,
                             _ ("Subtitles are left out (stream %s): a file of type %s can't hold "
                                "them, mkv can."),
                             which, container);
      break;
    case AVMEDIA_TYPE_ATTACHMENT:
      genga_progress_notice (params->progress,
                             _ ("An attachment is left out (stream %s): a file of type %s can't "
                                "hold it, mkv can."),
                             which, container);
      break;
    case AVMEDIA_TYPE_UNKNOWN:
    case AVMEDIA_TYPE_VIDEO:
    case AVMEDIA_TYPE_AUDIO:
    case AVMEDIA_TYPE_DATA:
    case AVMEDIA_TYPE_NB:
    default:
      genga_progress_notice (params->progress,
                             _ ("A data stream is left out (stream %s): a file of type %s can't "
                                "hold it."),
                             which, container);
      break;
    }
}

void
genga_stream_notice_coded (const AVStream *from,
                           const GengaSoundCoder *sound,
                           const AVStream *to,
                           const GengaVideoWrite *params)
{
  g_autofree char *which = genga_stream_dup_name (from);
  const char *codec = avcodec_get_name (to->codecpar->codec_id);
  gint64 rate = genga_sound_coder_get_bit_rate (sound);

  if (rate > 0)
    genga_progress_notice (params->progress, _ ("Audio is encoded as %s, %d kbit/s (stream %s)."),
                           codec, (int)(rate / 1000), which);
  else
    genga_progress_notice (params->progress, _ ("Audio is stored as %s (stream %s)."), codec,
                           which);
}

gboolean
genga_stream_notice_empty (const AVStream *stream, const GengaVideoWrite *params)
{
  g_autofree char *which = genga_stream_dup_name (stream);

  genga_progress_notice (params->progress,
                         _ ("Another stream of the source is empty and left out (%s)."), which);
  return TRUE;
}

void
genga_stream_notice_converted (const AVStream *from,
                               enum AVCodecID codec,
                               const GengaVideoWrite *params)
{
  g_autofree char *which = genga_stream_dup_name (from);

  genga_progress_notice (params->progress,
                         _ ("Subtitles are converted to %s (stream %s) for a file of type %s; "
                            "fonts and positions may be lost."),
                         avcodec_get_name (codec), which,
                         genga_container_get_suffix (params->container) + 1);
}

void
genga_stream_notice_language (const AVStream *from, const char *tag, const GengaVideoWrite *params)
{
  g_autofree char *which = genga_stream_dup_name (from);

  genga_progress_notice (params->progress,
                         _ ("The language “%s” is not kept in full (stream %s): a file of type %s "
                            "can't hold it, mkv can."),
                         tag, which, genga_container_get_suffix (params->container) + 1);
}
