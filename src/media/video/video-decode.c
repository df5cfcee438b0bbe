/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From packets to frames with times: decoding, and deinterlacing where it has to be. */
#define G_LOG_DOMAIN "genga-media"

#include "core/error.h"
#include "core/fault.h"
#include "media/video/video-source-private.h"

#include <glib/gi18n-lib.h>

/* Damaged packets in a row that are passed over, in front of the first frame and later. */
#define MAX_BAD_START 1000
#define MAX_BAD 1000000

static void
note_end (GengaVideoSource *self, const AVPacket *packet)
{
  const AVStream *stream = self->format->streams[packet->stream_index];
  gint64 time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

  if (time != AV_NOPTS_VALUE)
    self->file_end = MAX (self->file_end, (time + packet->duration) * av_q2d (stream->time_base));
}

int
genga_video_source_read_packet (GengaVideoSource *self)
{
  int code = av_read_frame (self->format, self->packet);

  if (code >= 0 && genga_timeline_move (self->timeline, self->packet) && !self->told_about_joints)
    {
      genga_progress_notice (
          self->params.progress,
          _ ("“%s” holds recordings one after the other, whose times begin anew; "
             "they are joined."),
          self->name);
      self->told_about_joints = TRUE;
    }
  return code;
}

/* The next packet of the video into the decoder; at the end, the end. */
static int
feed_decoder (GengaVideoSource *self)
{
  int code = 0;

  genga_fault ("stall-read");
  while (self->has_packet || (code = genga_video_source_read_packet (self)) >= 0)
    {
      gboolean is_video = self->packet->stream_index == self->stream->index;

      genga_guard_tick (self->guard);
      self->has_packet = FALSE;
      note_end (self, self->packet);
      if (is_video)
        code = avcodec_send_packet (self->decoder, self->packet);
      av_packet_unref (self->packet);
      if (is_video)
        return code;
    }
  if (code != AVERROR_EOF)
    self->read_error = code;
  self->file_ended = TRUE;
  return avcodec_send_packet (self->decoder, NULL);
}

/* Whether what comes now lies before what is wanted. */
static gboolean
is_skipping (GengaVideoSource *self)
{
  return self->skip_until > self->video_end;
}

/*
 * One frame out of the decoder into self->frame; 0, AVERROR_EOF, or an error that ends it. What a
 * decoder stumbles over is counted and passed over.
 */
static int
decode (GengaVideoSource *self)
{
  for (int bad = 0; bad < (self->count.n_frames > 0 ? MAX_BAD : MAX_BAD_START);)
    {
      int code = avcodec_receive_frame (self->decoder, self->frame);

      if (code == AVERROR (EAGAIN) && !self->file_ended)
        code = feed_decoder (self);
      else if (code == 0 || code == AVERROR_EOF || code == AVERROR (ENOMEM))
        return code;
      if (code == AVERROR (ENOMEM))
        return code;
      if (code < 0 && code != AVERROR_EOF)
        {
          bad++;
          self->count.n_damaged += !is_skipping (self);
        }
    }
  return AVERROR_INVALIDDATA;
}

/* Times that stand still or go back cannot be written, nor shown. */
static void
set_times (GengaVideoSource *self, AVFrame *frame)
{
  gint64 pts = frame->best_effort_timestamp;
  gint64 duration = genga_av_frame_get_duration (frame);

  if (duration <= 0 && self->info.rate_num > 0)
    duration = av_rescale_q (1, (AVRational){ self->info.rate_den, self->info.rate_num },
                             self->stream->time_base);
  duration = MAX (1, duration);
  if (pts == AV_NOPTS_VALUE)
    pts = self->last_pts != AV_NOPTS_VALUE ? self->video_end : 0;
  if (self->last_pts != AV_NOPTS_VALUE && pts <= self->last_pts)
    {
      pts = self->last_pts + 1;
      if (!self->told_about_times)
        genga_progress_notice (self->params.progress,
                               _ ("“%s” has frames whose times go back; they are moved."),
                               self->name);
      self->told_about_times = TRUE;
    }
  frame->pts = pts;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  frame->duration = duration;
#else
  frame->pkt_duration = duration;
#endif
  self->last_pts = pts;
  self->video_end = pts + duration;
}

static void
count_frame (GengaVideoSource *self, const AVFrame *frame)
{
  if (frame->pts < self->skip_until || frame->pts >= self->stop)
    return;
  self->count.n_frames++;
  if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT))
    self->count.n_damaged++;
}

/* ---- deinterlacing ---- */

static gboolean
needs_deinterlacer (GengaVideoSource *self)
{
  if (self->deinterlacer != NULL || self->params.deinterlace == GENGA_DEINTERLACE_NO)
    return FALSE;
  return self->params.deinterlace == GENGA_DEINTERLACE_YES || self->frame->interlaced_frame;
}

