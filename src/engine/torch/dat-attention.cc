/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/dat-attention.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/roll.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace genga
{

static constexpr double BATCH_NORM_EPSILON = 1e-5;
static constexpr double LAYER_NORM_EPSILON = 1e-5;
static constexpr double NORMALISE_EPSILON = 1e-12;
static constexpr double MASKED = -100;

Conv
load_normed_conv (const Weights &weights,
                  const std::string &conv,
                  const std::string &norm,
                  at::ScalarType type)
{
  auto load = [&] (const std::string &name) { return weights.get_stored (name).to (at::kDouble); };
  Tensor factor =
      load (norm + ".weight") / (load (norm + ".running_var") + BATCH_NORM_EPSILON).sqrt_ ();
  Tensor bias = (load (conv + ".bias") - load (norm + ".running_mean")) * factor;

  return weights.place (load (conv + ".weight") * factor.view ({ -1, 1, 1, 1 }),
                        bias + load (norm + ".bias"), type);
}

/* What both kinds share: the projections, the convolution beside, and the gates between them. */
class GatedAttention : public DatAttention
{
public:
  GatedAttention (const GengaDatSpec &net,
                  const Weights &weights,
                  const std::string &prefix,
                  at::ScalarType type)
      : dim_ (net.dim), qkv_ (weights.linear (prefix + ".qkv", type)),
        project_ (weights.linear (prefix + ".proj", type)),
        beside_ (load_normed_conv (weights, prefix + ".dwconv.0", prefix + ".dwconv.1", type)),
        channel_in_ (load_normed_conv (
            weights, prefix + ".channel_interaction.1", prefix + ".channel_interaction.2", type)),
        channel_out_ (weights.conv (prefix + ".channel_interaction.4", type)),
        spatial_in_ (load_normed_conv (
            weights, prefix + ".spatial_interaction.0", prefix + ".spatial_interaction.1", type)),
        spatial_out_ (weights.conv (prefix + ".spatial_interaction.3", type))
  {
  }

protected:
  /* The convolution beside the attention, on the values: a map. */
  Tensor
  convolve (const Tensor &qkv) const
  {
    Tensor values = qkv.narrow (3, 2 * dim_, dim_).contiguous ();
    Tensor map = beside_ (to_map (values), dim_);

    return at::gelu_ (map);
  }

  /* One number per channel. */
  Tensor
  gate_channels (const Tensor &map) const
  {
    Tensor mean = map.mean (at::IntArrayRef{ 2, 3 }, true);

    return channel_out_ (at::gelu (channel_in_ (mean))).sigmoid_ ();
  }

  /* One number per pixel. */
  Tensor
  gate_pixels (const Tensor &map) const
  {
    return spatial_out_ (at::gelu (spatial_in_ (map))).sigmoid_ ();
  }

  int64_t dim_;
  Linear qkv_;
  Linear project_;

private:
  Conv beside_;
  Conv channel_in_;
  Conv channel_out_;
  Conv spatial_in_;
  Conv spatial_out_;
};

/* ---- within windows ---- */

/* One half of the channels: its windows lie or stand. */
struct Branch
{
  int64_t height; /* of a window */
  int64_t width;
  int64_t shift_y;
  int64_t shift_x;
  Tensor bias; /* heads x N x N, N = height * width */
};

/* The network that turns relative positions into biases, run once for all positions. */
static Tensor
load_position_bias (const Weights &weights,
                    const std::string &prefix,
                    int64_t height,
                    int64_t width,
                    at::ScalarType type)
{
  Tensor rows = at::arange (1 - height, height, at::kFloat).view ({ -1, 1 });
  Tensor columns = at::arange (1 - width, width, at::kFloat).view ({ 1, -1 });
  std::vector<int64_t> grid = { 2 * height - 1, 2 * width - 1 };
  Tensor table = at::stack ({ rows.expand (grid), columns.expand (grid) }, 2).flatten (0, 1);

  auto host_linear = [&] (const std::string &name, const Tensor &x) {
    Tensor weight = weights.get_stored (name + ".weight").to (at::kFloat);
    return at::matmul (x, weight.t ()) + weights.get_stored (name + ".bias").to (at::kFloat);
  };
  table = host_linear (prefix + ".pos_proj", table);
  for (int i = 1; i <= 3; i++)
    {
      std::string name = prefix + ".pos" + std::to_string (i);
      Norm norm{ weights.get_stored (name + ".0.weight").to (at::kFloat),
                 weights.get_stored (name + ".0.bias").to (at::kFloat), LAYER_NORM_EPSILON };

      table = host_linear (name + ".2", at::relu (norm.layer_norm (table)));
    }

  int64_t n = height * width;
  Tensor index = at::empty ({ n * n }, at::kLong);
  int64_t *at = index.data_ptr<int64_t> ();
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < n; j++)
      *at++ = (i / width - j / width + height - 1) * (2 * width - 1) + i % width - j % width +
              width - 1;
  Tensor bias = table.index_select (0, index).view ({ n, n, -1 }).permute ({ 2, 0, 1 });
  return bias.to (weights.get_device (), type).contiguous ();
}

