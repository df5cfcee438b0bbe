/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The source's side of an export: where it goes on, and what the journal has to know of each place
 * where it may go on.
 *
 * Thread rule: as for GengaVideoExport; genga_video_reading_describe() and _get_mark() belong to
 * writing.
 */
#pragma once

#include "job/video-export.h"
#include "job/video-journal.h"

G_BEGIN_DECLS

typedef struct _GengaVideoReading GengaVideoReading;

/*
 * `last`: the last segment that is finished, or NULL; borrowed for this call. `is_done`: there is
 * nothing to read. Marks are every `seconds`.
 */
GengaVideoReading *genga_video_reading_new (const GengaVideoExportSetup *setup,
                                            gboolean is_done,
                                            const GengaJournalEntry *last,
                                            double seconds);
void genga_video_reading_free (GengaVideoReading *self);

/*
 * As genga_video_export_read(). `*has_changed`: the source is not the one that the segments were
 * made of; NULL without error then.
 */
GengaFrame *
genga_video_reading_next (GengaVideoReading *self, gboolean *has_changed, GError **error);

/* Reads from the first frame on. */
gboolean genga_video_reading_restart (GengaVideoReading *self, GError **error);

/* The mark before a time. */
gint64 genga_video_reading_get_mark (GengaVideoReading *self, gint64 pts);

/* Fills in what is known of the source where a segment ends in front of `frame`. */
void
genga_video_reading_describe (GengaVideoReading *self, guint64 frame, GengaJournalEntry *entry);

void genga_video_reading_get_count (GengaVideoReading *self, GengaVideoCount *count);

G_END_DECLS
