/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/vips-load.h"
#include "core/error.h"
#include "media/image/metadata.h"
#include "media/image/row-feed.h"
#include "media/image/vips-convert.h"
#include "media/image/vips-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Where rows of a picture go in a frame, rotated as the file's orientation says. */
typedef struct
{
  guint8 *origin; /* of the picture's first pixel */
  gssize column;  /* bytes from one pixel of a picture's row to the next */
  gssize row;     /* bytes from one row of the picture to the next */
  gsize pixel_size;
  GCancellable *cancellable;
} Placement;

static void
set_damaged (GError **error, const GengaVipsFile *source)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” is truncated or damaged: can't read it to the end."), source->name);
}

static void
set_header_error (GError **error, const GengaVipsFile *source)
{
  if (source->loader == GENGA_LOADER_HEIF && vips_type_find ("VipsOperation", "heifload") == 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s” is a HEIF or AVIF picture, which the libvips of this system can't read."),
                 source->name);
  else
    set_damaged (error, source);
}

/* What libjpeg warns about although every pixel is there. */
static gboolean
is_harmless_warning (void)
{
  static const char *const words[] = { "extraneous bytes", "JFIF revision", "Adobe color transform",
                                       "Invalid SOS parameters" };
  g_autofree char *text = vips_error_buffer_copy ();

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (text, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_rotated (VipsImage *image)
{
  return vips_image_get_orientation (image) >= 5;
}

/* The frame that a converted image becomes. */
static void
describe (VipsImage *image, GengaFrameInfo *info)
{
  static const GengaLayout layouts[] = { GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA,
                                         GENGA_LAYOUT_RGB, GENGA_LAYOUT_RGBA };

  *info = (GengaFrameInfo){
    .width = is_rotated (image) ? image->Ysize : image->Xsize,
    .height = is_rotated (image) ? image->Xsize : image->Ysize,
    .sample = image->BandFmt == VIPS_FORMAT_UCHAR ? GENGA_SAMPLE_U8 : GENGA_SAMPLE_U16,
    .layout = layouts[image->Bands - 1],
  };
}

static VipsImage *
open_converted (GengaVipsFile *source, VipsFailOn fail_on, GError **error)
{
  g_autoptr (GengaVipsImage) image = genga_vips_file_read_header (source, fail_on);

  if (image == NULL)
    {
      set_header_error (error, source);
      return NULL;
    }
  /* For formats whose structure has not been walked, libvips knows. */
  source->n_pages = MAX (source->n_pages, vips_image_get_n_pages (image));
  return genga_vips_convert (image, source, error);
}

/* Whether rows come from top to bottom without all of the picture in memory. */
static gboolean
reads_rows (const GengaVipsFile *source, VipsImage *image)
{
  return (source->loader == GENGA_LOADER_PNG || source->loader == GENGA_LOADER_JPEG ||
          source->loader == GENGA_LOADER_TIFF || source->loader == GENGA_LOADER_BMP) &&
         vips_image_get_orientation (image) <= 1 &&
         vips_image_get_typeof (image, "interlaced") == 0;
}

gboolean
genga_vips_probe (const char *path, GengaSourceInfo *info, GError **error)
{
  GengaVipsFile source = GENGA_VIPS_FILE_INIT;
  g_autoptr (GengaVipsImage) image = NULL;
  GengaFrameInfo frame;

  if (genga_vips_file_open (&source, path, error))
    image = open_converted (&source, VIPS_FAIL_ON_ERROR, error);
  if (image != NULL)
    {
      describe (image, &frame);
      *info = (GengaSourceInfo){
        .kind = GENGA_SOURCE_PICTURE,
        .format = source.loader == GENGA_LOADER_PNG    ? GENGA_FORMAT_PNG
                  : source.loader == GENGA_LOADER_JPEG ? GENGA_FORMAT_JPEG
                  : source.loader == GENGA_LOADER_WEBP ? GENGA_FORMAT_WEBP
                                                       : GENGA_FORMAT_AUTO,
        .width = frame.width,
        .height = frame.height,
        .layout = frame.layout,
        .sample = frame.sample,
        .bits = frame.sample == GENGA_SAMPLE_U8 ? 8 : 16,
        .n_frames = 1,
        .has_icc = vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0,
        .colours = genga_vips_get_colours (image, &frame, &source),
        .n_pages = source.n_pages,
        .reads_rows = reads_rows (&source, image),
      };
      g_strlcpy (info->container, genga_loader_get_name (source.loader), sizeof info->container);
    }
  else
    genga_vips_drop_error (source.name);
  genga_vips_file_clear (&source);
  return image != NULL;
}

static gboolean
check_budget (const GengaVipsFile *source,
              const GengaFrameInfo *info,
              const GengaSourceParams *params,
              GError **error)
{
  const double bytes = (double)info->width * info->height *
                       genga_layout_get_n_channels (info->layout) *
                       genga_sample_get_size (info->sample) * (1 + params->output_factor);
  g_autofree char *need = NULL;
  g_autofree char *limit = NULL;

  if (params->max_memory_bytes == 0 || bytes <= params->max_memory_bytes)
    return TRUE;
  need = g_format_size_full (MIN (bytes, 9e18), G_FORMAT_SIZE_IEC_UNITS);
  limit = g_format_size_full (params->max_memory_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” has %d × %d pixels and needs %s of memory, more than the limit of %s; "
                  "choose a smaller scale or allow more memory."),
               source->name, info->width, info->height, need, limit);
  return FALSE;
}

static Placement
place (GengaFrame *frame, VipsImage *image, GCancellable *cancellable)
{
  const gssize pixel = VIPS_IMAGE_SIZEOF_PEL (image);
  const gssize stride = frame->strides[0];
  const gssize right = (frame->info.width - 1) * pixel;
  const gssize bottom = (frame->info.height - 1) * stride;
  const struct
  {
    gssize origin, column, row;
  } rotations[] = {
    { 0, pixel, stride },       { 0, pixel, stride },
    { right, -pixel, stride },  { right + bottom, -pixel, -stride },
    { bottom, pixel, -stride }, { 0, stride, pixel },
    { right, stride, -pixel },  { right + bottom, -stride, -pixel },
    { bottom, -stride, pixel },
  };
  const int turn = CLAMP (vips_image_get_orientation (image), 1, 8);

  return (Placement){
    .origin = frame->planes[0] + rotations[turn].origin,
    .column = rotations[turn].column,
    .row = rotations[turn].row,
    .pixel_size = pixel,
    .cancellable = cancellable,
  };
}

static int
place_rows (VipsRegion *region, VipsRect *area, void *data)
{
  const Placement *self = data;
  const gsize pixel_size = self->pixel_size;

  if (g_cancellable_is_cancelled (self->cancellable))
    return -1;
  for (int y = area->top; y < area->top + area->height; y++)
    {
      const guint8 *from = VIPS_REGION_ADDR (region, area->left, y);
      guint8 *to = self->origin + y * self->row + area->left * self->column;

      if (self->column == (gssize)pixel_size)
        memcpy (to, from, area->width * pixel_size);
      else
        for (int x = 0; x < area->width; x++)
          memcpy (to + x * self->column, from + x * pixel_size, pixel_size);
    }
  return 0;
}

static void
notice_light (const GengaVipsFile *source, VipsImage *image, GengaProgress *progress)
{
  if (genga_vips_convert_took_light (image))
    genga_progress_notice (progress,
                           _ ("“%s” has floats without a profile; they are taken for linear light "
                              "and become sRGB."),
                           source->name);
}

static GengaFrame *
read_pixels (GengaVipsFile *source,
             VipsImage *image,
             const GengaSourceParams *params,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GengaFrame) frame = NULL;
  GengaFrameInfo info;
  Placement placement;

  describe (image, &info);
  if (!check_budget (source, &info, params, error))
    return NULL;
  frame = genga_frame_new (&info, error);
  if (frame == NULL)
    return NULL;

  placement = place (frame, image, cancellable);
  if (vips_sink_disc (image, place_rows, &placement) != 0)
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        set_damaged (error, source);
      return NULL;
    }
  /* libvips does not always hear of rows that were refused last. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  notice_light (source, image, params->progress);
  genga_vips_take_metadata (frame, image, source, params->progress);
  return g_steal_pointer (&frame);
}

static GengaFrame *
attempt (GengaVipsFile *source,
         VipsFailOn fail_on,
         const GengaSourceParams *params,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GengaVipsImage) image = open_converted (source, fail_on, error);

  return image != NULL ? read_pixels (source, image, params, cancellable, error) : NULL;
}

/*
 * libjpeg calls damage within its data a warning, so warnings refuse a JPEG; where the warning is
 * one that says nothing about the pixels, errors alone are asked for.
 */
