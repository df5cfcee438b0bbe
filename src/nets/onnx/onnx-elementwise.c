/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-elementwise.h"

#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-scores.h"
#include "nets/onnx/onnx-view.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static guint
note (GengaOnnxImport *self, guint made, guint like)
{
  genga_onnx_note_like (self, made, like);
  return made;
}

gboolean
genga_onnx_set_applied (GengaOnnxImport *self, const GengaOnnxValue *view, guint made)
{
  genga_onnx_note_like (self, made, view->map);
  return genga_onnx_set_view_like (self, 0, view, made);
}

/* A constant with one number for all channels of the map. */
static guint
copy_number (GengaOnnxImport *self, guint map, float number)
{
  int n = genga_graph_peek (self->graph, map)->channels;
  g_autofree float *numbers = g_new (float, n);

  for (int c = 0; c < n; c++)
    numbers[c] = number;
  return genga_graph_copy_vector (self->graph, numbers, n);
}

guint
genga_onnx_scale (GengaOnnxImport *self, guint map, float factor, float offset)
{
  guint weight = factor != 1 ? copy_number (self, map, factor) : GENGA_NONE;
  guint bias = offset != 0 ? copy_number (self, map, offset) : GENGA_NONE;

  if (weight == GENGA_NONE && bias == GENGA_NONE)
    return map;
  return note (self, genga_graph_affine (self->graph, map, weight, bias), map);
}

/* ---- a view and constants ---- */

/* Whether the constants have one number for each index of those axes of the view, at most. */
static gboolean
fits_axes (const GengaOnnxValue *view, const GengaOnnxValue *numbers)
{
  if (numbers->rank > view->rank)
    return FALSE;
  for (guint d = 0; d < numbers->rank; d++)
    {
      GengaOnnxSize length;

      if (numbers->shape[d] == 1)
        continue;
      if (!genga_onnx_view_get_length (view, view->rank - numbers->rank + d, &length) ||
          !genga_onnx_size_is (&length, numbers->shape[d]))
        return FALSE;
    }
  return TRUE;
}

/* The index that a channel has along an axis; FALSE where other dimensions are in there, too. */
static gboolean
find_index (const GengaOnnxValue *view, guint axis, int channel, gint64 *index)
{
  guint n;
  const GengaOnnxAtom *atoms = genga_onnx_view_get_axis (view, axis, &n);

  *index = 0;
  for (guint i = 0; i < n; i++)
    {
      gint64 extent;

      if (atoms[i].dim != GENGA_ONNX_DIM_CHANNEL ||
          !genga_onnx_size_get_number (&atoms[i].extent, &extent))
        return FALSE;
      *index = *index * extent + channel / atoms[i].stride % extent;
    }
  return TRUE;
}

/* The constants by channels of the view's map, free with g_free(); NULL with an error. */
static float *
spread (GengaOnnxImport *self, const GengaOnnxValue *view, GengaOnnxValue *numbers)
{
  int n = genga_graph_peek (self->graph, view->map)->channels;
  const float *floats = genga_onnx_numbers_peek_floats (self, numbers);
  g_autofree float *out = g_new (float, n);

  if (floats == NULL)
    return NULL;
  for (int c = 0; c < n; c++)
    {
      gsize place = 0;

      for (guint d = 0; d < numbers->rank; d++)
        {
          gint64 index = 0;

          if (numbers->shape[d] != 1 &&
              !find_index (view, view->rank - numbers->rank + d, c, &index))
            {
              genga_onnx_refuse (self, _ ("constants that differ from pixel to pixel are not "
                                          "supported"));
              return NULL;
            }
          place = place * (gsize)numbers->shape[d] + (gsize)index;
        }
      out[c] = floats[place];
    }
  return g_steal_pointer (&out);
}

