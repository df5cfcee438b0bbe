/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network that is ready to run. One file per family; the forward passes are those of the networks
 * as they were published.
 */
#pragma once

#include "engine/torch/weights.h"

#include <memory>

namespace genga
{

class Network
{
public:
  virtual ~Network () = default;

  /*
   * `input` is 1 x C x H x W, `output` 1 x C' x (H * scale) x (W * scale); both f32, channels
   * last, on the network's device. Throws what LibTorch throws.
   */
  virtual void run (const Tensor &input, Tensor &output) const = 0;

  /* Estimated peak of run() in bytes per input pixel, weights, input and output apart. */
  virtual double get_bytes_per_pixel () const = 0;
};

} // namespace genga
