// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers between pixels: enlarging by a ratio, and at places that are data. Places are whole
// numbers and fractions that are worked out apart, so that they do not get coarser far from the
// map's beginning.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 2
#include "maps.glsl"

layout (local_size_x = 8, local_size_y = 8) in;

// As GengaResizeKind; 5 DySample
layout (constant_id = 2) const int KIND = 0;
// DySample: whether the four channels of a plane lie in one group.
layout (constant_id = 3) const int IS_SHARED = 0;

#define NEAREST 0
#define BILINEAR 1
#define BICUBIC 2
#define BICUBIC_SHARP 3
#define CORNERS 4
#define DYSAMPLE 5

struct Place
{
  int whole;
  float rest; // 0 to 1
};

vec4 read_clamped (int plane, int y, int x)
{
  Map map = numbers.inputs[0];

  y = clamp (y, 0, map.height - 1);
  x = clamp (x, 0, map.width - 1);
  return read0 ((plane * map.height + y) * map.width + x);
}

Place divide (int num, int den)
{
  int whole = num / den;

  whole -= whole * den > num ? 1 : 0;
  return Place (whole, float (num - whole * den) / float (den));
}

// p: 0 num, 1 den; 0: the maps' sides stand for them
Place find_place (int at, int side, int from)
{
  int num = numbers.p[0] != 0 ? numbers.p[0] : side, den = numbers.p[0] != 0 ? numbers.p[1] : from;

  if (KIND == NEAREST)
    return Place (at * den / num, 0.0);
  if (KIND == CORNERS)
    return side > 1 ? divide (at * (from - 1), side - 1) : Place (0, 0.0);
  return divide ((2 * at + 1) * den - num, 2 * num);
}

Place clamp_place (Place place, int side)
{
  if (place.whole < 0)
    return Place (0, 0.0);
  return place.whole >= side - 1 ? Place (side - 1, 0.0) : place;
}

vec4 read_bilinear (int plane, Place y, Place x)
{
  y = clamp_place (y, numbers.inputs[0].height);
  x = clamp_place (x, numbers.inputs[0].width);

  vec4 upper = read_clamped (plane, y.whole, x.whole) * (1.0 - x.rest) +
               read_clamped (plane, y.whole, x.whole + 1) * x.rest;
  vec4 lower = read_clamped (plane, y.whole + 1, x.whole) * (1.0 - x.rest) +
               read_clamped (plane, y.whole + 1, x.whole + 1) * x.rest;

  return upper * (1.0 - y.rest) + lower * y.rest;
}

// The kernel of Keys.
float get_cubic_weight (float x)
{
  const float a = KIND == BICUBIC ? -0.5 : -0.75;

  x = abs (x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  return x < 2.0 ? ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a : 0.0;
}

vec4 read_bicubic (int plane, Place y, Place x)
{
  vec4 sum = vec4 (0.0);

  for (int j = -1; j <= 2; j++)
    for (int i = -1; i <= 2; i++)
      sum += get_cubic_weight (y.rest - float (j)) * get_cubic_weight (x.rest - float (i)) *
             read_clamped (plane, y.whole + j, x.whole + i);
  return sum;
}

float read_offset (int channel, int y, int x)
{
  Map map = numbers.inputs[1];

  return read1 ((channel / 4 * map.height + y) * map.width + x)[channel & 3];
}

Place move (int at, float offset)
{
  float far = clamp (offset, -1e6, 1e6);

  return Place (at + int (floor (far)), far - floor (far));
}

// p: 0 groups, 1 factor
vec4 read_point (int plane, int channel, int y, int x)
{
  int f = numbers.p[1];
  int group = channel / (numbers.inputs[0].channels / numbers.p[0]);
  int point = (group * f + y % f) * f + x % f;
  float offset_x = read_offset (point, y / f, x / f);
  float offset_y = read_offset (numbers.p[0] * f * f + point, y / f, x / f);

  if (isnan (offset_x) || isnan (offset_y))
    return vec4 (uintBitsToFloat (0x7fc00000u));
  return read_bilinear (plane, move (y / f, offset_y), move (x / f, offset_x));
}

vec4 sample_points (int plane, int y, int x)
{
  vec4 values = vec4 (0.0);

  if (IS_SHARED != 0)
    return read_point (plane, plane * 4, y, x);
  for (int lane = 0; lane < 4; lane++)
    if (plane * 4 + lane < numbers.result.channels)
      values[lane] = read_point (plane, plane * 4 + lane, y, x)[lane];
  return values;
}

void main ()
{
  Map from = numbers.inputs[0], to = numbers.result;
  int x = int (gl_GlobalInvocationID.x), y = int (gl_GlobalInvocationID.y);
  int plane = int (gl_GlobalInvocationID.z);
  vec4 values;

  if (x >= to.width || y >= to.height)
    return;
  if (KIND == DYSAMPLE)
    values = sample_points (plane, y, x);
  else
    {
      Place place_y = find_place (y, to.height, from.height);
      Place place_x = find_place (x, to.width, from.width);

      if (KIND == NEAREST)
        values = read_clamped (plane, place_y.whole, place_x.whole);
      else if (KIND == BILINEAR || KIND == CORNERS)
        values = read_bilinear (plane, place_y, place_x);
      else
        values = read_bicubic (plane, place_y, place_x);
    }
  write_result (y * to.width + x, plane, values);
}