static gboolean
make_deinterlacer (GengaVideoSource *self, const AVFrame *like, GError **error)
{
  gboolean all = self->params.deinterlace == GENGA_DEINTERLACE_YES;

  g_clear_pointer (&self->deinterlacer, genga_deinterlacer_free);
  self->deinterlacer = genga_deinterlacer_new (like, all, error);
  return self->deinterlacer != NULL;
}

/*
 * The filter gets the frame before, too, which has been given already: what comes out is the same
 * wherever reading began. Of its very first frame it looks at nothing but that, if it filters it.
 */
static gboolean
start_deinterlacer (GengaVideoSource *self, GError **error)
{
  if (self->params.deinterlace != GENGA_DEINTERLACE_YES)
    genga_progress_notice (self->params.progress,
                           _ ("“%s” is interlaced and is deinterlaced (bwdif); --deinterlace no "
                              "leaves it as it is."),
                           self->name);
  if (!make_deinterlacer (self, self->frame, error))
    return FALSE;
  self->is_warming_up = genga_deinterlacer_matches (self->deinterlacer, self->before);
  self->before->interlaced_frame = 1;
  return !self->is_warming_up || genga_deinterlacer_send (self->deinterlacer, self->before, error);
}

/* The filter ends with a frame of another kind, which waits until all before it are out. */
static gboolean
deinterlace (GengaVideoSource *self, GError **error)
{
  gboolean ends = self->decoder_ended;

  if (!ends && !genga_deinterlacer_matches (self->deinterlacer, self->frame))
    {
      av_frame_move_ref (self->held, self->frame);
      ends = TRUE;
    }
  if (!genga_deinterlacer_send (self->deinterlacer, ends ? NULL : self->frame, error))
    return FALSE;
  av_frame_unref (self->frame);
  return TRUE;
}

static gboolean
deinterlace_held (GengaVideoSource *self, GError **error)
{
  gboolean ok = make_deinterlacer (self, self->held, error) &&
                genga_deinterlacer_send (self->deinterlacer, self->held, error);

  av_frame_unref (self->held);
  return ok;
}

/* One frame, or the end, for the filter or for whoever asked. */
static gboolean
decode_next (GengaVideoSource *self, GError **error)
{
  int code = decode (self);

  if (code == AVERROR (ENOMEM))
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                         _ ("There is not enough memory to decode the video."));
  else if (code < 0 && code != AVERROR_EOF)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("The video in “%s” cannot be decoded."),
                 self->name);
  if (code < 0 && code != AVERROR_EOF)
    return FALSE;
  self->decoder_ended = code == AVERROR_EOF;
  if (self->decoder_ended)
    return TRUE;
  genga_fault ("stall-decode");
  genga_guard_tick (self->guard);
  set_times (self, self->frame);
  count_frame (self, self->frame);
  if (needs_deinterlacer (self) && !start_deinterlacer (self, error))
    return FALSE;
  av_frame_unref (self->before);
  if (self->deinterlacer == NULL && self->params.deinterlace != GENGA_DEINTERLACE_NO)
    av_frame_ref (self->before, self->frame);
  return TRUE;
}

int
genga_video_source_next (GengaVideoSource *self, GError **error)
{
  for (;;)
    {
      if (self->deinterlacer != NULL &&
          genga_deinterlacer_receive (self->deinterlacer, self->frame) >= 0)
        {
          if (!self->is_warming_up)
            return 1;
          self->is_warming_up = FALSE;
          av_frame_unref (self->frame);
          continue;
        }
      if (self->held->buf[0] != NULL)
        {
          if (!deinterlace_held (self, error))
            return -1;
          continue;
        }
      if (self->decoder_ended)
        return 0;
      if (!decode_next (self, error))
        return -1;
      if (self->deinterlacer == NULL)
        return !self->decoder_ended;
      if (!deinterlace (self, error))
        return -1;
    }
}

void
genga_video_source_flush (GengaVideoSource *self)
{
  if (self->decoder != NULL)
    avcodec_flush_buffers (self->decoder);
  g_clear_pointer (&self->deinterlacer, genga_deinterlacer_free);
  av_packet_unref (self->packet);
  av_frame_unref (self->frame);
  av_frame_unref (self->before);
  av_frame_unref (self->held);
  self->is_warming_up = FALSE;
  self->has_packet = FALSE;
  self->has_pending = FALSE;
  self->file_ended = FALSE;
  self->decoder_ended = FALSE;
  self->last_pts = AV_NOPTS_VALUE;
  self->video_end = G_MININT64;
  self->count = (GengaVideoCount){ 0 };
}
