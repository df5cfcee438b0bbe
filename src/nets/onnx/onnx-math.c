/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-math.h"

#include "nets/onnx/onnx-numbers.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* TensorProto.DataType */
#define TYPE_BOOL 9

typedef enum
{
  OP_ADD,
  OP_SUB,
  OP_MUL,
  OP_DIV,
  OP_MOD,
  OP_POW,
  OP_MIN,
  OP_MAX,
  OP_EQUAL,
  OP_LESS,
  OP_GREATER,
  OP_LESS_EQUAL,
  OP_GREATER_EQUAL,
  OP_AND,
  OP_OR,
  OP_NONE,
} Op;

static const char *const op_names[] = {
  [OP_ADD] = "Add",
  [OP_SUB] = "Sub",
  [OP_MUL] = "Mul",
  [OP_DIV] = "Div",
  [OP_MOD] = "Mod",
  [OP_POW] = "Pow",
  [OP_MIN] = "Min",
  [OP_MAX] = "Max",
  [OP_EQUAL] = "Equal",
  [OP_LESS] = "Less",
  [OP_GREATER] = "Greater",
  [OP_LESS_EQUAL] = "LessOrEqual",
  [OP_GREATER_EQUAL] = "GreaterOrEqual",
  [OP_AND] = "And",
  [OP_OR] = "Or",
};

static Op
find_op (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (op_names); i++)
    if (g_str_equal (op_names[i], name))
      return (Op)i;
  return OP_NONE;
}

/* ---- two sizes ---- */

static gboolean
is_order (Op op, int order)
{
  if (op == OP_EQUAL)
    return order == 0;
  if (op == OP_LESS)
    return order < 0;
  if (op == OP_GREATER)
    return order > 0;
  return op == OP_LESS_EQUAL ? order <= 0 : order >= 0;
}

/* Files compare sizes with -1 and such, and with each other. */
static gboolean
compare_sizes (Op op, const GengaOnnxSize *a, const GengaOnnxSize *b, GengaOnnxSize *out)
{
  int order;

  if (!genga_onnx_size_compare (a, b, &order))
    return FALSE;
  if (op == OP_MIN || op == OP_MAX)
    *out = (order <= 0) == (op == OP_MIN) ? *a : *b;
  else
    *out = genga_onnx_size_of (is_order (op, order));
  return TRUE;
}

static gboolean
divide_sizes (GengaOnnxImport *self,
              gboolean is_integer,
              const GengaOnnxSize *a,
              const GengaOnnxSize *b,
              GengaOnnxSize *out)
{
  GengaOnnxSize quotient;

  if (!genga_onnx_size_divide (&quotient, a, b))
    return FALSE;
  *out = quotient;
  return !is_integer || genga_onnx_size_floor (out, &quotient, TRUE, &self->multiple);
}

/* a - b * floor (a / b), which has the sign of b. */
static gboolean
take_remainder (GengaOnnxImport *self,
                const GengaOnnxSize *a,
                const GengaOnnxSize *b,
                GengaOnnxSize *out)
{
  GengaOnnxSize quotient, product;

  return genga_onnx_size_divide (&quotient, a, b) &&
         genga_onnx_size_floor (&quotient, &quotient, FALSE, &self->multiple) &&
         genga_onnx_size_multiply (&product, &quotient, b) &&
         genga_onnx_size_add (out, a, &product, -1);
}

static gboolean
combine_sizes (GengaOnnxImport *self,
               Op op,
               gboolean is_integer,
               const GengaOnnxSize *a,
               const GengaOnnxSize *b,
               GengaOnnxSize *out)
{
  switch (op)
    {
    case OP_ADD:
      return genga_onnx_size_add (out, a, b, 1);
    case OP_SUB:
      return genga_onnx_size_add (out, a, b, -1);
    case OP_MUL:
      return genga_onnx_size_multiply (out, a, b);
    case OP_DIV:
      return divide_sizes (self, is_integer, a, b, out);
    case OP_MOD:
      return genga_onnx_get_int (self, "fmod", 0) == 0 && take_remainder (self, a, b, out);
    case OP_AND:
      *out = genga_onnx_size_of (!genga_onnx_size_is (a, 0) && !genga_onnx_size_is (b, 0));
      return TRUE;
    case OP_OR:
      *out = genga_onnx_size_of (!genga_onnx_size_is (a, 0) || !genga_onnx_size_is (b, 0));
      return TRUE;
    case OP_MIN:
    case OP_MAX:
    case OP_EQUAL:
    case OP_LESS:
    case OP_GREATER:
    case OP_LESS_EQUAL:
    case OP_GREATER_EQUAL:
      return compare_sizes (op, a, b, out);
    case OP_POW:
    case OP_NONE:
    default:
      return FALSE;
    }
}

