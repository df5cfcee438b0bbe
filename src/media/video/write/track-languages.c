/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/track-languages.h"
#include "core/fault.h"
#include "media/video/ebml.h"

#include <libavutil/crc.h>
#include <string.h>

#define CRC_32 0xbf
#define CRC_BYTES 4
#define LANGUAGE 0x22b59c
#define LANGUAGE_BCP47 0x22b59d
#define LANGUAGE_BCP47_BYTES "\x22\xb5\x9d"
#define ENGLISH "eng" /* where a track says nothing */
#define UNDETERMINED "und"

#define TYPE_VIDEO 1
#define TYPE_AUDIO 2
#define TYPE_SUBTITLE 17
#define MAX_TYPE 254

/* Each fits into an element whose size is one byte, and so do both with a header between them. */
#define MAX_CODE 8
#define MAX_TAG 64
#define MAX_SHORT 126
#define SHORT_MARK 0x80
#define TRACK_BYTES 4096

/* ---- reading ---- */

typedef struct
{
  int type;
  GengaEbmlReader code, tag; /* at NULL: not said */
} Track;

static Track
read_track (GengaEbmlReader content)
{
  Track track = { 0 };
  GengaEbmlElement element;
  GengaEbmlReader value;

  while (genga_ebml_read_child (&content, &element, &value))
    {
      if (element.id == GENGA_EBML_TRACK_TYPE)
        track.type = genga_ebml_read_number (&value, MAX_TYPE);
      else if (element.id == LANGUAGE)
        track.code = value;
      else if (element.id == LANGUAGE_BCP47)
        track.tag = value;
    }
  return track;
}

/* Text ends where it is filled up with zeros. NULL: there is none, or none of ASCII's letters,
 * digits and hyphens. */
static char *
dup_text (const GengaEbmlReader *text, gsize max)
{
  gsize n = text->at != NULL ? strnlen ((const char *)text->at, text->end - text->at) : 0;

  if (n == 0 || n > max)
    return NULL;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isalnum (text->at[i]) && text->at[i] != '-')
      return NULL;
  return g_strndup ((const char *)text->at, n);
}

static int
get_type (const AVStream *stream)
{
  switch ((int)stream->codecpar->codec_type)
    {
    case AVMEDIA_TYPE_VIDEO:
      return TYPE_VIDEO;
    case AVMEDIA_TYPE_AUDIO:
      return TYPE_AUDIO;
    case AVMEDIA_TYPE_SUBTITLE:
      return TYPE_SUBTITLE;
    default:
      return 0;
    }
}

static const char *
get_code (const AVStream *stream)
{
  const AVDictionaryEntry *entry = av_dict_get (stream->metadata, "language", NULL, 0);

  return entry != NULL ? entry->value : UNDETERMINED;
}

/* How many streams before it have its type. Covers, which have, come after all tracks. */
static guint
get_index (const AVFormatContext *input, const AVStream *stream)
{
  guint n = 0;

  for (int i = 0; i < stream->index; i++)
    n += input->streams[i]->codecpar->codec_type == stream->codecpar->codec_type;
  return n;
}

/* FFmpeg leaves out tracks that make no sense; a track counts where both say the same code. */
static char *
dup_of_track (const Track *track, const AVStream *stream)
{
  g_autofree char *code = dup_text (&track->code, MAX_CODE);

  return g_str_equal (code != NULL ? code : ENGLISH, get_code (stream))
             ? dup_text (&track->tag, MAX_TAG)
             : NULL;
}

