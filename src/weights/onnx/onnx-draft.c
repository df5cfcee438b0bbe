/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/onnx/onnx-draft.h"

#include "weights/weights-error.h"

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
