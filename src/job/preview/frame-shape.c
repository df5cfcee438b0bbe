/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/frame-shape.h"

/* What files say beyond that is an error of theirs. */
#define MAX_ASPECT 16.0

GengaFrameShape
genga_frame_shape_new (const GengaSourceInfo *info)
{
  GengaFrameShape self = { FALSE, 0, 1, 1 };
  double aspect = 1;

  if (info == NULL)
    return self;
  if (info->rotation % 90 == 0)
    self.rotation = info->rotation % 360;
  self.is_mirrored = info->is_mirrored;
  if (info->sar_num > 0 && info->sar_den > 0)
    aspect = (double)info->sar_num / info->sar_den;
  if (self.rotation % 180 != 0)
    aspect = 1 / aspect;
  aspect = CLAMP (aspect, 1 / MAX_ASPECT, MAX_ASPECT);
  self.stretch_x = MAX (1, aspect);
  self.stretch_y = MAX (1, 1 / aspect);
  return self;
}

GengaRect
genga_frame_shape_rotate_rect (const GengaFrameShape *self,
                               const GengaRect *rect,
                               int width,
                               int height)
{
  int left = self->is_mirrored ? width - rect->x - rect->width : rect->x;
  int right = width - left - rect->width;
  int bottom = height - rect->y - rect->height;

  switch (self->rotation)
    {
    case 90:
      return (GengaRect){ bottom, left, rect->height, rect->width };
    case 180:
      return (GengaRect){ right, bottom, rect->width, rect->height };
    case 270:
      return (GengaRect){ rect->y, right, rect->height, rect->width };
    default:
      return (GengaRect){ left, rect->y, rect->width, rect->height };
    }
}

static GengaPreviewView
rotate_back (const GengaFrameShape *self, const GengaPreviewView *view)
{
  switch (self->rotation)
    {
    case 90:
      return (GengaPreviewView){ view->top, 1 - view->right, view->bottom, 1 - view->left };
    case 180:
      return (GengaPreviewView){ 1 - view->right, 1 - view->bottom, 1 - view->left, 1 - view->top };
    case 270:
      return (GengaPreviewView){ 1 - view->bottom, view->left, 1 - view->top, view->right };
    default:
      return *view;
    }
}

GengaPreviewView
genga_frame_shape_rotate_back (const GengaFrameShape *self, const GengaPreviewView *view)
{
  GengaPreviewView back = rotate_back (self, view);

  return self->is_mirrored
             ? (GengaPreviewView){ 1 - back.right, back.top, 1 - back.left, back.bottom }
             : back;
}
