/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a plan keeps of a GENGA_OP_WINDOW_ATTENTION: its axes, and biases as kernels take them.
 * Thread rule: immutable; any thread.
 */
#pragma once

#include "engine/cpu/kernels/kernels.h"
#include "engine/cpu/window-axis.h"
#include "nets/graph-data.h"

G_BEGIN_DECLS

typedef struct
{
  GengaCpuWindowAxis axes[2]; /* by GengaAxis */
  guint keys_value;           /* whose sides the keys' map has */
  guint n_heads, head_dim;
  gboolean is_linear;
  float *factors; /* of each head's queries */
  gboolean is_cosine;
  /*
   * Key (i, j) of a window, and query (y, x) in head h: biases[h * head_biases + i * key_row +
   * j * key_column + y * window_x + x]. There are some numbers behind the last one.
   */
  float *biases;
  gsize head_biases;
  gssize key_row;
  gsize key_column, first_key;
  /* Rows of queries at a time, and their lanes (GengaAttend). */
  int n_rows;
  guint n_lanes;
} GengaCpuWindows;

/* Why a plan can't have it, as a technical phrase; NULL: it can. */
const char *genga_cpu_windows_find_fault (const GengaOp *op);

/* `op` is one of the graph's, which has weights. */
GengaCpuWindows *genga_cpu_windows_new (const GengaGraph *graph, const GengaOp *op);
void genga_cpu_windows_free (GengaCpuWindows *self);

/* Keys of a window. */
guint genga_cpu_windows_get_n_keys (const GengaCpuWindows *self);

/* Whether some queries attend to keys that are far away. */
gboolean genga_cpu_windows_see_all (const GengaCpuWindows *self);

/* Numbers that a thread needs room for: keys, values, queries, results, logits. */
typedef struct
{
  gsize keys, queries, logits; /* of one of them each; the first two twice */
  gsize n_bytes;
} GengaCpuWindowsRoom;

GengaCpuWindowsRoom genga_cpu_windows_get_room (const GengaCpuWindows *self);

G_END_DECLS
