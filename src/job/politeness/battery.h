/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the computer runs on its battery, as the kernel tells it.
 *
 * `root` is "" except in tests, which give a folder with a /sys of their own.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* FALSE where there is no battery, or nothing is known; those of mice and phones do not count. */
gboolean genga_battery_is_used (const char *root);

G_END_DECLS
