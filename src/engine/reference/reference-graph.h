/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs any graph in plain C: sums in double, values in f32, one operation after the other. What
 * every other back end is held against.
 *
 * Thread rule: re-entrant; the graph is only read.
 */
#pragma once

#include "core/choices.h"
#include "nets/graph-data.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * `input` is height x width x channels packed f32, `output` the same in the result's size, not
 * clamped. The sides satisfy the graph's minimum and multiple_of, and the graph has its weights.
 * Leaves between two operations once `cancellable` (may be NULL) is cancelled. Errors:
 * G_IO_ERROR_CANCELLED, GENGA_ERROR_OUT_OF_MEMORY.
 */
gboolean genga_reference_run_graph (const GengaGraph *graph,
                                    const float *input,
                                    int height,
                                    int width,
                                    float *output,
                                    GCancellable *cancellable,
                                    GError **error);

/*
 * The same in FP32, FP16 or BF16. In the latter two, what is not marked `is_f32` is computed with
 * constants of that precision and stored in it; sums are exact in all three.
 */
gboolean genga_reference_run_graph_in (const GengaGraph *graph,
                                       GengaPrecision precision,
                                       const float *input,
                                       int height,
                                       int width,
                                       float *output,
                                       GCancellable *cancellable,
                                       GError **error);

/* Bytes of all values that are there at the same time, at most, without the weights. */
guint64 genga_reference_get_peak_bytes (const GengaGraph *graph, int height, int width);

G_END_DECLS
