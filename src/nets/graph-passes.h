/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a graph simpler without changing what it computes, in real numbers: sums are merged into
 * weights, in f64, before they are rounded once. A graph without weights gets the same shape.
 *
 *   - what does nothing goes: a slice of all channels, a concatenation of one value, a pixel
 *     shuffle or a resize by 1, a pad or a crop by 0, an affine operation without factor and
 * offset;
 *   - as many zeros at opposite sides before a convolution become that one's own padding;
 *   - a slice of a slice, or of one value in a concatenation, is taken from the source;
 *   - an affine operation after another one, or after a convolution that nobody else reads, goes
 *     into it, also through a pixel shuffle. Before a convolution it goes into that one where the
 *     zeros beyond the border stay zeros: it has no offset, or the convolution no padding;
 *   - the sum or difference of two convolutions of one value, which nobody else reads, is one: a
 *     smaller kernel is put into the middle of the larger one;
 *   - what the result is not made of goes.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

/* Takes `graph`. Free the result with genga_graph_free(). */
GengaGraph *genga_graph_simplify (GengaGraph *graph);

G_END_DECLS
