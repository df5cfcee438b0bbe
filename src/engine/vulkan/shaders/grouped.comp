// SPDX-License-Identifier: GPL-3.0-or-later
// Convolution and its transpose, of any groups: number by number, a thread for the four channels of
// a pixel. Where every channel is a group, the four go together.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 1
#include "maps.glsl"
#include "activations.glsl"

layout (local_size_x = 8, local_size_y = 8) in;

layout (constant_id = 2) const int IS_TRANSPOSED = 0;
layout (constant_id = 3) const int FUNCTION = -1;
layout (constant_id = 4) const int IS_DEPTHWISE = 0;

layout (std430, binding = 5) readonly buffer Numbers5
{
  float weights[];
};

// p: as in conv.comp, but 6 channels of a group's input, 7 of its result
int find_source (int at, int tap, int pad, int limit)
{
  int stride = numbers.p[2];
  int shift = tap * numbers.p[3];
  int source = IS_TRANSPOSED != 0 ? at + pad - shift : at * stride - pad + shift;

  if (IS_TRANSPOSED != 0)
    {
      if (source < 0 || source % stride != 0)
        return -1;
      source /= stride;
    }
  return source >= 0 && source < limit ? source : -1;
}

// The channels of one group: weights lie [result][tap][input].
float add_group (int channel, int tap, int n_taps, int pixel)
{
  int n_in = numbers.p[6];
  int from = channel / numbers.p[7] * n_in;
  float sum = 0.0;

  for (int i = 0; i < n_in; i++)
    {
      int c = from + i;

      sum += read0 (c / 4 * get_n_pixels (numbers.inputs[0]) + pixel)[c & 3] *
             weights[(channel * n_taps + tap) * n_in + i];
    }
  return sum;
}

vec4 add_tap (int plane, int tap, int n_taps, int pixel)
{
  if (IS_DEPTHWISE != 0)
    return read0 (plane * get_n_pixels (numbers.inputs[0]) + pixel) * weight[plane * n_taps + tap];

  vec4 sum = vec4 (0.0);

  for (int lane = 0; lane < 4; lane++)
    if (plane * 4 + lane < numbers.result.channels)
      sum[lane] = add_group (plane * 4 + lane, tap, n_taps, pixel);
  return sum;
}

void main ()
{
  Map from = numbers.inputs[0], to = numbers.result;
  ivec2 place = ivec2 (gl_GlobalInvocationID.xy);
  int plane = int (gl_GlobalInvocationID.z);
  int n_taps = numbers.p[0] * numbers.p[1];
  vec4 slope = vec4 (get_float (8));
  vec4 sum;

  if (place.x >= to.width || place.y >= to.height)
    return;
  sum = bias[plane];
  for (int row = 0; row < numbers.p[0]; row++)
    {
      int source_y = find_source (place.y, row, numbers.p[4], from.height);

      for (int column = 0; column < numbers.p[1] && source_y >= 0; column++)
        {
          int source_x = find_source (place.x, column, numbers.p[5], from.width);

          if (source_x >= 0)
            sum += add_tap (plane, row * numbers.p[1] + column, n_taps,
                            source_y * from.width + source_x);
        }
    }
  if (FUNCTION == PRELU)
    slope = extra[plane];
  write_result (place.y * to.width + place.x, plane, activate (FUNCTION, sum, slope, 9));
}
