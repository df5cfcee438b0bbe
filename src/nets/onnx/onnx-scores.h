/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attention, as files write it: a product of queries and keys, what is added to it and multiplied
 * with it, softmax, and a product with values. The first product is a value of its own kind,
 * scores, which the graph has no operation for; the last one becomes attention in windows, between
 * channels, or to all pixels. For src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

typedef struct _GengaOnnxScores GengaOnnxScores;

void genga_onnx_scores_free (GengaOnnxScores *self);

/*
 * As the node's output: rows of `a` by columns of `b`, which are two views, or scores and a view,
 * along their last two axes.
 */
gboolean
genga_onnx_multiply_views (GengaOnnxImport *self, const GengaOnnxValue *a, const GengaOnnxValue *b);

/* ---- operators, by ONNX's names ---- */

/* Of a view and a constant matrix, of two views, or of scores and a view. */
gboolean genga_onnx_matmul (GengaOnnxImport *self);
/* Of scores over what is looked at; of views over all channels, or all pixels. */
gboolean genga_onnx_softmax (GengaOnnxImport *self);

/*
 * Sum, product and quotient of scores and constants: what is added for each pair of places in a
 * window, the mask of windows that were rolled, and factors for each head. A mask need not be
 * constants: it may follow from the picture's size in any way that can be counted out.
 */
gboolean genga_onnx_combine_scores (GengaOnnxImport *self);

G_END_DECLS
