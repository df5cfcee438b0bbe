/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-scores.h"

#include "nets/attention/graph-attention.h"
#include "nets/onnx/onnx-conv.h"
#include "nets/onnx/onnx-heads.h"
#include "nets/onnx/onnx-makers.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-terms.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Rows and columns of a window, and what is looked at. */
#define MAX_PAIR 3

/* Immutable: what an operator changes is a copy. */
struct _GengaOnnxScores
{
  GengaOnnxHeads heads;
  guint queries, keys; /* maps whose channels are in the heads' order */
  gboolean is_cosine;  /* both are divided by their norms */
  float *factors;      /* of heads */
  float *bias;         /* heads x queries of a window x keys of one; counted; NULL: none */
  gboolean is_masked;  /* where the windows were rolled */
  gboolean is_softmax;
  GengaOnnxAtom pair[MAX_PAIR]; /* of the last two axes when they were made */
  guint n_queries, n_keys;
};

void
genga_onnx_scores_free (GengaOnnxScores *self)
{
  g_free (self->factors);
  g_clear_pointer (&self->bias, g_rc_box_release);
  g_free (self);
}

static gsize
get_n_pairs (const GengaOnnxHeads *heads)
{
  gsize n = (gsize)heads->window_y * (gsize)heads->window_x;

  return n * n;
}

static GengaOnnxScores *
peek (GengaOnnxImport *self, const GengaOnnxValue *value)
{
  return self->scores->pdata[value->scores];
}

static gsize
get_n_biases (const GengaOnnxHeads *heads)
{
  return (gsize)heads->n_heads * get_n_pairs (heads);
}

/* With the same bias; NULL with an error. */
static GengaOnnxScores *
copy (GengaOnnxImport *import, const GengaOnnxScores *scores)
{
  const gsize n_heads = (gsize)scores->heads.n_heads;
  GengaOnnxScores *self;

  if (!genga_onnx_take_bytes (import, n_heads, sizeof (float)) ||
      !genga_onnx_take_bytes (import, 1, sizeof *scores))
    return NULL;
  self = g_memdup2 (scores, sizeof *scores);
  self->factors = g_memdup2 (scores->factors, n_heads * sizeof (float));
  if (scores->bias != NULL)
    g_rc_box_acquire (self->bias);
  return self;
}

/* A bias of its own, zeros where there was none; FALSE with an error. */
static gboolean
own_bias (GengaOnnxImport *import, GengaOnnxScores *self)
{
  const gsize n = get_n_biases (&self->heads);
  float *bias;

  if (!genga_onnx_take_bytes (import, n, sizeof (float)))
    return FALSE;
  bias = self->bias != NULL ? g_rc_box_dup (n * sizeof (float), self->bias)
                            : g_rc_box_alloc0 (n * sizeof (float));
  g_clear_pointer (&self->bias, g_rc_box_release);
  self->bias = bias;
  return TRUE;
}

/*
 * Whether queries and keys are the last two axes still, and heads are in order: the axes of scores
 * can be moved, repeated and put together like any other's.
 */
static gboolean
is_upright (const GengaOnnxScores *self, const GengaOnnxValue *value)
{
  guint n_queries, n_keys, n_heads = 0;
  const GengaOnnxAtom *queries;

  if (value->rank < 3)
    return FALSE;
  queries = genga_onnx_view_get_axis (value, value->rank - 2, &n_queries);
  genga_onnx_view_get_axis (value, value->rank - 1, &n_keys);
  for (guint i = 0; i < value->ends[value->rank - 3]; i++)
    n_heads += value->atoms[i].dim == GENGA_ONNX_DIM_CHANNEL;
  return n_heads <= 1 && n_queries == self->n_queries && n_keys == self->n_keys &&
         genga_onnx_atoms_are_like (queries, self->pair, n_queries + n_keys);
}

