/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-cost.h"
#include "core/error.h"
#include "job/plan/plan-strips.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What of a video's frames waits between two stages at the most (job/stages.c). */
#define QUEUE_FRAMES 4
#define QUEUE_BYTES (32 << 20)

/* What halves the size of H.264 and its successors. */
#define CRF_STEP 6.

/* By which factor sizes turn out other than guessed: noise takes ten times what flat areas do. */
#define RATE_SPREAD 1.5
#define QUALITY_SPREAD 8.

/* Results of earlier frames: five seconds of 1080p, one of 4K, as encoders take them. */
#define KEPT_BYTES (384 << 20)

/* What the program takes beside frames. */
#define PROGRAM_BYTES 60e6

/* What encoders take for each pixel of the result: they look ahead for up to 60 frames, each of
 * which they have in several forms, and code several at a time. Measured with frames of 720p and
 * more. */
#define ENCODER_BYTES 300.
static const struct
{
  GengaCodec codec;
  const char *preset; /* NULL: all others */
  double bytes;
} encoders[] = {
  { GENGA_CODEC_H264, "ultrafast", 40 },  { GENGA_CODEC_H264, "superfast", 85 },
  { GENGA_CODEC_H264, "veryfast", 85 },   { GENGA_CODEC_H264, NULL, 150 },
  { GENGA_CODEC_H265, "ultrafast", 150 }, { GENGA_CODEC_VP9, NULL, 170 },
  { GENGA_CODEC_FFV1, NULL, 160 },        { GENGA_CODEC_PRORES, NULL, 220 },
};

/* Frames as pictures: PNG of drawn material, 8 bits. */
#define PICTURE_BITS 9.

static const struct
{
  GengaCodec codec;
  const char *profile; /* NULL: all others */
  double bits;         /* per pixel */
  double crf;          /* at which they are so many; 0: there is none */
} sizes[] = {
  { GENGA_CODEC_H264, "lossless", 3 },
  { GENGA_CODEC_H264, NULL, 0.08, 18 },
  { GENGA_CODEC_H265, "lossless", 2.7 },
  { GENGA_CODEC_H265, NULL, 0.05, 20 },
  { GENGA_CODEC_AV1, NULL, 0.035, 25 },
  { GENGA_CODEC_VP9, "lossless", 3 },
  { GENGA_CODEC_VP9, NULL, 0.055, 22 },
  { GENGA_CODEC_FFV1, NULL, 4 },
  /* Rates that suit the profiles, which are those of 1920 x 1080 at 30 frames per second. */
  { GENGA_CODEC_PRORES, "proxy", 0.72 },
  { GENGA_CODEC_PRORES, "lt", 1.6 },
  { GENGA_CODEC_PRORES, "standard", 2.4 },
  { GENGA_CODEC_PRORES, "4444", 5.3 },
  { GENGA_CODEC_PRORES, "4444xq", 8 },
  { GENGA_CODEC_PRORES, NULL, 3.5 },
  { GENGA_CODEC_DNXHR, "lb", 0.72 },
  { GENGA_CODEC_DNXHR, "sq", 2.3 },
  { GENGA_CODEC_DNXHR, "444", 7.1 },
  { GENGA_CODEC_DNXHR, NULL, 3.5 },
  { GENGA_CODEC_DNXHD, "36", 0.6 },
  { GENGA_CODEC_DNXHD, "115", 1.9 },
  { GENGA_CODEC_DNXHD, NULL, 3.5 },
};

/* ---- memory ---- */

double
genga_journey_get_memory_factor (const GengaJourney *self)
{
  int network = genga_upscale_get_factor (self->native_scale, self->target_scale);
  double target = (double)self->target_scale * self->target_scale;
  double factor = (double)network * network;
  double native = (double)self->native_scale * self->native_scale;
  double made = factor * self->made_bytes / sizeof (float);
  double pass = network > self->native_scale ? made + factor / native : made;
  /* On black and on white, beside both sources. */
  double grounds = self->alpha_by_network ? 1.75 * factor + 2 : 0;
  /* Colours are weighed by their alpha in floats, beside what they were. */
  double weighed = self->keeps_alpha ? 2 : 1;
  double resize = network != self->target_scale || self->is_resized ? weighed * factor + target : 0;
  double join = self->keeps_alpha ? 2 * factor : 0;

  if (!self->has_network && self->keeps_alpha)
    return sizeof (float) / (double)self->sample_bytes * (1 + target) + target;
  if (!self->has_network)
    return 2 * target;
  return sizeof (float) / (double)self->sample_bytes *
         MAX (MAX (pass, resize), MAX (join, grounds));
}

