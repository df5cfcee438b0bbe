/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/tokens.h"
#include "engine/torch/torch-interrupt.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>

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
