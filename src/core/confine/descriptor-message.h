/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descriptors handed to another process, a fixed number in each message of a Unix socket, for
 * processes that start others. Thread rule: any thread; they allocate nothing.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GENGA_MAX_SENT_DESCRIPTORS 8

/* FALSE with errno: nobody takes them. `n` is from 1 to the most; they stay the caller's. */
gboolean genga_descriptors_send (int socket, const int *fds, guint n);

/* Waits. FALSE: the other side has gone, or sent something else than `n`. They are the caller's,
   and are closed in programs that are started. */
gboolean genga_descriptors_receive (int socket, int *fds, guint n);

G_END_DECLS
