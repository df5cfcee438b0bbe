/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything of the source's file that is not upscaled: its other streams as packets with the times
 * they have, chapters, tags.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-copy.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/video/write/muxer-io.h"
#include "media/video/write/packet-source.h"
#include "media/video/write/sound-coder.h"
#include "media/video/write/stream-tags.h"
#include "media/video/write/stream-trial.h"
#include "media/video/write/subtitles.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Sound that is hidden this long, in seconds, is what its decoder needs to begin with. */
#define MAX_PRIMING 0.1
/* Times that were moved by more than this many seconds are told. */
#define TOLD 0.05

struct _GengaStreamCopy
{
  GengaPacketSource *source;  /* NULL: there is nothing to copy */
  AVFormatContext *input;     /* borrowed from it */
  AVFormatContext *output;    /* borrowed */
  AVStream *video;            /* borrowed */
  GengaProgress *progress;    /* borrowed; may be NULL */
  GengaSubtitles **subtitles; /* for those of the input's streams that are converted */
  GengaSoundCoder **sound;    /* for those that are coded anew */
  int *map;                   /* the output's stream for each of the input's, or -1 */
  guint n_streams;            /* that these know */
  int n_copied;
  GengaKeptStreams kept;
  AVPacket *packet;
  gint64 *last;       /* decoding time of each of the input's streams, as it was written */
  guint64 *n_packets; /* of each of the input's streams that were written */
  guint64 n_refused;  /* those that the muxer did not take */
  gboolean *drops;    /* of each of the input's streams: what an edit list hides */
  gboolean notified_of_times;

  /* The part that is copied, in seconds of the input. */
  gboolean is_trimmed;
  double start;
  double stop;
  gboolean *has_begun; /* of each of the input's streams: something of it was copied */
};

/* ---- streams ---- */

static AVStream *
add_video (GengaStreamCopy *self, const AVStream *from)
{
  AVStream *stream = avformat_new_stream (self->output, NULL);

  if (stream == NULL)
    return NULL;
  stream->disposition = from->disposition;
  genga_av_copy_tags (&stream->metadata, from->metadata, TRUE);
  return stream;
}

static AVStream *
add_stream (GengaStreamCopy *self, AVStream *from)
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
add_cover (GengaStreamCopy *self, AVStream *from)
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

/* "audio 2 (eng, flac)": which one is meant. */
static char *
dup_stream_name (const AVStream *stream)
{
  const AVDictionaryEntry *language = av_dict_get (stream->metadata, "language", NULL, 0);
  const char *codec = avcodec_get_name (stream->codecpar->codec_id);

  return language != NULL ? g_strdup_printf ("%d: %s, %s", stream->index, codec, language->value)
                          : g_strdup_printf ("%d: %s", stream->index, codec);
}

static gboolean
refuse_audio (const AVStream *stream, const GengaVideoWrite *params, GError **error)
{
  g_autofree char *which = dup_stream_name (stream);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("A file of type %s can't hold the audio of the source (stream %s); choose mkv, "
                  "encode the audio with --audio auto, or leave it out with --audio no."),
               genga_container_get_suffix (params->container) + 1, which);
  return FALSE;
}

