/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The measure for Genga's speed: a Compact network whose layers are called one by one through
 * LibTorch's C++ API, in its best layout (channels last, for weights and activations), without
 * gradients, with memory kept between calls.
 */
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <c10/core/InferenceMode.h>

#include "core/choices.h"

#include <chrono>
#include <cmath>
#include <vector>

namespace
{

struct Layer
{
  at::Tensor weight;
  at::Tensor bias;
  at::Tensor slopes;
};

std::vector<Layer>
make_layers (int features, int convs, int scale, at::ScalarType type)
{
  std::vector<Layer> layers;

  for (int i = 0; i < convs + 2; i++)
    {
      int in = i == 0 ? 3 : features;
      int out = i == convs + 1 ? 3 * scale * scale : features;
      double gain = 1 / std::sqrt (9.0 * in);

      layers.push_back ({ (at::randn ({ out, in, 3, 3 }) * gain)
                              .to (type)
                              .contiguous (at::MemoryFormat::ChannelsLast),
                          (at::randn ({ out }) * 0.01).to (type),
                          (at::rand ({ out }) * 0.5).to (type) });
    }
  return layers;
}

at::Tensor
run (const std::vector<Layer> &layers, const at::Tensor &input, int scale)
{
  at::Tensor map = input;

  for (size_t i = 0; i < layers.size (); i++)
    {
      map = at::conv2d (map, layers[i].weight, layers[i].bias, 1, 1);
      if (i + 1 < layers.size ())
        map = at::prelu (map, layers[i].slopes);
    }
  return at::pixel_shuffle (map, scale) +
         at::upsample_nearest2d (input, { input.size (2) * scale, input.size (3) * scale });
}

} // namespace

extern "C" double genga_bench_eager_compact (
    int height, int width, int features, int convs, int scale, int precision, int repeats);

/*
 * Seconds of the fastest of `repeats` passes. The caller has raised malloc's thresholds
 * (genga_memory_tune_allocator()) and made a pass to warm up.
 */
extern "C" double
genga_bench_eager_compact (
    int height, int width, int features, int convs, int scale, int precision, int repeats)
{
  c10::InferenceMode inference;
  at::ScalarType type = precision == GENGA_PRECISION_BF16 ? at::kBFloat16 : at::kFloat;
  std::vector<Layer> layers = make_layers (features, convs, scale, type);
  at::Tensor input =
      at::rand ({ 1, 3, height, width }).to (type).contiguous (at::MemoryFormat::ChannelsLast);
  double best = INFINITY;

  for (int i = 0; i < repeats; i++)
    {
      auto start = std::chrono::steady_clock::now ();
      run (layers, input, scale);
      std::chrono::duration<double> seconds = std::chrono::steady_clock::now () - start;

      best = std::min (best, seconds.count ());
    }
  return best;
}