/* 0, 1 or 2 along an axis: pixels that a shift brought together have different numbers. */
static Tensor
label_axis (int64_t length, int64_t window, int64_t shift)
{
  Tensor labels = at::zeros ({ length }, at::kFloat);

  labels.narrow (0, length - window, window).add_ (1);
  labels.narrow (0, length - shift, shift).add_ (1);
  return labels;
}

class SpatialAttention final : public GatedAttention
{
public:
  SpatialAttention (const GengaDatSpec &net,
                    const Weights &weights,
                    const std::string &prefix,
                    int n_heads,
                    bool shifted,
                    at::ScalarType type)
      : GatedAttention (net, weights, prefix, type), n_heads_ (n_heads / 2),
        multiple_ (std::max (net.split[0], net.split[1]))
  {
    for (int i = 0; i < 2; i++)
      {
        int height = net.split[i];
        int width = net.split[1 - i];

        branches_[i] =
            Branch{ height, width, shifted ? height / 2 : 0, shifted ? width / 2 : 0,
                    load_position_bias (weights, prefix + ".attns." + std::to_string (i) + ".pos",
                                        height, width, type) };
      }
  }

  Tensor
  operator() (const Tensor &tokens) const override
  {
    int64_t height = tokens.size (1);
    int64_t width = tokens.size (2);
    Tensor qkv = qkv_ (tokens);
    Tensor beside = convolve (qkv);
    int64_t bottom = (multiple_ - height % multiple_) % multiple_;
    int64_t right = (multiple_ - width % multiple_) % multiple_;

    /* After the linear layer: what is added is zero, not the layer's bias. */
    if (bottom + right > 0)
      qkv = at::constant_pad_nd (qkv, { 0, 0, 0, right, 0, bottom });
    Tensor halves = qkv.view ({ height + bottom, width + right, 3, 2, dim_ / 2 });
    Tensor attended = at::empty_like (tokens);
    for (int i = 0; i < 2; i++)
      attended.narrow (3, i * dim_ / 2, dim_ / 2)
          .copy_ (attend (branches_[i], halves.select (3, i))
                      .narrow (0, 0, height)
                      .narrow (1, 0, width)
                      .unsqueeze (0));
    qkv.reset ();
    halves.reset ();

    Tensor map = to_map (attended);
    Tensor pixels = gate_pixels (map);
    map.mul_ (gate_channels (beside));
    return project_ (attended.add_ (to_tokens (beside.mul_ (pixels))));
  }

private:
  /* `qkv` is H x W x 3 x C; the result H x W x C. */
  Tensor
  attend (const Branch &branch, const Tensor &qkv) const
  {
    bool shifted = branch.shift_y + branch.shift_x > 0;
    Tensor rolled = shifted ? at::roll (qkv, { -branch.shift_y, -branch.shift_x }, { 0, 1 }) : qkv;
    int64_t n_strips = qkv.size (0) / branch.height;
    Tensor result = at::empty ({ qkv.size (0), qkv.size (1), qkv.size (3) }, qkv.options ());
    Tensor upper;
    Tensor lowest;

    if (shifted)
      {
        upper = get_mask (branch, qkv, 0);
        lowest = n_strips > 1 ? get_mask (branch, qkv, n_strips - 1) : upper;
      }
    for (int64_t i = 0; i < n_strips; i++)
      {
        Tensor strip = rolled.narrow (0, i * branch.height, branch.height);
        Tensor out = result.narrow (0, i * branch.height, branch.height);

        attend_strip (branch, strip, i == n_strips - 1 ? lowest : upper, out);
      }
    return shifted ? at::roll (result, { branch.shift_y, branch.shift_x }, { 0, 1 }) : result;
  }

