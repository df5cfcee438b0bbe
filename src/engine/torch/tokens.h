/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What takes the pixels of a map as a list, or moves them. For maps see step.h. */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

/* GENGA_OP_CROSS_ATTENTION: queries, keys and values. */
Tensor attend_across_maps (const Step &step, const std::vector<Tensor> &maps);

/* GENGA_OP_SORTED_ATTENTION: queries, keys, values and kinds. */
Tensor attend_among_kinds (const Step &step, const std::vector<Tensor> &maps);

/* GENGA_OP_LIST, _MATMUL and _SOFTMAX. */
Tensor make_list (const Step &step);
Tensor multiply (const Step &step, const Tensor &a, const Tensor &b);
Tensor normalise (const Step &step, const Tensor &map);

/* GENGA_OP_GRID_TO_WINDOWS and its inverse. */
Tensor grid_to_windows (const Step &step, const Tensor &map);
Tensor windows_to_grid (const Step &step, const Tensor &map);

} // namespace genga