static GengaFrame *
load_source (GengaVipsFile *source,
             const GengaSourceParams *params,
             GCancellable *cancellable,
             GError **error)
{
  const gboolean jpeg = source->loader == GENGA_LOADER_JPEG;
  g_autoptr (GError) first = NULL;
  GengaFrame *frame;

  vips_error_clear ();
  frame = attempt (source, jpeg ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_ERROR, params, cancellable,
                   &first);
  if (frame == NULL && jpeg && is_harmless_warning ())
    {
      genga_vips_drop_error (source->name);
      g_clear_error (&first);
      frame = attempt (source, VIPS_FAIL_ON_ERROR, params, cancellable, &first);
    }
  if (frame == NULL)
    {
      genga_vips_drop_error (source->name);
      g_propagate_error (error, g_steal_pointer (&first));
    }
  else if (source->lacks_end)
    genga_progress_notice (params->progress,
                           _ ("“%s” lacks its end, but all its pixels are there."), source->name);
  return frame;
}

GengaFrame *
genga_vips_load (const char *path,
                 const GengaSourceParams *params,
                 GCancellable *cancellable,
                 GError **error)
{
  static const GengaSourceParams defaults;
  GengaVipsFile source = GENGA_VIPS_FILE_INIT;
  g_autoptr (GengaFrame) frame = NULL;

  if (!g_cancellable_set_error_if_cancelled (cancellable, error) &&
      genga_vips_file_open (&source, path, error))
    frame = load_source (&source, params != NULL ? params : &defaults, cancellable, error);
  if (frame != NULL && !genga_vips_file_check_unchanged (&source, error))
    g_clear_pointer (&frame, genga_frame_unref);
  genga_vips_file_clear (&source);
  return g_steal_pointer (&frame);
}