char *
genga_track_languages_dup (const AVFormatContext *input, const AVStream *stream)
{
  int type = get_type (stream);
  guint index = get_index (input, stream);
  g_autofree guint8 *bytes = NULL;
  GengaEbmlReader tracks, value;
  GengaEbmlElement element;
  gint64 offset = 0;
  gsize size = 0;

  if (type == 0 || (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0 ||
      !g_str_has_prefix (input->iformat->name, "matroska") ||
      !g_str_has_prefix (input->url, "file:"))
    return NULL;
  bytes = genga_ebml_read_tracks (input->url + strlen ("file:"), &offset, &size);
  tracks = (GengaEbmlReader){ bytes, bytes + size };
  while (bytes != NULL && genga_ebml_read_child (&tracks, &element, &value))
    {
      Track track = { 0 };

      if (element.id == GENGA_EBML_TRACK_ENTRY)
        track = read_track (value);
      if (track.type == type && index-- == 0)
        return dup_of_track (&track, stream);
    }
  return NULL;
}

gboolean
genga_track_languages_says_more (const char *tag, const AVStream *stream)
{
  return strchr (tag, '-') != NULL ||
         (g_str_equal (get_code (stream), UNDETERMINED) && !g_str_equal (tag, UNDETERMINED));
}

/* ---- writing ---- */

void
genga_track_languages_set (AVStream *stream, const char *tag)
{
  const char *code = get_code (stream);
  gsize n = strlen (tag);

  if (strlen (code) > MAX_CODE || n > MAX_TAG)
    return;
  g_autofree char *both =
      g_strdup_printf ("%s" LANGUAGE_BCP47_BYTES "%c%s", code, (int)(SHORT_MARK | n), tag);
  av_dict_set (&stream->metadata, "language", both, 0);
}

/* In what was set: where the second element begins. NULL: nothing was. */
static const char *
find_second (const AVStream *stream)
{
  return strstr (get_code (stream), LANGUAGE_BCP47_BYTES);
}

static guint
count_set (const AVFormatContext *output)
{
  guint n = 0;

  for (guint i = 0; i < output->nb_streams; i++)
    n += find_second (output->streams[i]) != NULL;
  return n;
}

/* Of what has no bounds in the list of tracks; the rest is less than TRACK_BYTES for each. */
static gsize
get_tracks_bytes (const AVFormatContext *output)
{
  gsize bytes = 0;

  for (guint i = 0; i < output->nb_streams; i++)
    {
      const AVStream *stream = output->streams[i];
      const AVDictionaryEntry *title = av_dict_get (stream->metadata, "title", NULL, 0);

      bytes += TRACK_BYTES + stream->codecpar->extradata_size +
               (title != NULL ? strlen (title->value) : 0);
    }
  return bytes;
}

gboolean
genga_track_languages_prepare (AVFormatContext *output)
{
  if (count_set (output) == 0 || get_tracks_bytes (output) <= GENGA_EBML_MAX_TRACKS_BYTES)
    return TRUE;
  for (guint i = 0; i < output->nb_streams; i++)
    {
      AVStream *stream = output->streams[i];
      const char *second = find_second (stream);
      g_autofree char *code =
          second != NULL ? g_strndup (get_code (stream), second - get_code (stream)) : NULL;

      if (code != NULL)
        av_dict_set (&stream->metadata, "language", code, 0);
    }
  return FALSE;
}

/* The header of the element before `content` gets the size of what comes before the second one. */
static gboolean
split_language (guint8 *content, const guint8 *end)
{
  gsize n = end - content;
  const guint8 *second = memmem (content, n, LANGUAGE_BCP47_BYTES, strlen (LANGUAGE_BCP47_BYTES));

  if (n > MAX_SHORT || second == NULL)
    return FALSE;
  content[-1] = SHORT_MARK | (second - content);
  return TRUE;
}

static gboolean
split_track (guint8 *bytes, GengaEbmlReader content)
{
  GengaEbmlElement element;
  GengaEbmlReader value;

  while (genga_ebml_read_child (&content, &element, &value))
    if (element.id == LANGUAGE)
      return split_language (bytes + (value.at - bytes), value.end);
  return FALSE;
}

/* How many languages it was done for. A check sum, where there is one, comes first and is of the
 * rest. */
static guint
split_all (guint8 *bytes, gsize size)
{
  GengaEbmlReader tracks = { bytes, bytes + size };
  GengaEbmlElement element;
  GengaEbmlReader value;
  guint8 *sum = NULL;
  guint n = 0;

  while (genga_ebml_read_child (&tracks, &element, &value))
    {
      if (element.id == CRC_32 && value.end - value.at == CRC_BYTES)
        sum = bytes + (value.at - bytes);
      else if (element.id == GENGA_EBML_TRACK_ENTRY)
        n += split_track (bytes, value);
    }
  if (n > 0 && sum != NULL)
    {
      const guint8 *rest = sum + CRC_BYTES;
      guint32 crc = GUINT32_TO_LE (
          av_crc (av_crc_get_table (AV_CRC_32_IEEE_LE), ~0u, rest, bytes + size - rest) ^ ~0u);

      memcpy (sum, &crc, sizeof crc);
    }
  return n;
}

gboolean
genga_track_languages_finish (const AVFormatContext *output,
                              const char *path,
                              GengaOutputFile *file)
{
  const guint n = count_set (output);
  gint64 offset = 0;
  gsize size = 0;
  g_autofree guint8 *bytes = NULL;

  if (n == 0)
    return TRUE;
  bytes = genga_ebml_read_tracks (path, &offset, &size);
  return bytes != NULL && !genga_fault ("lost-tracks") && split_all (bytes, size) == n &&
         genga_output_file_seek (file, offset, SEEK_SET) == offset &&
         genga_output_file_write (file, bytes, size) &&
         genga_output_file_seek (file, 0, SEEK_END) >= 0;
}
