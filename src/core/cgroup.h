/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What control groups leave to this process, in version 2 and in version 1 of their interface: the
 * tightest limit among its group and the groups above it.
 *
 * `root` is "" except in tests, which give a folder with /proc and /sys of their own.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The CPU quota in processors, rounded up, at least 1; G_MAXUINT where there is none. */
guint genga_cgroup_get_n_cpus (const char *root);

/* The memory limit in bytes; G_MAXUINT64 where there is none. */
guint64 genga_cgroup_get_memory_limit (const char *root);

/*
 * Free bytes below the memory limits; G_MAXUINT64 where there is none. File contents
 * that the kernel keeps only because there is room count as left.
 */
guint64 genga_cgroup_get_memory_left (const char *root);

G_END_DECLS
