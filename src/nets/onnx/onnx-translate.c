/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-translate.h"

#include "core/error.h"
#include "nets/onnx/onnx-borders.h"
#include "nets/onnx/onnx-channels.h"
#include "nets/onnx/onnx-constants.h"
#include "nets/onnx/onnx-conv.h"
#include "nets/onnx/onnx-dysample.h"
#include "nets/onnx/onnx-einsum.h"
#include "nets/onnx/onnx-elementwise.h"
#include "nets/onnx/onnx-import.h"
#include "nets/onnx/onnx-math.h"
#include "nets/onnx/onnx-norm.h"
#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-patterns.h"
#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-resample.h"
#include "nets/onnx/onnx-scores.h"
#include "nets/onnx/onnx-shape.h"
#include "nets/onnx/onnx-view.h"
#include "nets/import.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What may be made of a file's numbers, beyond a few times its own. */
#define SPARE_BYTES ((guint64)256 << 20)
#define MAX_SIDE 65536

/* ---- operators ---- */

/* An operator: how it works with numbers alone, and with anything else. NULL: with neither. */
static const struct
{
  const char *name;
  GengaOnnxFunc of_numbers;
  GengaOnnxFunc of_views;
} operators[] = {
  { "Abs", genga_onnx_math_apply, genga_onnx_apply },
  { "Add", genga_onnx_math_combine, genga_onnx_combine },
  { "And", genga_onnx_math_combine, NULL },
  { "AveragePool", NULL, genga_onnx_pool },
  { "BatchNormalization", NULL, genga_onnx_batch_normalization },
  { "Cast", genga_onnx_cast, genga_onnx_cast },
  { "Ceil", genga_onnx_math_apply, NULL },
  { "Clip", genga_onnx_constant_clip, genga_onnx_clip },
  { "Concat", genga_onnx_concat, genga_onnx_concat },
  { "ConstantOfShape", genga_onnx_numbers_constant_of_shape, NULL },
  { "Conv", NULL, genga_onnx_conv },
  { "ConvTranspose", NULL, genga_onnx_conv_transpose },
  { "DepthToSpace", NULL, genga_onnx_depth_to_space },
  { "Div", genga_onnx_math_combine, genga_onnx_combine },
  { "Dropout", genga_onnx_identity, genga_onnx_identity },
  { "Einsum", NULL, genga_onnx_einsum },
  { "Elu", NULL, genga_onnx_apply },
  { "Equal", genga_onnx_math_combine, NULL },
  { "Erf", genga_onnx_math_apply, genga_onnx_apply },
  { "Exp", genga_onnx_math_apply, genga_onnx_apply },
  { "Expand", genga_onnx_expand, genga_onnx_expand },
  { "Flatten", genga_onnx_flatten, genga_onnx_flatten },
  { "Floor", genga_onnx_math_apply, NULL },
  { "Gather", genga_onnx_gather, genga_onnx_gather },
  { "Gelu", NULL, genga_onnx_apply },
  { "Gemm", genga_onnx_constant_gemm, genga_onnx_gemm },
  { "GlobalAveragePool", NULL, genga_onnx_global_average_pool },
  { "Greater", genga_onnx_math_combine, NULL },
  { "GreaterOrEqual", genga_onnx_math_combine, NULL },
  { "GridSample", NULL, genga_onnx_grid_sample },
  { "GroupNormalization", NULL, genga_onnx_group_normalization },
  { "HardSigmoid", NULL, genga_onnx_apply },
  { "HardSwish", NULL, genga_onnx_apply },
  { "Identity", genga_onnx_identity, genga_onnx_identity },
  { "InstanceNormalization", NULL, genga_onnx_instance_normalization },
  { "LayerNormalization", genga_onnx_constant_layer_normalization, genga_onnx_layer_normalization },
  { "LeakyRelu", NULL, genga_onnx_apply },
  { "Less", genga_onnx_math_combine, NULL },
  { "LessOrEqual", genga_onnx_math_combine, NULL },
  { "Log", genga_onnx_math_apply, genga_onnx_apply },
  { "MatMul", genga_onnx_constant_matmul, genga_onnx_matmul },
  { "Max", genga_onnx_math_combine, genga_onnx_combine },
  { "MaxPool", NULL, genga_onnx_pool },
  { "Min", genga_onnx_math_combine, genga_onnx_combine },
  { "Mish", NULL, genga_onnx_apply },
  { "Mod", genga_onnx_math_combine, NULL },
  { "Mul", genga_onnx_math_combine, genga_onnx_combine },
  { "Neg", genga_onnx_math_apply, genga_onnx_apply },
  { "Not", genga_onnx_math_apply, NULL },
  { "Or", genga_onnx_math_combine, NULL },
  { "PRelu", NULL, genga_onnx_prelu },
  { "Pad", NULL, genga_onnx_pad },
  { "Pow", genga_onnx_math_combine, genga_onnx_combine },
  { "Range", genga_onnx_numbers_range, NULL },
  { "Reciprocal", genga_onnx_math_apply, genga_onnx_apply },
  { "ReduceMean", NULL, genga_onnx_reduce_mean },
  { "ReduceSum", NULL, genga_onnx_reduce_sum },
  { "Relu", genga_onnx_math_apply, genga_onnx_apply },
  { "Reshape", genga_onnx_reshape, genga_onnx_reshape },
  { "Resize", NULL, genga_onnx_resize },
  { "Round", genga_onnx_math_apply, NULL },
  { "ScatterND", genga_onnx_numbers_scatter_nd, genga_onnx_scatter_nd },
  { "Shape", genga_onnx_shape, genga_onnx_shape },
  { "Sigmoid", genga_onnx_math_apply, genga_onnx_apply },
  { "Slice", genga_onnx_slice, genga_onnx_slice },
  { "Softmax", NULL, genga_onnx_softmax },
  { "Softplus", NULL, genga_onnx_apply },
  { "SpaceToDepth", NULL, genga_onnx_space_to_depth },
  { "Split", genga_onnx_split, genga_onnx_split },
  { "Sqrt", genga_onnx_math_apply, genga_onnx_apply },
  { "Squeeze", genga_onnx_squeeze, genga_onnx_squeeze },
  { "Sub", genga_onnx_math_combine, genga_onnx_combine },
  { "Tanh", genga_onnx_math_apply, genga_onnx_apply },
  { "Tile", genga_onnx_tile, genga_onnx_tile },
  { "Transpose", genga_onnx_transpose, genga_onnx_transpose },
  { "Unsqueeze", genga_onnx_unsqueeze, genga_onnx_unsqueeze },
  { "Upsample", NULL, genga_onnx_upsample },
  { "Where", genga_onnx_numbers_where, NULL },
};