static void
notice_dropped (const AVStream *stream, const GengaVideoWrite *params)
{
  g_autofree char *which = dup_stream_name (stream);
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

static void
count_kept (GengaStreamCopy *self, enum AVMediaType type)
{
  self->kept.n_audio += type == AVMEDIA_TYPE_AUDIO;
  self->kept.n_subtitles += type == AVMEDIA_TYPE_SUBTITLE;
  self->kept.n_attachments += type == AVMEDIA_TYPE_ATTACHMENT;
  self->kept.n_data += type == AVMEDIA_TYPE_DATA;
}

/* Text subtitles in the container's own form; FALSE where that is not possible. */
static gboolean
convert_subtitles (GengaStreamCopy *self, AVStream *from, const GengaVideoWrite *params)
{
  enum AVCodecID codec = genga_subtitles_choose (params->container, from->codecpar->codec_id);
  g_autoptr (GengaSubtitles) subtitles =
      codec != AV_CODEC_ID_NONE ? genga_subtitles_new (from, codec) : NULL;
  AVStream *to = subtitles != NULL ? avformat_new_stream (self->output, NULL) : NULL;
  g_autofree char *which = dup_stream_name (from);

  if (to == NULL || !genga_subtitles_describe (subtitles, to))
    return FALSE;
  to->disposition = from->disposition;
  genga_av_copy_tags (&to->metadata, from->metadata, TRUE);
  self->subtitles[from->index] = g_steal_pointer (&subtitles);
  self->map[from->index] = to->index;
  self->n_copied++;
  self->kept.n_converted++;
  count_kept (self, AVMEDIA_TYPE_SUBTITLE);
  genga_progress_notice (params->progress,
                         _ ("Subtitles are converted to %s (stream %s) for a file of type %s; "
                            "fonts and positions may be lost."),
                         avcodec_get_name (codec), which,
                         genga_container_get_suffix (params->container) + 1);
  return TRUE;
}

static gboolean
can_hold (const GengaStreamCopy *self, const char *muxer, const AVStream *from)
{
  return genga_stream_trial (muxer, from, genga_packet_source_get_queue (self->source),
                             genga_packet_source_has_ended (self->source));
}

/* How much of a stream's beginning its edit list hides, in seconds; what was read ahead tells. */
static double
get_hidden_seconds (const GengaStreamCopy *self, const AVStream *stream)
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
drops_hidden (const GengaStreamCopy *self, const AVStream *stream, GengaContainer container)
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

static void
notice_coded (const AVStream *from,
              const GengaSoundCoder *sound,
              const AVStream *to,
              const GengaVideoWrite *params)
{
  g_autofree char *which = dup_stream_name (from);
  const char *codec = avcodec_get_name (to->codecpar->codec_id);
  gint64 rate = genga_sound_coder_get_bit_rate (sound);

  if (rate > 0)
    genga_progress_notice (params->progress, _ ("Audio is encoded as %s, %d kbit/s (stream %s)."),
                           codec, (int)(rate / 1000), which);
  else
    genga_progress_notice (params->progress, _ ("Audio is stored as %s (stream %s)."), codec,
                           which);
}

/* Sound in a form that the container holds or the user wants; FALSE where that is not possible. */
static gboolean
code_sound (GengaStreamCopy *self, AVStream *from, const GengaVideoWrite *params)
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
  notice_coded (from, sound, to, params);
  self->sound[from->index] = g_steal_pointer (&sound);
  self->map[from->index] = to->index;
  self->n_copied++;
  count_kept (self, AVMEDIA_TYPE_AUDIO);
  return TRUE;
}

/* Announced, and not one packet of it is in the file. */
static gboolean
is_empty (const GengaStreamCopy *self, const AVStream *stream)
{
  return genga_packet_source_has_ended (self->source) &&
         genga_packet_queue_peek (genga_packet_source_get_queue (self->source), stream->index, 0) ==
             NULL;
}

/* Whether a stream goes as it is; all is kept of those that are empty where there is a place. */
static gboolean
goes_as_it_is (GengaStreamCopy *self, AVStream *from, const GengaVideoWrite *params)
{
  const char *muxer = genga_container_get_muxer (params->container);

  if (from->codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT)
    return params->container == GENGA_CONTAINER_MKV;
  return can_stay (from, params) && can_hold (self, muxer, from);
}

static gboolean
notice_empty (const AVStream *stream, const GengaVideoWrite *params)
{
  g_autofree char *which = dup_stream_name (stream);

  genga_progress_notice (params->progress,
                         _ ("Another stream of the source is empty and left out (%s)."), which);
  return TRUE;
}

/* A stream of timecodes is made anew of the picture's tag, or stays that where there is none. */
static gboolean
is_kept_timecode (const GengaStreamCopy *self, const AVStream *stream)
{
  int upscaled = genga_packet_source_get_upscaled (self->source);

  return stream->codecpar->codec_tag == MKTAG ('t', 'm', 'c', 'd') && upscaled >= 0 &&
         av_dict_get (self->input->streams[upscaled]->metadata, "timecode", NULL, 0) != NULL;
}

