/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/thumbnail-load.h"
#include "app/compare/picture.h"

typedef struct
{
  char *path;
  int size;
  GengaThumbnailFacts facts;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->path);
  g_free (request);
}

/* So small a picture is one tile. */
static GdkTexture *
load (Request *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaFrame) frame =
      genga_thumbnail_read (request->path, request->size, &request->facts, cancellable, error);
  g_autoptr (GengaPicture) picture = frame != NULL ? genga_picture_new (frame, error) : NULL;

  return picture != NULL ? g_object_ref (genga_picture_get_tile (picture, 0, 0, 0)) : NULL;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GdkTexture *texture = load (data, cancellable, &error);

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
genga_thumbnail_load_finish (GAsyncResult *result, GengaThumbnailFacts *facts, GError **error)
{
  Request *request = g_task_get_task_data (G_TASK (result));
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), error);

  *facts = request->facts;
  return texture;
}
