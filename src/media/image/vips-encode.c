/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/vips-encode.h"
#include "media/image/metadata.h"
#include "media/image/rows.h"
#include "media/image/vips-error.h"
#include "media/image/vips-types.h"

/* From here on AVIF keeps the colours' full resolution. */
#define FULL_COLOUR_QUALITY 90
#define AVIF_EFFORT 4
#define JXL_EFFORT 7

static int
generate_rows (VipsRegion *region, void *sequence, void *data, void *user_data, gboolean *stop)
{
  const VipsRect *area = &region->valid;
  const GengaSample sample =
      region->im->BandFmt == VIPS_FORMAT_UCHAR ? GENGA_SAMPLE_U8 : GENGA_SAMPLE_U16;

  for (int y = area->top; y < area->top + area->height; y++)
    genga_rows_convert (data, area->left, y, area->width, sample, NULL,
                        VIPS_REGION_ADDR (region, area->left, y));
  return 0;
}

static VipsImage *
new_image (GengaFrame *frame, const GengaPictureSave *params)
{
  const int n = genga_layout_get_n_channels (frame->info.layout);
  const gboolean is_deep = params->bit_depth > 8;
  g_autoptr (GengaVipsImage) image = vips_image_new ();
  GengaTags tags;

  vips_image_init_fields (image, frame->info.width, frame->info.height, n,
                          is_deep ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                          n >= 3 ? (is_deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB)
                                 : (is_deep ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W),
                          1, 1);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_THINSTRIP, NULL) != 0 ||
      vips_image_generate (image, NULL, generate_rows, NULL, frame, NULL) != 0)
    return NULL;
  genga_tags_init (&tags, frame);
  genga_vips_give_metadata (image, frame, &tags, NULL);
  if (tags.exif != NULL)
    {
      gsize size;
      gconstpointer data = g_bytes_get_data (tags.exif, &size);

      vips_image_set_blob_copy (image, VIPS_META_EXIF_NAME, data, size);
    }
  genga_tags_clear (&tags);
  return g_steal_pointer (&image);
}

static int
encode (VipsImage *image,
        VipsTarget *target,
        const GengaFrame *frame,
        const GengaPictureSave *params)
{
  const gboolean bare = frame->icc == NULL && frame->exif == NULL && frame->xmp == NULL;
  const gboolean is_full = params->subsampling == GENGA_SUBSAMPLING_AUTO
                               ? params->quality >= FULL_COLOUR_QUALITY || params->webp_lossless
                               : params->subsampling == GENGA_SUBSAMPLING_444;

  if (params->format == GENGA_FORMAT_JXL)
    return vips_jxlsave_target (image, target, "Q", CLAMP (params->quality, 1, 100), "lossless",
                                params->webp_lossless, "effort", JXL_EFFORT, "strip", bare, NULL);
  return vips_heifsave_target (
      image, target, "compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1, "Q",
      CLAMP (params->quality, 1, 100), "lossless", params->webp_lossless, "bitdepth",
      CLAMP (params->bit_depth, 8, 12), "effort", AVIF_EFFORT, "subsample-mode",
      is_full ? VIPS_FOREIGN_SUBSAMPLE_OFF : VIPS_FOREIGN_SUBSAMPLE_ON, "strip", bare, NULL);
}

/* To the last pixel; it has the picture's size. */
static gboolean
is_whole (GBytes *encoded, const GengaFrame *frame)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (encoded, &size);
  g_autoptr (GengaVipsImage) image = vips_image_new_from_buffer (data, size, "", NULL);
  double mean;

  return image != NULL && image->Xsize == frame->info.width && image->Ysize == frame->info.height &&
         vips_avg (image, &mean, NULL) == 0;
}

GBytes *
genga_vips_encode (GengaFrame *frame, const GengaPictureSave *params)
{
  g_autoptr (GengaVipsImage) image = new_image (frame, params);
  g_autoptr (GengaVipsTarget) target = vips_target_new_to_memory ();
  g_autoptr (GBytes) encoded = NULL;
  VipsBlob *blob = NULL;
  gsize size;
  gconstpointer data;

  /* Only here, in a process of its own. */
  vips_operation_block_set ("VipsForeignLoadJxl", FALSE);
  vips_operation_block_set ("VipsForeignSaveJxl", FALSE);
  if (image == NULL || encode (image, target, frame, params) != 0)
    {
      genga_vips_drop_error ("encode");
      return NULL;
    }
  g_object_get (target, "blob", &blob, NULL);
  data = vips_blob_get (blob, &size);
  encoded = g_bytes_new (data, size);
  vips_area_unref (VIPS_AREA (blob));
  if (is_whole (encoded, frame))
    return g_steal_pointer (&encoded);
  genga_vips_drop_error ("decode");
  return NULL;
}