/* The node's output: axes as those of `of`, and these scores, which it takes. */
static gboolean
set_scores (GengaOnnxImport *self, const GengaOnnxValue *of, GengaOnnxScores *scores)
{
  GengaOnnxValue out;

  genga_onnx_view_copy (&out, of, of->map);
  out.kind = GENGA_ONNX_SCORES;
  out.scores = self->scores->len;
  g_ptr_array_add (self->scores, scores);
  return genga_onnx_set_output (self, 0, &out);
}

/* ---- queries and keys ---- */

/* x / max (norm (x), 1e-12), as exporters write it: x, and the axis of the norm from the end. */
static gboolean
find_quotient (GengaOnnxImport *self, const GengaOnnxNode *node, GengaOnnxValue **view)
{
  const GengaOnnxNode *norm;
  gint64 axes[GENGA_TENSOR_MAX_RANK];
  guint below = node->inputs[1].value, limited;
  const GengaOnnxNode *own = self->node;
  int n;

  limited = genga_onnx_find_argument (self, below, "Expand");
  limited = limited != GENGA_ONNX_NO_VALUE ? limited : below;
  below = genga_onnx_find_argument (self, limited, "Clip");
  below = below != GENGA_ONNX_NO_VALUE ? below : genga_onnx_find_argument (self, limited, "Max");
  norm = genga_onnx_find_maker (self, below, "ReduceL2");
  if (norm == NULL || norm->n_inputs < 1 || node->inputs[0].value == GENGA_ONNX_NO_VALUE ||
      !genga_onnx_is_same_value (self, norm->inputs[0].value, node->inputs[0].value))
    return FALSE;
  *view = &self->values[node->inputs[0].value];
  self->node = norm;
  n = genga_onnx_read_list (self, "axes", 1, axes, GENGA_TENSOR_MAX_RANK);
  n = genga_onnx_get_int (self, "keepdims", 1) != 0 ? n : 0;
  self->node = own;
  g_clear_error (&self->error);
  return (*view)->kind == GENGA_ONNX_VIEW && n == 1 &&
         (axes[0] == -1 || axes[0] == (gint64)(*view)->rank - 1);
}

/* The order of a Transpose; FALSE where it is none of `rank` axes. */
static gboolean
read_order (GengaOnnxImport *self, const GengaOnnxNode *node, guint rank, guint *order)
{
  const GengaOnnxNode *own = self->node;
  gint64 axes[GENGA_TENSOR_MAX_RANK];
  gboolean is_there[GENGA_TENSOR_MAX_RANK] = { FALSE };
  int n;

  self->node = node;
  n = genga_onnx_get_ints (self, "perm", axes, GENGA_TENSOR_MAX_RANK);
  self->node = own;
  g_clear_error (&self->error);
  for (guint i = 0; i < rank && n == (int)rank; i++)
    {
      if (axes[i] < 0 || axes[i] >= (gint64)rank || is_there[axes[i]])
        return FALSE;
      is_there[axes[i]] = TRUE;
      order[i] = (guint)axes[i];
    }
  return n == (int)rank;
}

/*
 * A factor of a product: a view, or one that was divided by its norm along an axis, maybe
 * transposed since. `*unit_axis` is that axis then, else -1. The view's atoms are a copy.
 */
static gboolean
find_factor (GengaOnnxImport *self, guint value, GengaOnnxValue *view, int *unit_axis)
{
  const GengaOnnxNode *transpose = NULL;
  const GengaOnnxNode *quotient;
  guint order[GENGA_TENSOR_MAX_RANK];
  GengaOnnxValue *found = &self->values[value];

  *unit_axis = -1;
  if (found->kind == GENGA_ONNX_VIEW)
    {
      genga_onnx_view_copy (view, found, found->map);
      return TRUE;
    }
  transpose = genga_onnx_find_maker (self, value, "Transpose");
  if (transpose != NULL && transpose->n_inputs == 1)
    value = transpose->inputs[0].value;
  quotient = genga_onnx_find_maker (self, value, "Div");
  if (quotient == NULL || quotient->n_inputs != 2 || !find_quotient (self, quotient, &found) ||
      (transpose != NULL && !read_order (self, transpose, found->rank, order)))
    return FALSE;
  genga_onnx_view_copy (view, found, found->map);
  *unit_axis = (int)view->rank - 1;
  if (transpose == NULL)
    return TRUE;
  genga_onnx_view_transpose (view, order);
  for (guint i = 0; i < view->rank; i++)
    if (order[i] == view->rank - 1)
      *unit_axis = (int)i;
  return TRUE;
}

