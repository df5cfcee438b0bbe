/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-functions.h"

#include <glib/gi18n-lib.h>

/* ---- activations ---- */

/* clip (alpha * x + beta, 0, 1) */
static guint
add_hard_sigmoid (GengaNcnnImport *self, guint value, float alpha, float beta)
{
  return genga_graph_clip (self->graph, genga_ncnn_add_affine (self, value, alpha, beta), 0, 1);
}

static guint
add_hard_swish (GengaNcnnImport *self, guint value, float alpha, float beta)
{
  guint gate = add_hard_sigmoid (self, value, alpha, beta);

  return genga_graph_combine (self->graph, GENGA_OP_MUL, value, gate);
}

static guint
add_leaky_relu (GengaNcnnImport *self, guint value, float slope)
{
  return slope == 0 ? genga_graph_activate (self->graph, value, GENGA_ACTIVATION_RELU)
                    : genga_graph_leaky_relu (self->graph, value, slope);
}

static gboolean
read_numbers (GengaNcnnImport *self, int id, guint n, float *numbers)
{
  const GengaNcnnParam *param = genga_ncnn_layer_find (self->layer, id);

  if (param == NULL || !param->is_list || param->n < n)
    return genga_ncnn_refuse_param (self, id);
  for (guint i = 0; i < n; i++)
    numbers[i] = (float)param->numbers[i];
  return TRUE;
}

gboolean
genga_ncnn_add_activation (GengaNcnnImport *self, guint *value)
{
  static const guint n_numbers[] = { 0, 0, 1, 2, 0, 0, 2 };
  float numbers[2] = { 0 };
  int type;

  if (!genga_ncnn_get_bounded (self, 9, 0, 0, G_N_ELEMENTS (n_numbers) - 1, &type) ||
      (n_numbers[type] > 0 && !read_numbers (self, 10, n_numbers[type], numbers)))
    return FALSE;
  switch (type)
    {
    case 1:
    case 2:
      *value = add_leaky_relu (self, *value, numbers[0]);
      break;
    case 3:
      *value = genga_graph_clip (self->graph, *value, numbers[0], numbers[1]);
      break;
    case 4:
      *value = genga_graph_activate (self->graph, *value, GENGA_ACTIVATION_SIGMOID);
      break;
    case 5:
      *value = genga_graph_activate (self->graph, *value, GENGA_ACTIVATION_MISH);
      break;
    case 6:
      *value = add_hard_swish (self, *value, numbers[0], numbers[1]);
      break;
    default:
      break;
    }
  return TRUE;
}

/* Those with parameters of their own. */
static gboolean
add_with_parameters (GengaNcnnImport *self, guint *value)
{
  const char *type = self->layer->type;
  gboolean is_clip = g_str_equal (type, "Clip");
  float first, second;

  if (g_str_equal (type, "GELU"))
    {
      int is_approximate;

      *value = genga_graph_activate (self->graph, *value, GENGA_ACTIVATION_GELU);
      return genga_ncnn_get_bounded (self, 0, 0, 0, 0, &is_approximate);
    }
  if (g_str_has_prefix (type, "Hard") || is_clip)
    {
      if (!genga_ncnn_get_float (self, 0, is_clip ? -G_MAXFLOAT : 0.2f, &first) ||
          !genga_ncnn_get_float (self, 1, is_clip ? G_MAXFLOAT : 0.5f, &second))
        return FALSE;
      *value = is_clip ? genga_graph_clip (self->graph, *value, first, second)
               : g_str_equal (type, "HardSwish") ? add_hard_swish (self, *value, first, second)
                                                 : add_hard_sigmoid (self, *value, first, second);
      return TRUE;
    }
  if (!genga_ncnn_get_float (self, 0, g_str_equal (type, "ELU") ? 0.1f : 0, &first))
    return FALSE;
  *value = g_str_equal (type, "ELU") ? genga_graph_elu (self->graph, *value, first)
                                     : add_leaky_relu (self, *value, first);
  return TRUE;
}

