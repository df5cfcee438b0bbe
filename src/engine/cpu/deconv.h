/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graphs without transposed convolutions: each becomes a convolution that makes all pixels of a
 * stride as channels, and a pixel shuffle behind it.
 *
 * With stride s, kernel K and padding p, pixel s q + r of the result is the sum over k = r + p - s
 * m, 0 <= k < K, of weights[k] * input (q + m): a convolution of the taps m from ceil ((p - K + 1)
 * / s) to floor ((p + s - 1) / s). Where it makes fewer pixels than there are, it begins one
 * further up, and what is too much is cropped.
 *
 * Thread rule: one thread makes a graph.
 */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

typedef struct
{
  GengaGraph graph;
  /*< private >*/
  GArray *ops, *constants;
  GPtrArray *made; /* numbers of constants that are not the first graph's */
} GengaCpuGraph;

/* NULL, or what is unusual about a transposed convolution, untranslated. */
const char *genga_cpu_deconv_find_fault (const GengaOp *op);

/* The graph has to stay; its transposed convolutions have no fault. */
GengaCpuGraph *genga_cpu_graph_new (const GengaGraph *graph);
void genga_cpu_graph_free (GengaCpuGraph *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCpuGraph, genga_cpu_graph_free)

G_END_DECLS