/* ---- two floats ---- */

static gboolean
combine_floats (Op op, float a, float b, float *out)
{
  switch (op)
    {
    case OP_ADD:
      *out = a + b;
      return TRUE;
    case OP_SUB:
      *out = a - b;
      return TRUE;
    case OP_MUL:
      *out = a * b;
      return TRUE;
    case OP_DIV:
      *out = a / b;
      return TRUE;
    case OP_POW:
      *out = powf (a, b);
      return TRUE;
    case OP_MIN:
      *out = MIN (a, b);
      return TRUE;
    case OP_MAX:
      *out = MAX (a, b);
      return TRUE;
    case OP_EQUAL:
    case OP_LESS:
    case OP_GREATER:
    case OP_LESS_EQUAL:
    case OP_GREATER_EQUAL:
      *out = is_order (op, (a > b) - (a < b));
      return !isnan (a) && !isnan (b);
    case OP_AND:
    case OP_OR:
      *out = op == OP_AND ? a != 0 && b != 0 : a != 0 || b != 0;
      return TRUE;
    case OP_MOD:
    case OP_NONE:
    default:
      return FALSE;
    }
}

/* `out` has the shape of both, and of one of them the kind. */
static gboolean
combine_all (
    GengaOnnxImport *self, Op op, GengaOnnxValue *a, GengaOnnxValue *b, GengaOnnxValue *out)
{
  gint64 at[GENGA_TENSOR_MAX_RANK] = { 0 };

  for (gsize i = 0; i < out->n; i++)
    {
      gsize from_a = genga_onnx_find_place (a, out->rank, at);
      gsize from_b = genga_onnx_find_place (b, out->rank, at);

      if (out->sizes != NULL
              ? !combine_sizes (self, op, a->is_integer && b->is_integer, &a->sizes[from_a],
                                &b->sizes[from_b], &out->sizes[i])
              : !combine_floats (op, a->floats[from_a], b->floats[from_b], &out->floats[i]))
        return genga_onnx_refuse (self, _ ("it computes with the picture's size in a way that is "
                                           "not supported"));
      for (guint d = out->rank; d-- > 0 && ++at[d] == out->shape[d];)
        at[d] = 0;
    }
  return TRUE;
}

static gboolean
combine (GengaOnnxImport *self, Op op, GengaOnnxValue *a, GengaOnnxValue *b, GengaOnnxValue *out)
{
  gboolean as_sizes = genga_onnx_numbers_are_sizes (a) || genga_onnx_numbers_are_sizes (b);
  gint64 shape[GENGA_TENSOR_MAX_RANK];
  guint rank = 0;

  if (as_sizes ? genga_onnx_numbers_peek_sizes (self, a) == NULL ||
                     genga_onnx_numbers_peek_sizes (self, b) == NULL
               : genga_onnx_numbers_peek_floats (self, a) == NULL ||
                     genga_onnx_numbers_peek_floats (self, b) == NULL)
    return FALSE;
  if (!genga_onnx_broadcast (self, &rank, shape, a) ||
      !genga_onnx_broadcast (self, &rank, shape, b) ||
      !genga_onnx_numbers_init (self, out, rank, shape, as_sizes))
    return FALSE;
  /* Floats that are compared stay 0 and 1: there may be more of them than sizes can be. */
  out->is_integer = as_sizes && (op >= OP_EQUAL || (a->is_integer && b->is_integer));
  if (combine_all (self, op, a, b, out))
    return TRUE;
  genga_onnx_numbers_clear (out);
  return FALSE;
}

gboolean
genga_onnx_math_combine (GengaOnnxImport *self)
{
  Op op = find_op (self->node->op);
  GengaOnnxValue *a, *b;
  GengaOnnxValue result;

  if (!genga_onnx_need_numbers (self, 0, &a) || !genga_onnx_need_numbers (self, 1, &b) ||
      !combine (self, op, a, b, &result))
    return FALSE;
  for (guint i = 2; i < self->node->n_inputs; i++)
    {
      GengaOnnxValue next;
      gboolean ok = genga_onnx_need_numbers (self, i, &b) && combine (self, op, &result, b, &next);

      genga_onnx_numbers_clear (&result);
      if (!ok)
        return FALSE;
      result = next;
    }
  return genga_onnx_set_output (self, 0, &result);
}

/* ---- one number ---- */

typedef double (*Function) (double);

static double
invert (double number)
{
  return 1 / number;
}

static double
negate (double number)
{
  return -number;
}

static double
invert_truth (double number)
{
  return number == 0;
}

static double
rectify (double number)
{
  return number > 0 ? number : 0;
}

static double
squash (double number)
{
  return 1 / (1 + exp (-number));
}

