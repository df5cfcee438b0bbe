/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/rotate.h"

#include <string.h>

/* A row of the result is a row of the frame read backwards, or a column of it. */
static void
fill_row (guint8 *restrict to, const guint8 *restrict from, gssize step, int n, gsize size)
{
  for (int x = 0; x < n; x++, to += size, from += step)
    memcpy (to, from, size);
}

static GengaFrame *
rotate (const GengaFrame *frame, int n_quarters, GError **error)
{
  GengaFrameInfo info = frame->info;
  gsize size = genga_layout_get_n_channels (info.layout) * genga_sample_get_size (info.sample);
  gssize stride = frame->strides[0];
  int last_x = info.width - 1, last_y = info.height - 1;
  gboolean is_across = n_quarters % 2 != 0;

  info.width = is_across ? frame->info.height : frame->info.width;
  info.height = is_across ? frame->info.width : frame->info.height;
  GengaFrame *result = genga_frame_new (&info, error);
  if (result == NULL)
    return NULL;
  genga_frame_copy_properties (result, frame);
  for (int y = 0; y < info.height; y++)
    {
      guint8 *to = genga_frame_get_row (result, 0, y);

      if (n_quarters == 1)
        fill_row (to, (guint8 *)genga_frame_get_row (frame, 0, last_y) + y * size, -stride,
                  info.width, size);
      else if (n_quarters == 2)
        fill_row (to, (guint8 *)genga_frame_get_row (frame, 0, last_y - y) + last_x * size,
                  -(gssize)size, info.width, size);
      else
        fill_row (to, (guint8 *)genga_frame_get_row (frame, 0, 0) + (last_x - y) * size, stride,
                  info.width, size);
    }
  return result;
}

GengaFrame *
genga_frame_mirror (const GengaFrame *frame, GError **error)
{
  const GengaFrameInfo *info = &frame->info;
  gsize size = genga_layout_get_n_channels (info->layout) * genga_sample_get_size (info->sample);
  GengaFrame *result;

  g_return_val_if_fail (size > 0, NULL);

  result = genga_frame_new (info, error);
  if (result == NULL)
    return NULL;
  genga_frame_copy_properties (result, frame);
  for (int y = 0; y < info->height; y++)
    fill_row (genga_frame_get_row (result, 0, y),
              (guint8 *)genga_frame_get_row (frame, 0, y) + (info->width - 1) * size, -(gssize)size,
              info->width, size);
  return result;
}

GengaFrame *
genga_frame_rotate (GengaFrame *frame, int degrees, GError **error)
{
  int n_quarters = (degrees / 90 % 4 + 4) % 4;

  g_return_val_if_fail (degrees % 90 == 0, NULL);
  g_return_val_if_fail (genga_layout_get_n_channels (frame->info.layout) > 0, NULL);

  return n_quarters == 0 ? genga_frame_ref (frame) : rotate (frame, n_quarters, error);
}