/* A copy of the view whose axes are at least as long as the constants are. */
static gboolean
widen (GengaOnnxImport *self, GengaOnnxValue *view, const GengaOnnxValue *numbers)
{
  gboolean is_repeated = FALSE;

  if (numbers->rank > view->rank && !genga_onnx_view_raise_rank (self, view, numbers->rank))
    return FALSE;
  for (guint d = 0; d < numbers->rank; d++)
    {
      guint axis = view->rank - numbers->rank + d;
      guint n;

      genga_onnx_view_get_axis (view, axis, &n);
      if (n > 0 || numbers->shape[d] == 1)
        continue;
      if (!genga_onnx_view_repeat (self, view, axis, numbers->shape[d]))
        return FALSE;
      is_repeated = TRUE;
    }
  return !is_repeated || genga_onnx_view_to_map (self, view) != GENGA_NONE;
}

static gboolean
get_exponent (GengaOnnxImport *self, GengaOnnxValue *numbers, float *exponent)
{
  return numbers->n == 1 ? genga_onnx_numbers_get_single (self, numbers, exponent)
                         : genga_onnx_refuse (self, _ ("it has a list where one number is "
                                                       "supported"));
}

static gboolean
raise_to (GengaOnnxImport *self, const GengaOnnxValue *view, GengaOnnxValue *numbers)
{
  float exponent;
  guint made;

  if (!get_exponent (self, numbers, &exponent))
    return FALSE;
  if (exponent == 2)
    made = genga_graph_combine (self->graph, GENGA_OP_MUL, view->map, view->map);
  else if (exponent == 0.5f)
    made = genga_graph_activate (self->graph, view->map, GENGA_ACTIVATION_SQRT);
  else
    made = genga_graph_pow (self->graph, view->map, exponent);
  return genga_onnx_set_applied (self, view, made);
}

/* min (x, number), max (x, number) */
static gboolean
limit (GengaOnnxImport *self, const GengaOnnxValue *view, GengaOnnxValue *numbers, gboolean is_min)
{
  float number;

  if (!genga_onnx_numbers_get_single (self, numbers, &number))
    return FALSE;
  return genga_onnx_set_applied (self, view,
                                 genga_graph_clip (self->graph, view->map,
                                                   is_min ? -FLT_MAX : number,
                                                   is_min ? number : FLT_MAX));
}

/*
 * x + c, x - c, x * c, x / c, or with the constants in front. `floats` has a number for each
 * channel.
 */
static guint
add_affine (GengaOnnxImport *self, guint map, float *floats, char op, gboolean is_first)
{
  int n = genga_graph_peek (self->graph, map)->channels;
  guint weight = GENGA_NONE, bias = GENGA_NONE;

  if (op == '/' && is_first)
    map = note (self, genga_graph_pow (self->graph, map, -1), map);
  if (op == '-' && is_first)
    map = genga_onnx_scale (self, map, -1, 0);
  for (int c = 0; c < n && !is_first; c++)
    floats[c] = op == '-' ? -floats[c] : op == '/' ? 1 / floats[c] : floats[c];
  if (op == '+' || op == '-')
    bias = genga_graph_copy_vector (self->graph, floats, n);
  else
    weight = genga_graph_copy_vector (self->graph, floats, n);
  return note (self, genga_graph_affine (self->graph, map, weight, bias), map);
}

static gboolean
combine_constants (GengaOnnxImport *self,
                   const GengaOnnxValue *of,
                   GengaOnnxValue *numbers,
                   gboolean is_first)
{
  static const struct
  {
    const char *name;
    char op;
  } ops[] = { { "Add", '+' }, { "Sub", '-' }, { "Mul", '*' }, { "Div", '/' } };
  const char *name = self->node->op;
  g_autofree float *floats = NULL;
  GengaOnnxValue view;
  char op = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_str_equal (ops[i].name, name))
      op = ops[i].op;
  if (g_str_equal (name, "Pow") && !is_first)
    return raise_to (self, of, numbers);
  if (g_str_equal (name, "Min") || g_str_equal (name, "Max"))
    return limit (self, of, numbers, name[1] == 'i');
  if (op == 0)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  genga_onnx_view_copy (&view, of, of->map);
  if (!widen (self, &view, numbers) ||
      (!fits_axes (&view, numbers) && !genga_onnx_refuse (self, _ ("its inputs do not fit "
                                                                   "together"))) ||
      (floats = spread (self, &view, numbers)) == NULL)
    {
      g_free (view.atoms);
      return FALSE;
    }
  view.map = add_affine (self, view.map, floats, op, is_first);
  return genga_onnx_set_output (self, 0, &view);
}