gboolean
genga_ncnn_activation (GengaNcnnImport *self)
{
  static const struct
  {
    const char *type;
    GengaActivation function;
  } plain[] = {
    { "AbsVal", GENGA_ACTIVATION_ABS },      { "Mish", GENGA_ACTIVATION_MISH },
    { "Sigmoid", GENGA_ACTIVATION_SIGMOID }, { "Softplus", GENGA_ACTIVATION_SOFTPLUS },
    { "Swish", GENGA_ACTIVATION_SILU },      { "TanH", GENGA_ACTIVATION_TANH },
  };
  GengaNcnnBlob blob;

  if (!genga_ncnn_need_inputs (self, 1, 1))
    return FALSE;
  blob = *genga_ncnn_get_input (self, 0);
  /* It is all the same to them in which order channels lie. */
  if (blob.kind != GENGA_NCNN_TURNED && !genga_ncnn_get_map (self, 0, &blob.value))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    {
      if (!g_str_equal (self->layer->type, plain[i].type))
        continue;
      blob.value = genga_graph_activate (self->graph, blob.value, plain[i].function);
      return genga_ncnn_set_blob (self, 0, &blob);
    }
  return add_with_parameters (self, &blob.value) && genga_ncnn_set_blob (self, 0, &blob);
}

gboolean
genga_ncnn_prelu (GengaNcnnImport *self)
{
  const GengaTensor *slopes = genga_ncnn_get_tensor (self, 0);
  guint value, constant;
  int channels;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value))
    return FALSE;
  channels = genga_ncnn_peek (self, value)->channels;
  if (genga_tensor_get_n_elements (slopes) == 1)
    {
      float slope;

      genga_tensor_copy_f32 (slopes, &slope);
      constant = genga_ncnn_repeat (self, slope, channels);
    }
  else
    {
      constant = genga_ncnn_copy_vector (self, 0, channels);
    }
  return constant != GENGA_NONE &&
         genga_ncnn_set_map (self, 0, genga_graph_prelu (self->graph, value, constant));
}

gboolean
genga_ncnn_unary (GengaNcnnImport *self)
{
  GengaGraphBuilder *graph = self->graph;
  guint value;
  int type;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !genga_ncnn_get_int (self, 0, 0, &type))
    return FALSE;
  switch (type)
    {
    case 0:
      value = genga_graph_activate (graph, value, GENGA_ACTIVATION_ABS);
      break;
    case 1:
      value = genga_graph_scale (graph, value, -1);
      break;
    case 4:
      value = genga_graph_combine (graph, GENGA_OP_MUL, value, value);
      break;
    case 5:
      value = genga_graph_activate (graph, value, GENGA_ACTIVATION_SQRT);
      break;
    case 6:
      value = genga_graph_pow (graph, value, -0.5f);
      break;
    case 7:
      value = genga_graph_activate (graph, value, GENGA_ACTIVATION_EXP);
      break;
    case 8:
      value = genga_graph_activate (graph, value, GENGA_ACTIVATION_LOG);
      break;
    case 15:
      value = genga_graph_pow (graph, value, -1);
      break;
    case 16:
      value = genga_graph_activate (graph, value, GENGA_ACTIVATION_TANH);
      break;
    default:
      return genga_ncnn_refuse_param (self, 0);
    }
  return genga_ncnn_set_map (self, 0, value);
}

/* ---- two values ---- */

/* ncnn's numbers of operations with two operands. */
enum
{
  NCNN_ADD,
  NCNN_SUB,
  NCNN_MUL,
  NCNN_DIV,
  NCNN_MAX,
  NCNN_MIN,
  NCNN_POW,
  NCNN_REVERSED_SUB,
  NCNN_REVERSED_DIV,
};

static gboolean
add_with_number (GengaNcnnImport *self, int type, guint value, float number, guint *result)
{
  GengaGraphBuilder *graph = self->graph;

  switch (type)
    {
    case NCNN_ADD:
      *result = genga_ncnn_add_affine (self, value, 1, number);
      return TRUE;
    case NCNN_SUB:
      *result = genga_ncnn_add_affine (self, value, 1, -number);
      return TRUE;
    case NCNN_REVERSED_SUB:
      *result = genga_ncnn_add_affine (self, value, -1, number);
      return TRUE;
    case NCNN_MUL:
      *result = genga_ncnn_add_affine (self, value, number, 0);
      return TRUE;
    case NCNN_DIV:
      *result = genga_ncnn_add_affine (self, value, 1 / number, 0);
      return number != 0 || genga_ncnn_refuse_param (self, 2);
    case NCNN_REVERSED_DIV:
      *result = genga_ncnn_add_affine (self, genga_graph_pow (graph, value, -1), number, 0);
      return TRUE;
    case NCNN_MAX:
      *result = genga_graph_clip (graph, value, number, G_MAXFLOAT);
      return TRUE;
    case NCNN_MIN:
      *result = genga_graph_clip (graph, value, -G_MAXFLOAT, number);
      return TRUE;
    case NCNN_POW:
      *result = genga_graph_pow (graph, value, number);
      return TRUE;
    default:
      return genga_ncnn_refuse_param (self, 0);
    }
}

