/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Animated pictures out: GIF and APNG through FFmpeg's encoders and muxers, WebP through its own
 * library. Each frame of a GIF gets a palette of its own.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/animation-writer.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/output-file.h"
#include "media/animation/animation-check.h"
#include "media/animation/webp-writer.h"
#include "media/video/write/muxer-io.h"

#include <glib/gi18n-lib.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/opt.h>
#include <math.h>

/* Frames shown for less than this, in GIF's units of 1/100 s, are slowed down by every browser. */
#define GIF_MIN_DELAY 2
/* What files have room for: plays of an animation, and units that GIF shows a frame for. */
#define MAX_PLAYS 65535
#define GIF_MAX_DELAY 65535
/* APNG tells a length as a fraction of two such numbers. */
#define APNG_MAX_TERM 65535

typedef struct
{
  GengaSink base;
  char *path;
  char *name; /* for messages */
  GengaAnimationWrite params;
  guint loop_count;
  GengaOutputFile *file;
  AVRational unit; /* of times in the file */

  AVFormatContext *output;
  AVStream *stream;
  AVCodecContext *encoder;
  AVPacket *packet;
  AVFilterGraph *graph; /* GIF: colours to palettes */
  AVFilterContext *entry, *exit;
  GengaWebpWriter *webp;

  guint n_frames; /* written */
  gint64 n_given; /* to be written */
  double offset;  /* seconds of the first frame */
  gint64 last;    /* time of the last frame, in `unit` */
  gint64 end;     /* when it is over */
  GArray *times;  /* of all frames, in `unit` (gint64) */
} AnimationWriter;

/* ---- errors ---- */

static gboolean
set_output_error (AnimationWriter *self, int code, GError **error)
{
  return genga_av_set_output_error (self->file, self->name, code, error);
}

/* ---- the file ---- */

static int
open_muxer (AnimationWriter *self)
{
  gboolean is_gif = self->params.container == GENGA_CONTAINER_GIF;
  int code = avformat_alloc_output_context2 (&self->output, NULL, is_gif ? "gif" : "apng", NULL);

  if (code < 0)
    return code;
  self->stream = avformat_new_stream (self->output, NULL);
  if (self->stream == NULL || !genga_av_write_through (self->output, self->file))
    return AVERROR (ENOMEM);
  if (is_gif)
    av_opt_set_int (self->output->priv_data, "loop",
                    self->loop_count == 1 ? -1 : MAX (0, (int)self->loop_count - 1), 0);
  else
    av_opt_set_int (self->output->priv_data, "plays", self->loop_count, 0);
  return 0;
}

/* ---- palettes ---- */

static int
make_graph (AnimationWriter *self)
{
  g_autofree char *arguments =
      g_strdup_printf ("video_size=%dx%d:pix_fmt=bgra:time_base=%d/%d", self->params.width,
                       self->params.height, self->unit.num, self->unit.den);
  g_autofree char *chain = g_strdup_printf (
      "split[a][b];[a]palettegen=stats_mode=single:reserve_transparent=%d[p];"
      "[b][p]paletteuse=new=1:dither=sierra2_4a:diff_mode=rectangle:alpha_threshold=128",
      self->params.has_alpha);
  AVFilterInOut *in = avfilter_inout_alloc ();
  AVFilterInOut *out = avfilter_inout_alloc ();
  int code = AVERROR (ENOMEM);

  self->graph = avfilter_graph_alloc ();
  if (self->graph != NULL && in != NULL && out != NULL)
    {
      self->graph->nb_threads = 1;
      code = avfilter_graph_create_filter (&self->entry, avfilter_get_by_name ("buffer"), "in",
                                           arguments, NULL, self->graph);
    }
  if (code >= 0)
    code = avfilter_graph_create_filter (&self->exit, avfilter_get_by_name ("buffersink"), "out",
                                         NULL, NULL, self->graph);
  if (code >= 0)
    {
      *in = (AVFilterInOut){ .name = av_strdup ("out"), .filter_ctx = self->exit };
      *out = (AVFilterInOut){ .name = av_strdup ("in"), .filter_ctx = self->entry };
      code = avfilter_graph_parse_ptr (self->graph, chain, &in, &out, NULL);
    }
  if (code >= 0)
    code = avfilter_graph_config (self->graph, NULL);
  avfilter_inout_free (&in);
  avfilter_inout_free (&out);
  return code;
}

/* ---- the encoder ---- */

