// SPDX-License-Identifier: GPL-3.0-or-later
// Means over a map: of each channel, a workgroup for a plane; or mean and divisor of groups of
// channels, a workgroup for two groups. Sums have one order, whatever the device does first.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 1
#include "maps.glsl"

#define THREADS 256
#define RUN 32

layout (local_size_x = THREADS) in;

layout (constant_id = 2) const int IS_GROUPS = 0;

// p: 0 epsilon, 1 channels of a group, 2 groups

shared vec4 partial[THREADS];

vec4 add_threads (vec4 sum)
{
  int thread = int (gl_LocalInvocationID.x);

  barrier ();
  partial[thread] = sum;
  barrier ();
  for (int half_way = THREADS / 2; half_way > 0; half_way /= 2)
    {
      if (thread < half_way)
        partial[thread] += partial[thread + half_way];
      barrier ();
    }
  return partial[0];
}

vec4 add_plane (int plane)
{
  int n = get_n_pixels (numbers.inputs[0]);
  vec4 sum = vec4 (0.0);

  for (int first = int (gl_LocalInvocationID.x); first < n; first += THREADS * RUN)
    {
      vec4 few = vec4 (0.0);

      for (int i = 0; i < RUN; i++)
        if (first + i * THREADS < n)
          few += read0 (plane * n + first + i * THREADS);
      sum += few;
    }
  return add_threads (sum);
}

float read_number (int group, int at)
{
  int n = get_n_pixels (numbers.inputs[0]);
  int channel = group * numbers.p[1] + at / n;

  return read0 (channel / 4 * n + at % n)[channel & 3];
}

// Of what lies `mean` from zero, squared where `is_squared`.
float add_group (int group, float mean, bool is_squared)
{
  int n = get_n_pixels (numbers.inputs[0]) * numbers.p[1];
  float sum = 0.0;

  for (int first = int (gl_LocalInvocationID.x); first < n; first += THREADS * RUN)
    {
      float few = 0.0;

      for (int i = 0; i < RUN; i++)
        if (first + i * THREADS < n)
          {
            float difference = read_number (group, first + i * THREADS) - mean;

            few += is_squared ? difference * difference : difference;
          }
      sum += few;
    }
  return add_threads (vec4 (sum)).x / float (n);
}

vec2 describe (int group)
{
  int safe = min (group, numbers.p[2] - 1);
  float mean = add_group (safe, 0.0, false);

  return vec2 (mean, sqrt (add_group (safe, mean, true) + get_float (0)));
}

void main ()
{
  int plane = int (gl_WorkGroupID.z);
  vec4 values;

  if (IS_GROUPS != 0)
    values = vec4 (describe (2 * plane), describe (2 * plane + 1));
  else
    values = add_plane (plane) / float (get_n_pixels (numbers.inputs[0]));
  if (gl_LocalInvocationID.x == 0)
    write_result (0, plane, values);
}
