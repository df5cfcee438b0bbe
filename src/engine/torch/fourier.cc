/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/fourier.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/complex.h>
#include <ATen/ops/fft_irfft2.h>
#include <ATen/ops/fft_rfft2.h>
#include <ATen/ops/view_as_real.h>

namespace genga
{

static Tensor
take (const Tensor &result, const Tensor &like)
{
  return result.to (like.scalar_type ()).contiguous (at::MemoryFormat::ChannelsLast);
}

Tensor
transform (const Tensor &map)
{
  Tensor spectrum = at::fft_rfft2 (map.to (at::kFloat).contiguous (), at::OptionalIntArrayRef (),
                                   at::IntArrayRef{ -2, -1 }, "ortho");
  Tensor parts = at::view_as_real (spectrum);

  return take (at::cat ({ parts.select (-1, 0), parts.select (-1, 1) }, 1), map);
}

Tensor
transform_back (const Tensor &spectrum)
{
  Tensor wide = spectrum.to (at::kFloat).contiguous ();
  int64_t n = wide.size (1) / 2;
  Tensor parts = at::complex (wide.narrow (1, 0, n), wide.narrow (1, n, n));

  return take (at::fft_irfft2 (parts, at::IntArrayRef{ wide.size (2), 2 * (wide.size (3) - 1) },
                               at::IntArrayRef{ -2, -1 }, "ortho"),
               spectrum);
}

} // namespace genga
