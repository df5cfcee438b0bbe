/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compact (SRVGGNetCompact). */
#include "engine/torch/compact.h"

#include <vector>

namespace genga
{

class Compact final : public Network
{
public:
  Compact (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
      : scale_ (spec.scale), type_ (type),
        bytes_per_pixel_ (3.0 * spec.compact.num_feat * c10::elementSize (type) +
                          4.0 * spec.out_channels * spec.scale * spec.scale)
  {
    int n_layers = spec.compact.num_conv + 2;

    for (int i = 0; i < n_layers; i++)
      {
        bool is_end = i == 0 || i == n_layers - 1;

        convs_.push_back (
            weights.conv ("body." + std::to_string (2 * i), is_end ? at::kFloat : type));
        if (i < n_layers - 1)
          slopes_.push_back (
              weights.get ("body." + std::to_string (2 * i + 1) + ".weight", at::kFloat));
      }
  }

  void
  run (const Tensor &input, Tensor &output) const override
  {
    Tensor map = prelu (convs_[0].in_f32 (input), slopes_[0]).to (type_);

    for (size_t i = 1; i < slopes_.size (); i++)
      map = prelu (convs_[i](map), slopes_[i]);
    pixel_shuffle_into (convs_.back ().in_f32 (map), input, scale_, output);
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
  std::vector<Conv> convs_;
  std::vector<Tensor> slopes_;
};

std::unique_ptr<Network>
make_compact (const GengaNetSpec &spec, const Weights &weights, at::ScalarType type)
{
  return std::make_unique<Compact> (spec, weights, type);
}

} // namespace genga
