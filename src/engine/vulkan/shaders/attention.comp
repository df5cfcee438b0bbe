// SPDX-License-Identifier: GPL-3.0-or-later
// Attention inside windows (nets/graph-data.h), one thread for a pixel and four of its channels.
// Keys come in one order, window by window, and a softmax goes along: sums are made smaller where a
// larger logit comes.
#version 450
#extension GL_GOOGLE_include_directive : require
#define N_INPUTS 3
#include "maps.glsl"

layout (local_size_x = 8, local_size_y = 8) in;

layout (constant_id = 2) const int FLAGS = 0;
// Whether heads begin at planes, and a key is a pixel.
layout (constant_id = 3) const int IS_ALIGNED = 0;
layout (constant_id = 4) const int N_HEADS = 1;
layout (constant_id = 5) const int BLOCK = 1; // side of what is a key, in pixels

#define IS_RELATIVE ((FLAGS & 1) != 0)
#define IS_COSINE ((FLAGS & 2) != 0)
#define IS_LINEAR ((FLAGS & 4) != 0)
#define HAS_MASK ((FLAGS & 8) != 0)

#define MASKED (-100.0)
#define LEAST_NORM 1e-12

// p: 0 window y, 1 x, 2 shift y, 3 x, 4 multiple, 5 keys' window y, 6 x, 7 keys' shift y, 8 x,
// 9 margin

// An axis of a map, and how it is cut.
struct Axis
{
  int side;
  int filled;
  int window; // with the margins
  int step;   // from a window to the next one
  int margin;
  int shift;
  int block;
};

// A query of the window at hand.
struct Query
{
  ivec2 at;     // in its window; y first, as everywhere here
  ivec2 window;
  int pixel;
  int label;
  float scale; // of logits
};

Axis get_query_axis (int length, int axis)
{
  int window = numbers.p[axis], multiple = numbers.p[4];

  return Axis (length, (length + multiple - 1) / multiple * multiple, window, window, 0,
               numbers.p[2 + axis], 1);
}

Axis get_key_axis (Axis queries, int length, int axis)
{
  int window = numbers.p[5 + axis], step = window - 2 * numbers.p[9];

  return Axis (length, queries.filled / queries.window * step, window, step, numbers.p[9],
               numbers.p[7 + axis], BLOCK);
}

// Where the pixel that is at `at` after filling and rolling lies in the map; -1: nowhere.
int find_source (Axis axis, int at)
{
  if (at < 0 || at >= axis.filled)
    return -1;
  at = (at + axis.shift) % axis.filled;
  return at < axis.side ? at : -1;
}

// Of the block with the pixel that is at `at` after filling and rolling.
int get_label (Axis axis, int at)
{
  int length = axis.filled / axis.block;
  int shift = (axis.shift + axis.block - 1) / axis.block;

  at /= axis.block;
  if (at >= length - shift)
    return 2;
  return at >= length - axis.window / axis.block ? 1 : 0;
}

float read_query (int pixel, int channel)
{
  return read0 (channel / 4 * get_n_pixels (numbers.inputs[0]) + pixel)[channel & 3];
}

// The pixel of a key that has the channel, and the channel in it; -1: beyond the map.
int find_key_pixel (Axis y, Axis x, ivec2 corner, int part)
{
  int row = find_source (y, corner.x + part / BLOCK);
  int column = find_source (x, corner.y + part % BLOCK);

  return row >= 0 && column >= 0 ? row * numbers.inputs[1].width + column : -1;
}

float read_key (Axis y, Axis x, ivec2 corner, int channel)
{
  Map map = numbers.inputs[1];
  int pixel = find_key_pixel (y, x, corner, channel / map.channels);

  channel %= map.channels;
  return pixel >= 0 ? read1 (channel / 4 * get_n_pixels (map) + pixel)[channel & 3] : 0.0;
}

float read_value (Axis y, Axis x, ivec2 corner, int channel)
{
  Map map = numbers.inputs[2];
  int pixel = find_key_pixel (y, x, corner, channel / map.channels);

  channel %= map.channels;
  return pixel >= 0 ? read2 (channel / 4 * get_n_pixels (map) + pixel)[channel & 3] : 0.0;
}

vec4 read_values (Axis y, Axis x, ivec2 corner, int plane)
{
  vec4 values;

  if (BLOCK == 1)
    {
      int pixel = find_key_pixel (y, x, corner, 0);

      return pixel >= 0 ? read2 (plane * get_n_pixels (numbers.inputs[2]) + pixel) : vec4 (0.0);
    }
  for (int lane = 0; lane < 4; lane++)
    values[lane] = plane * 4 + lane < numbers.result.channels
                       ? read_value (y, x, corner, plane * 4 + lane)
                       : 0.0;
  return values;
}

float add_lanes (vec4 values)
{
  return (values.x + values.y) + (values.z + values.w);
}

