/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Segments in a journal's folder (job/export/journal.h) that were made before those in front of
 * them: of each its packets, "ahead-NUMBER", and what is known of it, "ahead-NUMBER.json"
 * (job/cluster/segment-manifest.h), which comes last and makes it count.
 *
 * `fd` is the folder. Functions that answer an int answer 0 or an error's code. Thread rule: one
 * thread at a time.
 */
#pragma once

#include "job/export/journal-entry.h"

G_BEGIN_DECLS

/* Once more after an error, as where the disk was full, it goes on where it was. */
int genga_ahead_keep (int fd, gint64 mark, const char *path, const GengaJournalEntry *entry);

/* GengaSegmentManifest in the order of their marks; what is not whole is removed. */
GPtrArray *genga_ahead_list (int fd);

/* Gives its packets another name, and forgets it. */
int genga_ahead_take (int fd, gint64 mark, const char *name);
void genga_ahead_remove (int fd, gint64 mark);
void genga_ahead_remove_all (int fd);

G_END_DECLS
