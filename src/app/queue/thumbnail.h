/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Thumbnails: small pictures of files, made in a thread; of videos a frame that tells something.
 * Thread rule: main context only.
 */
#pragma once

#include "media/video.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was found out about the file; all zero where nothing was. */
typedef struct
{
  int width;
  int height;
  gboolean is_video;
  GengaVideoInfo video; /* where it is one */
} GengaThumbnailFacts;

/*
 * Makes a picture of at most `size` pixels a side. The finish function answers NULL for a picture
 * that can be processed and is too large to be read for this, and NULL with an error for what is
 * no picture and no video (as picture_probe() in media/media.h, source_new() in media/video.h).
 */
void genga_thumbnail_load_async (const char *path,
                                 int size,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GdkTexture *
genga_thumbnail_load_finish (GAsyncResult *result, GengaThumbnailFacts *facts, GError **error);

G_END_DECLS
