/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs of Genga's own that work for another one, over a socket. Thread rule: any thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_CHILD_FD 3 /* what such a program has its end of the connection as */

/*
 * Starts a program that lies beside the modules, in `build_subdir` of a build folder, with one end
 * of a pair of Unix sockets of `type` (SOCK_STREAM, SOCK_SEQPACKET); `*fd` is the other end, to be
 * closed. NULL with GENGA_ERROR_UNAVAILABLE.
 */
GSubprocess *genga_child_program_start (
    const char *name, const char *build_subdir, int type, int *fd, GError **error);

/* Locale, signals and the allocator of such a program, which does no harm to the one it is for. */
void genga_child_program_set_up (void);

G_END_DECLS
