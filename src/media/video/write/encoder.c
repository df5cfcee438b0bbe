/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One encoder: frames in, packets out. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/encoder.h"
#include "media/video/clean-memory.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/guard.h"
#include "media/video/plane-converter.h"
#include "media/video/planes.h"
#include "media/video/zimg-graph.h"
#include "media/video/write/codec.h"
#include "media/video/write/hardware.h"
#include "media/video/write/rgb-to-planes.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the guard's thread works on, which stays with it where the encoder does not come back. */
typedef struct
{
  AVCodecContext *context;
  AVFrame *frame; /* to send; NULL: the end */
  AVPacket *packet;
  int code; /* of the last call */
} Call;

struct _GengaVideoEncoder
{
  const GengaEncoderSetup *setup;
  GengaGuard *guard;
  Call *call;
  AVCodecContext *context;        /* the call's */
  GengaVideoWriter *writer;       /* of RGB; NULL: none has come */
  GengaPlaneConverter *converter; /* of planes that the encoder does not take as they are */

  /* The last frame, which may come again. */
  GengaFrame *source;
  AVFrame *frame; /* made of it */
  gint64 convert_us;
};

static gboolean
set_error (GengaVideoEncoder *self, int code, GError **error)
{
  g_autofree char *reason = genga_av_dup_error (code);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("The encoder (%s) failed: %s."),
               self->setup->encoding->codec->name, reason);
  return FALSE;
}

/* ---- calls ---- */

static void
call_free (gpointer data)
{
  Call *self = data;

  avcodec_free_context (&self->context);
  av_frame_free (&self->frame);
  av_packet_free (&self->packet);
  g_free (self);
}

static void
send_now (gpointer data)
{
  Call *self = data;

  genga_fault ("stall-encoder");
  if (genga_clean_memory_is_needed (self->context->codec->name))
    genga_clean_memory_enter ();
  self->code = avcodec_send_frame (self->context, self->frame);
  if (genga_clean_memory_is_needed (self->context->codec->name))
    genga_clean_memory_leave ();
  av_frame_free (&self->frame);
}

static void
receive_now (gpointer data)
{
  Call *self = data;

  self->code = avcodec_receive_packet (self->context, self->packet);
}

static void
close_now (gpointer data)
{
  avcodec_free_context (&((Call *)data)->context);
}

/* ---- opening ---- */

static void
set_colour (AVCodecContext *encoder, const GengaColour *colour)
{
  encoder->color_primaries = colour->primaries;
  encoder->color_trc = colour->transfer;
  encoder->colorspace = colour->matrix;
  encoder->color_range = colour->range == GENGA_RANGE_FULL ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  encoder->chroma_sample_location = colour->chroma_location == 255
                                        ? AVCHROMA_LOC_UNSPECIFIED
                                        : colour->chroma_location + AVCHROMA_LOC_LEFT;
}

static void
set_up (AVCodecContext *encoder, const GengaEncoderSetup *setup)
{
  const GengaVideoWrite *params = setup->params;

  encoder->width = params->width;
  encoder->height = params->height;
  encoder->time_base = setup->time_base;
  if (setup->rate.num > 0)
    encoder->framerate = setup->rate;
  encoder->sample_aspect_ratio = setup->sar;
  encoder->bit_rate = setup->encoding->bit_rate;
  encoder->thread_count = params->n_threads > 0 ? params->n_threads : genga_cpu_get_n_threads ();
  set_colour (encoder, &setup->encoding->colour);
  if (setup->has_global_header)
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (params->codec == GENGA_CODEC_H265 && params->container != GENGA_CONTAINER_MKV)
    encoder->codec_tag = MKTAG ('h', 'v', 'c', '1');
}

static gboolean
open_context (GengaVideoEncoder *self, GError **error)
{
  const GengaEncoding *encoding = self->setup->encoding;
  AVDictionary *options = NULL;
  int code;

  self->context = self->call->context = avcodec_alloc_context3 (encoding->codec);
  if (self->context == NULL || self->call->packet == NULL)
    return set_error (self, AVERROR (ENOMEM), error);
  set_up (self->context, self->setup);
  av_dict_copy (&options, encoding->dictionary, 0);
  code = genga_hardware_prepare (self->context, encoding->format, encoding->device);
  if (genga_clean_memory_is_needed (encoding->codec->name))
    genga_clean_memory_enter ();
  if (code >= 0)
    code = avcodec_open2 (self->context, encoding->codec, &options);
  if (genga_clean_memory_is_needed (encoding->codec->name))
    genga_clean_memory_leave ();
  for (const AVDictionaryEntry *e = NULL;
       (e = av_dict_get (options, "", e, AV_DICT_IGNORE_SUFFIX));)
    g_debug ("%s does not know %s", encoding->codec->name, e->key);
  av_dict_free (&options);
  if (code >= 0)
    return TRUE;
  return set_error (self, code, error);
}