double
genga_journey_get_network_pixels (const GengaJourney *self, int width, int height)
{
  double pixels = (double)width * height, sum = 0;

  if (!self->has_network)
    return 0;
  for (int i = genga_upscale_get_n_passes (self->native_scale, self->target_scale); i > 0; i--)
    {
      sum += pixels;
      pixels *= self->native_scale * self->native_scale;
    }
  return self->alpha_by_network && self->native_scale > 1 ? 2 * sum : sum;
}

void
genga_plan_get_journey (const GengaPlan *self, GengaJourney *journey)
{
  *journey = (GengaJourney){
    .has_network = genga_plan_has_network (self),
    .native_scale = self->native_scale,
    .target_scale = self->target_scale,
    .is_resized = self->result.width != (gint64)self->source.width * self->factor ||
                  self->result.height != (gint64)self->source.height * self->factor,
    .keeps_alpha = genga_layout_has_alpha (self->result.layout),
    .alpha_by_network =
        genga_layout_has_alpha (self->result.layout) &&
        genga_options_get_int (self->options, GENGA_OPTION_ALPHA) == GENGA_ALPHA_NETWORK,
    .sample_bytes = genga_sample_get_size (self->source.sample),
    .made_bytes = genga_sample_get_size (self->network_sample),
  };
}

/* Frames of `bytes` that wait before a stage, the one in it, and one that may come again. */
static double
get_bytes_under_way (double bytes)
{
  return (CLAMP (QUEUE_BYTES / bytes, 1, QUEUE_FRAMES) + 2) * bytes;
}

static double
get_video_bytes (const GengaPlan *self)
{
  double source = self->pixel_bytes * self->frame.width * self->frame.height;
  double result = self->pixel_bytes * self->result.width * self->result.height;
  double network = self->is_in_planes ? 0 : source * self->factor * self->factor;

  return get_bytes_under_way (source) + get_bytes_under_way (result) + 2 * network;
}

/* As the reader of the picture counts it. */
static double
get_picture_bytes (const GengaPlan *self, const GengaJourney *journey)
{
  const GengaFrameInfo *info = &self->source;
  const double whole = (double)self->frame.width * self->frame.height;
  const double reduced = (double)info->width * info->height;
  const double beside = reduced < whole ? reduced : 0;
  const gsize pixel =
      genga_layout_get_n_channels (info->layout) * genga_sample_get_size (info->sample);

  return (whole + beside) * pixel +
         MAX (reduced * pixel * genga_journey_get_memory_factor (journey), self->held_bytes);
}

double
genga_plan_get_whole_bytes (const GengaPlan *self)
{
  GengaJourney journey;

  genga_plan_get_journey (self, &journey);
  return get_picture_bytes (self, &journey);
}

static double
get_encoder_bytes (const GengaPlan *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (encoders); i++)
    if (encoders[i].codec == self->write.codec &&
        (encoders[i].preset == NULL || g_strcmp0 (encoders[i].preset, self->write.preset) == 0))
      return encoders[i].bytes * self->result.width * self->result.height;
  return ENCODER_BYTES * self->result.width * self->result.height;
}

/* Where nothing is computed, nothing is worth keeping. What looks alike only is not the same.
 * Frames that are kept as pictures have to be RGB. */
static double
get_kept_results (const GengaPlan *self)
{
  double result = self->pixel_bytes * self->result.width * self->result.height;

  return self->is_video && self->reuse == GENGA_REUSE_EXACT && self->network_pixels > 0 &&
                 !self->is_in_planes && self->kept_frames == GENGA_KEEP_FRAMES_NONE
             ? MIN (KEPT_BYTES, self->n_frames * result)
             : 0;
}

static void
add_memory (GengaPlan *self)
{
  GengaJourney journey;
  double bytes;

  genga_plan_get_journey (self, &journey);
  self->network_pixels =
      genga_journey_get_network_pixels (&journey, self->source.width, self->source.height);
  if (self->is_video)
    bytes = get_video_bytes (self) * MAX (1, self->devices.n);
  else
    bytes = self->strip_rows > 0 ? genga_plan_get_strip_bytes (self)
                                 : get_picture_bytes (self, &journey);
  self->frame_bytes = MIN (bytes, 1e18);
  if (self->sink == GENGA_PLAN_VIDEO)
    bytes += PROGRAM_BYTES + get_encoder_bytes (self) * MAX (1, self->devices.n);
  if (self->strip_rows > 0)
    bytes = genga_plan_add_overhead (bytes);
  self->kept_bytes = get_kept_results (self);
  bytes += self->kept_bytes;
  bytes += (self->model_bytes + self->network_bytes) * MAX (1, self->devices.n);
  self->memory_bytes = MIN (bytes, 1e18);
}

