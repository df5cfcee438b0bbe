/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/attention.h"
#include "engine/torch/torch-interrupt.h"

#include <ATen/ops/flip.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

#include <algorithm>
#include <cmath>

namespace genga
{

static constexpr double NORMALISE_EPSILON = 1e-12;
static constexpr double MASKED = -100;
/* 64 MiB in f32. */
static constexpr int64_t MOST_LOGITS = 1 << 24;

/* ---- within windows ---- */

/* Neighbours on an axis of the map that are neighbours on the filled and rolled axis, too. */
struct Run
{
  int64_t from; /* in the map */
  int64_t to;   /* after `begin` of get_runs() */
  int64_t n;
};

/* An axis of a map: its length, what is done to it before it is cut, and how it is cut. */
struct Axis
{
  int64_t length;
  int64_t filled;
  int64_t shift;
  int64_t window; /* with the margins */
  int64_t margin;
  int64_t block;

  bool
  is_plain () const
  {
    return filled == length && shift == 0 && margin == 0;
  }

  int64_t
  get_step () const
  {
    return window - 2 * margin;
  }

  int64_t
  get_n_windows () const
  {
    return filled / get_step ();
  }
};

/*
 * Where the pixels from `begin` on after the roll come from; those that were filled in, or lie
 * beyond the map, are none.
 */
static std::vector<Run>
get_runs (const Axis &axis, int64_t begin, int64_t n)
{
  std::vector<Run> runs;
  int64_t end = std::min (n, axis.filled - begin);

  for (int64_t to = std::max<int64_t> (0, -begin); to < end;)
    {
      int64_t from = (begin + to + axis.shift) % axis.filled;
      int64_t length = std::min (end - to, axis.filled - from);
      int64_t inside = std::min (length, axis.length - from);

      if (inside > 0)
        runs.push_back (Run{ from, to, inside });
      to += length;
    }
  return runs;
}

/* Of a window's blocks: those that a shift brought together have different numbers. */
static Tensor
label_axis (const Axis &axis, bool is_last)
{
  int64_t n = axis.window / axis.block;
  int64_t n_moved = (axis.shift + axis.block - 1) / axis.block;
  Tensor labels = at::zeros ({ n }, at::kFloat);

  if (is_last)
    labels.narrow (0, n - n_moved, n_moved).add_ (1);
  return labels;
}

/* The queries' map, or the keys' and values': how it falls into windows. */
class Side
{
public:
  Side (const Axis &y, const Axis &x) : y_ (y), x_ (x) {}

  int64_t
  get_n () const
  {
    return y_.window / y_.block * (x_.window / x_.block);
  }

  /* Of a row of windows: windows x heads x n x channels of a head. */
  Tensor
  get_windows (const Tensor &map, int64_t row, int64_t n_heads) const
  {
    Tensor strip = get_strip (to_tokens (map).select (0, 0), row);
    int64_t channels = map.size (1);

    if (y_.block > 1)
      return get_blocks (strip, n_heads);
    return strip.reshape ({ y_.window, -1, n_heads, channels / n_heads })
        .unfold (1, x_.window, x_.get_step ())
        .permute ({ 1, 2, 0, 4, 3 })
        .reshape ({ x_.get_n_windows (), n_heads, get_n (), channels / n_heads });
  }

  /* A row of windows into a map; from what get_windows() makes. */
  void
  put_windows (const Tensor &windows, int64_t row, Tensor &map) const
  {
    Tensor strip = windows.view ({ -1, windows.size (1), y_.window, x_.window, windows.size (3) })
                       .permute ({ 2, 0, 3, 1, 4 })
                       .reshape ({ y_.window, x_.filled, -1 });
    Tensor tokens = to_tokens (map).select (0, 0);

    for (const Run &rows : get_runs (y_, row * y_.window, y_.window))
      for (const Run &columns : get_runs (x_, 0, x_.filled))
        tokens.narrow (0, rows.from, rows.n)
            .narrow (1, columns.from, columns.n)
            .copy_ (strip.narrow (0, rows.to, rows.n).narrow (1, columns.to, columns.n));
  }

