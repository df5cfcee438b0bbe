/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/sound-coder.h"

#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>

/* Bits per second of a channel at which listeners hear no difference. */
#define AAC_RATE 96000
#define OPUS_RATE 80000

/* Times that are off by more than this many seconds are a gap; others are rounding. */
#define GAP 0.05
/* So much silence, in seconds, is put into one. */
#define MAX_SILENCE 600

/* Samples that the encoder gets at once where it takes any number. */
#define ANY_SIZE 1024

struct _GengaSoundCoder
{
  AVRational time_base; /* of the packets that come */
  AVCodecContext *decoder;
  AVCodecContext *encoder;
  SwrContext *resampler; /* made with the first frame, and anew where frames change */
  AVFrame *decoded;
  AVFrame *sent;
  AVAudioFifo *fifo;
  gint64 pts; /* of the fifo's first sample, in samples; AV_NOPTS_VALUE before the first one */
  gboolean has_ended;
};

/* ---- what becomes of it ---- */

static gboolean
is_pcm (enum AVCodecID codec)
{
  return av_get_bits_per_sample (codec) > 0 || codec == AV_CODEC_ID_PCM_DVD ||
         codec == AV_CODEC_ID_PCM_BLURAY;
}

static enum AVCodecID
choose_pcm (const AVCodecParameters *from)
{
  int bits = MAX (from->bits_per_coded_sample, from->bits_per_raw_sample);

  return MAX (bits, av_get_bits_per_sample (from->codec_id)) > 16 ? AV_CODEC_ID_PCM_S24LE
                                                                  : AV_CODEC_ID_PCM_S16LE;
}

static enum AVCodecID
choose_lossless (GengaContainer container, const AVCodecParameters *from)
{
  if (container == GENGA_CONTAINER_MOV)
    return is_pcm (from->codec_id) ? choose_pcm (from) : AV_CODEC_ID_ALAC;
  if (container == GENGA_CONTAINER_MKV && is_pcm (from->codec_id))
    return choose_pcm (from);
  return container == GENGA_CONTAINER_WEBM ? AV_CODEC_ID_OPUS : AV_CODEC_ID_FLAC;
}

enum AVCodecID
genga_sound_choose (GengaAudio audio, GengaContainer container, const AVCodecParameters *from)
{
  const AVCodecDescriptor *descriptor = avcodec_descriptor_get (from->codec_id);
  gboolean is_lossless = descriptor != NULL && (descriptor->props & AV_CODEC_PROP_LOSSY) == 0;

  switch (audio)
    {
    case GENGA_AUDIO_AAC:
      return AV_CODEC_ID_AAC;
    case GENGA_AUDIO_OPUS:
      return AV_CODEC_ID_OPUS;
    case GENGA_AUDIO_FLAC:
      return AV_CODEC_ID_FLAC;
    case GENGA_AUDIO_COPY:
      /* The same samples in another order of bytes are a copy. */
      return is_pcm (from->codec_id) && container != GENGA_CONTAINER_MP4 &&
                     container != GENGA_CONTAINER_WEBM
                 ? choose_pcm (from)
                 : AV_CODEC_ID_NONE;
    case GENGA_AUDIO_AUTO:
      if (is_lossless)
        return choose_lossless (container, from);
      return container == GENGA_CONTAINER_WEBM ? AV_CODEC_ID_OPUS : AV_CODEC_ID_AAC;
    case GENGA_AUDIO_NO:
    default:
      return AV_CODEC_ID_NONE;
    }
}

/* ---- making ---- */

static const AVCodec *
find_encoder (enum AVCodecID codec)
{
  return codec == AV_CODEC_ID_OPUS ? avcodec_find_encoder_by_name ("libopus")
                                   : avcodec_find_encoder (codec);
}

/* The format that holds most bits of the source, as the codec lists them. */
static enum AVSampleFormat
choose_format (const AVCodec *codec, const AVCodecParameters *from)
{
  int bits = MAX (from->bits_per_coded_sample, from->bits_per_raw_sample);
  const enum AVSampleFormat *all = genga_av_codec_get_sample_formats (codec);
  enum AVSampleFormat best = all != NULL ? all[0] : AV_SAMPLE_FMT_FLTP;

  if (from->format == AV_SAMPLE_FMT_S32 || from->format == AV_SAMPLE_FMT_S32P)
    bits = MAX (bits, 17);
  for (const enum AVSampleFormat *f = all; f != NULL && *f != AV_SAMPLE_FMT_NONE; f++)
    {
      gboolean is_deep = av_get_bytes_per_sample (*f) > 2;

      if (is_deep == (bits > 16))
        return *f;
    }
  return best;
}

/* The nearest rate that the codec knows, and not a lower one where there is a choice. */
static int
choose_rate (const AVCodec *codec, int rate)
{
  const int *all = genga_av_codec_get_sample_rates (codec);
  int best = 0;

  if (all == NULL)
    return rate;
  for (const int *r = all; *r != 0; r++)
    if (best == 0 || (best < rate ? *r > best : *r >= rate && *r < best))
      best = *r;
  return best;
}