/* Decides about one stream. FALSE only with an error. */
static gboolean
map_stream (GengaStreamCopy *self, AVStream *from, const GengaVideoWrite *params, GError **error)
{
  gboolean is_matroska = params->container == GENGA_CONTAINER_MKV;
  enum AVMediaType type = from->codecpar->codec_type;
  AVStream *to = NULL;

  /* Chapters are tracks in some files; they are copied as chapters. */
  if (from->discard == AVDISCARD_ALL)
    {
      count_kept (self, type);
      return TRUE;
    }
  if (type == AVMEDIA_TYPE_AUDIO && params->audio == GENGA_AUDIO_NO)
    return TRUE;
  if (is_kept_timecode (self, from))
    {
      count_kept (self, type);
      return TRUE;
    }

  if (is_cover (from) && is_matroska)
    {
      to = add_cover (self, from);
      return to != NULL;
    }
  if (type != AVMEDIA_TYPE_ATTACHMENT && !is_matroska && is_empty (self, from))
    return notice_empty (from, params);
  if (goes_as_it_is (self, from, params))
    {
      to = add_stream (self, from);
      if (to == NULL)
        return FALSE;
      self->map[from->index] = to->index;
      count_kept (self, type);
      self->n_copied += type != AVMEDIA_TYPE_ATTACHMENT;
      return TRUE;
    }
  if (type != AVMEDIA_TYPE_ATTACHMENT && is_empty (self, from))
    return notice_empty (from, params);
  if (type == AVMEDIA_TYPE_AUDIO && code_sound (self, from, params))
    return TRUE;
  if (type == AVMEDIA_TYPE_AUDIO)
    return refuse_audio (from, params, error);
  if (type == AVMEDIA_TYPE_SUBTITLE && convert_subtitles (self, from, params))
    return TRUE;
  notice_dropped (from, params);
  return TRUE;
}

/* Decides about all streams. FALSE only with an error. */
static gboolean
map_streams (GengaStreamCopy *self, const GengaVideoWrite *params, GError **error)
{
  int upscaled = genga_packet_source_get_upscaled (self->source);
  g_autofree gboolean *is_wanted = g_new0 (gboolean, self->n_streams);

  for (guint i = 0; i < self->n_streams; i++)
    {
      AVStream *from = self->input->streams[i];
      GError *reason = NULL;

      self->map[i] = -1;
      self->last[i] = AV_NOPTS_VALUE;
      if ((int)i == upscaled)
        self->video = add_video (self, from);
      if ((int)i == upscaled ? self->video == NULL : !map_stream (self, from, params, &reason))
        {
          if (reason == NULL)
            g_set_error_literal (&reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                                 _ ("Not enough memory for the video's other streams."));
          g_propagate_error (error, reason);
          return FALSE;
        }
      is_wanted[i] = self->map[i] >= 0;
      self->drops[i] = drops_hidden (self, from, params->container);
    }
  genga_packet_source_choose (self->source, is_wanted);
  return TRUE;
}

GengaStreamCopy *
genga_stream_copy_new (const GengaOrigin *origin,
                       AVFormatContext *output,
                       const GengaVideoWrite *params,
                       GError **error)
{
  g_autoptr (GengaStreamCopy) self = g_new0 (GengaStreamCopy, 1);

  self->output = output;
  self->progress = params->progress;
  self->packet = av_packet_alloc ();
  if (origin->stream_source == NULL)
    {
      self->video = avformat_new_stream (output, NULL);
      return self->video != NULL ? g_steal_pointer (&self) : NULL;
    }
  self->source = genga_packet_source_new (origin, params->progress, error);
  if (self->source == NULL)
    return NULL;
  self->input = genga_packet_source_get_format (self->source);
  self->is_trimmed = origin->is_trimmed;
  self->start = origin->start;
  self->stop = origin->stop;
  self->n_streams = self->input->nb_streams;
  self->map = g_new (int, self->n_streams);
  self->last = g_new (gint64, self->n_streams);
  self->n_packets = g_new0 (guint64, self->n_streams);
  self->drops = g_new0 (gboolean, self->n_streams);
  self->has_begun = g_new0 (gboolean, self->n_streams);
  self->subtitles = g_new0 (GengaSubtitles *, self->n_streams);
  self->sound = g_new0 (GengaSoundCoder *, self->n_streams);
  if (!map_streams (self, params, error))
    return NULL;
  genga_av_copy_chapters (output, self->input, self->is_trimmed ? self->start : NAN, self->stop);
  self->kept.n_chapters = output->nb_chapters;
  genga_av_copy_tags (&output->metadata, self->input->metadata, FALSE);
  return g_steal_pointer (&self);
}

void
genga_stream_copy_free (GengaStreamCopy *self)
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
  genga_packet_source_free (self->source);
  av_packet_free (&self->packet);
  g_free (self->map);
  g_free (self->last);
  g_free (self->n_packets);
  g_free (self->drops);
  g_free (self->has_begun);
  g_free (self);
}

