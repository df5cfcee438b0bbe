/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inner loops of the CPU on plain arrays, compiled for several instruction sets of which the best
 * is picked when the module is loaded. All variants give the same bits.
 */
#pragma once

#include <cstdint>

namespace genga
{

/* Pixels that make a piece worth a thread. */
constexpr int64_t LOOP_GRAIN = 4096;

/* Per-channel parametric ReLU in place on n_pixels x n_channels values; NaN stays NaN. */
void loop_prelu (float *data, const float *slopes, int64_t n_pixels, int64_t n_channels);
/* The same on bf16 values, computed in f32 and rounded to nearest even. */
void loop_prelu_bf16 (uint16_t *data, const float *slopes, int64_t n_pixels, int64_t n_channels);

/*
 * One row of a pixel shuffle: `from` is width x (n_channels * scale^2), `to` is scale rows of
 * (width * scale) x n_channels. `base` (width x n_channels, or null) is added to every copy.
 */
void loop_pixel_shuffle (const float *from,
                         const float *base,
                         float *to,
                         int64_t width,
                         int64_t n_channels,
                         int64_t scale);

} // namespace genga
