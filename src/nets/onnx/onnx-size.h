/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers that follow from the size of the picture, as ONNX files compute them: a polynomial
 *
 *     (constant + y * H + x * W + area * H * W) / den
 *
 * of the picture's height H and width W. Files divide such numbers and take remainders. Here that
 * is done for pictures whose sides are multiples of a number, which grows as it has to, so that the
 * quotient is a polynomial again. Besides, each number is computed exactly for a few sizes that are
 * multiples of nothing in particular: where the two differ, a file rounded (`at`), and it can be
 * told in which way. For src/nets/onnx only.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sizes that are tried, and the one that a file was made for, where it names one. */
#define GENGA_ONNX_N_SAMPLES 5
#define GENGA_ONNX_FIXED_SAMPLE 4

/* Sides may have to be multiples of no more. */
#define GENGA_ONNX_MAX_MULTIPLE 1024

typedef struct
{
  gint64 constant, y, x, area;
  gint64 den; /* at least 1 */
  double at[GENGA_ONNX_N_SAMPLES];
} GengaOnnxSize;

GengaOnnxSize genga_onnx_size_of (gint64 number);
/* The picture's sides; `fixed` is what the file says, or 0. */
GengaOnnxSize genga_onnx_size_of_height (gint64 fixed);
GengaOnnxSize genga_onnx_size_of_width (gint64 fixed);

/* FALSE: it is no whole number of at most 2^40, or depends on the picture. */
gboolean genga_onnx_size_get_number (const GengaOnnxSize *self, gint64 *number);
gboolean genga_onnx_size_is_constant (const GengaOnnxSize *self);
gboolean genga_onnx_size_is (const GengaOnnxSize *self, gint64 number);
gboolean genga_onnx_size_equal (const GengaOnnxSize *a, const GengaOnnxSize *b);
/* Whether the polynomial is what the file computes for all sizes that are tried. */
gboolean genga_onnx_size_is_exact (const GengaOnnxSize *self);

/*
 * Arithmetic. FALSE where the result is no such polynomial, or too large. `*multiple` is raised to
 * what the sides have to be multiples of. `out` may be one of the operands.
 */
gboolean
genga_onnx_size_add (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b, int sign);
gboolean
genga_onnx_size_multiply (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b);
/* As rational numbers. */
gboolean
genga_onnx_size_divide (GengaOnnxSize *out, const GengaOnnxSize *a, const GengaOnnxSize *b);
/* The largest whole number that is not larger; of a constant with `to_zero`, towards zero. */
gboolean
genga_onnx_size_floor (GengaOnnxSize *out, const GengaOnnxSize *a, gboolean to_zero, int *multiple);
/* Exact, for sides of that multiple. FALSE, too, where it is not whole. */
gboolean genga_onnx_size_divide_whole (GengaOnnxSize *out,
                                       const GengaOnnxSize *a,
                                       const GengaOnnxSize *b,
                                       int *multiple);
/* -1, 0 or 1 where all sizes that are tried agree; else FALSE. */
gboolean genga_onnx_size_compare (const GengaOnnxSize *a, const GengaOnnxSize *b, int *order);

G_END_DECLS
