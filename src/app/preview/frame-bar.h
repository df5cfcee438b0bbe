/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaFrameBar: which frame of a video is looked at, as a slider with its time, below the video in
 * small frames, with the part that is used (app/preview/trim-bar.h).
 *
 * Keys of the slider: arrows for the next frame, Page Up and Page Down for some seconds. Seen only
 * while there is a video.
 *
 * Signal `moved` (double seconds): the user has chosen another frame.
 */
#pragma once

#include "core/options.h"
#include "job/preview/grabbed-frame.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_FRAME_BAR (genga_frame_bar_get_type ())
G_DECLARE_FINAL_TYPE (GengaFrameBar, genga_frame_bar, GENGA, FRAME_BAR, AdwBin)

/* `info` NULL: no video. A copy is taken. */
void genga_frame_bar_set_video (GengaFrameBar *self, const char *path, const GengaSourceInfo *info);

/* Whose “from” and “to” the handles of the part change; NULL: there are none. */
void genga_frame_bar_set_options (GengaFrameBar *self, GengaOptions *options);

/* Shows a position without telling of it. */
void genga_frame_bar_set_seconds (GengaFrameBar *self, double seconds);

/* Whether there is a clip to play (win.play), and whether it does. */
void genga_frame_bar_set_clip (GengaFrameBar *self, gboolean has_clip, gboolean is_playing);

G_END_DECLS