/* ---- two views ---- */

static GengaOpKind
find_kind (const char *name)
{
  static const struct
  {
    const char *name;
    GengaOpKind kind;
  } kinds[] = {
    { "Add", GENGA_OP_ADD }, { "Sub", GENGA_OP_SUB }, { "Mul", GENGA_OP_MUL },
    { "Div", GENGA_OP_DIV }, { "Min", GENGA_OP_MIN }, { "Max", GENGA_OP_MAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      return kinds[i].kind;
  return GENGA_OP_INPUT;
}

/* Whether maps of these channels and kinds go together, as the graph has it. */
static gboolean
can_combine (GengaOnnxImport *self, const GengaOnnxValue *a, const GengaOnnxValue *b)
{
  const GengaOp *one = genga_graph_peek (self->graph, a->map);
  const GengaOp *other = genga_graph_peek (self->graph, b->map);

  if (!one->is_vector && !other->is_vector && (a->roll_y != b->roll_y || a->roll_x != b->roll_x))
    return FALSE;
  return (one->channels == other->channels || one->channels == 1 || other->channels == 1) &&
         (one->is_vector || other->is_vector ||
          (genga_onnx_size_equal (genga_onnx_get_height (self, a->map),
                                  genga_onnx_get_height (self, b->map)) &&
           genga_onnx_size_equal (genga_onnx_get_width (self, a->map),
                                  genga_onnx_get_width (self, b->map))));
}

/*
 * The axes of both, where each is the same in both or of length 1 in one. The atoms that a view
 * lacks are then all that its map lacks: a vector has no rows and columns, and one of a single
 * channel no channels.
 */
static gboolean
join_axes (const GengaOnnxValue *a, const GengaOnnxValue *b, GengaOnnxValue *out)
{
  out->n_atoms = 0;
  for (guint axis = 0; axis < a->rank; axis++)
    {
      guint n_a, n_b;
      const GengaOnnxAtom *of_a = genga_onnx_view_get_axis (a, axis, &n_a);
      const GengaOnnxAtom *of_b = genga_onnx_view_get_axis (b, axis, &n_b);

      if (n_a > 0 && n_b > 0 && (n_a != n_b || !genga_onnx_atoms_are_like (of_a, of_b, n_a)))
        return FALSE;
      if (out->n_atoms + MAX (n_a, n_b) > GENGA_ONNX_MAX_ATOMS)
        return FALSE;
      memcpy (out->atoms + out->n_atoms, n_a > 0 ? of_a : of_b, MAX (n_a, n_b) * sizeof *of_a);
      out->n_atoms += MAX (n_a, n_b);
      out->ends[axis] = out->n_atoms;
    }
  return TRUE;
}

/* Whether a view has all the atoms of that dimension that another one has, or none. */
static gboolean
has_all_or_none (const GengaOnnxValue *view, const GengaOnnxValue *joined, GengaOnnxDim dim)
{
  guint n = 0, n_joined = 0;

  for (guint i = 0; i < view->n_atoms; i++)
    n += view->atoms[i].dim == dim;
  for (guint i = 0; i < joined->n_atoms; i++)
    n_joined += joined->atoms[i].dim == dim;
  return n == 0 || n == n_joined;
}

static gboolean
fits_join (const GengaOnnxValue *view, const GengaOnnxValue *joined)
{
  return has_all_or_none (view, joined, GENGA_ONNX_DIM_CHANNEL) &&
         has_all_or_none (view, joined, GENGA_ONNX_DIM_Y) &&
         has_all_or_none (view, joined, GENGA_ONNX_DIM_X);
}

static gboolean
combine_as_they_are (GengaOnnxImport *self, GengaOnnxValue *a, GengaOnnxValue *b, gboolean *ok)
{
  GengaOpKind kind = find_kind (self->node->op);
  GengaOnnxValue out;
  guint made;

  *ok = FALSE;
  if (a->rank != b->rank || !can_combine (self, a, b))
    return FALSE;
  /* A vector is alike however the map was rolled. */
  genga_onnx_view_copy (&out, genga_graph_peek (self->graph, a->map)->is_vector ? b : a, a->map);
  if (!join_axes (a, b, &out) || !fits_join (a, &out) || !fits_join (b, &out))
    {
      g_free (out.atoms);
      return FALSE;
    }
  made = genga_graph_combine (self->graph, kind, a->map, b->map);
  genga_onnx_note_like (self, made,
                        genga_graph_peek (self->graph, a->map)->is_vector ? b->map : a->map);
  out.map = made;
  *ok = genga_onnx_set_output (self, 0, &out);
  return TRUE;
}

static gboolean
combine_views (GengaOnnxImport *self, const GengaOnnxValue *of_a, const GengaOnnxValue *of_b)
{
  GengaOnnxValue a, b;
  guint rank = MAX (of_a->rank, of_b->rank);
  gboolean ok = FALSE;

  if (find_kind (self->node->op) == GENGA_OP_INPUT)
    return genga_onnx_refuse (self, _ ("two inputs that depend on the picture are not supported"));
  genga_onnx_view_copy (&a, of_a, of_a->map);
  genga_onnx_view_copy (&b, of_b, of_b->map);
  if (genga_onnx_view_raise_rank (self, &a, rank) && genga_onnx_view_raise_rank (self, &b, rank) &&
      !combine_as_they_are (self, &a, &b, &ok) && genga_onnx_view_to_map (self, &a) != GENGA_NONE &&
      genga_onnx_view_to_map (self, &b) != GENGA_NONE && !combine_as_they_are (self, &a, &b, &ok))
    genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  g_free (a.atoms);
  g_free (b.atoms);
  return ok;
}

gboolean
genga_onnx_combine (GengaOnnxImport *self)
{
  GengaOnnxValue *a = genga_onnx_get_input (self, 0);
  GengaOnnxValue *b = genga_onnx_get_input (self, 1);

  if (self->node->n_inputs != 2 || a == NULL || b == NULL)
    return genga_onnx_refuse (self, _ ("only two inputs are supported"));
  if (a->kind == GENGA_ONNX_SCORES || b->kind == GENGA_ONNX_SCORES)
    return genga_onnx_combine_scores (self);
  if (a->kind == GENGA_ONNX_VIEW && b->kind == GENGA_ONNX_VIEW)
    return combine_views (self, a, b);
  if (a->kind == GENGA_ONNX_VIEW)
    return genga_onnx_need_numbers (self, 1, &b) && combine_constants (self, a, b, FALSE);
  return genga_onnx_need_numbers (self, 0, &a) && genga_onnx_need_view (self, 1, &b) &&
         combine_constants (self, b, a, TRUE);
}

/* ---- functions ---- */

static const struct
{
  const char *name;
  GengaActivation function;
} functions[] = {
  { "Abs", GENGA_ACTIVATION_ABS },         { "Erf", GENGA_ACTIVATION_ERF },
  { "Exp", GENGA_ACTIVATION_EXP },         { "Log", GENGA_ACTIVATION_LOG },
  { "Mish", GENGA_ACTIVATION_MISH },       { "Relu", GENGA_ACTIVATION_RELU },
  { "Sigmoid", GENGA_ACTIVATION_SIGMOID }, { "Softplus", GENGA_ACTIVATION_SOFTPLUS },
  { "Sqrt", GENGA_ACTIVATION_SQRT },       { "Tanh", GENGA_ACTIVATION_TANH },
};

/* max (0, min (1, alpha * x + beta)) */
static guint
add_hard_sigmoid (GengaOnnxImport *self, guint map, float alpha, float beta)
{
  guint made = genga_onnx_scale (self, map, alpha, beta);

  return note (self, genga_graph_clip (self->graph, made, 0, 1), map);
}

/* x * max (0, min (1, x / 6 + 1 / 2)) */
static guint
add_hard_swish (GengaOnnxImport *self, guint map)
{
  guint gate = add_hard_sigmoid (self, map, 1.0f / 6, 0.5f);

  return genga_graph_combine (self->graph, GENGA_OP_MUL, map, gate);
}

static guint
add_function (GengaOnnxImport *self, guint map)
{
  const char *name = self->node->op;

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (g_str_equal (functions[i].name, name))
      return genga_graph_activate (self->graph, map, functions[i].function);
  if (g_str_equal (name, "LeakyRelu"))
    return genga_graph_leaky_relu (self->graph, map, genga_onnx_get_float (self, "alpha", 0.01f));
  if (g_str_equal (name, "Elu"))
    return genga_graph_elu (self->graph, map, genga_onnx_get_float (self, "alpha", 1));
  if (g_str_equal (name, "HardSigmoid"))
    return add_hard_sigmoid (self, map, genga_onnx_get_float (self, "alpha", 0.2f),
                             genga_onnx_get_float (self, "beta", 0.5f));
  if (g_str_equal (name, "HardSwish"))
    return add_hard_swish (self, map);
  if (g_str_equal (name, "Neg"))
    return genga_onnx_scale (self, map, -1, 0);
  if (g_str_equal (name, "Reciprocal"))
    return genga_graph_pow (self->graph, map, -1);
  if (g_str_equal (name, "Gelu") &&
      g_str_equal (genga_onnx_get_string (self, "approximate", "none"), "none"))
    return genga_graph_activate (self->graph, map, GENGA_ACTIVATION_GELU);
  return GENGA_NONE;
}

gboolean
genga_onnx_apply (GengaOnnxImport *self)
{
  GengaOnnxValue *view;
  guint made;

  if (!genga_onnx_need_view (self, 0, &view))
    return FALSE;
  made = add_function (self, view->map);
  if (made == GENGA_NONE)
    return genga_onnx_refuse (self, _ ("this form of it is not supported"));
  return genga_onnx_set_applied (self, view, made);
}

/* A limit from an input, in older versions an attribute. */
static gboolean
read_limit (GengaOnnxImport *self, guint index, const char *name, float missing, float *number)
{
  GengaOnnxValue *value = genga_onnx_get_input (self, index);

  *number = genga_onnx_get_float (self, name, missing);
  return value == NULL || (genga_onnx_need_numbers (self, index, &value) &&
                           genga_onnx_numbers_get_single (self, value, number));
}

gboolean
genga_onnx_clip (GengaOnnxImport *self)
{
  GengaOnnxValue *view;
  float low, high;

  if (!genga_onnx_need_view (self, 0, &view) || !read_limit (self, 1, "min", -FLT_MAX, &low) ||
      !read_limit (self, 2, "max", FLT_MAX, &high))
    return FALSE;
  return genga_onnx_set_applied (self, view, genga_graph_clip (self->graph, view->map, low, high));
}

gboolean
genga_onnx_prelu (GengaOnnxImport *self)
{
  g_autofree float *slopes = NULL;
  GengaOnnxValue *view, *numbers;
  guint constant;
  int n;

  if (!genga_onnx_need_view (self, 0, &view) || !genga_onnx_need_numbers (self, 1, &numbers))
    return FALSE;
  if (!fits_axes (view, numbers))
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  slopes = spread (self, view, numbers);
  if (slopes == NULL)
    return FALSE;
  n = genga_graph_peek (self->graph, view->map)->channels;
  constant = genga_graph_copy_vector (self->graph, slopes, n);
  return genga_onnx_set_applied (self, view, genga_graph_prelu (self->graph, view->map, constant));
}
