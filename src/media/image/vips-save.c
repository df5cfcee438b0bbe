/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/vips-save.h"
#include "core/error.h"
#include "core/output-file.h"
#include "media/image/tags/exif.h"
#include "media/image/tags/jxl-boxes.h"
#include "media/image/metadata.h"
#include "media/image/png-writer.h"
#include "media/image/row-feed.h"
#include "media/image/rows.h"
#include "media/image/tags/tag-writer.h"
#include "media/image/tiff-writer.h"
#include "media/image/vips-encoders.h"
#include "media/image/vips-error.h"
#include "media/image/worker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a TIFF with offsets of 32 bits surely holds, whatever compression adds. */
#define MAX_CLASSIC_TIFF ((guint64)5 << 29)

/* A writer of our own, row by row. */
typedef struct
{
  gboolean (*add) (gpointer self, gconstpointer row);
  gboolean (*finish) (gpointer self);
  GBytes *(*save) (gpointer self);
  gboolean (*restore) (gpointer self, GBytes *state);
  int (*get_n_rows) (gconstpointer self);
  void (*free) (gpointer self);
} RowClass;

struct _GengaPictureWriter
{
  char *path; /* the one that is written */
  GengaFormat format;
  GengaPictureSave params;
  GengaSample sample;      /* U8, U16 or F32 */
  const float *background; /* alpha is composited on it, as JPEG has none; or NULL */
  GCancellable *cancellable;
  GengaFrame *shape; /* of the whole, with all that the picture carries; it has no pixels */
  GengaOutputFile *file;
  GengaTags tags;
  GengaTagWriter tag_writer;
  int n_rows; /* that have been written */

  const RowClass *klass; /* of a writer of our own; or NULL */
  gpointer rows;
  gpointer row; /* of a file */

  GengaRowFeed *feed; /* to an encoder of libvips, in a thread of its own */
  VipsImage *image;
  VipsTarget *target;
  GThread *thread;
  gboolean has_encoded; /* once the thread has ended */

  GengaFrame *whole; /* for an encoder that takes nothing less */
};

static gboolean
write_to_file (gpointer data, gconstpointer bytes, gsize size)
{
  return genga_output_file_write (((GengaPictureWriter *)data)->file, bytes, size);
}

static gboolean
write_with_tags (gpointer data, gconstpointer bytes, gsize size)
{
  GengaPictureWriter *self = data;

  return !g_cancellable_is_cancelled (self->cancellable) &&
         genga_tag_writer_write (&self->tag_writer, bytes, size);
}

static gint64
write_bytes (VipsTargetCustom *target, gconstpointer data, gint64 size, gpointer user_data)
{
  return write_with_tags (user_data, data, size) ? size : -1;
}

/* A TIFF's directory is written last, and noted at the beginning. */
static gboolean
seek (gpointer data, gint64 offset)
{
  GengaPictureWriter *self = data;

  return genga_output_file_seek (self->file, offset, SEEK_SET) >= 0;
}

/* ---- an image for libvips ---- */

static int
generate_rows (VipsRegion *region, void *sequence, void *data, void *user_data, gboolean *stop)
{
  const GengaPictureWriter *self = data;
  const VipsRect *area = &region->valid;
  const int bottom = area->top + area->height;

  for (int y = area->top; y < bottom;)
    {
      int first;
      g_autoptr (GengaFrame) frame = g_cancellable_is_cancelled (self->cancellable)
                                         ? NULL
                                         : genga_row_feed_take (self->feed, y, &first);

      if (frame == NULL)
        return -1;
      for (; y < bottom && y < first + frame->info.height; y++)
        genga_rows_convert (frame, area->left, y - first, area->width, self->sample,
                            self->background, VIPS_REGION_ADDR (region, area->left, y));
    }
  return 0;
}

static VipsInterpretation
get_interpretation (const GengaPictureWriter *self, int n_channels)
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

