/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sizes in pixels: what goes into the network, how many times larger it makes that, and what comes
 * out; of pictures and videos alike. All who need a size ask here.
 *
 * A result is asked for by a factor of what goes into the network, or in pixels: one side, the
 * longest or shortest side, millions of pixels, a box. Pixels win over a factor, and the height
 * that is for videos alone wins for them. Sides keep the ratio of the source's sides to the nearest
 * pixel and are never 0. Videos whose codecs want it get even sides, the nearest ones; their sample
 * aspect ratio stays. Sides are those that a player shows: in a video that is turned by a quarter
 * when it is played, they are exchanged.
 *
 * Thread rule: any thread, on the caller's objects.
 */
#pragma once

#include "core/options.h"
#include "media/source.h"

G_BEGIN_DECLS

/* Sides of results have no more pixels than this. */
#define GENGA_PLAN_MAX_SIDE 1000000

/* The size that the network gets: what the source has, or less where it is reduced first. */
void genga_plan_size_get_input (GengaOptions *options,
                                const GengaSourceInfo *info,
                                int *width,
                                int *height);

/* Whether the size is asked for in pixels, for such a source. */
gboolean genga_plan_size_is_in_pixels (GengaOptions *options, const GengaSourceInfo *info);

/*
 * How many times larger the network has to make its input at the least: the factor that is asked
 * for, or the smallest one that reaches the pixels. 0: the model's own, which is meant by “native”
 * and for videos of which nothing was said.
 */
int genga_plan_size_get_scale (GengaOptions *options, const GengaSourceInfo *info);

/*
 * The result: in pixels as asked for, else `scale` times the input. FALSE where a side would have
 * more than GENGA_PLAN_MAX_SIDE pixels; what is said of it then is no more than that.
 */
gboolean genga_plan_size_get_result (
    GengaOptions *options, const GengaSourceInfo *info, int scale, int *width, int *height);

/*
 * Whether a side that was asked for, by pixels or a factor, is another one in a result of `width` x
 * `height`, since those have to be even.
 */
gboolean genga_plan_size_is_rounded (
    GengaOptions *options, const GengaSourceInfo *info, int scale, int width, int height);

G_END_DECLS
