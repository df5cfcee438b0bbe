// SPDX-License-Identifier: GPL-3.0-or-later
// The largest or the mean of some pixels, each channel by itself.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 1
#include "maps.glsl"

layout (local_size_x = 8, local_size_y = 8) in;

layout (constant_id = 2) const int IS_MAX = 0;

// p: 0 kernel_y, 1 kernel_x, 2 stride, 3 pad_y, 4 pad_x, 5 whether the border's zeros count

// What is not a number is larger than anything: it stays.
vec4 get_largest (vec4 a, vec4 b)
{
  vec4 larger = mix (a, b, greaterThan (b, a));

  return mix (mix (larger, b, isnan (b)), a, isnan (a));
}

void main ()
{
  Map from = numbers.inputs[0], to = numbers.result;
  ivec2 place = ivec2 (gl_GlobalInvocationID.xy);
  ivec2 first = place * numbers.p[2] - ivec2 (numbers.p[4], numbers.p[3]);
  int plane = int (gl_GlobalInvocationID.z);
  vec4 largest = vec4 (uintBitsToFloat (0xff800000u)), sum = vec4 (0.0);
  int n = 0;

  if (place.x >= to.width || place.y >= to.height)
    return;
  for (int y = first.y; y < first.y + numbers.p[0]; y++)
    for (int x = first.x; x < first.x + numbers.p[1]; x++)
      if (y >= 0 && y < from.height && x >= 0 && x < from.width)
        {
          vec4 value = read0 ((plane * from.height + y) * from.width + x);

          if (IS_MAX != 0)
            largest = get_largest (largest, value);
          sum += value;
          n++;
        }
  n = numbers.p[5] != 0 ? numbers.p[0] * numbers.p[1] : n;
  write_result (place.y * to.width + place.x, plane, IS_MAX != 0 ? largest : sum / float (n));
}
