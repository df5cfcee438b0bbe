/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames in the planes of their file, with each pixel repeated n times in both directions: what
 * “nearest” makes of them as RGB and what is coded of it then, without RGB in between. Brightness
 * is the source's bit for bit. Samples of colour that pixels share follow the pixels
 * (steps/chroma-filter.h), rounded once. Colours that RGB has no numbers for stay what they are.
 */
#pragma once

#include "steps/step.h"

G_BEGIN_DECLS

/*
 * For frames of U8 or U16 in three planes whose sides are multiples of the subsampling; `factor` is
 * at least 1. Results have room around their planes, so that encoders may read blocks of pixels.
 */
GengaStep *genga_enlarge_planes_step_new (int factor);

G_END_DECLS
