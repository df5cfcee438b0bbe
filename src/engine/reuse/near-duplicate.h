/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that look alike: a rough hash makes a candidate, the samples decide.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * Whether two packed host frames of one size, layout and sample type pass for the same: both are
 * brighter than their mean in the same places of a grid of `grid` x `grid`, and no sample differs
 * by more than `tolerance` (of 1).
 */
gboolean
genga_frames_look_alike (const GengaFrame *a, const GengaFrame *b, int grid, float tolerance);

#define GENGA_MAX_GRID 32

G_END_DECLS
