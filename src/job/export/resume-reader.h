/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The source's side of an export: where it goes on, and what the journal has to know of each place
 * where it may go on.
 *
 * Thread rule: as for GengaExport; genga_resume_reader_describe() and _get_mark() belong to
 * writing.
 */
#pragma once

#include "job/export/export.h"
#include "job/export/journal.h"

G_BEGIN_DECLS

typedef struct _GengaResumeReader GengaResumeReader;

/*
 * `last`: the last segment that is finished, or NULL; borrowed for this call. `is_done`: there is
 * nothing to read. Marks are every `seconds`.
 */
GengaResumeReader *genga_resume_reader_new (const GengaExportSetup *setup,
                                            gboolean is_done,
                                            const GengaJournalEntry *last,
                                            double seconds);
void genga_resume_reader_free (GengaResumeReader *self);

/*
 * As genga_export_read(). `*has_changed`: the source is not the one that the segments were
 * made of; NULL without error then.
 */
GengaFrame *
genga_resume_reader_next (GengaResumeReader *self, gboolean *has_changed, GError **error);

/* Reads from the first frame on. */
gboolean genga_resume_reader_restart (GengaResumeReader *self, GError **error);

/* The mark before a time. */
gint64 genga_resume_reader_get_mark (GengaResumeReader *self, gint64 pts);

/* Fills in what is known of the source where a segment ends in front of `frame`. */
void
genga_resume_reader_describe (GengaResumeReader *self, guint64 frame, GengaJournalEntry *entry);

void genga_resume_reader_get_count (GengaResumeReader *self, GengaSourceCount *count);

G_END_DECLS
