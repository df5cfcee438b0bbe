/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/layers.h"
#include "engine/torch/torch-interrupt.h"
#include "engine/torch/loops.h"

#include <ATen/Parallel.h>
#include <ATen/ops/conv_transpose2d.h>
#include <ATen/ops/mkldnn_convolution.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/pixel_shuffle.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/upsample_nearest2d.h>

#include <algorithm>
#include <array>

namespace genga
{

/* Rows of a half-precision map that are widened at a time. */
static constexpr int64_t F32_BAND_ROWS = 64;

static Tensor
convolve_onednn (const Tensor &map, const Conv &conv)
{
  return at::mkldnn_convolution (map, conv.weight, conv.bias, { conv.pad_y, conv.pad_x },
                                 { conv.stride, conv.stride }, { conv.dilation, conv.dilation },
                                 conv.groups);
}

/* It throws on CPUs that it has no code for, and knows best which these are. */
static bool
can_onednn (at::ScalarType type)
{
  try
    {
      Tensor map = to_dense (at::ones ({ 1, 1, 3, 3 }, type));
      convolve_onednn (map, Conv{ map, at::ones ({ 1 }, type), 1, 1 });
      return true;
    }
  catch (const c10::Error &)
    {
      return false;
    }
}

/*
 * For small maps at::conv2d() takes another implementation, whose sums differ in the last bits. A
 * part of a picture is to be what the whole has there.
 */
static bool
takes_onednn (const Tensor &map, const Conv &conv)
{
  static const bool has_f32 = can_onednn (at::kFloat);
  static const bool has_bf16 = can_onednn (at::kBFloat16);

  return map.is_cpu () && !conv.is_transposed && conv.weight.size (2) == 3 &&
         conv.weight.size (3) == 3 &&
         ((map.scalar_type () == at::kFloat && has_f32) ||
          (map.scalar_type () == at::kBFloat16 && has_bf16));
}

Tensor
Conv::operator() (const Tensor &map) const
{
  Tensor dense = to_dense (map);
  std::array<int64_t, 2> padding{ pad_y, pad_x };

  if (takes_onednn (dense, *this))
    return convolve_onednn (dense, *this);
  if (is_transposed)
    return at::conv_transpose2d (dense, weight, bias, stride, padding, 0, groups, dilation);
  return at::conv2d (dense, weight, bias, stride, padding, dilation, groups);
}

/* Whether rows of the result lie where those of the map do. */
static bool
keeps_rows (const Conv &conv)
{
  return !conv.is_transposed && conv.stride == 1 &&
         2 * conv.pad_y == conv.dilation * (conv.weight.size (2) - 1) &&
         2 * conv.pad_x == conv.dilation * (conv.weight.size (3) - 1);
}

Tensor
Conv::in_f32 (const Tensor &map) const
{
  if (map.scalar_type () == at::kFloat || !keeps_rows (*this))
    return (*this) (map.to (at::kFloat));

  int64_t height = map.size (2);
  Tensor result = at::empty ({ 1, weight.size (0), height, map.size (3) },
                             map.options ().dtype (at::kFloat), at::MemoryFormat::ChannelsLast);
  for (int64_t begin = 0; begin < height; begin += F32_BAND_ROWS)
    {
      int64_t end = std::min (begin + F32_BAND_ROWS, height);
      int64_t from = std::max<int64_t> (begin - pad_y, 0);
      int64_t to = std::min (end + pad_y, height);

      check_interrupted ();
      Tensor band = (*this) (map.slice (2, from, to).to (at::kFloat));
      result.slice (2, begin, end).copy_ (band.slice (2, begin - from, end - from));
    }
  return result;
}

Tensor
to_dense (const Tensor &map)
{
  return map.contiguous (at::MemoryFormat::ChannelsLast);
}

Tensor
to_tokens (const Tensor &map)
{
  return map.permute ({ 0, 2, 3, 1 });
}

Tensor
to_map (const Tensor &tokens)
{
  return tokens.permute ({ 0, 3, 1, 2 });
}

bool
is_ours (const Tensor &map)
{
  return map.use_count () == 1 && map.storage ().use_count () == 1 &&
         map.is_contiguous (at::MemoryFormat::ChannelsLast);
}

Tensor
upsample_nearest (const Tensor &map, int64_t scale)
{
  return at::upsample_nearest2d (map, { map.size (2) * scale, map.size (3) * scale });
}

static bool
can_loop (const Tensor &map)
{
  return map.is_cpu () && map.is_contiguous (at::MemoryFormat::ChannelsLast);
}

Tensor
prelu (Tensor map, const Tensor &slopes)
{
  if (!is_ours (map))
    map = map.clone (at::MemoryFormat::ChannelsLast);

  int64_t n_channels = map.size (1);
  int64_t n_pixels = map.size (2) * map.size (3);
  const float *slope = slopes.const_data_ptr<float> ();

  if (can_loop (map) && map.scalar_type () == at::kFloat)
    {
      float *data = map.data_ptr<float> ();

      at::parallel_for (0, n_pixels, LOOP_GRAIN, [&] (int64_t begin, int64_t end) {
        loop_prelu (data + begin * n_channels, slope, end - begin, n_channels);
      });
      return map;
    }
  if (can_loop (map) && map.scalar_type () == at::kBFloat16)
    {
      auto *data = reinterpret_cast<uint16_t *> (map.data_ptr<at::BFloat16> ());

      at::parallel_for (0, n_pixels, LOOP_GRAIN, [&] (int64_t begin, int64_t end) {
        loop_prelu_bf16 (data + begin * n_channels, slope, end - begin, n_channels);
      });
      return map;
    }
  return at::prelu (map, slopes.to (map.scalar_type ()));
}

void
pixel_shuffle_into (const Tensor &map, const Tensor &base, int64_t scale, Tensor &output)
{
  int64_t n_channels = output.size (1);
  int64_t width = map.size (3);

  if (!can_loop (map) || !can_loop (output) || (base.defined () && !can_loop (base)))
    {
      Tensor shuffled = at::pixel_shuffle (map, scale);

      if (base.defined ())
        shuffled.add_ (upsample_nearest (base, scale));
      output.copy_ (shuffled);
      return;
    }

  const float *from = map.const_data_ptr<float> ();
  const float *under = base.defined () ? base.const_data_ptr<float> () : nullptr;
  float *to = output.data_ptr<float> ();
  int64_t from_row = width * map.size (1);
  int64_t to_row = width * scale * n_channels;

  at::parallel_for (0, map.size (2), 1, [&] (int64_t begin, int64_t end) {
    for (int64_t y = begin; y < end; y++)
      loop_pixel_shuffle (from + y * from_row,
                          under != nullptr ? under + y * width * base.size (1) : nullptr,
                          to + y * scale * to_row, width, n_channels, scale);
  });
}

} // namespace genga
