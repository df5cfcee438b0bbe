/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/thumbnail.h"
#include "job/preview/frame-shape.h"
#include "job/preview/screen-frame.h"
#include "job/preview/still.h"
#include "media/media.h"
#include "media/probe.h"
#include "steps/resize.h"

/* Larger pictures get none: reading them would hold up the work. */
#define MAX_PIXELS ((gint64)50 * 1000 * 1000)

/* A picture that takes more than this has a general icon instead. */
#define MAX_BYTES ((guint64)512 << 20)

static GengaFrame *
shrink (GengaFrame *frame,
        int size,
        const GengaSourceInfo *video,
        GCancellable *cancellable,
        GError **error)
{
  GengaFrameShape shape = genga_frame_shape_new (video);
  gboolean is_across = shape.rotation % 180 != 0;
  double full_width = frame->info.width * (is_across ? shape.stretch_y : shape.stretch_x);
  double full_height = frame->info.height * (is_across ? shape.stretch_x : shape.stretch_y);
  double scale = MIN (1, size / MAX (full_width, full_height));
  int width = MAX (1, full_width * scale);
  int height = MAX (1, full_height * scale);
  g_autoptr (GengaFrame) small = genga_resize (frame, width, height, 1, cancellable, error);

  return small != NULL ? genga_screen_frame_new (small, shape.rotation, error) : NULL;
}

static GengaFrame *
read_picture (const char *path,
              int size,
              GengaThumbnailFacts *facts,
              GCancellable *cancellable,
              GError **error)
{
  const GengaMedia *media = genga_media_get (error);
  GengaSourceParams load = { .max_memory_bytes = MAX_BYTES, .output_factor = 1 };
  GengaSourceInfo info;

  if (media == NULL || !media->picture_probe (path, &info, error))
    return NULL;
  facts->width = info.width;
  facts->height = info.height;
  if ((gint64)info.width * info.height > MAX_PIXELS)
    return NULL;
  g_autoptr (GengaFrame) frame = media->picture_load (path, &load, cancellable, error);
  return frame != NULL ? shrink (frame, size, NULL, cancellable, error) : NULL;
}

static GengaFrame *
read_video (const char *path,
            int size,
            GengaThumbnailFacts *facts,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GengaStillReader) reader = genga_still_reader_new ();
  g_autoptr (GengaStill) still = genga_still_reader_read (
      reader, path, GENGA_STILL_TELLING, GENGA_DEINTERLACE_AUTO, cancellable, error);

  if (still == NULL)
    return NULL;
  facts->width = still->info.width;
  facts->height = still->info.height;
  facts->video = still->info;
  return shrink (still->frame, size, &still->info, cancellable, error);
}

GengaFrame *
genga_thumbnail_read (const char *path,
                      int size,
                      GengaThumbnailFacts *facts,
                      GCancellable *cancellable,
                      GError **error)
{
  *facts = (GengaThumbnailFacts){ .is_video = genga_source_is_video (path) };
  return facts->is_video ? read_video (path, size, facts, cancellable, error)
                         : read_picture (path, size, facts, cancellable, error);
}