static gboolean
call_operator (GengaOnnxImport *self)
{
  gboolean are_numbers = TRUE;

  for (guint i = 0; i < self->node->n_inputs; i++)
    {
      const GengaOnnxValue *input = genga_onnx_get_input (self, i);

      are_numbers &= input == NULL || input->kind == GENGA_ONNX_NUMBERS;
    }
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      GengaOnnxFunc func = are_numbers ? operators[i].of_numbers : operators[i].of_views;

      if (!g_str_equal (operators[i].name, self->node->op))
        continue;
      if (func != NULL)
        return func (self);
      return genga_onnx_refuse (self, are_numbers
                                          ? _ ("it is not supported for constants")
                                          : _ ("it is not supported for what depends on the "
                                               "picture"));
    }
  return genga_onnx_refuse (self, _ ("the operator is not supported"));
}

/* ---- nodes in order ---- */

/* What a failed input failed of, or GENGA_NONE. */
static guint
find_failure (GengaOnnxImport *self)
{
  for (guint i = 0; i < self->node->n_inputs; i++)
    {
      const GengaOnnxValue *input = genga_onnx_get_input (self, i);

      if (input != NULL && input->kind == GENGA_ONNX_FAILED)
        return input->failure;
    }
  return GENGA_NONE;
}

/* Whether the operator makes something of inputs that can't be translated by themselves. */
static gboolean
looks_behind (GengaOnnxImport *self)
{
  /* A grid never can; neither can what was divided by its norm, masks, and their shapes. */
  if (g_str_equal (self->node->op, "GridSample") || g_str_equal (self->node->op, "MatMul"))
    return TRUE;
  if (!g_str_equal (self->node->op, "Add") && !g_str_equal (self->node->op, "Reshape"))
    return FALSE;
  for (guint i = 0; i < self->node->n_inputs; i++)
    {
      const GengaOnnxValue *input = genga_onnx_get_input (self, i);

      if (input != NULL && input->kind == GENGA_ONNX_SCORES)
        return TRUE;
    }
  return FALSE;
}