/* An image whose rows are converted when the encoder asks for them. */
static VipsImage *
new_image (GengaPictureWriter *self)
{
  const GengaFrameInfo *info = &self->shape->info;
  const int n_channels = genga_rows_get_n_channels (self->shape, self->background);
  g_autoptr (GengaVipsImage) image = vips_image_new ();
  VipsBlob *srgb = NULL;

  vips_image_init_fields (image, info->width, info->height, n_channels,
                          get_band_format (self->sample), VIPS_CODING_NONE,
                          get_interpretation (self, n_channels), 1.0, 1.0);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_THINSTRIP, NULL) != 0 ||
      vips_image_generate (image, NULL, generate_rows, NULL, self, NULL) != 0)
    return NULL;
  /* Floats without a profile are taken for linear light elsewhere, and here. */
  if (self->sample == GENGA_SAMPLE_F32 && self->shape->icc == NULL && n_channels >= 3 &&
      vips_profile_load ("srgb", &srgb, NULL) == 0)
    {
      vips_image_set_blob_copy (image, VIPS_META_ICC_NAME, VIPS_AREA (srgb)->data,
                                VIPS_AREA (srgb)->length);
      vips_area_unref (VIPS_AREA (srgb));
    }
  genga_vips_give_metadata (image, self->shape, &self->tags, self->params.progress);
  return genga_vips_prepare_encode (g_steal_pointer (&image), self->format);
}

/* What the image has, which need not be the frame's own. */
static GBytes *
dup_profile (VipsImage *image)
{
  const void *data;
  gsize size;

  return vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0 &&
                 vips_image_get_blob (image, VIPS_META_ICC_NAME, &data, &size) == 0
             ? g_bytes_new (data, size)
             : NULL;
}

/* All that the picture carries, and no more than that: encoders invent some. */
static void
prepare_tags (GengaPictureWriter *self, VipsImage *image)
{
  GengaTags *tags = &self->tags;

  g_clear_pointer (&tags->icc, g_bytes_unref);
  tags->icc = dup_profile (image);
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

static gpointer
run_encoder (gpointer data)
{
  GengaPictureWriter *self = data;

  self->has_encoded =
      genga_vips_run_encoder (self->image, self->target, self->format, &self->params);
  if (!self->has_encoded)
    genga_vips_drop_error (self->path);
  genga_row_feed_close (self->feed);
  vips_thread_shutdown ();
  return NULL;
}

/* ---- errors ---- */

static gboolean
set_encode_error (GengaPictureWriter *self, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
      genga_output_file_get_error (self->file, error))
    return FALSE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("Can't write “%s”: the encoder refused a picture of %d × %d pixels."), name,
               self->shape->info.width, self->shape->info.height);
  return FALSE;
}

static void
notice_losses (GengaPictureWriter *self)
{
  g_autofree char *name = g_filename_display_basename (self->path);
  g_autofree char *losses = genga_tags_dup_losses (&self->tags, self->format);

  if (losses != NULL)
    genga_progress_notice (self->params.progress,
                           _ ("“%s” can't hold all that the source has: %s."), name, losses);
}

/* ---- the beginning ---- */

/* A state is how much of the file counts, and the writer's. */
static gboolean
go_on (GengaPictureWriter *self, GBytes *state)
{
  const gsize size = g_bytes_get_size (state);
  g_autoptr (GBytes) own = g_bytes_new_from_bytes (state, sizeof (gint64), size - sizeof (gint64));

  if (!self->klass->restore (self->rows, own))
    return FALSE;
  self->n_rows = self->klass->get_n_rows (self->rows);
  genga_tag_writer_skip (&self->tag_writer);
  return TRUE;
}

static gboolean
open_file (GengaPictureWriter *self, GError **error)
{
  const GengaPictureSave *params = &self->params;
  gint64 n_bytes = 0;

  if (params->state != NULL && g_bytes_get_size (params->state) >= sizeof n_bytes)
    memcpy (&n_bytes, g_bytes_get_data (params->state, NULL), sizeof n_bytes);
  if (params->descriptor > 0)
    self->file = genga_output_file_new_to (self->path, params->descriptor, error);
  else if (params->through == NULL)
    self->file = genga_output_file_new (self->path, params->overwrite, error);
  else if (params->state == NULL || n_bytes <= 0)
    self->file = genga_output_file_new_through (self->path, params->through, error);
  else
    self->file = genga_output_file_continue_through (self->path, params->through, n_bytes, error);
  if (self->file == NULL)
    return FALSE;
  genga_output_file_set_overwrite (self->file, params->overwrite);
  genga_output_file_set_disk_space_func (self->file, params->wait_for_disk_space,
                                         params->disk_space_data);
  return TRUE;
}

static gpointer
new_png (GengaPictureWriter *self, int n_channels)
{
  const GengaPngSetup setup = {
    .width = self->shape->info.width,
    .height = self->shape->info.height,
    .n_channels = n_channels,
    .bits = self->sample == GENGA_SAMPLE_U8 ? 8 : 16,
    .level = self->params.png_optimise ? 9 : CLAMP (self->params.png_level, 0, 9),
    .is_filtered = self->params.png_optimise,
    .write = write_with_tags,
    .data = self,
  };

  return genga_png_writer_new (&setup);
}

