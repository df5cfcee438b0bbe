/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who makes which segment of a video. Each of several lanes takes the next one that nobody has as
 * soon as it is free, so the fastest makes most. Segments are entered into the journal in order;
 * what is made before those in front of it is kept beside the journal, where the next run finds it,
 * too. A lane that is lost gives back what it has not made. One that has nothing left to take makes
 * once more what another one is at, where that would take it longer: both have the same bytes, and
 * the first one counts.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/progress.h"
#include "job/export/journal-entry.h"
#include "media/sink.h"

G_BEGIN_DECLS

typedef struct _GengaSegmentBoard GengaSegmentBoard;

/* `sink` is that of job/export/segments.h and borrowed; `first` is the mark of its next segment. */
GengaSegmentBoard *
genga_segment_board_new (GengaSink *sink, gint64 first, guint n_lanes, GengaProgress *progress);
void genga_segment_board_free (GengaSegmentBoard *self);

/*
 * The next segment for a lane, by its mark; waits where one may be given back. -1: no more. What
 * lies before `ahead`, where the lane would have to go back, it gets only where nobody is at it.
 */
gint64 genga_segment_board_take (GengaSegmentBoard *self, guint lane, gint64 ahead);

/* Whether nobody has made it yet. What is not wanted never is again. */
gboolean genga_segment_board_is_wanted (GengaSegmentBoard *self, gint64 mark);

/* No frame lies at this mark or behind it. */
void genga_segment_board_set_end (GengaSegmentBoard *self, gint64 mark);

/* No frame lies at `mark` and before `end`. FALSE: the job has failed. */
gboolean genga_segment_board_add_empty (GengaSegmentBoard *self, gint64 mark, gint64 end);

/*
 * A segment that a lane has taken, or had before it was lost, is whole in `path`; `take_entry` as
 * genga_segments_enter() has it. FALSE: the job has failed.
 */
gboolean genga_segment_board_add (GengaSegmentBoard *self,
                                  guint lane,
                                  gint64 mark,
                                  const char *path,
                                  GengaJournalEntry *take_entry);

/* The lane makes no more; the others go on with its work, if there are any. */
void genga_segment_board_lose (GengaSegmentBoard *self, guint lane, GError *take_error);
/* Nobody goes on. The first error counts. */
void genga_segment_board_fail (GengaSegmentBoard *self, GError *take_error);
gboolean genga_segment_board_has_failed (GengaSegmentBoard *self);

/* For encoders: the sink's own way to wait for room on the disk. `self` is the board. */
gboolean genga_segment_board_wait_for_disk_space (gpointer self);

/* After all lanes have ended. */
gboolean genga_segment_board_finish (GengaSegmentBoard *self, GError **error);
guint genga_segment_board_get_n_made (GengaSegmentBoard *self, guint lane);

G_END_DECLS
