/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/onnx/onnx.h"

#include "weights/onnx/onnx-draft.h"
#include "weights/onnx/onnx-node.h"
#include "weights/onnx/onnx-tensor.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The versions of the operators that are known. */
#define MIN_OPSET 7
#define MAX_OPSET 24

/* ModelProto */
enum
{
  MODEL_GRAPH = 7,
  MODEL_OPSET = 8,
  MODEL_FUNCTION = 25,
};

/* GraphProto */
enum
{
  GRAPH_NODE = 1,
  GRAPH_INITIALIZER = 5,
  GRAPH_INPUT = 11,
  GRAPH_OUTPUT = 12,
  GRAPH_SPARSE = 15,
};

/* ---- inputs and outputs ---- */

/* The one message in `message` with that number; nothing where there is none. */
static gboolean
find_message (GengaProtoBytes message, guint32 number, GengaProtoBytes *found, GError **error)
{
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  *found = (GengaProtoBytes){ message.data, 0 };
  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    if (field.number == number && field.wire == GENGA_PROTO_BYTES)
      *found = field.bytes;
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

/* TensorShapeProto.Dimension: dim_value 1, dim_param 2. */
static gboolean
read_dimension (GengaProtoBytes message, gint64 *size, GError **error)
{
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  *size = -1;
  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    if (field.number == 1 && field.wire == GENGA_PROTO_VARINT)
      *size = (gint64)field.value;
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (*size < -1)
    return genga_weights_broken (error, "a picture with a negative side");
  return TRUE;
}

/* TensorShapeProto: dim 1. */
static gboolean
read_shape (GengaProtoBytes message, GengaOnnxInput *input, GError **error)
{
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    {
      if (field.number != 1 || field.wire != GENGA_PROTO_BYTES)
        continue;
      if (input->rank == GENGA_TENSOR_MAX_RANK)
        return genga_weights_broken (error, "a picture has too many dimensions");
      if (!read_dimension (field.bytes, &input->shape[input->rank++], &reason))
        break;
    }
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

/* ValueInfoProto: name 1, type 2 {tensor_type 1 {elem_type 1, shape 2}}. */
static gboolean
read_value_info (GengaOnnxDraft *self, GengaProtoBytes message, GArray *list, GError **error)
{
  GengaOnnxInput input = { .ref.name = "" };
  GengaProtoBytes type, tensor;
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  if (!find_message (message, 2, &type, error) || !find_message (type, 1, &tensor, error))
    return FALSE;
  genga_proto_init (&proto, message);
  while (reason == NULL && genga_proto_next (&proto, &field, &reason))
    if (field.number == 1)
      input.ref.name = genga_onnx_draft_read_text (self, field.bytes, &reason);
  genga_proto_init (&proto, tensor);
  while (reason == NULL && genga_proto_next (&proto, &field, &reason))
    {
      if (field.number == 1)
        input.type = (int)MIN (field.value, 1000);
      else if (field.number == 2)
        read_shape (field.bytes, &input, &reason);
    }
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (list->len == GENGA_ONNX_MAX_CONSTANTS)
    return genga_weights_broken (error, "too many inputs or outputs");
  g_array_append_val (list, input);
  return TRUE;
}

/* ---- the graph ---- */

static gboolean
read_initializer (GengaOnnxDraft *self, GengaProtoBytes message, GError **error)
{
  GengaTensor tensor;
  const char *name;

  return genga_onnx_read_tensor (self, message, &tensor, &name, error) &&
         genga_onnx_draft_add_constant (self, &tensor, name, error);
}

static gboolean
read_graph_field (GengaOnnxDraft *self, const GengaProtoField *field, GError **error)
{
  switch (field->number)
    {
    case GRAPH_NODE:
      return genga_onnx_read_node (self, field->bytes, error);
    case GRAPH_INITIALIZER:
      return read_initializer (self, field->bytes, error);
    case GRAPH_INPUT:
      return read_value_info (self, field->bytes, self->inputs, error);
    case GRAPH_OUTPUT:
      return read_value_info (self, field->bytes, self->outputs, error);
    case GRAPH_SPARSE:
      return genga_weights_refuse (error, _ ("The model has sparse weights, which are not "
                                             "supported."));
    default:
      return TRUE;
    }
}

static gboolean
read_graph (GengaOnnxDraft *self, GengaProtoBytes message, GError **error)
{
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    if (!read_graph_field (self, &field, &reason))
      break;
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

/* OperatorSetIdProto: domain 1, version 2. */
static gboolean
read_opset (GengaOnnxDraft *self, GengaProtoBytes message, GError **error)
{
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;
  const char *domain = "";
  gint64 version = 0;

  genga_proto_init (&proto, message);
  while (reason == NULL && genga_proto_next (&proto, &field, &reason))
    {
      if (field.number == 1)
        domain = genga_onnx_draft_read_text (self, field.bytes, &reason);
      else if (field.number == 2)
        version = (gint64)field.value;
    }
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (domain[0] != '\0' && !g_str_equal (domain, "ai.onnx"))
    return TRUE;
  if (version < MIN_OPSET || version > MAX_OPSET)
    return genga_weights_refuse (error,
                                 _ ("The model uses version %lld of ONNX's operators; Genga knows "
                                    "%d to %d. Export the model again with one of those."),
                                 (long long)version, MIN_OPSET, MAX_OPSET);
  self->model.opset = (int)version;
  return TRUE;
}

static gboolean
read_model (GengaOnnxDraft *self, GengaProtoBytes message, GError **error)
{
  GengaProtoBytes graph = { NULL, 0 };
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  genga_proto_init (&proto, message);
  while (reason == NULL && genga_proto_next (&proto, &field, &reason))
    {
      if (field.number == MODEL_GRAPH && graph.data != NULL)
        genga_weights_broken (&reason, "two graphs");
      else if (field.number == MODEL_GRAPH)
        graph = field.bytes;
      else if (field.number == MODEL_OPSET)
        read_opset (self, field.bytes, &reason);
      else if (field.number == MODEL_FUNCTION)
        genga_weights_refuse (&reason, _ ("The model has functions of its own, which are not "
                                          "supported. Export it again with them inlined."));
    }
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (graph.data == NULL || self->model.opset == 0)
    return genga_weights_broken (error, "no graph, or no version of the operators");
  return read_graph (self, graph, error);
}

/* ---- names ---- */

static int
compare_refs (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(GengaOnnxRef *const *)a)->name, (*(GengaOnnxRef *const *)b)->name);
}

static void
add_refs (GPtrArray *refs, GengaOnnxRef *list, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      list[i].value = GENGA_ONNX_NO_VALUE;
      if (list[i].name[0] != '\0')
        g_ptr_array_add (refs, &list[i]);
    }
}