/* Rows of queries by columns of keys. */
static gboolean
set_axes (GengaOnnxValue *out, const GengaOnnxValue *queries, const GengaOnnxValue *keys)
{
  guint n, first = queries->ends[queries->rank - 2];
  const GengaOnnxAtom *columns = genga_onnx_view_get_axis (keys, keys->rank - 1, &n);
  GengaOnnxSize length;

  if (!genga_onnx_view_get_length (keys, keys->rank - 1, &length) || columns == NULL)
    return FALSE;
  if (first == GENGA_ONNX_MAX_ATOMS)
    return FALSE;
  genga_onnx_view_copy (out, queries, queries->map);
  out->n_atoms = first;
  if (!genga_onnx_size_is (&length, 1))
    out->atoms[out->n_atoms++] = (GengaOnnxAtom){ GENGA_ONNX_DIM_KEY, 1, length };
  out->ends[out->rank - 1] = out->n_atoms;
  return TRUE;
}

static gboolean
multiply_maps (GengaOnnxImport *self,
               const GengaOnnxValue *queries,
               const GengaOnnxValue *keys,
               gboolean is_cosine)
{
  GengaOnnxScores scores = { .is_cosine = is_cosine };
  const GengaOnnxAtom *pair;
  GengaOnnxValue axes;
  gboolean ok;

  if (!genga_onnx_heads_find (self, queries, keys, &scores.heads))
    return FALSE;
  scores.queries = genga_onnx_heads_order (self, &scores.heads, queries);
  scores.keys = scores.queries != GENGA_NONE ? genga_onnx_heads_order (self, &scores.heads, keys)
                                             : GENGA_NONE;
  if (scores.keys == GENGA_NONE ||
      !genga_onnx_take_bytes (self, (guint64)scores.heads.n_heads, sizeof (float)))
    return FALSE;
  if (!set_axes (&axes, queries, keys))
    return genga_onnx_refuse (self, _ ("its result has an impossible size"));
  pair = genga_onnx_view_get_axis (&axes, axes.rank - 2, &scores.n_queries);
  genga_onnx_view_get_axis (&axes, axes.rank - 1, &scores.n_keys);
  if (scores.n_queries + scores.n_keys > MAX_PAIR)
    {
      g_free (axes.atoms);
      return genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
    }
  memcpy (scores.pair, pair, (scores.n_queries + scores.n_keys) * sizeof *pair);
  scores.factors = g_new (float, scores.heads.n_heads);
  for (int h = 0; h < scores.heads.n_heads; h++)
    scores.factors[h] = 1;
  ok = set_scores (self, &axes, g_memdup2 (&scores, sizeof scores));
  g_free (axes.atoms);
  return ok;
}

/* ---- constants ---- */