/* ---- by rows ---- */

struct _GengaPictureReader
{
  GengaVipsFile source;
  GCancellable *cancellable;
  GengaProgress *progress;
  GengaFrameInfo info;
  GengaFrame *carrier; /* of all that the picture carries; its pixel means nothing */
  VipsImage *image;
  int n_read; /* rows, by who asks for them */

  /* The decoder's thread. */
  GThread *thread;
  GengaRowFeed *feed;
  int n_given; /* rows */
};

/* What was given already comes again where the file is read a second time. */
static int
give_rows (VipsRegion *region, VipsRect *area, void *data)
{
  GengaPictureReader *self = data;
  const int first = MAX (area->top, self->n_given), end = area->top + area->height;
  g_autoptr (GengaFrame) rows = NULL;
  GengaFrameInfo info = self->info;

  if (g_cancellable_is_cancelled (self->cancellable))
    return -1;
  if (first >= end)
    return 0;
  info.height = end - first;
  rows = genga_frame_new_dense (&info, NULL);
  if (rows == NULL)
    return -1;
  for (int y = first; y < end; y++)
    memcpy (genga_frame_get_row (rows, 0, y - first), VIPS_REGION_ADDR (region, 0, y),
            rows->strides[0]);
  self->n_given = end;
  return genga_row_feed_give (self->feed, rows) ? 0 : -1;
}

