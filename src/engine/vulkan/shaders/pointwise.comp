// SPDX-License-Identifier: GPL-3.0-or-later
// Each number by itself: a function, or a factor and a summand for each channel.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 1
#include "maps.glsl"
#include "activations.glsl"

layout (local_size_x = 64) in;

layout (constant_id = 2) const int FUNCTION = -1; // GengaActivation; -1: none
layout (constant_id = 3) const int IS_AFFINE = 0;

void main ()
{
  int pixel = get_run_pixel (), plane = int (gl_GlobalInvocationID.z);
  vec4 slope = vec4 (get_float (8));

  if (pixel >= get_n_pixels (numbers.result))
    return;

  vec4 value = read0 (plane * get_n_pixels (numbers.result) + pixel);

  if (IS_AFFINE != 0)
    value = value * weight[plane] + bias[plane];
  if (FUNCTION == PRELU)
    slope = extra[plane];
  write_result (pixel, plane, activate (FUNCTION, value, slope, 9));
}
