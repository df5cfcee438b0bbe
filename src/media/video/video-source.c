/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "core/cpu.h"
#include "core/error.h"
#include "media/video/video-source-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A file may end this much before its header says, besides one frame: audio is cut in blocks. */
#define SLACK_SECONDS 0.1

/* So many frames may come of a file that is changed meanwhile. */
#define CHECK_FRAMES 32

/* So many changes of the picture's size are told one by one. */
#define MAX_TOLD 5

static gboolean
set_input_error (GengaVideoSource *self, GError **error, const char *format)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, format, self->name);
#pragma GCC diagnostic pop
  return FALSE;
}

static AVStream *
find_video (AVFormatContext *format)
{
  int index = av_find_best_stream (format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);

  if (index < 0 || (format->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC))
    return NULL;
  return format->streams[index];
}

/* FFmpeg's own decoder of VP8 and VP9 does not see transparency. */
static const AVCodec *
find_decoder (AVStream *stream)
{
  const AVDictionaryEntry *alpha = av_dict_get (stream->metadata, "alpha_mode", NULL, 0);
  const AVCodec *codec = NULL;

  if (alpha != NULL && g_str_equal (alpha->value, "1"))
    {
      if (stream->codecpar->codec_id == AV_CODEC_ID_VP9)
        codec = avcodec_find_decoder_by_name ("libvpx-vp9");
      else if (stream->codecpar->codec_id == AV_CODEC_ID_VP8)
        codec = avcodec_find_decoder_by_name ("libvpx");
    }
  return codec != NULL ? codec : avcodec_find_decoder (stream->codecpar->codec_id);
}

static gboolean
open_decoder (GengaVideoSource *self, GError **error)
{
  const AVCodec *codec = find_decoder (self->stream);
  guint n_threads = genga_cpu_get_n_threads ();

  if (codec == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("There is no decoder for the video in “%s” (%s)."), self->name,
                   avcodec_get_name (self->stream->codecpar->codec_id));
      return FALSE;
    }
  self->decoder = avcodec_alloc_context3 (codec);
  if (self->decoder == NULL ||
      avcodec_parameters_to_context (self->decoder, self->stream->codecpar) < 0)
    return set_input_error (self, error, _ ("The video in “%s” cannot be decoded."));

  /* Damaged frames are shown and counted, not left out. */
  self->decoder->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  self->decoder->pkt_timebase = self->stream->time_base;
  self->decoder->thread_count =
      self->params.n_threads > 0 ? self->params.n_threads : CLAMP (n_threads / 4, 1, 8);
  if (avcodec_open2 (self->decoder, codec, NULL) < 0)
    return set_input_error (self, error, _ ("The video in “%s” cannot be decoded."));
  return TRUE;
}

/* ---- opening ---- */

gboolean
genga_video_source_open (GengaVideoSource *self, GError **error)
{
  avcodec_free_context (&self->decoder);
  g_clear_pointer (&self->timeline, genga_timeline_free);
  avformat_close_input (&self->format);
  self->format = genga_av_open_file (self->path, error);
  if (self->format == NULL)
    return FALSE;
  self->timeline = genga_timeline_new (self->format);
  self->stream = find_video (self->format);
  if (self->stream == NULL)
    return set_input_error (self, error, _ ("There is no video in “%s”."));
  genga_video_source_flush (self);
  return open_decoder (self, error);
}

/* ---- the border ---- */

static gboolean
open_source (GengaVideoSource *self, GError **error)
{
  self->packet = av_packet_alloc ();
  self->frame = av_frame_alloc ();
  self->before = av_frame_alloc ();
  self->held = av_frame_alloc ();
  if (self->packet == NULL || self->frame == NULL || self->before == NULL || self->held == NULL ||
      !genga_video_source_open (self, error))
    return FALSE;

  self->info.rate_num = MAX (0, self->stream->avg_frame_rate.num);
  self->info.rate_den = self->stream->avg_frame_rate.den;
  int found = genga_video_source_next (self, error);
  if (found == 0)
    return set_input_error (self, error, _ ("There is not one frame in “%s” that can be decoded."));
  if (found < 0)
    return FALSE;
  self->has_pending = TRUE;
  self->first = av_frame_clone (self->frame);
  if (self->first == NULL)
    return FALSE;
  if (genga_av_get_depth (self->frame->format) == 0)
    {
      const char *format_name = av_get_pix_fmt_name (self->frame->format);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("The video in “%s” is coded in a way that cannot be read (%s)."), self->name,
                   format_name != NULL ? format_name : "?");
      return FALSE;
    }
  genga_av_fill_info (&self->info, self->format, self->stream, self->frame);
  if (self->animation.kind != NULL)
    {
      self->info.is_animation = TRUE;
      self->info.plays = self->animation.plays;
      self->info.n_frames = self->animation.n_frames;
    }
  self->info.is_interlaced |= self->deinterlacer != NULL;
  return TRUE;
}