static enum AVPixelFormat
choose_format (const GengaAnimationWrite *params)
{
  if (params->container == GENGA_CONTAINER_GIF)
    return AV_PIX_FMT_PAL8;
  if (params->bit_depth > 8)
    return params->has_alpha ? AV_PIX_FMT_RGBA64BE : AV_PIX_FMT_RGB48BE;
  return params->has_alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
}

static int
open_encoder (AnimationWriter *self)
{
  gboolean is_gif = self->params.container == GENGA_CONTAINER_GIF;
  const AVCodec *codec = avcodec_find_encoder (is_gif ? AV_CODEC_ID_GIF : AV_CODEC_ID_APNG);
  AVCodecContext *encoder = avcodec_alloc_context3 (codec);
  int code;

  self->encoder = encoder;
  self->packet = av_packet_alloc ();
  if (codec == NULL || encoder == NULL || self->packet == NULL)
    return codec != NULL ? AVERROR (ENOMEM) : AVERROR_ENCODER_NOT_FOUND;
  encoder->width = self->params.width;
  encoder->height = self->params.height;
  encoder->pix_fmt = choose_format (&self->params);
  encoder->time_base = self->unit;
  encoder->thread_count = 1;
  if (!is_gif)
    {
      encoder->compression_level = self->params.png_level;
      av_opt_set (encoder->priv_data, "pred", "mixed", 0);
    }
  if (self->output->oformat->flags & AVFMT_GLOBALHEADER)
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  code = avcodec_open2 (encoder, codec, NULL);
  if (code >= 0)
    code = avcodec_parameters_from_context (self->stream->codecpar, encoder);
  self->stream->time_base = self->unit;
  return code >= 0 ? avformat_write_header (self->output, NULL) : code;
}

/* ---- making ---- */

static void
choose_unit (AnimationWriter *self, const GengaSourceInfo *info)
{
  if (self->params.container == GENGA_CONTAINER_GIF)
    self->unit = (AVRational){ 1, 100 };
  else if (self->params.container == GENGA_CONTAINER_WEBP)
    self->unit = (AVRational){ 1, 1000 };
  else if (self->params.rate_num > 0)
    self->unit = (AVRational){ self->params.rate_den, self->params.rate_num };
  else
    self->unit = (AVRational){ info->time_base_num, info->time_base_den };
}

static gboolean
open_writer (AnimationWriter *self, GError **error)
{
  int code = 0;

  if (self->params.container == GENGA_CONTAINER_WEBP)
    {
      self->webp = genga_webp_writer_new (&self->params, self->loop_count, error);
      return self->webp != NULL;
    }
  code = open_muxer (self);
  if (code >= 0)
    code = open_encoder (self);
  if (code >= 0 && self->params.container == GENGA_CONTAINER_GIF)
    code = make_graph (self);
  return code >= 0 || set_output_error (self, code, error);
}

/* ---- frames ---- */

static guint
quantise (float value, guint maximum)
{
  return (guint)(CLAMP (value, 0.f, 1.f) * maximum + 0.5f);
}

/* Packed pixels in the order that the format has. */
static void
fill_frame (const GengaFrame *source, AVFrame *frame)
{
  int n_in = genga_layout_get_n_channels (source->info.layout);
  gboolean is_deep = frame->format == AV_PIX_FMT_RGBA64BE || frame->format == AV_PIX_FMT_RGB48BE;
  gboolean is_swapped = frame->format == AV_PIX_FMT_BGRA;
  int n_out = frame->format == AV_PIX_FMT_RGB24 || frame->format == AV_PIX_FMT_RGB48BE ? 3 : 4;

  for (int y = 0; y < frame->height; y++)
    {
      const float *in = genga_frame_get_row (source, 0, y);
      guint8 *out = frame->data[0] + (gsize)y * frame->linesize[0];

      for (int x = 0; x < frame->width; x++, in += n_in)
        for (int c = 0; c < n_out; c++)
          {
            int from = is_swapped && c < 3 ? 2 - c : c;
            guint value = from < n_in ? quantise (in[from], is_deep ? 65535 : 255)
                          : is_deep   ? 65535
                                      : 255;
            if (is_deep)
              *out++ = value >> 8;
            *out++ = value & 0xff;
          }
    }
}

