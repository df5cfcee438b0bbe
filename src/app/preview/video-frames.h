/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaVideoFrames: single frames of a video and of its result, and the clip of a trial run.
 *
 * The place in each video is remembered. Frames are read in threads; a new request ends those
 * before it.
 *
 * Signals: `frame` (GengaPicture *before, const char *problem, gboolean is_first): another frame is
 * there, or the video cannot be shown; `result` (GengaPicture *after, const char *problem): the
 * same place of the result; `clip-frame` (GengaPicture *before, GengaPicture *after,
 * GengaOptions *made_with); `clip-changed`: a clip has come, gone, begun or stopped to play;
 * `message` (const char *): a sentence for people.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/preview/trial-player.h"
#include "job/preview/grabbed-frame.h"

G_BEGIN_DECLS

#define GENGA_TYPE_VIDEO_FRAMES (genga_video_frames_get_type ())
G_DECLARE_FINAL_TYPE (GengaVideoFrames, genga_video_frames, GENGA, VIDEO_FRAMES, GObject)

GengaVideoFrames *genga_video_frames_new (void);

/*
 * With what the video is read. TRUE: a frame is being read again for them, and `frame` follows; a
 * clip that was made with others is dropped.
 */
gboolean genga_video_frames_set_options (GengaVideoFrames *self, GengaOptions *options);

/* Reads a frame of `path`: the one that was seen last, or one that tells something. */
void genga_video_frames_open (GengaVideoFrames *self, const char *path);
void genga_video_frames_close (GengaVideoFrames *self);
gboolean genga_video_frames_is_open (GengaVideoFrames *self);

/* The frame that is shown, and what is known of its video; borrowed, NULL before it is there. */
GengaGrabbedFrame *genga_video_frames_get_grabbed (GengaVideoFrames *self);
const GengaSourceInfo *genga_video_frames_get_info (GengaVideoFrames *self);

/* Where it is, or is to be; a clip that plays is paused. */
double genga_video_frames_get_seconds (GengaVideoFrames *self);
void genga_video_frames_seek (GengaVideoFrames *self, double seconds);

/* The same place of `result`, which was made with `options`. */
void
genga_video_frames_read_result (GengaVideoFrames *self, const char *result, GengaOptions *options);
/* No `result` of an earlier request follows. */
void genga_video_frames_cancel_result (GengaVideoFrames *self);

/*
 * Plays a clip that was made with `options`, until another place is chosen; it is kept as long as
 * it fits the options.
 */
void
genga_video_frames_play (GengaVideoFrames *self, GengaTrialPlayer *clip, GengaOptions *options);
void genga_video_frames_drop_clip (GengaVideoFrames *self);
gboolean genga_video_frames_has_clip (GengaVideoFrames *self);
gboolean genga_video_frames_is_playing (GengaVideoFrames *self);
void genga_video_frames_set_playing (GengaVideoFrames *self, gboolean is_playing);

/* Waits for the threads; before the program ends. */
void genga_video_frames_shut_down (GengaVideoFrames *self);

G_END_DECLS
