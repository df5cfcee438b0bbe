/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-map.h"
#include "core/error.h"
#include "media/video/write/muxer-io.h"
#include "media/video/write/stream-notices.h"
#include "media/video/write/stream-tags.h"
#include "media/video/write/stream-trial.h"
#include "media/video/write/track-languages.h"
#include "media/video/tracks.h"

#include <glib/gi18n-lib.h>

/* Sound that is hidden this long, in seconds, is what its decoder needs to begin with. */
#define MAX_PRIMING 0.1

static AVStream *
add_video (GengaStreamMap *self, const AVStream *from)
{
  AVStream *stream = avformat_new_stream (self->output, NULL);

  if (stream == NULL)
    return NULL;
  stream->disposition = from->disposition;
  genga_av_copy_tags (&stream->metadata, from->metadata, TRUE);
  return stream;
}

static AVStream *
add_stream (GengaStreamMap *self, AVStream *from)
{
  AVStream *stream = avformat_new_stream (self->output, NULL);

  if (stream == NULL || avcodec_parameters_copy (stream->codecpar, from->codecpar) < 0 ||
      !genga_av_stream_copy_side_data (stream, from))
    return NULL;
  stream->codecpar->codec_tag = 0;
  stream->time_base = from->time_base;
  stream->disposition = from->disposition;
  stream->sample_aspect_ratio = from->sample_aspect_ratio;
  stream->avg_frame_rate = from->avg_frame_rate;
  stream->r_frame_rate = from->r_frame_rate;
  genga_av_copy_tags (&stream->metadata, from->metadata, self->is_trimmed);
  return stream;
}

/* Matroska keeps covers as attached files. */
static AVStream *
add_cover (GengaStreamMap *self, AVStream *from)
{
  gboolean is_png = from->codecpar->codec_id == AV_CODEC_ID_PNG;
  AVStream *stream = avformat_new_stream (self->output, NULL);
  AVCodecParameters *parameters = stream != NULL ? stream->codecpar : NULL;

  if (parameters == NULL)
    return NULL;
  parameters->codec_type = AVMEDIA_TYPE_ATTACHMENT;
  parameters->codec_id = from->codecpar->codec_id;
  parameters->extradata = av_mallocz (from->attached_pic.size + AV_INPUT_BUFFER_PADDING_SIZE);
  if (parameters->extradata == NULL)
    return NULL;
  memcpy (parameters->extradata, from->attached_pic.data, from->attached_pic.size);
  parameters->extradata_size = from->attached_pic.size;
  genga_av_copy_tags (&stream->metadata, from->metadata, FALSE);
  av_dict_set (&stream->metadata, "filename", is_png ? "cover.png" : "cover.jpg",
               AV_DICT_DONT_OVERWRITE);
  av_dict_set (&stream->metadata, "mimetype", is_png ? "image/png" : "image/jpeg",
               AV_DICT_DONT_OVERWRITE);
  return stream;
}

