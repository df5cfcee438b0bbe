/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes an object in a thread, for the files that load pictures and thumbnails.
 *
 * Thread rule: main context only, but for the function that is handed in.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The object that a request asks for, owned by the caller; NULL with an error, or without one where
 * there is none to be had. Runs in a thread.
 */
typedef gpointer (*GengaObjectLoadFunc) (gpointer request,
                                         GCancellable *cancellable,
                                         GError **error);

/* `free_request` frees `take_request` with the result. */
void genga_object_load_async (GengaObjectLoadFunc load,
                              gpointer take_request,
                              GDestroyNotify free_request,
                              int priority,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/* As `load` has answered; `*request`, where it is not NULL, is borrowed from the result. */
gpointer genga_object_load_finish (GAsyncResult *result, gpointer *request, GError **error);

G_END_DECLS
