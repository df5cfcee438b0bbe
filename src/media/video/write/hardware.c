/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graphics card's encoder in the place of a software one. Whether there is one is only known when
 * it has coded a frame: libraries without a driver open as well as drivers without the unit.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/hardware.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <libavutil/imgutils.h>

#include <libavutil/hwcontext.h>

/* Frames that an encoder may hold on a card. */
#define POOL_FRAMES 24

typedef struct
{
  GengaCodec codec;
  const char *name;   /* of ours */
  const char *preset; /* NVENC */
  int cq;
  const char *profile; /* of the encoder, or NULL: by the pixels */
} Setting;

static const Setting nvenc_settings[] = {
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
  { 0 },
};

/* Qualities are those of the profiles in software. */
static const Setting vaapi_settings[] = {
  { GENGA_CODEC_H264, "auto", NULL, 18, "high" },
  { GENGA_CODEC_H264, "high", NULL, 18, "high" },
  { GENGA_CODEC_H264, "main", NULL, 20, "main" },
  { GENGA_CODEC_H264, "baseline", NULL, 20, "constrained_baseline" },
  { GENGA_CODEC_H265, "auto", NULL, 20, NULL },
  { GENGA_CODEC_H265, "main", NULL, 20, "main" },
  { GENGA_CODEC_H265, "main10", NULL, 20, "main10" },
  { GENGA_CODEC_H265, "main10-hq", NULL, 16, "main10" },
  { GENGA_CODEC_H265, "main10-fast", NULL, 24, "main10" },
  { GENGA_CODEC_AV1, "main", NULL, 25, NULL },
  { GENGA_CODEC_VP9, "auto", NULL, 22, NULL },
  { 0 },
};

/* The same pixels as NVENC takes them, or NONE. */
static enum AVPixelFormat
get_nvenc_format (enum AVPixelFormat format, GengaCodec codec)
{
  if (format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUV444P)
    return format;
  return format == AV_PIX_FMT_YUV420P10LE && codec == GENGA_CODEC_H265 ? AV_PIX_FMT_P010LE
                                                                       : AV_PIX_FMT_NONE;
}

static enum AVPixelFormat
get_vaapi_format (enum AVPixelFormat format, GengaCodec codec)
{
  if (format == AV_PIX_FMT_YUV420P)
    return AV_PIX_FMT_NV12;
  return format == AV_PIX_FMT_YUV420P10LE && codec != GENGA_CODEC_H264 ? AV_PIX_FMT_P010LE
                                                                       : AV_PIX_FMT_NONE;
}

static const char *
get_vaapi_name (GengaCodec codec)
{
  switch (codec)
    {
    case GENGA_CODEC_H264:
      return "h264_vaapi";
    case GENGA_CODEC_H265:
      return "hevc_vaapi";
    case GENGA_CODEC_AV1:
      return "av1_vaapi";
    case GENGA_CODEC_VP9:
      return "vp9_vaapi";
    case GENGA_CODEC_AUTO:
    case GENGA_CODEC_PRORES:
    case GENGA_CODEC_DNXHD:
    case GENGA_CODEC_DNXHR:
    case GENGA_CODEC_FFV1:
    default:
      return "";
    }
}

static void
set_nvenc_options (AVDictionary **options, const Setting *setting, int cq)
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

static void
set_vaapi_options (AVDictionary **options, const Setting *setting, int cq)
{
  gboolean counts_in_fours = setting->codec == GENGA_CODEC_AV1 || setting->codec == GENGA_CODEC_VP9;

  if (setting->profile != NULL)
    av_dict_set (options, "profile", setting->profile, 0);
  av_dict_set (options, "rc_mode", "CQP", 0);
  av_dict_set_int (options, "global_quality", MAX (1, counts_in_fours ? cq * 4 : cq), 0);
}

/* ---- frames on a card ---- */

