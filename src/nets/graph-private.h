/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What functions that add operations are made of. For src/nets/graph*.c and the like only. */
#pragma once

#include "nets/graph.h"

G_BEGIN_DECLS

/* An operation on `input` whose value is like that. */
GengaOp genga_graph_start_op (GengaGraphBuilder *self, GengaOpKind kind, guint input);
/* The number of its value. */
guint genga_graph_add_op (GengaGraphBuilder *self, const GengaOp *op);
const GengaConstant *genga_graph_get_constant (GengaGraphBuilder *self, guint constant);

G_END_DECLS
