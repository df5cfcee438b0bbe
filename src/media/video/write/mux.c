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
#include "media/video/write/result-check.h"
#include "media/video/write/segment-file.h"
#include "media/video/write/stream-copy.h"
#include "media/video/write/stream-tags.h"

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

/* A header's rate is not believed where the times of so many frames are off by this part. */
#define MIN_MEASURED 8
#define MAX_WRONG 0.02
/* How near a usual rate is. */
#define NEAR 0.002

/* The times of all frames, and where joining has got to. */
typedef struct
{
  gint64 *pts; /* of all segments, rising */
  gint64 *durations;
  guint64 n_frames;
  guint64 delay; /* how many frames later than its place in the file a frame is shown at most */
  guint64 next;  /* packet, counted from 0 */
} Timeline;

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

/* ---- what the stream says of itself ---- */

void
genga_av_copy_side_data (AVStream *to, const GengaOrigin *origin, const GengaAvOrigin *known)
{
  static const struct
  {
    enum AVPacketSideDataType packet;
    enum AVFrameSideDataType frame;
  } types[] = {
    { AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA },
    { AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL },
    { AV_PKT_DATA_DISPLAYMATRIX, AV_FRAME_DATA_DISPLAYMATRIX },
    { AV_PKT_DATA_STEREO3D, AV_FRAME_DATA_STEREO3D },
    { AV_PKT_DATA_SPHERICAL, AV_FRAME_DATA_SPHERICAL },
  };
  AVStream *stream = known->stream;
  const AVFrame *first = known->first;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      /* Frames that were rotated are not to be rotated again; Matroska holds it from FFmpeg 7 on.
       */
      if (types[i].packet == AV_PKT_DATA_DISPLAYMATRIX && origin->is_rotated)
        continue;

      const AVFrameSideData *of_frame = av_frame_get_side_data (first, types[i].frame);
      gsize size = 0;
      gconstpointer data = genga_av_stream_get_side_data (stream, types[i].packet, &size);

      if (data == NULL && of_frame != NULL)
        {
          data = of_frame->data;
          size = of_frame->size;
        }
      if (data != NULL)
        genga_av_stream_set_side_data (to, types[i].packet, data, size);
    }
}

static void
notice_losses (GengaVideoMux *self, const GengaAvOrigin *known)
{
  const AVStream *stream = known->stream;
  const AVFrame *first = known->first;

  const char *kept = first->color_trc == AVCOL_TRC_SMPTE2084      ? "HDR10"
                     : first->color_trc == AVCOL_TRC_ARIB_STD_B67 ? "HLG"
                                                                  : "SDR";

  if (av_frame_get_side_data (first, AV_FRAME_DATA_A53_CC) != NULL)
    genga_progress_notice (self->setup->params->progress,
                           _ ("Closed captions (CEA-608 and CEA-708) are not kept."));
  if (genga_av_stream_get_side_data (stream, AV_PKT_DATA_DOVI_CONF, NULL) != NULL)
    genga_progress_notice (self->setup->params->progress,
                           _ ("Dolby Vision is not kept, the picture beneath it (%s) is."), kept);
  if (av_frame_get_side_data (first, AV_FRAME_DATA_DYNAMIC_HDR_PLUS) != NULL)
    genga_progress_notice (self->setup->params->progress, _ ("HDR10+ is not kept, %s is."), kept);
}

static gboolean
check_rotation (const GengaVideoWrite *params, const GengaSourceInfo *info, GError **error)
{
  if ((info->rotation == 0 && !info->is_mirrored) || params->container == GENGA_CONTAINER_MP4 ||
      params->container == GENGA_CONTAINER_MOV)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("The video is rotated by %d°, which a file of type %s can't store; choose mp4 or "
                  "mov."),
               info->rotation, genga_container_get_suffix (params->container) + 1);
  return FALSE;
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
  genga_av_copy_side_data (self->stream, origin, known);
  notice_losses (self, known);
  if (setup->encoding->format == AV_PIX_FMT_YUVA420P)
    av_dict_set (&self->stream->metadata, "alpha_mode", "1", 0);
  return check_rotation (params, info, error) ? g_steal_pointer (&self) : NULL;
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

/* ---- the header ---- */

/* Rates that are meant where times come near. */
static const AVRational usual_rates[] = {
  { 24000, 1001 }, { 24, 1 },       { 25, 1 }, { 30000, 1001 }, { 30, 1 },
  { 50, 1 },       { 60000, 1001 }, { 60, 1 }, { 15, 1 },       { 12, 1 },
};

/* Frames per second by the frames' times, for headers that are wrong: in films with repeated fields
 * players count fields. */