int
genga_hardware_prepare (AVCodecContext *context, enum AVPixelFormat format, AVBufferRef *device)
{
  AVHWFramesContext *pool;
  int code;

  context->pix_fmt = format;
  if (device == NULL)
    return 0;
  context->hw_frames_ctx = av_hwframe_ctx_alloc (device);
  if (context->hw_frames_ctx == NULL)
    return AVERROR (ENOMEM);
  pool = (AVHWFramesContext *)(gpointer)context->hw_frames_ctx->data;
  pool->format = AV_PIX_FMT_VAAPI;
  pool->sw_format = format;
  pool->width = context->width;
  pool->height = context->height;
  pool->initial_pool_size = POOL_FRAMES;
  code = av_hwframe_ctx_init (context->hw_frames_ctx);
  context->pix_fmt = AV_PIX_FMT_VAAPI;
  return code;
}

AVFrame *
genga_hardware_upload (const AVCodecContext *context, AVFrame *take_frame)
{
  g_autoptr (GengaAvFrame) frame = take_frame;
  g_autoptr (GengaAvFrame) uploaded = NULL;

  if (context->hw_frames_ctx == NULL)
    return g_steal_pointer (&frame);
  uploaded = av_frame_alloc ();
  if (uploaded == NULL || av_hwframe_get_buffer (context->hw_frames_ctx, uploaded, 0) < 0 ||
      av_hwframe_transfer_data (uploaded, frame, 0) < 0 ||
      av_frame_copy_props (uploaded, frame) < 0)
    return NULL;
  return g_steal_pointer (&uploaded);
}

/* ---- a trial ---- */

static AVFrame *
make_black (enum AVPixelFormat format, int width, int height)
{
  g_autoptr (GengaAvFrame) frame = av_frame_alloc ();

  if (frame == NULL)
    return NULL;
  frame->format = format;
  frame->width = width;
  frame->height = height;
  if (av_frame_get_buffer (frame, 0) < 0)
    return NULL;
  const ptrdiff_t strides[4] = { frame->linesize[0], frame->linesize[1], frame->linesize[2] };
  return av_image_fill_black (frame->data, strides, format, AVCOL_RANGE_MPEG, width, height) >= 0
             ? g_steal_pointer (&frame)
             : NULL;
}

/* Codes one frame and looks whether a packet comes. */
static int
encode_one (AVCodecContext *context, enum AVPixelFormat format)
{
  g_autoptr (GengaAvFrame) frame = make_black (format, context->width, context->height);
  AVPacket *packet;
  int code;

  if (frame != NULL)
    frame = genga_hardware_upload (context, g_steal_pointer (&frame));
  if (frame == NULL)
    return AVERROR_EXTERNAL;
  packet = av_packet_alloc ();
  code = packet != NULL ? avcodec_send_frame (context, frame) : AVERROR (ENOMEM);
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
     const AVDictionary *dictionary,
     AVBufferRef *device)
{
  AVCodecContext *context = avcodec_alloc_context3 (codec);
  AVDictionary *options = NULL;
  int code;

  if (context == NULL)
    return AVERROR (ENOMEM);
  context->width = params->width;
  context->height = params->height;
  context->time_base = (AVRational){ 1, 25 };
  av_dict_copy (&options, dictionary, 0);
  code = genga_hardware_prepare (context, format, device);
  if (code >= 0)
    code = avcodec_open2 (context, codec, &options);
  if (code >= 0)
    code = encode_one (context, format);
  av_dict_free (&options);
  avcodec_free_context (&context);
  return code;
}

/* ---- the choice ---- */

/* One that is to be tried. */
typedef struct
{
  const char *name; /* for people */
  const AVCodec *codec;
  const Setting *setting;
  enum AVPixelFormat format;
  AVDictionary *options;
  AVBufferRef *device;
  int cq;
} Candidate;

static void
candidate_clear (Candidate *self)
{
  av_dict_free (&self->options);
  av_buffer_unref (&self->device);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Candidate, candidate_clear)

static const Setting *
find_setting (const Setting *settings, GengaCodec codec, const char *profile)
{
  for (; settings->name != NULL; settings++)
    if (settings->codec == codec && g_str_equal (settings->name, profile))
      return settings;
  return NULL;
}

