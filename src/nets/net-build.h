/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a spec and the weights it was detected in to the graph that engines run.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "nets/graph.h"
#include "nets/spec-data.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/*
 * The network's graph. `dict` is what `spec` was detected in, and NULL for GENGA_FAMILY_NEAREST
 * and _BICUBIC, which have no weights; the graph copies what it needs of it. With
 * `with_weights` FALSE no numbers are read: the graph is good for planning. Free the graph with
 * genga_graph_free(). Errors: GENGA_ERROR_INTERNAL where the spec is of no network,
 * GENGA_ERROR_OUT_OF_MEMORY, GENGA_ERROR_MODEL where the file's nodes cannot be translated.
 */
GengaGraph *genga_net_build (const GengaNetSpec *spec,
                             GengaStateDict *dict,
                             gboolean with_weights,
                             GError **error);

G_END_DECLS
