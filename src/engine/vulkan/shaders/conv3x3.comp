// SPDX-License-Identifier: GPL-3.0-or-later
// Convolution with 3x3 taps, stride 1: a thread makes ROWS pixels below each other of a plane. What it
// reads for one of them serves those around it, and each weight serves all. The order of its sums
// is the same for every pixel: input plane, column, row.
#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#define N_INPUTS 2
#include "maps.glsl"
#include "activations.glsl"

#define ROWS 16

layout (local_size_x = 8, local_size_y = 4) in;

layout (constant_id = 3) const int FUNCTION = -1; // of the result
layout (constant_id = 4) const int ADDS = 0;      // input 1: 1 behind the function, 2 before
// Weights of a column of taps: [row][input's lane], of four results each.
#define N_WEIGHTS 12

// p: as in conv.comp
vec4 finish (vec4 sum, int plane, int pixel)
{
  vec4 slope = vec4 (get_float (8));

  if (FUNCTION == PRELU)
    slope = extra[plane];
  if (ADDS == 2)
    sum += read1 (plane * get_n_pixels (numbers.result) + pixel);
  sum = activate (FUNCTION, sum, slope, 9);
  if (ADDS == 1)
    sum += read1 (plane * get_n_pixels (numbers.result) + pixel);
  return sum;
}

void main ()
{
  Map from = numbers.inputs[0], to = numbers.result;
  int n_in = numbers.p[6], plane = int (gl_WorkGroupID.z);
  int group = plane / numbers.p[7];
  int x = int (gl_GlobalInvocationID.x), y = int (gl_GlobalInvocationID.y) * ROWS;
  int left = x - numbers.p[5], top = y - numbers.p[4];
  int lines[ROWS + 2];
  bool has_line[ROWS + 2];
  vec4 sums[ROWS];

  [[unroll]] for (int r = 0; r < ROWS; r++)
    sums[r] = bias[plane];
  [[unroll]] for (int r = 0; r < ROWS + 2; r++)
    {
      has_line[r] = top + r >= 0 && top + r < from.height;
      lines[r] = clamp (top + r, 0, from.height - 1) * from.width;
    }
  for (int i = 0; i < n_in; i++)
    {
      int source = (group * n_in + i) * get_n_pixels (from);

      [[unroll]] for (int column = 0; column < 3; column++)
        {
          bool has_column = left + column >= 0 && left + column < from.width;
          int at = source + clamp (left + column, 0, from.width - 1);
          vec4 values[ROWS + 2];

          [[unroll]] for (int r = 0; r < ROWS + 2; r++)
            {
              vec4 value = read0 (at + lines[r]);

              values[r] = has_column && has_line[r] ? value : vec4 (0.0);
            }
          int tap = ((plane * n_in + i) * 3 + column) * N_WEIGHTS;

          [[unroll]] for (int row = 0; row < 3; row++)
            [[unroll]] for (int k = 0; k < 4; k++)
              {
                vec4 w = weight[tap + row * 4 + k];

                [[unroll]] for (int r = 0; r < ROWS; r++)
                  sums[r] += values[r + row][k] * w;
              }
        }
    }
  [[unroll]] for (int r = 0; r < ROWS; r++)
    if (x < to.width && y + r < to.height)
      {
        int pixel = (y + r) * to.width + x;

        write_result (pixel, plane, finish (sums[r], plane, pixel));
      }
}