static AVFrame *
make_frame (AnimationWriter *self, const GengaFrame *source, gint64 time)
{
  enum AVPixelFormat format = choose_format (&self->params);
  g_autoptr (GengaAvFrame) frame = av_frame_alloc ();

  if (frame == NULL)
    return NULL;
  if (self->webp != NULL)
    format = AV_PIX_FMT_RGBA;
  else if (format == AV_PIX_FMT_PAL8)
    format = AV_PIX_FMT_BGRA;
  frame->format = format;
  frame->width = self->params.width;
  frame->height = self->params.height;
  frame->pts = time;
  if (av_frame_get_buffer (frame, 0) < 0)
    return NULL;
  fill_frame (source, frame);
  return g_steal_pointer (&frame);
}

static int
encode (AnimationWriter *self, AVFrame *frame)
{
  int code = avcodec_send_frame (self->encoder, frame);

  while (code >= 0 && (code = avcodec_receive_packet (self->encoder, self->packet)) >= 0)
    {
      av_packet_rescale_ts (self->packet, self->encoder->time_base, self->stream->time_base);
      self->packet->stream_index = 0;
      code = av_write_frame (self->output, self->packet);
    }
  return code == AVERROR (EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

/* NULL: the end. */
static int
add_frame (AnimationWriter *self, AVFrame *frame)
{
  int code;

  if (self->graph == NULL)
    return encode (self, frame);
  code = av_buffersrc_write_frame (self->entry, frame);
  while (code >= 0)
    {
      g_autoptr (GengaAvFrame) indexed = av_frame_alloc ();

      if (indexed == NULL)
        return AVERROR (ENOMEM);
      code = av_buffersink_get_frame (self->exit, indexed);
      if (code < 0)
        break;
      indexed->pts =
          av_rescale_q (indexed->pts, av_buffersink_get_time_base (self->exit), self->unit);
      code = encode (self, indexed);
    }
  if (code == AVERROR (EAGAIN))
    return 0;
  return code == AVERROR_EOF ? encode (self, NULL) : code;
}

/* Seconds to the file's units. */
static gint64
to_time (AnimationWriter *self, double seconds)
{
  return llround (seconds / av_q2d (self->unit));
}

/* When the frame begins and ends in the file; the first one begins at 0. */
static void
choose_times (AnimationWriter *self, const GengaFrame *source, gint64 *begin, gint64 *end)
{
  double unit = (double)source->time_base_num / source->time_base_den;
  double length = source->duration * unit;
  double seconds = source->pts * unit;

  if (self->params.rate_num > 0)
    {
      length = (double)self->params.rate_den / self->params.rate_num;
      seconds = self->n_given * length;
    }
  if (self->n_given++ == 0)
    self->offset = seconds;
  *begin = to_time (self, seconds - self->offset);
  *end = MAX (*begin + 1, to_time (self, seconds - self->offset + length));
}

static gboolean
animation_writer_write (GengaSink *sink, GengaFrame *source, GError **error)
{
  AnimationWriter *self = (AnimationWriter *)sink;
  gint64 gap = self->params.container == GENGA_CONTAINER_GIF ? GIF_MIN_DELAY : 1;
  gint64 begin, end;

  choose_times (self, source, &begin, &end);
  self->end = end;
  if (self->n_frames > 0 && begin < self->last + gap)
    return TRUE;
  g_autoptr (GengaAvFrame) frame = make_frame (self, source, begin);
  if (frame == NULL)
    return set_output_error (self, AVERROR (ENOMEM), error);
  self->last = begin;
  self->n_frames++;
  g_array_append_val (self->times, begin);
  if (self->webp != NULL)
    return genga_webp_writer_add (self->webp, frame->data[0], frame->linesize[0], begin, error);
  int code = add_frame (self, frame);
  return code >= 0 || set_output_error (self, code, error);
}

/* As FFmpeg's muxer of APNG tells it, which does the same for all frames but the last. */
static AVRational
get_apng_delay (const AnimationWriter *self, gint64 length)
{
  AVRational delay;

  av_reduce (&delay.num, &delay.den, MIN (length, G_MAXINT) * (gint64)self->unit.num,
             self->unit.den, APNG_MAX_TERM);
  return delay;
}

/* 0 would mean the length of the frame before. */
static AVRational
get_final_delay (const AnimationWriter *self, gint64 length)
{
  const AVRational delay = get_apng_delay (self, length);

  return delay.num > 0 ? delay : (AVRational){ 1, APNG_MAX_TERM };
}

static int
finish_muxer (AnimationWriter *self)
{
  gint64 last = MAX (1, self->end - self->last);
  int code = add_frame (self, NULL);

  if (self->params.container == GENGA_CONTAINER_GIF)
    av_opt_set_int (self->output->priv_data, "final_delay", MIN (last, GIF_MAX_DELAY), 0);
  else
    av_opt_set_q (self->output->priv_data, "final_delay", get_final_delay (self, last), 0);
  if (code >= 0)
    code = av_write_trailer (self->output);
  avio_flush (self->output->pb);
  return code >= 0 ? self->output->pb->error : code;
}

/* Seconds that the file has room for. */
static double
get_written_length (const AnimationWriter *self, gint64 length, gboolean is_last)
{
  switch ((int)self->params.container)
    {
    case GENGA_CONTAINER_GIF:
      return MIN (length, GIF_MAX_DELAY) * av_q2d (self->unit);
    case GENGA_CONTAINER_APNG:
      return av_q2d (is_last ? get_final_delay (self, length) : get_apng_delay (self, length));
    default:
      return length * av_q2d (self->unit);
    }
}

/* What was written is read again, before it replaces anything. */
static gboolean
check_result (AnimationWriter *self, GError **error)
{
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (double));
  GengaExpectedAnimation expected = {
    .kind = genga_container_get_muxer (self->params.container),
    .loop_count = self->loop_count,
    .lengths = lengths,
    .may_merge = self->webp != NULL,
  };

  for (guint i = 0; i < self->n_frames; i++)
    {
      gboolean is_last = i + 1 == self->n_frames;
      gint64 end =
          is_last ? MAX (self->last + 1, self->end) : g_array_index (self->times, gint64, i + 1);
      double seconds =
          get_written_length (self, end - g_array_index (self->times, gint64, i), is_last);

      g_array_append_val (lengths, seconds);
    }
  return (!genga_fault ("refused-result") &&
          genga_animation_check (genga_output_file_get_fd (self->file), &expected)) ||
         set_output_error (self, AVERROR_INVALIDDATA, error);
}

static gboolean
animation_writer_finish (GengaSink *sink, GError **error)
{
  AnimationWriter *self = (AnimationWriter *)sink;

  if (self->n_frames == 0)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("“%s” was not written: there are no frames."), self->name);
      return FALSE;
    }
  if (self->webp != NULL)
    {
      g_autoptr (GBytes) bytes = genga_webp_writer_finish (self->webp, self->end, error);
      gsize size = 0;
      gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

      if (bytes == NULL)
        return FALSE;
      if (!genga_output_file_write (self->file, data, size))
        return set_output_error (self, AVERROR (EIO), error);
    }
  else
    {
      int code = finish_muxer (self);
      if (code < 0)
        return set_output_error (self, code, error);
    }
  if (!check_result (self, error) || !genga_output_file_commit (self->file, error))
    return FALSE;
  self->base.written = g_strdup (self->path);
  return TRUE;
}

