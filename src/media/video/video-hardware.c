/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graphics card's encoder in the place of a software one. Whether there is one is only known when
 * it has coded a frame: libraries without a driver open as well as drivers without the unit.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/video-private.h"

#include <glib/gi18n-lib.h>
#include <libavutil/imgutils.h>

typedef struct
{
  GengaCodec codec;
  const char *name; /* of ours */
  const char *preset;
  int cq;
  const char *profile; /* of the encoder, or NULL: by the pixels */
} Setting;

static const Setting settings[] = {
  { GENGA_CODEC_H264, "auto", "p7", 17, NULL },
  { GENGA_CODEC_H264, "high", "p7", 17, "high" },
  { GENGA_CODEC_H264, "main", "p4", 20, "main" },
  { GENGA_CODEC_H264, "baseline", "p4", 20, "baseline" },
  { GENGA_CODEC_H264, "lossless", "p4", 0, NULL },
  { GENGA_CODEC_H265, "auto", "p4", 20, NULL },
  { GENGA_CODEC_H265, "main", "p4", 20, "main" },
  { GENGA_CODEC_H265, "main10", "p4", 20, "main10" },
  { GENGA_CODEC_H265, "main10-hq", "p7", 16, "main10" },
  { GENGA_CODEC_H265, "main10-fast", "p1", 24, "main10" },
  { GENGA_CODEC_H265, "lossless", "p4", 0, NULL },
};

/* The same pixels as the card takes them, or NONE. */
static enum AVPixelFormat
get_format (enum AVPixelFormat format, GengaCodec codec)
{
  if (format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUV444P)
    return format;
  return format == AV_PIX_FMT_YUV420P10LE && codec == GENGA_CODEC_H265 ? AV_PIX_FMT_P010LE
                                                                       : AV_PIX_FMT_NONE;
}

static void
set_options (AVDictionary **options, const Setting *setting, int cq)
{
  av_dict_set (options, "preset", setting->preset, 0);
  av_dict_set (options, "forced-idr", "1", 0);
  if (setting->profile != NULL)
    av_dict_set (options, "profile", setting->profile, 0);
  /* To this encoder a quality of 0 means that it chooses one. */
  if (cq == 0)
    av_dict_set (options, "tune", "lossless", 0);
  else
    {
      av_dict_set (options, "rc", "vbr", 0);
      av_dict_set_int (options, "cq", cq, 0);
    }
}

/* Codes one frame and looks whether a packet comes. */
static int
encode_one (AVCodecContext *context)
{
  g_autoptr (GengaAvFrame) frame = av_frame_alloc ();
  AVPacket *packet = av_packet_alloc ();
  int code = frame != NULL && packet != NULL ? 0 : AVERROR (ENOMEM);

  if (code >= 0)
    {
      frame->format = context->pix_fmt;
      frame->width = context->width;
      frame->height = context->height;
      code = av_frame_get_buffer (frame, 0);
    }
  if (code >= 0)
    {
      const ptrdiff_t strides[4] = { frame->linesize[0], frame->linesize[1], frame->linesize[2] };
      code = av_image_fill_black (frame->data, strides, frame->format, AVCOL_RANGE_MPEG,
                                  frame->width, frame->height);
    }
  if (code >= 0)
    code = avcodec_send_frame (context, frame);
  if (code >= 0)
    code = avcodec_send_frame (context, NULL);
  if (code >= 0)
    code = avcodec_receive_packet (context, packet);
  av_packet_free (&packet);
  return code;
}

static int
try (const AVCodec *codec,
     enum AVPixelFormat format,
     const GengaVideoWrite *params,
     const AVDictionary *dictionary)
{
  AVCodecContext *context = avcodec_alloc_context3 (codec);
  AVDictionary *options = NULL;
  int code;

  if (context == NULL)
    return AVERROR (ENOMEM);
  context->width = params->width;
  context->height = params->height;
  context->pix_fmt = format;
  context->time_base = (AVRational){ 1, 25 };
  av_dict_copy (&options, dictionary, 0);
  code = avcodec_open2 (context, codec, &options);
  if (code >= 0)
    code = encode_one (context);
  av_dict_free (&options);
  avcodec_free_context (&context);
  return code;
}

static const Setting *
find_setting (GengaCodec codec, const char *profile)
{
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].codec == codec && g_str_equal (settings[i].name, profile))
      return &settings[i];
  return NULL;
}

static void
notice_refused (const GengaEncoding *self, const GengaVideoWrite *params, const char *reason)
{
  if (params->encoder == GENGA_ENCODER_NVENC)
    genga_progress_notice (params->progress,
                           _ ("The graphics card's encoder (NVENC) cannot be used: %s. Software "
                              "(%s) codes the video."),
                           reason, self->codec->name);
}

void
genga_hardware_choose (GengaEncoding *self, const GengaVideoWrite *params)
{
  const Setting *setting = find_setting (params->codec, self->profile);
  enum AVPixelFormat format = get_format (self->format, params->codec);
  const AVCodec *codec = avcodec_find_encoder_by_name (
      params->codec == GENGA_CODEC_H264 ? "h264_nvenc" : "hevc_nvenc");
  AVDictionary *options = NULL;
  int cq, code;

  if (params->encoder == GENGA_ENCODER_SOFTWARE)
    return;
  if (setting == NULL || format == AV_PIX_FMT_NONE || !g_str_equal (params->preset, "auto"))
    {
      notice_refused (self, params, _ ("it does not code this format, profile or preset"));
      return;
    }
  cq = params->crf >= 0 ? params->crf : setting->cq;
  set_options (&options, setting, cq);
  code = codec != NULL ? try (codec, format, params, options) : AVERROR_ENCODER_NOT_FOUND;
  if (code < 0)
    {
      g_autofree char *reason = genga_av_dup_error (code);

      g_debug ("NVENC: %s", reason);
      notice_refused (self, params, reason);
      av_dict_free (&options);
      return;
    }
  av_dict_free (&self->dictionary);
  self->dictionary = options;
  self->codec = codec;
  self->format = format;
  self->crf = cq > 0 ? cq : -1;
}
