/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/vips-save.h"
#include "core/error.h"
#include "core/output-file.h"
#include "media/image/rows.h"
#include "media/image/metadata.h"
#include "media/image/tag-writer.h"
#include "media/image/vips-error.h"
#include "media/image/vips-types.h"
#include "media/image/worker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* From here on JPEG keeps the colours' full resolution. */
#define FULL_COLOUR_QUALITY 90
/* What a TIFF with offsets of 32 bits surely holds, whatever compression adds. */
#define MAX_TIFF_BYTES ((guint64)3 << 30)

/* One picture on its way into a file. */
typedef struct
{
  GengaFrame *frame;
  GengaFormat format;
  const GengaPictureSave *params;
  GengaSample sample;      /* U8 or U16 */
  const float *background; /* alpha is composited on it, as JPEG has none; or NULL */
  GCancellable *cancellable;
  GengaOutputFile *file;
  GengaTags tags;
  GengaTagWriter tag_writer;
} Writing;

static gboolean
write_to_file (gpointer data, gconstpointer bytes, gsize size)
{
  return genga_output_file_write (((Writing *)data)->file, bytes, size);
}

static gint64
write_bytes (VipsTargetCustom *target, gconstpointer data, gint64 size, gpointer user_data)
{
  Writing *self = user_data;

  if (g_cancellable_is_cancelled (self->cancellable) ||
      !genga_tag_writer_write (&self->tag_writer, data, size))
    return -1;
  return size;
}

/* A TIFF's directory is written last, and noted at the beginning. */
static gint64
seek (VipsTargetCustom *target, gint64 offset, int whence, gpointer user_data)
{
  Writing *self = user_data;

  return genga_output_file_seek (self->file, offset, whence);
}

static int
generate_rows (VipsRegion *region, void *sequence, void *data, void *user_data, gboolean *stop)
{
  const Writing *self = data;
  const VipsRect *area = &region->valid;

  if (g_cancellable_is_cancelled (self->cancellable))
    return -1;
  for (int y = area->top; y < area->top + area->height; y++)
    genga_rows_convert (self->frame, area->left, y, area->width, self->sample, self->background,
                        VIPS_REGION_ADDR (region, area->left, y));
  return 0;
}

static VipsInterpretation
get_interpretation (const Writing *self, int n_channels)
{
  if (self->sample == GENGA_SAMPLE_U16)
    return n_channels >= 3 ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_GREY16;
  return n_channels >= 3 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W;
}

static VipsBandFormat
get_band_format (GengaSample sample)
{
  return sample == GENGA_SAMPLE_U8    ? VIPS_FORMAT_UCHAR
         : sample == GENGA_SAMPLE_U16 ? VIPS_FORMAT_USHORT
                                      : VIPS_FORMAT_FLOAT;
}

/* An image whose rows are converted when the encoder asks for them: no second copy of the frame. */
static VipsImage *
new_image (Writing *self)
{
  const GengaFrameInfo *info = &self->frame->info;
  const int n_channels = genga_rows_get_n_channels (self->frame, self->background);
  g_autoptr (GengaVipsImage) image = vips_image_new ();
  VipsBlob *srgb = NULL;

  vips_image_init_fields (image, info->width, info->height, n_channels,
                          get_band_format (self->sample), VIPS_CODING_NONE,
                          get_interpretation (self, n_channels), 1.0, 1.0);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_THINSTRIP, NULL) != 0 ||
      vips_image_generate (image, NULL, generate_rows, NULL, self, NULL) != 0)
    return NULL;
  /* Floats without a profile are taken for linear light elsewhere, and here. */
  if (self->sample == GENGA_SAMPLE_F32 && self->frame->icc == NULL && n_channels >= 3 &&
      vips_profile_load ("srgb", &srgb, NULL) == 0)
    {
      vips_image_set_blob_copy (image, VIPS_META_ICC_NAME, VIPS_AREA (srgb)->data,
                                VIPS_AREA (srgb)->length);
      vips_area_unref (VIPS_AREA (srgb));
    }
  genga_vips_give_metadata (image, self->frame, &self->tags, self->params->progress);
  return g_steal_pointer (&image);
}

