/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/vips-load.h"
#include "media/image/metadata.h"
#include "media/image/vips-error.h"
#include "media/image/read/vips-open.h"

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

static const GengaSourceParams defaults;

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
genga_vips_probe (const char *path,
                  const GengaSourceParams *params,
                  GengaSourceInfo *info,
                  GError **error)
{
  GengaVipsFile source = GENGA_VIPS_FILE_INIT;
  g_autoptr (GengaVipsImage) image = NULL;
  GengaFrameInfo frame;

  params = params != NULL ? params : &defaults;
  if (genga_vips_file_open (&source, path, params->allows_truncated, error))
    image = genga_vips_open (
        &source, MIN (genga_vips_open_get_strictest (&source), VIPS_FAIL_ON_ERROR), error);
  if (image != NULL)
    genga_vips_open_describe (image, &frame);
  /* What is whole may be read by rows, whatever its size. */
  if (image != NULL && source.is_damaged && !genga_vips_open_check (&source, &frame, params, error))
    g_clear_object (&image);
  if (image != NULL)
    {
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
        .n_bytes = source.stat.st_size,
        .has_icc = vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0,
        .colours = genga_vips_get_colours (image, &frame, &source),
        .n_pages = source.n_pages,
        .is_moving = source.is_animated,
        .reads_rows = reads_rows (&source, image),
        .held_bytes = source.held_size,
      };
      g_strlcpy (info->container, genga_loader_get_name (source.loader), sizeof info->container);
    }
  else
    genga_vips_drop_error (source.name);
  genga_vips_file_clear (&source);
  return image != NULL;
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

  genga_vips_open_describe (image, &info);
  if (!genga_vips_open_check (source, &info, params, error))
    return NULL;
  frame = genga_frame_new (&info, error);
  if (frame == NULL)
    return NULL;

  placement = place (frame, image, cancellable);
  if (vips_sink_disc (image, place_rows, &placement) != 0)
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        genga_vips_open_set_damaged (source, error);
      return NULL;
    }
  /* libvips does not always hear of rows that were refused last. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  genga_vips_take_metadata (frame, image, source, params->progress);
  genga_vips_open_notice (source, image, params->progress);
  return g_steal_pointer (&frame);
}

static GengaFrame *
attempt (GengaVipsFile *source,
         VipsFailOn fail_on,
         const GengaSourceParams *params,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GengaVipsImage) image = genga_vips_open (source, fail_on, error);

  return image != NULL ? read_pixels (source, image, params, cancellable, error) : NULL;
}

static GengaFrame *
load_source (GengaVipsFile *source,
             const GengaSourceParams *params,
             GCancellable *cancellable,
             GError **error)
{
  VipsFailOn fail_on = genga_vips_open_get_strictest (source);
  g_autoptr (GError) reason = NULL;
  GengaFrame *frame;

  vips_error_clear ();
  frame = attempt (source, fail_on, params, cancellable, &reason);
  while (frame == NULL && !g_cancellable_is_cancelled (cancellable) &&
         genga_vips_open_relax (source, &fail_on))
    {
      g_clear_error (&reason);
      frame = attempt (source, fail_on, params, cancellable, &reason);
    }
  if (frame == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return frame;
}

GengaFrame *
genga_vips_load (const char *path,
                 const GengaSourceParams *params,
                 GCancellable *cancellable,
                 GError **error)
{
  GengaVipsFile source = GENGA_VIPS_FILE_INIT;
  g_autoptr (GengaFrame) frame = NULL;

  source.cancellable = cancellable;
  params = params != NULL ? params : &defaults;
  if (!g_cancellable_set_error_if_cancelled (cancellable, error) &&
      genga_vips_file_open (&source, path, params->allows_truncated, error))
    frame = load_source (&source, params, cancellable, error);
  if (frame != NULL && !genga_vips_file_check_unchanged (&source, error))
    g_clear_pointer (&frame, genga_frame_unref);
  genga_vips_file_clear (&source);
  return g_steal_pointer (&frame);
}