gboolean
genga_video_source_open_now (GengaVideoSource *self, GError **error)
{
  GengaVideoFeed feed = { 0 };
  GError *reason = NULL;

  if (stat (self->path, &self->stat) != 0)
    self->stat = (struct stat){ 0 };
  if (!genga_animation_look (self->path, &self->animation))
    self->animation.kind = NULL;
  if (g_strcmp0 (self->animation.kind, "webp") == 0)
    return genga_webp_open (self->path, &feed, error) &&
           genga_video_source_set_feed (self, &feed, error);
  if (open_source (self, &reason))
    return TRUE;
  if (reason == NULL)
    g_set_error_literal (&reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                         _ ("There is not enough memory to decode the video."));
  g_propagate_error (error, reason);
  return FALSE;
}

void
genga_video_source_destroy (GengaVideoSource *self)
{
  genga_video_source_free_feed (self);
  genga_deinterlacer_free (self->deinterlacer);
  genga_video_reader_free (self->reader);
  genga_video_resizer_free (self->resizer);
  avcodec_free_context (&self->decoder);
  g_clear_pointer (&self->timeline, genga_timeline_free);
  avformat_close_input (&self->format);
  av_packet_free (&self->packet);
  av_frame_free (&self->frame);
  av_frame_free (&self->before);
  av_frame_free (&self->held);
  av_frame_free (&self->first);
  g_clear_pointer (&self->call.frame, genga_frame_unref);
  g_clear_error (&self->call.error);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

const GengaVideoInfo *
genga_video_source_get_info (GengaVideoSource *self)
{
  return &self->info;
}

const char *
genga_video_source_get_path (GengaVideoSource *self)
{
  if (self->feed != NULL)
    return self->feed->companion;
  return self->animation.kind == NULL ? self->path : NULL;
}

const struct stat *
genga_video_source_get_stat (GengaVideoSource *self)
{
  return &self->stat;
}

AVFormatContext *
genga_video_source_get_format (GengaVideoSource *self)
{
  return self->format;
}

AVStream *
genga_video_source_get_stream (GengaVideoSource *self)
{
  return self->stream;
}

const AVFrame *
genga_video_source_get_first_frame (GengaVideoSource *self)
{
  return self->first;
}

void
genga_video_source_get_count (GengaVideoSource *self, GengaVideoCount *count)
{
  *count = self->count;
}

static GengaFrame *
convert (GengaVideoSource *self, GError **error)
{
  const AVFrame *frame = self->frame;
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (frame->format);
  GengaColour tags, colour;

  genga_av_get_colour (frame, &tags);
  colour = tags;
  genga_av_complete_colour (&colour, desc, frame->height);
  if (self->reader == NULL || !genga_video_reader_matches (self->reader, frame->format,
                                                           frame->width, frame->height, &colour))
    {
      g_clear_pointer (&self->reader, genga_video_reader_free);
      self->reader = genga_video_reader_new (frame->format, frame->width, frame->height, &colour,
                                             self->name, error);
    }
  if (self->reader == NULL)
    return NULL;

  GengaFrame *result = genga_video_reader_run (self->reader, frame, self->info.layout, error);
  if (result != NULL)
    {
      result->colour = tags;
      result->pts = frame->pts - self->offset;
      result->duration = MIN (genga_av_frame_get_duration (frame), self->stop - frame->pts);
      result->time_base_num = self->stream->time_base.num;
      result->time_base_den = self->stream->time_base.den;
    }
  return result;
}

static void
notice_size (GengaVideoSource *self, const GengaFrame *frame)
{
  double seconds =
      (frame->pts + self->offset - self->first->pts) * av_q2d (self->stream->time_base);

  if (self->n_sizes++ < MAX_TOLD)
    genga_progress_notice (self->params.progress,
                           _ ("From second %.3f on the pictures in “%s” have %d × %d pixels; they "
                              "are resized to %d × %d, as the first one is."),
                           seconds, self->name, frame->info.width, frame->info.height,
                           self->first->width, self->first->height);
}

/* A frame in the size of the first one; takes it. */
static GengaFrame *
fit (GengaVideoSource *self, GengaFrame *take_frame, GError **error)
{
  g_autoptr (GengaFrame) frame = take_frame;
  int width = self->first->width, height = self->first->height;

  if (frame->info.width == width && frame->info.height == height)
    {
      g_clear_pointer (&self->resizer, genga_video_resizer_free);
      return g_steal_pointer (&frame);
    }
  if (self->resizer == NULL || !genga_video_resizer_matches (self->resizer, &frame->info))
    {
      notice_size (self, frame);
      g_clear_pointer (&self->resizer, genga_video_resizer_free);
      self->resizer = genga_video_resizer_new (&frame->info, width, height, error);
    }
  return self->resizer != NULL
             ? genga_video_resizer_run (self->resizer, g_steal_pointer (&frame), error)
             : NULL;
}

/* Looked at now and then, so that hours of work on something else are not begun. */
static gboolean
check_unchanged (GengaVideoSource *self, GError **error)
{
  return self->count.n_frames % CHECK_FRAMES != 0 ||
         !genga_av_file_has_changed (self->format, self->path, &self->stat) ||
         genga_av_set_changed_error (self->name, error);
}

GengaFrame *
genga_video_source_read_now (GengaVideoSource *self, GError **error)
{
  g_autoptr (GengaFrame) result = NULL;

  if (self->feed != NULL)
    return genga_video_source_read_feed (self, error);
  if (!check_unchanged (self, error))
    return NULL;
  do
    {
      if (!self->has_pending && genga_video_source_next (self, error) <= 0)
        return NULL;
      self->has_pending = FALSE;
    }
  while (self->frame->pts < self->skip_until);
  if (self->frame->pts >= self->stop)
    {
      /* Whoever asks again gets the same answer. */
      self->has_pending = TRUE;
      return NULL;
    }
  result = convert (self, error);
  av_frame_unref (self->frame);
  if (result != NULL)
    result = fit (self, g_steal_pointer (&result), error);
  return result != NULL ? genga_video_source_turn_frame (self, g_steal_pointer (&result), error)
                        : NULL;
}

/* "00:01:02.345" as muxers leave it in a stream's tags; 0 where there is none. */
static double
get_tagged_seconds (AVStream *stream)
{
  const AVDictionaryEntry *entry = av_dict_get (stream->metadata, "DURATION", NULL, 0);
  guint hours, minutes;
  double seconds;

  if (entry == NULL)
    return 0;
  g_auto (GStrv) parts = g_strsplit (entry->value, ":", 3);
  if (g_strv_length (parts) != 3)
    return 0;
  hours = g_ascii_strtoull (parts[0], NULL, 10);
  minutes = g_ascii_strtoull (parts[1], NULL, 10);
  seconds = g_ascii_strtod (parts[2], NULL);
  return hours * 3600. + minutes * 60. + seconds;
}

/* Seconds that are missing at the end, by what the file says of itself; <= 0: none. */
static double
get_missing_seconds (GengaVideoSource *self)
{
  double time_base = av_q2d (self->stream->time_base);
  double end = self->video_end * time_base;
  double frame = self->info.rate_num > 0 ? (double)self->info.rate_den / self->info.rate_num : 0;
  double tagged = get_tagged_seconds (self->stream);
  double missing = -1;

  /* Durations count from nought where a header has them, also in files that start later. */
  if (self->stream->duration != AV_NOPTS_VALUE && self->stream->duration > 0)
    missing = self->stream->duration * time_base - end;
  else if (tagged > 0)
    missing = tagged - end;
  if (self->format->duration != AV_NOPTS_VALUE && self->format->duration > 0)
    missing =
        MAX (missing, self->format->duration / (double)AV_TIME_BASE - MAX (self->file_end, end));
  return missing - frame - SLACK_SECONDS;
}

gboolean
genga_video_source_check_now (GengaVideoSource *self, GError **error)
{
  double missing =
      self->animation.kind == NULL && self->feed == NULL ? get_missing_seconds (self) : 0;
  gboolean is_cut_off = self->feed != NULL
                            ? self->feed->is_cut_off
                            : self->animation.kind != NULL && !self->animation.is_whole;

  if (genga_av_file_has_changed (self->format, self->path, &self->stat))
    return genga_av_set_changed_error (self->name, error);
  if (self->read_error != 0 || (self->format->pb != NULL && self->format->pb->error < 0) ||
      ((missing > 0 || is_cut_off) && self->video_end < self->stop))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
                   _ ("Incomplete source: “%s” ends after %.1f seconds and should be longer. It "
                      "was cut off or not copied as a whole."),
                   self->name, self->video_end * av_q2d (self->stream->time_base));
      return FALSE;
    }
  return TRUE;
}