/* WebP knows no grey: with a profile for grey, the colours are taken through it to sRGB. */
static VipsImage *
leave_grey_profile (VipsImage *take_image)
{
  g_autoptr (GengaVipsImage) image = take_image;
  VipsImage *out = NULL;

  if (image->Bands >= 3 || vips_image_get_typeof (image, VIPS_META_ICC_NAME) == 0)
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
encode_tiff (Writing *self, VipsImage *image, VipsTarget *target)
{
  static const VipsForeignTiffCompression kinds[] = {
    [GENGA_COMPRESSION_DEFLATE] = VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
    [GENGA_COMPRESSION_LZW] = VIPS_FOREIGN_TIFF_COMPRESSION_LZW,
    [GENGA_COMPRESSION_ZSTD] = VIPS_FOREIGN_TIFF_COMPRESSION_ZSTD,
    [GENGA_COMPRESSION_NONE] = VIPS_FOREIGN_TIFF_COMPRESSION_NONE,
  };
  const gboolean is_float = self->sample == GENGA_SAMPLE_F32;

  /* Files of 4 GiB and more need the larger kind. */
  return vips_tiffsave_target (
      image, target, "compression", kinds[self->params->compression], "predictor",
      is_float ? VIPS_FOREIGN_TIFF_PREDICTOR_FLOAT : VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL,
      "bigtiff", VIPS_IMAGE_SIZEOF_IMAGE (image) > MAX_TIFF_BYTES, NULL);
}

static int
encode_webp (Writing *self, VipsImage *image, VipsTarget *target)
{
  const GengaPictureSave *params = self->params;

  return vips_webpsave_target (image, target, "Q", CLAMP (params->quality, 0, 100), "lossless",
                               params->webp_lossless, "near-lossless", params->webp_near_lossless,
                               "alpha-q", 100, "strip", TRUE, "effort",
                               CLAMP (params->webp_method, 0, 6), NULL);
}

static int
encode (Writing *self, VipsImage *image, VipsTarget *target)
{
  const GengaPictureSave *params = self->params;

  switch (self->format)
    {
    case GENGA_FORMAT_JPEG:
      return vips_jpegsave_target (image, target, "Q", CLAMP (params->quality, 1, 100), "strip",
                                   TRUE, "optimize-coding", TRUE, "subsample-mode",
                                   choose_subsampling (params), NULL);
    case GENGA_FORMAT_WEBP:
      return encode_webp (self, image, target);
    case GENGA_FORMAT_TIFF:
      return encode_tiff (self, image, target);
    case GENGA_FORMAT_PNG:
      return vips_pngsave_target (
          image, target, "compression", params->png_optimise ? 9 : CLAMP (params->png_level, 0, 9),
          "filter",
          params->png_optimise ? VIPS_FOREIGN_PNG_FILTER_ALL : VIPS_FOREIGN_PNG_FILTER_NONE,
          "strip", TRUE, "bitdepth", self->sample == GENGA_SAMPLE_U8 ? 8 : 16, NULL);
    case GENGA_FORMAT_AVIF:
    case GENGA_FORMAT_JXL:
    case GENGA_FORMAT_AUTO:
    default:
      g_return_val_if_reached (-1);
    }
}

static void
set_encode_error (Writing *self, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  genga_vips_drop_error (name);
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
      genga_output_file_get_error (self->file, error))
    return;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't write “%s”: the encoder refused a picture of %d × %d pixels."), name,
               self->frame->info.width, self->frame->info.height);
}

static void
notice_losses (Writing *self, const char *path)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *losses = genga_tags_dup_losses (&self->tags, self->format);

  if (losses != NULL)
    genga_progress_notice (self->params->progress,
                           _ ("“%s” can't hold all that the source has: %s."), name, losses);
}

/* All that the frame carries, and no more than that: encoders invent some. */
static void
prepare_tags (Writing *self, VipsImage *image)
{
  GengaTags *tags = &self->tags;

  if (vips_image_get_typeof (image, VIPS_META_ICC_NAME) == 0)
    g_clear_pointer (&tags->icc, g_bytes_unref);
  if (self->format == GENGA_FORMAT_WEBP && tags->exif == NULL && tags->x_per_metre > 0)
    tags->exif = genga_exif_new_resolution (tags->x_per_metre, tags->y_per_metre);
  self->tag_writer = (GengaTagWriter){
    .format = self->format,
    .tags = tags,
    .width = image->Xsize,
    .height = image->Ysize,
    .write = write_to_file,
    .data = self,
  };
}