static gboolean
is_cover (const AVStream *stream)
{
  return (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

static void
count_kept (GengaStreamMap *self, enum AVMediaType type)
{
  self->kept.n_audio += type == AVMEDIA_TYPE_AUDIO;
  self->kept.n_subtitles += type == AVMEDIA_TYPE_SUBTITLE;
  self->kept.n_attachments += type == AVMEDIA_TYPE_ATTACHMENT;
  self->kept.n_data += type == AVMEDIA_TYPE_DATA;
}

/* Text subtitles in the container's own form; FALSE where that is not possible. */
static gboolean
convert_subtitles (GengaStreamMap *self, AVStream *from, const GengaVideoWrite *params)
{
  enum AVCodecID codec = genga_subtitles_choose (params->container, from->codecpar->codec_id);
  g_autoptr (GengaSubtitles) subtitles =
      codec != AV_CODEC_ID_NONE ? genga_subtitles_new (from, codec) : NULL;
  AVStream *to = subtitles != NULL ? avformat_new_stream (self->output, NULL) : NULL;

  if (to == NULL || !genga_subtitles_describe (subtitles, to))
    return FALSE;
  to->disposition = from->disposition;
  genga_av_copy_tags (&to->metadata, from->metadata, TRUE);
  self->subtitles[from->index] = g_steal_pointer (&subtitles);
  self->map[from->index] = to->index;
  self->n_copied++;
  self->kept.n_converted++;
  count_kept (self, AVMEDIA_TYPE_SUBTITLE);
  genga_stream_notice_converted (from, codec, params);
  return TRUE;
}

static gboolean
can_hold (const GengaStreamMap *self, const char *muxer, const AVStream *from)
{
  return genga_stream_trial (muxer, from, genga_packet_source_get_queue (self->source),
                             genga_packet_source_has_ended (self->source));
}

/* How much of a stream's beginning its edit list hides, in seconds; what was read ahead tells. */
static double
get_hidden_seconds (const GengaStreamMap *self, const AVStream *stream)
{
  const GengaPacketQueue *queue = genga_packet_source_get_queue (self->source);
  const AVPacket *packet;
  double seconds = 0;

  for (guint i = 0; (packet = genga_packet_queue_peek (queue, stream->index, i)) != NULL &&
                    (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
       i++)
    seconds += packet->duration * av_q2d (stream->time_base);
  return seconds;
}

/* Whether sound and lines that a player does not give would be given in the result. */
static gboolean
drops_hidden (const GengaStreamMap *self, const AVStream *stream, GengaContainer container)
{
  gboolean has_edit_list = container == GENGA_CONTAINER_MP4 || container == GENGA_CONTAINER_MOV;

  return !has_edit_list && stream->codecpar->codec_type != AVMEDIA_TYPE_VIDEO &&
         get_hidden_seconds (self, stream) > MAX_PRIMING;
}

/* Whether the user did not ask for sound of another codec. */
static gboolean
can_stay (const AVStream *stream, const GengaVideoWrite *params)
{
  return stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO || params->audio == GENGA_AUDIO_AUTO ||
         params->audio == GENGA_AUDIO_COPY ||
         genga_sound_choose (params->audio, params->container, stream->codecpar) ==
             stream->codecpar->codec_id;
}

/* Sound in a form that the container holds or the user wants; FALSE where that is not possible. */
static gboolean
code_sound (GengaStreamMap *self, AVStream *from, const GengaVideoWrite *params)
{
  enum AVCodecID codec = genga_sound_choose (params->audio, params->container, from->codecpar);
  gboolean has_header = (self->output->oformat->flags & AVFMT_GLOBALHEADER) != 0;
  g_autoptr (GengaSoundCoder) sound =
      codec != AV_CODEC_ID_NONE ? genga_sound_coder_new (from, codec, has_header) : NULL;
  AVFormatContext *trial = sound != NULL ? avformat_alloc_context () : NULL;
  AVStream *like = trial != NULL ? avformat_new_stream (trial, NULL) : NULL;
  gboolean fits =
      like != NULL && genga_sound_coder_describe (sound, like) &&
      genga_stream_trial (genga_container_get_muxer (params->container), like, NULL, FALSE);
  AVStream *to = fits ? avformat_new_stream (self->output, NULL) : NULL;

  avformat_free_context (trial);
  if (to == NULL || !genga_sound_coder_describe (sound, to))
    return FALSE;
  to->disposition = from->disposition;
  genga_av_copy_tags (&to->metadata, from->metadata, TRUE);
  genga_stream_notice_coded (from, sound, to, params);
  self->sound[from->index] = g_steal_pointer (&sound);
  self->map[from->index] = to->index;
  self->n_copied++;
  count_kept (self, AVMEDIA_TYPE_AUDIO);
  return TRUE;
}

/* Announced, and not one packet of it is in the file. */
static gboolean
is_empty (const GengaStreamMap *self, const AVStream *stream)
{
  return genga_packet_source_has_ended (self->source) &&
         genga_packet_queue_peek (genga_packet_source_get_queue (self->source), stream->index, 0) ==
             NULL;
}

/* Whether a stream goes as it is; all is kept of those that are empty where there is a place. */
static gboolean
goes_as_it_is (GengaStreamMap *self, AVStream *from, const GengaVideoWrite *params)
{
  const char *muxer = genga_container_get_muxer (params->container);

  if (from->codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT)
    return params->container == GENGA_CONTAINER_MKV;
  return can_stay (from, params) && can_hold (self, muxer, from);
}

/* A stream of timecodes is made anew of the picture's tag, or stays that where there is none. */
static gboolean
is_kept_timecode (const GengaStreamMap *self, const AVStream *stream)
{
  int upscaled = genga_packet_source_get_upscaled (self->source);

  return stream->codecpar->codec_tag == MKTAG ('t', 'm', 'c', 'd') && upscaled >= 0 &&
         av_dict_get (self->input->streams[upscaled]->metadata, "timecode", NULL, 0) != NULL;
}

/* As it is. */
static gboolean
keep_stream (GengaStreamMap *self, AVStream *from, GengaTrack *track)
{
  AVStream *to = add_stream (self, from);

  if (to == NULL)
    return FALSE;
  self->map[from->index] = to->index;
  track->fate = GENGA_TRACK_KEPT;
  count_kept (self, from->codecpar->codec_type);
  self->n_copied += from->codecpar->codec_type != AVMEDIA_TYPE_ATTACHMENT;
  return TRUE;
}

/* Decides about one stream, and notes in `track` what becomes of it. FALSE only with an error. */
static gboolean
map_stream (GengaStreamMap *self,
            AVStream *from,
            const GengaVideoWrite *params,
            GengaTrack *track,
            GError **error)
{
  gboolean is_matroska = params->container == GENGA_CONTAINER_MKV;
  enum AVMediaType type = from->codecpar->codec_type;

  /* Chapters are tracks in some files; they are copied as chapters. */
  track->fate = GENGA_TRACK_KEPT;
  if (from->discard == AVDISCARD_ALL || is_kept_timecode (self, from))
    {
      count_kept (self, type);
      return TRUE;
    }
  track->fate = GENGA_TRACK_NOT_WANTED;
  if ((type == AVMEDIA_TYPE_AUDIO && params->audio == GENGA_AUDIO_NO) ||
      genga_track_list_has (params->leave_out, track->kind, track->number))
    return TRUE;
  track->fate = GENGA_TRACK_KEPT;
  if (is_cover (from) && is_matroska)
    return add_cover (self, from) != NULL;
  track->fate = GENGA_TRACK_LEFT_OUT;
  if (type != AVMEDIA_TYPE_ATTACHMENT && !is_matroska && is_empty (self, from))
    return genga_stream_notice_empty (from, params);
  if (goes_as_it_is (self, from, params))
    return keep_stream (self, from, track);
  if (type != AVMEDIA_TYPE_ATTACHMENT && is_empty (self, from))
    return genga_stream_notice_empty (from, params);
  if ((type == AVMEDIA_TYPE_AUDIO && code_sound (self, from, params)) ||
      (type == AVMEDIA_TYPE_SUBTITLE && convert_subtitles (self, from, params)))
    {
      const AVStream *to = self->output->streams[self->map[from->index]];

      track->fate = GENGA_TRACK_CONVERTED;
      g_strlcpy (track->becomes, avcodec_get_name (to->codecpar->codec_id), sizeof track->becomes);
      return TRUE;
    }
  if (type == AVMEDIA_TYPE_AUDIO)
    return genga_stream_refuse_audio (from, params, error);
  genga_stream_notice_dropped (from, params);
  return TRUE;
}

/* A language in more words than FFmpeg has for it. */
static void
keep_language (GengaStreamMap *self, const AVStream *from, const GengaVideoWrite *params)
{
  int upscaled = genga_packet_source_get_upscaled (self->source);
  int to = from->index == upscaled ? self->video->index : self->map[from->index];
  g_autofree char *tag = to >= 0 ? genga_track_languages_dup (self->input, from) : NULL;

  if (tag == NULL)
    return;
  if (params->container == GENGA_CONTAINER_MKV)
    genga_track_languages_set (self->output->streams[to], tag);
  else if (genga_track_languages_says_more (tag, from))
    genga_stream_notice_language (from, tag, params);
}

/* One track more; chapters are none. */
static gboolean
map_track (GengaStreamMap *self, AVStream *from, const GengaVideoWrite *params, GError **error)
{
  GengaTrack track;

  genga_track_describe (&track, self->input, from, genga_packet_source_get_upscaled (self->source));
  if (!map_stream (self, from, params, &track, error))
    return FALSE;
  if (from->discard != AVDISCARD_ALL)
    g_array_append_val (self->tracks, track);
  return TRUE;
}

/* Decides about all streams. FALSE only with an error. */
static gboolean
map_all (GengaStreamMap *self, const GengaVideoWrite *params, GError **error)
{
  int upscaled = genga_packet_source_get_upscaled (self->source);
  g_autofree gboolean *is_wanted = g_new0 (gboolean, self->n_streams);

  for (guint i = 0; i < self->n_streams; i++)
    {
      AVStream *from = self->input->streams[i];
      GError *reason = NULL;

      self->map[i] = -1;
      if ((int)i == upscaled)
        self->video = add_video (self, from);
      if ((int)i == upscaled ? self->video == NULL : !map_track (self, from, params, &reason))
        {
          if (reason == NULL)
            g_set_error_literal (&reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                                 _ ("Not enough memory for the video's other streams."));
          g_propagate_error (error, reason);
          return FALSE;
        }
      keep_language (self, from, params);
      is_wanted[i] = self->map[i] >= 0;
      self->drops[i] = drops_hidden (self, from, params->container);
    }
  genga_packet_source_choose (self->source, is_wanted);
  return TRUE;
}

GengaStreamMap *
genga_stream_map_new (GengaPacketSource *source,
                      AVFormatContext *output,
                      gboolean is_trimmed,
                      const GengaVideoWrite *params,
                      GError **error)
{
  g_autoptr (GengaStreamMap) self = g_new0 (GengaStreamMap, 1);

  self->source = source;
  self->input = genga_packet_source_get_format (source);
  self->output = output;
  self->is_trimmed = is_trimmed;
  self->n_streams = self->input->nb_streams;
  self->map = g_new (int, self->n_streams);
  self->drops = g_new0 (gboolean, self->n_streams);
  self->subtitles = g_new0 (GengaSubtitles *, self->n_streams);
  self->sound = g_new0 (GengaSoundCoder *, self->n_streams);
  self->tracks = g_array_new (FALSE, FALSE, sizeof (GengaTrack));
  return map_all (self, params, error) ? g_steal_pointer (&self) : NULL;
}

void
genga_stream_map_free (GengaStreamMap *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_streams; i++)
    {
      genga_subtitles_free (self->subtitles[i]);
      genga_sound_coder_free (self->sound[i]);
    }
  g_free (self->subtitles);
  g_free (self->sound);
  g_free (self->map);
  g_free (self->drops);
  g_array_unref (self->tracks);
  g_free (self);
}