AVStream *
genga_stream_copy_get_video (GengaStreamCopy *self)
{
  return self->video;
}

const GengaKeptStreams *
genga_stream_copy_get_kept (GengaStreamCopy *self)
{
  return &self->kept;
}

/* ---- packets ---- */

/* A subtitle is shown as long as the part lets it be. */
static gboolean
cut_subtitle (AVPacket *packet, gint64 stop)
{
  gint64 end = packet->pts + packet->duration;

  if (end <= 0 && packet->pts < 0)
    return FALSE;
  packet->pts = MAX (0, packet->pts);
  packet->dts = packet->pts;
  if (packet->duration > 0)
    packet->duration = MIN (end, stop) - packet->pts;
  return TRUE;
}

/*
 * Moves a packet to its time in the part. FALSE: it is not in it. Sound is cut between packets, as
 * nothing of it is coded anew; further videos begin with a key frame.
 */
static gboolean
fit_packet (GengaStreamCopy *self)
{
  AVPacket *packet = self->packet;
  const AVStream *stream = self->input->streams[packet->stream_index];
  double unit = av_q2d (stream->time_base);
  gint64 shift = llround (self->start / unit);
  gint64 stop = isinf (self->stop) ? G_MAXINT64 : llround ((self->stop - self->start) / unit);
  gboolean *has_begun = &self->has_begun[packet->stream_index];
  gint64 time;

  packet->pts -= packet->pts != AV_NOPTS_VALUE ? shift : 0;
  packet->dts -= packet->dts != AV_NOPTS_VALUE ? shift : 0;
  time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  if (time == AV_NOPTS_VALUE)
    return *has_begun;
  if (time >= stop)
    return FALSE;
  if (stream->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE)
    return cut_subtitle (packet, stop);
  if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !*has_begun &&
      (packet->flags & AV_PKT_FLAG_KEY) == 0)
    return FALSE;
  if (time < 0)
    return FALSE;
  *has_begun = TRUE;
  return TRUE;
}

/* What a player would notice is told once. */
static void
notice_raised (GengaStreamCopy *self, const AVStream *from, double seconds)
{
  g_autofree char *which = NULL;

  if (self->notified_of_times || seconds <= TOLD)
    return;
  which = dup_stream_name (from);
  genga_progress_notice (self->progress,
                         _ ("Timestamps of another stream (%s) go back; they are moved."), which);
  self->notified_of_times = TRUE;
}

/* One that the muxer does not take is counted; what the file does not take is an error. */
static int
hand_on (GengaStreamCopy *self, guint from)
{
  gboolean has_content = self->packet->size > 0;
  int code = genga_fault ("refused-packet")
                 ? AVERROR (EINVAL)
                 : av_interleaved_write_frame (self->output, self->packet);

  av_packet_unref (self->packet);
  if (code < 0 && (code == AVERROR (ENOMEM) || self->output->pb->error < 0))
    return code;
  self->n_packets[from] += code >= 0 && has_content;
  self->n_refused += code < 0;
  return 0;
}

/* self->packet with the output's times. */
static int
write_one (GengaStreamCopy *self, guint from)
{
  AVPacket *packet = self->packet;
  const AVStream *to = self->output->streams[self->map[from]];
  gboolean is_strict = genga_muxer_is_strict (self->output->oformat, to->codecpar->codec_type);
  gint64 raised;

  packet->stream_index = to->index;
  packet->pos = -1;
  raised = genga_packet_raise (packet, &self->last[from], is_strict);
  notice_raised (self, self->input->streams[from], raised * av_q2d (to->time_base));
  return hand_on (self, from);
}

/*
 * The last packet of FLAC has no samples, but what its header should say of them. MP4's muxer
 * writes the headers of all streams anew for it, and forgets that of TrueHD, which it has of a
 * packet.
 */
static gboolean
has_truehd (const GengaStreamCopy *self)
{
  for (guint i = 0; i < self->output->nb_streams; i++)
    if (self->output->streams[i]->codecpar->codec_id == AV_CODEC_ID_TRUEHD)
      return TRUE;
  return FALSE;
}