static gboolean
open_encoder (GengaSoundCoder *self,
              const AVCodecParameters *from,
              const AVCodec *codec,
              gboolean has_global_header)
{
  AVCodecContext *encoder = avcodec_alloc_context3 (codec);
  int n_channels = from->ch_layout.nb_channels;

  self->encoder = encoder;
  if (encoder == NULL || n_channels <= 0 || from->sample_rate <= 0)
    return FALSE;
  encoder->sample_fmt = choose_format (codec, from);
  encoder->sample_rate = choose_rate (codec, from->sample_rate);
  encoder->time_base = (AVRational){ 1, encoder->sample_rate };
  av_channel_layout_default (&encoder->ch_layout, n_channels);
  if (encoder->sample_fmt == AV_SAMPLE_FMT_S32 || encoder->sample_fmt == AV_SAMPLE_FMT_S32P)
    encoder->bits_per_raw_sample = 24;
  if (codec->id == AV_CODEC_ID_AAC)
    encoder->bit_rate = AAC_RATE * (gint64)n_channels;
  if (codec->id == AV_CODEC_ID_OPUS)
    encoder->bit_rate = OPUS_RATE * (gint64)n_channels;
  if (has_global_header)
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  return avcodec_open2 (encoder, codec, NULL) >= 0;
}

GengaSoundCoder *
genga_sound_coder_new (const AVStream *from, enum AVCodecID to, gboolean has_global_header)
{
  g_autoptr (GengaSoundCoder) self = g_new0 (GengaSoundCoder, 1);
  const AVCodec *decoder = avcodec_find_decoder (from->codecpar->codec_id);
  const AVCodec *encoder = find_encoder (to);

  self->time_base = from->time_base;
  self->pts = AV_NOPTS_VALUE;
  self->decoded = av_frame_alloc ();
  self->sent = av_frame_alloc ();
  self->decoder = decoder != NULL ? avcodec_alloc_context3 (decoder) : NULL;
  if (self->decoded == NULL || self->sent == NULL || self->decoder == NULL || encoder == NULL ||
      avcodec_parameters_to_context (self->decoder, from->codecpar) < 0)
    return NULL;
  self->decoder->pkt_timebase = from->time_base;
  if (avcodec_open2 (self->decoder, decoder, NULL) < 0 ||
      !open_encoder (self, from->codecpar, encoder, has_global_header))
    return NULL;
  self->fifo =
      av_audio_fifo_alloc (self->encoder->sample_fmt, self->encoder->ch_layout.nb_channels, 1);
  return self->fifo != NULL ? g_steal_pointer (&self) : NULL;
}

void
genga_sound_coder_free (GengaSoundCoder *self)
{
  if (self == NULL)
    return;
  avcodec_free_context (&self->decoder);
  avcodec_free_context (&self->encoder);
  swr_free (&self->resampler);
  av_frame_free (&self->decoded);
  av_frame_free (&self->sent);
  if (self->fifo != NULL)
    av_audio_fifo_free (self->fifo);
  g_free (self);
}

gboolean
genga_sound_coder_describe (const GengaSoundCoder *self, AVStream *stream)
{
  stream->time_base = self->encoder->time_base;
  return avcodec_parameters_from_context (stream->codecpar, self->encoder) >= 0;
}

AVRational
genga_sound_coder_get_time_base (const GengaSoundCoder *self)
{
  return self->encoder->time_base;
}

gint64
genga_sound_coder_get_bit_rate (const GengaSoundCoder *self)
{
  enum AVCodecID codec = self->encoder->codec_id;

  return codec == AV_CODEC_ID_AAC || codec == AV_CODEC_ID_OPUS ? self->encoder->bit_rate : 0;
}

/* ---- samples ---- */

/* Frames like this one, as the encoder wants them. */
static int
prepare_resampler (GengaSoundCoder *self, const AVFrame *frame)
{
  AVChannelLayout layout = { 0 };
  int code;

  if (self->resampler != NULL)
    return 0;
  if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
    av_channel_layout_default (&layout, frame->ch_layout.nb_channels);
  else if ((code = av_channel_layout_copy (&layout, &frame->ch_layout)) < 0)
    return code;
  code = swr_alloc_set_opts2 (&self->resampler, &self->encoder->ch_layout,
                              self->encoder->sample_fmt, self->encoder->sample_rate, &layout,
                              frame->format, frame->sample_rate, 0, NULL);
  av_channel_layout_uninit (&layout);
  return code >= 0 ? swr_init (self->resampler) : code;
}