static guint64
get_file_bytes (const GengaPictureWriter *self, int n_channels)
{
  return (guint64)self->shape->info.width * self->shape->info.height * n_channels *
         genga_sample_get_size (self->sample);
}

static gpointer
new_tiff (GengaPictureWriter *self, int n_channels)
{
  const GengaTiffSetup setup = {
    .width = self->shape->info.width,
    .height = self->shape->info.height,
    .n_channels = n_channels,
    .bits = 8 * genga_sample_get_size (self->sample),
    .compression = self->params.compression,
    .is_big = get_file_bytes (self, n_channels) > MAX_CLASSIC_TIFF,
    .x_per_metre = self->tags.x_per_metre,
    .y_per_metre = self->tags.y_per_metre,
    .icc = self->tags.icc,
    .xmp = self->tags.xmp,
    .iptc = self->tags.iptc,
    .exif = self->tags.exif,
    .write = write_to_file,
    .seek = seek,
    .data = self,
  };

  return genga_tiff_writer_new (&setup);
}

static gboolean
begin_rows (GengaPictureWriter *self)
{
  static const RowClass png = {
    .add = (gpointer)genga_png_writer_add,
    .finish = (gpointer)genga_png_writer_finish,
    .save = (gpointer)genga_png_writer_save,
    .restore = (gpointer)genga_png_writer_restore,
    .get_n_rows = (gpointer)genga_png_writer_get_n_rows,
    .free = (gpointer)genga_png_writer_free,
  };
  static const RowClass tiff = {
    .add = (gpointer)genga_tiff_writer_add,
    .finish = (gpointer)genga_tiff_writer_finish,
    .save = (gpointer)genga_tiff_writer_save,
    .restore = (gpointer)genga_tiff_writer_restore,
    .get_n_rows = (gpointer)genga_tiff_writer_get_n_rows,
    .free = (gpointer)genga_tiff_writer_free,
  };
  const int n_channels = genga_rows_get_n_channels (self->shape, self->background);
  const gboolean is_png = self->format == GENGA_FORMAT_PNG;

  if (!is_png)
    genga_tag_writer_skip (&self->tag_writer);
  self->klass = is_png ? &png : &tiff;
  self->rows = is_png ? new_png (self, n_channels) : new_tiff (self, n_channels);
  self->row = g_try_malloc ((gsize)self->shape->info.width * n_channels *
                            genga_sample_get_size (self->sample));
  return self->rows != NULL && self->row != NULL &&
         (self->params.state == NULL || go_on (self, self->params.state));
}

static gboolean
begin_encoder (GengaPictureWriter *self)
{
  self->feed = genga_row_feed_new ();
  self->target = VIPS_TARGET (vips_target_custom_new ());
  g_signal_connect (self->target, "write", G_CALLBACK (write_bytes), self);
  self->thread = g_thread_try_new ("genga-encode", run_encoder, self, NULL);
  return self->thread != NULL;
}

static gboolean
begin_file (GengaPictureWriter *self, GError **error)
{
  self->image = new_image (self);
  if (self->image == NULL)
    {
      genga_vips_drop_error (self->path);
      return set_encode_error (self, error);
    }
  prepare_tags (self, self->image);
  return (self->format == GENGA_FORMAT_PNG || self->format == GENGA_FORMAT_TIFF
              ? begin_rows (self)
              : begin_encoder (self)) ||
         set_encode_error (self, error);
}

/* ---- the rows ---- */

static gboolean
write_rows (GengaPictureWriter *self, const GengaFrame *rows)
{
  for (int y = 0; y < rows->info.height; y++)
    {
      genga_rows_convert (rows, 0, y, rows->info.width, self->sample, self->background, self->row);
      if (g_cancellable_is_cancelled (self->cancellable) ||
          !self->klass->add (self->rows, self->row))
        return FALSE;
    }
  return TRUE;
}

