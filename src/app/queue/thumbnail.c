/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/thumbnail.h"
#include "app/compare/frame-shape.h"
#include "app/compare/picture.h"
#include "job/preview/still.h"
#include "media/media.h"
#include "steps/resize.h"

/* Larger pictures get none: reading them would hold up the work. */
#define MAX_PIXELS ((gint64)50 * 1000 * 1000)

/* A picture that takes more than this has a general icon instead. */
#define MAX_BYTES ((guint64)512 << 20)

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

static GdkTexture *
shrink (Request *request,
        GengaFrame *frame,
        const GengaVideoInfo *video,
        GCancellable *cancellable,
        GError **error)
{
  GengaFrameShape shape = genga_frame_shape_new (video);
  gboolean lies = shape.rotation % 180 != 0;
  double full_width = frame->info.width * (lies ? shape.stretch_y : shape.stretch_x);
  double full_height = frame->info.height * (lies ? shape.stretch_x : shape.stretch_y);
  double scale = MIN (1, request->size / MAX (full_width, full_height));
  int width = MAX (1, full_width * scale);
  int height = MAX (1, full_height * scale);
  g_autoptr (GengaFrame) small = genga_resize (frame, width, height, 1, cancellable, error);
  g_autoptr (GengaPicture) picture =
      small != NULL ? genga_picture_new_rotated (small, shape.rotation, error) : NULL;

  return picture != NULL ? g_object_ref (genga_picture_get_tile (picture, 0, 0, 0)) : NULL;
}

static GdkTexture *
load_picture (Request *request, GCancellable *cancellable, GError **error)
{
  const GengaMedia *media = genga_media_get (error);
  GengaPictureLoad load = { .max_memory_bytes = MAX_BYTES };
  GengaPictureInfo info;

  if (media == NULL || !media->picture_probe (request->path, &info, error))
    return NULL;
  request->facts.width = info.width;
  request->facts.height = info.height;
  if ((gint64)info.width * info.height > MAX_PIXELS)
    return NULL;
  g_autoptr (GengaFrame) frame = media->picture_load (request->path, &load, cancellable, error);
  return frame != NULL ? shrink (request, frame, NULL, cancellable, error) : NULL;
}

static GdkTexture *
load_video (Request *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaStillReader) reader = genga_still_reader_new ();
  g_autoptr (GengaStill) still = genga_still_reader_read (
      reader, request->path, GENGA_STILL_TELLING, GENGA_DEINTERLACE_AUTO, cancellable, error);

  if (still == NULL)
    return NULL;
  request->facts.width = still->info.width;
  request->facts.height = still->info.height;
  request->facts.video = still->info;
  return shrink (request, still->frame, &still->info, cancellable, error);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  GError *error = NULL;
  GdkTexture *texture;

  request->facts.is_video = *genga_video_sniff (request->path) != '\0';
  texture = request->facts.is_video ? load_video (request, cancellable, &error)
                                    : load_picture (request, cancellable, &error);
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
