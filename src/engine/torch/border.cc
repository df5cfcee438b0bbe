/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/border.h"

#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>

namespace genga
{

/* Of the value that an operation on one map makes. */
static int64_t
get_side (GengaOp op, GengaAxis axis, int64_t picture, int64_t source)
{
  gint64 side = source;

  op.inputs[0] = 0;
  return genga_op_get_side (&op, axis, picture, &side);
}

/* How much an axis grows. */
struct Margins
{
  int64_t before;
  int64_t after;

  bool
  is_less_than (int64_t length) const
  {
    return std::max (before, after) < length;
  }
};

static Margins
get_margins (const GengaOp &op, GengaAxis axis, int64_t length)
{
  int64_t before = axis == GENGA_AXIS_Y ? op.pad.top : op.pad.left;

  return { before, get_side (op, axis, 0, length) - length - before };
}

/* The place in a row of `period` numbers that goes on in both directions. */
static int64_t
wrap (int64_t at, int64_t period)
{
  return (at % period + period) % period;
}

/* The pixel that stands for one beyond the ends; see GengaPadKind. */
static int64_t
find_source (GengaPadKind kind, int64_t at, int64_t length)
{
  if (kind == GENGA_PAD_REFLECT && (at < 0 || at >= length))
    at = at < 0 ? -at : 2 * (length - 1) - at;
  if (kind == GENGA_PAD_REFLECT_ALL && length > 1)
    {
      at = wrap (at, 2 * (length - 1));
      at = std::min (at, 2 * (length - 1) - at);
    }
  if (kind == GENGA_PAD_SYMMETRIC)
    {
      at = wrap (at, 2 * length);
      at = std::min (at, 2 * length - 1 - at);
    }
  return std::clamp<int64_t> (at, 0, length - 1);
}

static Tensor
get_sources (GengaPadKind kind, const Margins &margins, int64_t length, at::Device device)
{
  std::vector<int64_t> indices;

  for (int64_t i = -margins.before; i < length + margins.after; i++)
    indices.push_back (find_source (kind, i, length));
  return at::tensor (indices, at::kLong).to (device);
}

Tensor
pad (const GengaOp &op, const Tensor &map)
{
  int64_t height = map.size (2);
  int64_t width = map.size (3);
  Margins rows = get_margins (op, GENGA_AXIS_Y, height);
  Margins columns = get_margins (op, GENGA_AXIS_X, width);

  GengaPadKind kind = op.pad.kind;

  if (kind == GENGA_PAD_REFLECT_OR_ZERO)
    kind = rows.is_less_than (height) && columns.is_less_than (width) ? GENGA_PAD_REFLECT
                                                                      : GENGA_PAD_ZERO;
  if (kind == GENGA_PAD_ZERO)
    return at::constant_pad_nd (map, { columns.before, columns.after, rows.before, rows.after }, 0);
  return map.index_select (2, get_sources (kind, rows, height, map.device ()))
      .index_select (3, get_sources (kind, columns, width, map.device ()));
}

Tensor
crop (const GengaOp &op, const Tensor &map, at::IntArrayRef picture)
{
  int64_t height = get_side (op, GENGA_AXIS_Y, picture[2], map.size (2));
  int64_t width = get_side (op, GENGA_AXIS_X, picture[3], map.size (3));

  return map.narrow (2, op.crop.top, height).narrow (3, op.crop.left, width);
}

Tensor
pool (const GengaOp &op, const Tensor &map)
{
  std::array<int64_t, 2> kernel{ op.pool.kernel_y, op.pool.kernel_x };
  std::array<int64_t, 2> padding{ op.pool.pad_y, op.pool.pad_x };

  if (op.kind == GENGA_OP_MAX_POOL)
    return at::max_pool2d (map, kernel, op.pool.stride, padding);
  return at::avg_pool2d (map, kernel, op.pool.stride, padding, false, op.pool.counts_pad != FALSE);
}

} // namespace genga
