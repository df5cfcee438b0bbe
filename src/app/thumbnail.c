/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/thumbnail.h"
#include "app/picture.h"
#include "media/media.h"
#include "media/video.h"
#include "steps/resize.h"

/* Larger pictures get none: reading them would hold up the work. */
#define MAX_PIXELS ((gint64)50 * 1000 * 1000)

/* A picture that takes more than this has a general icon instead. */
#define MAX_BYTES ((guint64)512 << 20)

typedef struct
{
  char *path;
  int size;
  GengaPictureInfo info;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->path);
  g_free (request);
}

static GdkTexture *
make (Request *request, const GengaMedia *media, GCancellable *cancellable, GError **error)
{
  GengaPictureLoad load = { .max_memory_bytes = MAX_BYTES };
  g_autoptr (GengaFrame) frame = media->picture_load (request->path, &load, cancellable, error);
  double scale;

  if (frame == NULL)
    return NULL;
  scale = (double)request->size / MAX (frame->info.width, frame->info.height);
  if (scale < 1)
    {
      GengaFrame *small = genga_resize (frame, MAX (1, frame->info.width * scale),
                                        MAX (1, frame->info.height * scale), 1, cancellable, error);
      genga_frame_unref (frame);
      frame = small;
    }
  g_autoptr (GengaPicture) picture = frame != NULL ? genga_picture_new (frame, error) : NULL;
  return picture != NULL ? g_object_ref (genga_picture_get_tile (picture, 0, 0, 0)) : NULL;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  GError *error = NULL;
  gboolean is_video = *genga_video_sniff (request->path) != '\0';
  const GengaMedia *media = is_video ? NULL : genga_media_get (&error);
  GdkTexture *texture = NULL;

  if (media != NULL && media->picture_probe (request->path, &request->info, &error) &&
      (gint64)request->info.width * request->info.height <= MAX_PIXELS)
    texture = make (request, media, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, texture, g_object_unref);
}

void
genga_thumbnail_load_async (const char *path,
                            int size,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (path);
  request->size = size;
  g_task_set_source_tag (task, genga_thumbnail_load_async);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, load_in_thread);
}

GdkTexture *
genga_thumbnail_load_finish (GAsyncResult *result, int *width, int *height, GError **error)
{
  Request *request = g_task_get_task_data (G_TASK (result));
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), error);

  *width = request->info.width;
  *height = request->info.height;
  return texture;
}
