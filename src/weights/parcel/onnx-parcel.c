/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/parcel/onnx-parcel.h"

#include "weights/onnx/onnx-draft.h"
#include "weights/parcel/tensor-parcel.h"
#include "weights/weights-error.h"

#include <string.h>

/* name, type, number, whole number, text, tensor, numbers, whole numbers */
#define ATTRIBUTE "(sudxsm" GENGA_TENSOR_PARCEL_TYPE "ayax)"
/* name, operator, what it reads and makes, attributes */
#define NODE "(ssasasa" ATTRIBUTE ")"
/* name, type, shape */
#define INPUT "(siax)"
#define MODEL "(ia" NODE INPUT INPUT ")"

/* ---- into a value ---- */

static GVariant *
pack_refs (const GengaOnnxRef *refs, guint n)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < n; i++)
    g_variant_builder_add (&builder, "s", refs[i].name);
  return g_variant_builder_end (&builder);
}

static GVariant *
pack_attribute (const GengaOnnxAttribute *self, GPtrArray *blocks)
{
  GVariant *tensor = self->tensor != NULL ? genga_tensor_parcel_new (self->tensor, blocks) : NULL;

  return g_variant_new (
      "(sudxs@m" GENGA_TENSOR_PARCEL_TYPE "@ay@ax)", self->name, (guint32)self->type,
      (double)self->f, self->i, self->s,
      g_variant_new_maybe (G_VARIANT_TYPE (GENGA_TENSOR_PARCEL_TYPE), tensor),
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->floats,
                                 self->floats != NULL ? self->n * sizeof (float) : 0, 1),
      g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, self->ints, self->ints != NULL ? self->n : 0,
                                 sizeof (gint64)));
}

static GVariant *
pack_node (const GengaOnnxNode *self, GPtrArray *blocks)
{
  GVariantBuilder attributes;

  g_variant_builder_init (&attributes, G_VARIANT_TYPE ("a" ATTRIBUTE));
  for (guint i = 0; i < self->n_attributes; i++)
    g_variant_builder_add_value (&attributes, pack_attribute (&self->attributes[i], blocks));
  return g_variant_new (
      "(ss@as@as@a" ATTRIBUTE ")", self->name, self->op, pack_refs (self->inputs, self->n_inputs),
      pack_refs (self->outputs, self->n_outputs), g_variant_builder_end (&attributes));
}

static GVariant *
pack_input (const GengaOnnxInput *self)
{
  return g_variant_new ("(si@ax)", self->ref.name, self->type,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, self->shape, self->rank,
                                                   sizeof *self->shape));
}

GVariant *
genga_onnx_parcel_new (const GengaOnnxModel *model, GPtrArray *blocks)
{
  GVariantBuilder nodes;

  g_variant_builder_init (&nodes, G_VARIANT_TYPE ("a" NODE));
  for (guint i = 0; i < model->n_nodes; i++)
    g_variant_builder_add_value (&nodes, pack_node (&model->nodes[i], blocks));
  return g_variant_new ("(i@a" NODE "@" INPUT "@" INPUT ")", model->opset,
                        g_variant_builder_end (&nodes), pack_input (&model->picture),
                        pack_input (&model->result));
}

/* ---- and back ---- */

static const char *
keep_text (GengaOnnxDraft *draft, const char *text)
{
  return g_string_chunk_insert (draft->names, text);
}

/* NULL where there are too many. */
static GengaOnnxRef *
read_refs (GengaOnnxDraft *draft, GVariant *names, guint *n)
{
  GengaOnnxRef *refs;

  *n = (guint)MIN (g_variant_n_children (names), G_MAXUINT);
  if (*n > GENGA_ONNX_MAX_REFS)
    return NULL;
  refs = genga_onnx_draft_allocate (draft, MAX (*n, 1), sizeof *refs);
  for (guint i = 0; i < *n; i++)
    {
      const char *name;

      g_variant_get_child (names, i, "&s", &name);
      refs[i].name = keep_text (draft, name);
    }
  return refs;
}

static gboolean
read_numbers (GengaOnnxDraft *draft, GVariant *floats, GVariant *ints, GengaOnnxAttribute *self)
{
  gsize n_floats, n_ints;
  gconstpointer float_data = g_variant_get_fixed_array (floats, &n_floats, 1);
  gconstpointer int_data = g_variant_get_fixed_array (ints, &n_ints, sizeof (gint64));

  if (n_floats % sizeof (float) != 0 || (n_floats > 0 && n_ints > 0))
    return FALSE;
  self->n = (guint)(n_floats / sizeof (float) + n_ints);
  if (n_floats > 0)
    self->floats = memcpy (genga_onnx_draft_allocate (draft, n_floats, 1), float_data, n_floats);
  if (n_ints > 0)
    self->ints = memcpy (genga_onnx_draft_allocate (draft, n_ints, sizeof (gint64)), int_data,
                         n_ints * sizeof (gint64));
  return TRUE;
}

