/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/enlarge.h"

#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <algorithm>
#include <cmath>

namespace genga
{

static constexpr int N_TAPS = 4;
/* Of whole factors up to here LibTorch's f32 coordinates are known to give the right pixel. */
static constexpr int MAX_NEAREST = 4;

/* Pixels of the source that stand for those of the result along an axis, of `num` / `den`. */
static Tensor
get_nearest (int64_t length, int num, int den, at::Device device)
{
  std::vector<int64_t> indices;

  for (int64_t i = 0; i < length * num / den; i++)
    indices.push_back (std::min (i * den / num, length - 1));
  return at::tensor (indices, at::kLong).to (device);
}

static double
get_cubic_weight (double x)
{
  x = std::fabs (x);
  if (x < 1)
    return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/* One axis of a bicubic enlargement: a sum of four shifted and weighted copies. */
static Tensor
enlarge_cubic (const Tensor &map, int64_t axis, int num, int den)
{
  int64_t length = map.size (axis);
  std::vector<int64_t> shape{ 1, 1, 1, 1 };
  Tensor result;

  shape[axis] = -1;
  for (int tap = 0; tap < N_TAPS; tap++)
    {
      std::vector<int64_t> indices;
      std::vector<double> weights;

      for (int64_t i = 0; i < length * num / den; i++)
        {
          double at = (i + 0.5) * den / num - 0.5;
          int64_t index = (int64_t)std::floor (at) - 1 + tap;

          indices.push_back (std::clamp<int64_t> (index, 0, length - 1));
          weights.push_back (get_cubic_weight (at - (double)index));
        }
      Tensor part =
          at::index_select (map, axis, at::tensor (indices, at::kLong).to (map.device ()));
      part.mul_ (at::tensor (weights, map.scalar_type ()).to (map.device ()).view (shape));
      result = tap == 0 ? part : result.add_ (part);
    }
  return result;
}

Tensor
enlarge (const Step &step, const Tensor &map)
{
  int num = step.op.resize.num;
  int den = step.op.resize.den;

  switch (step.op.resize.kind)
    {
    case GENGA_RESIZE_NEAREST:
      if (num <= MAX_NEAREST && den == 1)
        return upsample_nearest (map, num);
      return map.index_select (2, get_nearest (map.size (2), num, den, map.device ()))
          .index_select (3, get_nearest (map.size (3), num, den, map.device ()));
    case GENGA_RESIZE_BILINEAR:
      return at::upsample_bilinear2d (map, { map.size (2) * num / den, map.size (3) * num / den },
                                      false);
    case GENGA_RESIZE_BICUBIC:
      return enlarge_cubic (enlarge_cubic (map.to (at::kFloat), 2, num, den), 3, num, den);
    }
  TORCH_CHECK (false, "a way to enlarge is unknown here");
}

} // namespace genga