static void
animation_writer_free (GengaSink *sink)
{
  AnimationWriter *self = (AnimationWriter *)sink;

  avfilter_graph_free (&self->graph);
  avcodec_free_context (&self->encoder);
  genga_webp_writer_free (self->webp);
  if (self->output != NULL)
    genga_av_stop_writing (self->output);
  avformat_free_context (self->output);
  av_packet_free (&self->packet);
  g_clear_pointer (&self->file, genga_output_file_free);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_array_unref (self->times);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

GengaSink *
genga_animation_writer_new (const GengaSourceInfo *info,
                            const char *path,
                            const GengaAnimationWrite *params,
                            GError **error)
{
  static const GengaSinkClass klass = {
    .write = animation_writer_write,
    .finish = animation_writer_finish,
    .free = animation_writer_free,
  };
  AnimationWriter *self = g_new0 (AnimationWriter, 1);
  g_autoptr (GengaSink) sink = &self->base;

  sink->klass = &klass;
  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  self->params = *params;
  if (params->progress != NULL)
    genga_progress_ref (params->progress);
  self->loop_count = MIN (info->loop_count, MAX_PLAYS);
  self->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->last = -1;
  choose_unit (self, info);
  if (!genga_animation_check_size (params->container, params->width, params->height, error))
    return NULL;
  self->file = genga_output_file_new (path, params->overwrite, error);
  if (self->file == NULL || !open_writer (self, error))
    return NULL;
  return g_steal_pointer (&sink);
}
