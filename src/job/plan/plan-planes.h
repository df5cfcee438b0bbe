/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the frames of a video stay in the planes of their file, from the decoder to the encoder:
 * the one place that decides so. Where a filter, transparency or a network has to see colours they
 * are RGB, in floats, and so they are with --precision fp32.
 */
#pragma once

#include "job/plan/plan.h"

G_BEGIN_DECLS

/* Sets `is_in_planes`, for a source of which `info` tells; all else of the flow is known. */
void genga_plan_choose_planes (GengaPlan *self, const GengaSourceInfo *info);

/*
 * They are RGB after all, or as they were in an earlier run, for an encoder has to have the same
 * samples of colour; before the plan's frames are changed.
 */
void genga_plan_set_in_planes (GengaPlan *self, gboolean is_in_planes);

/* From now on the plan's frames have the planes of `info`. */
void genga_plan_take_planes (GengaPlan *self, const GengaSourceInfo *info);

G_END_DECLS
