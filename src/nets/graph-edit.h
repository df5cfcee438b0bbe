/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graph that is being changed. For the passes of src/nets only.
 *
 * Operations are changed where they stand, and constants are added, never changed: others may use
 * them. What is not used any more goes at the end.
 */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

typedef struct
{
  GArray *ops;       /* of GengaOp */
  GArray *constants; /* of GengaConstant, which own their data */
  guint *n_uses;     /* of each value, the result once more: at least so many as there are */
  guint *aliases;    /* of each value: what stands for it, itself at first */
  guint result;      /* the value that is the result */
  int minimum;
  int multiple_of;
  gboolean has_weights;
  gboolean has_changed; /* since the caller last cleared it */
} GengaGraphEdit;

/* Takes the graph. */
void genga_graph_edit_init (GengaGraphEdit *self, GengaGraph *graph);

GengaOp *genga_graph_edit_get (GengaGraphEdit *self, guint value);
/* The operation that makes an operation's first input. */
GengaOp *genga_graph_edit_get_input (GengaGraphEdit *self, const GengaOp *op);
const GengaConstant *genga_graph_edit_get_constant (GengaGraphEdit *self, guint constant);

/*
 * A sweep goes through all operations in order. _start_sweep() counts uses; _visit() tells for
 * each operation whether the result is made of it, after it has put aliases in its inputs.
 */
void genga_graph_edit_start_sweep (GengaGraphEdit *self);
gboolean genga_graph_edit_visit (GengaGraphEdit *self, guint value);

/* Whether only one operation, once, reads a value. It may say FALSE where that is so only since
   the sweep has begun. */
gboolean genga_graph_edit_has_one_use (GengaGraphEdit *self, guint value);

/* Whoever reads `value` reads `other`, its first input, from the next visit on. */
void genga_graph_edit_replace (GengaGraphEdit *self, guint value, guint other);
/* `op` reads another value as its first input. */
void genga_graph_edit_set_input (GengaGraphEdit *self, GengaOp *op, guint value);

/* Takes `data`; NULL where the graph has no weights. */
guint
genga_graph_edit_add_constant (GengaGraphEdit *self, guint rank, const int *shape, float *data);

/* The graph of what the result is made of, in order. `self` is cleared. */
GengaGraph *genga_graph_edit_finish (GengaGraphEdit *self);

G_END_DECLS