static gboolean
read_attribute (GengaOnnxDraft *draft,
                GVariant *parcel,
                GPtrArray *blocks,
                GengaOnnxAttribute *self,
                GError **error)
{
  g_autoptr (GVariant) tensor = NULL;
  g_autoptr (GVariant) floats = NULL;
  g_autoptr (GVariant) ints = NULL;
  const char *name, *text;
  guint32 type;
  double number;

  g_variant_get (parcel, "(&sudx&sm@" GENGA_TENSOR_PARCEL_TYPE "@ay@ax)", &name, &type, &number,
                 &self->i, &text, &tensor, &floats, &ints);
  self->name = keep_text (draft, name);
  self->s = keep_text (draft, text);
  self->f = (float)number;
  self->type = (GengaOnnxAttributeType)type;
  if (type < GENGA_ONNX_FLOAT || type > GENGA_ONNX_OTHER ||
      !read_numbers (draft, floats, ints, self))
    return genga_weights_broken (error, "an impossible attribute");
  if (tensor != NULL)
    self->tensor = genga_onnx_draft_allocate (draft, 1, sizeof *self->tensor);
  if (!genga_onnx_draft_check_attribute (self, error))
    return FALSE;
  if (tensor == NULL)
    return TRUE;
  if (!genga_tensor_parcel_read (tensor, blocks, self->tensor, error))
    return FALSE;
  self->tensor->name = keep_text (draft, self->tensor->name);
  return TRUE;
}

static gboolean
read_node (GengaOnnxDraft *draft, GVariant *parcel, GPtrArray *blocks, GError **error)
{
  g_autoptr (GVariant) inputs = NULL;
  g_autoptr (GVariant) outputs = NULL;
  g_autoptr (GVariant) attributes = NULL;
  GengaOnnxNode self = { 0 };
  const char *name, *op;

  g_variant_get (parcel, "(&s&s@as@as@a" ATTRIBUTE ")", &name, &op, &inputs, &outputs, &attributes);
  self.name = keep_text (draft, name);
  self.op = keep_text (draft, op);
  self.inputs = read_refs (draft, inputs, &self.n_inputs);
  self.outputs = read_refs (draft, outputs, &self.n_outputs);
  if (self.inputs == NULL || self.outputs == NULL ||
      g_variant_n_children (attributes) > GENGA_ONNX_MAX_ATTRIBUTES)
    return genga_weights_broken (error, "a node has too many inputs, outputs or attributes");
  self.n_attributes = (guint)g_variant_n_children (attributes);
  self.attributes =
      genga_onnx_draft_allocate (draft, MAX (self.n_attributes, 1), sizeof *self.attributes);
  for (guint i = 0; i < self.n_attributes; i++)
    {
      g_autoptr (GVariant) attribute = g_variant_get_child_value (attributes, i);

      if (!read_attribute (draft, attribute, blocks, &self.attributes[i], error))
        return FALSE;
    }
  g_array_append_val (draft->nodes, self);
  return TRUE;
}

static gboolean
read_input (GengaOnnxDraft *draft, GVariant *parcel, GArray *list, GError **error)
{
  g_autoptr (GVariant) shape = NULL;
  GengaOnnxInput self = { 0 };
  const char *name;
  const gint64 *sides;
  gsize n;

  g_variant_get (parcel, "(&si@ax)", &name, &self.type, &shape);
  sides = g_variant_get_fixed_array (shape, &n, sizeof *sides);
  if (n > GENGA_TENSOR_MAX_RANK)
    return genga_weights_broken (error, "a picture has too many dimensions");
  self.ref.name = keep_text (draft, name);
  self.rank = (guint)n;
  for (guint i = 0; i < self.rank; i++)
    {
      if (sides[i] < -1)
        return genga_weights_broken (error, "a picture with a negative side");
      self.shape[i] = sides[i];
    }
  g_array_append_val (list, self);
  return TRUE;
}

static gboolean
read_constants (GengaOnnxDraft *draft, GVariant *tensors, GPtrArray *blocks, GError **error)
{
  for (gsize i = 0; i < g_variant_n_children (tensors); i++)
    {
      g_autoptr (GVariant) parcel = g_variant_get_child_value (tensors, i);
      GengaTensor tensor;

      if (!genga_tensor_parcel_read (parcel, blocks, &tensor, error) ||
          !genga_onnx_draft_add_constant (draft, &tensor, keep_text (draft, tensor.name), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_model (
    GengaOnnxDraft *draft, GVariant *parcel, GVariant *tensors, GPtrArray *blocks, GError **error)
{
  g_autoptr (GVariant) nodes = NULL;
  g_autoptr (GVariant) picture = NULL;
  g_autoptr (GVariant) result = NULL;

  g_variant_get (parcel, "(i@a" NODE "@" INPUT "@" INPUT ")", &draft->model.opset, &nodes, &picture,
                 &result);
  if (g_variant_n_children (nodes) > GENGA_ONNX_MAX_NODES)
    return genga_weights_broken (error, "too many nodes");
  for (gsize i = 0; i < g_variant_n_children (nodes); i++)
    {
      g_autoptr (GVariant) node = g_variant_get_child_value (nodes, i);

      if (!read_node (draft, node, blocks, error))
        return FALSE;
    }
  return read_constants (draft, tensors, blocks, error) &&
         read_input (draft, picture, draft->inputs, error) &&
         read_input (draft, result, draft->outputs, error);
}

gboolean
genga_onnx_parcel_read (
    GVariant *parcel, GVariant *tensors, GPtrArray *blocks, GengaStateDict *dict, GError **error)
{
  GengaOnnxDraft *draft;

  if (!g_variant_is_of_type (parcel, G_VARIANT_TYPE (MODEL)))
    return genga_weights_broken (error, "no nodes");
  draft = genga_onnx_draft_new (dict);
  if (read_model (draft, parcel, tensors, blocks, error))
    return genga_onnx_draft_take (draft, dict, error);
  genga_onnx_draft_free (draft);
  return FALSE;
}
