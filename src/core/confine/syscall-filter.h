/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * System calls that an upscaler never needs, denied by the kernel from here on: they answer EPERM,
 * as if the user might not do it, so that libraries that only try go on. For all threads.
 *
 * Denied are: starting programs, sockets (pairs stay, and what is open), other processes' memory
 * and tracing, namespaces and mounts, asynchronous rings, which would go around the filter, keys,
 * and what belongs to administrators. Calls in the numbering of another architecture are all
 * denied.
 *
 * Under the address sanitizer, which starts programs and traces its own threads to report, those
 * two stay.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the kernel can, and this architecture is known. */
gboolean genga_syscall_filter_is_possible (void);

/* Needs PR_SET_NO_NEW_PRIVS. Answers whether the filter is there now. */
gboolean genga_syscall_filter_enter (void);

G_END_DECLS
