/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/preview-render.h"
#include "steps/alpha.h"
#include "steps/pixels.h"
#include "steps/resize.h"
#include "steps/strength.h"

#include <math.h>

/* What all steps of one rendering need. */
typedef struct
{
  const GengaPreviewPicture *picture;
  const GengaEnhance *filters;
  guint n_threads;
  GCancellable *cancellable;
} Render;

GengaRect
genga_preview_picture_get_network (const GengaPreviewPicture *self)
{
  return (GengaRect){ 0, 0, self->colour->info.width * self->factor,
                      self->colour->info.height * self->factor };
}

GengaRect
genga_preview_picture_get_result (const GengaPreviewPicture *self)
{
  return (GengaRect){ 0, 0, self->result_width, self->result_height };
}

/* Whether no resize follows the network. */
static gboolean
is_exact (const GengaPreviewPicture *self)
{
  GengaRect network = genga_preview_picture_get_network (self);

  return network.width == self->result_width && network.height == self->result_height;
}

static GengaResizePart
get_resize (const GengaPreviewPicture *self, const GengaRect *wanted)
{
  GengaRect network = genga_preview_picture_get_network (self);
  GengaRect result = genga_preview_picture_get_result (self);

  return (GengaResizePart){ network.width, network.height, result.width, result.height, *wanted };
}

GengaRect
genga_preview_picture_get_source (const GengaPreviewPicture *self, const GengaRect *wanted)
{
  GengaResizePart resize = get_resize (self, wanted);
  GengaRect rect = genga_resize_part_get_source (&resize);
  GengaRect network = genga_preview_picture_get_network (self);
  GengaRect wider = { rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2 };

  return genga_rect_intersect (&wider, &network);
}

GengaRect
genga_preview_picture_get_within (const GengaPreviewPicture *self, const GengaRect *rect)
{
  GengaRect picture = genga_preview_picture_get_network (self);
  double ratio_x = (double)self->result_width / picture.width;
  double ratio_y = (double)self->result_height / picture.height;
  double ratio = MIN (ratio_x, ratio_y);
  /* What a result pixel reaches: Lanczos, and a pixel for the sharpening. */
  int reach = 1 + (is_exact (self) ? 0 : ceil (3 * MAX (1, 1 / ratio)) + 1);
  int left = rect->x == 0 ? 0 : rect->x + reach;
  int top = rect->y == 0 ? 0 : rect->y + reach;
  int right = rect->x + rect->width;
  int bottom = rect->y + rect->height;
  GengaRect result;

  right -= right == picture.width ? 0 : reach;
  bottom -= bottom == picture.height ? 0 : reach;
  result.x = ceil (left * ratio_x);
  result.y = ceil (top * ratio_y);
  result.width = floor (right * ratio_x) - result.x;
  result.height = floor (bottom * ratio_y) - result.y;
  return result;
}

GengaFrame *
genga_preview_crop (const GengaFrame *frame,
                    const GengaRect *place,
                    const GengaRect *wanted,
                    GError **error)
{
  GengaRect inside = { wanted->x - place->x, wanted->y - place->y, wanted->width, wanted->height };

  return genga_frame_crop (frame, &inside, error);
}

static GengaFrame *
convert (GengaFrame *frame, GengaSample sample, GError **error)
{
  GengaFrameInfo info = frame->info;
  GengaFrame *result;

  info.sample = sample;
  result = genga_frame_new_dense (&info, error);
  if (result != NULL)
    genga_pixels_convert (frame, result);
  return result;
}

/* The part of alpha that belongs to a part of the colours, put beside them. */
static GengaFrame *
join_alpha (GengaFrame *colour,
            const GengaFrame *alpha,
            const GengaRect *place,
            const GengaRect *part,
            GError **error)
{
  GengaFrameInfo info = colour->info;
  g_autoptr (GengaFrame) cropped = genga_preview_crop (alpha, place, part, error);
  g_autoptr (GengaFrame) converted = cropped != NULL ? convert (cropped, info.sample, error) : NULL;
  GengaFrame *result;

  info.layout = info.layout == GENGA_LAYOUT_GREY ? GENGA_LAYOUT_GREY_ALPHA : GENGA_LAYOUT_RGBA;
  result = converted != NULL ? genga_frame_new_dense (&info, error) : NULL;
  if (result != NULL)
    genga_pixels_join_alpha (colour, converted, result);
  return result;
}

