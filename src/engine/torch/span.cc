/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPAN. */
#include "engine/torch/span.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tensor.h>

#include <array>

namespace genga
{

static constexpr int N_BLOCKS = 6;
/* What the weights were trained with and no file says. */
static constexpr double IMAGE_RANGE = 255;
static constexpr double SPAN_MEAN_RGB[] = { 0.4488, 0.4371, 0.4040 };

/* A convolution as the training saw it, in f64. */
struct WideConv
{
  Tensor weight; /* out x in x height x width */
  Tensor bias;
};

static WideConv
load_wide (const Weights &weights, const std::string &prefix)
{
  return WideConv{ weights.get_stored (prefix + ".weight").to (at::kDouble).contiguous (),
                   weights.get_stored (prefix + ".bias").to (at::kDouble).contiguous () };
}

/*
 * A Conv3XC is 1x1, 3x3 and 1x1 convolutions in a row beside a 1x1 one, all linear: one 3x3
 * convolution. The result that files carry along (eval_conv) is stale in many of them.
 */
static Conv
load_conv3xc (const Weights &weights, const std::string &prefix, bool slim, at::ScalarType type)
{
  if (slim)
    return weights.conv (prefix + ".eval_conv", type);

  WideConv first = load_wide (weights, prefix + ".conv.0");
  WideConv middle = load_wide (weights, prefix + ".conv.1");
  WideConv last = load_wide (weights, prefix + ".conv.2");
  WideConv beside = load_wide (weights, prefix + ".sk");

  Tensor narrow_in = first.weight.flatten (1);
  Tensor narrow_out = last.weight.flatten (1);
  Tensor taps = middle.weight.permute ({ 2, 3, 0, 1 });
  Tensor weight = at::matmul (at::matmul (narrow_out, taps), narrow_in).permute ({ 2, 3, 0, 1 });
  Tensor through = middle.weight.sum (at::IntArrayRef{ 2, 3 });
  Tensor bias = at::matmul (narrow_out, at::matmul (through, first.bias) + middle.bias) + last.bias;

  weight.select (2, 1).select (2, 1).add_ (beside.weight.flatten (1));
  return weights.place (weight, bias + beside.bias, type);
}

class Span final : public Network
{
public:
  Span (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
      : scale_ (spec.scale), type_ (type),
        bytes_per_pixel_ (spec.span.num_feat *
                              (10.0 * c10::elementSize (type) + (type == at::kFloat ? 0 : 8)) +
                          4.0 * spec.out_channels * spec.scale * spec.scale)
  {
    bool slim = spec.span.slim;

    first_ = load_conv3xc (weights, "conv_1", slim, at::kFloat);
    for (int i = 0; i < N_BLOCKS; i++)
      for (int j = 0; j < 3; j++)
        {
          std::string prefix =
              "block_" + std::to_string (i + 1) + ".c" + std::to_string (j + 1) + "_r";

          blocks_[i][j] = load_conv3xc (weights, prefix, slim, type);
        }
    after_ = load_conv3xc (weights, "conv_2", slim, type);
    join_ = weights.conv ("conv_cat", type);
    last_ = weights.conv ("upsampler.0", at::kFloat);
    if (spec.span.norm)
      mean_ = at::tensor (at::ArrayRef<double> (SPAN_MEAN_RGB), at::kFloat)
                  .view ({ 1, 3, 1, 1 })
                  .to (first_.weight.device ());
  }

  void
  run (const Tensor &input, Tensor &output) const override
  {
    Tensor start = mean_.defined () ? (input - mean_).mul_ (IMAGE_RANGE) : input;
    Tensor features = first_.in_f32 (start).to (type_);
    start.reset ();

    Tensor after_first;
    Tensor inside_last;
    Tensor map = features;
    for (int i = 0; i < N_BLOCKS; i++)
      {
        Tensor first = blocks_[i][0](map);
        at::silu_ (first);
        Tensor second = blocks_[i][1](first);
        at::silu_ (second);
        Tensor third = blocks_[i][2](second);
        second.reset ();
        Tensor attention = at::sigmoid (third).sub_ (0.5);

        map = third.add_ (map).mul_ (attention);
        if (i == 0)
          after_first = map;
        /* Activated: the reference's activation is in place. */
        if (i == N_BLOCKS - 1)
          inside_last = first;
      }

    map = after_ (map);
    map = join_ (at::cat ({ features, map, after_first, inside_last }, 1));
    features.reset ();
    after_first.reset ();
    inside_last.reset ();
    pixel_shuffle_into (last_.in_f32 (map), Tensor (), scale_, output);
  }

  double
  get_bytes_per_pixel () const override
  {
    return bytes_per_pixel_;
  }

private:
  int scale_;
  at::ScalarType type_;
  double bytes_per_pixel_;
  Tensor mean_;
  Conv first_;
  std::array<std::array<Conv, 3>, N_BLOCKS> blocks_;
  Conv after_;
  Conv join_;
  Conv last_;
};

std::unique_ptr<Network>
make_span (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
{
  return std::make_unique<Span> (spec, weights, type);
}

} // namespace genga
