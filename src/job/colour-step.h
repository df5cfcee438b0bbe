/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture's colours as sRGB, in which networks were trained, and back to its own profile's: see
 * media/image/colour-map.h. In between they are f32. Frames without a profile, or with one that
 * means sRGB or can't be used so, pass as they are.
 *
 * Thread rule: as of steps (steps/step.h).
 */
#pragma once

#include "core/options.h"
#include "media/source.h"
#include "steps/step.h"

G_BEGIN_DECLS

/*
 * Whether these steps are for a source with such options: where a network from a file makes the
 * picture and there is a way back, or where sRGB is asked for. Without a network, pixels stay
 * untouched.
 */
gboolean genga_colour_is_converted (GengaOptions *options, const GengaSourceInfo *info);

/* The same as far as options tell, for sources that have other colours than sRGB. */
gboolean genga_colour_wants_srgb (GengaOptions *options);

/* Whether the result is sRGB. */
gboolean genga_colour_stays_srgb (GengaOptions *options);

/* To sRGB; back. With `stays`, the result stays sRGB and says so instead. */
GengaStep *genga_to_srgb_step_new (gboolean stays);
GengaStep *genga_from_srgb_step_new (gboolean stays);

G_END_DECLS
