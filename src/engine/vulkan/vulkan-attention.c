/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-attention.h"

/* As shaders/attention.comp has them. */
enum
{
  IS_RELATIVE = 1,
  IS_COSINE = 2,
  IS_LINEAR = 4,
  HAS_MASK = 8,
};

static gint32
get_flags (const GengaOp *op)
{
  gint32 flags = 0;

  if (op->attention.is_relative)
    flags |= IS_RELATIVE;
  if (op->bias != GENGA_NONE)
    flags |= IS_COSINE;
  if (op->attention.is_linear)
    flags |= IS_LINEAR;
  if (op->attention.shift_y + op->attention.shift_x > 0 && !op->attention.is_unmasked)
    flags |= HAS_MASK;
  return flags;
}

static GengaVulkanChunk
add_constant (GengaVulkanDraft *self, const GengaOp *op, guint constant)
{
  const GengaConstant *numbers = &self->graph->constants[constant];

  return genga_vulkan_draft_add_numbers (self, op, numbers->data, numbers->n_elements);
}

void
genga_vulkan_draft_window_attention (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_ATTENTION);
  const gint32 numbers[] = {
    op->attention.window_y,     op->attention.window_x,    op->attention.shift_y,
    op->attention.shift_x,      op->attention.multiple,    op->attention.key_window_y,
    op->attention.key_window_x, op->attention.key_shift_y, op->attention.key_shift_x,
    op->attention.key_margin,
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    step.numbers[i] = numbers[i];
  step.key.constants[2] = get_flags (op);
  step.key.constants[3] =
      op->attention.key_block == 1 && op->channels / op->attention.n_heads % 4 == 0;
  step.key.constants[4] = op->attention.n_heads;
  step.key.constants[5] = op->attention.key_block;
  step.weight = add_constant (self, op, op->weight);
  if (op->bias != GENGA_NONE)
    step.bias = add_constant (self, op, op->bias);
  genga_vulkan_draft_add (self, &step);
}
