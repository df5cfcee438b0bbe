/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operations on each value by itself, in place where nobody else reads an operand: see is_ours().
 */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

Tensor activate (const Step &step, Tensor map);
Tensor run_affine (const Step &step, Tensor map);
/* GENGA_OP_ADD to GENGA_OP_MAX. */
Tensor combine (GengaOpKind kind, Tensor a, Tensor b);

/* Channels after each other; uses up `maps`. */
Tensor concat (std::vector<Tensor> &maps);

} // namespace genga