  /* A row of windows. */
  void
  attend_strip (const Branch &branch, const Tensor &strip, const Tensor &mask, Tensor &out) const
  {
    int64_t n_windows = strip.size (1) / branch.width;
    int64_t head_dim = strip.size (3) / n_heads_;
    int64_t n = branch.height * branch.width;
    Tensor windows =
        strip.reshape ({ branch.height, n_windows, branch.width, 3, n_heads_, head_dim })
            .permute ({ 3, 1, 4, 0, 2, 5 })
            .reshape ({ 3, n_windows, n_heads_, n, head_dim });
    Tensor queries = windows.select (0, 0).mul_ (1 / std::sqrt ((double)head_dim));
    Tensor logits = at::matmul (queries, windows.select (0, 1).transpose (-2, -1));

    logits.add_ (branch.bias);
    if (mask.defined ())
      logits.add_ (mask);
    Tensor mixed = at::matmul (at::softmax (logits, -1), windows.select (0, 2));
    out.view ({ branch.height, n_windows, branch.width, n_heads_, head_dim })
        .copy_ (mixed.view ({ n_windows, n_heads_, branch.height, branch.width, head_dim })
                    .permute ({ 2, 0, 3, 1, 4 }));
  }

  /* Windows x 1 x N x N of a strip: keeps apart what was not together before the shift. */
  Tensor
  get_mask (const Branch &branch, const Tensor &qkv, int64_t strip) const
  {
    Tensor rows = label_axis (qkv.size (0), branch.height, branch.shift_y)
                      .narrow (0, strip * branch.height, branch.height);
    Tensor columns = label_axis (qkv.size (1), branch.width, branch.shift_x);
    Tensor labels = rows.view ({ 1, -1, 1 }) * 3 + columns.view ({ -1, 1, branch.width });
    Tensor flat = labels.flatten (1);
    Tensor mask = flat.unsqueeze (1).ne (flat.unsqueeze (2)).to (at::kFloat).mul_ (MASKED);

    return mask.unsqueeze (1).to (qkv.device (), qkv.scalar_type ());
  }

  int64_t n_heads_; /* of a half */
  int64_t multiple_;
  std::array<Branch, 2> branches_;
};

/* ---- across channels ---- */

class ChannelAttention final : public GatedAttention
{
public:
  ChannelAttention (const GengaDatSpec &net,
                    const Weights &weights,
                    const std::string &prefix,
                    int n_heads,
                    at::ScalarType type)
      : GatedAttention (net, weights, prefix, type), n_heads_ (n_heads),
        temperature_ (weights.get (prefix + ".temperature", at::kFloat))
  {
  }

  Tensor
  operator() (const Tensor &tokens) const override
  {
    Tensor qkv = qkv_ (tokens);
    Tensor beside = convolve (qkv);
    Tensor attended = attend (qkv).view (tokens.sizes ());
    Tensor map = to_map (attended);
    Tensor channels = gate_channels (map);

    qkv.reset ();
    map.mul_ (gate_pixels (beside));
    return project_ (attended.add_ (to_tokens (beside.mul_ (channels))));
  }

private:
  /* Normalising the channels after their products costs a small matrix instead of two maps. */
  Tensor
  attend (const Tensor &qkv) const
  {
    int64_t head_dim = dim_ / n_heads_;
    Tensor parts = qkv.view ({ -1, 3, n_heads_, head_dim }).permute ({ 1, 2, 0, 3 });
    Tensor q_norm = get_norm (parts.select (0, 0));
    Tensor k_norm = get_norm (parts.select (0, 1));
    Tensor logits = at::matmul (parts.select (0, 0).transpose (-2, -1), parts.select (0, 1))
                        .to (at::kFloat)
                        .div_ (q_norm.unsqueeze (2))
                        .div_ (k_norm.unsqueeze (1))
                        .mul_ (temperature_);
    Tensor weights = at::softmax (logits, -1).to (qkv.scalar_type ());

    return at::matmul (parts.select (0, 2), weights.transpose (-2, -1))
        .permute ({ 1, 0, 2 })
        .contiguous ();
  }

  static Tensor
  get_norm (const Tensor &part)
  {
    return at::linalg_vector_norm (part, 2, at::IntArrayRef{ 1 }, false, at::kFloat)
        .clamp_min_ (NORMALISE_EPSILON);
  }

  int64_t n_heads_;
  Tensor temperature_; /* heads x 1 x 1 */
};

std::unique_ptr<DatAttention>
make_dat_attention (
    const GengaDatSpec &net, const Weights &weights, int group, int block, at::ScalarType type)
{
  std::string prefix =
      "layers." + std::to_string (group) + ".blocks." + std::to_string (block) + ".attn";
  int n_heads = net.heads[group];

  if (block % 2 != 0)
    return std::make_unique<ChannelAttention> (net, weights, prefix, n_heads, type);

  bool shifted = group % 2 == 0 ? block % 4 == 2 : block % 4 == 0;
  return std::make_unique<SpatialAttention> (net, weights, prefix, n_heads, shifted, type);
}

} // namespace genga
