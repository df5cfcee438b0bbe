/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which values of a graph stay in f32. For src/nets only. */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

/*
 * Sets `is_f32` of every operation. The first convolutions read the picture's own samples and the
 * last ones make the result's: in less than f32 they would round what people see. So f32 is
 *   - what a convolution makes from the picture alone, with no other convolution before it;
 *   - what a convolution makes for the result, with no other convolution after it;
 *   - what DySample reads and makes: coordinates need the precision;
 *   - what other operations make of f32 values only.
 */
void genga_graph_mark_f32 (GengaOp *ops, guint n_ops);

G_END_DECLS