/* The error's number; what a product's factors failed of says more than that it is no product. */
static guint
keep_failure (GengaOnnxImport *self, guint failure)
{
  if (failure != GENGA_NONE && g_str_equal (self->node->op, "MatMul"))
    {
      g_clear_error (&self->error);
      return failure;
    }
  g_ptr_array_add (self->failures, g_steal_pointer (&self->error));
  return self->failures->len - 1;
}

static void
spoil_outputs (GengaOnnxImport *self, guint failure)
{
  for (guint i = 0; i < self->node->n_outputs; i++)
    {
      guint value = self->node->outputs[i].value;

      if (value != GENGA_ONNX_NO_VALUE && self->values[value].kind == GENGA_ONNX_NOTHING)
        self->values[value] = (GengaOnnxValue){ .kind = GENGA_ONNX_FAILED, .failure = failure };
    }
}

static void
translate_node (GengaOnnxImport *self, const GengaOnnxNode *node)
{
  guint failure;

  self->node = node;
  if (genga_onnx_translate_pattern (self))
    return;
  g_clear_error (&self->error);
  failure = find_failure (self);
  if (failure == GENGA_NONE || looks_behind (self))
    failure = call_operator (self) ? GENGA_NONE : keep_failure (self, failure);
  if (failure == GENGA_NONE)
    {
      /* What an operator makes besides, such as the indices of MaxPool. */
      for (guint i = 1; i < node->n_outputs; i++)
        if (node->outputs[i].value != GENGA_ONNX_NO_VALUE &&
            self->values[node->outputs[i].value].kind == GENGA_ONNX_NOTHING)
          {
            genga_onnx_refuse (self, _ ("more than one output of it is not supported"));
            failure = self->failures->len;
            g_ptr_array_add (self->failures, g_steal_pointer (&self->error));
            break;
          }
    }
  if (failure != GENGA_NONE)
    spoil_outputs (self, failure);
}

/* ---- the picture and the result ---- */

static gboolean
refuse_picture (GError **error)
{
  return genga_weights_refuse (error, _ ("The model's input is no picture of 1, 3 or 4 channels: "
                                         "its shape must be 1 × channels × height × width."));
}

/* The channels that a convolution of the picture wants, where the file does not say it; or 0. */
static gint64
find_channels (const GengaOnnxModel *model, GengaStateDict *dict)
{
  for (guint i = 0; i < model->n_nodes; i++)
    {
      const GengaOnnxNode *node = &model->nodes[i];

      if (!g_str_equal (node->op, "Conv") || node->n_inputs < 2 ||
          node->inputs[0].value != model->picture.ref.value)
        continue;
      for (guint k = 0; k < model->n_constants; k++)
        if (model->constants[k].ref.value == node->inputs[1].value)
          {
            const GengaTensor *tensor =
                genga_state_dict_get_tensor (dict, model->constants[k].tensor);

            return tensor->rank == 4 ? tensor->shape[1] : 0;
          }
    }
  return 0;
}

static gboolean
start (GengaOnnxImport *self, gboolean with_weights, GengaOnnxSpec *told, GError **error)
{
  const GengaOnnxInput *picture = &self->model->picture;
  gint64 channels = picture->rank == 4 ? picture->shape[1] : 0;
  GengaOnnxValue view;

  if (channels < 0)
    channels = find_channels (self->model, self->dict);
  if ((picture->type != 1 && picture->type != 10 && picture->type != 16) ||
      (channels != 1 && channels != 3 && channels != 4) ||
      (picture->shape[0] != 1 && picture->shape[0] != -1) || picture->shape[2] == 0 ||
      picture->shape[3] == 0 || picture->shape[2] > MAX_SIDE || picture->shape[3] > MAX_SIDE)
    return refuse_picture (error);
  *told = (GengaOnnxSpec){
    .opset = self->model->opset,
    .height = (int)MAX (picture->shape[2], 0),
    .width = (int)MAX (picture->shape[3], 0),
  };
  self->height = genga_onnx_size_of_height (told->height);
  self->width = genga_onnx_size_of_width (told->width);
  self->has_fixed_size = told->height > 0 && told->width > 0;
  self->graph = genga_graph_builder_new ((int)channels, with_weights);
  genga_onnx_note_map (self, 0, &self->height, &self->width);
  genga_onnx_view_init (self, &view, 0);
  self->values[picture->ref.value] = view;
  return TRUE;
}