static AVRational
measure_rate (GengaVideoMux *self, GengaVideoSegment *const *segments, guint n_segments)
{
  const GengaVideoSegment *last = segments[n_segments - 1];
  AVRational said = self->setup->rate;
  guint64 n = 0;
  double seconds, rate;

  for (guint i = 0; i < n_segments; i++)
    n += segments[i]->n_frames;
  seconds =
      (last->pts[last->n_frames - 1] + last->durations[last->n_frames - 1] - segments[0]->pts[0]) *
      av_q2d (self->setup->time_base);
  if (n < MIN_MEASURED || seconds <= 0)
    return said;
  rate = n / seconds;
  if (said.num > 0 && fabs (rate / av_q2d (said) - 1) < MAX_WRONG)
    return said;
  for (gsize i = 0; i < G_N_ELEMENTS (usual_rates); i++)
    if (fabs (rate / av_q2d (usual_rates[i]) - 1) < NEAR)
      return usual_rates[i];
  return av_d2q (rate, 100000);
}

static int
set_stream (GengaVideoMux *self, AVStream *stream, const AVCodecParameters *coding)
{
  stream->time_base = self->setup->time_base;
  stream->sample_aspect_ratio = self->setup->sar;
  stream->avg_frame_rate = self->rate;
  return genga_av_stream_set_coding (stream, coding);
}

static int
add_like (const AVStream *like, AVStream *stream)
{
  int code;

  if (stream == NULL)
    return AVERROR (ENOMEM);
  stream->time_base = like->time_base;
  stream->disposition = like->disposition;
  av_dict_copy (&stream->metadata, like->metadata, 0);
  code = avcodec_parameters_copy (stream->codecpar, like->codecpar);
  return code >= 0 && !genga_av_stream_copy_side_data (stream, like) ? AVERROR (ENOMEM) : code;
}

/* All streams in a context of their own: a header can be written once. */
static int
write_trial (GengaVideoMux *self, AVFormatContext *trial, const AVCodecParameters *coding)
{
  int code = 0;
  guint8 *bytes;

  trial->strict_std_compliance = self->output->strict_std_compliance;
  for (guint i = 0; i < self->output->nb_streams && code >= 0; i++)
    {
      const AVStream *like = self->output->streams[i];
      AVStream *stream = avformat_new_stream (trial, NULL);

      code = add_like (like, stream);
      if (code >= 0 && like == self->stream)
        code = set_stream (self, stream, coding);
    }
  if (code >= 0)
    code = avio_open_dyn_buf (&trial->pb);
  if (code < 0)
    return code;
  code = avformat_write_header (trial, NULL);
  avio_close_dyn_buf (trial->pb, &bytes);
  av_free (bytes);
  trial->pb = NULL;
  return code;
}

gboolean
genga_video_mux_check (GengaVideoMux *self, const AVCodecParameters *coding, GError **error)
{
  AVFormatContext *trial = NULL;
  int code = avformat_alloc_output_context2 (
      &trial, NULL, genga_container_get_muxer (self->setup->params->container), NULL);

  if (code >= 0)
    code = write_trial (self, trial, coding);
  avformat_free_context (trial);
  return code >= 0 || set_error (self, code, error);
}

/* ---- times ---- */

static void
timeline_clear (Timeline *self)
{
  g_free (self->pts);
  g_free (self->durations);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Timeline, timeline_clear)

static void
timeline_init (Timeline *self, GengaVideoSegment *const *segments, guint n_segments)
{
  guint64 n = 0;

  for (guint i = 0; i < n_segments; i++)
    n += segments[i]->n_frames;
  *self = (Timeline){ .pts = g_new (gint64, n + 1), .durations = g_new (gint64, n + 1) };
  for (guint i = 0; i < n_segments; i++)
    {
      gsize size = segments[i]->n_frames * sizeof (gint64);

      memcpy (self->pts + self->n_frames, segments[i]->pts, size);
      memcpy (self->durations + self->n_frames, segments[i]->durations, size);
      self->delay = MAX (self->delay, segments[i]->delay);
      self->n_frames += segments[i]->n_frames;
    }
}

