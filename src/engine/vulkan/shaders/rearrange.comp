// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that move: a thread gathers the four channels of a pixel.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 2
#include "maps.glsl"

layout (local_size_x = 8, local_size_y = 8) in;

// 0 some channels, 1 pixel shuffle, 2 its inverse, 3 pad, 4 crop, 5 from a grid to windows,
// 6 back
layout (constant_id = 2) const int KIND = 0;

float read_number (int channel, int y, int x)
{
  Map map = numbers.inputs[0];

  return read0 ((channel / 4 * map.height + y) * map.width + x)[channel & 3];
}

// p: 0 the first channel of the result, 1 of the input, 2 how many. What lies before them in the
// first plane, input 1 has: it is the result as it was.
float copy_channel (int channel, int y, int x)
{
  Map map = numbers.result;
  int at = channel - numbers.p[0];

  if (at < 0)
    return read1 ((channel / 4 * map.height + y) * map.width + x)[channel & 3];
  return at < numbers.p[2] ? read_number (at + numbers.p[1], y, x) : 0.0;
}

int wrap (int at, int period)
{
  return (at % period + period) % period;
}

// As GengaPadKind: the pixel of an axis that stands for one beyond its ends; -1: a zero.
int find_source (int kind, int at, int side)
{
  bool is_inside = at >= 0 && at < side;

  if (kind == 0 && !is_inside)
    return -1;
  if (kind == 1 && !is_inside)
    at = at < 0 ? -at : 2 * (side - 1) - at;
  if (kind == 3 && side > 1)
    {
      at = wrap (at, 2 * (side - 1));
      at = min (at, 2 * (side - 1) - at);
    }
  if (kind == 4)
    {
      at = wrap (at, 2 * side);
      at = min (at, 2 * side - 1 - at);
    }
  return clamp (at, 0, side - 1);
}

// p: 0 the kind, 1 and 2 pixels at the top and at the left
int choose_kind ()
{
  Map from = numbers.inputs[0], to = numbers.result;
  int top = numbers.p[1], left = numbers.p[2];

  if (numbers.p[0] != 5)
    return numbers.p[0];
  return max (top, to.height - from.height - top) < from.height &&
                 max (left, to.width - from.width - left) < from.width
             ? 1
             : 0;
}

float read_padded (int channel, int y, int x)
{
  int kind = choose_kind ();
  int row = find_source (kind, y - numbers.p[1], numbers.inputs[0].height);
  int column = find_source (kind, x - numbers.p[2], numbers.inputs[0].width);

  return row < 0 || column < 0 ? 0.0 : read_number (channel, row, column);
}

// Where a pixel of the grid goes along an axis.
int find_in_windows (int at, int side)
{
  int step = side / numbers.p[0];

  return numbers.p[0] * (at % step) + at / step;
}

int find_in_grid (int at, int side)
{
  return at % numbers.p[0] * (side / numbers.p[0]) + at / numbers.p[0];
}

float gather (int c, int y, int x)
{
  Map from = numbers.inputs[0];
  int f = numbers.p[0];

  if (KIND == 0)
    return copy_channel (c, y, x);
  if (KIND == 1)
    return read_number ((c * f + y % f) * f + x % f, y / f, x / f);
  if (KIND == 2)
    return read_number (c / (f * f), f * y + c / f % f, f * x + c % f);
  if (KIND == 3)
    return read_padded (c, y, x);
  if (KIND == 4)
    return read_number (c, y + numbers.p[1], x + numbers.p[2]);
  if (KIND == 5)
    return read_number (c, find_in_grid (y, from.height), find_in_grid (x, from.width));
  return read_number (c, find_in_windows (y, from.height), find_in_windows (x, from.width));
}

// p: 11 the first plane that is made
void main ()
{
  Map to = numbers.result;
  int x = int (gl_GlobalInvocationID.x), y = int (gl_GlobalInvocationID.y);
  int plane = int (gl_GlobalInvocationID.z) + numbers.p[11];
  vec4 values = vec4 (0.0);

  if (x >= to.width || y >= to.height)
    return;
  for (int lane = 0; lane < 4; lane++)
    if (plane * 4 + lane < to.channels)
      values[lane] = gather (plane * 4 + lane, y, x);
  write_result (y * to.width + x, plane, values);
}
