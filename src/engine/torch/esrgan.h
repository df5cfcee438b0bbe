/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ESRGAN. `type` is what the network computes in, ends apart: f32, f16 or bf16. */
#pragma once

#include "engine/torch/network.h"

namespace genga
{

std::unique_ptr<Network>
make_esrgan (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type);

} // namespace genga
