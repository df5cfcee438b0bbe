/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/live-pieces.h"
#include "job/plan/plan-size.h"

GObject *
genga_live_pieces_wrap (const GengaFrame *frame)
{
  g_autoptr (GError) error = NULL;
  GengaPicture *picture = genga_picture_new (frame, &error);

  if (picture == NULL)
    g_debug ("%s", error->message);
  return picture != NULL ? G_OBJECT (picture) : NULL;
}

/* A model's own scale is not known before the first piece of its result. */
static void
expect_result (GengaCompareViewport *viewport,
               GengaPicture *before,
               const GengaSourceInfo *info,
               gboolean is_across,
               GengaOptions *options)
{
  GengaSourceInfo picture = { 0 };
  int scale, width = 0, height = 0;

  if (before == NULL)
    return;
  picture.width = genga_picture_get_width (before);
  picture.height = genga_picture_get_height (before);
  scale = genga_plan_size_get_scale (options, info != NULL ? info : &picture);
  if (scale > 0)
    genga_plan_size_get_result (options, info != NULL ? info : &picture, scale, &width, &height);
  genga_compare_viewport_expect_result (viewport, is_across ? height : width,
                                        is_across ? width : height);
}

void
genga_live_pieces_prepare (GengaCompareViewport *viewport,
                           GengaPicture *before,
                           const GengaSourceInfo *info,
                           GengaOptions *options)
{
  GengaFrameShape shape = genga_frame_shape_new (info);

  genga_compare_viewport_set_stretch (viewport, shape.stretch_x, shape.stretch_y);
  expect_result (viewport, before, info, shape.rotation % 180 != 0, options);
}

gboolean
genga_live_pieces_add (GengaCompareViewport *viewport,
                       const GengaPreviewPatch *patch,
                       const GengaSourceInfo *info)
{
  GengaFrameShape shape = genga_frame_shape_new (info);
  gboolean is_across = shape.rotation % 180 != 0;
  g_autoptr (GengaPicture) picture = NULL;
  GengaRect rect;

  if (patch->wrapped == NULL)
    return FALSE;
  picture = shape.rotation != 0 || shape.is_mirrored
                ? genga_picture_new_shown (patch->frame, &shape, NULL)
                : g_object_ref (GENGA_PICTURE (patch->wrapped));
  if (picture == NULL)
    return FALSE;
  rect = genga_frame_shape_rotate_rect (&shape, &patch->rect, patch->result_width,
                                        patch->result_height);
  genga_compare_viewport_add_patch (
      viewport, picture, &rect, is_across ? patch->result_height : patch->result_width,
      is_across ? patch->result_width : patch->result_height, patch->is_first);
  return TRUE;
}

GengaPreviewView
genga_live_pieces_get_view (GengaCompareViewport *viewport, const GengaSourceInfo *info)
{
  GengaFrameShape shape = genga_frame_shape_new (info);
  GengaPreviewView visible;

  genga_compare_viewport_get_visible (viewport, &visible);
  return genga_frame_shape_rotate_back (&shape, &visible);
}
