/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lane's way through the source: from one segment that it has taken to the next, past those of
 * other lanes, whose frames are read and dropped.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "job/export/places.h"
#include "job/lanes/segment-board.h"
#include "media/source.h"

G_BEGIN_DECLS

/* Where a run begins that goes on with another one's work. Borrowed. */
typedef struct
{
  guint64 frame; /* its number; 0: at the beginning */
  gint64 pts;
  const char *print; /* genga_places_dup_print() of it */
} GengaLaneStart;

typedef struct _GengaLaneSource GengaLaneSource;

/* Takes the source, of which nothing was read. `places` tells marks and is borrowed, as `board` and
 * `progress` are. */
GengaLaneSource *genga_lane_source_new (GengaSource *take_source,
                                        const GengaPlaces *places,
                                        GengaSegmentBoard *board,
                                        GengaProgress *progress);
void genga_lane_source_free (GengaLaneSource *self);

/*
 * Goes to the first frame at a mark or behind it; `start` as for the lane's whole life. FALSE
 * without an error: there is none, or the board does not want it any more. Errors: those of reading
 * and seeking.
 */
gboolean genga_lane_source_go_to (GengaLaneSource *self,
                                  gint64 mark,
                                  const GengaLaneStart *start,
                                  GError **error);

/* The first mark that it can go to without going back. */
gint64 genga_lane_source_get_ahead (GengaLaneSource *self);

/* The mark before that frame, which is -1 where there is none any more; and its number. */
gint64 genga_lane_source_get_mark (GengaLaneSource *self);
guint64 genga_lane_source_get_number (GengaLaneSource *self);

/* Takes that frame, and reads the one behind it. NULL: after an error. */
GengaFrame *genga_lane_source_take (GengaLaneSource *self, GError **error);

/* Damaged frames, from the one that genga_lane_source_go_to() went to up to the last one taken. */
guint64 genga_lane_source_get_n_damaged (GengaLaneSource *self);

/* What follows the last frame taken: NULL where nothing does, else its checksum (g_free()) and
 * time.
 */
char *genga_lane_source_dup_next (GengaLaneSource *self, gint64 *pts);

/* Whether all that was promised was there, as GengaSourceClass.check_complete says. */
gboolean genga_lane_source_check (GengaLaneSource *self, GError **error);

G_END_DECLS
