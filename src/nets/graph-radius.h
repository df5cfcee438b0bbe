/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receptive radius of a graph. For src/nets only. */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

/*
 * See GengaGraphAnalysis. Exact, as long as all channels of a value are used and a resize's and a
 * transposed convolution's kernels leave no gaps.
 */
int genga_graph_get_radius (const GengaGraph *graph);

G_END_DECLS