/* Gives every name its number. Sorted: no hash, whose collisions a file could choose. */
static void
number_names (GengaOnnxDraft *self)
{
  g_autoptr (GPtrArray) refs = g_ptr_array_new ();

  for (guint i = 0; i < self->nodes->len; i++)
    {
      GengaOnnxNode *node = &g_array_index (self->nodes, GengaOnnxNode, i);

      add_refs (refs, node->inputs, node->n_inputs);
      add_refs (refs, node->outputs, node->n_outputs);
    }
  for (guint i = 0; i < self->constants->len; i++)
    add_refs (refs, &g_array_index (self->constants, GengaOnnxConstant, i).ref, 1);
  for (guint i = 0; i < self->inputs->len; i++)
    add_refs (refs, &g_array_index (self->inputs, GengaOnnxInput, i).ref, 1);
  for (guint i = 0; i < self->outputs->len; i++)
    add_refs (refs, &g_array_index (self->outputs, GengaOnnxInput, i).ref, 1);
  g_ptr_array_sort (refs, compare_refs);
  for (guint i = 0; i < refs->len; i++)
    {
      if (i > 0 && compare_refs (&refs->pdata[i - 1], &refs->pdata[i]) != 0)
        self->model.n_values++;
      ((GengaOnnxRef *)refs->pdata[i])->value = self->model.n_values;
    }
  self->model.n_values++;
}