/* With the samples that the file will have, as there may be much of it. */
static gboolean
keep_rows (GengaPictureWriter *self, GengaFrame *rows, GError **error)
{
  if (rows->info.height == self->shape->info.height)
    {
      self->whole = genga_frame_ref (rows);
      return TRUE;
    }
  if (self->whole == NULL)
    {
      GengaFrameInfo info = self->shape->info;

      info.sample = self->sample;
      self->whole = genga_frame_new (&info, error);
      if (self->whole == NULL)
        return FALSE;
      genga_frame_copy_properties (self->whole, self->shape);
    }
  for (int y = 0; y < rows->info.height; y++)
    genga_rows_convert (rows, 0, y, rows->info.width, self->sample, NULL,
                        genga_frame_get_row (self->whole, 0, self->n_rows + y));
  return TRUE;
}

/* ---- the end ---- */

static gboolean
finish_encoder (GengaPictureWriter *self)
{
  genga_row_feed_end (self->feed);
  g_thread_join (g_steal_pointer (&self->thread));
  return self->has_encoded;
}

/* Neither format has a place of its own for a resolution. */
static GBytes *
encode_whole (GengaPictureWriter *self, GengaFrame *frame, GError **error)
{
  GengaTags *tags = &self->tags;
  g_autoptr (GBytes) encoded = NULL;

  if (tags->exif == NULL && tags->x_per_metre > 0)
    tags->exif = genga_exif_new_resolution (tags->x_per_metre, tags->y_per_metre);
  g_clear_pointer (&frame->exif, g_bytes_unref);
  g_clear_pointer (&frame->xmp, g_bytes_unref);
  if (self->format == GENGA_FORMAT_JXL)
    {
      encoded = genga_worker_encode (frame, &self->params, self->cancellable, error);
      return encoded != NULL ? genga_jxl_add_boxes (encoded, tags->exif, tags->xmp) : NULL;
    }
  frame->exif = tags->exif != NULL ? g_bytes_ref (tags->exif) : NULL;
  frame->xmp = tags->xmp != NULL ? g_bytes_ref (tags->xmp) : NULL;
  return genga_worker_encode (frame, &self->params, self->cancellable, error);
}

/* What a process of its own encodes. */
static gboolean
finish_whole (GengaPictureWriter *self, GError **error)
{
  g_autoptr (GengaFrame) frame = genga_frame_share (self->whole);
  g_autoptr (GBytes) encoded = NULL;
  gconstpointer data;
  gsize size;

  if (self->params.bit_depth == 0)
    self->params.bit_depth =
        genga_format_choose_bit_depth (self->format, self->shape->info.sample != GENGA_SAMPLE_U8);
  encoded = encode_whole (self, frame, error);
  if (encoded == NULL)
    return FALSE;
  data = g_bytes_get_data (encoded, &size);
  return genga_output_file_write (self->file, data, size) ||
         !genga_output_file_get_error (self->file, error);
}

static gboolean
finish_file (GengaPictureWriter *self, GError **error)
{
  if (self->whole != NULL)
    return finish_whole (self, error);
  return ((self->rows != NULL ? self->klass->finish (self->rows) : finish_encoder (self)) &&
          genga_tag_writer_finish (&self->tag_writer)) ||
         set_encode_error (self, error);
}

/* ---- the border ---- */

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

/* A frame of any size without pixels. */
static GengaFrame *
new_shape (const GengaFrame *first, int height, GError **error)
{
  GengaFrameInfo info = first->info;
  GengaFrame *shape;

  info.width = info.height = 1;
  shape = genga_frame_new (&info, error);
  if (shape == NULL)
    return NULL;
  shape->info.width = first->info.width;
  shape->info.height = height;
  genga_frame_copy_properties (shape, first);
  return shape;
}

/* A WebP that is too large becomes a PNG. */
static void
choose_format (GengaPictureWriter *self)
{
  const GengaFrameInfo *info = &self->shape->info;
  char *path;

  if (self->format != GENGA_FORMAT_WEBP ||
      genga_format_check_size (self->format, info->width, info->height, NULL))
    return;
  self->format = GENGA_FORMAT_PNG;
  path = replace_suffix (self->path, self->format);
  g_free (self->path);
  self->path = path;
  g_debug ("%d × %d pixels are too many for a WebP: written as “%s”", info->width, info->height,
           path);
}

/* For what a format has no room. */
static void
fit_tags (GengaTags *tags, GengaFormat format)
{
  if (format == GENGA_FORMAT_JPEG)
    genga_tags_limit_exif (tags, GENGA_JPEG_MAX_EXIF);
  if (format == GENGA_FORMAT_WEBP || genga_worker_has_format (format))
    genga_tags_move_iptc (tags);
}

