/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/picture-load.h"
#include "app/compare/picture.h"
#include "app/compare/texture.h"
#include "core/cpu.h"
#include "job/preview/picture-file.h"

/* No more than this is held for the sake of being looked at. */
#define MAX_BYTES ((guint64)2 << 30)

typedef struct
{
  char *path;
  GengaFrame *frame; /* in the place of the file, or NULL */
  GengaLoadKind kind;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->frame, genga_frame_unref);
  g_free (request->path);
  g_free (request);
}

/* A picture has a reduced copy of each level beside it. */
static gpointer
load (const Request *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaFrame) frame = NULL;

  if (request->frame != NULL)
    return genga_picture_new (request->frame, error);
  if (request->kind == GENGA_LOAD_PICTURE)
    {
      frame = genga_picture_file_read (request->path, MAX_BYTES, 2, cancellable, error);
      return frame != NULL ? genga_picture_new (frame, error) : NULL;
    }
  frame = genga_picture_file_read (request->path, genga_memory_get_available () / 2, 1, cancellable,
                                   error);
  return frame != NULL ? genga_texture_new (frame, error) : NULL;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  gpointer object = load (data, cancellable, &error);

  if (object != NULL)
    g_task_return_pointer (task, object, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
start (Request *take_request,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, take_request, request_free);
  g_task_run_in_thread (task, load_in_thread);
}

void
genga_picture_load_async (const char *path,
                          GengaLoadKind kind,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (path);
  request->kind = kind;
  start (request, cancellable, callback, user_data);
}

void
genga_picture_load_frame_async (GengaFrame *frame,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->frame = genga_frame_ref (frame);
  start (request, cancellable, callback, user_data);
}

gpointer
genga_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
