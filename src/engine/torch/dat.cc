/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DAT. */
#include "engine/torch/dat-attention.h"
#include "engine/torch/dat.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/tensor.h>

#include <vector>

namespace genga
{

static constexpr double NORM_EPSILON = 1e-5;
static constexpr double RESIDUAL_SLOPE = 0.2;
static constexpr double UPSAMPLE_SLOPE = 0.01;
static constexpr double MEAN_RGB[] = { 0.4488, 0.4371, 0.4040 };

/* The feed-forward network, gated by a convolution of its second half. */
struct DatFeedForward
{
  Linear widen;
  Norm norm;
  Conv conv;
  Linear narrow;

  void
  load (const Weights &weights, const std::string &prefix, at::ScalarType type)
  {
    widen = weights.linear (prefix + ".fc1", type);
    norm = weights.norm (prefix + ".sg.norm", type, NORM_EPSILON);
    conv = weights.conv (prefix + ".sg.conv", type);
    narrow = weights.linear (prefix + ".fc2", type);
  }

  Tensor
  operator() (const Tensor &tokens) const
  {
    Tensor wide = widen (tokens);
    at::gelu_ (wide);
    int64_t half = wide.size (3) / 2;
    Tensor gate = conv (to_map (norm.layer_norm (wide.narrow (3, half, half))), half);

    return narrow (to_tokens (gate.mul_ (to_map (wide.narrow (3, 0, half)))));
  }
};

struct DatBlock
{
  Norm norm1;
  std::unique_ptr<DatAttention> attention;
  Norm norm2;
  DatFeedForward feed_forward;

  /* `tokens` is used up. */
  Tensor
  operator() (Tensor tokens) const
  {
    tokens.add_ ((*attention) (norm1.layer_norm (tokens)));
    return tokens.add_ (feed_forward (norm2.layer_norm (tokens)));
  }
};

/* What stands before a residual connection: one convolution or three. */
struct DatTail
{
  std::vector<Conv> convs;

  void
  load (const Weights &weights, const std::string &prefix, bool three, at::ScalarType type)
  {
    if (!three)
      {
        convs.push_back (weights.conv (prefix, type));
        return;
      }
    for (const char *index : { ".0", ".2", ".4" })
      convs.push_back (weights.conv (prefix + index, type));
  }

  Tensor
  operator() (const Tensor &map) const
  {
    Tensor result = convs[0](map);

    for (size_t i = 1; i < convs.size (); i++)
      result = convs[i](at::leaky_relu_ (result, RESIDUAL_SLOPE));
    return result;
  }
};

struct DatGroup
{
  std::vector<DatBlock> blocks;
  DatTail tail;
};

class Dat final : public Network
{
public:
  Dat (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
      : scale_ (spec.scale), type_ (type), is_direct_ (spec.dat.direct)
  {
    const GengaDatSpec &net = spec.dat;

    first_ = weights.conv ("conv_first", at::kFloat);
    before_ = weights.norm ("before_RG.1", type, NORM_EPSILON);
    for (int i = 0; i < net.n_layers; i++)
      groups_.push_back (load_group (net, weights, i, type));
    after_ = weights.norm ("norm", type, NORM_EPSILON);
    tail_.load (weights, "conv_after_body", net.three_conv, type);
    if (is_direct_)
      last_ = weights.conv ("upsample.0", at::kFloat);
    else
      {
        before_upsample_ = weights.conv ("conv_before_upsample.0", type);
        for (int i = 0; weights.has ("upsample." + std::to_string (i) + ".weight"); i += 2)
          ups_.push_back (weights.conv ("upsample." + std::to_string (i), type));
        last_ = weights.conv ("conv_last", at::kFloat);
      }
    load_mean (spec);

    double size = (double)c10::elementSize (type);
    double inside = size * (18.0 * net.dim + net.hidden);
    double full = is_direct_ ? 0 : 2.4 * size * net.num_feat * scale_ * scale_;
    bytes_per_pixel_ = std::max (inside, full + 4.0 * spec.out_channels * scale_ * scale_);
  }

  void
  run (const Tensor &input, Tensor &output) const override
  {
    Tensor features = first_.in_f32 (mean_.defined () ? input - mean_ : input).to (type_);
    Tensor tokens = before_.layer_norm (to_tokens (features));

    for (const DatGroup &group : groups_)
      {
        Tensor inside = tokens.clone ();

        for (const DatBlock &block : group.blocks)
          inside = block (inside);
        tokens.add_ (to_tokens (group.tail (to_map (inside))));
      }
    Tensor map = tail_ (to_map (after_.layer_norm (tokens))).add_ (features);
    tokens.reset ();
    features.reset ();

    if (is_direct_)
      {
        pixel_shuffle_into (last_.in_f32 (map), Tensor (), scale_, output);
        return;
      }
    map = before_upsample_ (map);
    at::leaky_relu_ (map, UPSAMPLE_SLOPE);
    for (const Conv &up : ups_)
      map = shuffle (up (map), up.weight.size (0) / up.weight.size (1));
    output.copy_ (last_.in_f32 (map));
  }

  double
  get_bytes_per_pixel () const override
  {
    return bytes_per_pixel_;
  }

private:
  static DatGroup
  load_group (const GengaDatSpec &net, const Weights &weights, int index, at::ScalarType type)
  {
    std::string prefix = "layers." + std::to_string (index);
    DatGroup group;

    for (int i = 0; i < net.depth[index]; i++)
      {
        std::string at = prefix + ".blocks." + std::to_string (i);
        DatBlock block;

        block.norm1 = weights.norm (at + ".norm1", type, NORM_EPSILON);
        block.attention = make_dat_attention (net, weights, index, i, type);
        block.norm2 = weights.norm (at + ".norm2", type, NORM_EPSILON);
        block.feed_forward.load (weights, at + ".ffn", type);
        group.blocks.push_back (std::move (block));
      }
    group.tail.load (weights, prefix + ".conv", net.three_conv, type);
    return group;
  }

  /* The mean that is taken off the input comes back with the last layer's bias. */
  void
  load_mean (const GengaNetSpec &spec)
  {
    if (spec.in_channels != 3)
      return;
    mean_ = at::tensor (at::ArrayRef<double> (MEAN_RGB), at::kFloat).to (first_.weight.device ());
    last_.bias = last_.bias + mean_.repeat_interleave (last_.bias.size (0) / 3);
    mean_ = mean_.view ({ 1, 3, 1, 1 });
  }

  static Tensor
  shuffle (const Tensor &map, int64_t ratio)
  {
    return at::pixel_shuffle (map, ratio == 9 ? 3 : 2).contiguous (at::MemoryFormat::ChannelsLast);
  }

  int scale_;
  at::ScalarType type_;
  bool is_direct_;
  double bytes_per_pixel_ = 0;
  Tensor mean_;
  Conv first_;
  Norm before_;
  std::vector<DatGroup> groups_;
  Norm after_;
  DatTail tail_;
  Conv before_upsample_;
  std::vector<Conv> ups_;
  Conv last_;
};

std::unique_ptr<Network>
make_dat (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
{
  return std::make_unique<Dat> (spec, weights, type);
}

} // namespace genga
