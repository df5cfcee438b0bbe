/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/estimate.h"
#include "job/export/picture-output.h"
#include "media/video.h"

#include <math.h>

/* What halves the size of H.264 and its successors. */
#define CRF_STEP 6.

/* Frames as pictures: PNG of drawn material. */
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
  /* The rates of VID-7 and VID-9, which are those of 1920 x 1080 at 30 frames per second. */
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

double
genga_estimate_get_bytes_per_pixel (GengaOptions *options)
{
  GengaCodec codec = genga_options_get_int (options, GENGA_OPTION_CODEC);
  const char *profile = genga_options_get_string (options, GENGA_OPTION_PROFILE);
  int crf = genga_options_get_int (options, GENGA_OPTION_CRF);

  if (genga_frames_are_wanted (options, NULL))
    return PICTURE_BITS / 8;
  if (codec == GENGA_CODEC_AUTO)
    codec = genga_codec_choose (genga_options_get_int (options, GENGA_OPTION_CONTAINER));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      if (sizes[i].codec != codec ||
          (sizes[i].profile != NULL && g_strcmp0 (sizes[i].profile, profile) != 0))
        continue;
      if (crf < 0 || sizes[i].crf <= 0)
        return sizes[i].bits / 8;
      return sizes[i].bits / 8 * pow (2, (sizes[i].crf - crf) / CRF_STEP);
    }
  return PICTURE_BITS / 8;
}

double
genga_estimate_get_kept_bytes (GengaOptions *options, double source_pixels, double result_pixels)
{
  GengaKeepFrames kept = genga_options_get_int (options, GENGA_OPTION_KEEP_FRAMES);
  double pixels = 0;

  if (kept == GENGA_KEEP_FRAMES_SOURCE || kept == GENGA_KEEP_FRAMES_ALL)
    pixels += source_pixels;
  if (kept != GENGA_KEEP_FRAMES_NONE && kept != GENGA_KEEP_FRAMES_SOURCE)
    pixels += result_pixels;
  return pixels * PICTURE_BITS / 8;
}
