/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two kinds of attention: GENGA_OP_WINDOW_ATTENTION and GENGA_OP_CHANNEL_ATTENTION. Queries,
 * keys and values may be slices of one map.
 */
#pragma once

#include "engine/torch/step.h"

namespace genga
{

/* A few windows after the other: what is between needs little memory, however large they are. */
Tensor attend_in_windows (const Step &step, const std::vector<Tensor> &maps);
Tensor attend_across_channels (const Step &step, const std::vector<Tensor> &maps);

} // namespace genga
