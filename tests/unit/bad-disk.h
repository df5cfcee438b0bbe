/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk whose reads fail, below SQLite. Thread rule: one thread at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Puts itself in the place of SQLite's ways to files. */
void bad_disk_install (void);

/* Reads fail from the n-th on, counted from 1 and from now, or the n-th alone; 0: none. */
void bad_disk_fail (guint n, gboolean goes_on);

/* Whether one has failed since. */
gboolean bad_disk_has_failed (void);

G_END_DECLS
