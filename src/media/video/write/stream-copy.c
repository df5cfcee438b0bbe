/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything of the source's file that is not upscaled: its other streams as packets with the times
 * they have, chapters, tags.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-copy.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/video/write/packet-source.h"
#include "media/video/write/sound-coder.h"
#include "media/video/write/stream-map.h"
#include "media/video/write/stream-notices.h"
#include "media/video/write/stream-tags.h"
#include "media/video/write/stream-trial.h"
#include "media/video/write/subtitles.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Times that were moved by more than this many seconds are told. */
#define TOLD 0.05

struct _GengaStreamCopy
{
  GengaPacketSource *source; /* NULL: there is nothing to copy */
  AVFormatContext *input;    /* borrowed from it */
  AVFormatContext *output;   /* borrowed */
  AVStream *video;           /* of the output; borrowed */
  GengaProgress *progress;   /* borrowed; may be NULL */
  GengaStreamMap *streams;   /* NULL without a source */
  gboolean is_left;          /* from here on nothing is copied */
  GengaKeptStreams kept;
  AVPacket *packet;
  gint64 *last;       /* decoding time of each of the input's streams, as it was written */
  guint64 *n_packets; /* of each of the input's streams that were written */
  guint64 n_refused;  /* those that the muxer did not take */
  gboolean notified_of_times;

  /* The part that is copied, in seconds of the input. */
  gboolean is_trimmed;
  double start;
  double stop;
  gboolean *has_begun; /* of each of the input's streams: something of it was copied */
};

static void
prepare_counts (GengaStreamCopy *self)
{
  guint n = self->input->nb_streams;

  self->last = g_new (gint64, n);
  for (guint i = 0; i < n; i++)
    self->last[i] = AV_NOPTS_VALUE;
  self->n_packets = g_new0 (guint64, n);
  self->has_begun = g_new0 (gboolean, n);
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
  prepare_counts (self);
  self->streams = genga_stream_map_new (self->source, output, self->is_trimmed, params, error);
  if (self->streams == NULL)
    return NULL;
  self->video = self->streams->video;
  self->kept = self->streams->kept;
  if (!genga_track_list_has (params->leave_out, GENGA_TRACK_CHAPTERS, 1))
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
  genga_stream_map_free (self->streams);
  genga_packet_source_free (self->source);
  av_packet_free (&self->packet);
  g_free (self->last);
  g_free (self->n_packets);
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

const GengaTrack *
genga_stream_copy_get_tracks (GengaStreamCopy *self, guint *n)
{
  *n = self->streams != NULL ? self->streams->tracks->len : 0;
  return *n > 0 ? (const GengaTrack *)(gconstpointer)self->streams->tracks->data : NULL;
}

static gboolean
copies (const GengaStreamCopy *self)
{
  return !self->is_left && self->streams != NULL && self->streams->n_copied > 0;
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
  which = genga_stream_dup_name (from);
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
  const AVStream *to = self->output->streams[self->streams->map[from]];
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
  GengaSoundCoder *sound = self->streams->sound[from];
  const AVStream *to = self->output->streams[self->streams->map[from]];
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
  const AVStream *to = self->output->streams[self->streams->map[from]];
  int code = has_memory ? 0 : AVERROR (ENOMEM);

  av_packet_unref (self->packet);
  while (code >= 0 &&
         genga_subtitles_receive (self->streams->subtitles[from], self->packet, to->time_base))
    code = write_one (self, from);
  return code;
}

/* Nothing will come any more that begins before `until` seconds. */
static int
pass_subtitles (GengaStreamCopy *self, double until)
{
  gint64 time = isinf (until) ? G_MAXINT64 : (gint64)(until * G_USEC_PER_SEC);
  int code = 0;

  for (guint i = 0; copies (self) && code >= 0 && i < self->streams->n_streams; i++)
    if (self->streams->subtitles[i] != NULL)
      code = write_subtitles (self, i, genga_subtitles_pass (self->streams->subtitles[i], time));
  return code;
}

static int
write_packet (GengaStreamCopy *self)
{
  AVPacket *packet = self->packet;
  guint from = packet->stream_index;
  const AVStream *stream = self->input->streams[from];
  AVStream *to = self->output->streams[self->streams->map[from]];

  if (self->streams->drops[from] && (packet->flags & AV_PKT_FLAG_DISCARD) != 0)
    return 0;
  if (self->is_trimmed && !fit_packet (self))
    return 0;
  if (self->streams->sound[from] != NULL)
    return write_sound (self, from, packet);
  if (self->streams->subtitles[from] != NULL)
    return write_subtitles (self, from,
                            genga_subtitles_send (self->streams->subtitles[from], packet));
  av_packet_rescale_ts (packet, stream->time_base, to->time_base);
  return write_one (self, from);
}

static void
notice_undecodable (GengaStreamCopy *self, guint from)
{
  g_autofree char *which = genga_stream_dup_name (self->input->streams[from]);

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

  for (guint i = 0; copies (self) && code >= 0 && i < self->streams->n_streams; i++)
    if (self->streams->sound[i] != NULL)
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

  while (copies (self) && code >= 0 &&
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
  for (guint i = 0; copies (self) && i < self->streams->n_streams; i++)
    if (self->streams->map[i] == (int)stream)
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
  self->is_left = TRUE;
  self->kept = (GengaKeptStreams){ .n_chapters = self->kept.n_chapters };
}

gboolean
genga_stream_copy_check (GengaStreamCopy *self, GError **error)
{
  return !copies (self) || genga_packet_source_check (self->source, error);
}
