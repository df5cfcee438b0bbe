/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/texture.h"

#include <string.h>

static GdkMemoryFormat
get_format (const GengaFrameInfo *info)
{
  gboolean has_alpha = genga_layout_has_alpha (info->layout);

  if (info->sample == GENGA_SAMPLE_U16)
    return has_alpha ? GDK_MEMORY_R16G16B16A16 : GDK_MEMORY_R16G16B16;
  return has_alpha ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8;
}

/* Grey as colours, which is what GDK has. */
static GengaFrame *
expand (const GengaFrame *frame, GError **error)
{
  GengaFrameInfo info = frame->info;
  int n_from = genga_layout_get_n_channels (info.layout);
  gsize size = genga_sample_get_size (info.sample);

  info.layout = n_from == 2 ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_RGB;
  GengaFrame *result = genga_frame_new (&info, error);
  for (int y = 0; result != NULL && y < info.height; y++)
    {
      const guint8 *from = genga_frame_get_row (frame, 0, y);
      guint8 *to = genga_frame_get_row (result, 0, y);

      for (int x = 0; x < info.width; x++, from += n_from * size)
        {
          for (int c = 0; c < n_from + 2; c++, to += size)
            memcpy (to, from + (c == 3 ? size : 0), size);
        }
    }
  return result;
}

GdkTexture *
genga_texture_new (GengaFrame *frame, GError **error)
{
  g_autoptr (GengaFrame) colours = NULL;

  if (genga_layout_get_n_channels (frame->info.layout) < 3)
    colours = expand (frame, error);
  else
    colours = genga_frame_ref (frame);
  if (colours == NULL)
    return NULL;

  const GengaFrameInfo *info = &colours->info;
  gsize stride = colours->strides[0];
  g_autoptr (GBytes) bytes =
      g_bytes_new_with_free_func (colours->planes[0], stride * info->height,
                                  (GDestroyNotify)genga_frame_unref, genga_frame_ref (colours));
  return gdk_memory_texture_new (info->width, info->height, get_format (info), bytes, stride);
}