static const struct
{
  const char *name;
  Function function;
} functions[] = {
  { "Abs", fabs },         { "Ceil", ceil },    { "Erf", erf },         { "Exp", exp },
  { "Floor", floor },      { "Log", log },      { "Neg", negate },      { "Reciprocal", invert },
  { "Not", invert_truth }, { "Relu", rectify }, { "Round", nearbyint }, { "Sigmoid", squash },
  { "Sqrt", sqrt },        { "Tanh", tanh },
};

static gboolean
apply_to_size (GengaOnnxImport *self, const GengaOnnxSize *size, GengaOnnxSize *out)
{
  const char *name = self->node->op;
  const GengaOnnxSize minus_one = genga_onnx_size_of (-1);
  GengaOnnxSize negative;

  if (g_str_equal (name, "Neg"))
    return genga_onnx_size_multiply (out, size, &minus_one);
  if (g_str_equal (name, "Floor"))
    return genga_onnx_size_floor (out, size, FALSE, &self->multiple);
  if (g_str_equal (name, "Ceil"))
    return genga_onnx_size_multiply (&negative, size, &minus_one) &&
           genga_onnx_size_floor (&negative, &negative, FALSE, &self->multiple) &&
           genga_onnx_size_multiply (out, &negative, &minus_one);
  if (g_str_equal (name, "Not"))
    {
      *out = genga_onnx_size_of (genga_onnx_size_is (size, 0));
      return genga_onnx_size_is_constant (size);
    }
  return FALSE;
}

gboolean
genga_onnx_math_apply (GengaOnnxImport *self)
{
  GengaOnnxValue *value;
  GengaOnnxValue out;
  Function function = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (g_str_equal (functions[i].name, self->node->op))
      function = functions[i].function;
  if (!genga_onnx_need_numbers (self, 0, &value))
    return FALSE;

  gboolean as_sizes = genga_onnx_numbers_are_sizes (value);
  if (as_sizes ? genga_onnx_numbers_peek_sizes (self, value) == NULL
               : genga_onnx_numbers_peek_floats (self, value) == NULL)
    return FALSE;
  if (!genga_onnx_numbers_init (self, &out, value->rank, value->shape, as_sizes))
    return FALSE;
  out.is_integer = value->is_integer;
  for (gsize i = 0; i < value->n; i++)
    {
      gboolean ok =
          as_sizes ? apply_to_size (self, &value->sizes[i], &out.sizes[i]) : function != NULL;

      if (!ok)
        {
          genga_onnx_numbers_clear (&out);
          return genga_onnx_refuse (self, _ ("it computes with the picture's size in a way that is "
                                             "not supported"));
        }
      if (!as_sizes)
        out.floats[i] = (float)function (value->floats[i]);
    }
  return genga_onnx_set_output (self, 0, &out);
}

/* 0 and 1. */
static gboolean
set_truths (GengaOnnxImport *self, GengaOnnxValue *value)
{
  const float *floats = genga_onnx_numbers_peek_floats (self, value);
  GengaOnnxValue out;

  if (floats == NULL || !genga_onnx_numbers_init (self, &out, value->rank, value->shape, FALSE))
    return FALSE;
  for (gsize i = 0; i < value->n; i++)
    out.floats[i] = floats[i] != 0;
  return genga_onnx_set_output (self, 0, &out);
}

gboolean
genga_onnx_math_cast (GengaOnnxImport *self)
{
  gint64 type = genga_onnx_get_int (self, "to", 1);
  gboolean to_integer = type != 1 && type != 10 && type != 11 && type != 16;
  GengaOnnxValue *value;
  GengaOnnxValue out;

  if (!genga_onnx_need_numbers (self, 0, &value))
    return FALSE;
  if (type == TYPE_BOOL && !genga_onnx_numbers_are_sizes (value))
    return set_truths (self, value);
  if (!to_integer && !genga_onnx_numbers_are_sizes (value))
    {
      gint64 strides[GENGA_TENSOR_MAX_RANK];

      genga_onnx_list_strides (value->rank, value->shape, strides);
      return genga_onnx_set_picked (self, 0, value, value->rank, value->shape, strides, 0);
    }
  if (genga_onnx_numbers_peek_sizes (self, value) == NULL ||
      !genga_onnx_numbers_init (self, &out, value->rank, value->shape, TRUE))
    return FALSE;
  out.is_integer = to_integer;
  for (gsize i = 0; i < value->n; i++)
    {
      out.sizes[i] = value->sizes[i];
      if (to_integer &&
          !genga_onnx_size_floor (&out.sizes[i], &value->sizes[i], TRUE, &self->multiple))
        {
          genga_onnx_numbers_clear (&out);
          return genga_onnx_refuse (self, _ ("it computes with the picture's size in a way that is "
                                             "not supported"));
        }
    }
  return genga_onnx_set_output (self, 0, &out);
}
