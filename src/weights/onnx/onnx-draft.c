/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/onnx/onnx-draft.h"

#include "weights/weights-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const char *
genga_onnx_draft_read_text (GengaOnnxDraft *self, GengaProtoBytes bytes, GError **error)
{
  const char *text = (const char *)bytes.data;

  if (bytes.size == 0)
    return "";
  if (bytes.size > GENGA_ONNX_MAX_NAME || memchr (text, '\0', bytes.size) != NULL ||
      !g_utf8_validate_len (text, bytes.size, NULL))
    {
      genga_weights_broken (error, "an impossible name");
      return NULL;
    }
  return g_string_chunk_insert_len (self->names, text, (gssize)bytes.size);
}

gpointer
genga_onnx_draft_allocate (GengaOnnxDraft *self, gsize n, gsize size)
{
  gpointer block;

  if (n == 0)
    return NULL;
  block = g_malloc0_n (n, size);
  g_ptr_array_add (self->blocks, block);
  return block;
}

GengaOnnxDraft *
genga_onnx_draft_new (GengaStateDict *dict)
{
  GengaOnnxDraft *self = g_new0 (GengaOnnxDraft, 1);

  self->dict = dict;
  self->names = g_string_chunk_new (4096);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->nodes = g_array_new (FALSE, FALSE, sizeof (GengaOnnxNode));
  self->constants = g_array_new (FALSE, FALSE, sizeof (GengaOnnxConstant));
  self->inputs = g_array_new (FALSE, FALSE, sizeof (GengaOnnxInput));
  self->outputs = g_array_new (FALSE, FALSE, sizeof (GengaOnnxInput));
  return self;
}

void
genga_onnx_draft_free (gpointer draft)
{
  GengaOnnxDraft *self = draft;

  g_array_unref (self->outputs);
  g_array_unref (self->inputs);
  g_array_unref (self->constants);
  g_array_unref (self->nodes);
  g_ptr_array_unref (self->blocks);
  g_string_chunk_free (self->names);
  g_free (self);
}

gboolean
genga_onnx_draft_check_attribute (const GengaOnnxAttribute *attribute, GError **error)
{
  if ((attribute->floats != NULL && attribute->type != GENGA_ONNX_FLOATS) ||
      (attribute->ints != NULL && attribute->type != GENGA_ONNX_INTS))
    return genga_weights_broken (error, "an attribute has a list of another type");
  if (attribute->type == GENGA_ONNX_TENSOR && attribute->tensor == NULL)
    return genga_weights_broken (error, "an attribute's tensor is missing");
  return TRUE;
}

gboolean
genga_onnx_draft_add_constant (GengaOnnxDraft *self,
                               const GengaTensor *tensor,
                               const char *name,
                               GError **error)
{
  GengaOnnxConstant constant = { .ref.name = name, .tensor = self->constants->len };

  if (self->constants->len == GENGA_ONNX_MAX_CONSTANTS)
    return genga_weights_broken (error, "too many constants");
  if (!genga_state_dict_add (self->dict, tensor, name, strlen (name), error))
    return FALSE;
  g_array_append_val (self->constants, constant);
  return TRUE;
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
genga_onnx_draft_take (GengaOnnxDraft *self, GengaStateDict *dict, GError **error)
{
  number_names (self);
  if (!check_order (self, error))
    {
      genga_onnx_draft_free (self);
      return FALSE;
    }
  self->dict = NULL;
  self->model.nodes = (const GengaOnnxNode *)self->nodes->data;
  self->model.n_nodes = self->nodes->len;
  self->model.constants = (const GengaOnnxConstant *)self->constants->data;
  self->model.n_constants = self->constants->len;
  genga_state_dict_take_nodes (dict, GENGA_NODES_ONNX, &self->model, genga_onnx_draft_free);
  return TRUE;
}
