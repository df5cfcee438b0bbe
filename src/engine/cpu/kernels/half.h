/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IEEE half precision in plain C, rounded to the nearest, ties to even, as the CPUs' own
 * conversion. */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

static inline float
genga_half_to_float (guint16 half)
{
  const guint32 sign = (guint32)(half & 0x8000) << 16, rest = half & 0x7fff;
  guint32 bits;
  float value;

  if (rest >= 0x7c00)
    bits = rest << 13 | 0x7f800000;
  else if (rest >= 0x0400)
    bits = (rest << 13) + (112u << 23);
  else
    {
      value = (float)rest * 0x1p-24f;
      memcpy (&bits, &value, sizeof bits);
    }
  bits |= sign;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static inline guint16
genga_half_from_float (float value)
{
  guint32 bits, half;

  memcpy (&bits, &value, sizeof bits);
  const guint32 sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;

  if (magnitude > 0x7f800000)
    half = 0x7e00;
  else if (magnitude >= 0x477ff000)
    half = 0x7c00;
  else if (magnitude < 0x38800000)
    {
      /* One half has the subnormals' step as its last bit. */
      float small;
      memcpy (&small, &magnitude, sizeof small);
      small += 0.5f;
      memcpy (&half, &small, sizeof half);
      half -= 0x3f000000;
    }
  else
    half = ((magnitude + 0x0fff + (magnitude >> 13 & 1)) >> 13) - (112u << 10);
  return (guint16)(sign | half);
}

G_END_DECLS
