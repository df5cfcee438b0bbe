/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/seek.h"
#include "media/guard.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Frames that a deinterlacer wants to have seen before the first that is used. */
#define DEINTERLACE_FRAMES 4

/* After so many damaged frames there is no hope for a whole one. */
#define MAX_BEGIN 1200

/* How far a jump goes back when it came out too late, in seconds; more each time. */
#define FIRST_STEP 2
#define MAX_STEPS 6

typedef enum
{
  JUMP_DONE,
  JUMP_TOO_LATE, /* what is decodable lies after what is wanted */
  JUMP_IMPOSSIBLE,
} Jump;

/* Demuxers whose times are the same wherever reading begins. */
static gboolean
has_exact_index (GengaDecoder *self)
{
  const char *name = self->format->iformat->name;

  return strstr (name, "matroska") != NULL || strstr (name, "mov") != NULL;
}

/* Reads up to the first key frame of the video, which waits in self->packet. */
static Jump
find_key_frame (GengaDecoder *self, gint64 pts, gboolean exact)
{
  AVPacket *packet = self->packet;

  while (genga_decoder_read_packet (self) >= 0)
    {
      gboolean is_video = packet->stream_index == self->stream->index;

      genga_guard_tick ();
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
jump (GengaDecoder *self, gint64 pts, gboolean exact)
{
  genga_decoder_flush (self);
  if (av_seek_frame (self->format, self->stream->index, pts, AVSEEK_FLAG_BACKWARD) < 0)
    return JUMP_IMPOSSIBLE;
  genga_timeline_jump (self->timeline);
  return find_key_frame (self, pts, exact);
}

/* Whether files of this kind may begin anywhere without being damaged. */
static gboolean
is_recording (const GengaDecoder *self)
{
  return (self->format->iformat->flags & AVFMT_TS_DISCONT) != 0;
}

int
genga_decoder_find_begin (GengaDecoder *self, GError **error)
{
  int found;
  guint n = 0;

  for (; (found = genga_decoder_next (self, error)) > 0 && n < MAX_BEGIN; n++)
    {
      if ((self->frame->flags & AV_FRAME_FLAG_CORRUPT) == 0)
        break;
      av_frame_unref (self->frame);
    }
  if (n > 0 && (found == 0 || n == MAX_BEGIN))
    return genga_decoder_open (self, error) ? genga_decoder_next (self, error) : -1;
  if (found > 0 && (n > 0 || is_recording (self)))
    {
      self->count.n_frames -= n;
      self->count.n_damaged = 0;
    }
  if (found > 0 && n > 0)
    {
      self->begin = self->skip_until = self->frame->pts;
      genga_progress_notice (self->progress,
                             _ ("“%s” begins between two key frames; %u damaged frames before the "
                                "first whole one are left out."),
                             self->name, n);
    }
  return found;
}

/* Decodes up to the first frame that is wanted: 1, or 0 where there is none, or -1. */
static int
run_up (GengaDecoder *self, GError **error)
{
  int found;

  while ((found = genga_decoder_next (self, error)) > 0)
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

/* A file's pictures may be right only some frames after a key frame. */
static gboolean
is_whole (const AVFrame *frame)
{
  return (frame->flags & AV_FRAME_FLAG_CORRUPT) == 0 && frame->decode_error_flags == 0;
}

/* Seconds before the time that is wanted where decoding has to begin. */
static double
get_margin (GengaDecoder *self, gboolean is_interlaced, gboolean exact)
{
  double rate = self->rate_num > 0 ? (double)self->rate_num / self->rate_den : 24;
  /* A file may turn out to be interlaced in its middle. */
  gboolean may_be_interlaced = exact && self->deinterlace != GENGA_DEINTERLACE_NO;

  return is_interlaced || may_be_interlaced ? DEINTERLACE_FRAMES / rate : 0;
}

int
genga_decoder_seek (GengaDecoder *self,
                    gint64 target,
                    gint64 first,
                    gboolean is_interlaced,
                    gboolean exact,
                    GError **error)
{
  double time_base = av_q2d (self->stream->time_base);
  double back = get_margin (self, is_interlaced, exact);
  double step = FIRST_STEP;

  self->skip_until = MAX (target, self->begin);
  for (int i = 0; i < MAX_STEPS && (!exact || has_exact_index (self)); i++)
    {
      gint64 pts = target - llrint (ceil (back / time_base));
      Jump result = pts > first ? jump (self, pts, exact) : JUMP_IMPOSSIBLE;

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
  if (!genga_decoder_open (self, error))
    return -1;
  return run_up (self, error);
}
