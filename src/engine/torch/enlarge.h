/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enlarging maps: GENGA_OP_RESIZE. */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

/* `like` is undefined, or the map whose size is wanted. */
Tensor enlarge (const Step &step, const Tensor &map, const Tensor &like);

} // namespace genga
