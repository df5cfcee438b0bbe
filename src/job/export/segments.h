/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A video's way to the disk, safe from whatever ends the process: a sink that codes its picture in
 * segments, which are finished one by one and joined at the end. One that finds segments of the
 * same source with the same settings goes on after them, with the same result; the source has to go
 * on there, too (job/export/resume-source.h).
 *
 * A segment ends with the last frame before the next mark, and marks are every ten seconds from
 * the first frame on: where they lie depends on nothing but the frames' times.
 *
 * Thread rule: as for GengaSink; reading the source may overlap.
 */
#pragma once

#include "job/chain.h"
#include "job/export/journal.h"
#include "job/export/places.h"
#include "job/job.h"
#include "media/sink.h"

G_BEGIN_DECLS

/* All borrowed, beyond the sink's life but for `refusal`. */
typedef struct
{
  GengaJob *job;
  GengaChain *chain; /* does as an earlier run did where that is all that differs */
  const GengaSource *source;
  const char *target;
  const GError *refusal; /* why there cannot be a result, unless it is there as this sink's */
} GengaSegmentsSetup;

/*
 * Opens the coder and finds what is finished already; says what comes of it. Errors: as of
 * GengaVideo.coder_new(), and GENGA_ERROR_OUTPUT where the result is being written by another.
 * What is finished stays when the sink is freed, and is said.
 */
GengaSink *genga_segments_new (const GengaSegmentsSetup *setup, GError **error);

/* From one mark to the next (job/export/places.h), in seconds. */
double genga_segments_choose_seconds (const GengaSourceInfo *info, const GengaPlan *plan);

/* ---- for segments that are made elsewhere (job/lanes) ---- */

/*
 * Enters the next segment, whose file `path` is whole; NULL: it is the journal's unfinished one.
 * `entry` tells of it as of one that was made by itself: `n_damaged` of its own frames, no number.
 * On success takes it. One thread at a time. Errors as of the sink's.
 */
gboolean
genga_segments_enter (GengaSink *sink, const char *path, GengaJournalEntry **entry, GError **error);
/* genga_journal_keep_ahead(), as soon as there is room. Errors as of the sink's. */
gboolean genga_segments_keep_ahead (
    GengaSink *sink, gint64 mark, const char *path, const GengaJournalEntry *entry, GError **error);
/* How they are coded; and waiting for room on the disk, one thread at a time. Borrowed. */
const GengaVideoWrite *genga_segments_get_write (GengaSink *sink);
GengaJournal *genga_segments_get_journal (GengaSink *sink);
/* Where a full disk is behind an error, that is said in its place. */
void genga_segments_explain (GengaSink *sink, GError **error);

/* ---- for the source that goes on ---- */

/* The last segment that is finished, or NULL; borrowed until something is written. */
const GengaJournalEntry *genga_segments_get_last (GengaSink *sink);
/* There is no frame left to read. */
gboolean genga_segments_is_done (GengaSink *sink);
/* Borrowed. */
GengaPlaces *genga_segments_get_places (GengaSink *sink);

G_END_DECLS
