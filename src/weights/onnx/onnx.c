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
  return genga_onnx_draft_take (draft, dict, error);
}