/* One number for each head, or one for all; divided by them where `divides`. */
static gboolean
scale_scores (GengaOnnxImport *self,
              const GengaOnnxValue *value,
              GengaOnnxValue *numbers,
              gboolean divides)
{
  const GengaOnnxScores *old = peek (self, value);
  g_autofree float *factors = g_new0 (float, old->heads.n_heads);
  GengaOnnxScores *scores;
  GengaOnnxValue heads;
  gboolean ok;

  if (!genga_onnx_terms_are_factors (value, numbers) || old->is_masked || old->is_softmax)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  /* As if every head had a single pair. */
  genga_onnx_view_copy (&heads, value, value->map);
  heads.n_atoms = heads.ends[heads.rank - 3];
  heads.ends[heads.rank - 2] = heads.ends[heads.rank - 1] = heads.n_atoms;
  ok = genga_onnx_terms_add (self, &heads, numbers, (gsize)old->heads.n_heads, 1, factors);
  g_free (heads.atoms);
  if (!ok || (scores = copy (self, old)) == NULL)
    return FALSE;
  if (scores->bias != NULL && !own_bias (self, scores))
    {
      genga_onnx_scores_free (scores);
      return FALSE;
    }
  for (int h = 0; h < scores->heads.n_heads; h++)
    {
      const float factor = divides ? 1 / factors[h] : factors[h];
      const gsize n = get_n_pairs (&scores->heads);

      scores->factors[h] *= factor;
      for (gsize i = 0; scores->bias != NULL && i < n; i++)
        scores->bias[(gsize)h * n + i] *= factor;
    }
  return set_scores (self, value, scores);
}

static gboolean
add_bias (GengaOnnxImport *self, const GengaOnnxValue *value, GengaOnnxValue *numbers)
{
  const GengaOnnxScores *old = peek (self, value);
  GengaOnnxScores *scores;

  if (get_n_pairs (&old->heads) == 0 || old->heads.is_between_channels || old->is_softmax)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  if ((scores = copy (self, old)) == NULL)
    return FALSE;
  if (own_bias (self, scores) &&
      genga_onnx_terms_add (self, value, numbers, (gsize)scores->heads.n_heads,
                            (gsize)scores->heads.window_y * (gsize)scores->heads.window_x,
                            scores->bias))
    return set_scores (self, value, scores);
  genga_onnx_scores_free (scores);
  return FALSE;
}

/* ---- masks ---- */

static gboolean
check_mask (GengaOnnxImport *self, const GengaOnnxValue *value, guint term, gboolean *is_mask)
{
  const GengaOnnxScores *scores = peek (self, value);
  GengaOnnxPicture picture;

  *is_mask = TRUE;
  for (guint i = 0; genga_onnx_choose_picture (self, i, &picture); i++)
    {
      GengaOnnxValue counted = self->values[term];
      const gboolean is_constant = self->makers[term] == GENGA_NONE;
      gboolean is_here, ok;

      if (is_constant)
        counted.floats = NULL, counted.sizes = NULL;
      else if (!genga_onnx_count_value (self, term, &picture, &counted))
        return FALSE;
      ok = genga_onnx_terms_are_mask (self, value, &scores->heads, &counted, &picture, &is_here);
      genga_onnx_numbers_clear (&counted);
      if (!ok)
        return FALSE;
      *is_mask &= is_here;
    }
  return TRUE;
}

static gboolean
add_mask (GengaOnnxImport *self, const GengaOnnxValue *value, guint term)
{
  const GengaOnnxScores *old = peek (self, value);
  GengaOnnxScores *scores;
  gboolean is_mask;

  if (old->heads.is_between_channels || old->heads.window_x == 0 || old->is_softmax)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  if (!check_mask (self, value, term, &is_mask) || (scores = copy (self, old)) == NULL)
    return FALSE;
  scores->is_masked |= is_mask;
  return set_scores (self, value, scores);
}

gboolean
genga_onnx_combine_scores (GengaOnnxImport *self)
{
  const char *op = self->node->op;
  GengaOnnxValue *a = genga_onnx_get_input (self, 0);
  GengaOnnxValue *b = genga_onnx_get_input (self, 1);
  const gboolean is_first = a != NULL && a->kind == GENGA_ONNX_SCORES;
  GengaOnnxValue *scores = is_first ? a : b;
  GengaOnnxValue *other = is_first ? b : a;

  if (self->node->n_inputs != 2 || other == NULL || other->rank > scores->rank ||
      !is_upright (peek (self, scores), scores) ||
      (other->kind != GENGA_ONNX_NUMBERS && other->kind != GENGA_ONNX_FAILED))
    return genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
  if (g_str_equal (op, "Add"))
    {
      if (other->kind == GENGA_ONNX_FAILED || genga_onnx_terms_are_of_windows (scores, other))
        return add_mask (self, scores, self->node->inputs[is_first ? 1 : 0].value);
      return add_bias (self, scores, other);
    }
  if (other->kind == GENGA_ONNX_NUMBERS &&
      (g_str_equal (op, "Mul") || (g_str_equal (op, "Div") && is_first)))
    return scale_scores (self, scores, other, op[0] == 'D');
  return genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
}

