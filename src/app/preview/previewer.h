/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPreviewer: decides what the compare view shows of a job, and keeps it up to date.
 *
 * On the left the source. On the right, where they were made with the options as they are now: the
 * job's result, or that of a test; else a live preview of what is seen, if that is wanted. Of a
 * video one frame is shown, whose place can be chosen and is remembered for each source.
 *
 * Property `live`: whether there are previews. Signals: `told` (const char *): a sentence for
 * people; `video-changed`: another video is shown, or none; `place-changed`: another of its frames;
 * `clip-changed`: a test's clip has come, gone, begun or stopped to play.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/preview/clip.h"
#include "app/compare/compare-view.h"
#include "job/job.h"

G_BEGIN_DECLS

#define GENGA_TYPE_PREVIEWER (genga_previewer_get_type ())
G_DECLARE_FINAL_TYPE (GengaPreviewer, genga_previewer, GENGA, PREVIEWER, GObject)

/* `options` are those that a new job would get; they are watched. */
GengaPreviewer *genga_previewer_new (GengaCompareView *view, GengaOptions *options);

/* What is to be shown; NULL: nothing. */
void genga_previewer_set_job (GengaPreviewer *self, GengaJob *job);

/* What is known of the video that is shown; NULL: none is. */
const GengaVideoInfo *genga_previewer_get_video (GengaPreviewer *self);

/* Which frame of it is shown; setting another one ends what is under way for those before. */
double genga_previewer_get_seconds (GengaPreviewer *self);
void genga_previewer_set_seconds (GengaPreviewer *self, double seconds);

/* While jobs or a test need the machine, the preview waits. */
void genga_previewer_set_held (GengaPreviewer *self, gboolean is_held);

/* Shows the result of a test of the job's source with `options`. */
void genga_previewer_show_test (GengaPreviewer *self, GengaPicture *result, GengaOptions *options);

/*
 * Plays the clip of a test of the job's source with `options`, until another place is chosen; it is
 * kept as long as it fits the options.
 */
void genga_previewer_show_clip (GengaPreviewer *self, GengaClip *clip, GengaOptions *options);
gboolean genga_previewer_has_clip (GengaPreviewer *self);
gboolean genga_previewer_is_playing (GengaPreviewer *self);
void genga_previewer_set_playing (GengaPreviewer *self, gboolean is_playing);

/* With which options what is shown would be made; borrowed. */
GengaOptions *genga_previewer_get_options (GengaPreviewer *self);

/* Tiles for a job of what is shown; NULL: none, as for videos. */
GengaTileStore *genga_previewer_dup_tiles (GengaPreviewer *self);

/* Lets go of the view, for good. */
void genga_previewer_shut_down (GengaPreviewer *self);

G_END_DECLS