GengaVideoEncoder *
genga_video_encoder_new (const GengaEncoderSetup *setup, GError **error)
{
  g_autoptr (GengaVideoEncoder) self = g_new0 (GengaVideoEncoder, 1);
  const GengaVideoWrite *params = setup->params;

  self->setup = setup;
  self->guard =
      genga_guard_new (GENGA_GUARD_ENCODER, setup->encoding->codec->name, params->progress);
  self->call = g_new0 (Call, 1);
  self->call->packet = av_packet_alloc ();
  if (!open_context (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
genga_video_encoder_free (GengaVideoEncoder *self)
{
  if (self == NULL)
    return;
  /* Some encoders wait for ever when they are closed before a frame. */
  genga_guard_run (self->guard, close_now, self->call, NULL);
  genga_guard_free (self->guard, call_free, self->call);
  genga_video_writer_free (self->writer);
  genga_plane_converter_free (self->converter);
  g_clear_pointer (&self->source, genga_frame_unref);
  av_frame_free (&self->frame);
  g_free (self);
}

AVCodecContext *
genga_video_encoder_get_context (GengaVideoEncoder *self)
{
  return self->context;
}

gint64
genga_video_encoder_get_convert_us (GengaVideoEncoder *self)
{
  return self->convert_us;
}

static AVFrame *
make_of_rgb (GengaVideoEncoder *self, const GengaFrame *source, GError **error)
{
  const GengaEncoding *encoding = self->setup->encoding;
  const GengaVideoWrite *params = self->setup->params;
  g_autoptr (GengaAvFrame) frame = av_frame_alloc ();

  if (self->writer == NULL)
    self->writer = genga_video_writer_new (encoding->format, params->width, params->height,
                                           &encoding->colour, error);
  if (self->writer == NULL)
    return NULL;
  if (frame != NULL)
    {
      frame->format = encoding->format;
      frame->width = params->width;
      frame->height = params->height;
    }
  if (frame == NULL || av_frame_get_buffer (frame, GENGA_VIDEO_ALIGNMENT) < 0)
    {
      set_error (self, AVERROR (ENOMEM), error);
      return NULL;
    }
  return genga_video_writer_run (self->writer, source, frame, error) ? g_steal_pointer (&frame)
                                                                     : NULL;
}

/* Whether these planes are what the encoder gets. */
static gboolean
is_coded_so (GengaVideoEncoder *self, const GengaFrame *source)
{
  const GengaEncoding *encoding = self->setup->encoding;
  GengaFrameInfo info;

  return genga_av_planes_describe (encoding->format, source->info.width, source->info.height,
                                   &info) &&
         info.sample == source->info.sample && info.layout == source->info.layout &&
         info.depth == source->info.depth && genga_encoding_has_colour (encoding, &source->colour);
}

static AVFrame *
make_of_planes (GengaVideoEncoder *self, GengaFrame *source, GError **error)
{
  const GengaEncoding *encoding = self->setup->encoding;
  const GengaPlaneForm from = {
    .format = genga_av_planes_get_format (&source->info),
    .width = source->info.width,
    .height = source->info.height,
    .colour = source->colour,
  };
  const GengaPlaneForm to = {
    .format = encoding->format,
    .width = self->setup->params->width,
    .height = self->setup->params->height,
    .colour = encoding->colour,
  };
  g_autoptr (GengaAvFrame) frame = genga_av_planes_unwrap (source);

  if (frame == NULL)
    {
      set_error (self, AVERROR (ENOMEM), error);
      return NULL;
    }
  if (is_coded_so (self, source))
    {
      frame->format = encoding->format;
      return g_steal_pointer (&frame);
    }
  if (self->converter == NULL ||
      !genga_plane_form_equal (&from, genga_plane_converter_get_from (self->converter)))
    {
      g_clear_pointer (&self->converter, genga_plane_converter_free);
      self->converter = genga_plane_converter_new (&from, &to, encoding->codec->name, error);
    }
  return self->converter != NULL ? genga_plane_converter_run (self->converter, frame, error) : NULL;
}

/* Who may give the same frame again gets it as the encoder takes it. */
static void
set_twin (GengaVideoEncoder *self, GengaFrame *source, const AVFrame *frame)
{
  g_autoptr (GengaFrame) coded = NULL;
  GengaFrameInfo info;

  if (source->twin == NULL ||
      !genga_av_planes_describe (frame->format, frame->width, frame->height, &info))
    return;
  coded = genga_av_planes_wrap (frame, &info);
  if (coded == NULL)
    return;
  coded->colour = self->setup->encoding->colour;
  genga_frame_twin_set (source->twin, coded);
}

static AVFrame *
make_frame (GengaVideoEncoder *self, GengaFrame *source, GError **error)
{
  g_autoptr (GengaAvFrame) frame = genga_layout_get_n_channels (source->info.layout) > 0
                                       ? make_of_rgb (self, source, error)
                                       : make_of_planes (self, source, error);

  if (frame == NULL)
    return NULL;
  set_twin (self, source, frame);
  frame = genga_hardware_upload (self->context, g_steal_pointer (&frame));
  if (frame == NULL)
    {
      set_error (self, AVERROR_EXTERNAL, error);
      return NULL;
    }
  frame->sample_aspect_ratio = self->setup->sar;
  frame->color_primaries = self->context->color_primaries;
  frame->color_trc = self->context->color_trc;
  frame->colorspace = self->context->colorspace;
  frame->color_range = self->context->color_range;
  frame->chroma_location = self->context->chroma_sample_location;
  return g_steal_pointer (&frame);
}

/* Encoders that have no place for them are given none (genga_encoding_takes_captions()). */
static gboolean
add_captions (GengaVideoEncoder *self, AVFrame *frame, GBytes *captions)
{
  AVFrameSideData *data;
  gsize size;

  if (captions == NULL || !genga_encoding_takes_captions (self->setup->encoding))
    return TRUE;
  data = av_frame_new_side_data (frame, AV_FRAME_DATA_A53_CC, g_bytes_get_size (captions));
  if (data != NULL)
    memcpy (data->data, g_bytes_get_data (captions, &size), data->size);
  return data != NULL;
}

/* Frames that share their pixels are converted once. */
static AVFrame *
get_frame (GengaVideoEncoder *self, GengaFrame *source, GError **error)
{
  const gint64 start = g_get_monotonic_time ();
  AVFrame *frame;

  if (self->source == NULL || self->source->planes[0] != source->planes[0])
    {
      av_frame_free (&self->frame);
      g_clear_pointer (&self->source, genga_frame_unref);
      self->frame = make_frame (self, source, error);
      self->convert_us += g_get_monotonic_time () - start;
      if (self->frame == NULL)
        return NULL;
      self->source = genga_frame_ref (source);
    }
  frame = av_frame_clone (self->frame);
  if (frame == NULL || !add_captions (self, frame, source->captions))
    {
      av_frame_free (&frame);
      set_error (self, AVERROR (ENOMEM), error);
    }
  return frame;
}

gboolean
genga_video_encoder_send (GengaVideoEncoder *self, GengaFrame *source, gint64 pts, GError **error)
{
  g_autoptr (GengaAvFrame) frame = NULL;

  if (source != NULL)
    {
      frame = get_frame (self, source, error);
      if (frame == NULL)
        return FALSE;
      frame->pts = pts;
    }
  if (genga_fault ("encoder"))
    return set_error (self, AVERROR_EXTERNAL, error);
  self->call->frame = g_steal_pointer (&frame);
  if (!genga_guard_run (self->guard, send_now, self->call, error))
    return FALSE;
  return self->call->code >= 0 || self->call->code == AVERROR_EOF ||
         set_error (self, self->call->code, error);
}

int
genga_video_encoder_receive (GengaVideoEncoder *self, AVPacket *packet, GError **error)
{
  int code;

  if (!genga_guard_run (self->guard, receive_now, self->call, error))
    return -1;
  code = self->call->code;
  if (code < 0 && code != AVERROR (EAGAIN) && code != AVERROR_EOF)
    {
      set_error (self, code, error);
      return -1;
    }
  if (code >= 0)
    av_packet_move_ref (packet, self->call->packet);
  return code >= 0;
}
