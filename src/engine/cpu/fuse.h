/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations that the step before them does in passing. Thread rule: one thread makes a plan. */
#pragma once

#include "engine/cpu/draft.h"

G_BEGIN_DECLS

/*
 * Takes into a layer what follows its result, as long as nobody else reads that: one activation, a
 * factor, a gate, sums with two others.
 */
void genga_cpu_drafts_fuse (GengaCpuDrafts *self, GengaCpuDraft *draft);

/* (x + side) * (sigmoid (x) - 1/2), where the layer's result x is used for nothing else. */
gboolean genga_cpu_drafts_fuse_span_gate (GengaCpuDrafts *self, GengaCpuDraft *draft);

/*
 * Where a pixel shuffle alone reads a layer's result: the layer makes all channels of a pixel that
 * comes out of it after each other, so that whole pixels are moved.
 */
void genga_cpu_drafts_order_for_shuffle (GengaCpuDrafts *self, GengaCpuDraft *draft);

/* Whether layers have this function of each value. */
gboolean genga_cpu_has_epilogue (const GengaOp *activation);

/*
 * Adds the step that writes the result: where the network ends with a pixel shuffle, or one added
 * to the enlarged picture, in the same go.
 */
void genga_cpu_drafts_add_write (GengaCpuDrafts *self);

G_END_DECLS