/* The frame of a time, or -1. */
static gint64
timeline_find (const Timeline *self, gint64 pts)
{
  guint64 low = 0, high = self->n_frames;

  while (low < high)
    {
      guint64 middle = low + (high - low) / 2;

      if (self->pts[middle] < pts)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->n_frames && self->pts[low] == pts ? (gint64)low : -1;
}

/*
 * Packet i is decoded when frame i - delay is shown: never later than its own, and rising. Before
 * the first frame there is as much time as between the first ones, as x264 has it.
 */
static gint64
timeline_get_dts (const Timeline *self, guint64 i)
{
  if (i >= self->delay)
    return self->pts[i - self->delay];
  return self->pts[i] - (self->pts[self->delay] - self->pts[0]);
}

/* ---- joining ---- */

static int
write_packet (GengaVideoMux *self, Timeline *timeline, GError **error)
{
  AVPacket *packet = self->packet;
  AVRational time_base = self->setup->time_base;
  gint64 frame = timeline_find (timeline, packet->pts);
  int code;

  if (frame < 0 || timeline->next >= timeline->n_frames)
    return AVERROR_INVALIDDATA;
  if (!genga_progress_check (self->setup->params->progress, error))
    return AVERROR_EXIT;
  packet->dts = timeline_get_dts (timeline, timeline->next);
  packet->duration = timeline->durations[frame];
  if (timeline->next++ == timeline->n_frames / 2)
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
write_segment (GengaVideoMux *self, const char *path, Timeline *timeline, GError **error)
{
  g_autoptr (GengaSegmentReader) reader = NULL;
  int code = genga_segment_reader_new (path, &reader);

  while (code >= 0 && (code = genga_segment_reader_next (reader, self->packet)) >= 0)
    {
      code = write_packet (self, timeline, error);
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
write_segments (GengaVideoMux *self,
                GengaVideoSegment *const *segments,
                const char *const *paths,
                guint n_segments,
                int *damaged,
                GError **error)
{
  g_auto (Timeline) timeline = { 0 };
  guint64 end = 0;

  timeline_init (&timeline, segments, n_segments);
  for (guint i = 0; i < n_segments; i++)
    {
      int code = write_segment (self, paths[i], &timeline, error);

      end += segments[i]->n_frames;
      if (code == AVERROR_EXIT)
        return FALSE;
      if (code < 0 && code != AVERROR_INVALIDDATA)
        return set_unreadable (self, paths[i], code, error);
      if (code < 0 || timeline.next != end)
        {
          *damaged = i;
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
write_end (GengaVideoMux *self, GError **error)
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
  genga_fault ("kill-joined");
  return genga_output_file_sync (self->file, error);
}

/* What was written is read again, before anybody deletes what it was made of. */
static gboolean
check_result (GengaVideoMux *self,
              GengaVideoSegment *const *segments,
              guint n_segments,
              const char *temporary,
              GError **error)
{
  const GengaVideoSegment *last = segments[n_segments - 1];
  g_autofree guint64 *n_packets = g_new0 (guint64, self->output->nb_streams);
  GengaExpectedResult expected = { .output = self->output,
                                   .n_packets = n_packets,
                                   .video = self->stream->index };
  int code;

  for (guint i = 0; i < self->output->nb_streams; i++)
    n_packets[i] = genga_stream_copy_get_n_packets (self->copy, i);
  for (guint i = 0; i < n_segments; i++)
    n_packets[expected.video] += segments[i]->n_frames;
  expected.seconds =
      (last->pts[last->n_frames - 1] - segments[0]->pts[0]) * av_q2d (self->setup->time_base);
  code = genga_fault ("refused-result") ? AVERROR_INVALIDDATA
                                        : genga_result_check (temporary, &expected);
  return code >= 0 || set_error (self, code, error);
}

static gboolean
join_once (GengaVideoMux *self,
           const AVCodecParameters *coding,
           GengaVideoSegment *const *segments,
           const char *const *paths,
           guint n_segments,
           const char *temporary,
           int *damaged,
           GError **error)
{
  int code;

  *damaged = -1;
  self->refusal = 0;
  if (!open_file (self, temporary, error))
    return FALSE;
  code = set_stream (self, self->stream, coding);
  if (code >= 0)
    code = avformat_write_header (self->output, NULL);
  if (code < 0)
    return set_error (self, code, error);
  return write_segments (self, segments, paths, n_segments, damaged, error) &&
         write_end (self, error) && check_result (self, segments, n_segments, temporary, error);
}

/* The output once more, with its picture and what is said of it, and no other stream. */
static gboolean
leave_others (GengaVideoMux *self)
{
  AVFormatContext *bare = NULL;
  AVStream *stream;

  if (avformat_alloc_output_context2 (
          &bare, NULL, genga_container_get_muxer (self->setup->params->container), NULL) < 0)
    return FALSE;
  bare->strict_std_compliance = self->output->strict_std_compliance;
  stream = avformat_new_stream (bare, NULL);
  if (add_like (self->stream, stream) < 0)
    {
      avformat_free_context (bare);
      return FALSE;
    }
  genga_av_copy_chapters (bare, self->output, NAN, INFINITY);
  av_dict_copy (&bare->metadata, self->output->metadata, 0);
  close_file (self);
  avformat_free_context (self->output);
  g_clear_pointer (&self->file, genga_output_file_free);
  self->output = bare;
  self->stream = stream;
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
  g_autoptr (GError) reason = NULL;

  self->rate = measure_rate (self, segments, n_segments);
  if (join_once (self, coding, segments, paths, n_segments, temporary, damaged, &reason))
    {
      notice_refused (self);
      return TRUE;
    }
  /* Hours of work are not lost because of a soundtrack. */
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
  return join_once (self, coding, segments, paths, n_segments, temporary, damaged, error);
}

gboolean
genga_video_mux_commit (GengaVideoMux *self, gboolean overwrite, GError **error)
{
  genga_output_file_set_overwrite (self->file, overwrite);
  return genga_output_file_commit (self->file, error);
}
