/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codecs and their profiles, and what of a source they can hold. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/codec.h"
#include "core/cpu.h"
#include "core/error.h"
#include "media/video/colour-tags.h"
#include "media/video/ffv1-slices.h"
#include "media/video/write/hardware.h"
#include "media/video/zimg-graph.h"

#include <glib/gi18n-lib.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <math.h>
#include <string.h>

#define NONE -1

/* How near to a rate is that rate. */
#define SAME_RATE 0.0005

/* A profile. The first one of a codec that fits the source is what “auto” takes. */
typedef struct
{
  GengaCodec codec;
  const char *name;
  const char *format;  /* the only pixel format, or NULL: chosen for the source */
  int max_depth;       /* of what can be chosen; 0 = what the encoder can */
  gboolean only_420;   /* in that case, too */
  int crf;             /* or NONE */
  const char *preset;  /* or NULL */
  const char *options; /* of the encoder, as "key=value:key=value" */
  gboolean is_lossless;
} Profile;

static const Profile profiles[] = {
  /* Not offered by name: High and what is above it, as the source needs. */
  { GENGA_CODEC_H264, "auto", NULL, 0, FALSE, 18, "slow", NULL },
  { GENGA_CODEC_H264, "high", NULL, 8, TRUE, 18, "slow", "profile=high" },
  { GENGA_CODEC_H264, "main", NULL, 8, TRUE, 20, "slow", "profile=main" },
  { GENGA_CODEC_H264, "baseline", NULL, 8, TRUE, 20, "slow", "profile=baseline" },
  { GENGA_CODEC_H264, "lossless", NULL, 0, FALSE, NONE, "slow", "qp=0", TRUE },

  { GENGA_CODEC_H265, "auto", NULL, 0, FALSE, 20, "slow", NULL },
  { GENGA_CODEC_H265, "main", NULL, 8, TRUE, 20, "slow", "profile=main" },
  { GENGA_CODEC_H265, "main10", "yuv420p10le", 10, TRUE, 20, "slow", "profile=main10" },
  { GENGA_CODEC_H265, "main10-hq", "yuv420p10le", 10, TRUE, 16, "slow", "profile=main10" },
  { GENGA_CODEC_H265, "main10-fast", "yuv420p10le", 10, TRUE, 24, "fast", "profile=main10" },
  { GENGA_CODEC_H265, "lossless", NULL, 0, FALSE, NONE, "slow", "x265-params=lossless=1", TRUE },

  { GENGA_CODEC_PRORES, "hq", "yuv422p10le", 10, FALSE, NONE, NULL, "profile=3:vendor=apl0" },
  { GENGA_CODEC_PRORES, "proxy", "yuv422p10le", 10, FALSE, NONE, NULL, "profile=0:vendor=apl0" },
  { GENGA_CODEC_PRORES, "lt", "yuv422p10le", 10, FALSE, NONE, NULL, "profile=1:vendor=apl0" },
  { GENGA_CODEC_PRORES, "standard", "yuv422p10le", 10, FALSE, NONE, NULL, "profile=2:vendor=apl0" },
  { GENGA_CODEC_PRORES, "4444", "yuv444p10le", 10, FALSE, NONE, NULL, "profile=4:vendor=apl0" },
  { GENGA_CODEC_PRORES, "4444xq", "yuv444p10le", 10, FALSE, NONE, NULL, "profile=5:vendor=apl0" },

  { GENGA_CODEC_DNXHD, "175", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "36", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "115", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "220", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "60", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "75", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "90", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "110", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "120", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "145", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "180", "yuv422p", 8, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "175x", "yuv422p10le", 10, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "185x", "yuv422p10le", 10, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "365x", "yuv422p10le", 10, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "90x", "yuv422p10le", 10, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "180x", "yuv422p10le", 10, FALSE, NONE, NULL, NULL },
  { GENGA_CODEC_DNXHD, "220x", "yuv422p10le", 10, FALSE, NONE, NULL, NULL },

  { GENGA_CODEC_DNXHR, "hq", "yuv422p", 8, FALSE, NONE, NULL, "profile=dnxhr_hq" },
  { GENGA_CODEC_DNXHR, "lb", "yuv422p", 8, FALSE, NONE, NULL, "profile=dnxhr_lb" },
  { GENGA_CODEC_DNXHR, "sq", "yuv422p", 8, FALSE, NONE, NULL, "profile=dnxhr_sq" },
  { GENGA_CODEC_DNXHR, "hqx", "yuv422p10le", 10, FALSE, NONE, NULL, "profile=dnxhr_hqx" },
  { GENGA_CODEC_DNXHR, "444", "yuv444p10le", 10, FALSE, NONE, NULL, "profile=dnxhr_444" },

  { GENGA_CODEC_AV1, "main", NULL, 0, FALSE, 25, "6", NULL },

  { GENGA_CODEC_VP9, "auto", NULL, 0, FALSE, 22, "2", "row-mt=1:deadline=good:auto-alt-ref=1" },
  { GENGA_CODEC_VP9, "lossless", NULL, 0, FALSE, NONE, "2", "row-mt=1:lossless=1", TRUE },

  { GENGA_CODEC_FFV1, "lossless", NULL, 0, FALSE, NONE, NULL, "level=3:slicecrc=1:g=1", TRUE },
};

