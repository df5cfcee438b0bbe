/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Borders and neighbours: GENGA_OP_PAD, _CROP, _MAX_POOL and _MEAN_POOL. */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

Tensor pad (const GengaOp &op, const Tensor &map);
/* A part of `map`, without a copy. `picture` has the sizes of the network's input. */
Tensor crop (const GengaOp &op, const Tensor &map, at::IntArrayRef picture);
Tensor pool (const GengaOp &op, const Tensor &map);

} // namespace genga