GengaPictureWriter *
genga_picture_writer_new (const GengaFrame *first,
                          int height,
                          const char *path,
                          const GengaPictureSave *params,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GengaPictureWriter) self = g_new0 (GengaPictureWriter, 1);

  g_return_val_if_fail (genga_layout_get_n_channels (first->info.layout) > 0, NULL);
  g_return_val_if_fail (first->info.memory == GENGA_MEMORY_HOST, NULL);

  self->path = g_strdup (path);
  self->format = params->format;
  self->params = *params;
  g_set_object (&self->cancellable, cancellable);
  self->shape = new_shape (first, height, error);
  if (self->shape == NULL)
    return NULL;
  choose_format (self);
  self->sample = choose_sample (first, self->format, params->bit_depth);
  self->background = self->format == GENGA_FORMAT_JPEG ? self->params.background : NULL;
  genga_tags_init (&self->tags, self->shape);
  if (params->dpi_factor > 0)
    genga_tags_scale_resolution (&self->tags, params->dpi_factor);
  fit_tags (&self->tags, self->format);
  if (!genga_format_check_size (self->format, self->shape->info.width, height, error))
    return NULL;
  if (!open_file (self, error))
    return NULL;
  if (!genga_worker_has_format (self->format) && !begin_file (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
genga_picture_writer_write (GengaPictureWriter *self, GengaFrame *rows, GError **error)
{
  gboolean ok;

  g_return_val_if_fail (rows->info.width == self->shape->info.width &&
                            rows->info.height <= self->shape->info.height - self->n_rows,
                        FALSE);
  if (self->rows != NULL)
    ok = write_rows (self, rows);
  else if (self->feed != NULL)
    ok = genga_row_feed_give (self->feed, rows);
  else if (!keep_rows (self, rows, error))
    return FALSE;
  else
    ok = TRUE;
  self->n_rows += rows->info.height;
  return ok || set_encode_error (self, error);
}

gboolean
genga_picture_writer_finish (GengaPictureWriter *self, char **written, GError **error)
{
  g_return_val_if_fail (self->n_rows == self->shape->info.height, FALSE);

  if (!finish_file (self, error))
    return FALSE;
  notice_losses (self);
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
      !genga_output_file_commit (self->file, error))
    return FALSE;
  if (written != NULL)
    *written = g_strdup (self->path);
  return TRUE;
}

gboolean
genga_picture_writer_save (GengaPictureWriter *self, GBytes **state, GError **error)
{
  g_autoptr (GBytes) own = NULL;
  GByteArray *bytes;
  gint64 n_bytes;

  *state = NULL;
  if (self->rows == NULL)
    return TRUE;
  own = self->klass->save (self->rows);
  if (own == NULL)
    return set_encode_error (self, error);
  if (!genga_tag_writer_is_through (&self->tag_writer))
    return TRUE;
  n_bytes = genga_output_file_seek (self->file, 0, SEEK_CUR);
  if (n_bytes <= 0 || !genga_output_file_sync (self->file, error))
    return n_bytes <= 0 ? set_encode_error (self, error) : FALSE;
  bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *)&n_bytes, sizeof n_bytes);
  g_byte_array_append (bytes, g_bytes_get_data (own, NULL), g_bytes_get_size (own));
  *state = g_byte_array_free_to_bytes (bytes);
  return TRUE;
}

void
genga_picture_writer_free (GengaPictureWriter *self)
{
  if (self == NULL)
    return;
  if (self->thread != NULL)
    finish_encoder (self);
  g_clear_pointer (&self->feed, genga_row_feed_free);
  g_clear_object (&self->image);
  g_clear_object (&self->target);
  if (self->rows != NULL)
    self->klass->free (self->rows);
  g_free (self->row);
  g_clear_pointer (&self->whole, genga_frame_unref);
  genga_tag_writer_clear (&self->tag_writer);
  genga_tags_clear (&self->tags);
  g_clear_pointer (&self->shape, genga_frame_unref);
  g_clear_pointer (&self->file, genga_output_file_free);
  g_clear_object (&self->cancellable);
  g_free (self->path);
  g_free (self);
}

gboolean
genga_vips_save (GengaFrame *frame,
                 const char *path,
                 const GengaPictureSave *params,
                 GCancellable *cancellable,
                 char **written,
                 GError **error)
{
  g_autoptr (GengaPictureWriter) writer = NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  writer = genga_picture_writer_new (frame, frame->info.height, path, params, cancellable, error);
  return writer != NULL && genga_picture_writer_write (writer, frame, error) &&
         genga_picture_writer_finish (writer, written, error);
}
