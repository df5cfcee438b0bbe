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

/* What it ends with where memory was short. */
#define GENGA_LAUNCHER_NO_MEMORY 3

/* Thread rule: the main thread, while it is the only one. What can't be had is told by run(). */
void genga_launcher_open (const char *program);

/* What starts programs for a confined process, which have its priority; 0: nothing was opened. Any
 * thread. */
pid_t genga_launcher_get_process (void);

/*
 * Runs the program to its end; takes `fd`. Answers what it wrote, or NULL with `*error` if it could
 * not be started (GENGA_ERROR_UNAVAILABLE), said that memory is short, was killed, as the kernel
 * does then, or wrote more than there is memory for (GENGA_ERROR_OUT_OF_MEMORY), ended other than
 * with 0 or wrote more than `max_size` bytes (G_IO_ERROR_FAILED), or `cancellable` said so
 * (G_IO_ERROR_CANCELLED). Where it is not waited for any more, the program is killed.
 *
 * Thread rule: any thread. Blocks.
 */
GBytes *genga_launcher_run (
    const char *program, int fd, gsize max_size, GCancellable *cancellable, GError **error);

G_END_DECLS
