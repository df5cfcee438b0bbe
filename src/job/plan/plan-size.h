/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sizes of a video's frames: what goes into the network, and what comes out.
 *
 * Thread rule: any thread, on the caller's objects.
 */
#pragma once

#include "core/options.h"
#include "media/source.h"

G_BEGIN_DECLS

/* The size that the network gets. */
void genga_plan_size_get_input (GengaOptions *options,
                                const GengaSourceInfo *info,
                                int *width,
                                int *height);

/* How many times larger the network makes it: what a height asks for, else the scale. */
int genga_plan_size_get_scale (GengaOptions *options, const GengaSourceInfo *info);

/* The result of a network that enlarges `scale` times; of a video both sides are even. */
void genga_plan_size_get_result (
    GengaOptions *options, const GengaSourceInfo *info, int scale, int *width, int *height);

G_END_DECLS
