/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process in which no thread can be made, as where a limit on them is reached. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * From now on, and for ever, this process makes no thread: for one of g_test_trap_subprocess().
 * FALSE: the kernel does not allow that.
 */
gboolean no_threads_enter (void);

G_END_DECLS
