/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which kernel sets are let in: those that compute what the reference engine computes, on a tiny
 * network of every kind of layer that they have kernels for. Without this, a compiler, a CPU or a
 * virtual machine that is wrong about some instruction would spoil pictures and say nothing.
 *
 * Takes a few milliseconds once for each kind of CPU and program (verdicts.h).
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Checks all sets that this CPU runs, once in a process. What fails, or can't be checked, is
 * excluded (kernel-sets.h).
 */
void genga_admission_check (void);

/* The same, and the names of those that failed, best first, NULL at the end; static. */
const char *const *genga_admission_list_refused (void);

/* The same, and the name of the set that is used; static. */
const char *genga_admission_get_used (void);

G_END_DECLS