static const struct
{
  GengaCodec codec;
  const char *name;
  const char *encoder;
  GengaContainer containers[5];
  int max_crf;    /* 0: has none */
  int max_preset; /* of those that count theirs */
  const char *preset_key;
  int min_width, min_height;
} codecs[] = {
  { GENGA_CODEC_H264,
    "H.264",
    "libx264",
    { GENGA_CONTAINER_MP4, GENGA_CONTAINER_MOV, GENGA_CONTAINER_MKV },
    51,
    0,
    "preset",
    2,
    2 },
  { GENGA_CODEC_H265,
    "H.265",
    "libx265",
    { GENGA_CONTAINER_MP4, GENGA_CONTAINER_MOV, GENGA_CONTAINER_MKV },
    51,
    0,
    "preset",
    32,
    32 },
  { GENGA_CODEC_PRORES,
    "ProRes",
    "prores_ks",
    { GENGA_CONTAINER_MOV, GENGA_CONTAINER_MKV },
    0,
    0,
    NULL,
    16,
    16 },
  { GENGA_CODEC_DNXHD,
    "DNxHD",
    "dnxhd",
    { GENGA_CONTAINER_MOV, GENGA_CONTAINER_MKV },
    0,
    0,
    NULL,
    16,
    16 },
  { GENGA_CODEC_DNXHR,
    "DNxHR",
    "dnxhd",
    { GENGA_CONTAINER_MOV, GENGA_CONTAINER_MKV },
    0,
    0,
    NULL,
    256,
    120 },
  { GENGA_CODEC_AV1,
    "AV1",
    "libsvtav1",
    { GENGA_CONTAINER_MP4, GENGA_CONTAINER_MKV, GENGA_CONTAINER_WEBM },
    63,
    13,
    "preset",
    64,
    64 },
  { GENGA_CODEC_VP9,
    "VP9",
    "libvpx-vp9",
    { GENGA_CONTAINER_WEBM, GENGA_CONTAINER_MKV, GENGA_CONTAINER_MP4 },
    63,
    8,
    "cpu-used",
    2,
    2 },
  { GENGA_CODEC_FFV1,
    "FFV1",
    "ffv1",
    { GENGA_CONTAINER_MKV, GENGA_CONTAINER_MOV },
    0,
    0,
    NULL,
    2,
    2 },
};

typedef __typeof__ (codecs[0]) Codec;

static const Codec *
get_codec (GengaCodec codec)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (codecs[i].codec == codec)
      return &codecs[i];
  return NULL;
}