/* Filters, transparency and the exact size. */
static GengaFrame *
render (const Render *self,
        GengaFrame *frame,
        GengaFrame *alpha,
        const GengaRect *place,
        const GengaRect *wanted,
        GError **error)
{
  const GengaPreviewPicture *picture = self->picture;
  GengaResizePart resize = get_resize (picture, wanted);
  GengaRect source = genga_resize_part_get_source (&resize);
  gboolean is_final = is_exact (picture);
  g_autoptr (GengaFrame) enhanced = genga_enhance_apply_part (
      self->filters, frame, is_final ? GENGA_SAMPLE_U8 : frame->info.sample, picture->mean,
      self->n_threads, self->cancellable, error);
  g_autoptr (GengaFrame) part =
      enhanced != NULL ? genga_preview_crop (enhanced, place, &source, error) : NULL;

  if (part != NULL && alpha != NULL)
    {
      GengaFrame *joined = join_alpha (part, alpha, place, &source, error);

      genga_frame_unref (part);
      part = joined;
    }
  if (part == NULL || is_final)
    return g_steal_pointer (&part);
  g_autoptr (GengaFrame) resized =
      alpha != NULL
          ? genga_alpha_resize_part (&resize, part, self->n_threads, self->cancellable, error)
          : genga_resize_part (&resize, part, self->n_threads, self->cancellable, error);
  return resized != NULL ? convert (resized, GENGA_SAMPLE_U8, error) : NULL;
}

/* Less of the network, in place of what it made, which stays as it is for the next time. */
static gboolean
weaken (const Render *self,
        const GengaRect *place,
        GengaFrame **frame,
        GengaFrame **alpha,
        GError **error)
{
  const GengaPreviewPicture *picture = self->picture;
  const GengaFrameInfo *info = &picture->colour->info;
  const GengaRegion region = { picture->colour, 0, 0, info->width, info->height };
  const GengaItem item = { .alpha = picture->alpha, .ground = picture->ground };
  const gboolean has_alpha = *alpha != NULL && picture->is_alpha_made;
  g_autoptr (GengaFrame) colour = genga_preview_crop (*frame, place, place, error);
  g_autoptr (GengaFrame) share =
      colour != NULL && has_alpha ? genga_preview_crop (*alpha, place, place, error) : NULL;

  if (colour == NULL || (has_alpha && share == NULL) ||
      !genga_strength_apply (&region, &item, picture->factor, picture->strength, place, colour,
                             share, self->n_threads, self->cancellable, error))
    return FALSE;
  *frame = g_steal_pointer (&colour);
  if (has_alpha)
    *alpha = g_steal_pointer (&share);
  return TRUE;
}

GengaFrame *
genga_preview_picture_render (const GengaPreviewPicture *self,
                              const GengaEnhance *filters,
                              GengaFrame *frame,
                              GengaFrame *alpha,
                              const GengaRect *place,
                              const GengaRect *wanted,
                              guint n_threads,
                              GCancellable *cancellable,
                              GError **error)
{
  Render context = { self, filters, n_threads, cancellable };
  g_autoptr (GengaFrame) weak = NULL;
  g_autoptr (GengaFrame) weak_alpha = NULL;
  GengaFrame *result;

  if (self->strength < 1)
    {
      if (!weaken (&context, place, &frame, &alpha, error))
        return NULL;
      weak = frame;
      weak_alpha = alpha != NULL && self->is_alpha_made ? alpha : NULL;
    }
  result = render (&context, frame, alpha, place, wanted, error);
  if (result != NULL)
    result->colour = self->colour->colour;
  return result;
}
