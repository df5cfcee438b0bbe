/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers that several networks share. Maps are 1 x C x H x W tensors in channels-last order, that
 * is H x W x C in memory; "tokens" are the same bytes seen as 1 x H x W x C.
 */
#pragma once

#include "engine/torch/tensor.h"

namespace genga
{

/* A convolution with stride 1 whose output is as large as its input. `bias` may be undefined. */
struct Conv
{
  Tensor weight;
  Tensor bias;

  Tensor operator() (const Tensor &map, int64_t groups = 1) const;

  /*
   * In f32 whatever the type of `map`, for a layer with f32 weights. A half-precision
   * map is widened a few rows at a time.
   */
  Tensor in_f32 (const Tensor &map) const;
};

struct Linear
{
  Tensor weight;
  Tensor bias;

  Tensor operator() (const Tensor &tokens) const;
};

struct Norm
{
  Tensor weight;
  Tensor bias;
  double epsilon;

  /* Over the channels of each pixel. */
  Tensor layer_norm (const Tensor &tokens) const;
  Tensor layer_norm_map (const Tensor &map) const;
  Tensor group_norm (const Tensor &map, int64_t n_groups) const;
};

Tensor to_tokens (const Tensor &map);
Tensor to_map (const Tensor &tokens);

/* x where x > 0, else x * slopes[channel]; in place where it can be. `slopes` are f32. */
Tensor prelu (Tensor map, const Tensor &slopes);

/* Repeats every pixel `scale` times along both axes. */
Tensor upsample_nearest (const Tensor &map, int64_t scale);

/*
 * Pixel shuffle (channel c * scale^2 + i * scale + j goes to row i, column j) of an f32 map into
 * `output`, plus `base` enlarged by repetition where it is defined.
 */
void pixel_shuffle_into (const Tensor &map, const Tensor &base, int64_t scale, Tensor &output);

} // namespace genga
