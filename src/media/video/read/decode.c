/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/decode.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/guard.h"
#include "media/video/av-compat.h"
#include "media/video/read/file-info.h"

#include <glib/gi18n-lib.h>

/* Damaged packets in a row that are passed over, in front of the first frame and later. */
#define MAX_BAD_START 1000
#define MAX_BAD 1000000

/* ---- opening ---- */

static gboolean
set_input_error (GengaDecoder *self, GError **error, const char *format)
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
  int index = genga_av_find_picture (format);

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
open_decoder (GengaDecoder *self, GError **error)
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
  self->context = avcodec_alloc_context3 (codec);
  if (self->context == NULL ||
      avcodec_parameters_to_context (self->context, self->stream->codecpar) < 0)
    return set_input_error (self, error, _ ("Can't decode the video in “%s”."));

  /* Damaged frames are shown and counted, not left out. */
  self->context->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  self->context->pkt_timebase = self->stream->time_base;
  self->context->thread_count = self->n_threads > 0 ? self->n_threads : CLAMP (n_threads / 4, 1, 8);
  if (avcodec_open2 (self->context, codec, NULL) < 0)
    return set_input_error (self, error, _ ("Can't decode the video in “%s”."));
  return TRUE;
}

/* What players do not show is not there. */
static void
read_crop (GengaDecoder *self)
{
  GengaMatroskaCrop *crop = &self->crop;
  guint index = 0;

  for (int i = 0; i < self->stream->index; i++)
    index += self->format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
             (self->format->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
  if (!g_str_has_prefix (self->format->iformat->name, "matroska") ||
      !genga_matroska_read_crop (self->path, index, crop))
    *crop = (GengaMatroskaCrop){ 0 };
  if (crop->sar_num > 0)
    av_reduce (&self->stream->sample_aspect_ratio.num, &self->stream->sample_aspect_ratio.den,
               crop->sar_num, crop->sar_den, G_MAXINT);
}

gboolean
genga_decoder_open (GengaDecoder *self, GError **error)
{
  avcodec_free_context (&self->context);
  g_clear_pointer (&self->timeline, genga_timeline_free);
  avformat_close_input (&self->format);
  self->format = genga_av_open_file (self->path, error);
  if (self->format == NULL)
    return FALSE;
  self->timeline = genga_timeline_new (self->format);
  self->stream = find_video (self->format);
  if (self->stream == NULL)
    return set_input_error (self, error, _ ("There is no video in “%s”."));
  read_crop (self);
  genga_decoder_flush (self);
  return open_decoder (self, error);
}

gboolean
genga_decoder_init (GengaDecoder *self, const char *path, const GengaSourceParams *params)
{
  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  self->n_threads = params->n_threads;
  self->deinterlace = params->deinterlace;
  if (params->progress != NULL)
    self->progress = genga_progress_ref (params->progress);
  self->begin = self->skip_until = G_MININT64;
  self->packet = av_packet_alloc ();
  self->frame = av_frame_alloc ();
  self->before = av_frame_alloc ();
  self->held = av_frame_alloc ();
  return self->packet != NULL && self->frame != NULL && self->before != NULL && self->held != NULL;
}

void
genga_decoder_clear (GengaDecoder *self)
{
  genga_deinterlacer_free (self->deinterlacer);
  avcodec_free_context (&self->context);
  g_clear_pointer (&self->timeline, genga_timeline_free);
  avformat_close_input (&self->format);
  av_packet_free (&self->packet);
  av_frame_free (&self->frame);
  av_frame_free (&self->before);
  av_frame_free (&self->held);
  g_clear_pointer (&self->progress, genga_progress_unref);
  g_free (self->path);
  g_free (self->name);
}

/* ---- packets ---- */

static void
note_end (GengaDecoder *self, const AVPacket *packet)
{
  const AVStream *stream = self->format->streams[packet->stream_index];
  gint64 time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

  if (time != AV_NOPTS_VALUE)
    self->file_end = MAX (self->file_end, (time + packet->duration) * av_q2d (stream->time_base));
  if (packet->pos >= 0)
    {
      self->packet_pos = packet->pos;
      self->packet_end = packet->pos + packet->size;
    }
}

int
genga_decoder_read_packet (GengaDecoder *self)
{
  int code = av_read_frame (self->format, self->packet);

  if (code >= 0 && genga_timeline_move (self->timeline, self->packet) &&
      !self->notified_of_discontinuities)
    {
      genga_progress_notice (
          self->progress,
          _ ("“%s” contains several recordings whose timestamps start over; they are joined."),
          self->name);
      self->notified_of_discontinuities = TRUE;
    }
  return code;
}

/* Of a PlayStation's STR, whose packets lie in whole sectors of a disk. */
#define SECTOR_SIZE 2352

/*
 * Whether a file ends in the middle of a chunk. What is told from here are two kinds of files that
 * consist of chunks to their last byte.
 */
static gboolean
has_part_of_chunk (const GengaDecoder *self)
{
  const char *name = self->format->iformat->name;
  gint64 size = avio_size (self->format->pb);

  if (g_str_equal (name, "roq"))
    return size > self->packet_end;
  return g_str_equal (name, "psxstr") && (size - self->packet_pos) % SECTOR_SIZE != 0;
}

/* Old demuxers have other words for the end of a file (GXF, RoQ). */
static gboolean
is_end (const GengaDecoder *self, int code)
{
  AVIOContext *io = self->format->pb;

  return (code == -1 || code == AVERROR (EIO)) && io != NULL && io->error >= 0 && avio_feof (io) &&
         !has_part_of_chunk (self);
}

/* The next packet of the video into the decoder; at the end, the end. */
static int
feed_decoder (GengaDecoder *self)
{
  int code = 0;

  genga_fault ("stall-read");
  while (self->has_packet || (code = genga_decoder_read_packet (self)) >= 0)
    {
      gboolean is_video = self->packet->stream_index == self->stream->index;

      genga_guard_tick ();
      self->has_packet = FALSE;
      note_end (self, self->packet);
      if (is_video)
        code = avcodec_send_packet (self->context, self->packet);
      av_packet_unref (self->packet);
      if (is_video)
        return code;
    }
  if (code != AVERROR_EOF && !is_end (self, code))
    self->read_error = code;
  self->file_ended = TRUE;
  return avcodec_send_packet (self->context, NULL);
}

/* Whether what comes now lies before what is wanted. */
static gboolean
is_skipping (GengaDecoder *self)
{
  return self->skip_until > self->video_end;
}

/*
 * One frame out of the decoder into self->frame; 0, AVERROR_EOF, or an error that ends it. What a
 * decoder stumbles over is counted and passed over.
 */
static int
decode (GengaDecoder *self)
{
  for (int bad = 0; bad < (self->count.n_frames > 0 ? MAX_BAD : MAX_BAD_START);)
    {
      int code = avcodec_receive_frame (self->context, self->frame);

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
set_times (GengaDecoder *self, AVFrame *frame)
{
  gint64 pts = frame->best_effort_timestamp;
  gint64 duration = genga_av_frame_get_duration (frame);

  if (duration <= 0 && self->rate_num > 0)
    duration =
        av_rescale_q (1, (AVRational){ self->rate_den, self->rate_num }, self->stream->time_base);
  duration = MAX (1, duration);
  if (pts == AV_NOPTS_VALUE)
    pts = self->last_pts != AV_NOPTS_VALUE ? self->video_end : 0;
  if (self->last_pts != AV_NOPTS_VALUE && pts <= self->last_pts)
    {
      pts = self->last_pts + 1;
      if (!self->notified_of_times)
        genga_progress_notice (self->progress,
                               _ ("“%s” has frames whose timestamps go back; they are moved."),
                               self->name);
      self->notified_of_times = TRUE;
    }
  frame->pts = pts;
  genga_av_frame_set_duration (frame, duration);
  self->last_pts = pts;
  self->video_end = pts + duration;
}

static void
count_frame (GengaDecoder *self, const AVFrame *frame)
{
  if (frame->pts < self->skip_until)
    return;
  self->count.n_frames++;
  if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT))
    self->count.n_damaged++;
}

/* ---- deinterlacing ---- */

static gboolean
needs_deinterlacer (GengaDecoder *self)
{
  if (self->deinterlacer != NULL || self->deinterlace == GENGA_DEINTERLACE_NO)
    return FALSE;
  return self->deinterlace == GENGA_DEINTERLACE_YES || genga_av_frame_is_interlaced (self->frame);
}

static gboolean
make_deinterlacer (GengaDecoder *self, const AVFrame *like, GError **error)
{
  gboolean all = self->deinterlace == GENGA_DEINTERLACE_YES;

  g_clear_pointer (&self->deinterlacer, genga_deinterlacer_free);
  self->deinterlacer = genga_deinterlacer_new (like, all, error);
  return self->deinterlacer != NULL;
}

/*
 * The filter gets the frame before, too, which has been given already: what comes out is the same
 * wherever reading began. Of its very first frame it looks at nothing but that, if it filters it.
 */
static gboolean
start_deinterlacer (GengaDecoder *self, GError **error)
{
  if (self->deinterlace != GENGA_DEINTERLACE_YES && !self->notified_of_fields)
    genga_progress_notice (self->progress,
                           _ ("“%s” is interlaced and will be deinterlaced (bwdif); --deinterlace "
                              "no leaves it as it is."),
                           self->name);
  self->notified_of_fields = TRUE;
  if (!make_deinterlacer (self, self->frame, error))
    return FALSE;
  self->is_warming_up = genga_deinterlacer_matches (self->deinterlacer, self->before);
  genga_av_frame_set_interlaced (self->before);
  return !self->is_warming_up || genga_deinterlacer_send (self->deinterlacer, self->before, error);
}

/* The filter ends with a frame of another kind, which waits until all before it are out. */
static gboolean
deinterlace (GengaDecoder *self, GError **error)
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
deinterlace_held (GengaDecoder *self, GError **error)
{
  gboolean ok = make_deinterlacer (self, self->held, error) &&
                genga_deinterlacer_send (self->deinterlacer, self->held, error);

  av_frame_unref (self->held);
  return ok;
}

/* One frame, or the end, for the filter or for the caller. */
static gboolean
decode_next (GengaDecoder *self, GError **error)
{
  int code = decode (self);

  if (code == AVERROR (ENOMEM))
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                         _ ("Not enough memory to decode the video."));
  else if (code < 0 && code != AVERROR_EOF)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("Can't decode the video in “%s”."),
                 self->name);
  if (code < 0 && code != AVERROR_EOF)
    return FALSE;
  self->decoder_ended = code == AVERROR_EOF;
  if (self->decoder_ended)
    return TRUE;
  genga_fault ("stall-decode");
  genga_guard_tick ();
  set_times (self, self->frame);
  count_frame (self, self->frame);
  if (needs_deinterlacer (self) && !start_deinterlacer (self, error))
    return FALSE;
  av_frame_unref (self->before);
  if (self->deinterlacer == NULL && self->deinterlace != GENGA_DEINTERLACE_NO)
    av_frame_ref (self->before, self->frame);
  return TRUE;
}

