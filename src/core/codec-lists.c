/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/codec-lists.h"

static const char *const nothing[] = { "auto", NULL };
static const char *const h264[] = { "auto", "high", "main", "baseline", "lossless", NULL };
static const char *const h265[] = { "auto",        "main",     "main10", "main10-hq",
                                    "main10-fast", "lossless", NULL };
static const char *const prores[] = { "auto", "proxy", "lt",     "standard",
                                      "hq",   "4444",  "4444xq", NULL };
static const char *const dnxhd[] = { "auto", "36",   "60",   "75",   "90",  "110", "115",
                                     "120",  "145",  "175",  "180",  "220", "90x", "175x",
                                     "180x", "185x", "220x", "365x", NULL };
static const char *const dnxhr[] = { "auto", "lb", "sq", "hq", "hqx", "444", NULL };
static const char *const vp9[] = { "auto", "lossless", NULL };

static const char *const x26x_presets[] = { "auto",   "ultrafast", "superfast", "veryfast",
                                            "faster", "fast",      "medium",    "slow",
                                            "slower", "veryslow",  NULL };
static const char *const counted_presets[] = { "auto", "0", "1", "2",  "3",  "4",  "5",  "6",
                                               "7",    "8", "9", "10", "11", "12", "13", NULL };
static const char *const vp9_presets[] = {
  "auto", "0", "1", "2", "3", "4", "5", "6", "7", "8", NULL
};

static const struct
{
  const char *const *profiles;
  const char *const *presets;
  int max_crf;
  int usual_crf;
} lists[] = {
  [GENGA_CODEC_AUTO] = { h264, x26x_presets, 51, 18 },
  [GENGA_CODEC_H264] = { h264, x26x_presets, 51, 18 },
  [GENGA_CODEC_H265] = { h265, x26x_presets, 51, 20 },
  [GENGA_CODEC_PRORES] = { prores, nothing, 0, 0 },
  [GENGA_CODEC_DNXHD] = { dnxhd, nothing, 0, 0 },
  [GENGA_CODEC_DNXHR] = { dnxhr, nothing, 0, 0 },
  [GENGA_CODEC_AV1] = { nothing, counted_presets, 63, 25 },
  [GENGA_CODEC_VP9] = { vp9, vp9_presets, 63, 22 },
  [GENGA_CODEC_FFV1] = { nothing, nothing, 0, 0 },
};

const char *const *
genga_codec_get_profiles (GengaCodec codec)
{
  return lists[codec].profiles;
}

const char *const *
genga_codec_get_presets (GengaCodec codec)
{
  return lists[codec].presets;
}

int
genga_codec_get_max_crf (GengaCodec codec)
{
  return lists[codec].max_crf;
}

int
genga_codec_get_usual_crf (GengaCodec codec)
{
  return lists[codec].usual_crf;
}

GengaCodec
genga_codec_choose (GengaContainer container)
{
  return container == GENGA_CONTAINER_WEBM ? GENGA_CODEC_VP9 : GENGA_CODEC_H264;
}