/* Numbers of the file, each times `factor` (or 1 divided by it), as one for each channel. */
static guint
copy_numbers (
    GengaNcnnImport *self, const GengaTensor *numbers, int n, gboolean inverse, float sign)
{
  gint64 n_numbers = genga_tensor_get_n_elements (numbers);
  g_autofree float *from = g_new (float, MAX (1, n_numbers));
  g_autofree float *to = g_new (float, n);

  genga_tensor_copy_f32 (numbers, from);
  for (int i = 0; i < n; i++)
    {
      float number = from[n_numbers == 1 ? 0 : i];

      to[i] = sign * (inverse ? 1 / number : number);
    }
  return genga_graph_copy_vector (self->graph, to, n);
}

/* A map and numbers of the file: one, or one for each channel. */
static gboolean
add_with_numbers (
    GengaNcnnImport *self, int type, guint value, const GengaTensor *numbers, guint *result)
{
  const int n = genga_ncnn_peek (self, value)->channels;
  const gint64 n_numbers = genga_tensor_get_n_elements (numbers);
  gboolean is_inverse = type == NCNN_DIV;
  gboolean scales = type == NCNN_MUL || type == NCNN_DIV || type == NCNN_REVERSED_DIV;
  guint constant;

  if (n_numbers != 1 && (n_numbers != n || (numbers->rank > 1 && numbers->shape[0] != n)))
    return genga_ncnn_refuse (self, _ ("it has weights for %d channels, but gets %d"),
                              (int)n_numbers, n);
  if (type > NCNN_REVERSED_DIV || type == NCNN_MAX || type == NCNN_MIN || type == NCNN_POW)
    return genga_ncnn_refuse_param (self, 0);
  constant = copy_numbers (self, numbers, n, is_inverse, type == NCNN_SUB ? -1 : 1);
  if (type == NCNN_REVERSED_SUB)
    value = genga_graph_scale (self->graph, value, -1);
  if (type == NCNN_REVERSED_DIV)
    value = genga_graph_pow (self->graph, value, -1);
  *result = genga_graph_affine (self->graph, value, scales ? constant : GENGA_NONE,
                                scales ? GENGA_NONE : constant);
  return TRUE;
}

static gboolean
add_with_map (GengaNcnnImport *self, int type, guint a, guint b, guint *result)
{
  static const GengaOpKind kinds[] = { GENGA_OP_ADD, GENGA_OP_SUB, GENGA_OP_MUL,
                                       GENGA_OP_DIV, GENGA_OP_MAX, GENGA_OP_MIN };

  if (type == NCNN_REVERSED_SUB || type == NCNN_REVERSED_DIV)
    return genga_ncnn_combine (self, type == NCNN_REVERSED_SUB ? GENGA_OP_SUB : GENGA_OP_DIV, b, a,
                               result);
  if (type >= (int)G_N_ELEMENTS (kinds))
    return genga_ncnn_refuse_param (self, 0);
  return genga_ncnn_combine (self, kinds[type], a, b, result);
}

/* What the operation is where its operands change places. */
static int
reverse (int type)
{
  switch (type)
    {
    case NCNN_SUB:
      return NCNN_REVERSED_SUB;
    case NCNN_REVERSED_SUB:
      return NCNN_SUB;
    case NCNN_DIV:
      return NCNN_REVERSED_DIV;
    case NCNN_REVERSED_DIV:
      return NCNN_DIV;
    case NCNN_POW:
      return G_MAXINT;
    default:
      return type;
    }
}