  /* Of the n of a window. */
  Tensor
  get_labels (bool is_last_row, bool is_last_column) const
  {
    Tensor rows = label_axis (y_, is_last_row) * 2;

    return (rows.unsqueeze (1) + label_axis (x_, is_last_column)).flatten ();
  }

private:
  /* A row's pixels after filling and rolling, with the margins. */
  Tensor
  get_strip (const Tensor &tokens, int64_t row) const
  {
    int64_t top = row * y_.get_step ();
    int64_t width = x_.filled + 2 * x_.margin;

    if (y_.is_plain () && x_.is_plain ())
      return tokens.narrow (0, top, y_.window);

    Tensor strip = at::zeros ({ y_.window, width, tokens.size (2) }, tokens.options ());
    for (const Run &rows : get_runs (y_, top - y_.margin, y_.window))
      for (const Run &columns : get_runs (x_, -x_.margin, width))
        strip.narrow (0, rows.to, rows.n)
            .narrow (1, columns.to, columns.n)
            .copy_ (tokens.narrow (0, rows.from, rows.n).narrow (1, columns.from, columns.n));
    return strip;
  }

  Tensor
  get_blocks (const Tensor &strip, int64_t n_heads) const
  {
    int64_t rows = y_.window / y_.block, columns = x_.window / x_.block;

    return strip.reshape ({ rows, y_.block, -1, columns, x_.block, strip.size (2) })
        .permute ({ 2, 0, 3, 1, 4, 5 })
        .reshape ({ x_.get_n_windows (), get_n (), n_heads, -1 })
        .permute ({ 0, 2, 1, 3 });
  }

  Axis y_;
  Axis x_;
};

static Axis
get_query_axis (int64_t length, int window, int shift, int multiple)
{
  return Axis{ length, (length + multiple - 1) / multiple * multiple, shift, window, 0, 1 };
}

static Axis
get_key_axis (const GengaOp &op, const Axis &queries, int64_t length, int window, int shift)
{
  Axis axis = { length, 0, shift, window, op.attention.key_margin, op.attention.key_block };

  axis.filled = queries.get_n_windows () * axis.get_step ();
  return axis;
}

/* Length 1 for the channels of each head. */
static Tensor
normalise (const Tensor &windows)
{
  Tensor norm = at::linalg_vector_norm (windows, 2, at::IntArrayRef{ -1 }, true, at::kFloat);

  return windows.to (at::kFloat).div (norm.clamp_min_ (NORMALISE_EPSILON));
}

class WindowAttention
{
public:
  WindowAttention (const Step &step, const std::vector<Tensor> &maps)
      : step_ (step), y_ (get_query_axis (maps[0].size (2),
                                          step.op.attention.window_y,
                                          step.op.attention.shift_y,
                                          step.op.attention.multiple)),
        x_ (get_query_axis (maps[0].size (3),
                            step.op.attention.window_x,
                            step.op.attention.shift_x,
                            step.op.attention.multiple)),
        queries_ (y_, x_), keys_ (get_key_axis (step.op,
                                                y_,
                                                maps[1].size (2),
                                                step.op.attention.key_window_y,
                                                step.op.attention.key_shift_y),
                                  get_key_axis (step.op,
                                                x_,
                                                maps[1].size (3),
                                                step.op.attention.key_window_x,
                                                step.op.attention.key_shift_x)),
        n_heads_ (step.op.attention.n_heads),
        biases_ (step.op.attention.is_relative ? spread_positions (step.op, step.weight)
                                               : step.weight)
  {
    for (int i = 0; i < 4 && y_.shift + x_.shift > 0 && !step.op.attention.is_unmasked; i++)
      masks_[i / 2][i % 2] = get_mask (maps[0], i / 2, i % 2);
  }

