/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders for tests' files, segments that nobody coded, and faults one after the other. */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

/* A new folder; free with scratch_remove(), which removes all that is in it. */
char *scratch_new (void);
void scratch_remove (char *folder);

/* How many entries a folder has; 0 where there is none. */
guint scratch_count (const char *folder);

/* A file with these bytes; nobody waits for the disk. */
void scratch_write_bytes (const char *path, gconstpointer bytes, gsize size);
/* A file of `size` bytes. */
void scratch_write (const char *path, gsize size);
gboolean scratch_exists (const char *folder, const char *name);

/*
 * A segment of frames that are shown for 2 units each, from `first_pts` on, and of a file that has
 * `size` bytes.
 */
GengaVideoSegment *scratch_new_segment (guint64 n_frames, gint64 first_pts, guint64 size);

/* "place:n", or "place:n+" where `goes_on`, and nothing else; 0 = nothing at all. */
void scratch_fail (const char *place, guint n, gboolean goes_on);

G_END_DECLS
