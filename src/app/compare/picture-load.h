/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads picture files for the window, in a process of their own that a thread waits for.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/frame.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_LOAD_PICTURE, /* a GengaPicture, to be looked at */
  GENGA_LOAD_TEXTURE, /* a GdkTexture with all bits of each sample, for other programs */
} GengaLoadKind;

/*
 * Errors: as genga_read_apart_picture() in job/reader/read-apart.h, pictures that need too much
 * memory included.
 */
void genga_picture_load_async (const char *path,
                               GengaLoadKind kind,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);

/* The same for a picture that was read already: a GengaPicture. */
void genga_picture_load_frame_async (GengaFrame *frame,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/* The object, owned by the caller; NULL on error. */
gpointer genga_picture_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