  Tensor
  operator() (const std::vector<Tensor> &maps) const
  {
    Tensor result =
        at::empty (maps[0].sizes (), maps[0].options (), at::MemoryFormat::ChannelsLast);

    for (int64_t row = 0; row < y_.get_n_windows (); row++)
      queries_.put_windows (attend (maps, row), row, result);
    return result;
  }

private:
  /* A row of windows, some at a time: logits are many. */
  Tensor
  attend (const std::vector<Tensor> &maps, int64_t row) const
  {
    Tensor queries = prepare (queries_.get_windows (maps[0], row, n_heads_), true);
    Tensor keys = prepare (keys_.get_windows (maps[1], row, n_heads_), false);
    Tensor values = keys_.get_windows (maps[2], row, n_heads_);
    int64_t n_windows = x_.get_n_windows ();
    int64_t at_once =
        std::max<int64_t> (1, MOST_LOGITS / (n_heads_ * queries_.get_n () * keys_.get_n ()));
    std::vector<Tensor> parts;

    for (int64_t first = 0; first < n_windows; first += at_once)
      {
        int64_t n = std::min (at_once, n_windows - first);

        check_interrupted ();
        Tensor logits =
            at::matmul (queries.narrow (0, first, n), keys.narrow (0, first, n).transpose (-2, -1));
        finish_logits (logits, row == y_.get_n_windows () - 1, first + n == n_windows);
        Tensor weights = step_.op.attention.is_linear ? logits : at::softmax (logits, -1);
        weights = weights.to (values.scalar_type ());
        logits.reset ();
        parts.push_back (at::matmul (weights, values.narrow (0, first, n)));
      }
    return parts.size () == 1 ? parts[0] : at::cat (parts);
  }

  /* Their products are logits then. */
  Tensor
  prepare (Tensor windows, bool are_queries) const
  {
    if (step_.bias.defined ())
      return are_queries ? normalise (windows).mul_ (step_.bias) : normalise (windows);
    if (!are_queries)
      return windows;

    double factor = 1 / std::sqrt ((double)windows.size (3));
    /* They may still be the map itself. */
    return windows.storage ().use_count () == 1 ? windows.mul_ (factor) : windows * factor;
  }

  void
  finish_logits (Tensor &logits, bool is_last_row, bool has_last_column) const
  {
    int64_t n_inner = logits.size (0) - has_last_column;

    logits.add_ (biases_);
    if (!masks_[0][0].defined ())
      return;
    if (is_last_row && n_inner > 0)
      logits.narrow (0, 0, n_inner).add_ (masks_[1][0]);
    if (has_last_column)
      logits.narrow (0, n_inner, 1).add_ (masks_[is_last_row][1]);
  }

  /* Heads x N x M from numbers by relative position. */
  static Tensor
  spread_positions (const GengaOp &op, const Tensor &table)
  {
    int64_t block = op.attention.key_block;
    int64_t rows = op.attention.window_y / block;
    int64_t columns = op.attention.window_x / block;

    /* Queries go forwards in the table, keys backwards. */
    return table.unfold (1, rows, 1)
        .unfold (2, columns, 1)
        .flip ({ 1, 2 })
        .permute ({ 0, 3, 4, 1, 2 })
        .reshape ({ table.size (0), rows, 1, columns, 1, -1 })
        .expand ({ -1, -1, block, -1, block, -1 })
        .reshape ({ table.size (0), (int64_t)op.attention.window_y * op.attention.window_x, -1 });
  }

  /* N x M: keeps apart what was not together before the shift. */
  Tensor
  get_mask (const Tensor &map, bool is_last_row, bool is_last_column) const
  {
    Tensor queries = queries_.get_labels (is_last_row, is_last_column);
    Tensor keys = keys_.get_labels (is_last_row, is_last_column);
    Tensor mask = queries.unsqueeze (1).ne (keys.unsqueeze (0)).to (at::kFloat).mul_ (MASKED);

    return mask.to (map.device (), map.scalar_type ());
  }

