/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames turned as players show them, for files that cannot ask players to do it. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/video-source-private.h"

#include <string.h>

gboolean
genga_video_source_turn (GengaVideoSource *self)
{
  GengaVideoInfo *info = &self->info;

  if (info->rotation % 90 != 0)
    return FALSE;
  self->turns = info->rotation / 90;
  info->rotation = 0;
  if (self->turns % 2 != 0)
    {
      int width = info->width;
      int sar_num = info->sar_num;

      info->width = info->height;
      info->height = width;
      info->sar_num = info->sar_den;
      info->sar_den = sar_num;
    }
  return TRUE;
}

gboolean
genga_video_source_is_turned (GengaVideoSource *self)
{
  return self->turns != 0;
}

/* Where pixel (x, y) of a frame turned clockwise comes from. */
static const guint8 *
find_pixel (const GengaFrame *source, int turns, int x, int y, gsize size)
{
  int last_x = source->info.width - 1;
  int last_y = source->info.height - 1;

  if (turns == 1)
    return (const guint8 *)genga_frame_get_row (source, 0, last_y - x) + y * size;
  if (turns == 2)
    return (const guint8 *)genga_frame_get_row (source, 0, last_y - y) + (last_x - x) * size;
  return (const guint8 *)genga_frame_get_row (source, 0, x) + (last_x - y) * size;
}

GengaFrame *
genga_video_source_turn_frame (GengaVideoSource *self, GengaFrame *take_source, GError **error)
{
  g_autoptr (GengaFrame) source = take_source;
  GengaFrameInfo info = source->info;
  gsize size = genga_layout_get_n_channels (info.layout) * genga_sample_get_size (info.sample);
  GengaFrame *frame;

  if (self->turns == 0)
    return g_steal_pointer (&source);
  info.width = self->turns % 2 != 0 ? source->info.height : source->info.width;
  info.height = self->turns % 2 != 0 ? source->info.width : source->info.height;
  frame = genga_frame_new (&info, error);
  if (frame == NULL)
    return NULL;
  genga_frame_copy_properties (frame, source);
  for (int y = 0; y < info.height; y++)
    {
      guint8 *row = genga_frame_get_row (frame, 0, y);

      for (int x = 0; x < info.width; x++, row += size)
        memcpy (row, find_pixel (source, self->turns, x, y, size), size);
    }
  return frame;
}
