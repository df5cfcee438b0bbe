/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thumbnails: small pictures of files, made in a thread. Thread rule: main context only. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Makes a picture of at most `size` pixels a side. The finish function answers NULL for a picture
 * that can be processed and is too large to be read for this, and NULL with an error for what is
 * no picture (as picture_probe() in media/media.h). `width` and `height` get the picture's own.
 */
void genga_thumbnail_load_async (const char *path,
                                 int size,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GdkTexture *
genga_thumbnail_load_finish (GAsyncResult *result, int *width, int *height, GError **error);

G_END_DECLS
