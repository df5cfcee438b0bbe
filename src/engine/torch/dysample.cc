/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/dysample.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/sigmoid.h>

namespace genga
{

/* at::grid_sampler's numbers for bilinear interpolation and clamping to the border. */
static constexpr int64_t BILINEAR = 0;
static constexpr int64_t BORDER = 1;

void
DySample::load (
    const Weights &weights, const std::string &prefix, int scale, int n_groups, bool end_conv)
{
  scale_ = scale;
  n_groups_ = n_groups;
  offset_ = weights.conv (prefix + ".offset", at::kFloat);
  scope_ = weights.conv (prefix + ".scope", at::kFloat);
  start_ = weights.get (prefix + ".init_pos", at::kFloat);
  if (end_conv)
    end_ = weights.conv (prefix + ".end_conv", at::kFloat);
}

/* groups x (scale * H) x (scale * W) x 2: where to look, -1 to 1 from border to border. */
Tensor
DySample::get_grid (const Tensor &map) const
{
  int64_t height = map.size (2);
  int64_t width = map.size (3);
  int64_t n_points = n_groups_ * scale_ * scale_;
  Tensor offset = offset_ (map).mul_ (at::sigmoid (scope_ (map))).mul_ (0.5).add_ (start_);
  Tensor x = at::arange (width, map.options ()).add_ (0.5).view ({ 1, 1, width });
  Tensor y = at::arange (height, map.options ()).add_ (0.5).view ({ 1, height, 1 });

  offset = offset.contiguous ().view ({ 2, n_points, height, width });
  offset.select (0, 0).add_ (x).mul_ (2.0 / (double)width).sub_ (1);
  offset.select (0, 1).add_ (y).mul_ (2.0 / (double)height).sub_ (1);
  return at::pixel_shuffle (offset.view ({ 1, 2 * n_points, height, width }), scale_)
      .view ({ 2, n_groups_, scale_ * height, scale_ * width })
      .permute ({ 1, 2, 3, 0 });
}

Tensor
DySample::operator() (const Tensor &map) const
{
  int64_t n_channels = map.size (1);
  Tensor groups =
      map.contiguous ().view ({ n_groups_, n_channels / n_groups_, map.size (2), map.size (3) });
  Tensor sampled = at::grid_sampler (groups, get_grid (map).contiguous (), BILINEAR, BORDER, false)
                       .contiguous ()
                       .view ({ 1, n_channels, scale_ * map.size (2), scale_ * map.size (3) });

  return end_.weight.defined () ? end_ (sampled) : sampled;
}

} // namespace genga
