/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starts a program of Genga's own for work that may end its process: it gets one descriptor, and
 * what it writes to standard output comes back.
 *
 * A confined process may start nothing. Where genga_launcher_open() was called before, a process
 * that was split off then does it in its place: that one program, with the descriptors that it is
 * sent, and nothing else. Without it, the program is started directly.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_LAUNCHER_FD 3 /* what the program gets its descriptor as */

/* Thread rule: the main thread, while it is the only one. What can't be had is told by run(). */
void genga_launcher_open (const char *program);

/*
 * Runs the program to its end; takes `fd`. Answers what it wrote, or NULL with `*error` if it could
 * not be started (GENGA_ERROR_UNAVAILABLE), ended other than with 0 or wrote more than `max_size`
 * bytes or than there is memory for (G_IO_ERROR_FAILED), or `cancellable` said so
 * (G_IO_ERROR_CANCELLED). Where it is not waited for any more, the program is killed.
 *
 * Thread rule: any thread. Blocks.
 */
GBytes *genga_launcher_run (
    const char *program, int fd, gsize max_size, GCancellable *cancellable, GError **error);

G_END_DECLS