#define USAGE_ERROR(...) g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE, __VA_ARGS__)

/* ---- what fits together ---- */

static gboolean
check_container (const Codec *codec, GengaContainer container, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (gsize i = 0; codec->containers[i] != GENGA_CONTAINER_AUTO; i++)
    {
      if (codec->containers[i] == container)
        return TRUE;
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                              genga_container_get_suffix (codec->containers[i]) + 1);
    }
  USAGE_ERROR (_ ("A file of type %s can't hold %s; choose one of %s."),
               genga_container_get_suffix (container) + 1, codec->name, names->str);
  return FALSE;
}

/* The profiles that a user can name. */
static char *
dup_profile_names (GengaCodec codec)
{
  g_autoptr (GString) names = g_string_new ("auto");

  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (profiles[i].codec == codec && !g_str_equal (profiles[i].name, "auto"))
      g_string_append_printf (names, ", %s", profiles[i].name);
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static const Profile *
get_profile (GengaCodec codec, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (profiles[i].codec == codec && (name == NULL || g_str_equal (profiles[i].name, name)))
      return &profiles[i];
  return NULL;
}

static gboolean
is_dnxhd_size (const char *profile, int width, int height)
{
  static const char *const full[] = { "36", "115", "175", "220", "175x", "185x", "365x", NULL };
  static const char *const small[] = { "60",  "75",  "90",  "110",  "120",  "145",
                                       "180", "220", "90x", "180x", "220x", NULL };

  return (width == 1920 && height == 1080 && g_strv_contains (full, profile)) ||
         (width == 1280 && height == 720 && g_strv_contains (small, profile));
}

/* What of the codec's profiles does the source justice. */
static const Profile *
choose_profile (const GengaVideoWrite *params, const AVPixFmtDescriptor *source, int depth)
{
  gboolean is_full = !genga_av_is_rgb (source) && source->log2_chroma_w > 0;
  const char *name = NULL;

  if (params->codec == GENGA_CODEC_PRORES && (params->has_alpha || !is_full))
    name = "4444";
  if (params->codec == GENGA_CODEC_DNXHR && depth > 8)
    name = is_full ? "hqx" : "444";
  if (params->codec == GENGA_CODEC_DNXHD && depth > 8)
    name = params->height == 720 ? "220x" : "175x";
  else if (params->codec == GENGA_CODEC_DNXHD && params->height == 720)
    name = "145";
  return get_profile (params->codec, name);
}

static const Profile *
find_profile (const Codec *codec,
              const GengaVideoWrite *params,
              const AVPixFmtDescriptor *source,
              int depth,
              GError **error)
{
  const Profile *profile = g_str_equal (params->profile, "auto")
                               ? choose_profile (params, source, depth)
                               : get_profile (params->codec, params->profile);

  if (profile == NULL)
    {
      g_autofree char *names = dup_profile_names (params->codec);
      USAGE_ERROR (_ ("“%s” is not a profile of %s; choose one of %s."), params->profile,
                   codec->name, names);
      return NULL;
    }
  if (params->codec == GENGA_CODEC_DNXHD &&
      !is_dnxhd_size (profile->name, params->width, params->height))
    {
      USAGE_ERROR (_ ("DNxHD %s does not exist for %d × %d pixels: it supports 1920 × 1080 (36, "
                      "115, 175, 220; 175x, 185x, 365x with 10 bits) and 1280 × 720 (60 to 220; "
                      "90x, 180x, 220x). DNxHR takes any size; choose --codec dnxhr."),
                   profile->name, params->width, params->height);
      return NULL;
    }
  if (params->width < codec->min_width || params->height < codec->min_height)
    {
      USAGE_ERROR (_ ("%s needs at least %d × %d pixels, but the result has %d × %d."), codec->name,
                   codec->min_width, codec->min_height, params->width, params->height);
      return NULL;
    }
  return profile;
}

/* ---- pixel formats ---- */

/* What the result should be like. */
typedef struct
{
  gboolean is_rgb;
  int log2_w, log2_h;
  int depth;
  gboolean has_alpha;
} Request;

static gboolean
is_usable_format (enum AVPixelFormat format)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);

  return desc != NULL && genga_av_get_depth (format) > 0 && desc->nb_components >= 3 &&
         !genga_av_is_narrow (format) && !(desc->flags & AV_PIX_FMT_FLAG_PAL) &&
         !g_str_has_prefix (desc->name, "yuvj") && strstr (desc->name, "0") != desc->name;
}