static gboolean
fail_name (GError **error, const char *what, const char *name)
{
  g_autofree char *quoted = genga_weights_quote (name, strlen (name));

  return genga_weights_broken (error, "%s: %s", what, quoted);
}

static gboolean
make (gboolean *is_made, const GengaOnnxRef *ref, GError **error)
{
  if (ref->value == GENGA_ONNX_NO_VALUE)
    return TRUE;
  if (is_made[ref->value])
    return fail_name (error, "made twice", ref->name);
  is_made[ref->value] = TRUE;
  return TRUE;
}

static gboolean
check_node (gboolean *is_made, const GengaOnnxNode *node, GError **error)
{
  for (guint i = 0; i < node->n_inputs; i++)
    {
      const GengaOnnxRef *input = &node->inputs[i];

      if (input->value != GENGA_ONNX_NO_VALUE && !is_made[input->value])
        return fail_name (error, "read and never made before", input->name);
    }
  for (guint i = 0; i < node->n_outputs; i++)
    if (!make (is_made, &node->outputs[i], error))
      return FALSE;
  return TRUE;
}

/* The one input that no constant of its name fills, as old files list constants there, too. */
static gboolean
find_picture (GengaOnnxDraft *self, gboolean *is_made, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < self->inputs->len; i++)
    {
      const GengaOnnxInput *input = &g_array_index (self->inputs, GengaOnnxInput, i);

      if (input->ref.value == GENGA_ONNX_NO_VALUE || is_made[input->ref.value])
        continue;
      self->model.picture = *input;
      n++;
    }
  if (n != 1 || self->outputs->len != 1)
    return genga_weights_refuse (error,
                                 _ ("The model has %u inputs and %u outputs. Genga runs models "
                                    "that make one picture of one."),
                                 n, self->outputs->len);
  self->model.result = g_array_index (self->outputs, GengaOnnxInput, 0);
  return make (is_made, &self->model.picture.ref, error);
}

static gboolean
check_order (GengaOnnxDraft *self, GError **error)
{
  g_autofree gboolean *is_made = g_new0 (gboolean, self->model.n_values);
  guint result;

  for (guint i = 0; i < self->constants->len; i++)
    if (!make (is_made, &g_array_index (self->constants, GengaOnnxConstant, i).ref, error))
      return FALSE;
  if (!find_picture (self, is_made, error))
    return FALSE;
  for (guint i = 0; i < self->nodes->len; i++)
    if (!check_node (is_made, &g_array_index (self->nodes, GengaOnnxNode, i), error))
      return FALSE;
  result = self->model.result.ref.value;
  if (result == GENGA_ONNX_NO_VALUE || !is_made[result])
    return fail_name (error, "the result is never made", self->model.result.ref.name);
  return TRUE;
}

gboolean
genga_onnx_read (GengaStateDict *dict, GBytes *bytes, GError **error)
{
  GengaOnnxDraft *draft = genga_onnx_draft_new (dict);
  GengaProtoBytes message;

  message.data = g_bytes_get_data (bytes, &message.size);
  if (!read_model (draft, message, error))
    {
      genga_onnx_draft_free (draft);
      return FALSE;
    }
  number_names (draft);
  if (!check_order (draft, error))
    {
      genga_onnx_draft_free (draft);
      return FALSE;
    }
  draft->dict = NULL;
  draft->model.nodes = (const GengaOnnxNode *)draft->nodes->data;
  draft->model.n_nodes = draft->nodes->len;
  draft->model.constants = (const GengaOnnxConstant *)draft->constants->data;
  draft->model.n_constants = draft->constants->len;
  genga_state_dict_take_nodes (dict, GENGA_NODES_ONNX, &draft->model, genga_onnx_draft_free);
  return TRUE;
}
