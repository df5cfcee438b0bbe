/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/picture-load.h"
#include "app/compare/picture.h"
#include "app/compare/texture.h"
#include "app/object-load.h"
#include "core/cpu.h"
#include "job/reader/read-apart.h"

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
load (gpointer data, GCancellable *cancellable, GError **error)
{
  const Request *request = data;
  g_autoptr (GengaFrame) frame = NULL;

  if (request->frame != NULL)
    return genga_picture_new (request->frame, error);
  if (request->kind == GENGA_LOAD_PICTURE)
    {
      frame = genga_read_apart_picture (request->path, MAX_BYTES, 2, cancellable, error);
      return frame != NULL ? genga_picture_new (frame, error) : NULL;
    }
  frame = genga_read_apart_picture (request->path, genga_memory_get_available () / 2, 1,
                                    cancellable, error);
  return frame != NULL ? genga_texture_new (frame, error) : NULL;
}

static void
start (Request *take_request,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  genga_object_load_async (load, take_request, request_free, G_PRIORITY_DEFAULT, cancellable,
                           callback, user_data);
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
  return genga_object_load_finish (result, NULL, error);
}
