// SPDX-License-Identifier: GPL-3.0-or-later
// From a picture's samples, channels last, to a map.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 0
#include "maps.glsl"

layout (local_size_x = 8, local_size_y = 8) in;

layout (constant_id = 2) const int SAMPLE = 0; // bytes of one; 4 are a float

layout (std430, binding = 7) readonly buffer Samples
{
  uint samples[];
};

// value / most, rounded as C does it, which drivers' division need not be. Both differences are
// exact.
float divide (float value, float most)
{
  float inverse = 1.0 / most;
  precise float about = value * inverse;
  precise float scaled = about * (most + 1.0);
  precise float rest = (value - scaled) + about;
  precise float exact = about + rest * inverse;

  return exact;
}

// p: 0 words of a row
float read_sample (int y, int at)
{
  int row = y * numbers.p[0];

  if (SAMPLE == 1)
    return divide (float (bitfieldExtract (samples[row + at / 4], at % 4 * 8, 8)), 255.0);
  if (SAMPLE == 2)
    return divide (float (bitfieldExtract (samples[row + at / 2], at % 2 * 16, 16)), 65535.0);
  return uintBitsToFloat (samples[row + at]);
}

void main ()
{
  Map to = numbers.result;
  int x = int (gl_GlobalInvocationID.x), y = int (gl_GlobalInvocationID.y);
  int plane = int (gl_GlobalInvocationID.z);
  vec4 values = vec4 (0.0);

  if (x >= to.width || y >= to.height)
    return;
  for (int lane = 0; lane < 4; lane++)
    if (plane * 4 + lane < to.channels)
      values[lane] = read_sample (y, x * to.channels + plane * 4 + lane);
  write_result (y * to.width + x, plane, values);
}
