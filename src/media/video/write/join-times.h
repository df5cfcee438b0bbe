/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of a whole video that is joined of segments: those of its frames as they are shown, and
 * those at which packets are decoded, made anew for all of it, because those of a segment know
 * nothing of the segment before. All in the sink's time base.
 */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 *pts; /* of all segments, rising */
  gint64 *durations;
  guint64 n_frames;
  guint64 delay; /* how many frames later than its place in the file a frame is shown at most */
} GengaJoinTimes;

void
genga_join_times_init (GengaJoinTimes *self, GengaVideoSegment *const *segments, guint n_segments);
void genga_join_times_clear (GengaJoinTimes *self);

/* The frame of a time, or -1. */
gint64 genga_join_times_find (const GengaJoinTimes *self, gint64 pts);

/* When packet `i`, counted from 0 in the order of decoding, is decoded: never later than its frame
 * is shown, and rising. */
gint64 genga_join_times_get_dts (const GengaJoinTimes *self, guint64 i);

/* From the first frame's time to the last one's end. */
gint64 genga_join_times_get_duration (const GengaJoinTimes *self);

G_END_DECLS
