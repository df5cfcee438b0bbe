/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ESRGAN (RRDBNet). */
#include "engine/torch/esrgan.h"

#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/pixel_unshuffle.h>

#include <algorithm>
#include <array>
#include <vector>

namespace genga
{

static constexpr double SLOPE = 0.2;
static constexpr double RESIDUAL = 0.2;

/* The names of one key layout; the old one numbers the tail. */
struct Layout
{
  std::string first;
  std::string body;
  std::string dense;
  std::string suffix; /* after a dense block's convolution */
  std::string trunk;
  std::vector<std::string> ups;
  std::string high;
  std::string last;
};

static Layout
get_layout (const GengaEsrganSpec &net)
{
  Layout layout;

  switch (net.layout)
    {
    case GENGA_ESRGAN_OLD:
    case GENGA_ESRGAN_PLUS:
      layout = { "model.0", "model.1.sub.", "RDB", ".0", "", {}, "", "" };
      layout.trunk = layout.body + std::to_string (net.num_blocks);
      for (int i = 1; i <= net.n_up; i++)
        layout.ups.push_back ("model." + std::to_string (3 * i));
      layout.high = "model." + std::to_string (3 * net.n_up + 2);
      layout.last = "model." + std::to_string (3 * net.n_up + 4);
      return layout;
    case GENGA_ESRGAN_REALESRGAN:
      layout = { "conv_first", "body.", "rdb", "", "conv_body", {}, "conv_hr", "conv_last" };
      for (int i = 1; i <= net.n_up; i++)
        layout.ups.push_back ("conv_up" + std::to_string (i));
      return layout;
    case GENGA_ESRGAN_BSRGAN:
      layout = { "conv_first", "RRDB_trunk.", "RDB", "", "trunk_conv", {}, "HRconv", "conv_last" };
      for (int i = 1; i <= net.n_up; i++)
        layout.ups.push_back ("upconv" + std::to_string (i));
      return layout;
    }
  throw ModelError ("its key layout is unknown here");
}

struct DenseBlock
{
  std::array<Conv, 5> convs;
  Conv beside; /* ESRGAN+ only */

  Tensor
  operator() (const Tensor &x) const
  {
    Tensor x1 = convs[0](x);
    at::leaky_relu_ (x1, SLOPE);
    Tensor x2 = convs[1](at::cat ({ x, x1 }, 1));
    at::leaky_relu_ (x2, SLOPE);
    if (beside.weight.defined ())
      x2.add_ (beside (x));
    Tensor x3 = convs[2](at::cat ({ x, x1, x2 }, 1));
    at::leaky_relu_ (x3, SLOPE);
    Tensor x4 = convs[3](at::cat ({ x, x1, x2, x3 }, 1));
    at::leaky_relu_ (x4, SLOPE);
    if (beside.weight.defined ())
      x4.add_ (x2);

    Tensor all = at::cat ({ x, x1, x2, x3, x4 }, 1);
    x1.reset ();
    x2.reset ();
    x3.reset ();
    x4.reset ();
    return convs[4](all).mul_ (RESIDUAL).add_ (x);
  }
};

class Esrgan final : public Network
{
public:
  Esrgan (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
      : scale_ (spec.scale), unshuffle_ (spec.esrgan.unshuffle), type_ (type)
  {
    const GengaEsrganSpec &net = spec.esrgan;
    Layout layout = get_layout (net);

    first_ = weights.conv (layout.first, at::kFloat);
    for (int i = 0; i < net.num_blocks; i++)
      for (int j = 1; j <= 3; j++)
        blocks_.push_back (load_block (
            weights, layout,
            layout.body + std::to_string (i) + "." + layout.dense + std::to_string (j), type));
    trunk_ = weights.conv (layout.trunk, type);
    for (const std::string &name : layout.ups)
      ups_.push_back (weights.conv (name, type));
    high_ = weights.conv (layout.high, type);
    last_ = weights.conv (layout.last, at::kFloat);

    /* The dense blocks hold at most this; the tail two maps at full size and some room. */
    double size = (double)c10::elementSize (type);
    double inside = size * (5.0 * net.num_feat + 8.0 * net.growth) / (unshuffle_ * unshuffle_);
    double tail = (2.4 * size * net.num_feat + 4.0 * spec.out_channels) * scale_ * scale_;
    bytes_per_pixel_ = std::max (inside, tail);
  }

  void
  run (const Tensor &input, Tensor &output) const override
  {
    Tensor start = input;

    if (unshuffle_ > 1)
      start = at::pixel_unshuffle (input, unshuffle_).contiguous (at::MemoryFormat::ChannelsLast);
    start = first_.in_f32 (start).to (type_);
    Tensor map = start;

    for (size_t i = 0; i < blocks_.size (); i += 3)
      map = blocks_[i + 2](blocks_[i + 1](blocks_[i](map))).mul_ (RESIDUAL).add_ (map);
    map = trunk_ (map).add_ (start);
    start.reset ();
    for (const Conv &up : ups_)
      {
        map = up (upsample_nearest (map, 2));
        at::leaky_relu_ (map, SLOPE);
      }
    map = high_ (map);
    at::leaky_relu_ (map, SLOPE);
    output.copy_ (last_.in_f32 (map));
  }

  double
  get_bytes_per_pixel () const override
  {
    return bytes_per_pixel_;
  }

private:
  static DenseBlock
  load_block (const Weights &weights,
              const Layout &layout,
              const std::string &prefix,
              at::ScalarType type)
  {
    DenseBlock block;

    for (int i = 0; i < 5; i++)
      block.convs[i] =
          weights.conv (prefix + ".conv" + std::to_string (i + 1) + layout.suffix, type);
    if (weights.has (prefix + ".conv1x1.weight"))
      block.beside = weights.conv (prefix + ".conv1x1", type);
    return block;
  }

  int scale_;
  int unshuffle_;
  at::ScalarType type_;
  double bytes_per_pixel_;
  Conv first_;
  std::vector<DenseBlock> blocks_;
  Conv trunk_;
  std::vector<Conv> ups_;
  Conv high_;
  Conv last_;
};

std::unique_ptr<Network>
make_esrgan (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
{
  return std::make_unique<Esrgan> (spec, weights, type);
}

} // namespace genga
