/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two kinds of attention of DAT. */
#pragma once

#include "engine/torch/weights.h"

#include <memory>

namespace genga
{

/* A convolution followed by a batch normalisation, as one convolution. */
Conv load_normed_conv (const Weights &weights,
                       const std::string &conv,
                       const std::string &norm,
                       at::ScalarType type);

class DatAttention
{
public:
  virtual ~DatAttention () = default;

  /* Tokens to tokens. */
  virtual Tensor operator() (const Tensor &tokens) const = 0;
};

/* Block `block` of group `group`: even blocks attend within windows, odd ones across channels. */
std::unique_ptr<DatAttention> make_dat_attention (
    const GengaDatSpec &net, const Weights &weights, int group, int block, at::ScalarType type);

} // namespace genga