/* ---- softmax ---- */

static gboolean
is_last_axis (GengaOnnxImport *self, const GengaOnnxValue *value)
{
  guint axis;

  return genga_onnx_settle_axis (
             self, genga_onnx_get_int (self, "axis", self->model->opset >= 13 ? -1 : 1),
             value->rank, &axis) &&
         axis + 1 == value->rank;
}

/* Over all channels of a map, or all its pixels. */
static gboolean
softmax_view (GengaOnnxImport *self, const GengaOnnxValue *view)
{
  gboolean is_in[GENGA_TENSOR_MAX_RANK] = { FALSE };
  GengaOnnxHeld held;
  guint made;

  is_in[view->rank - 1] = TRUE;
  if (!genga_onnx_view_find_held (self, view, is_in, &held))
    return FALSE;
  if (held.y != held.x || held.channels == held.y ||
      genga_graph_peek (self->graph, view->map)->is_vector)
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  made = genga_graph_softmax (self->graph, view->map, held.y);
  genga_onnx_note_like (self, made, view->map);
  return genga_onnx_set_view_like (self, 0, view, made);
}

gboolean
genga_onnx_softmax (GengaOnnxImport *self)
{
  GengaOnnxValue *value = genga_onnx_get_input (self, 0);
  GengaOnnxScores *scores;

  if (value == NULL || !genga_onnx_value_has_atoms (value) || value->rank < 1 ||
      !is_last_axis (self, value))
    return genga_onnx_refuse (self, _ ("its axes are not supported for a tensor of this layout"));
  if (value->kind == GENGA_ONNX_VIEW)
    return softmax_view (self, value);
  if (peek (self, value)->is_softmax || !is_upright (peek (self, value), value))
    return genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
  if ((scores = copy (self, peek (self, value))) == NULL)
    return FALSE;
  scores->is_softmax = TRUE;
  return set_scores (self, value, scores);
}

/* ---- values ---- */

static guint
copy_factors (GengaOnnxImport *self, const GengaOnnxScores *scores)
{
  return genga_graph_copy_vector (self->graph, scores->factors, scores->heads.n_heads);
}

/* Queries times the heads' factors; the graph divides by sqrt (depth). */
static guint
scale_queries (GengaOnnxImport *self, const GengaOnnxScores *scores)
{
  const int n = scores->heads.n_heads * scores->heads.depth;
  g_autofree float *factors = g_new (float, n);
  gboolean is_one = TRUE;
  guint made;

  for (int c = 0; c < n; c++)
    {
      factors[c] = (float)(scores->factors[c / scores->heads.depth] * sqrt (scores->heads.depth));
      is_one &= fabsf (factors[c] - 1) < 1e-7f;
    }
  if (is_one)
    return scores->queries;
  made = genga_graph_affine (self->graph, scores->queries,
                             genga_graph_copy_vector (self->graph, factors, n), GENGA_NONE);
  genga_onnx_note_like (self, made, scores->queries);
  return made;
}

/* The constant that is added to the windows' logits. */
static guint
copy_bias (GengaOnnxImport *self, const GengaOnnxScores *scores)
{
  const int n_places = scores->heads.window_y * scores->heads.window_x;
  const int shape[] = { scores->heads.n_heads, n_places, n_places };
  const gsize n = get_n_biases (&scores->heads);
  float *data = NULL;

  if (!genga_onnx_take_bytes (self, n, sizeof (float)))
    return GENGA_NONE;
  if (genga_graph_builder_has_weights (self->graph))
    data = scores->bias != NULL ? g_memdup2 (scores->bias, n * sizeof (float)) : g_new0 (float, n);
  return genga_graph_take_constant (self->graph, 3, shape, data);
}

