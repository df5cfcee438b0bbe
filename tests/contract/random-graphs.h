/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random networks: all operations of a graph, put together as real networks put them, and as no
 * network would. The same seed makes the same network. Small, valid by construction, with numbers
 * near 1 wherever one looks, so that engines may be held against each other.
 */
#pragma once

#include "nets/graph.h"

G_BEGIN_DECLS

typedef struct
{
  GengaGraph *graph;
  int height, width; /* of a picture for it */
  float *input;      /* channels last, in [0, 1] */
} RandomNet;

/*
 * A network for the seed; no side of its picture is longer than `most_side`, 8 at least. `is_local`
 * leaves out what sees the whole picture (means, group norms, attention between channels,
 * DySample).
 */
RandomNet *random_net_new (guint32 seed, int most_side, gboolean is_local);
void random_net_free (RandomNet *self);

/* How many numbers the result has for a picture of these sides. */
gsize random_net_get_n_results (const RandomNet *self, int height, int width);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RandomNet, random_net_free)

G_END_DECLS
