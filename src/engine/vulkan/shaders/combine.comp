// SPDX-License-Identifier: GPL-3.0-or-later
// Two maps, number by number. A single pixel stands for all, and so does a single channel.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 2
#include "maps.glsl"

layout (local_size_x = 64) in;

layout (constant_id = 2) const int KIND = 0; // add, sub, mul, div, min, max

int find (Map map, int pixel, int plane)
{
  return (map.channels == 1 ? 0 : plane) * get_n_pixels (map) +
         (get_n_pixels (map) == 1 ? 0 : pixel);
}

vec4 spread (Map map, vec4 value)
{
  return map.channels == 1 ? value.xxxx : value;
}

vec4 combine (vec4 a, vec4 b)
{
  if (KIND == 0)
    return a + b;
  if (KIND == 1)
    return a - b;
  if (KIND == 2)
    return a * b;
  if (KIND == 3)
    return a / b;

  // What is not a number stays so.
  bvec4 takes_b = KIND == 4 ? lessThan (b, a) : greaterThan (b, a);
  vec4 chosen = mix (a, b, takes_b);
  return mix (mix (chosen, b, isnan (b)), a, isnan (a));
}

void main ()
{
  int pixel = get_run_pixel (), plane = int (gl_GlobalInvocationID.z);

  if (pixel >= get_n_pixels (numbers.result))
    return;

  vec4 a = spread (numbers.inputs[0], read0 (find (numbers.inputs[0], pixel, plane)));
  vec4 b = spread (numbers.inputs[1], read1 (find (numbers.inputs[1], pixel, plane)));

  write_result (pixel, plane, combine (a, b));
}
