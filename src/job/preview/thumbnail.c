/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/thumbnail.h"
#include "job/preview/frame-shape.h"
#include "job/preview/screen-frame.h"
#include "media/probe.h"
#include "media/single-frame.h"
#include "steps/enhance.h"
#include "steps/resize.h"

/* Larger pictures get none: reading them would hold up the work. */
#define MAX_PIXELS ((gint64)50 * 1000 * 1000)

/* A picture that takes more than this has a general icon instead. */
#define MAX_BYTES ((guint64)512 << 20)

GengaFrame *
genga_thumbnail_shrink (GengaFrame *frame,
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

  return small != NULL ? genga_screen_frame_new (small, &shape, error) : NULL;
}

/* A picture too large gives no frame, and no error. */
static GengaFrame *
read_picture (GengaSource *source, int size, GCancellable *cancellable, GError **error)
{
  gint64 n_pixels = (gint64)source->info.width * source->info.height;
  g_autoptr (GengaFrame) frame = n_pixels <= MAX_PIXELS ? genga_source_read (source, error) : NULL;

  return frame != NULL ? genga_thumbnail_shrink (frame, size, NULL, cancellable, error) : NULL;
}

static GengaFrame *
read_video (GengaSource *take_source, int size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaSource) source = genga_single_frame_new (take_source, genga_enhance_measure_mean);

  genga_single_frame_choose (source, GENGA_SINGLE_FRAME_TELLING, cancellable);
  g_autoptr (GengaFrame) frame = genga_source_read (source, error);
  return frame != NULL ? genga_thumbnail_shrink (frame, size, &source->info, cancellable, error)
                       : NULL;
}

GengaFrame *
genga_thumbnail_read (const char *path,
                      int size,
                      GengaThumbnailFacts *facts,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GengaProgress) progress = genga_progress_new (cancellable);
  GengaSourceParams params = { .max_memory_bytes = MAX_BYTES, .output_factor = 1 };
  GengaProbe probe;

  genga_source_probe (path, NULL, &probe);
  *facts = (GengaThumbnailFacts){ .is_video = probe.is_video };
  if (!facts->is_video)
    params.progress = progress;
  g_autoptr (GengaSource) source = genga_source_open_probed (path, &probe, &params, error);
  if (source == NULL)
    return NULL;
  facts->width = source->info.width;
  facts->height = source->info.height;
  if (!facts->is_video)
    return read_picture (source, size, cancellable, error);
  facts->video = source->info;
  return read_video (g_steal_pointer (&source), size, cancellable, error);
}
