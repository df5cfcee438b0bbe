/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/tracks.h"

#include <string.h>

GengaTrackKind
genga_track_get_kind (const AVStream *stream)
{
  if ((stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
    return GENGA_TRACK_ATTACHMENT;
  switch ((int)stream->codecpar->codec_type)
    {
    case AVMEDIA_TYPE_AUDIO:
      return GENGA_TRACK_AUDIO;
    case AVMEDIA_TYPE_SUBTITLE:
      return GENGA_TRACK_SUBTITLES;
    case AVMEDIA_TYPE_ATTACHMENT:
      return GENGA_TRACK_ATTACHMENT;
    case AVMEDIA_TYPE_VIDEO:
      return GENGA_TRACK_VIDEO;
    default:
      return GENGA_TRACK_DATA;
    }
}

guint
genga_track_get_number (const AVFormatContext *input, const AVStream *stream, int upscaled)
{
  const GengaTrackKind kind = genga_track_get_kind (stream);
  guint number = 1;

  for (int i = 0; i < stream->index; i++)
    number += i != upscaled && genga_track_get_kind (input->streams[i]) == kind;
  return number;
}

/* Cut at a character's end. */
static void
set_text (char *to, gsize size, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  const char *end;

  g_strlcpy (to, valid, size);
  g_utf8_validate (to, -1, &end);
  to[end - to] = '\0';
}

static const char *
get_tag (const AVStream *stream, const char *name)
{
  const AVDictionaryEntry *entry = av_dict_get (stream->metadata, name, NULL, 0);

  return entry != NULL ? entry->value : NULL;
}

void
genga_track_describe (GengaTrack *self,
                      const AVFormatContext *input,
                      const AVStream *stream,
                      int upscaled)
{
  const char *title = get_tag (stream, "title");
  const char *language = get_tag (stream, "language");

  *self = (GengaTrack){ .kind = genga_track_get_kind (stream),
                        .number = genga_track_get_number (input, stream, upscaled) };
  set_text (self->codec, sizeof self->codec, avcodec_get_name (stream->codecpar->codec_id));
  if (g_strcmp0 (language, "und") != 0)
    set_text (self->language, sizeof self->language, language);
  set_text (self->title, sizeof self->title, title != NULL ? title : get_tag (stream, "filename"));
}
