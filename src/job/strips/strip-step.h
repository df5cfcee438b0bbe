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

/*
 * What has to be known of all of a picture before its first strip, in this order: it is read once
 * for each that is wanted.
 */
typedef enum
{
  GENGA_STRIP_LOOK_GAMUT,   /* whether colours are outside sRGB */
  GENGA_STRIP_LOOK_VISIBLE, /* what transparency shows */
  GENGA_STRIP_LOOK_MEAN,    /* what contrast turns around */
} GengaStripLook;
#define GENGA_STRIP_N_LOOKS 3

gboolean genga_strip_step_wants (GengaStep *step, GengaStripLook look);

/*
 * The picture's rows, from top to bottom; for the mean, what its strips are made from, one after
 * the other. Errors: GENGA_ERROR_OUT_OF_MEMORY, those of steps.
 */
gboolean
genga_strip_step_look (GengaStep *step, GengaStripLook look, GengaFrame *rows, GError **error);

G_END_DECLS