/* Whoever asked for a card gets it or nothing; with “auto” software does it without a word. */
static gboolean
refuse (const GengaVideoWrite *params,
        const Candidate *candidate,
        const char *reason,
        GError **error)
{
  if (params->encoder == GENGA_ENCODER_AUTO)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               _ ("Can't use the graphics card's encoder (%s): %s. Choose --encoder auto or "
                  "--encoder software."),
               candidate->name, reason);
  return FALSE;
}

static void
notice_trial (const GengaEncoding *self, const GengaVideoWrite *params, const Candidate *candidate)
{
  if (params->encoder == GENGA_ENCODER_AUTO)
    genga_progress_notice (params->progress,
                           _ ("The graphics card's encoder (%s) is tried at the start. If it "
                              "fails, the video is encoded in software (%s)."),
                           candidate->name, self->codec->name);
  else
    genga_progress_notice (params->progress,
                           _ ("The graphics card's encoder (%s) is tried at the start. If it "
                              "fails, nothing is done."),
                           candidate->name);
}

static void
describe (Candidate *self, const GengaEncoding *encoding, const GengaVideoWrite *params)
{
  gboolean is_vaapi = params->encoder == GENGA_ENCODER_VAAPI;
  GengaCodec codec = params->codec;

  self->name = is_vaapi ? "VA-API" : "NVENC";
  self->setting =
      find_setting (is_vaapi ? vaapi_settings : nvenc_settings, codec, encoding->profile);
  self->format = is_vaapi ? get_vaapi_format (encoding->format, codec)
                          : get_nvenc_format (encoding->format, codec);
  self->codec = avcodec_find_encoder_by_name (is_vaapi                    ? get_vaapi_name (codec)
                                              : codec == GENGA_CODEC_H264 ? "h264_nvenc"
                                                                          : "hevc_nvenc");
  if (self->setting == NULL)
    return;
  self->cq = params->crf >= 0 ? params->crf : self->setting->cq;
  if (is_vaapi)
    set_vaapi_options (&self->options, self->setting, self->cq);
  else
    set_nvenc_options (&self->options, self->setting, self->cq);
}

static int
try_candidate (Candidate *self, const GengaVideoWrite *params)
{
  AVDictionary *how = NULL;
  int code = self->codec != NULL ? 0 : AVERROR_ENCODER_NOT_FOUND;

  /* Nothing is asked of an X server. */
  av_dict_set (&how, "connection_type", "drm", 0);
  if (code >= 0 && params->encoder == GENGA_ENCODER_VAAPI)
    code = av_hwdevice_ctx_create (&self->device, AV_HWDEVICE_TYPE_VAAPI, NULL, how, 0);
  av_dict_free (&how);
  return code >= 0 ? try (self->codec, self->format, params, self->options, self->device) : code;
}

gboolean
genga_hardware_choose (GengaEncoding *self, const GengaVideoWrite *params, GError **error)
{
  g_auto (Candidate) candidate = { 0 };
  int code;

  if (params->encoder == GENGA_ENCODER_SOFTWARE)
    return TRUE;
  describe (&candidate, self, params);
  if (candidate.setting == NULL || candidate.format == AV_PIX_FMT_NONE ||
      !g_str_equal (params->preset, "auto"))
    return refuse (params, &candidate, _ ("it does not support this format, profile or preset"),
                   error);
  if (params->opens_no_card && candidate.codec != NULL)
    {
      notice_trial (self, params, &candidate);
      return TRUE;
    }
  code = try_candidate (&candidate, params);
  if (code < 0)
    {
      g_autofree char *reason = genga_av_dup_error (code);
      gboolean has_card = params->encoder != GENGA_ENCODER_VAAPI || candidate.device != NULL;

      g_debug ("%s: %s", candidate.name, reason);
      return refuse (params, &candidate, has_card ? reason : _ ("it can't open a graphics card"),
                     error);
    }
  av_dict_free (&self->dictionary);
  self->dictionary = g_steal_pointer (&candidate.options);
  self->device = g_steal_pointer (&candidate.device);
  self->codec = candidate.codec;
  self->format = candidate.format;
  self->crf = candidate.cq > 0 ? candidate.cq : -1;
  return TRUE;
}
