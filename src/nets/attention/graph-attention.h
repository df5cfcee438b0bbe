/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operations of graphs that attend, and those that go with them: lists, products, and what moves
 * pixels (graph-data.h says what each does). Rules are those of nets/graph.h.
 */
#pragma once

#include "nets/graph.h"

G_BEGIN_DECLS

typedef struct
{
  guint queries, keys, values; /* values of the graph */
  guint weight;                /* constant: see GENGA_OP_WINDOW_ATTENTION, _CHANNEL_ATTENTION */
  int n_heads;
  int window_y, window_x; /* between channels: 0 x 0 is the whole map */
  int shift_y, shift_x;   /* of windows only, as `multiple` */
  int multiple;
  /* Where keys are not of the queries' own windows; all 0 where they are. */
  int key_window_y, key_window_x;
  int key_shift_y, key_shift_x;
  int key_margin;
  int key_block;        /* 0: 1 */
  gboolean is_relative; /* `weight` */
  gboolean cosine;      /* `factors` of heads, with normalised queries and keys */
  guint factors;
  gboolean is_linear;
  gboolean is_strided;  /* between channels only */
  gboolean is_unmasked; /* of windows only */
} GengaAttention;

guint genga_graph_window_attention (GengaGraphBuilder *self, const GengaAttention *attention);
guint genga_graph_channel_attention (GengaGraphBuilder *self, const GengaAttention *attention);
/* `weight` is not used. */
guint genga_graph_cross_attention (GengaGraphBuilder *self, const GengaAttention *attention);

/* `kinds` is a value of one size with the queries'. */
guint genga_graph_sorted_attention (GengaGraphBuilder *self,
                                    const GengaAttention *attention,
                                    guint kinds,
                                    int group);

/* A list of a constant's rows. */
guint genga_graph_list (GengaGraphBuilder *self, guint rows);
guint genga_graph_matmul (
    GengaGraphBuilder *self, guint a, guint b, gboolean transposes_a, gboolean transposes_b);
guint genga_graph_softmax (GengaGraphBuilder *self, guint input, gboolean is_over_pixels);

/* `factor` divides the map's sides. */
guint genga_graph_grid_to_windows (GengaGraphBuilder *self, guint input, int factor);
guint genga_graph_windows_to_grid (GengaGraphBuilder *self, guint input, int factor);

G_END_DECLS
