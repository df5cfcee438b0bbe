/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/graph-attention.h"

#include "nets/graph-private.h"

/* Queries, keys and values. */
static GengaOp
start_attention (GengaGraphBuilder *self, GengaOpKind kind, const GengaAttention *attention)
{
  GengaOp op = genga_graph_start_op (self, kind, attention->queries);

  g_assert (attention->n_heads >= 1 && op.channels % attention->n_heads == 0);
  op.n_inputs = 3;
  op.inputs[1] = attention->keys;
  op.inputs[2] = attention->values;
  op.weight = attention->weight;
  op.attention.n_heads = attention->n_heads;
  return op;
}

/* One number for each head, query and key, or for each head and relative position. */
static void
check_positions (GengaGraphBuilder *self, const GengaOp *op)
{
  int block = op->attention.key_block;
  int key_y = op->attention.key_window_y / block, key_x = op->attention.key_window_x / block;
  int y = op->attention.window_y, x = op->attention.window_x;
  gsize n = (gsize)y * x * key_y * key_x;

  if (op->attention.is_relative)
    {
      g_assert (y % block == 0 && x % block == 0);
      n = (gsize)(y / block + key_y - 1) * (x / block + key_x - 1);
    }
  g_assert (genga_graph_get_constant (self, op->weight)->n_elements == n * op->attention.n_heads);
}

/* Along one axis: as many windows of keys as of queries. */
static gboolean
fits_keys (const GengaOp *queries, const GengaOp *keys, int window, int key_step)
{
  return key_step >= 1 && (gint64)keys->size.num * queries->size.den * window ==
                              (gint64)queries->size.num * keys->size.den * key_step;
}

static void
check_keys (GengaGraphBuilder *self, const GengaOp *op)
{
  const GengaOp *queries = genga_graph_peek (self, op->inputs[0]);
  int margin = op->attention.key_margin, block = op->attention.key_block;

  for (guint i = 1; i <= 2; i++)
    {
      const GengaOp *keys = genga_graph_peek (self, op->inputs[i]);

      g_assert (keys->channels * block * block == op->channels);
      g_assert (fits_keys (queries, keys, op->attention.window_y,
                           op->attention.key_window_y - 2 * margin));
      g_assert (fits_keys (queries, keys, op->attention.window_x,
                           op->attention.key_window_x - 2 * margin));
    }
  g_assert (op->attention.key_window_y % block == 0 && op->attention.key_window_x % block == 0);
  /* A mask knows no margin, and margins are of pixels. */
  g_assert (margin == 0 || (block == 1 && op->attention.shift_y + op->attention.shift_x == 0));
}

