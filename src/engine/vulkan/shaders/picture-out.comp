// SPDX-License-Identifier: GPL-3.0-or-later
// From a map, or a rectangle of it, to a picture's samples, channels last: a thread for the samples
// of a word.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 1
#include "maps.glsl"

layout (local_size_x = 64) in;

layout (constant_id = 2) const int SAMPLE = 0; // bytes of one; 4 are a float

layout (std430, binding = 7) buffer Samples
{
  uint is_bad; // whether a number was not finite
  uint unused[3];
  uint samples[];
};

// p: 0 words of a row, 1 samples of a row, 2 and 3 the rectangle's first row and column
float read_sample (int y, int at)
{
  Map map = numbers.inputs[0];
  int channel = at % map.channels;
  int pixel = (y + numbers.p[2]) * map.width + at / map.channels + numbers.p[3];

  return read0 (channel / 4 * get_n_pixels (map) + pixel)[channel & 3];
}

// To the nearest, halves up.
uint quantise (float value, float most)
{
  if (isnan (value) || isinf (value))
    is_bad = 1;
  return uint (clamp (value, 0.0, 1.0) * most + 0.5);
}

void main ()
{
  int word = int (gl_GlobalInvocationID.x), y = int (gl_GlobalInvocationID.y);
  uint bits = 0;

  if (word >= numbers.p[0])
    return;
  if (SAMPLE == 4)
    bits = floatBitsToUint (read_sample (y, word));
  else
    for (int i = 0; i < 4 / SAMPLE; i++)
      {
        int at = word * (4 / SAMPLE) + i;

        if (at < numbers.p[1])
          bits |= quantise (read_sample (y, at), SAMPLE == 1 ? 255.0 : 65535.0) << (i * 8 * SAMPLE);
      }
  samples[y * numbers.p[0] + word] = bits;
}