/* As load_source(). */
static gpointer
run_decoder (gpointer data)
{
  GengaPictureReader *self = data;
  gboolean ok = vips_sink_disc (self->image, give_rows, self) == 0;

  if (!ok && self->source.loader == GENGA_LOADER_JPEG && is_harmless_warning ())
    {
      genga_vips_drop_error (self->source.name);
      g_clear_object (&self->image);
      self->image = open_converted (&self->source, VIPS_FAIL_ON_ERROR, NULL);
      ok = self->image != NULL && vips_sink_disc (self->image, give_rows, self) == 0;
    }
  if (!ok)
    genga_vips_drop_error (self->source.name);
  genga_row_feed_end (self->feed);
  vips_thread_shutdown ();
  return NULL;
}

static gboolean
start_decoder (GengaPictureReader *self, GError **error)
{
  const GengaFrameInfo pixel = {
    .width = 1, .height = 1, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_GREY
  };

  vips_error_clear ();
  self->image = open_converted (
      &self->source,
      self->source.loader == GENGA_LOADER_JPEG ? VIPS_FAIL_ON_WARNING : VIPS_FAIL_ON_ERROR, error);
  self->carrier = self->image != NULL ? genga_frame_new (&pixel, error) : NULL;
  if (self->carrier == NULL)
    return FALSE;
  describe (self->image, &self->info);
  notice_light (&self->source, self->image, self->progress);
  genga_vips_take_metadata (self->carrier, self->image, &self->source, self->progress);
  self->feed = genga_row_feed_new ();
  self->thread = g_thread_try_new ("genga-decode", run_decoder, self, error);
  return self->thread != NULL;
}

GengaPictureReader *
genga_picture_reader_new (const char *path,
                          const GengaSourceParams *params,
                          GCancellable *cancellable,
                          GError **error)
{
  GengaPictureReader *self = g_new0 (GengaPictureReader, 1);

  self->source = (GengaVipsFile)GENGA_VIPS_FILE_INIT;
  self->progress = params->progress;
  g_set_object (&self->cancellable, cancellable);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error) &&
      genga_vips_file_open (&self->source, path, error) && start_decoder (self, error))
    return self;
  genga_picture_reader_free (self);
  return NULL;
}

static gboolean
set_read_error (GengaPictureReader *self, GError **error)
{
  if (!g_cancellable_set_error_if_cancelled (self->cancellable, error))
    set_damaged (error, &self->source);
  return FALSE;
}

static gboolean
fill_rows (GengaPictureReader *self, GengaFrame *rows, GError **error)
{
  const gsize size = (gsize)rows->info.width * genga_sample_get_size (rows->info.sample) *
                     genga_layout_get_n_channels (rows->info.layout);

  for (int done = 0; done < rows->info.height;)
    {
      int first;
      g_autoptr (GengaFrame) part = genga_row_feed_take (self->feed, self->n_read + done, &first);

      if (part == NULL)
        return set_read_error (self, error);
      for (int y = self->n_read + done; done < rows->info.height && y < first + part->info.height;
           y++, done++)
        memcpy (genga_frame_get_row (rows, 0, done), genga_frame_get_row (part, 0, y - first),
                size);
    }
  self->n_read += rows->info.height;
  return self->n_read < self->info.height || genga_vips_file_check_unchanged (&self->source, error);
}

GengaFrame *
genga_picture_reader_read (GengaPictureReader *self, int n_rows, GError **error)
{
  GengaFrameInfo info = self->info;
  g_autoptr (GengaFrame) rows = NULL;

  info.height = MIN (n_rows, info.height - self->n_read);
  if (info.height <= 0)
    return NULL;
  rows = genga_frame_new (&info, error);
  if (rows == NULL || !fill_rows (self, rows, error))
    return NULL;
  genga_frame_copy_properties (rows, self->carrier);
  return g_steal_pointer (&rows);
}

void
genga_picture_reader_free (GengaPictureReader *self)
{
  if (self == NULL)
    return;
  if (self->thread != NULL)
    {
      genga_row_feed_close (self->feed);
      g_thread_join (self->thread);
    }
  g_clear_pointer (&self->feed, genga_row_feed_free);
  g_clear_object (&self->image);
  g_clear_pointer (&self->carrier, genga_frame_unref);
  g_clear_object (&self->cancellable);
  genga_vips_file_clear (&self->source);
  g_free (self);
}
