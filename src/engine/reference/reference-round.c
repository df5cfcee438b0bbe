/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-round.h"

#include <math.h>

#define FP16_LEAST_NORMAL 0x1p-14f
#define FP16_LEAST 0x1p-24f
/* Half-way between the largest number and what would come next. */
#define FP16_OVERFLOW 65520.f

/* Drops the last `n_bits` of the mantissa. */
static float
round_mantissa (float value, int n_bits)
{
  union
  {
    float value;
    guint32 bits;
  } u = { value };
  guint32 half = 1u << (n_bits - 1);

  u.bits += half - 1 + ((u.bits >> n_bits) & 1);
  u.bits &= ~(2 * half - 1);
  return u.value;
}

static float
round_to_bf16 (float value)
{
  return isfinite (value) ? round_mantissa (value, 16) : value;
}

static float
round_to_fp16 (float value)
{
  if (!isfinite (value))
    return value;
  if (fabsf (value) >= FP16_OVERFLOW)
    return copysignf (INFINITY, value);
  if (fabsf (value) < FP16_LEAST_NORMAL)
    return rintf (value / FP16_LEAST) * FP16_LEAST;
  return round_mantissa (value, 13);
}

void
genga_reference_round (float *values, gsize n, GengaPrecision precision)
{
  if (precision == GENGA_PRECISION_BF16)
    for (gsize i = 0; i < n; i++)
      values[i] = round_to_bf16 (values[i]);
  else if (precision == GENGA_PRECISION_FP16)
    for (gsize i = 0; i < n; i++)
      values[i] = round_to_fp16 (values[i]);
}
