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

/* How one axis is enlarged: a pixel of the result is `den` / `num` of the source's. */
struct Stretch
{
  int64_t from; /* sides */
  int64_t to;
  int64_t num;
  int64_t den;
};

/* `like` is undefined, or has the size that is wanted. */
static Stretch
get_stretch (const GengaOp &op, const Tensor &map, const Tensor &like, int64_t axis)
{
  int64_t from = map.size (axis);

  if (like.defined ())
    return { from, like.size (axis), like.size (axis), from };
  return { from, from * op.resize.num / op.resize.den, op.resize.num, op.resize.den };
}

/* Pixels of the source that stand for those of the result. */
static Tensor
get_nearest (const Stretch &axis, at::Device device)
{
  std::vector<int64_t> indices;

  for (int64_t i = 0; i < axis.to; i++)
    indices.push_back (std::min (i * axis.den / axis.num, axis.from - 1));
  return at::tensor (indices, at::kLong).to (device);
}

/* The kernel of Keys with his a. */
static double
get_cubic_weight (double x, double a)
{
  x = std::fabs (x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/* One axis of a bicubic enlargement: a sum of four shifted and weighted copies. */
static Tensor
enlarge_cubic (const Tensor &map, int64_t dim, const Stretch &axis, double a)
{
  std::vector<int64_t> shape{ 1, 1, 1, 1 };
  Tensor result;

  shape[dim] = -1;
  for (int tap = 0; tap < N_TAPS; tap++)
    {
      std::vector<int64_t> indices;
      std::vector<double> weights;

      for (int64_t i = 0; i < axis.to; i++)
        {
          double at = (i + 0.5) * axis.den / axis.num - 0.5;
          int64_t index = (int64_t)std::floor (at) - 1 + tap;

          indices.push_back (std::clamp<int64_t> (index, 0, axis.from - 1));
          weights.push_back (get_cubic_weight (at - (double)index, a));
        }
      Tensor part = at::index_select (map, dim, at::tensor (indices, at::kLong).to (map.device ()));
      part.mul_ (at::tensor (weights, map.scalar_type ()).to (map.device ()).view (shape));
      result = tap == 0 ? part : result.add_ (part);
    }
  return result;
}

static Tensor
enlarge_bicubic (const Tensor &map, const Stretch &rows, const Stretch &columns, double a)
{
  return enlarge_cubic (enlarge_cubic (map.to (at::kFloat), 2, rows, a), 3, columns, a);
}

Tensor
enlarge (const Step &step, const Tensor &map, const Tensor &like)
{
  const GengaOp &op = step.op;
  Stretch rows = get_stretch (op, map, like, 2);
  Stretch columns = get_stretch (op, map, like, 3);

  switch (op.resize.kind)
    {
    case GENGA_RESIZE_NEAREST:
      if (!like.defined () && op.resize.num <= MAX_NEAREST && op.resize.den == 1)
        return upsample_nearest (map, op.resize.num);
      return map.index_select (2, get_nearest (rows, map.device ()))
          .index_select (3, get_nearest (columns, map.device ()));
    case GENGA_RESIZE_BILINEAR:
      return at::upsample_bilinear2d (map, { rows.to, columns.to }, false,
                                      (double)rows.num / (double)rows.den,
                                      (double)columns.num / (double)columns.den);
    case GENGA_RESIZE_BILINEAR_CORNERS:
      return at::upsample_bilinear2d (map, { rows.to, columns.to }, true);
    case GENGA_RESIZE_BICUBIC:
      return enlarge_bicubic (map, rows, columns, -0.5);
    case GENGA_RESIZE_BICUBIC_SHARP:
      return enlarge_bicubic (map, rows, columns, -0.75);
    }
  TORCH_CHECK (false, "a way to enlarge is unknown here");
}

} // namespace genga
