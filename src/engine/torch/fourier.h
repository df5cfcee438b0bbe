/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GENGA_OP_REAL_FFT and GENGA_OP_REAL_IFFT, in f32 whatever the map is. */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

Tensor transform (const Tensor &map);
Tensor transform_back (const Tensor &spectrum);

} // namespace genga
