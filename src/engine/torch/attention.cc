/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/attention.h"
#include "engine/torch/torch-interrupt.h"

#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

#include <algorithm>
#include <cmath>

namespace genga
{

static constexpr double NORMALISE_EPSILON = 1e-12;
static constexpr double MASKED = -100;

/* ---- within windows ---- */

/* Neighbours on an axis of the map that are neighbours on the filled and rolled axis, too. */
struct Run
{
  int64_t from; /* in the map */
  int64_t to;   /* after `begin` of get_runs() */
  int64_t n;
};

/* An axis of a map: its length, and what is done to it before it is cut. */
struct Axis
{
  int64_t length;
  int64_t filled;
  int64_t shift;
  int64_t window;

  bool
  is_plain () const
  {
    return filled == length && shift == 0;
  }
};

static Axis
get_axis (int64_t length, int window, int shift, int multiple)
{
  return Axis{ length, (length + multiple - 1) / multiple * multiple, shift, window };
}

/* Where the pixels from `begin` on after the roll come from; those that were filled in are none. */
static std::vector<Run>
get_runs (const Axis &axis, int64_t begin, int64_t n)
{
  std::vector<Run> runs;

  for (int64_t to = 0; to < n;)
    {
      int64_t from = (begin + to + axis.shift) % axis.filled;
      int64_t length = std::min (n - to, axis.filled - from);
      int64_t inside = std::min (length, axis.length - from);

      if (inside > 0)
        runs.push_back (Run{ from, to, inside });
      to += length;
    }
  return runs;
}

/* 0, 1 or 2: pixels that a shift brought together have different numbers. */
static Tensor
label_axis (const Axis &axis)
{
  Tensor labels = at::zeros ({ axis.filled }, at::kFloat);

  labels.narrow (0, axis.filled - axis.window, axis.window).add_ (1);
  labels.narrow (0, axis.filled - axis.shift, axis.shift).add_ (1);
  return labels;
}

class WindowAttention
{
public:
  WindowAttention (const Step &step, const Tensor &map)
      : step_ (step), y_ (get_axis (map.size (2),
                                    step.op.attention.window_y,
                                    step.op.attention.shift_y,
                                    step.op.attention.multiple)),
        x_ (get_axis (map.size (3),
                      step.op.attention.window_x,
                      step.op.attention.shift_x,
                      step.op.attention.multiple)),
        n_heads_ (step.op.attention.n_heads)
  {
    if (y_.shift + x_.shift == 0)
      return;
    upper_ = get_mask (map, 0);
    lowest_ = y_.filled > y_.window ? get_mask (map, y_.filled - y_.window) : upper_;
  }

  Tensor
  operator() (const std::vector<Tensor> &maps) const
  {
    Tensor result =
        at::empty (maps[2].sizes (), maps[2].options (), at::MemoryFormat::ChannelsLast);

    for (int64_t top = 0; top < y_.filled; top += y_.window)
      {
        check_interrupted ();
        put_strip (attend (maps, top), top, result);
      }
    return result;
  }

private:
  /* Windows x heads x N x channels of a head. */
  Tensor
  get_windows (const Tensor &map, int64_t top) const
  {
    int64_t n_windows = x_.filled / x_.window;
    int64_t n = y_.window * x_.window;

    return get_strip (to_tokens (map).select (0, 0), top)
        .reshape ({ y_.window, n_windows, x_.window, n_heads_, map.size (1) / n_heads_ })
        .permute ({ 1, 3, 0, 2, 4 })
        .reshape ({ n_windows, n_heads_, n, map.size (1) / n_heads_ });
  }

  /* The rows from `top` on after filling and rolling. */
  Tensor
  get_strip (const Tensor &tokens, int64_t top) const
  {
    if (y_.is_plain () && x_.is_plain ())
      return tokens.narrow (0, top, y_.window);

    Tensor strip = at::zeros ({ y_.window, x_.filled, tokens.size (2) }, tokens.options ());
    for (const Run &rows : get_runs (y_, top, y_.window))
      for (const Run &columns : get_runs (x_, 0, x_.filled))
        strip.narrow (0, rows.to, rows.n)
            .narrow (1, columns.to, columns.n)
            .copy_ (tokens.narrow (0, rows.from, rows.n).narrow (1, columns.from, columns.n));
    return strip;
  }

