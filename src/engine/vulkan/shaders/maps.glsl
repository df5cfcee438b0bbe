// SPDX-License-Identifier: GPL-3.0-or-later
// Maps as all shaders see them: planes of four channels, pixel by pixel in each, in 32 or 16 bits.
// A shader defines N_INPUTS before it includes this.

layout (constant_id = 0) const int HALVES = 0; // a bit for each binding that holds 16 bits
layout (constant_id = 1) const int IS_BF16 = 0;
// Whether input 0 is read as texels, which drivers in software fetch much faster.
layout (constant_id = 7) const int HAS_TEXELS = 0;

struct Map
{
  int first; // place in its buffer, in groups of four numbers
  int width;
  int height;
  int channels;
};

layout (push_constant) uniform Numbers
{
  Map inputs[4];
  Map result;
  int p[12];
} numbers;

vec4 unpack (uvec2 bits)
{
  if (IS_BF16 != 0)
    return uintBitsToFloat (uvec4 (bits.x << 16, bits.x & 0xffff0000u, bits.y << 16,
                                   bits.y & 0xffff0000u));
  return vec4 (unpackHalf2x16 (bits.x), unpackHalf2x16 (bits.y));
}

// To the nearest number of so many bits less, ties to even, whatever the driver's own way is. What
// is not a number stays so.
uvec4 round_bits (uvec4 bits, int n)
{
  uvec4 rounded = bits + ((1u << (n - 1)) - 1u) + ((bits >> n) & 1u);
  bvec4 is_special = equal (bits & 0x7f800000u, uvec4 (0x7f800000u));

  return mix (rounded, bits, is_special);
}

uvec2 pack (vec4 values)
{
  uvec4 bits = floatBitsToUint (values);

  if (IS_BF16 != 0)
    {
      bits = mix (round_bits (bits, 16), bits | 0x10000u, isnan (values));
      return (bits.xz >> 16) | (bits.yw & 0xffff0000u);
    }
  bits = round_bits (bits, 13) & 0xffffe000u;
  bits = mix (bits, (bits & 0x80000000u) | 0x7f800000u,
              greaterThanEqual (abs (values), vec4 (65520.0)));
  vec4 halves = mix (uintBitsToFloat (bits), values, isnan (values));
  return uvec2 (packHalf2x16 (halves.xy), packHalf2x16 (halves.zw));
}

#if N_INPUTS > 0
layout (binding = 8) uniform samplerBuffer texels;
#endif

#define INPUT(n)                                                                                   \
  layout (std430, binding = n) readonly buffer Floats##n                                           \
  {                                                                                                \
    vec4 floats##n[];                                                                              \
  };                                                                                               \
  layout (std430, binding = n) readonly buffer Halves##n                                           \
  {                                                                                                \
    uvec2 halves##n[];                                                                             \
  };                                                                                               \
  vec4 read##n (int at)                                                                            \
  {                                                                                                \
    at += numbers.inputs[n].first;                                                                 \
    if (n == 0 && HAS_TEXELS != 0)                                                                 \
      return texelFetch (texels, at);                                                              \
    return (HALVES & (1 << n)) != 0 ? unpack (halves##n[at]) : floats##n[at];                      \
  }

#if N_INPUTS > 0
INPUT (0)
#endif
#if N_INPUTS > 1
INPUT (1)
#endif
#if N_INPUTS > 2
INPUT (2)
#endif
#if N_INPUTS > 3
INPUT (3)
#endif

layout (std430, binding = 4) writeonly buffer FloatResult
{
  vec4 float_result[];
};
layout (std430, binding = 4) writeonly buffer HalfResult
{
  uvec2 half_result[];
};
layout (std430, binding = 5) readonly buffer Weight
{
  vec4 weight[];
};
layout (std430, binding = 6) readonly buffer Bias
{
  vec4 bias[];
};
layout (std430, binding = 7) readonly buffer Extra
{
  vec4 extra[];
};

int get_n_pixels (Map map)
{
  return map.width * map.height;
}

int get_n_planes (Map map)
{
  return (map.channels + 3) / 4;
}

// Lanes of the last plane that are no channels hold zeros.
vec4 clear_rest (vec4 values, int plane, int channels)
{
  ivec4 channel = plane * 4 + ivec4 (0, 1, 2, 3);

  return mix (vec4 (0.0), values, lessThan (channel, ivec4 (channels)));
}

// `pixel` counts from the map's first one on, row by row.
void write_result (int pixel, int plane, vec4 values)
{
  int at = numbers.result.first + plane * get_n_pixels (numbers.result) + pixel;

  values = clear_rest (values, plane, numbers.result.channels);
  if ((HALVES & (1 << 4)) != 0)
    half_result[at] = pack (values);
  else
    float_result[at] = values;
}

float get_float (int index)
{
  return intBitsToFloat (numbers.p[index]);
}

// Where a thread goes row by row through all pixels, 64 of a workgroup after each other.
int get_run_pixel ()
{
  return int (gl_GlobalInvocationID.y * gl_NumWorkGroups.x * 64 + gl_GlobalInvocationID.x);
}
