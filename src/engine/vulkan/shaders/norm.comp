// SPDX-License-Identifier: GPL-3.0-or-later
// Norms over the channels of each pixel, a thread each; and what stats.comp has found out about
// groups, applied.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 2
#include "maps.glsl"

layout (local_size_x = 64) in;

layout (constant_id = 2) const int KIND = 0; // 0 layer norm, 1 RMS norm, 2 group norm

// p: 0 epsilon, 1 channels of a group

vec4 read_pixel (int plane, int pixel)
{
  return read0 (plane * get_n_pixels (numbers.inputs[0]) + pixel);
}

float add_lanes (vec4 values)
{
  return (values.x + values.y) + (values.z + values.w);
}

float get_mean (int pixel)
{
  vec4 sum = vec4 (0.0);

  for (int plane = 0; plane < get_n_planes (numbers.result); plane++)
    sum += read_pixel (plane, pixel);
  return add_lanes (sum) / float (numbers.result.channels);
}

float get_variance (int pixel, float mean)
{
  int channels = numbers.result.channels;
  vec4 sum = vec4 (0.0);

  for (int plane = 0; plane < get_n_planes (numbers.result); plane++)
    {
      vec4 difference = clear_rest (read_pixel (plane, pixel) - mean, plane, channels);

      sum += difference * difference;
    }
  return add_lanes (sum) / float (channels);
}

void write_plane (int pixel, int plane, vec4 normed)
{
  write_result (pixel, plane, normed * weight[plane] + bias[plane]);
}

void norm_pixel (int pixel)
{
  float mean = KIND == 1 ? 0.0 : get_mean (pixel);
  float variance = get_variance (pixel, mean);
  float divisor = KIND == 1 ? sqrt (variance) + get_float (0) : sqrt (variance + get_float (0));

  for (int plane = 0; plane < get_n_planes (numbers.result); plane++)
    write_plane (pixel, plane, (read_pixel (plane, pixel) - mean) / divisor);
}

// Of a group, input 1 has the mean and the divisor, one after the other.
void norm_group (int pixel)
{
  for (int plane = 0; plane < get_n_planes (numbers.result); plane++)
    {
      vec4 values = read_pixel (plane, pixel);

      for (int lane = 0; lane < 4; lane++)
        {
          int at = min (plane * 4 + lane, numbers.result.channels - 1) / numbers.p[1] * 2;
          vec4 stats = read1 (at / 4);

          values[lane] = (values[lane] - stats[at & 3]) / stats[(at & 3) + 1];
        }
      write_plane (pixel, plane, values);
    }
}

void main ()
{
  int pixel = get_run_pixel ();

  if (pixel >= get_n_pixels (numbers.result))
    return;
  if (KIND == 2)
    norm_group (pixel);
  else
    norm_pixel (pixel);
}