gboolean
genga_ncnn_binary (GengaNcnnImport *self)
{
  const GengaNcnnBlob *first, *second;
  guint a, b, result;
  int type, with_number;
  float number;

  if (!genga_ncnn_get_bounded (self, 0, 0, 0, G_MAXINT, &type) ||
      !genga_ncnn_get_int (self, 1, 0, &with_number) || !genga_ncnn_get_float (self, 2, 0, &number))
    return FALSE;
  if (with_number != 0)
    return genga_ncnn_need_inputs (self, 1, 1) && genga_ncnn_get_map (self, 0, &a) &&
           add_with_number (self, type, a, number, &result) && genga_ncnn_set_map (self, 0, result);
  if (!genga_ncnn_need_inputs (self, 2, 1))
    return FALSE;
  first = genga_ncnn_get_input (self, 0);
  second = genga_ncnn_get_input (self, 1);
  if (second->kind == GENGA_NCNN_NUMBERS)
    return genga_ncnn_get_map (self, 0, &a) &&
           add_with_numbers (self, type, a, second->numbers, &result) &&
           genga_ncnn_set_map (self, 0, result);
  if (first->kind == GENGA_NCNN_NUMBERS)
    return genga_ncnn_get_map (self, 1, &b) &&
           add_with_numbers (self, reverse (type), b, first->numbers, &result) &&
           genga_ncnn_set_map (self, 0, result);
  return genga_ncnn_get_map (self, 0, &a) && genga_ncnn_get_map (self, 1, &b) &&
         add_with_map (self, type, a, b, &result) && genga_ncnn_set_map (self, 0, result);
}

/* Products, sums with a factor for each, or the largest. */
gboolean
genga_ncnn_eltwise (GengaNcnnImport *self)
{
  static const GengaOpKind kinds[] = { GENGA_OP_MUL, GENGA_OP_ADD, GENGA_OP_MAX };
  const GengaNcnnParam *factors = genga_ncnn_layer_find (self->layer, 1);
  guint n = self->layer->n_inputs;
  guint result = 0;
  int type;

  if (!genga_ncnn_need_inputs (self, MAX (n, 2), 1) ||
      !genga_ncnn_get_bounded (self, 0, 0, 0, G_N_ELEMENTS (kinds) - 1, &type))
    return FALSE;
  if (factors != NULL && factors->n == 0)
    factors = NULL;
  if (factors != NULL && (type != 1 || !factors->is_list || factors->n != n))
    return genga_ncnn_refuse_param (self, 1);
  for (guint i = 0; i < n; i++)
    {
      guint value;

      if (!genga_ncnn_get_map (self, i, &value))
        return FALSE;
      if (factors != NULL)
        value = genga_ncnn_add_affine (self, value, (float)factors->numbers[i], 0);
      if (i == 0)
        result = value;
      else if (!genga_ncnn_combine (self, kinds[type], result, value, &result))
        return FALSE;
    }
  return genga_ncnn_set_map (self, 0, result);
}

/* By factors of its own, or by those that the second input has. */
gboolean
genga_ncnn_scale (GengaNcnnImport *self)
{
  guint value, by, offsets = GENGA_NONE;

  if (self->layer->n_tensors == 0)
    return genga_ncnn_need_inputs (self, 2, 1) && genga_ncnn_get_map (self, 0, &value) &&
           genga_ncnn_get_map (self, 1, &by) &&
           genga_ncnn_combine (self, GENGA_OP_MUL, value, by, &value) &&
           genga_ncnn_set_map (self, 0, value);
  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value))
    return FALSE;
  by = genga_ncnn_copy_vector (self, 0, genga_ncnn_peek (self, value)->channels);
  if (self->layer->n_tensors > 1)
    {
      offsets = genga_ncnn_copy_vector (self, 1, genga_ncnn_peek (self, value)->channels);
      if (offsets == GENGA_NONE)
        return FALSE;
    }
  return by != GENGA_NONE &&
         genga_ncnn_set_map (self, 0, genga_graph_affine (self->graph, value, by, offsets));
}

gboolean
genga_ncnn_bias (GengaNcnnImport *self)
{
  guint value, offsets;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value))
    return FALSE;
  offsets = genga_ncnn_copy_vector (self, 0, genga_ncnn_peek (self, value)->channels);
  return offsets != GENGA_NONE &&
         genga_ncnn_set_map (self, 0, genga_graph_affine (self->graph, value, GENGA_NONE, offsets));
}
