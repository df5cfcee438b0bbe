/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture's steps for its strips: each item is the rows that one strip of the result is made from
 * (strip-source.h), and becomes that strip, bit for bit as the steps make it of the whole picture.
 * A frame's time is the strip's number.
 *
 * Thread rule: as of steps.
 */
#pragma once

#include "job/plan/plan.h"
#include "steps/alpha-fill.h"
#include "steps/step.h"

G_BEGIN_DECLS

/*
 * `plan` is borrowed; `take_upscale` is the network's step, or NULL; `has_ground` as of
 * genga_split_alpha_step_new().
 */
GengaStep *genga_strip_step_new (const GengaPlan *plan,
                                 GengaStep *take_upscale,
                                 gboolean has_ground,
                                 GengaProgress *progress);

/* Where the strips are (strip-place.h); borrowed. */
GArray *genga_strip_step_get_places (GengaStep *step);

/* The first strips are there already, so many, and will not come. */
void genga_strip_step_skip (GengaStep *step, guint n);

/* What is visible of a picture with transparency, before the first strip comes. */
void genga_strip_step_take_visible (GengaStep *step, GengaVisible *take_visible);

G_END_DECLS
