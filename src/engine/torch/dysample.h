/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DySample, an upsampler with learned sampling points: GENGA_OP_DYSAMPLE. */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

/* Both maps in f32: coordinates lose pixels in half precision. */
Tensor sample (const Step &step, const Tensor &map, const Tensor &offsets);

} // namespace genga
