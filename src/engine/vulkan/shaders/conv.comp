// SPDX-License-Identifier: GPL-3.0-or-later
// Convolution of planes: a thread makes PIXELS pixels of BLOCKS planes. The order of its sums is
// the same for every pixel.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 2
#include "maps.glsl"
#include "activations.glsl"

#define ROW 8
#define PIXELS 4
#define BLOCKS 2

layout (local_size_x = ROW, local_size_y = 8) in;

// The kernel's sides and the stride; 0: as numbers.p has it.
layout (constant_id = 2) const int KERNEL = 0;
layout (constant_id = 3) const int FUNCTION = -1; // of the result
layout (constant_id = 4) const int ADDS = 0;      // input 1: 1 behind the function, 2 before

// p: 0 kernel_y, 1 kernel_x, 2 stride, 3 dilation, 4 pad_y, 5 pad_x, 6 planes of a group's input,
// 7 planes of a group's result, 8 slope, 9 low, 10 high
struct Shape
{
  int rows, columns, stride, dilation;
};

Shape get_shape ()
{
  if (KERNEL != 0)
    return Shape (KERNEL, KERNEL, 1, 1);
  return Shape (numbers.p[0], numbers.p[1], numbers.p[2], numbers.p[3]);
}

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
  Shape shape = get_shape ();
  int n_in = numbers.p[6], n_out = numbers.p[7];
  int first = int (gl_WorkGroupID.z) * BLOCKS;
  int group = first / n_out;
  int x = int (gl_WorkGroupID.x) * ROW * PIXELS + int (gl_LocalInvocationID.x);
  int y = int (gl_GlobalInvocationID.y);
  int n_taps = shape.rows * shape.columns;
  int n_planes = get_n_planes (to);
  vec4 sums[PIXELS][BLOCKS];

  for (int b = 0; b < BLOCKS; b++)
    for (int p = 0; p < PIXELS; p++)
      sums[p][b] = bias[min (first + b, n_planes - 1)];
  for (int i = 0; i < n_in; i++)
    for (int row = 0; row < shape.rows; row++)
      {
        int source_y = y * shape.stride - numbers.p[4] + row * shape.dilation;
        bool has_row = source_y >= 0 && source_y < from.height;
        int line = ((group * n_in + i) * from.height + clamp (source_y, 0, from.height - 1)) *
                   from.width;

        for (int column = 0; column < shape.columns; column++)
          {
            int tap = (i * n_taps + row * shape.columns + column) * 4;
            vec4 values[PIXELS];

            for (int p = 0; p < PIXELS; p++)
              {
                int source_x =
                    (x + p * ROW) * shape.stride - numbers.p[5] + column * shape.dilation;
                bool is_inside = has_row && source_x >= 0 && source_x < from.width;
                vec4 value = read0 (line + clamp (source_x, 0, from.width - 1));

                values[p] = is_inside ? value : vec4 (0.0);
              }
            for (int b = 0; b < BLOCKS; b++)
              {
                int at = min (first + b, n_planes - 1) * n_in * n_taps * 4 + tap;
                vec4 w0 = weight[at], w1 = weight[at + 1], w2 = weight[at + 2], w3 = weight[at + 3];

                for (int p = 0; p < PIXELS; p++)
                  {
                    sums[p][b] += values[p].x * w0;
                    sums[p][b] += values[p].y * w1;
                    sums[p][b] += values[p].z * w2;
                    sums[p][b] += values[p].w * w3;
                  }
              }
          }
      }
  if (y >= to.height)
    return;
  for (int b = 0; b < BLOCKS; b++)
    for (int p = 0; p < PIXELS; p++)
      if (x + p * ROW < to.width && first + b < n_planes)
        {
          int pixel = y * to.width + x + p * ROW;

          write_result (pixel, first + b, finish (sums[p][b], first + b, pixel));
        }
}
