/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/encoder-trials.h"
#include "core/error.h"
#include "core/text.h"
#include "media/video/write/codec.h"
#include "media/video/write/encoder.h"

#include <glib/gi18n-lib.h>

/* DNxHD has few other sizes; what else there is takes any that is not tiny. */
#define DNXHD_WIDTH 1920
#define DNXHD_HEIGHT 1080
#define WIDTH 256
#define HEIGHT 192

static const struct
{
  GengaCodec codec;
  GengaEncoder encoder;
} all[] = {
  { GENGA_CODEC_H264, GENGA_ENCODER_SOFTWARE },   { GENGA_CODEC_H265, GENGA_ENCODER_SOFTWARE },
  { GENGA_CODEC_AV1, GENGA_ENCODER_SOFTWARE },    { GENGA_CODEC_VP9, GENGA_ENCODER_SOFTWARE },
  { GENGA_CODEC_PRORES, GENGA_ENCODER_SOFTWARE }, { GENGA_CODEC_DNXHD, GENGA_ENCODER_SOFTWARE },
  { GENGA_CODEC_DNXHR, GENGA_ENCODER_SOFTWARE },  { GENGA_CODEC_FFV1, GENGA_ENCODER_SOFTWARE },
  { GENGA_CODEC_H264, GENGA_ENCODER_NVENC },      { GENGA_CODEC_H265, GENGA_ENCODER_NVENC },
  { GENGA_CODEC_H264, GENGA_ENCODER_VAAPI },      { GENGA_CODEC_H265, GENGA_ENCODER_VAAPI },
  { GENGA_CODEC_AV1, GENGA_ENCODER_VAAPI },       { GENGA_CODEC_VP9, GENGA_ENCODER_VAAPI },
};

static void
trial_clear (gpointer data)
{
  GengaEncoderTrial *self = data;

  g_free (self->name);
  g_free (self->reason);
}

static GengaFrame *
make_black (const GengaVideoWrite *params, GError **error)
{
  const GengaFrameInfo info = {
    .width = params->width,
    .height = params->height,
    .sample = GENGA_SAMPLE_F32,
    .layout = GENGA_LAYOUT_RGB,
  };
  GengaFrame *frame = genga_frame_new_dense (&info, error);

  if (frame != NULL)
    memset (frame->planes[0], 0, (gsize)frame->strides[0] * (gsize)info.height);
  return frame;
}

/* Its whole life, from opening to the last packet. */
static gboolean
code_frame (const GengaEncoderSetup *setup, GError **error)
{
  g_autoptr (GengaFrame) black = make_black (setup->params, error);
  g_autoptr (GengaVideoEncoder) encoder = NULL;
  AVPacket *packet;
  int n;

  if (black == NULL)
    return FALSE;
  encoder = genga_video_encoder_new (setup, error);
  if (encoder == NULL || !genga_video_encoder_send (encoder, black, 0, error) ||
      !genga_video_encoder_send (encoder, NULL, 0, error))
    return FALSE;
  packet = av_packet_alloc ();
  n = genga_video_encoder_receive (encoder, packet, error);
  av_packet_free (&packet);
  if (n == 0)
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE, _ ("it gives no packet"));
  return n > 0;
}

static gboolean
try_encoder (GengaEncoderTrial *self, GError **error)
{
  const gboolean is_dnxhd = self->codec == GENGA_CODEC_DNXHD;
  const GengaVideoWrite params = {
    .container = GENGA_CONTAINER_MKV,
    .codec = self->codec,
    .profile = "auto",
    .encoder = self->encoder,
    .preset = "auto",
    .pixel_format = "auto",
    .crf = -1,
    .width = is_dnxhd ? DNXHD_WIDTH : WIDTH,
    .height = is_dnxhd ? DNXHD_HEIGHT : HEIGHT,
  };
  const GengaSourceInfo info = { .bits = 8, .layout = GENGA_LAYOUT_RGB };
  GengaEncoding encoding = { 0 };
  const GengaEncoderSetup setup = {
    .params = &params,
    .encoding = &encoding,
    .time_base = { 1, 25 },
    .rate = { 25, 1 },
    .sar = { 1, 1 },
  };
  g_autoptr (GengaAvOrigin) origin = genga_av_origin_new_plain (&info);
  gboolean is_good;

  if (origin == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory to encode the video."));
      return FALSE;
    }
  origin->first->format = AV_PIX_FMT_YUV420P; /* what all of them take, on cards as well */
  origin->first->colorspace = AVCOL_SPC_BT709;
  origin->first->color_range = AVCOL_RANGE_MPEG;
  is_good = genga_encoding_init (&encoding, &params, origin, error);
  /* Until a card's encoder is taken, this is the software's. */
  if (encoding.codec != NULL && (is_good || self->encoder == GENGA_ENCODER_SOFTWARE))
    self->name = g_strdup (encoding.codec->name);
  is_good = is_good && code_frame (&setup, error);
  genga_encoding_clear (&encoding);
  return is_good;
}

GArray *
genga_encoder_trials_run (void)
{
  GArray *trials = g_array_new (FALSE, TRUE, sizeof (GengaEncoderTrial));

  g_array_set_clear_func (trials, trial_clear);
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;
      GengaEncoderTrial trial = { .codec = all[i].codec, .encoder = all[i].encoder };

      if (!try_encoder (&trial, &error))
        trial.reason = genga_text_dup_line (error->message);
      g_array_append_val (trials, trial);
    }
  return trials;
}
