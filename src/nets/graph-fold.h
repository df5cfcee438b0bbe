/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The passes that compute new weights (see graph-passes.h). For src/nets only. */
#pragma once

#include "nets/graph-edit.h"

G_BEGIN_DECLS

/* Each looks at one operation, of the kind that its name says, and leaves it where it can't. */

/* An affine operation goes into what makes its input, or past a pixel shuffle. */
void genga_graph_fold_affine (GengaGraphEdit *edit, guint affine);
/* A convolution takes in the affine operation that makes its input. */
void genga_graph_fold_affine_before (GengaGraphEdit *edit, guint conv);
/* A convolution pads with zeros itself. */
void genga_graph_fold_pad_before (GengaGraphEdit *edit, guint conv);
/* A sum or a difference of two convolutions becomes one. */
void genga_graph_merge_convs (GengaGraphEdit *edit, guint sum);

G_END_DECLS
