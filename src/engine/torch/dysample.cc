/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/dysample.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/pixel_shuffle.h>

namespace genga
{

/* at::grid_sampler's numbers for bilinear interpolation and clamping to the border. */
static constexpr int64_t BILINEAR = 0;
static constexpr int64_t BORDER = 1;

/* groups x (factor * H) x (factor * W) x 2: where to look, -1 to 1 from border to border. */
static Tensor
get_grid (const Step &step, const Tensor &offsets)
{
  int64_t height = offsets.size (2);
  int64_t width = offsets.size (3);
  int64_t n_groups = step.op.dysample.n_groups;
  int64_t factor = step.op.dysample.factor;
  int64_t n_points = n_groups * factor * factor;
  Tensor x = at::arange (width, offsets.options ()).add_ (0.5).view ({ 1, 1, width });
  Tensor y = at::arange (height, offsets.options ()).add_ (0.5).view ({ 1, height, 1 });
  Tensor grid = offsets.clone (at::MemoryFormat::Contiguous).view ({ 2, n_points, height, width });

  grid.select (0, 0).add_ (x).mul_ (2.0 / (double)width).sub_ (1);
  grid.select (0, 1).add_ (y).mul_ (2.0 / (double)height).sub_ (1);
  return at::pixel_shuffle (grid.view ({ 1, 2 * n_points, height, width }), factor)
      .view ({ 2, n_groups, factor * height, factor * width })
      .permute ({ 1, 2, 3, 0 });
}

Tensor
sample (const Step &step, const Tensor &map, const Tensor &offsets)
{
  int64_t n_groups = step.op.dysample.n_groups;
  int64_t factor = step.op.dysample.factor;
  int64_t n_channels = map.size (1);
  Tensor groups =
      map.contiguous ().view ({ n_groups, n_channels / n_groups, map.size (2), map.size (3) });

  return at::grid_sampler (groups, get_grid (step, offsets).contiguous (), BILINEAR, BORDER, false)
      .contiguous ()
      .view ({ 1, n_channels, factor * map.size (2), factor * map.size (3) });
}

} // namespace genga