static void
load_constants (GengaOnnxImport *self)
{
  for (guint i = 0; i < self->model->n_constants; i++)
    {
      const GengaOnnxConstant *constant = &self->model->constants[i];
      const GengaTensor *tensor = genga_state_dict_get_tensor (self->dict, constant->tensor);
      GengaOnnxValue *value = &self->values[constant->ref.value];

      *value = (GengaOnnxValue){
        .kind = GENGA_ONNX_NUMBERS,
        .rank = tensor->rank,
        .n = (gsize)genga_tensor_get_n_elements (tensor),
        .is_integer = tensor->dtype > GENGA_DTYPE_BF16,
        .tensor = tensor,
      };
      memcpy (value->shape, tensor->shape, sizeof value->shape);
    }
}

/* The graph with the result at its end. */
static GengaGraph *
finish (GengaOnnxImport *self, GengaOnnxSpec *told, GError **error)
{
  GengaOnnxValue *result = &self->values[self->model->result.ref.value];
  g_autofree char *reason = NULL;
  guint map = GENGA_NONE;

  if (result->kind == GENGA_ONNX_FAILED)
    {
      g_propagate_error (error, g_error_copy (self->failures->pdata[result->failure]));
      return NULL;
    }
  if (result->kind == GENGA_ONNX_VIEW)
    map = genga_onnx_view_to_map (self, result);
  if (map != GENGA_NONE && !genga_graph_peek (self->graph, map)->is_vector)
    map = genga_onnx_finish_map (self, map);
  if (map == GENGA_NONE || genga_graph_peek (self->graph, map)->is_vector)
    {
      g_clear_error (&self->error);
      genga_weights_refuse (error, _ ("The model's output is no picture of its input's size, or of "
                                      "that times a whole number."));
      return NULL;
    }
  told->pads_itself = self->pad_multiple > 1;
  if (self->pad_multiple % self->multiple != 0)
    genga_graph_require_sides (self->graph, 1, self->multiple);
  /* The last operation makes the result; nodes that come to nothing may have come after it. */
  genga_graph_affine (self->graph, map, GENGA_NONE, GENGA_NONE);
  if (!genga_graph_builder_check (self->graph, &reason))
    {
      genga_weights_refuse (error, _ ("The model's layers do not fit each other (%s)."), reason);
      return NULL;
    }
  return genga_graph_builder_finish (g_steal_pointer (&self->graph));
}

static void
clear (GengaOnnxImport *self)
{
  for (guint i = 0; i < self->model->n_values; i++)
    {
      g_free (self->values[i].floats);
      g_free (self->values[i].sizes);
      g_free (self->values[i].atoms);
    }
  g_free (self->values);
  g_free (self->makers);
  g_array_unref (self->heights);
  g_array_unref (self->widths);
  g_ptr_array_unref (self->failures);
  g_ptr_array_unref (self->scores);
  g_clear_error (&self->error);
  g_clear_pointer (&self->graph, genga_graph_builder_free);
}

GengaGraph *
genga_onnx_translate (const GengaOnnxModel *model,
                      GengaStateDict *dict,
                      gboolean with_weights,
                      GengaOnnxSpec *told,
                      GError **error)
{
  const GengaOnnxNode no_node = { .name = "", .op = "" };
  GengaOnnxImport self = {
    .model = model,
    .dict = dict,
    .values = g_new0 (GengaOnnxValue, model->n_values),
    .makers = g_new (guint, model->n_values),
    .heights = g_array_new (FALSE, FALSE, sizeof (GengaOnnxSize)),
    .widths = g_array_new (FALSE, FALSE, sizeof (GengaOnnxSize)),
    .failures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_error_free),
    .scores = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_onnx_scores_free),
    .multiple = 1,
    .pad_multiple = 1,
    .max_bytes = 4 * genga_state_dict_get_size_bytes (dict) + SPARE_BYTES,
    .call_operator = call_operator,
    .node = &no_node,
  };
  GengaGraph *graph = NULL;

  for (guint i = 0; i < model->n_values; i++)
    self.makers[i] = GENGA_NONE;
  for (guint i = 0; i < model->n_nodes; i++)
    for (guint k = 0; k < model->nodes[i].n_outputs; k++)
      if (model->nodes[i].outputs[k].value != GENGA_ONNX_NO_VALUE)
        self.makers[model->nodes[i].outputs[k].value] = i;
  load_constants (&self);
  if (start (&self, with_weights, told, error))
    {
      for (guint i = 0; i < model->n_nodes; i++)
        translate_node (&self, &model->nodes[i]);
      self.node = &no_node;
      graph = finish (&self, told, error);
    }
  clear (&self);
  return graph;
}