static int
get_cost (enum AVPixelFormat format, const Request *wanted)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);
  gboolean is_rgb = (desc->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  gboolean has_alpha = (desc->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
  int depth = genga_av_get_depth (format);
  int cost = 0;

  cost += wanted->has_alpha && !has_alpha ? 100000 : 0;
  cost += depth < wanted->depth ? 1000 * (wanted->depth - depth) : 20 * (depth - wanted->depth);
  cost += MAX (0, desc->log2_chroma_w - wanted->log2_w) * 20000;
  cost += MAX (0, desc->log2_chroma_h - wanted->log2_h) * 20000;
  cost += MAX (0, wanted->log2_w - desc->log2_chroma_w) * 300;
  cost += MAX (0, wanted->log2_h - desc->log2_chroma_h) * 300;
  cost += is_rgb != wanted->is_rgb ? (wanted->is_rgb ? 500 : 10000) : 0;
  cost += !wanted->has_alpha && has_alpha ? 200 : 0;
  cost += desc->flags & AV_PIX_FMT_FLAG_PLANAR ? 0 : 5;
  return cost;
}

static enum AVPixelFormat
choose_format (const AVCodec *codec, const Profile *profile, const Request *wanted)
{
  enum AVPixelFormat best = AV_PIX_FMT_NONE;

  for (const enum AVPixelFormat *f = genga_av_codec_get_pixel_formats (codec);
       f != NULL && *f != AV_PIX_FMT_NONE; f++)
    {
      const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (*f);

      if (!is_usable_format (*f) ||
          (profile->max_depth > 0 && genga_av_get_depth (*f) > profile->max_depth) ||
          (profile->only_420 && (desc->log2_chroma_w != 1 || desc->log2_chroma_h != 1)))
        continue;
      if (best == AV_PIX_FMT_NONE || get_cost (*f, wanted) < get_cost (best, wanted))
        best = *f;
    }
  return best;
}

static enum AVPixelFormat
parse_format (const AVCodec *codec, const Codec *names, const char *text, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  enum AVPixelFormat requested = av_get_pix_fmt (text);

  for (const enum AVPixelFormat *f = genga_av_codec_get_pixel_formats (codec);
       f != NULL && *f != AV_PIX_FMT_NONE; f++)
    {
      if (!is_usable_format (*f))
        continue;
      if (*f == requested)
        return requested;
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", av_get_pix_fmt_name (*f));
    }
  USAGE_ERROR (_ ("%s does not support the pixel format “%s”; choose one of %s."), names->name,
               text, list->str);
  return AV_PIX_FMT_NONE;
}

static enum AVPixelFormat
find_format (GengaEncoding *self,
             const Codec *names,
             const Profile *profile,
             const GengaVideoWrite *params,
             const Request *wanted,
             GError **error)
{
  enum AVPixelFormat format;

  if (!g_str_equal (params->pixel_format, "auto"))
    {
      format = parse_format (self->codec, names, params->pixel_format, error);
      if (format != AV_PIX_FMT_NONE && profile->format != NULL &&
          format != av_get_pix_fmt (profile->format))
        {
          USAGE_ERROR (_ ("%s %s always has the pixel format %s."), names->name, profile->name,
                       profile->format);
          return AV_PIX_FMT_NONE;
        }
      return format;
    }
  if (profile->format != NULL)
    format = av_get_pix_fmt (profile->format);
  else
    format = choose_format (self->codec, profile, wanted);
  if (params->has_alpha && format == AV_PIX_FMT_YUV444P10LE && params->codec == GENGA_CODEC_PRORES)
    format = AV_PIX_FMT_YUVA444P10LE;

  if (params->bit_depth != 0 && genga_av_get_depth (format) != params->bit_depth)
    {
      USAGE_ERROR (_ ("%s %s has %d bits per channel here, not %d."), names->name, profile->name,
                   genga_av_get_depth (format), params->bit_depth);
      return AV_PIX_FMT_NONE;
    }
  return format;
}

static void
notice_losses (const AVPixFmtDescriptor *source,
               int source_depth,
               enum AVPixelFormat format,
               const Codec *names,
               const GengaVideoWrite *params)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);
  int depth = genga_av_get_depth (format);

  if (depth < source_depth)
    genga_progress_notice (params->progress,
                           _ ("The source has %d bits per channel; %s is written with %d."),
                           source_depth, names->name, depth);
  if ((source->nb_components >= 3 || genga_av_is_rgb (source)) &&
      (desc->log2_chroma_w > source->log2_chroma_w || desc->log2_chroma_h > source->log2_chroma_h))
    genga_progress_notice (params->progress,
                           _ ("The source has more colour resolution than %s (%s) can hold."),
                           names->name, desc->name);
  if (params->has_alpha && !(desc->flags & AV_PIX_FMT_FLAG_ALPHA))
    genga_progress_notice (params->progress,
                           _ ("%s can't keep transparency here; ProRes 4444, FFV1 and VP9 can."),
                           names->name);
}

