/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading from the middle of a file: the decoder starts at a key frame that lies before what is
 * wanted, and frames before it are dropped by their times. Where a file's index cannot be relied
 * on, it starts at the beginning.
 */
#define G_LOG_DOMAIN "genga-media"

#include "core/error.h"
#include "media/video/video-source-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Frames that a deinterlacer wants to have seen before the first that is used. */
#define DEINTERLACE_FRAMES 4

/* How far a jump goes back when it came out too late, in seconds; more each time. */
#define FIRST_STEP 2
#define MAX_STEPS 6

/* Half of what a time of three decimals leaves open, in seconds. */
#define TIME_TOLERANCE 0.0005

typedef enum
{
  JUMP_DONE,
  JUMP_TOO_LATE, /* what is decodable lies after what is wanted */
  JUMP_IMPOSSIBLE,
} Jump;

/* Demuxers whose times are the same wherever reading begins. */
static gboolean
has_exact_index (GengaVideoSource *self)
{
  const char *name = self->format->iformat->name;

  return strstr (name, "matroska") != NULL || strstr (name, "mov") != NULL;
}

/* Reads up to the first key frame of the video, which waits in self->packet. */
static Jump
find_key_frame (GengaVideoSource *self, gint64 pts, gboolean exact)
{
  AVPacket *packet = self->packet;

  while (genga_video_source_read_packet (self) >= 0)
    {
      gboolean is_video = packet->stream_index == self->stream->index;

      genga_guard_tick (self->guard);
      if (is_video && (packet->flags & AV_PKT_FLAG_KEY))
        {
          gint64 time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

          if (exact && packet->pts == AV_NOPTS_VALUE)
            return JUMP_IMPOSSIBLE;
          if (time != AV_NOPTS_VALUE && time > pts)
            return JUMP_TOO_LATE;
          self->has_packet = TRUE;
          return JUMP_DONE;
        }
      av_packet_unref (packet);
    }
  return JUMP_TOO_LATE;
}

static Jump
jump (GengaVideoSource *self, gint64 pts, gboolean exact)
{
  genga_video_source_flush (self);
  if (av_seek_frame (self->format, self->stream->index, pts, AVSEEK_FLAG_BACKWARD) < 0)
    return JUMP_IMPOSSIBLE;
  return find_key_frame (self, pts, exact);
}

/* Decodes up to the first frame that is wanted: 1, or 0 where there is none, or -1. */
static int
run_up (GengaVideoSource *self, GError **error)
{
  int found;

  while ((found = genga_video_source_next (self, error)) > 0)
    {
      if (self->frame->pts >= self->skip_until)
        {
          self->has_pending = TRUE;
          return 1;
        }
      av_frame_unref (self->frame);
    }
  return found;
}

/* A file's pictures may come to be right only some frames after a key frame. */
static gboolean
is_whole (const AVFrame *frame)
{
  return (frame->flags & AV_FRAME_FLAG_CORRUPT) == 0 && frame->decode_error_flags == 0;
}

/* Seconds before the time that is wanted where decoding has to begin. */
static double
get_margin (GengaVideoSource *self, gboolean exact)
{
  double rate = self->info.rate_num > 0 ? (double)self->info.rate_num / self->info.rate_den : 24;
  /* A file may turn out to be interlaced in its middle. */
  gboolean may_be_interlaced = exact && self->params.deinterlace != GENGA_DEINTERLACE_NO;

  return self->info.is_interlaced || may_be_interlaced ? DEINTERLACE_FRAMES / rate : 0;
}

static int
seek_in_file (GengaVideoSource *self, gint64 target, gboolean exact, GError **error)
{
  double time_base = av_q2d (self->stream->time_base);
  double back = get_margin (self, exact);
  double step = FIRST_STEP;

  self->skip_until = target;
  for (int i = 0; i < MAX_STEPS && (!exact || has_exact_index (self)); i++)
    {
      gint64 pts = target - llrint (ceil (back / time_base));
      Jump result = pts > self->first->pts ? jump (self, pts, exact) : JUMP_IMPOSSIBLE;

      if (result == JUMP_IMPOSSIBLE)
        break;
      if (result == JUMP_DONE)
        {
          int found = run_up (self, error);
          if (found != 1 || is_whole (self->frame) || !exact)
            return found;
        }
      back += step;
      step *= 4;
    }
  if (!genga_video_source_open (self, error))
    return -1;
  return run_up (self, error);
}

gboolean
genga_video_source_seek_now (GengaVideoSource *self, gint64 pts, gboolean exact, GError **error)
{
  if (self->feed != NULL)
    {
      genga_video_source_seek_feed (self, pts + self->offset);
      return TRUE;
    }
  return seek_in_file (self, pts + self->offset, exact, error) >= 0;
}

/* ---- parts ---- */

static gint64
to_pts (GengaVideoSource *self, gint64 first, double seconds)
{
  return first + llrint (ceil ((seconds - TIME_TOLERANCE) / av_q2d (self->stream->time_base)));
}

static void
set_part_info (GengaVideoSource *self)
{
  GengaVideoInfo *info = &self->info;
  double time_base = av_q2d (self->stream->time_base);
  gint64 first = self->first->pts;
  double start = (self->offset - first) * time_base;
  double stop = self->stop < G_MAXINT64 ? (self->stop - first) * time_base : info->seconds;

  if (info->seconds > 0)
    stop = MIN (stop, info->seconds);
  info->start_pts = 0;
  info->seconds = MAX (0, stop - start);
  info->n_frames = info->rate_num > 0
                       ? llrint (ceil (info->seconds * info->rate_num / info->rate_den - 0.01))
                       : 0;
}

/* The first frame that is not before `start`: 1 and its time, or 0, or -1. */
static int
find_first (GengaVideoSource *self, gint64 start, gint64 *pts, GError **error)
{
  int found;

  if (self->feed != NULL)
    {
      genga_video_source_seek_feed (self, start);
      *pts = self->feed->times[self->next];
      return self->next < self->feed->info.n_frames;
    }
  found = seek_in_file (self, start, TRUE, error);
  *pts = self->frame->pts;
  return found;
}

gboolean
genga_video_source_set_part_now (GengaVideoSource *self, double from, double to, GError **error)
{
  gint64 first = self->first->pts;
  gint64 pts;
  int found;

  if (from <= 0 && to <= 0)
    return TRUE;
  self->stop = to > 0 ? to_pts (self, first, to) : G_MAXINT64;
  found = find_first (self, from > 0 ? to_pts (self, first, from) : first, &pts, error);
  if (found < 0)
    return FALSE;
  if (found == 0 || pts >= self->stop)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("There is no frame of “%s” in the part that was chosen: the video is %.3f "
                      "seconds long."),
                   self->name, self->info.seconds);
      return FALSE;
    }
  self->is_part = TRUE;
  self->offset = pts;
  set_part_info (self);
  return TRUE;
}

gboolean
genga_video_source_get_part (GengaVideoSource *self, double *start, double *stop)
{
  double time_base = av_q2d (self->stream->time_base);

  *start = self->offset * time_base;
  *stop = self->stop < G_MAXINT64 ? self->stop * time_base : INFINITY;
  return self->is_part;
}