static gboolean
write_file (Writing *self, const char *path, GError **error)
{
  g_autoptr (GengaOutputFile) file = genga_output_file_new (path, self->params->overwrite, error);
  g_autoptr (GengaVipsTarget) target = NULL;
  g_autoptr (GengaVipsImage) image = NULL;

  if (file == NULL)
    return FALSE;
  self->file = file;
  genga_output_file_set_disk_space_func (file, self->params->wait_for_disk_space,
                                         self->params->disk_space_data);
  target = VIPS_TARGET (vips_target_custom_new ());
  g_signal_connect (target, "write", G_CALLBACK (write_bytes), self);
  if (self->format == GENGA_FORMAT_TIFF)
    g_signal_connect (target, "seek", G_CALLBACK (seek), self);
  image = new_image (self);
  if (image != NULL && self->format == GENGA_FORMAT_WEBP)
    image = leave_grey_profile (g_steal_pointer (&image));
  if (image != NULL)
    prepare_tags (self, image);
  if (image == NULL || encode (self, image, target) != 0 ||
      !genga_tag_writer_finish (&self->tag_writer))
    {
      set_encode_error (self, path, error);
      return FALSE;
    }
  notice_losses (self, path);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
         genga_output_file_commit (file, error);
}

/* What a process of its own has encoded. */
static gboolean
write_encoded (Writing *self, const char *path, GError **error)
{
  g_autoptr (GengaOutputFile) file = genga_output_file_new (path, self->params->overwrite, error);
  g_autoptr (GengaFrame) frame = NULL;
  g_autoptr (GBytes) encoded = NULL;
  GengaPictureSave params = *self->params;
  gconstpointer data;
  gsize size;

  if (file == NULL)
    return FALSE;
  genga_output_file_set_disk_space_func (file, self->params->wait_for_disk_space,
                                         self->params->disk_space_data);
  if (params.bit_depth == 0)
    params.bit_depth =
        genga_format_choose_bit_depth (params.format, self->frame->info.sample != GENGA_SAMPLE_U8);
  /* Neither has a place of its own for a resolution. */
  frame = genga_frame_share (self->frame);
  if (frame->exif == NULL && self->tags.x_per_metre > 0)
    frame->exif = genga_exif_new_resolution (self->tags.x_per_metre, self->tags.y_per_metre);
  encoded = genga_worker_encode (frame, &params, self->cancellable, error);
  if (encoded == NULL)
    return FALSE;
  data = g_bytes_get_data (encoded, &size);
  if (!genga_output_file_write (file, data, size))
    return !genga_output_file_get_error (file, error);
  notice_losses (self, path);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error) &&
         genga_output_file_commit (file, error);
}

static char *
replace_suffix (const char *path, GengaFormat format)
{
  const char *dot = strrchr (path, '.');
  const gboolean known = genga_format_from_path (path) != GENGA_FORMAT_AUTO;
  g_autofree char *stem = known ? g_strndup (path, dot - path) : g_strdup (path);

  return g_strconcat (stem, genga_format_get_suffix (format), NULL);
}

static GengaSample
choose_sample (const GengaFrame *frame, GengaFormat format, int bit_depth)
{
  if (bit_depth == 32 && format == GENGA_FORMAT_TIFF)
    return GENGA_SAMPLE_F32;
  if (!genga_format_has_bit_depth (format, 16) || bit_depth == 8 ||
      (bit_depth == 0 && frame->info.sample == GENGA_SAMPLE_U8))
    return GENGA_SAMPLE_U8;
  return GENGA_SAMPLE_U16;
}

gboolean
genga_vips_save (GengaFrame *frame,
                 const char *path,
                 const GengaPictureSave *params,
                 GCancellable *cancellable,
                 char **written,
                 GError **error)
{
  const int width = frame->info.width;
  const int height = frame->info.height;
  GengaFormat format = params->format;
  g_autofree char *target = g_strdup (path);

  g_return_val_if_fail (genga_layout_get_n_channels (frame->info.layout) > 0, FALSE);
  g_return_val_if_fail (frame->info.memory == GENGA_MEMORY_HOST, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (format == GENGA_FORMAT_WEBP && !genga_format_check_size (format, width, height, NULL))
    {
      format = GENGA_FORMAT_PNG;
      g_free (target);
      target = replace_suffix (path, format);
      g_debug ("%d × %d pixels are too many for a WebP: written as “%s”", width, height, target);
    }
  if (!genga_format_check_size (format, width, height, error))
    return FALSE;

  Writing writing = {
    .frame = frame,
    .format = format,
    .params = params,
    .sample = choose_sample (frame, format, params->bit_depth),
    .background = format == GENGA_FORMAT_JPEG ? params->background : NULL,
    .cancellable = cancellable,
  };
  genga_tags_init (&writing.tags, frame);
  const gboolean ok = genga_worker_has_format (format) ? write_encoded (&writing, target, error)
                                                       : write_file (&writing, target, error);
  genga_tag_writer_clear (&writing.tag_writer);
  genga_tags_clear (&writing.tags);
  if (ok && written != NULL)
    *written = g_steal_pointer (&target);
  return ok;
}