/* ---- settings ---- */

static gboolean
set_crf (GengaEncoding *self,
         const Codec *names,
         const Profile *profile,
         const GengaVideoWrite *params,
         GError **error)
{
  self->crf = params->crf >= 0 ? params->crf : profile->crf;
  if (params->crf >= 0 && (names->max_crf == 0 || profile->is_lossless))
    {
      USAGE_ERROR (_ ("%s %s has no CRF."), names->name, profile->name);
      return FALSE;
    }
  if (self->crf > names->max_crf)
    {
      USAGE_ERROR (_ ("Invalid CRF %d; %s takes 0 to %d."), self->crf, names->name, names->max_crf);
      return FALSE;
    }
  if (self->crf >= 0)
    av_dict_set_int (&self->dictionary, "crf", self->crf, 0);
  return TRUE;
}

static gboolean
set_preset (GengaEncoding *self,
            const Codec *names,
            const Profile *profile,
            const GengaVideoWrite *params,
            GError **error)
{
  static const char *const words[] = { "ultrafast", "superfast", "veryfast", "faster",   "fast",
                                       "medium",    "slow",      "slower",   "veryslow", NULL };
  const char *preset = g_str_equal (params->preset, "auto") ? profile->preset : params->preset;
  gint64 number;

  if (names->preset_key == NULL)
    {
      if (preset == NULL)
        return TRUE;
      USAGE_ERROR (_ ("%s has no presets."), names->name);
      return FALSE;
    }
  if (names->max_preset == 0 && !g_strv_contains (words, preset))
    {
      g_autofree char *list = g_strjoinv (", ", (char **)words);
      USAGE_ERROR (_ ("“%s” is not a preset of %s; choose one of %s."), preset, names->name, list);
      return FALSE;
    }
  if (names->max_preset > 0 &&
      !g_ascii_string_to_signed (preset, 10, 0, names->max_preset, &number, NULL))
    {
      USAGE_ERROR (_ ("“%s” is not a preset of %s; choose 0 (slow) to %d (fast)."), preset,
                   names->name, names->max_preset);
      return FALSE;
    }
  av_dict_set (&self->dictionary, names->preset_key, preset, 0);
  return TRUE;
}

