/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RealPLKSR and PLKSR. */
#include "engine/torch/dysample.h"
#include "engine/torch/plksr.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/mish.h>
#include <ATen/ops/sigmoid.h>

#include <vector>

namespace genga
{

static constexpr int64_t NORM_GROUPS = 4;
static constexpr double PLKSR_NORM_EPSILON = 1e-6;
static constexpr double GROUP_NORM_EPSILON = 1e-5;

class PlksrBlock
{
public:
  PlksrBlock (const GengaPlksrSpec &net,
              const Weights &weights,
              const std::string &prefix,
              at::ScalarType type)
      : is_real_ (net.mixer == GENGA_PLKSR_REAL), layer_norm_ (net.layer_norm), use_ea_ (net.use_ea)
  {
    std::string mixer = prefix + (is_real_ ? ".channel_mixer" : ".channe_mixer");

    widen_ = weights.conv (mixer + ".0", type);
    narrow_ = weights.conv (mixer + ".2", type);
    large_ = weights.conv (prefix + ".lk.conv", type);
    if (use_ea_)
      attention_ = weights.conv (prefix + ".attn.f.0", type);
    refine_ = weights.conv (prefix + ".refine", type);
    if (layer_norm_)
      norm_ = weights.norm (prefix + ".layer_norm", type, PLKSR_NORM_EPSILON);
    else if (is_real_)
      norm_ = weights.norm (prefix + ".norm", type, GROUP_NORM_EPSILON);
  }

  Tensor
  operator() (const Tensor &input) const
  {
    Tensor map = mix (layer_norm_ ? norm_.layer_norm_map (input) : input);
    Tensor part = map.narrow (1, 0, large_.weight.size (0));

    part.copy_ (large_ (part.contiguous (at::MemoryFormat::ChannelsLast)));
    if (use_ea_)
      map.mul_ (attention_ (map).sigmoid_ ());
    map = refine_ (map);
    if (is_real_ && !layer_norm_)
      map = norm_.group_norm (map, NORM_GROUPS);
    return map.add_ (input);
  }

private:
  Tensor
  mix (const Tensor &input) const
  {
    Tensor wide = widen_ (input);

    if (is_real_)
      at::mish_ (wide);
    else
      at::gelu_ (wide);
    return narrow_ (wide);
  }

  bool is_real_;
  bool layer_norm_;
  bool use_ea_;
  Norm norm_;
  Conv widen_;
  Conv narrow_;
  Conv large_;
  Conv attention_;
  Conv refine_;
};

class Plksr final : public Network
{
public:
  Plksr (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
      : scale_ (spec.scale), type_ (type), use_dysample_ (spec.plksr.dysample),
        bytes_per_pixel_ (6.5 * spec.plksr.dim * c10::elementSize (type))
  {
    const GengaPlksrSpec &net = spec.plksr;

    first_ = weights.conv ("feats.0", at::kFloat);
    for (int i = 1; i <= net.n_blocks; i++)
      blocks_.emplace_back (net, weights, "feats." + std::to_string (i), type);
    last_ = weights.conv ("feats." + std::to_string (net.last_index), at::kFloat);
    if (use_dysample_)
      dysample_.load (weights, "to_img", scale_, net.dysample_groups, net.dysample_end_conv);
  }

  void
  run (const Tensor &input, Tensor &output) const override
  {
    Tensor map = first_.in_f32 (input).to (type_);

    for (const PlksrBlock &block : blocks_)
      map = block (map);
    map = last_.in_f32 (map);
    if (use_dysample_)
      output.copy_ (dysample_ (map.add_ (input.repeat_interleave (scale_ * scale_, 1))));
    else
      pixel_shuffle_into (map, input, scale_, output);
  }

  double
  get_bytes_per_pixel () const override
  {
    return bytes_per_pixel_;
  }

private:
  int scale_;
  at::ScalarType type_;
  bool use_dysample_;
  double bytes_per_pixel_;
  Conv first_;
  std::vector<PlksrBlock> blocks_;
  Conv last_;
  DySample dysample_;
};

std::unique_ptr<Network>
make_plksr (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
{
  return std::make_unique<Plksr> (spec, weights, type);
}

} // namespace genga
