/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads picture files for the window, in a thread.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_LOAD_PICTURE, /* a GengaPicture, to be looked at */
  GENGA_LOAD_TEXTURE, /* a GdkTexture with all bits of each sample, for other programs */
} GengaLoadKind;

/*
 * Errors: as picture_load() in media/media.h, pictures that need too much memory included, and
 * G_IO_ERROR_NOT_SUPPORTED for a video, whose frames come from job/preview/still.h.
 */
void genga_picture_load_async (const char *path,
                               GengaLoadKind kind,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/* The object, owned by the caller; NULL on error. */
gpointer genga_picture_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