static void
append_x265 (GengaEncoding *self, const char *text)
{
  const AVDictionaryEntry *entry = av_dict_get (self->dictionary, "x265-params", NULL, 0);
  g_autofree char *all =
      entry != NULL ? g_strconcat (entry->value, ":", text, NULL) : g_strdup (text);

  av_dict_set (&self->dictionary, "x265-params", all, 0);
}

static void
set_options (GengaEncoding *self, const Profile *profile, const GengaVideoWrite *params)
{
  guint n_threads = params->n_threads > 0 ? params->n_threads : genga_cpu_get_n_threads ();

  if (profile->options != NULL)
    av_dict_parse_string (&self->dictionary, profile->options, "=", ":", 0);
  if (params->codec == GENGA_CODEC_H265)
    {
      g_autofree char *text = g_strdup_printf ("log-level=none:pools=%u", n_threads);
      append_x265 (self, text);
    }
  if (params->codec == GENGA_CODEC_AV1)
    {
      g_autofree char *text = g_strdup_printf ("lp=%u", n_threads);
      av_dict_set (&self->dictionary, "svtav1-params", text, 0);
    }
  if (self->format == AV_PIX_FMT_YUVA444P10LE && params->codec == GENGA_CODEC_PRORES)
    av_dict_set (&self->dictionary, "alpha_bits", "16", 0);
  /* Alternate reference frames and transparency exclude each other in this encoder. */
  if (self->format == AV_PIX_FMT_YUVA420P && params->codec == GENGA_CODEC_VP9)
    av_dict_set (&self->dictionary, "auto-alt-ref", "0", 0);
  if (params->codec == GENGA_CODEC_FFV1)
    genga_ffv1_slices_choose (&self->dictionary, self->format, params->width, params->height);
  if (params->codec == GENGA_CODEC_DNXHD)
    self->bit_rate = g_ascii_strtoll (profile->name, NULL, 10) * 1000000;
}

/* RGB becomes YUV: as it was once, where that is known. */
static void
choose_matrix (GengaColour *colour, const AVFrame *first)
{
  gboolean is_known =
      first->colorspace != AVCOL_SPC_RGB && first->colorspace != AVCOL_SPC_UNSPECIFIED;

  colour->matrix = is_known                                     ? first->colorspace
                   : first->color_primaries == AVCOL_PRI_BT2020 ? AVCOL_SPC_BT2020_NCL
                                                                : AVCOL_SPC_BT709;
  colour->range =
      is_known && first->color_range == AVCOL_RANGE_JPEG ? GENGA_RANGE_FULL : GENGA_RANGE_LIMITED;
}

static void
set_colour (GengaEncoding *self, const GengaVideoWrite *params, const AVFrame *first)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (self->format);
  const AVPixFmtDescriptor *from = av_pix_fmt_desc_get (first->format);

  genga_av_get_colour (first, &self->colour);
  genga_av_complete_colour (&self->colour, from, first->height);
  if (genga_av_is_rgb (from) && !genga_av_is_rgb (desc))
    choose_matrix (&self->colour, first);
  if (genga_av_is_rgb (desc))
    genga_av_complete_colour (&self->colour, desc, params->height);
  else if (params->codec == GENGA_CODEC_PRORES || params->codec == GENGA_CODEC_DNXHD ||
           params->codec == GENGA_CODEC_DNXHR)
    self->colour.range = GENGA_RANGE_LIMITED;
  if (desc->log2_chroma_w == 0 || from->log2_chroma_h != desc->log2_chroma_h)
    self->colour.chroma_location = 255;
}

/* RGB without loss stays RGB: x264 has an encoder of its own for it. */
static void
choose_rgb_encoder (GengaEncoding *self,
                    const GengaVideoWrite *params,
                    const Profile *profile,
                    const Request *wanted)
{
  const AVCodec *codec = avcodec_find_encoder_by_name ("libx264rgb");

  if (params->codec == GENGA_CODEC_H264 && profile->is_lossless && wanted->is_rgb &&
      wanted->depth <= 8 && !wanted->has_alpha && codec != NULL &&
      g_str_equal (params->pixel_format, "auto"))
    self->codec = codec;
}

