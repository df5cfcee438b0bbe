/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaComparison: decides what the compare view shows of a job, and keeps it up to date.
 *
 * On the left the source. On the right, where they were made with the options as they are now: the
 * job's result, or that of a trial run; else a live preview of what is seen, if that is wanted. Of
 * a video one frame is shown, or the clip of a trial run.
 *
 * Property `live`: whether there are previews. Signals: `message` (const char *): a sentence for
 * people; `video-changed`: another video is shown, or none; `place-changed`: another of its frames.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/compare-view.h"
#include "app/preview/video-frames.h"
#include "job/job.h"

G_BEGIN_DECLS

#define GENGA_TYPE_COMPARISON (genga_comparison_get_type ())
G_DECLARE_FINAL_TYPE (GengaComparison, genga_comparison, GENGA, COMPARISON, GObject)

/* `options` are those that a new job would get; they are watched. */
GengaComparison *genga_comparison_new (GengaCompareView *view, GengaOptions *options);

/* What is to be shown; NULL: nothing. */
void genga_comparison_set_job (GengaComparison *self, GengaJob *job);

/* The video that is shown, its place and its clip; borrowed. */
GengaVideoFrames *genga_comparison_get_frames (GengaComparison *self);

/* While jobs or a trial run need the machine, the preview waits. */
void genga_comparison_set_held (GengaComparison *self, gboolean is_held);

/* Shows the result of a trial run of the job's source with `options`. */
void
genga_comparison_show_trial (GengaComparison *self, GengaPicture *result, GengaOptions *options);

/* With which options what is shown would be made; borrowed. */
GengaOptions *genga_comparison_get_options (GengaComparison *self);

/* Loads the model of the panel's options in the background, for the first preview; once. */
void genga_comparison_prepare (GengaComparison *self);

/* A picture of a file, or a frame of a video, as it is seen on the left; borrowed. */
typedef struct
{
  const char *source;
  GengaPicture *before;
  GengaGrabbedFrame *grabbed; /* NULL: a picture */
} GengaComparisonSubject;

/* What is compared with its result; FALSE: nothing is. Until the next change. */
gboolean genga_comparison_get_subject (GengaComparison *self, GengaComparisonSubject *subject);

/* Tiles for a job of what is shown; NULL: none, as for videos. */
GengaTileStore *genga_comparison_dup_tiles (GengaComparison *self);

/* Lets go of the view, for good. */
void genga_comparison_shut_down (GengaComparison *self);

G_END_DECLS