guint
genga_graph_window_attention (GengaGraphBuilder *self, const GengaAttention *attention)
{
  gboolean are_own = attention->key_window_y == 0;
  GengaOp op = start_attention (self, GENGA_OP_WINDOW_ATTENTION, attention);

  g_assert (attention->window_y >= 1 && attention->window_x >= 1 && attention->multiple >= 1);
  g_assert (attention->multiple % attention->window_y == 0 &&
            attention->multiple % attention->window_x == 0);
  op.attention.window_y = attention->window_y;
  op.attention.window_x = attention->window_x;
  op.attention.shift_y = attention->shift_y;
  op.attention.shift_x = attention->shift_x;
  op.attention.multiple = attention->multiple;
  op.attention.key_window_y = are_own ? attention->window_y : attention->key_window_y;
  op.attention.key_window_x = are_own ? attention->window_x : attention->key_window_x;
  op.attention.key_shift_y = are_own ? attention->shift_y : attention->key_shift_y;
  op.attention.key_shift_x = are_own ? attention->shift_x : attention->key_shift_x;
  op.attention.key_margin = attention->key_margin;
  op.attention.key_block = MAX (1, attention->key_block);
  op.attention.is_relative = attention->is_relative;
  op.attention.is_linear = attention->is_linear;
  op.attention.is_unmasked = attention->is_unmasked;
  if (attention->cosine)
    op.bias = attention->factors;
  check_keys (self, &op);
  check_positions (self, &op);
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_channel_attention (GengaGraphBuilder *self, const GengaAttention *attention)
{
  GengaOp op = start_attention (self, GENGA_OP_CHANNEL_ATTENTION, attention);

  g_assert (genga_graph_peek (self, attention->keys)->channels == op.channels &&
            genga_graph_peek (self, attention->values)->channels == op.channels);
  g_assert ((attention->window_y == 0) == (attention->window_x == 0));
  op.attention.window_y = attention->window_y;
  op.attention.window_x = attention->window_x;
  op.attention.is_linear = attention->is_linear;
  op.attention.is_strided = attention->is_strided;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_cross_attention (GengaGraphBuilder *self, const GengaAttention *attention)
{
  GengaOp op = start_attention (self, GENGA_OP_CROSS_ATTENTION, attention);

  g_assert (genga_graph_peek (self, attention->keys)->channels == op.channels);
  op.channels = genga_graph_peek (self, attention->values)->channels;
  g_assert (op.channels % attention->n_heads == 0);
  op.weight = GENGA_NONE;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_sorted_attention (GengaGraphBuilder *self,
                              const GengaAttention *attention,
                              guint kinds,
                              int group)
{
  GengaOp op = start_attention (self, GENGA_OP_SORTED_ATTENTION, attention);

  g_assert (genga_graph_peek (self, attention->keys)->channels == op.channels &&
            genga_graph_peek (self, attention->values)->channels == op.channels);
  g_assert (group >= 1);
  op.n_inputs = 4;
  op.inputs[3] = kinds;
  op.attention.group = group;
  return genga_graph_add_op (self, &op);
}

/* ---- lists ---- */

guint
genga_graph_list (GengaGraphBuilder *self, guint rows)
{
  const GengaConstant *constant = genga_graph_get_constant (self, rows);
  const GengaOp op = {
    .kind = GENGA_OP_LIST,
    .weight = rows,
    .bias = GENGA_NONE,
    .channels = constant->shape[1],
    .size = { 0, 1 },
    .length = constant->shape[0],
  };

  g_assert (constant->rank == 2 && op.length >= 1 && op.channels >= 1);
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_matmul (
    GengaGraphBuilder *self, guint a, guint b, gboolean transposes_a, gboolean transposes_b)
{
  const GengaOp *second = genga_graph_peek (self, b);
  GengaOp op = genga_graph_start_op (self, GENGA_OP_MATMUL, a);
  int n = op.channels;

  op.n_inputs = 2;
  op.inputs[1] = b;
  op.matmul.transposes_a = transposes_a;
  op.matmul.transposes_b = transposes_b;
  op.channels = transposes_b ? second->length : second->channels;
  g_assert (!op.is_vector && !second->is_vector && op.length == 0);
  g_assert ((second->length == 0) == transposes_a && !(transposes_a && transposes_b));
  g_assert (transposes_a || n == (transposes_b ? second->channels : second->length));
  if (transposes_a)
    {
      op.length = n;
      op.size = (GengaSizeRatio){ 0, 1 };
    }
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_softmax (GengaGraphBuilder *self, guint input, gboolean is_over_pixels)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_SOFTMAX, input);

  op.softmax.is_over_pixels = is_over_pixels;
  return genga_graph_add_op (self, &op);
}

static guint
add_rearrangement (GengaGraphBuilder *self, GengaOpKind kind, guint input, int factor)
{
  GengaOp op = genga_graph_start_op (self, kind, input);

  g_assert (factor >= 1 && !op.is_vector);
  op.shuffle.factor = factor;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_grid_to_windows (GengaGraphBuilder *self, guint input, int factor)
{
  return add_rearrangement (self, GENGA_OP_GRID_TO_WINDOWS, input, factor);
}

guint
genga_graph_windows_to_grid (GengaGraphBuilder *self, guint input, int factor)
{
  return add_rearrangement (self, GENGA_OP_WINDOWS_TO_GRID, input, factor);
}