gboolean
genga_encoding_init (GengaEncoding *self,
                     const GengaVideoWrite *params,
                     const GengaAvOrigin *origin,
                     GError **error)
{
  const Codec *names = get_codec (params->codec);
  const AVFrame *first = origin->first;
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (first->format);
  int source_depth = genga_av_get_depth (first->format);
  Request wanted = {
    .is_rgb = genga_av_is_rgb (desc),
    .log2_w = desc->nb_components >= 3 || genga_av_is_rgb (desc) ? desc->log2_chroma_w : 1,
    .log2_h = desc->nb_components >= 3 || genga_av_is_rgb (desc) ? desc->log2_chroma_h : 1,
    .depth = params->bit_depth > 0 ? params->bit_depth : source_depth,
    .has_alpha = params->has_alpha,
  };
  const Profile *profile;

  if (!check_container (names, params->container, error))
    return FALSE;
  self->codec = avcodec_find_encoder_by_name (names->encoder);
  if (self->codec == NULL)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   _ ("The installed FFmpeg libraries have no encoder for %s (%s)."), names->name,
                   names->encoder);
      return FALSE;
    }
  profile = find_profile (names, params, desc, wanted.depth, error);
  if (profile == NULL)
    return FALSE;
  choose_rgb_encoder (self, params, profile, &wanted);
  self->format = find_format (self, names, profile, params, &wanted, error);
  if (self->format == AV_PIX_FMT_NONE || !set_crf (self, names, profile, params, error) ||
      !set_preset (self, names, profile, params, error))
    return FALSE;
  self->is_lossless = profile->is_lossless;
  g_strlcpy (self->profile, profile->name, sizeof self->profile);
  set_options (self, profile, params);
  if (!genga_hardware_choose (self, params, error))
    return FALSE;
  set_colour (self, params, first);
  notice_losses (desc, source_depth, self->format, names, params);
  return TRUE;
}

gboolean
genga_encoding_check_rate (const GengaVideoWrite *params, AVRational rate, GError **error)
{
  static const AVRational rates[] = { { 24000, 1001 }, { 24, 1 }, { 25, 1 },       { 30000, 1001 },
                                      { 30, 1 },       { 50, 1 }, { 60000, 1001 }, { 60, 1 } };
  double wanted = rate.num > 0 && rate.den > 0 ? av_q2d (rate) : 0;

  if (params->codec != GENGA_CODEC_DNXHD || wanted <= 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++)
    if (fabs (wanted / av_q2d (rates[i]) - 1) < SAME_RATE)
      return TRUE;
  USAGE_ERROR (
      _ ("DNxHD does not exist at %.3f frames per second: it has 23.976, 24, 25, 29.97, 30, "
         "50, 59.94 and 60. DNxHR takes any rate; choose --codec dnxhr, or --fps."),
      wanted);
  return FALSE;
}

#undef USAGE_ERROR

void
genga_encoding_clear (GengaEncoding *self)
{
  av_dict_free (&self->dictionary);
  av_buffer_unref (&self->device);
}

/* Unspecified is left. */
static int
get_location (const GengaColour *colour)
{
  return colour->chroma_location == 255 ? 0 : colour->chroma_location;
}

gboolean
genga_encoding_has_colour (const GengaEncoding *self, const GengaColour *colour)
{
  return self->colour.matrix == colour->matrix && self->colour.range == colour->range &&
         get_location (&self->colour) == get_location (colour);
}

/* ---- sizes ---- */

