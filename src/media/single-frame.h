/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One frame of a video, as a source around the video's: the one at a place, or one that tells
 * something. Its information is the video's.
 */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* A place, as all below 0, that leaves it to the source: some seconds in, and not a dark frame. */
#define GENGA_SINGLE_FRAME_TELLING -1.0

/* How bright a frame is, from 0 to 1. */
typedef double (*GengaBrightnessFunc) (const GengaFrame *frame);

/*
 * Reading gives the frame that was chosen, then ends; at first that is the first frame of all.
 * Choosing and seeking begin anew, and what lies a little further on is reached by reading on.
 * Seeking past the end leads to the last frame. Takes the source, which has times.
 */
GengaSource *genga_single_frame_new (GengaSource *take_inner, GengaBrightnessFunc measure);

/*
 * The next frame is the first one at or after second `seconds` of the video, which is taken to half
 * a frame; the last one where none follows. `cancellable` (may be NULL) ends its reading, with
 * G_IO_ERROR_CANCELLED.
 */
void genga_single_frame_choose (GengaSource *source, double seconds, GCancellable *cancellable);

/* Of the frame that was read, since the video's first one. */
double genga_single_frame_get_seconds (GengaSource *source);

G_END_DECLS
