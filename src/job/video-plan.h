/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the options of a video come to for a plan, which knows pictures: the same for a job and for
 * a preview of one frame.
 *
 * Thread rule: any thread, on the caller's objects. genga_video_plan_new_options() may open an
 * engine.
 */
#pragma once

#include "job/plan.h"
#include "media/video.h"

G_BEGIN_DECLS

/* The model for videos where a CPU computes and nobody chose one. */
#define GENGA_VIDEO_CPU_MODEL "genga-fast"

/* The size that the network gets (SCALE-11). */
void genga_video_plan_get_input_size (GengaOptions *options,
                                      const GengaVideoInfo *info,
                                      int *width,
                                      int *height);

/* How many times larger the network makes it: what a height asks for (SCALE-10), else the scale. */
int genga_video_plan_get_scale (GengaOptions *options, const GengaVideoInfo *info);

/* The result of a network that enlarges `scale` times; both sides are even. */
void genga_video_plan_get_result_size (
    GengaOptions *options, const GengaVideoInfo *info, int scale, int *width, int *height);

/* A frozen copy of `options` for genga_video_plan_init(). `progress` gets notices. */
GengaOptions *genga_video_plan_new_options (GengaOptions *options,
                                            const GengaVideoInfo *info,
                                            GengaProgress *progress);

/* As genga_plan_init(), for frames of a video. A reduction of the frame is the first step. */
gboolean genga_video_plan_init (GengaPlan *self,
                                GengaOptions *plan_options,
                                const GengaVideoInfo *info,
                                GengaProgress *progress,
                                GError **error);

G_END_DECLS
