/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/vips-encoders.h"
#include "media/image/vips-error.h"

/* From here on JPEG keeps the colours' full resolution. */
#define FULL_COLOUR_QUALITY 90

/* WebP knows no grey: with a profile for grey, the colours are taken through it to sRGB. */
VipsImage *
genga_vips_prepare_encode (VipsImage *take_image, GengaFormat format)
{
  g_autoptr (GengaVipsImage) image = take_image;
  VipsImage *out = NULL;

  if (format != GENGA_FORMAT_WEBP || image->Bands >= 3 ||
      vips_image_get_typeof (image, VIPS_META_ICC_NAME) == 0)
    return g_steal_pointer (&image);
  if (vips_icc_transform (image, &out, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE,
                          "black-point-compensation", TRUE, "depth", 8, NULL) != 0)
    {
      genga_vips_drop_error ("grey by its own profile");
      out = g_steal_pointer (&image);
    }
  vips_image_remove (out, VIPS_META_ICC_NAME);
  return out;
}

static VipsForeignSubsample
choose_subsampling (const GengaPictureSave *params)
{
  if (params->subsampling == GENGA_SUBSAMPLING_AUTO)
    return params->quality >= FULL_COLOUR_QUALITY ? VIPS_FOREIGN_SUBSAMPLE_OFF
                                                  : VIPS_FOREIGN_SUBSAMPLE_ON;
  return params->subsampling == GENGA_SUBSAMPLING_444 ? VIPS_FOREIGN_SUBSAMPLE_OFF
                                                      : VIPS_FOREIGN_SUBSAMPLE_ON;
}

static int
encode_webp (VipsImage *image, VipsTarget *target, const GengaPictureSave *params)
{
  return vips_webpsave_target (image, target, "Q", CLAMP (params->quality, 0, 100), "lossless",
                               params->webp_lossless, "near-lossless", params->webp_near_lossless,
                               "alpha-q", 100, "strip", TRUE, "effort",
                               CLAMP (params->webp_method, 0, 6), NULL);
}

gboolean
genga_vips_run_encoder (VipsImage *image,
                        VipsTarget *target,
                        GengaFormat format,
                        const GengaPictureSave *params)
{
  switch ((int)format)
    {
    case GENGA_FORMAT_JPEG:
      return vips_jpegsave_target (image, target, "Q", CLAMP (params->quality, 1, 100), "strip",
                                   TRUE, "optimize-coding", TRUE, "subsample-mode",
                                   choose_subsampling (params), NULL) == 0;
    case GENGA_FORMAT_WEBP:
      return encode_webp (image, target, params) == 0;
    default:
      g_return_val_if_reached (FALSE);
    }
}
