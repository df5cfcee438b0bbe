/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/onnx/onnx-node.h"

#include "weights/onnx/onnx-tensor.h"
#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* AttributeProto */
enum
{
  ATTRIBUTE_NAME = 1,
  ATTRIBUTE_F = 2,
  ATTRIBUTE_I = 3,
  ATTRIBUTE_S = 4,
  ATTRIBUTE_T = 5,
  ATTRIBUTE_FLOATS = 7,
  ATTRIBUTE_INTS = 8,
  ATTRIBUTE_TYPE = 20,
};

/* NodeProto */
enum
{
  NODE_INPUT = 1,
  NODE_OUTPUT = 2,
  NODE_NAME = 3,
  NODE_OP = 4,
  NODE_ATTRIBUTE = 5,
  NODE_DOMAIN = 7,
};

/* ---- attributes ---- */

static float
float_of_bits (guint64 bits)
{
  guint32 low = (guint32)bits;
  float value;

  memcpy (&value, &low, sizeof value);
  return value;
}

/* Adds the numbers of a field to `list`, of floats or of gint64. */
static gboolean
read_numbers (const GengaProtoField *field, GengaProtoWire wire, GArray *list, GError **error)
{
  GengaProtoNumbers numbers;
  GError *reason = NULL;
  guint64 value;

  if (!genga_proto_numbers_init (&numbers, field, wire, error))
    return FALSE;
  while (genga_proto_numbers_next (&numbers, &value, &reason))
    {
      float f = float_of_bits (value);
      gint64 i = (gint64)value;

      g_array_append_vals (list, wire == GENGA_PROTO_FIXED32 ? (gconstpointer)&f : &i, 1);
    }
  if (reason == NULL)
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

static gboolean
read_attribute_tensor (GengaOnnxDraft *draft,
                       GengaProtoBytes message,
                       GengaOnnxAttribute *attribute,
                       GError **error)
{
  const char *name;

  attribute->tensor = genga_onnx_draft_allocate (draft, 1, sizeof (GengaTensor));
  return genga_onnx_read_tensor (draft, message, attribute->tensor, &name, error);
}

static gboolean
read_attribute_field (GengaOnnxDraft *draft,
                      const GengaProtoField *field,
                      GengaOnnxAttribute *attribute,
                      GArray *floats,
                      GArray *ints,
                      GError **error)
{
  switch (field->number)
    {
    case ATTRIBUTE_NAME:
      attribute->name = genga_onnx_draft_read_text (draft, field->bytes, error);
      return attribute->name != NULL;
    case ATTRIBUTE_F:
      attribute->f = float_of_bits (field->value);
      return TRUE;
    case ATTRIBUTE_I:
      attribute->i = (gint64)field->value;
      return TRUE;
    case ATTRIBUTE_S:
      attribute->s = genga_onnx_draft_read_text (draft, field->bytes, error);
      return attribute->s != NULL;
    case ATTRIBUTE_T:
      return read_attribute_tensor (draft, field->bytes, attribute, error);
    case ATTRIBUTE_FLOATS:
      return read_numbers (field, GENGA_PROTO_FIXED32, floats, error);
    case ATTRIBUTE_INTS:
      return read_numbers (field, GENGA_PROTO_VARINT, ints, error);
    case ATTRIBUTE_TYPE:
      attribute->type =
          field->value <= GENGA_ONNX_INTS ? (GengaOnnxAttributeType)field->value : GENGA_ONNX_OTHER;
      return TRUE;
    default:
      return TRUE;
    }
}

/* Before ONNX 1.2 there is no type: what is there tells it. */
static void
settle_type (GengaOnnxAttribute *attribute)
{
  if (attribute->type != 0)
    return;
  if (attribute->n > 0)
    attribute->type = attribute->floats != NULL ? GENGA_ONNX_FLOATS : GENGA_ONNX_INTS;
  else if (attribute->tensor != NULL)
    attribute->type = GENGA_ONNX_TENSOR;
  else if (attribute->s[0] != '\0')
    attribute->type = GENGA_ONNX_STRING;
  else
    attribute->type = attribute->f != 0 ? GENGA_ONNX_FLOAT : GENGA_ONNX_INT;
}

static gboolean
read_attribute (GengaOnnxDraft *draft,
                GengaProtoBytes message,
                GengaOnnxAttribute *attribute,
                GError **error)
{
  g_autoptr (GArray) floats = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GArray) ints = g_array_new (FALSE, FALSE, sizeof (gint64));
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  *attribute = (GengaOnnxAttribute){ .name = "", .s = "" };
  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    if (!read_attribute_field (draft, &field, attribute, floats, ints, &reason))
      break;
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (floats->len > 0 && ints->len > 0)
    return genga_weights_broken (error, "an attribute has two lists");
  attribute->n = floats->len + ints->len;
  if (floats->len > 0)
    attribute->floats = memcpy (genga_onnx_draft_allocate (draft, floats->len, sizeof (float)),
                                floats->data, floats->len * sizeof (float));
  if (ints->len > 0)
    attribute->ints = memcpy (genga_onnx_draft_allocate (draft, ints->len, sizeof (gint64)),
                              ints->data, ints->len * sizeof (gint64));
  settle_type (attribute);
  return genga_onnx_draft_check_attribute (attribute, error);
}

/* ---- Constant ---- */

/* Numbers that came as an attribute, as a tensor; the draft keeps them. */
static gboolean
add_numbers (GengaOnnxDraft *draft,
             const char *name,
             GengaDType dtype,
             gconstpointer data,
             guint rank,
             guint n,
             GError **error)
{
  gsize size = n * genga_dtype_get_size (dtype);
  GengaTensor tensor = { .dtype = dtype, .rank = rank, .shape = { n }, .strides = { 1 } };

  tensor.data = genga_state_dict_copy_bytes (draft->dict, data, size, error);
  return tensor.data != NULL && genga_onnx_draft_add_constant (draft, &tensor, name, error);
}

