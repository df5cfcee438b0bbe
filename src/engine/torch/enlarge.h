/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enlarging maps: GENGA_OP_RESIZE. */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

Tensor enlarge (const Step &step, const Tensor &map);

} // namespace genga
