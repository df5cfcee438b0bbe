/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/thumbnail-load.h"
#include "app/compare/picture.h"
#include "app/object-load.h"
#include "job/reader/read-apart.h"

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
static gpointer
load (gpointer data, GCancellable *cancellable, GError **error)
{
  Request *request = data;
  g_autoptr (GengaFrame) frame = genga_read_apart_thumbnail (request->path, request->size,
                                                             &request->facts, cancellable, error);
  g_autoptr (GengaPicture) picture = frame != NULL ? genga_picture_new (frame, error) : NULL;

  return picture != NULL ? g_object_ref (genga_picture_get_tile (picture, 0, 0, 0)) : NULL;
}

void
genga_thumbnail_load_async (const char *path,
                            int size,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (path);
  request->size = size;
  genga_object_load_async (load, request, request_free, G_PRIORITY_LOW, cancellable, callback,
                           user_data);
}

GdkTexture *
genga_thumbnail_load_finish (GAsyncResult *result, GengaThumbnailFacts *facts, GError **error)
{
  gpointer request;
  GdkTexture *texture = genga_object_load_finish (result, &request, error);

  *facts = ((const Request *)request)->facts;
  return texture;
}