/* All that comes of a packet of sound, or at the end (NULL), coded anew. */
static int
write_sound (GengaStreamCopy *self, guint from, const AVPacket *packet)
{
  GengaSoundCoder *sound = self->sound[from];
  const AVStream *to = self->output->streams[self->map[from]];
  int code = genga_sound_coder_send (sound, packet);

  av_packet_unref (self->packet);
  while (code >= 0 && (code = genga_sound_coder_receive (sound, self->packet)) >= 0)
    {
      if (self->packet->size == 0 && has_truehd (self))
        {
          av_packet_unref (self->packet);
          continue;
        }
      av_packet_rescale_ts (self->packet, genga_sound_coder_get_time_base (sound), to->time_base);
      code = write_one (self, from);
    }
  return code == AVERROR (EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

/* All that is ready of converted subtitles. */
static int
write_subtitles (GengaStreamCopy *self, guint from, gboolean has_memory)
{
  const AVStream *to = self->output->streams[self->map[from]];
  int code = has_memory ? 0 : AVERROR (ENOMEM);

  av_packet_unref (self->packet);
  while (code >= 0 && genga_subtitles_receive (self->subtitles[from], self->packet, to->time_base))
    code = write_one (self, from);
  return code;
}

/* Nothing will come any more that begins before `until` seconds. */
static int
pass_subtitles (GengaStreamCopy *self, double until)
{
  gint64 time = isinf (until) ? G_MAXINT64 : (gint64)(until * G_USEC_PER_SEC);
  int code = 0;

  for (guint i = 0; self->n_copied > 0 && code >= 0 && i < self->n_streams; i++)
    if (self->subtitles[i] != NULL)
      code = write_subtitles (self, i, genga_subtitles_pass (self->subtitles[i], time));
  return code;
}

static int
write_packet (GengaStreamCopy *self)
{
  AVPacket *packet = self->packet;
  guint from = packet->stream_index;
  const AVStream *stream = self->input->streams[from];
  AVStream *to = self->output->streams[self->map[from]];

  if (self->drops[from] && (packet->flags & AV_PKT_FLAG_DISCARD) != 0)
    return 0;
  if (self->is_trimmed && !fit_packet (self))
    return 0;
  if (self->sound[from] != NULL)
    return write_sound (self, from, packet);
  if (self->subtitles[from] != NULL)
    return write_subtitles (self, from, genga_subtitles_send (self->subtitles[from], packet));
  av_packet_rescale_ts (packet, stream->time_base, to->time_base);
  return write_one (self, from);
}

static void
notice_undecodable (GengaStreamCopy *self, guint from)
{
  g_autofree char *which = dup_stream_name (self->input->streams[from]);

  if (self->n_packets[from] == 0)
    genga_progress_notice (self->progress,
                           _ ("Nothing of the audio could be decoded; it is left out (stream %s)."),
                           which);
}

/* At the end: what coders of sound still hold. */
int
genga_stream_copy_finish (GengaStreamCopy *self)
{
  int code = 0;

  for (guint i = 0; self->n_copied > 0 && code >= 0 && i < self->n_streams; i++)
    if (self->sound[i] != NULL)
      {
        code = write_sound (self, i, NULL);
        notice_undecodable (self, i);
      }
  return code;
}

int
genga_stream_copy_run (GengaStreamCopy *self, double until, GError **error)
{
  int found = 0, code = 0;

  while (self->n_copied > 0 && code >= 0 &&
         (found = genga_packet_source_next (self->source, until, self->packet, error)) > 0)
    {
      code = write_packet (self);
      av_packet_unref (self->packet);
    }
  if (found < 0)
    return AVERROR_EXIT;
  return code >= 0 ? pass_subtitles (self, until) : code;
}

guint64
genga_stream_copy_get_n_packets (GengaStreamCopy *self, guint stream)
{
  for (guint i = 0; self->n_copied > 0 && i < self->n_streams; i++)
    if (self->map[i] == (int)stream)
      return self->n_packets[i];
  return 0;
}

guint64
genga_stream_copy_get_n_refused (GengaStreamCopy *self)
{
  return self->n_refused;
}

void
genga_stream_copy_leave (GengaStreamCopy *self)
{
  self->n_copied = 0;
  self->kept = (GengaKeptStreams){ .n_chapters = self->kept.n_chapters };
}

gboolean
genga_stream_copy_check (GengaStreamCopy *self, GError **error)
{
  return self->n_copied == 0 || genga_packet_source_check (self->source, error);
}