/* The least number that both divide, and of which the sides of the map are multiples then. */
static gboolean
find_multiple (GengaOnnxImport *self, const GengaOnnxScores *scores, int *multiple)
{
  const int y = scores->heads.window_y, x = scores->heads.window_x;
  GengaOnnxSize unit, rest;

  for (*multiple = y; *multiple % x != 0;)
    *multiple += y;
  unit = genga_onnx_size_of (*multiple);
  return (genga_onnx_size_divide_whole (&rest, genga_onnx_get_height (self, scores->queries), &unit,
                                        &self->multiple) &&
          genga_onnx_size_divide_whole (&rest, genga_onnx_get_width (self, scores->queries), &unit,
                                        &self->multiple)) ||
         genga_onnx_refuse (self, _ ("its windows do not fit the picture"));
}

static gboolean
attend_windows (GengaOnnxImport *self,
                const GengaOnnxScores *scores,
                GengaAttention *attention,
                guint *made)
{
  const GengaOnnxHeads *heads = &scores->heads;

  if (heads->roll_y < 0 || heads->roll_x < 0 || heads->roll_y >= heads->window_y ||
      heads->roll_x >= heads->window_x)
    return genga_onnx_refuse (self, _ ("its windows are shifted too far"));
  if (!find_multiple (self, scores, &attention->multiple) ||
      (attention->weight = copy_bias (self, scores)) == GENGA_NONE)
    return FALSE;
  attention->window_y = attention->key_window_y = heads->window_y;
  attention->window_x = attention->key_window_x = heads->window_x;
  attention->shift_y = attention->key_shift_y = heads->roll_y;
  attention->shift_x = attention->key_shift_x = heads->roll_x;
  attention->is_unmasked = !scores->is_masked;
  attention->cosine = scores->is_cosine;
  if (scores->is_cosine)
    attention->factors = copy_factors (self, scores);
  else
    attention->queries = scale_queries (self, scores);
  *made = genga_graph_window_attention (self->graph, attention);
  return TRUE;
}

static gboolean
attend (GengaOnnxImport *self, const GengaOnnxScores *scores, guint values, guint *made)
{
  const GengaOnnxHeads *heads = &scores->heads;
  GengaAttention attention = {
    .queries = scores->queries,
    .keys = scores->keys,
    .values = values,
    .n_heads = heads->n_heads,
  };
  const gboolean has_equal_depth = genga_graph_peek (self->graph, values)->channels ==
                                   genga_graph_peek (self->graph, scores->queries)->channels;

  if (!scores->is_softmax)
    return genga_onnx_refuse (self, _ ("attention without softmax is not supported"));
  if (heads->is_between_channels)
    {
      if (!scores->is_cosine)
        return genga_onnx_refuse (self, _ ("attention between channels is supported for such as "
                                           "are divided by their norm only"));
      attention.window_y = heads->window_y;
      attention.window_x = heads->window_x;
      attention.weight = copy_factors (self, scores);
      *made = genga_graph_channel_attention (self->graph, &attention);
      return TRUE;
    }
  if (heads->window_y > 0 && has_equal_depth)
    return attend_windows (self, scores, &attention, made);
  if (heads->window_y > 0 || scores->is_cosine || scores->bias != NULL)
    return genga_onnx_refuse (self, _ ("this product of two maps is no attention that is "
                                       "supported"));
  attention.queries = scale_queries (self, scores);
  *made = genga_graph_cross_attention (self->graph, &attention);
  return TRUE;
}

