/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Unix socket that a server listens on: the user's own, and nobody else's.
 *
 * Thread rule: the main thread, while it is the only one.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Makes the socket, with mode 0600, and listens; to be closed. A socket that was left there, on
 * which nobody listens any more, is replaced, by one process at a time, which holds PATH.lock
 * meanwhile. Both names stay behind: who is confined can't remove them. Errors: GENGA_ERROR_USAGE
 * (too long a path), GENGA_ERROR_OUTPUT (something else has the name, or somebody listens there).
 */
int genga_server_socket_new (const char *path, GError **error);

/*
 * The listening socket that a service manager has started this process with (sd_listen_fds(3)),
 * which is handed out once; -1 where there is none. Errors: GENGA_ERROR_USAGE (there are several,
 * or it is another kind of socket).
 */
int genga_server_socket_take_activated (GError **error);

/* Whether this process's user has connected. Any thread. */
gboolean genga_server_socket_is_own (int fd);

G_END_DECLS