static int
add_silence (GengaSoundCoder *self, gint64 n)
{
  AVFrame *frame = self->sent;
  int code = 0;

  while (n > 0 && code >= 0)
    {
      frame->nb_samples = MIN (n, self->encoder->sample_rate);
      frame->format = self->encoder->sample_fmt;
      code = av_channel_layout_copy (&frame->ch_layout, &self->encoder->ch_layout);
      if (code >= 0)
        code = av_frame_get_buffer (frame, 0);
      if (code >= 0)
        code = av_samples_set_silence (frame->extended_data, 0, frame->nb_samples,
                                       frame->ch_layout.nb_channels, frame->format);
      if (code >= 0)
        code = av_audio_fifo_write (self->fifo, (void **)frame->extended_data, frame->nb_samples);
      n -= frame->nb_samples;
      av_frame_unref (frame);
    }
  return MIN (code, 0);
}

/* A gap in the source is one in the result; the first frame says when the track begins. */
static int
follow_time (GengaSoundCoder *self, const AVFrame *frame)
{
  gint64 at, expected;

  if (frame->best_effort_timestamp == AV_NOPTS_VALUE && self->pts != AV_NOPTS_VALUE)
    return 0;
  at = frame->best_effort_timestamp != AV_NOPTS_VALUE
           ? av_rescale_q (frame->best_effort_timestamp, self->time_base, self->encoder->time_base)
           : 0;
  if (self->pts == AV_NOPTS_VALUE)
    {
      self->pts = at;
      return 0;
    }
  expected = self->pts + av_audio_fifo_size (self->fifo) +
             swr_get_delay (self->resampler, self->encoder->sample_rate);
  if (at - expected < GAP * self->encoder->sample_rate ||
      at - expected > (gint64)MAX_SILENCE * self->encoder->sample_rate)
    return 0;
  return add_silence (self, at - expected);
}

/* What comes of a frame, or at the end (NULL) of what the resampler still holds, into the fifo. */
static int
resample (GengaSoundCoder *self, const AVFrame *frame)
{
  AVFrame *out = self->sent;
  int n = swr_get_out_samples (self->resampler, frame != NULL ? frame->nb_samples : 0);
  int code;

  if (n <= 0)
    return n;
  out->nb_samples = n;
  out->format = self->encoder->sample_fmt;
  code = av_channel_layout_copy (&out->ch_layout, &self->encoder->ch_layout);
  if (code >= 0)
    code = av_frame_get_buffer (out, 0);
  if (code >= 0)
    code = swr_convert (self->resampler, out->extended_data, n,
                        frame != NULL ? (const uint8_t **)frame->extended_data : NULL,
                        frame != NULL ? frame->nb_samples : 0);
  if (code > 0)
    code = av_audio_fifo_write (self->fifo, (void **)out->extended_data, code);
  av_frame_unref (out);
  return MIN (code, 0);
}

static int
take_frames (GengaSoundCoder *self)
{
  int code;

  while ((code = avcodec_receive_frame (self->decoder, self->decoded)) >= 0)
    {
      code = prepare_resampler (self, self->decoded);
      if (code >= 0)
        code = follow_time (self, self->decoded);
      if (code >= 0)
        code = resample (self, self->decoded);
      av_frame_unref (self->decoded);
      if (code < 0)
        return code;
    }
  return code == AVERROR (EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

int
genga_sound_coder_send (GengaSoundCoder *self, const AVPacket *packet)
{
  int code = avcodec_send_packet (self->decoder, packet);

  /* A damaged packet is a gap. */
  if (code == AVERROR (ENOMEM))
    return code;
  code = take_frames (self);
  if (code == AVERROR (ENOMEM) || packet != NULL)
    return code == AVERROR (ENOMEM) ? code : 0;
  if (self->resampler != NULL)
    code = resample (self, NULL);
  self->has_ended = TRUE;
  return code;
}

/* ---- packets ---- */

/* One frame for the encoder; at the end a shorter one, and then the end. */
static int
feed_encoder (GengaSoundCoder *self)
{
  AVCodecContext *encoder = self->encoder;
  AVFrame *frame = self->sent;
  int size = encoder->frame_size > 0 ? encoder->frame_size : ANY_SIZE;
  int held = av_audio_fifo_size (self->fifo);
  int code;

  if (held < size && !self->has_ended)
    return AVERROR (EAGAIN);
  if (held == 0)
    return avcodec_send_frame (encoder, NULL);
  frame->nb_samples = MIN (held, size);
  frame->format = encoder->sample_fmt;
  frame->sample_rate = encoder->sample_rate;
  frame->pts = self->pts;
  code = av_channel_layout_copy (&frame->ch_layout, &encoder->ch_layout);
  if (code >= 0)
    code = av_frame_get_buffer (frame, 0);
  if (code >= 0)
    code = av_audio_fifo_read (self->fifo, (void **)frame->extended_data, frame->nb_samples);
  if (code >= 0)
    {
      self->pts += frame->nb_samples;
      code = avcodec_send_frame (encoder, frame);
    }
  av_frame_unref (frame);
  return code;
}

int
genga_sound_coder_receive (GengaSoundCoder *self, AVPacket *packet)
{
  int code;

  while ((code = avcodec_receive_packet (self->encoder, packet)) == AVERROR (EAGAIN))
    {
      int fed = feed_encoder (self);

      if (fed < 0)
        return fed;
    }
  return code;
}
