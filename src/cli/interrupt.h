/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ctrl+C in two steps: the first stops in order, the second ends the program at once.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * From now on the first SIGINT, SIGTERM or SIGHUP calls `func` once on the main context; a second
 * one ends the program with exit code 130 without waiting for anything. Once in a process.
 */
void genga_interrupt_install (GSourceOnceFunc func, gpointer user_data);

/* `func` is not called any more, and `user_data` may go; a second signal still ends the program. */
void genga_interrupt_uninstall (void);

/* The same, but already the first signal ends the program: nothing is left to be stopped in order.
 */
void genga_interrupt_end_at_once (void);

/*
 * Runs `func` to its end in a thread of that name, while the main context goes on; the first signal
 * cancels `cancellable`. In the place of the two above.
 */
void
genga_interrupt_run (const char *name, GThreadFunc func, gpointer data, GCancellable *cancellable);

/* Whether a signal has come, even while the main loop did not run. */
gboolean genga_interrupt_is_requested (void);

G_END_DECLS
