/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole picture as one texture, for other programs: the clipboard. What is shown is cut into
 * tiles (app/compare/picture.h).
 *
 * Thread rule: the asynchronous functions on the main context; reading happens in a thread.
 */
#pragma once

#include "core/frame.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Errors: as picture_load() in media/media.h; pictures that need too much memory are refused. */
void genga_texture_load_async (const char *path,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GdkTexture *genga_texture_load_finish (GAsyncResult *result, GError **error);

/* From a packed U8 or U16 frame, whose pixels it shares where GDK has their format. */
GdkTexture *genga_texture_new (GengaFrame *frame, GError **error);

G_END_DECLS
