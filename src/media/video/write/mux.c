/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The result's file: what it will say of its picture, the copied streams, and the segments one
 * after the other. Decoding times are made anew for all of it, because those of a part know nothing
 * of the part before.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/mux.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/output-file.h"
#include "media/video/write/muxer-io.h"
#include "media/video/write/output-like.h"
#include "media/video/write/picture-stream.h"
#include "media/video/write/result-check.h"
#include "media/video/write/segment-file.h"
#include "media/video/write/stream-copy.h"
#include "media/video/write/track-languages.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _GengaVideoMux
{
  char *path;
  char *name; /* for messages */
  const GengaEncoderSetup *setup;
  GengaOutputFile *file;
  AVFormatContext *output;
  GengaStreamCopy *copy;
  AVStream *stream; /* of `output` */
  AVPacket *packet;
  AVRational rate; /* as the file says */
  int refusal;     /* what the muxer itself said, where it was that which failed */
};

/* ---- errors ---- */

static gboolean
set_error (GengaVideoMux *self, int code, GError **error)
{
  gboolean is_of_file = self->file != NULL && genga_output_file_get_error (self->file, NULL);

  self->refusal = is_of_file || code == AVERROR (ENOMEM) ? 0 : code;
  return genga_av_set_output_error (self->file, self->name, code, error);
}

/* ---- the file ---- */

static gboolean
open_file (GengaVideoMux *self, const char *temporary, GError **error)
{
  const GengaVideoWrite *params = self->setup->params;

  self->file = genga_output_file_new_through (self->path, temporary, error);
  if (self->file == NULL)
    return FALSE;
  genga_output_file_set_disk_space_func (self->file, params->wait_for_disk_space,
                                         params->disk_space_data);
  return genga_av_write_through (self->output, self->file) ||
         set_error (self, AVERROR (ENOMEM), error);
}

GengaVideoMux *
genga_video_mux_new (const GengaSourceInfo *info,
                     const GengaOrigin *origin,
                     const GengaAvOrigin *known,
                     const char *path,
                     const GengaEncoderSetup *setup,
                     GError **error)
{
  g_autoptr (GengaVideoMux) self = g_new0 (GengaVideoMux, 1);
  const GengaVideoWrite *params = setup->params;
  int code;

  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  self->setup = setup;
  self->rate = setup->rate;
  self->packet = av_packet_alloc ();
  code = self->packet != NULL ? 0 : AVERROR (ENOMEM);
  if (code >= 0)
    code = avformat_alloc_output_context2 (&self->output, NULL,
                                           genga_container_get_muxer (params->container), NULL);
  if (code < 0)
    {
      set_error (self, code, error);
      return NULL;
    }
  /* FLAC in MP4 has a standard meanwhile; the muxer calls it an experiment. */
  self->output->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  self->copy = genga_stream_copy_new (origin, self->output, params, error);
  if (self->copy == NULL)
    return NULL;
  self->stream = genga_stream_copy_get_video (self->copy);
  genga_picture_stream_copy_side_data (self->stream, origin, known);
  genga_picture_stream_notice_losses (known, setup->encoding, params->progress);
  if (setup->encoding->format == AV_PIX_FMT_YUVA420P)
    av_dict_set (&self->stream->metadata, "alpha_mode", "1", 0);
  return genga_picture_stream_check_rotation (info, params->container, error)
             ? g_steal_pointer (&self)
             : NULL;
}

static void
close_file (GengaVideoMux *self)
{
  if (self->output != NULL)
    genga_av_stop_writing (self->output);
}