/* A frame whose planes begin where the rows of aligned memory do; whole chroma samples are cut. */
static gboolean
crop_frame (GengaDecoder *self, GError **error)
{
  const GengaMatroskaCrop *crop = &self->crop;
  AVFrame *frame = self->frame;
  g_autoptr (GengaAvFrame) cropped = NULL;
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (frame->format);

  if (crop->width == 0 || frame->width != crop->width || frame->height != crop->height)
    return TRUE;
  frame->crop_left = crop->left >> desc->log2_chroma_w << desc->log2_chroma_w;
  frame->crop_top = crop->top >> desc->log2_chroma_h << desc->log2_chroma_h;
  frame->crop_right = crop->left + crop->right - frame->crop_left;
  frame->crop_bottom = crop->top + crop->bottom - frame->crop_top;
  cropped = av_frame_alloc ();
  if (cropped == NULL || av_frame_apply_cropping (frame, AV_FRAME_CROP_UNALIGNED) < 0 ||
      av_frame_copy_props (cropped, frame) < 0)
    return set_input_error (self, error, _ ("Can't decode the video in “%s”."));
  cropped->format = frame->format;
  cropped->width = frame->width;
  cropped->height = frame->height;
  if (av_frame_get_buffer (cropped, 0) < 0 || av_frame_copy (cropped, frame) < 0)
    return set_input_error (self, error, _ ("Can't decode the video in “%s”."));
  av_frame_unref (frame);
  av_frame_move_ref (frame, cropped);
  return TRUE;
}

/* As genga_decoder_next(), with what is cut off. */
static int
next_whole (GengaDecoder *self, GError **error)
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

int
genga_decoder_next (GengaDecoder *self, GError **error)
{
  int found = next_whole (self, error);

  return found > 0 && !crop_frame (self, error) ? -1 : found;
}

void
genga_decoder_flush (GengaDecoder *self)
{
  if (self->context != NULL)
    avcodec_flush_buffers (self->context);
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
  self->count = (GengaSourceCount){ 0 };
}
