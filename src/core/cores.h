/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cores, as far as this process may run on them: two processors of one core do not compute faster
 * than one.
 *
 * `root` is "" except in tests, which give a folder with a /sys of their own.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How many cores have a processor of the process's affinity mask, at least 1; G_MAXUINT where that
 * is not known.
 */
guint genga_cores_count (const char *root);

G_END_DECLS