// q * k, q * q, k * k
vec3 multiply_aligned (Axis y, Axis x, int pixel, ivec2 corner, int head, int n)
{
  int n_queries = get_n_pixels (numbers.inputs[0]), n_keys = get_n_pixels (numbers.inputs[1]);
  int from = find_key_pixel (y, x, corner, 0);
  vec4 qk = vec4 (0.0), qq = vec4 (0.0), kk = vec4 (0.0);

  for (int plane = head * n / 4; plane < (head + 1) * n / 4; plane++)
    {
      vec4 q = read0 (plane * n_queries + pixel);
      vec4 k = from >= 0 ? read1 (plane * n_keys + from) : vec4 (0.0);

      qk += q * k;
      if (IS_COSINE)
        {
          qq += q * q;
          kk += k * k;
        }
    }
  return vec3 (add_lanes (qk), add_lanes (qq), add_lanes (kk));
}

vec3 multiply (Axis y, Axis x, int pixel, ivec2 corner, int head, int n)
{
  vec3 sums = vec3 (0.0);

  if (IS_ALIGNED != 0)
    return multiply_aligned (y, x, pixel, corner, head, n);
  for (int channel = head * n; channel < (head + 1) * n; channel++)
    {
      float q = read_query (pixel, channel), k = read_key (y, x, corner, channel);

      sums += vec3 (q * k, q * q, k * k);
    }
  return sums;
}

// Of a key that is at `at` in its window, counted in keys.
float get_bias (Query query, ivec2 at, ivec2 n_keys, int head)
{
  ivec2 side = ivec2 (numbers.p[0], numbers.p[1]);
  ivec2 table = side / BLOCK + n_keys - 1;
  ivec2 place = query.at / BLOCK - at + n_keys - 1;
  int n = side.x * side.y, index = (head * table.x + place.x) * table.y + place.y;

  if (!IS_RELATIVE)
    index = (head * n + query.at.x * side.y + query.at.y) * (n_keys.x * n_keys.y) +
            at.x * n_keys.y + at.y;
  return weight[index / 4][index & 3];
}

float get_logit (Query query, Axis y, Axis x, ivec2 at, ivec2 corner, int head, int n)
{
  vec3 sums = multiply (y, x, query.pixel, corner, head, n);
  ivec2 n_keys = ivec2 (y.window, x.window) / BLOCK;
  float logit = sums.x * query.scale;

  if (IS_COSINE)
    logit = sums.x * bias[head / 4][head & 3] / max (sqrt (sums.y), LEAST_NORM) /
            max (sqrt (sums.z), LEAST_NORM);
  logit += get_bias (query, at, n_keys, head);
  if (HAS_MASK && query.label != 3 * get_label (y, corner.x) + get_label (x, corner.y))
    logit += MASKED;
  return logit;
}

vec4 attend (Query query, Axis y, Axis x, int head, int n, int plane)
{
  ivec2 n_keys = ivec2 (y.window, x.window) / BLOCK;
  ivec2 first = query.window * ivec2 (y.step, x.step) - ivec2 (y.margin, x.margin);
  float most = -3.0e38, total = 0.0;
  vec4 sum = vec4 (0.0);

  for (int i = 0; i < n_keys.x; i++)
    for (int j = 0; j < n_keys.y; j++)
      {
        ivec2 at = ivec2 (i, j), corner = first + at * BLOCK;
        float logit = get_logit (query, y, x, at, corner, head, n);
        vec4 values = read_values (y, x, corner, plane);

        if (IS_LINEAR)
          sum += logit * values;
        else
          {
            float larger = max (most, logit);
            float keep = exp (most - larger), part = exp (logit - larger);

            // NaN, which max() may leave out, stays so.
            total = total * keep + (isnan (logit) ? logit : part);
            sum = sum * keep + part * values;
            most = larger;
          }
      }
  return IS_LINEAR ? sum : sum / total;
}

Query find_query (Axis y, Axis x, ivec2 pixel, int n)
{
  ivec2 filled = ivec2 (y.filled, x.filled), side = ivec2 (y.window, x.window);
  ivec2 at = (pixel - ivec2 (y.shift, x.shift) + filled) % filled;

  return Query (at % side, at / side, pixel.x * numbers.result.width + pixel.y,
                3 * get_label (y, at.x) + get_label (x, at.y), 1.0 / sqrt (float (n)));
}

void main ()
{
  Map map = numbers.result;
  ivec2 pixel = ivec2 (gl_GlobalInvocationID.yx);
  int plane = int (gl_GlobalInvocationID.z), n = map.channels / N_HEADS;
  Axis y = get_query_axis (map.height, 0), x = get_query_axis (map.width, 1);
  Query query;
  vec4 values = vec4 (0.0);

  if (pixel.x >= map.height || pixel.y >= map.width)
    return;
  query = find_query (y, x, pixel, n);
  y = get_key_axis (y, numbers.inputs[1].height, 0);
  x = get_key_axis (x, numbers.inputs[1].width, 1);
  for (int lane = 0; lane < 4 && plane * 4 + lane < map.channels;)
    {
      int head = (plane * 4 + lane) / n;
      int end = min (4, (head + 1) * n - plane * 4);
      vec4 found = attend (query, y, x, head, n, plane);

      for (; lane < end; lane++)
        values[lane] = found[lane];
    }
  write_result (query.pixel, plane, values);
}
