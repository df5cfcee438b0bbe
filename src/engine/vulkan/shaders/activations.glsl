// SPDX-License-Identifier: GPL-3.0-or-later
// Functions of single numbers, numbered as GengaActivation.
#define PRELU 0
#define LEAKY_RELU 1
#define RELU 2
#define SILU 3
#define MISH 4
#define GELU 5
#define SIGMOID 6
#define TANH 7
#define CLIP 8
#define ELU 9
#define SOFTPLUS 10
#define EXP 11
#define LOG 12
#define SQRT 13
#define ABS 14
#define ERF 15
#define POW 16
#define ROUND 17

vec4 sigmoid (vec4 x)
{
  return 1.0 / (1.0 + exp (-x));
}

vec4 tangent (vec4 x)
{
  vec4 small = exp (-2.0 * abs (x));

  return sign (x) * (1.0 - small) / (1.0 + small);
}

vec4 softplus (vec4 x)
{
  return max (x, vec4 (0.0)) + log (1.0 + exp (-abs (x)));
}

// x * tanh (softplus (x)), without the logarithm.
vec4 mish (vec4 x)
{
  vec4 n = exp (min (x, vec4 (20.0)));
  vec4 n2 = n * (n + 2.0);

  return x * (n2 / (n2 + 2.0));
}

// Near zero its series, else Abramowitz and Stegun, 7.1.26.
vec4 error_function (vec4 x)
{
  vec4 a = abs (x);
  vec4 t = 1.0 / (1.0 + 0.3275911 * a);
  vec4 far =
      1.0 - t * (0.254829592 +
                 t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
                exp (-a * a);
  vec4 s = x * x;
  vec4 near =
      1.1283791671 * x *
      (1.0 - s * (1.0 / 3.0 - s * (0.1 - s * (1.0 / 42.0 - s * (1.0 / 216.0 - s / 1320.0)))));

  return mix (sign (x) * far, near, lessThan (a, vec4 (0.5)));
}

vec4 round_away (vec4 x)
{
  vec4 whole = trunc (x);

  return whole + mix (vec4 (0.0), sign (x), greaterThanEqual (abs (x - whole), vec4 (0.5)));
}

float raise (float x, float exponent)
{
  bool is_whole = floor (exponent) == exponent;
  float result;

  if (exponent == 0.0 || x == 1.0)
    return 1.0;
  if (exponent == 1.0)
    return x;
  if (exponent == 2.0)
    return x * x;
  if (x == 0.0)
    return exponent > 0.0 ? 0.0 : 1.0 / 0.0;
  result = exp2 (exponent * log2 (abs (x)));
  if (x > 0.0)
    return result;
  if (!is_whole)
    return uintBitsToFloat (0x7fc00000u);
  return mod (exponent, 2.0) == 0.0 ? result : -result;
}

// `slope` is for each channel; numbers.p[at ...] are low, high and the exponent.
vec4 activate (int function, vec4 x, vec4 slope, int at)
{
  bvec4 is_negative = lessThan (x, vec4 (0.0));

  if (function == PRELU || function == LEAKY_RELU)
    return mix (x, x * slope, is_negative);
  if (function == RELU)
    return mix (x, vec4 (0.0), is_negative);
  if (function == SILU)
    return x * sigmoid (x);
  if (function == MISH)
    return mish (x);
  if (function == GELU)
    return x * (1.0 + error_function (x * 0.70710678118)) * 0.5;
  if (function == SIGMOID)
    return sigmoid (x);
  if (function == TANH)
    return tangent (x);
  if (function == CLIP)
    {
      vec4 low = vec4 (get_float (at)), high = vec4 (get_float (at + 1));
      vec4 risen = mix (x, low, lessThan (x, low));

      return mix (risen, high, greaterThan (x, high));
    }
  if (function == ELU)
    return mix (x, (exp (x) - 1.0) * slope, is_negative);
  if (function == SOFTPLUS)
    return softplus (x);
  if (function == EXP)
    return exp (x);
  if (function == LOG)
    return log (x);
  if (function == SQRT)
    return sqrt (x);
  if (function == ABS)
    return abs (x);
  if (function == ERF)
    return error_function (x);
  if (function == POW)
    {
      float e = get_float (at + 2);

      return vec4 (raise (x.x, e), raise (x.y, e), raise (x.z, e), raise (x.w, e));
    }
  if (function == ROUND)
    return round_away (x);
  return x;
}