void
genga_video_mux_free (GengaVideoMux *self)
{
  if (self == NULL)
    return;
  genga_stream_copy_free (self->copy);
  close_file (self);
  avformat_free_context (self->output);
  g_clear_pointer (&self->file, genga_output_file_free);
  av_packet_free (&self->packet);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

const GengaKeptStreams *
genga_video_mux_get_kept (GengaVideoMux *self)
{
  return genga_stream_copy_get_kept (self->copy);
}

const GengaTrack *
genga_video_mux_get_tracks (GengaVideoMux *self, guint *n)
{
  return genga_stream_copy_get_tracks (self->copy, n);
}

/* ---- the header ---- */

static int
set_stream (GengaVideoMux *self, AVStream *stream, const AVCodecParameters *coding)
{
  stream->time_base = self->setup->time_base;
  stream->sample_aspect_ratio = self->setup->sar;
  stream->avg_frame_rate = self->rate;
  return genga_av_stream_set_coding (stream, coding);
}

gboolean
genga_video_mux_check (GengaVideoMux *self, const AVCodecParameters *coding, GError **error)
{
  AVFormatContext *trial = NULL;
  int code = genga_output_new_like (&trial, self->output, -1);

  if (code >= 0)
    code = set_stream (self, trial->streams[self->stream->index], coding);
  if (code >= 0)
    code = genga_output_try_header (trial);
  avformat_free_context (trial);
  return code >= 0 || set_error (self, code, error);
}

/* ---- joining ---- */

typedef struct
{
  const AVCodecParameters *coding;
  GengaVideoSegment *const *segments;
  const char *const *paths;
  guint n_segments;
  const char *temporary;
  int *damaged;
  GengaJoinTimes times;
  guint64 next; /* packet, counted from 0 */
} Joining;

static int
write_packet (GengaVideoMux *self, Joining *joining, GError **error)
{
  AVPacket *packet = self->packet;
  AVRational time_base = self->setup->time_base;
  gint64 frame = genga_join_times_find (&joining->times, packet->pts);
  int code;

  if (frame < 0 || joining->next >= joining->times.n_frames)
    return AVERROR_INVALIDDATA;
  if (!genga_progress_check (self->setup->params->progress, error))
    return AVERROR_EXIT;
  packet->dts = genga_join_times_get_dts (&joining->times, joining->next);
  packet->duration = joining->times.durations[frame];
  if (joining->next++ == joining->times.n_frames / 2)
    {
      genga_fault ("kill-join");
      genga_fault ("stop-join");
    }
  code = genga_stream_copy_run (self->copy, packet->dts * av_q2d (time_base), error);
  if (code == AVERROR_EXIT)
    return code;
  if (code >= 0)
    {
      av_packet_rescale_ts (packet, time_base, self->stream->time_base);
      packet->stream_index = self->stream->index;
      code = av_interleaved_write_frame (self->output, packet);
    }
  if (code < 0)
    set_error (self, code, error);
  return code < 0 ? AVERROR_EXIT : 0;
}

/* 0, AVERROR_EXIT with an error set, or what is wrong with the segment's file. */
static int
write_segment (GengaVideoMux *self, const char *path, Joining *joining, GError **error)
{
  g_autoptr (GengaSegmentReader) reader = NULL;
  int code = genga_segment_reader_new (path, &reader);

  while (code >= 0 && (code = genga_segment_reader_next (reader, self->packet)) >= 0)
    {
      code = write_packet (self, joining, error);
      av_packet_unref (self->packet);
    }
  return code == AVERROR_EOF ? 0 : code;
}

/* It stays, for it is not known whether it is damaged. */
static gboolean
set_unreadable (GengaVideoMux *self, const char *path, int code, GError **error)
{
  g_autofree char *reason = genga_av_dup_error (code);
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (
      error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
      _ ("Can't read a finished segment of “%s” (%s). It is kept; try again when the disk can be "
         "read, or delete “%s” to make it again."),
      self->name, reason, shown);
  return FALSE;
}

static gboolean
write_segments (GengaVideoMux *self, Joining *joining, GError **error)
{
  guint64 end = 0;

  for (guint i = 0; i < joining->n_segments; i++)
    {
      const char *path = joining->paths[i];
      int code = write_segment (self, path, joining, error);

      end += joining->segments[i]->n_frames;
      if (code == AVERROR_EXIT)
        return FALSE;
      if (code < 0 && code != AVERROR_INVALIDDATA)
        return set_unreadable (self, path, code, error);
      if (code < 0 || joining->next != end)
        {
          *joining->damaged = i;
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       _ ("A finished segment of “%s” has become unreadable on the disk; run the "
                          "same command again to make it again."),
                       self->name);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
write_end (GengaVideoMux *self, const char *temporary, GError **error)
{
  int code = genga_stream_copy_run (self->copy, INFINITY, error);

  if (code >= 0)
    code = genga_stream_copy_finish (self->copy);

  if (code == AVERROR_EXIT || (code >= 0 && !genga_stream_copy_check (self->copy, error)))
    return FALSE;
  if (code >= 0)
    code = genga_fault ("refused-end") ? AVERROR (EINVAL) : av_write_trailer (self->output);
  if (code >= 0)
    {
      avio_flush (self->output->pb);
      code = self->output->pb->error;
    }
  if (code < 0)
    return set_error (self, code, error);
  if (!genga_track_languages_finish (self->output, temporary, self->file))
    {
      set_error (self, AVERROR (EIO), error);
      self->refusal = 0; /* no stream is to blame */
      return FALSE;
    }
  genga_fault ("kill-joined");
  return genga_output_file_sync (self->file, error);
}

/* What was written is read again, before anybody deletes what it was made of. */
static gboolean
check_result (GengaVideoMux *self, const Joining *joining, GError **error)
{
  const GengaJoinTimes *times = &joining->times;
  g_autofree guint64 *n_packets = g_new0 (guint64, self->output->nb_streams);
  GengaExpectedResult expected = { .output = self->output,
                                   .n_packets = n_packets,
                                   .video = self->stream->index };
  int code;

  for (guint i = 0; i < self->output->nb_streams; i++)
    n_packets[i] = genga_stream_copy_get_n_packets (self->copy, i);
  n_packets[expected.video] += times->n_frames;
  expected.seconds =
      (times->pts[times->n_frames - 1] - times->pts[0]) * av_q2d (self->setup->time_base);
  code = genga_fault ("refused-result") ? AVERROR_INVALIDDATA
                                        : genga_result_check (joining->temporary, &expected);
  return code >= 0 || set_error (self, code, error);
}

static gboolean
join_once (GengaVideoMux *self, Joining *joining, GError **error)
{
  int code;

  *joining->damaged = -1;
  joining->next = 0;
  self->refusal = 0;
  if (!open_file (self, joining->temporary, error))
    return FALSE;
  code = set_stream (self, self->stream, joining->coding);
  if (code >= 0 && !genga_track_languages_prepare (self->output))
    genga_progress_notice (self->setup->params->progress,
                           _ ("Languages of “%s” are in three letters: what its tracks say is too "
                              "long for more."),
                           self->name);
  if (code >= 0)
    code = avformat_write_header (self->output, NULL);
  if (code < 0)
    return set_error (self, code, error);
  return write_segments (self, joining, error) && write_end (self, joining->temporary, error) &&
         check_result (self, joining, error);
}

/* The output once more, with its picture and what is said of it, and no other stream. */
static gboolean
leave_others (GengaVideoMux *self)
{
  AVFormatContext *bare = NULL;

  if (genga_output_new_like (&bare, self->output, self->stream->index) < 0)
    return FALSE;
  close_file (self);
  avformat_free_context (self->output);
  g_clear_pointer (&self->file, genga_output_file_free);
  self->output = bare;
  self->stream = bare->streams[0];
  genga_stream_copy_leave (self->copy);
  return TRUE;
}

static void
notice_refused (GengaVideoMux *self)
{
  guint64 n = genga_stream_copy_get_n_refused (self->copy);

  if (n > 0)
    genga_progress_notice (self->setup->params->progress,
                           _ ("%u packets of the other streams are left out: a file of type %s "
                              "does not take them."),
                           (guint)MIN (n, G_MAXUINT),
                           genga_container_get_suffix (self->setup->params->container) + 1);
}

/* Hours of work are not lost because of a soundtrack. */
static gboolean
join (GengaVideoMux *self, Joining *joining, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (join_once (self, joining, &reason))
    {
      notice_refused (self);
      return TRUE;
    }
  if (self->refusal == 0 || self->output->nb_streams == 1 || !leave_others (self))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  g_debug ("%s: %s", self->name, reason->message);
  genga_progress_notice (self->setup->params->progress,
                         _ ("The other streams of “%s” are left out: a file of type %s does not "
                            "take them. Its picture is complete; mkv may take them."),
                         self->name,
                         genga_container_get_suffix (self->setup->params->container) + 1);
  return join_once (self, joining, error);
}

gboolean
genga_video_mux_join (GengaVideoMux *self,
                      const AVCodecParameters *coding,
                      GengaVideoSegment *const *segments,
                      const char *const *paths,
                      guint n_segments,
                      const char *temporary,
                      int *damaged,
                      GError **error)
{
  Joining joining = { coding, segments, paths, n_segments, temporary, damaged, { 0 }, 0 };
  gboolean ok;

  genga_join_times_init (&joining.times, segments, n_segments);
  self->rate =
      genga_picture_stream_measure_rate (self->setup->rate, &joining.times, self->setup->time_base);
  ok = join (self, &joining, error);
  genga_join_times_clear (&joining.times);
  return ok;
}

gboolean
genga_video_mux_commit (GengaVideoMux *self, gboolean overwrite, GError **error)
{
  genga_output_file_set_overwrite (self->file, overwrite);
  return genga_output_file_commit (self->file, error);
}