  const Step &step_;
  Axis y_;
  Axis x_;
  Side queries_;
  Side keys_;
  int64_t n_heads_;
  Tensor biases_; /* heads x N x M */
  Tensor masks_[2]
               [2]; /* of windows in the last row or not, column or not; where there is a shift */
};

Tensor
attend_in_windows (const Step &step, const std::vector<Tensor> &maps)
{
  return WindowAttention (step, maps) (maps);
}

/* ---- across channels ---- */

/* How a map falls into windows: rows of them and rows of each, and columns alike. */
struct Split
{
  int64_t n_y, height;
  int64_t n_x, width;
  bool is_strided;

  Split (const GengaOp &op, const Tensor &map) : is_strided (op.attention.is_strided)
  {
    int64_t y = op.attention.window_y > 0 ? op.attention.window_y : map.size (2);
    int64_t x = op.attention.window_x > 0 ? op.attention.window_x : map.size (3);

    n_y = is_strided ? y : map.size (2) / y;
    n_x = is_strided ? x : map.size (3) / x;
    height = map.size (2) / n_y;
    width = map.size (3) / n_x;
  }
};

/* Windows x heads x pixels x channels of a head. */
static Tensor
get_heads (const GengaOp &op, const Tensor &map)
{
  Split split (op, map);
  int64_t n_heads = op.attention.n_heads;
  int64_t n = map.size (1) / n_heads;
  Tensor tokens = to_tokens (map);
  Tensor windows =
      split.is_strided
          ? tokens.reshape ({ split.height, split.n_y, split.width, split.n_x, n_heads, n })
                .permute ({ 1, 3, 4, 0, 2, 5 })
          : tokens.reshape ({ split.n_y, split.height, split.n_x, split.width, n_heads, n })
                .permute ({ 0, 2, 4, 1, 3, 5 });

  return windows.reshape ({ -1, n_heads, split.height * split.width, n });
}

static Tensor
merge_heads (const GengaOp &op, const Tensor &heads, const Tensor &map)
{
  Split split (op, map);
  Tensor windows = heads.view ({ split.n_y, split.n_x, (int64_t)op.attention.n_heads, split.height,
                                 split.width, heads.size (3) });
  Tensor tokens = split.is_strided ? windows.permute ({ 3, 0, 4, 1, 2, 5 })
                                   : windows.permute ({ 0, 3, 1, 4, 2, 5 });

  return to_map (tokens.reshape ({ 1, map.size (2), map.size (3), map.size (1) }));
}

static Tensor
get_norm (const Tensor &heads)
{
  return at::linalg_vector_norm (heads, 2, at::IntArrayRef{ 2 }, false, at::kFloat)
      .clamp_min_ (NORMALISE_EPSILON);
}

/*
 * Normalising the channels after their products costs a small matrix instead of two maps. In fp16
 * a sum over a map would be too large.
 */
static Tensor
multiply_channels (const GengaOp &op, Tensor queries, Tensor keys)
{
  bool is_narrow = queries.scalar_type () == at::kHalf && !op.attention.is_linear;

  if (is_narrow)
    {
      queries = queries / get_norm (queries).unsqueeze (2).to (at::kHalf);
      keys = keys / get_norm (keys).unsqueeze (2).to (at::kHalf);
    }
  Tensor products = at::matmul (queries.transpose (-2, -1), keys).to (at::kFloat);
  if (!is_narrow && !op.attention.is_linear)
    products.div_ (get_norm (queries).unsqueeze (3)).div_ (get_norm (keys).unsqueeze (2));
  return products;
}

Tensor
attend_across_channels (const Step &step, const std::vector<Tensor> &maps)
{
  const GengaOp &op = step.op;
  Tensor weights =
      multiply_channels (op, get_heads (op, maps[0]), get_heads (op, maps[1])).mul_ (step.weight);
  Tensor values = get_heads (op, maps[2]);

  if (!op.attention.is_linear)
    weights = at::softmax (weights, -1);
  Tensor mixed = at::matmul (values, weights.to (values.scalar_type ()).transpose (-2, -1));
  return merge_heads (op, mixed, maps[2]);
}

} // namespace genga
