/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/texture.h"
#include "core/cpu.h"
#include "core/error.h"
#include "media/media.h"

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

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  const GengaMedia *media = genga_media_get (&error);
  GengaPictureLoad load = { .max_memory_bytes = genga_memory_get_available () / 2 };
  g_autoptr (GengaFrame) frame =
      media != NULL ? media->picture_load (data, &load, cancellable, &error) : NULL;
  GdkTexture *texture = frame != NULL ? genga_texture_new (frame, &error) : NULL;

  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
genga_texture_load_async (const char *path,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, genga_texture_load_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

GdkTexture *
genga_texture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
