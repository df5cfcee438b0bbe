/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Thumbnails (job/preview/thumbnail.h), made in a process of their own that a thread waits for.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/preview/thumbnail.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Makes a picture of at most `size` pixels a side. The finish function answers as
 * genga_read_apart_thumbnail() does.
 */
void genga_thumbnail_load_async (const char *path,
                                 int size,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GdkTexture *
genga_thumbnail_load_finish (GAsyncResult *result, GengaThumbnailFacts *facts, GError **error);

G_END_DECLS
