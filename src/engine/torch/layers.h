/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers whose way through LibTorch is Genga's own choice. For maps see step.h. */
#pragma once

#include "engine/torch/tensor.h"

namespace genga
{

struct Conv
{
  Tensor weight;
  Tensor bias; /* may be undefined */
  int64_t pad_y = 0;
  int64_t pad_x = 0;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t groups = 1;
  bool is_transposed = false;

  Tensor operator() (const Tensor &map) const;

  /*
   * In f32 whatever the type of `map`, for a layer with f32 weights. A half-precision
   * map is widened a few rows at a time.
   */
  Tensor in_f32 (const Tensor &map) const;
};

/* Channels last, as one piece. */
Tensor to_dense (const Tensor &map);

/* The same bytes seen as 1 x H x W x C, and back. */
Tensor to_tokens (const Tensor &map);
Tensor to_map (const Tensor &tokens);

/*
 * Whether nobody else reads these bytes, so that what is made of them may take their place. The
 * caller has to hold the only reference to `map`.
 */
bool is_ours (const Tensor &map);

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
