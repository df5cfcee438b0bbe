/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/tokens.h"
#include "engine/torch/torch-interrupt.h"

#include <ATen/ops/argmax.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/index_copy.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sort.h>

#include <algorithm>
#include <cmath>

namespace genga
{

/* Logits that are there at a time. */
static constexpr int64_t MOST_LOGITS = 16 << 20;

/* ---- from a map to another one ---- */

/* Heads x pixels x channels of a head. */
static Tensor
get_heads (const Tensor &map, int64_t n_heads)
{
  return to_tokens (map).reshape ({ -1, n_heads, map.size (1) / n_heads }).permute ({ 1, 0, 2 });
}

Tensor
attend_across_maps (const Step &step, const std::vector<Tensor> &maps)
{
  int64_t n_heads = step.op.attention.n_heads;
  Tensor queries = get_heads (maps[0], n_heads);
  Tensor keys = get_heads (maps[1], n_heads).transpose (1, 2).contiguous ();
  Tensor values = get_heads (maps[2], n_heads).contiguous ();
  int64_t n = queries.size (1);
  int64_t at_once = std::max<int64_t> (1, MOST_LOGITS / (n_heads * keys.size (2)));
  double factor = 1 / std::sqrt ((double)queries.size (2));
  Tensor result = at::empty ({ n, n_heads, values.size (2) }, values.options ());

  for (int64_t first = 0; first < n; first += at_once)
    {
      int64_t length = std::min (at_once, n - first);

      check_interrupted ();
      Tensor logits = at::matmul (queries.narrow (1, first, length) * factor, keys);
      Tensor mixed = at::matmul (at::softmax (logits, -1), values);
      result.narrow (0, first, length).copy_ (mixed.permute ({ 1, 0, 2 }));
    }
  return to_map (result.view ({ 1, maps[0].size (2), maps[0].size (3), step.op.channels }));
}

/* ---- among pixels of a kind ---- */

/* Pixels in the order of their kinds; filled up, backwards from the end. */
static Tensor
sort_pixels (const Tensor &kinds, int64_t n_filled)
{
  Tensor numbers = to_tokens (kinds).reshape ({ -1, kinds.size (1) });
  int64_t n = numbers.size (0);
  Tensor order = std::get<1> (at::sort (numbers.argmax (1), true, 0, false));

  return at::cat ({ order, order.narrow (0, 2 * n - n_filled, n_filled - n).flip (0) });
}

/* Groups x heads x pixels x channels of a head, in that order of pixels. */
static Tensor
get_groups (const Tensor &map, const Tensor &order, int64_t group, int64_t n_heads)
{
  return to_tokens (map)
      .reshape ({ -1, map.size (1) })
      .index_select (0, order)
      .view ({ -1, group, n_heads, map.size (1) / n_heads })
      .permute ({ 0, 2, 1, 3 });
}

Tensor
attend_among_kinds (const Step &step, const std::vector<Tensor> &maps)
{
  int64_t n_heads = step.op.attention.n_heads;
  int64_t channels = maps[2].size (1);
  int64_t n = maps[2].size (2) * maps[2].size (3);
  int64_t group = std::min<int64_t> (n, step.op.attention.group);
  int64_t n_groups = (n + group - 1) / group;
  int64_t at_once = std::max<int64_t> (1, MOST_LOGITS / (n_heads * group * group));
  Tensor order = sort_pixels (maps[3], n_groups * group);
  Tensor result = at::empty ({ n, channels }, maps[2].options ());

  for (int64_t first = 0; first < n_groups; first += at_once)
    {
      int64_t last = std::min (first + at_once, n_groups);
      Tensor part = order.narrow (0, first * group, (last - first) * group);
      int64_t n_own = std::min (last * group, n) - first * group;

      check_interrupted ();
      Tensor queries = get_groups (maps[0], part, group, n_heads);
      Tensor keys = get_groups (maps[1], part, group, n_heads);
      Tensor values = get_groups (maps[2], part, group, n_heads);
      Tensor logits = at::matmul (queries, keys.transpose (-2, -1)) * step.weight;
      Tensor weights = at::softmax (logits, -1).to (values.scalar_type ());
      Tensor mixed = at::matmul (weights, values);
      result.index_copy_ (
          0, part.narrow (0, 0, n_own),
          mixed.permute ({ 0, 2, 1, 3 }).reshape ({ -1, channels }).narrow (0, 0, n_own));
    }
  return to_map (result.view ({ 1, maps[2].size (2), maps[2].size (3), channels }));
}

/* ---- matrices ---- */

Tensor
make_list (const Step &step)
{
  return to_map (step.weight.view ({ 1, step.op.length, 1, step.op.channels }));
}

static Tensor
to_matrix (const Tensor &map)
{
  return to_tokens (map).reshape ({ -1, map.size (1) });
}

Tensor
multiply (const Step &step, const Tensor &a, const Tensor &b)
{
  Tensor first = to_matrix (a);
  Tensor second = to_matrix (b);
  Tensor product = at::matmul (step.op.matmul.transposes_a ? first.t () : first,
                               step.op.matmul.transposes_b ? second.t () : second);

  if (step.op.matmul.transposes_a)
    return to_map (product.view ({ 1, product.size (0), 1, product.size (1) }));
  return to_map (product.view ({ 1, a.size (2), a.size (3), product.size (1) }));
}

Tensor
normalise (const Step &step, const Tensor &map)
{
  Tensor matrix = to_matrix (map);

  return to_map (at::softmax (matrix, step.op.softmax.is_over_pixels ? 0 : 1)
                     .view ({ 1, map.size (2), map.size (3), map.size (1) }));
}

/* ---- moving pixels ---- */

static Tensor
swap_axes (const Tensor &map, int64_t rows, int64_t columns)
{
  Tensor tokens = to_tokens (map).reshape (
      { rows, map.size (2) / rows, columns, map.size (3) / columns, map.size (1) });

  return to_map (
      tokens.permute ({ 1, 0, 3, 2, 4 }).reshape ({ 1, map.size (2), map.size (3), map.size (1) }));
}

Tensor
grid_to_windows (const Step &step, const Tensor &map)
{
  return swap_axes (map, step.op.shuffle.factor, step.op.shuffle.factor);
}

Tensor
windows_to_grid (const Step &step, const Tensor &map)
{
  return swap_axes (map, map.size (2) / step.op.shuffle.factor,
                    map.size (3) / step.op.shuffle.factor);
}

} // namespace genga
