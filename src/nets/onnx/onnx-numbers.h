/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values that are numbers: making them, reading them, and every operation that only moves them.
 * For src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/*
 * Room for numbers of a shape: of floats, or of sizes. FALSE with an error where that is more than
 * a file may ask for: every size is checked before memory is taken for it.
 */
gboolean genga_onnx_numbers_init (GengaOnnxImport *self,
                                  GengaOnnxValue *numbers,
                                  guint rank,
                                  const gint64 *shape,
                                  gboolean as_sizes);
void genga_onnx_numbers_clear (GengaOnnxValue *numbers);

/* The numbers as floats or as sizes: borrowed, made of the file's when first asked for. */
const float *genga_onnx_numbers_peek_floats (GengaOnnxImport *self, GengaOnnxValue *numbers);
const GengaOnnxSize *genga_onnx_numbers_peek_sizes (GengaOnnxImport *self, GengaOnnxValue *numbers);
/* Whether they are best worked with as sizes: whole numbers, or such that follow from the picture.
 */
gboolean genga_onnx_numbers_are_sizes (const GengaOnnxValue *numbers);

/* Whole constant numbers, value->n <= max. */
gboolean
genga_onnx_numbers_get_list (GengaOnnxImport *self, GengaOnnxValue *numbers, gint64 *list, int max);
/*
 * Whole numbers from an attribute, or where there is none from input `index`: as axes and such came
 * in older and newer versions. Their count, -1 with an error.
 */
int genga_onnx_read_list (
    GengaOnnxImport *self, const char *attribute, guint index, gint64 *numbers, int max);

/* A single number that does not depend on the picture. */
gboolean
genga_onnx_numbers_get_single (GengaOnnxImport *self, GengaOnnxValue *numbers, float *number);

/* A list of sizes, of rank 1, as the node's first output. */
gboolean
genga_onnx_set_sizes (GengaOnnxImport *self, const GengaOnnxSize *sizes, guint n, guint rank);

/*
 * The numbers at places that the caller names: out of `numbers`, for each index of `shape` the one
 * at offset + sum of index * strides. Becomes the node's output `index`.
 */
gboolean genga_onnx_set_picked (GengaOnnxImport *self,
                                guint index,
                                GengaOnnxValue *numbers,
                                guint rank,
                                const gint64 *shape,
                                const gint64 *strides,
                                gint64 offset);

/*
 * Broadcasting: makes `shape`, of `*rank` axes, one that `with` goes into as well; and the place in
 * `numbers` that an index of such a shape means.
 */
gboolean genga_onnx_broadcast (GengaOnnxImport *self,
                               guint *rank,
                               gint64 *shape,
                               const GengaOnnxValue *with);
gsize genga_onnx_find_place (const GengaOnnxValue *numbers, guint rank, const gint64 *at);

/* Row-major strides. */
void genga_onnx_list_strides (guint rank, const gint64 *shape, gint64 *strides);

/* The operators of that name, where all inputs are numbers. */
gboolean genga_onnx_numbers_concat (GengaOnnxImport *self);
gboolean genga_onnx_numbers_gather (GengaOnnxImport *self);
gboolean genga_onnx_numbers_range (GengaOnnxImport *self);
gboolean genga_onnx_numbers_constant_of_shape (GengaOnnxImport *self);
gboolean genga_onnx_numbers_where (GengaOnnxImport *self);
gboolean genga_onnx_numbers_scatter_nd (GengaOnnxImport *self);

G_END_DECLS
