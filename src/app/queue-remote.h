/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaQueueRemote: the window's list of files for other programs of the session, over D-Bus; the
 * interface is io.github.genga.Genga.Queue (ui/io.github.genga.Genga.Queue.xml). It can do what the
 * window's buttons can, and no more.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/window/window.h"

G_BEGIN_DECLS

typedef struct _GengaQueueRemote GengaQueueRemote;

/* The window: made where there is none and `makes_one` is set, else NULL. Borrowed. */
typedef GengaWindow *(*GengaQueueRemoteWindowFunc) (gboolean makes_one, gpointer data);

/* Errors: those of g_dbus_connection_register_object(). */
GengaQueueRemote *genga_queue_remote_new (GDBusConnection *connection,
                                          const char *path,
                                          GengaQueueRemoteWindowFunc func,
                                          gpointer data,
                                          GError **error);
void genga_queue_remote_free (GengaQueueRemote *self);

/* From now on the bus is told what changes in the window's list. */
void genga_queue_remote_watch (GengaQueueRemote *self, GengaWindow *window);

G_END_DECLS