static gboolean
add_constant_node (GengaOnnxDraft *draft, const GengaOnnxNode *node, GError **error)
{
  const GengaOnnxAttribute *attribute;
  const char *name;

  if (node->n_outputs != 1 || node->n_attributes != 1)
    return genga_weights_broken (error, "a Constant without one value");
  name = node->outputs[0].name;
  attribute = &node->attributes[0];
  switch (attribute->type)
    {
    case GENGA_ONNX_TENSOR:
      return genga_onnx_draft_add_constant (draft, attribute->tensor, name, error);
    case GENGA_ONNX_FLOAT:
      return add_numbers (draft, name, GENGA_DTYPE_F32, &attribute->f, 0, 1, error);
    case GENGA_ONNX_INT:
      return add_numbers (draft, name, GENGA_DTYPE_I64, &attribute->i, 0, 1, error);
    case GENGA_ONNX_FLOATS:
      return add_numbers (draft, name, GENGA_DTYPE_F32, attribute->floats, 1, attribute->n, error);
    case GENGA_ONNX_INTS:
      return add_numbers (draft, name, GENGA_DTYPE_I64, attribute->ints, 1, attribute->n, error);
    case GENGA_ONNX_STRING:
    case GENGA_ONNX_GRAPH:
    case GENGA_ONNX_OTHER:
    default:
      return genga_weights_refuse (error,
                                   _ ("The model has a constant of a kind that is not supported "
                                      "(“%s”)."),
                                   attribute->name);
    }
}

/* ---- nodes ---- */

typedef struct
{
  guint n_inputs, n_outputs, n_attributes;
} Counts;

/* How much there is of everything, so that a node gets memory once. */
static gboolean
count_fields (GengaProtoBytes message, Counts *counts, GError **error)
{
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  *counts = (Counts){ 0 };
  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    {
      counts->n_inputs += field.number == NODE_INPUT;
      counts->n_outputs += field.number == NODE_OUTPUT;
      counts->n_attributes += field.number == NODE_ATTRIBUTE;
    }
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (counts->n_inputs > GENGA_ONNX_MAX_REFS || counts->n_outputs > GENGA_ONNX_MAX_REFS ||
      counts->n_attributes > GENGA_ONNX_MAX_ATTRIBUTES)
    return genga_weights_broken (error, "a node has too many inputs, outputs or attributes");
  return TRUE;
}

static gboolean
read_ref (GengaOnnxDraft *draft, GengaProtoBytes bytes, GengaOnnxRef *ref, GError **error)
{
  ref->name = genga_onnx_draft_read_text (draft, bytes, error);
  return ref->name != NULL;
}

static gboolean
read_node_field (GengaOnnxDraft *draft,
                 const GengaProtoField *field,
                 GengaOnnxNode *node,
                 const char **domain,
                 GError **error)
{
  switch (field->number)
    {
    case NODE_INPUT:
      return read_ref (draft, field->bytes, &node->inputs[node->n_inputs++], error);
    case NODE_OUTPUT:
      return read_ref (draft, field->bytes, &node->outputs[node->n_outputs++], error);
    case NODE_NAME:
      node->name = genga_onnx_draft_read_text (draft, field->bytes, error);
      return node->name != NULL;
    case NODE_OP:
      node->op = genga_onnx_draft_read_text (draft, field->bytes, error);
      return node->op != NULL;
    case NODE_DOMAIN:
      *domain = genga_onnx_draft_read_text (draft, field->bytes, error);
      return *domain != NULL;
    case NODE_ATTRIBUTE:
      return read_attribute (draft, field->bytes, &node->attributes[node->n_attributes++], error);
    default:
      return TRUE;
    }
}

gboolean
genga_onnx_read_node (GengaOnnxDraft *draft, GengaProtoBytes message, GError **error)
{
  GengaOnnxNode node = { .name = "", .op = "" };
  const char *domain = "";
  Counts counts;
  GengaProto proto;
  GengaProtoField field;
  GError *reason = NULL;

  if (!count_fields (message, &counts, error))
    return FALSE;
  node.inputs = genga_onnx_draft_allocate (draft, counts.n_inputs, sizeof *node.inputs);
  node.outputs = genga_onnx_draft_allocate (draft, counts.n_outputs, sizeof *node.outputs);
  node.attributes = genga_onnx_draft_allocate (draft, counts.n_attributes, sizeof *node.attributes);
  genga_proto_init (&proto, message);
  while (genga_proto_next (&proto, &field, &reason))
    if (!read_node_field (draft, &field, &node, &domain, &reason))
      break;
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (domain[0] != '\0' && !g_str_equal (domain, "ai.onnx"))
    {
      g_autofree char *quoted_op = genga_weights_quote (node.op, strlen (node.op));
      g_autofree char *quoted_domain = genga_weights_quote (domain, strlen (domain));

      return genga_weights_refuse (error,
                                   /* Translators: an operator's name, where it comes from. */
                                   _ ("The model uses the operator “%s” of “%s”, which is none of "
                                      "ONNX itself. Export the model again without it."),
                                   quoted_op, quoted_domain);
    }
  if (g_str_equal (node.op, "Constant"))
    return add_constant_node (draft, &node, error);
  if (draft->nodes->len == GENGA_ONNX_MAX_NODES)
    return genga_weights_broken (error, "too many nodes");
  g_array_append_val (draft->nodes, node);
  return TRUE;
}
