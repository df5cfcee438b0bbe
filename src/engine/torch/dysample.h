/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DySample, an upsampler with learned sampling points. */
#pragma once

#include "engine/torch/weights.h"

namespace genga
{

class DySample
{
public:
  /* The layers are below `prefix`; always f32, as coordinates lose pixels in half precision. */
  void
  load (const Weights &weights, const std::string &prefix, int scale, int n_groups, bool end_conv);

  /* An f32 map to one that is `scale` times as large. */
  Tensor operator() (const Tensor &map) const;

private:
  Tensor get_grid (const Tensor &map) const;

  int scale_ = 1;
  int n_groups_ = 1;
  Conv offset_;
  Conv scope_;
  Tensor start_; /* init_pos */
  Conv end_;
};

} // namespace genga