/* The reader of a picture has the sentence for one that is too large. */
gboolean
genga_plan_check_memory (const GengaPlan *self, const char *source, guint64 budget, GError **error)
{
  g_autofree char *name = g_filename_display_name (source);
  g_autofree char *need = g_format_size_full (self->frame_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *limit = g_format_size_full (budget, G_FORMAT_SIZE_IEC_UNITS);

  if (self->frame_bytes <= budget)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” has %d × %d pixels and needs %s of memory, more than the limit of %s; "
                  "choose a smaller scale or allow more memory."),
               name, self->frame.width, self->frame.height, need, limit);
  return FALSE;
}

/* ---- the disk ---- */

/*
 * Bytes that a pixel of a video's frame takes, about: from the bit rates of the codecs that have
 * fixed ones, and from what drawn material takes at the usual quality.
 */
static double
get_coded_bytes (const GengaPlan *self)
{
  int crf = self->write.crf;

  if (self->sink != GENGA_PLAN_VIDEO)
    return PICTURE_BITS / 8;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      if (sizes[i].codec != self->write.codec ||
          (sizes[i].profile != NULL && g_strcmp0 (sizes[i].profile, self->write.profile) != 0))
        continue;
      if (crf < 0 || sizes[i].crf <= 0)
        return sizes[i].bits / 8;
      return sizes[i].bits / 8 * pow (2, (sizes[i].crf - crf) / CRF_STEP);
    }
  return PICTURE_BITS / 8;
}

/* Of the pictures of a frame that stay beside the video, about. */
static double
get_kept_bytes (const GengaPlan *self, double source_pixels, double result_pixels)
{
  GengaKeepFrames kept = self->kept_frames;
  double pixels = 0;

  if (kept == GENGA_KEEP_FRAMES_SOURCE || kept == GENGA_KEEP_FRAMES_ALL)
    pixels += source_pixels;
  if (kept != GENGA_KEEP_FRAMES_NONE && kept != GENGA_KEEP_FRAMES_SOURCE)
    pixels += result_pixels;
  return pixels * PICTURE_BITS / 8;
}

/* By which factor the size may be another one: with a quality, it depends on what is shown. */
static double
get_spread (const GengaPlan *self)
{
  GengaCodec codec = self->write.codec;
  gboolean has_rate =
      codec == GENGA_CODEC_PRORES || codec == GENGA_CODEC_DNXHD || codec == GENGA_CODEC_DNXHR;

  return self->sink == GENGA_PLAN_VIDEO && has_rate ? RATE_SPREAD : QUALITY_SPREAD;
}

static void
add_disk (GengaPlan *self)
{
  double source = (double)self->frame.width * self->frame.height;
  double result = (double)self->result.width * self->result.height;

  self->disk_bytes =
      self->n_frames * (result * get_coded_bytes (self) + get_kept_bytes (self, source, result));
  self->disk_least = self->disk_bytes / get_spread (self);
  self->disk_most = self->disk_bytes * get_spread (self);
}

/* ---- time ---- */

/* The stages of a video work beside each other; of one picture, one after the other. */
static void
add_time (GengaPlan *self, const GengaSpeed *speed)
{
  double result = (double)self->result.width * self->result.height;

  self->work_seconds = self->io_seconds = self->seconds = -1;
  if (speed == NULL || (self->network_pixels > 0 && speed->network_pixels_per_second <= 0))
    return;
  self->work_seconds = speed->rest_seconds_per_pixel * result;
  if (self->network_pixels > 0)
    self->work_seconds += self->network_pixels / speed->network_pixels_per_second;
  self->work_seconds *= self->n_frames;
  if (self->is_video)
    self->work_seconds /= MAX (1, self->devices.n);
  self->io_seconds = self->n_frames * speed->io_seconds_per_pixel * result;
  self->seconds = self->is_video ? MAX (self->work_seconds, self->io_seconds)
                                 : self->work_seconds + self->io_seconds;
}

void
genga_plan_add_up (GengaPlan *self, const GengaSpeed *speed)
{
  add_memory (self);
  add_disk (self);
  add_time (self, speed);
}