/* Axes of the result: the scores' but the last, and the values' last. */
static gboolean
set_weighed (GengaOnnxImport *self,
             const GengaOnnxHeads *heads,
             const GengaOnnxValue *scores,
             const GengaOnnxValue *values,
             guint made)
{
  const guint last = scores->rank - 1;
  const int depth = genga_graph_peek (self->graph, made)->channels / heads->n_heads;
  GengaOnnxValue out;

  /* Places of a window, or channels of a head, are the same in both. */
  genga_onnx_view_copy (&out, values, made);
  if (!heads->is_between_channels)
    {
      const guint n_old = out.n_atoms - out.ends[last - 1];

      out.n_atoms -= n_old;
      if (depth > 1)
        out.atoms[out.n_atoms++] =
            (GengaOnnxAtom){ GENGA_ONNX_DIM_CHANNEL, 1, genga_onnx_size_of (depth) };
      out.ends[last] = out.n_atoms;
    }
  for (guint i = 0; i < out.n_atoms; i++)
    if (out.atoms[i].dim == GENGA_ONNX_DIM_CHANNEL)
      out.atoms[i].stride = i < out.ends[last - 2] ? depth : 1;
  out.is_guessed |= scores->is_guessed;
  return genga_onnx_set_output (self, 0, &out);
}

static gboolean
weigh (GengaOnnxImport *self, const GengaOnnxValue *value, const GengaOnnxValue *values)
{
  const GengaOnnxScores *scores = peek (self, value);
  guint map, made = GENGA_NONE;
  int depth;

  if (!is_upright (scores, value))
    return genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
  if (!genga_onnx_heads_find_values (self, &scores->heads, value, values, &depth) ||
      (map = genga_onnx_heads_order (self, &scores->heads, values)) == GENGA_NONE ||
      !attend (self, scores, map, &made))
    return FALSE;
  genga_onnx_note_like (self, made, scores->queries);
  return set_weighed (self, &scores->heads, value, values, made);
}

/* ---- products ---- */

gboolean
genga_onnx_multiply_views (GengaOnnxImport *self, const GengaOnnxValue *a, const GengaOnnxValue *b)
{
  if (a->kind == GENGA_ONNX_SCORES && b->kind == GENGA_ONNX_VIEW)
    return weigh (self, a, b);
  return (a->kind == GENGA_ONNX_VIEW && b->kind == GENGA_ONNX_VIEW &&
          multiply_maps (self, a, b, FALSE)) ||
         genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
}

static gboolean
multiply_values (GengaOnnxImport *self, guint a, guint b)
{
  GengaOnnxValue queries, keys;
  int unit_a, unit_b;
  gboolean is_cosine, ok = FALSE;

  if (a == GENGA_ONNX_NO_VALUE || b == GENGA_ONNX_NO_VALUE)
    return genga_onnx_refuse (self, _ ("input %u is missing"), 1);
  if (self->values[a].kind == GENGA_ONNX_SCORES)
    return genga_onnx_multiply_views (self, &self->values[a], &self->values[b]);
  if (!find_factor (self, a, &queries, &unit_a))
    return genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
  if (find_factor (self, b, &keys, &unit_b))
    {
      is_cosine = unit_a >= 0;
      if (is_cosine == (unit_b >= 0) &&
          (!is_cosine || (unit_a + 1 == (int)queries.rank && unit_b + 2 == (int)keys.rank)))
        ok = multiply_maps (self, &queries, &keys, is_cosine);
      else
        genga_onnx_refuse (self, _ ("this product of two maps is no attention that is supported"));
      g_free (keys.atoms);
    }
  g_free (queries.atoms);
  return ok || genga_onnx_refuse (self, _ ("a product of two maps is not supported here"));
}

gboolean
genga_onnx_matmul (GengaOnnxImport *self)
{
  GengaOnnxValue *b = genga_onnx_get_input (self, 1);

  if (b != NULL && b->kind == GENGA_ONNX_NUMBERS)
    return genga_onnx_multiply_by_constant (self);
  return multiply_values (
      self, self->node->n_inputs == 2 ? self->node->inputs[0].value : GENGA_ONNX_NO_VALUE,
      self->node->n_inputs == 2 ? self->node->inputs[1].value : GENGA_ONNX_NO_VALUE);
}