  void
  put_strip (const Tensor &strip, int64_t top, Tensor &result) const
  {
    Tensor tokens = to_tokens (result).select (0, 0);

    for (const Run &rows : get_runs (y_, top, y_.window))
      for (const Run &columns : get_runs (x_, 0, x_.filled))
        tokens.narrow (0, rows.from, rows.n)
            .narrow (1, columns.from, columns.n)
            .copy_ (strip.narrow (0, rows.to, rows.n).narrow (1, columns.to, columns.n));
  }

  /* Rows x columns x channels. */
  Tensor
  attend (const std::vector<Tensor> &maps, int64_t top) const
  {
    Tensor queries = get_windows (maps[0], top);
    double factor = 1 / std::sqrt ((double)queries.size (3));

    /* It may still be the map itself. */
    queries = queries.storage ().use_count () == 1 ? queries.mul_ (factor) : queries * factor;
    Tensor logits = at::matmul (queries, get_windows (maps[1], top).transpose (-2, -1));
    queries.reset ();

    logits.add_ (step_.weight);
    if (upper_.defined ())
      logits.add_ (top + y_.window < y_.filled ? upper_ : lowest_);
    Tensor mixed = at::matmul (at::softmax (logits, -1), get_windows (maps[2], top));
    return mixed.view ({ -1, n_heads_, y_.window, x_.window, mixed.size (3) })
        .permute ({ 2, 0, 3, 1, 4 })
        .reshape ({ y_.window, x_.filled, -1 });
  }

  /* Windows x 1 x N x N of a strip: keeps apart what was not together before the shift. */
  Tensor
  get_mask (const Tensor &map, int64_t top) const
  {
    Tensor rows = label_axis (y_).narrow (0, top, y_.window);
    Tensor columns = label_axis (x_);
    Tensor labels = rows.view ({ 1, -1, 1 }) * 3 + columns.view ({ -1, 1, x_.window });
    Tensor flat = labels.flatten (1);
    Tensor mask = flat.unsqueeze (1).ne (flat.unsqueeze (2)).to (at::kFloat).mul_ (MASKED);

    return mask.unsqueeze (1).to (map.device (), map.scalar_type ());
  }

  const Step &step_;
  Axis y_;
  Axis x_;
  int64_t n_heads_;
  Tensor upper_; /* masks, where there is a shift */
  Tensor lowest_;
};

Tensor
attend_in_windows (const Step &step, const std::vector<Tensor> &maps)
{
  return WindowAttention (step, maps[0]) (maps);
}

/* ---- across channels ---- */

/* Heads x pixels x channels of a head. */
static Tensor
get_heads (const Tensor &map, int64_t n_heads)
{
  return to_tokens (map).reshape ({ -1, n_heads, map.size (1) / n_heads }).permute ({ 1, 0, 2 });
}

static Tensor
get_norm (const Tensor &heads)
{
  return at::linalg_vector_norm (heads, 2, at::IntArrayRef{ 1 }, false, at::kFloat)
      .clamp_min_ (NORMALISE_EPSILON);
}

/* Normalising the channels after their products costs a small matrix instead of two maps. */
Tensor
attend_across_channels (const Step &step, const std::vector<Tensor> &maps)
{
  int64_t n_heads = step.op.attention.n_heads;
  Tensor queries = get_heads (maps[0], n_heads);
  Tensor keys = get_heads (maps[1], n_heads);
  Tensor values = get_heads (maps[2], n_heads);
  Tensor logits = at::matmul (queries.transpose (-2, -1), keys)
                      .to (at::kFloat)
                      .div_ (get_norm (queries).unsqueeze (2))
                      .div_ (get_norm (keys).unsqueeze (1))
                      .mul_ (step.weight);
  Tensor weights = at::softmax (logits, -1).to (values.scalar_type ());
  Tensor mixed = at::matmul (values, weights.transpose (-2, -1)).permute ({ 1, 0, 2 });

  return to_map (mixed.reshape ({ 1, maps[2].size (2), maps[2].size (3), maps[2].size (1) }));
}

} // namespace genga
