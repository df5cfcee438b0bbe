/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/torch/loops.h"

#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#  define MANY_TARGETS __attribute__ ((target_clones ("avx512f", "avx2", "default")))
#else
#  define MANY_TARGETS
#endif

namespace genga
{

MANY_TARGETS void
loop_prelu (float *__restrict data,
            const float *__restrict slopes,
            int64_t n_pixels,
            int64_t n_channels)
{
  for (int64_t i = 0; i < n_pixels; i++, data += n_channels)
    for (int64_t c = 0; c < n_channels; c++)
      {
        float value = data[c];
        float scaled = value * slopes[c];

        data[c] = value > 0 ? value : scaled;
      }
}

static inline float
widen (uint16_t value)
{
  uint32_t bits = (uint32_t)value << 16;
  float result;

  memcpy (&result, &bits, sizeof result);
  return result;
}

static inline uint16_t
narrow (float value)
{
  uint32_t bits;

  memcpy (&bits, &value, sizeof bits);
  uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  uint32_t quiet = (bits >> 16) | 0x40;
  return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
}

MANY_TARGETS void
loop_prelu_bf16 (uint16_t *__restrict data,
                 const float *__restrict slopes,
                 int64_t n_pixels,
                 int64_t n_channels)
{
  for (int64_t i = 0; i < n_pixels; i++, data += n_channels)
    for (int64_t c = 0; c < n_channels; c++)
      {
        float value = widen (data[c]);
        float scaled = value * slopes[c];

        data[c] = narrow (value > 0 ? value : scaled);
      }
}

void
loop_pixel_shuffle (const float *__restrict from,
                    const float *__restrict base,
                    float *__restrict to,
                    int64_t width,
                    int64_t n_channels,
                    int64_t scale)
{
  int64_t square = scale * scale;
  int64_t row = width * scale * n_channels;

  for (int64_t x = 0; x < width; x++, from += n_channels * square)
    for (int64_t c = 0; c < n_channels; c++)
      {
        float under = base != nullptr ? base[x * n_channels + c] : 0;
        const float *in = from + c * square;

        for (int64_t i = 0; i < scale; i++)
          {
            float *out = to + i * row + x * scale * n_channels + c;

            for (int64_t j = 0; j < scale; j++)
              out[j * n_channels] = in[i * scale + j] + under;
          }
      }
}

} // namespace genga
