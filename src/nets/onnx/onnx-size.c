/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-size.h"

#include <math.h>
#include <string.h>

#define MAX_NUMBER ((gint64)1 << 40)

/* Different remainders for every small divisor, and along both axes. */
static const double heights[] = { 1021, 1030, 1043, 1056 };
static const double widths[] = { 1033, 1046, 1059, 1072 };

static gint64
get_common_divisor (gint64 a, gint64 b)
{
  a = ABS (a);
  b = ABS (b);
  while (b != 0)
    {
      gint64 rest = a % b;

      a = b;
      b = rest;
    }
  return a;
}

static gint64
divide_down (gint64 a, gint64 b)
{
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* In lowest terms; FALSE where numbers are too large to go on with. */
static gboolean
settle (GengaOnnxSize *self)
{
  gint64 common = self->den;

  /* Has no absolute value. */
  if (self->constant == G_MININT64 || self->y == G_MININT64 || self->x == G_MININT64 ||
      self->area == G_MININT64)
    return FALSE;
  common = get_common_divisor (common, self->constant);
  common = get_common_divisor (common, self->y);
  common = get_common_divisor (common, self->x);
  common = get_common_divisor (common, self->area);
  common = MAX (common, 1);
  self->constant /= common;
  self->y /= common;
  self->x /= common;
  self->area /= common;
  self->den /= common;
  return self->den <= MAX_NUMBER && ABS (self->y) <= MAX_NUMBER && ABS (self->x) <= MAX_NUMBER &&
         ABS (self->area) <= MAX_NUMBER;
}

GengaOnnxSize
genga_onnx_size_of (gint64 number)
{
  GengaOnnxSize size = { .constant = MAX (number, -G_MAXINT64), .den = 1 };

  for (guint i = 0; i < GENGA_ONNX_N_SAMPLES; i++)
    size.at[i] = (double)size.constant;
  return size;
}

GengaOnnxSize
genga_onnx_size_of_height (gint64 fixed)
{
  GengaOnnxSize size = { .y = 1, .den = 1 };

  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    size.at[i] = heights[i];
  size.at[GENGA_ONNX_FIXED_SAMPLE] = fixed > 0 ? (double)fixed : 997;
  return size;
}

GengaOnnxSize
genga_onnx_size_of_width (gint64 fixed)
{
  GengaOnnxSize size = { .x = 1, .den = 1 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    size.at[i] = widths[i];
  size.at[GENGA_ONNX_FIXED_SAMPLE] = fixed > 0 ? (double)fixed : 991;
  return size;
}

gboolean
genga_onnx_size_is_constant (const GengaOnnxSize *self)
{
  return self->y == 0 && self->x == 0 && self->area == 0;
}

gboolean
genga_onnx_size_get_number (const GengaOnnxSize *self, gint64 *number)
{
  *number = self->constant;
  return genga_onnx_size_is_constant (self) && self->den == 1 && ABS (*number) <= MAX_NUMBER;
}

gboolean
genga_onnx_size_is (const GengaOnnxSize *self, gint64 number)
{
  return genga_onnx_size_is_constant (self) && self->den == 1 && self->constant == number;
}

gboolean
genga_onnx_size_equal (const GengaOnnxSize *a, const GengaOnnxSize *b)
{
  return a->constant == b->constant && a->y == b->y && a->x == b->x && a->area == b->area &&
         a->den == b->den;
}

gboolean
genga_onnx_size_is_exact (const GengaOnnxSize *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    {
      double value = ((double)self->constant + (double)self->y * heights[i] +
                      (double)self->x * widths[i] + (double)self->area * heights[i] * widths[i]) /
                     (double)self->den;

      if (value != self->at[i])
        return FALSE;
    }
  return TRUE;
}

/* a * factor + b * other, of the numerators. */
static gboolean
add_scaled (gint64 *out, gint64 a, gint64 factor, gint64 b, gint64 other)
{
  gint64 first, second;

  return !__builtin_mul_overflow (a, factor, &first) &&
         !__builtin_mul_overflow (b, other, &second) &&
         !__builtin_add_overflow (first, second, out);
}

gboolean
genga_onnx_size_add (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b, int sign)
{
  GengaOnnxSize sum = { 0 };
  gint64 other = sign * a->den;

  if (!add_scaled (&sum.constant, a->constant, b->den, b->constant, other) ||
      !add_scaled (&sum.y, a->y, b->den, b->y, other) ||
      !add_scaled (&sum.x, a->x, b->den, b->x, other) ||
      !add_scaled (&sum.area, a->area, b->den, b->area, other) ||
      __builtin_mul_overflow (a->den, b->den, &sum.den))
    return FALSE;
  for (guint i = 0; i < GENGA_ONNX_N_SAMPLES; i++)
    sum.at[i] = a->at[i] + sign * b->at[i];
  *out = sum;
  return settle (out);
}

static gboolean
add_product (gint64 *sum, gint64 a, gint64 b)
{
  gint64 product;

  return !__builtin_mul_overflow (a, b, &product) && !__builtin_add_overflow (*sum, product, sum);
}

gboolean
genga_onnx_size_multiply (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b)
{
  GengaOnnxSize product = { 0 };

  /* Nothing of a higher degree than H * W. */
  if ((a->y != 0 && b->y != 0) || (a->x != 0 && b->x != 0) ||
      (a->area != 0 && !genga_onnx_size_is_constant (b)) ||
      (b->area != 0 && !genga_onnx_size_is_constant (a)))
    return FALSE;
  if (__builtin_mul_overflow (a->den, b->den, &product.den) ||
      !add_product (&product.constant, a->constant, b->constant) ||
      !add_product (&product.y, a->y, b->constant) ||
      !add_product (&product.y, a->constant, b->y) ||
      !add_product (&product.x, a->x, b->constant) ||
      !add_product (&product.x, a->constant, b->x) ||
      !add_product (&product.area, a->area, b->constant) ||
      !add_product (&product.area, a->constant, b->area) ||
      !add_product (&product.area, a->y, b->x) || !add_product (&product.area, a->x, b->y))
    return FALSE;
  for (guint i = 0; i < GENGA_ONNX_N_SAMPLES; i++)
    product.at[i] = a->at[i] * b->at[i];
  *out = product;
  return settle (out);
}

static gboolean
divide_by_constant (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b)
{
  GengaOnnxSize inverse = { .constant = b->den, .den = b->constant };
  double at[GENGA_ONNX_N_SAMPLES];

  if (b->constant == 0)
    return FALSE;
  if (inverse.den < 0)
    {
      if (inverse.den == G_MININT64)
        return FALSE;
      inverse.den = -inverse.den;
      inverse.constant = -inverse.constant;
    }
  /* What is exact there is a quotient, not a product with an inverse. */
  for (guint i = 0; i < GENGA_ONNX_N_SAMPLES; i++)
    at[i] = a->at[i] / b->at[i];
  if (!genga_onnx_size_multiply (out, a, &inverse))
    return FALSE;
  memcpy (out->at, at, sizeof at);
  return TRUE;
}

/* A quotient q with b * q == a, of the forms that b may have: c * H, c * W, or a itself times q. */
static gboolean
guess_quotient (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b)
{
  gint64 lead_a = a->area != 0 ? a->area : a->y != 0 ? a->y : a->x;
  gint64 lead_b = b->area != 0 ? b->area : b->y != 0 ? b->y : b->x;
  GengaOnnxSize q = { .den = 1 };

  if (a->area != 0 && b->area == 0 && b->constant == 0 && (b->y == 0) != (b->x == 0))
    {
      /* (area * H * W + y * H) / (b * H) */
      gint64 side = b->y != 0 ? b->y : b->x;

      if (a->constant != 0 || (b->y != 0 ? a->x : a->y) != 0)
        return FALSE;
      if (b->y != 0)
        q.x = a->area;
      else
        q.y = a->area;
      q.constant = b->y != 0 ? a->y : a->x;
      q.den = side;
    }
  else
    {
      q.constant = lead_a;
      q.den = lead_b;
    }
  if (q.den == 0 || q.den == G_MININT64)
    return FALSE;
  if (q.den < 0)
    q = (GengaOnnxSize){ -q.constant, -q.y, -q.x, -q.area, -q.den, { 0 } };
  if (__builtin_mul_overflow (q.den, a->den, &q.den) ||
      __builtin_mul_overflow (q.constant, b->den, &q.constant) ||
      __builtin_mul_overflow (q.y, b->den, &q.y) || __builtin_mul_overflow (q.x, b->den, &q.x))
    return FALSE;
  *out = q;
  return settle (out);
}

gboolean
genga_onnx_size_divide (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b)
{
  GengaOnnxSize q, product;

  if (genga_onnx_size_is_constant (b))
    return divide_by_constant (out, a, b);
  if (!guess_quotient (&q, a, b) || !genga_onnx_size_multiply (&product, &q, b) ||
      !genga_onnx_size_equal (&product, a))
    return FALSE;
  for (guint i = 0; i < GENGA_ONNX_N_SAMPLES; i++)
    q.at[i] = a->at[i] / b->at[i];
  *out = q;
  return TRUE;
}

/* So that number * side / den is whole. */
static gboolean
raise_multiple (int *multiple, gint64 number, gint64 den)
{
  gint64 need = den / get_common_divisor (den, number);
  gint64 raised;

  if (number == 0)
    return TRUE;
  if (need > GENGA_ONNX_MAX_MULTIPLE)
    return FALSE;
  raised = *multiple / get_common_divisor (*multiple, need) * need;
  if (raised > GENGA_ONNX_MAX_MULTIPLE)
    return FALSE;
  *multiple = (int)raised;
  return TRUE;
}

/* So that number * height * width / den is whole: each side brings the multiple. */
static gboolean
raise_for_area (int *multiple, gint64 number, gint64 den)
{
  const gint64 need = den / get_common_divisor (den, number);

  if (number == 0)
    return TRUE;
  for (gint64 raised = *multiple; raised <= GENGA_ONNX_MAX_MULTIPLE; raised += *multiple)
    if (raised * raised % need == 0)
      {
        *multiple = (int)raised;
        return TRUE;
      }
  return FALSE;
}

gboolean
genga_onnx_size_floor (GengaOnnxSize *out, const GengaOnnxSize *a, gboolean to_zero, int *multiple)
{
  GengaOnnxSize whole = *a;
  gboolean is_constant = genga_onnx_size_is_constant (a);

  if (!raise_multiple (multiple, a->y, a->den) || !raise_multiple (multiple, a->x, a->den) ||
      !raise_for_area (multiple, a->area, a->den))
    return FALSE;
  /* The part that depends on the picture is whole. */
  whole.constant =
      is_constant && to_zero ? a->constant / a->den : divide_down (a->constant, a->den);
  if (__builtin_mul_overflow (whole.constant, a->den, &whole.constant))
    return FALSE;
  for (guint i = 0; i < GENGA_ONNX_N_SAMPLES; i++)
    whole.at[i] = to_zero ? trunc (a->at[i]) : floor (a->at[i]);
  *out = whole;
  return settle (out);
}

gboolean
genga_onnx_size_divide_whole (GengaOnnxSize *out,
                              const GengaOnnxSize *a,
                              const GengaOnnxSize *b,
                              int *multiple)
{
  GengaOnnxSize quotient, whole;
  int raised = *multiple;

  if (!genga_onnx_size_divide (&quotient, a, b) ||
      !genga_onnx_size_floor (&whole, &quotient, FALSE, &raised) ||
      !genga_onnx_size_equal (&whole, &quotient))
    return FALSE;
  *out = quotient;
  *multiple = raised;
  return TRUE;
}

gboolean
genga_onnx_size_compare (const GengaOnnxSize *a, const GengaOnnxSize *b, int *order)
{
  gboolean is_same = genga_onnx_size_equal (a, b);

  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    {
      int here = is_same ? 0 : (a->at[i] > b->at[i]) - (a->at[i] < b->at[i]);

      if (i > 0 && here != *order)
        return FALSE;
      *order = here;
    }
  return TRUE;
}