static gboolean
find_bits_per_pixel (const GengaEncoding *self, const GengaVideoWrite *params, double *bits)
{
  static const struct
  {
    GengaCodec codec;
    const char *profile;
    double bits; /* per pixel, by the tables of target rates that these codecs publish */
  } known[] = {
    { GENGA_CODEC_PRORES, "proxy", 0.72 },   { GENGA_CODEC_PRORES, "lt", 1.6 },
    { GENGA_CODEC_PRORES, "standard", 2.4 }, { GENGA_CODEC_PRORES, "hq", 3.5 },
    { GENGA_CODEC_PRORES, "4444", 5.3 },     { GENGA_CODEC_PRORES, "4444xq", 8 },
    { GENGA_CODEC_DNXHR, "lb", 0.72 },       { GENGA_CODEC_DNXHR, "sq", 2.3 },
    { GENGA_CODEC_DNXHR, "hq", 3.5 },        { GENGA_CODEC_DNXHR, "hqx", 3.5 },
    { GENGA_CODEC_DNXHR, "444", 7 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].codec == params->codec && g_str_equal (known[i].profile, self->profile))
      {
        *bits = known[i].bits;
        return TRUE;
      }
  return FALSE;
}

double
genga_encoding_get_bits_per_pixel (const GengaEncoding *self,
                                   const GengaVideoWrite *params,
                                   gboolean *is_known)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (self->format);
  double bits;

  *is_known = find_bits_per_pixel (self, params, &bits);
  if (*is_known)
    return bits;
  /* Drawn pictures; a CRF of six less doubles the size. */
  if (self->is_lossless)
    return av_get_bits_per_pixel (desc) * (params->codec == GENGA_CODEC_FFV1 ? 0.4 : 0.25);
  if (self->crf < 0)
    return 1;
  return 0.12 * exp2 ((18 - self->crf) / 6.0);
}

/* ---- captions ---- */

gboolean
genga_encoding_takes_captions (const GengaEncoding *self)
{
  return self->codec->priv_class != NULL &&
         av_opt_find ((gpointer)&self->codec->priv_class, "a53cc", NULL, 0,
                      AV_OPT_SEARCH_FAKE_OBJ) != NULL;
}

/* ---- HDR10 ---- */

static gconstpointer
find_side_data (const GengaAvOrigin *origin,
                enum AVFrameSideDataType frame_type,
                enum AVPacketSideDataType packet_type)
{
  const AVFrameSideData *data = av_frame_get_side_data (origin->first, frame_type);

  return data != NULL ? data->data
                      : genga_av_stream_get_side_data (origin->stream, packet_type, NULL);
}

void
genga_encoding_add_hdr (GengaEncoding *self, const GengaAvOrigin *origin)
{
  const AVMasteringDisplayMetadata *m = find_side_data (
      origin, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
  const AVContentLightMetadata *l =
      find_side_data (origin, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_CONTENT_LIGHT_LEVEL);

  if (g_strcmp0 (self->codec->name, "libx265") != 0)
    return;
  if (m != NULL && m->has_primaries && m->has_luminance)
    {
#define XY(q) av_rescale (q.num, 50000, q.den)
#define NITS(q) av_rescale (q.num, 10000, q.den)
      g_autofree char *text = g_strdup_printf (
          "master-display=G(%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ")B(%" G_GINT64_FORMAT
          ",%" G_GINT64_FORMAT ")R(%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ")WP(%" G_GINT64_FORMAT
          ",%" G_GINT64_FORMAT ")L(%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ")",
          XY (m->display_primaries[1][0]), XY (m->display_primaries[1][1]),
          XY (m->display_primaries[2][0]), XY (m->display_primaries[2][1]),
          XY (m->display_primaries[0][0]), XY (m->display_primaries[0][1]), XY (m->white_point[0]),
          XY (m->white_point[1]), NITS (m->max_luminance), NITS (m->min_luminance));
#undef XY
#undef NITS
      append_x265 (self, text);
    }
  if (l != NULL)
    {
      g_autofree char *text = g_strdup_printf ("max-cll=%u,%u", l->MaxCLL, l->MaxFALL);
      append_x265 (self, text);
    }
}
