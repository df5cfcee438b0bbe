/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-resample.h"

/* As shaders/resample.comp numbers it, behind GengaResizeKind. */
#define DYSAMPLE 5

void
genga_vulkan_draft_resize (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_RESAMPLE);

  step.key.constants[2] = op->resize.kind;
  if (op->n_inputs == 1)
    {
      step.numbers[0] = op->resize.num;
      step.numbers[1] = op->resize.den;
    }
  genga_vulkan_draft_add (self, &step);
}

void
genga_vulkan_draft_dysample (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_RESAMPLE);

  step.key.constants[2] = DYSAMPLE;
  step.key.constants[3] = op->channels / op->dysample.n_groups % 4 == 0;
  step.numbers[0] = op->dysample.n_groups;
  step.numbers[1] = op->dysample.factor;
  genga_vulkan_draft_add (self, &step);
}

void
genga_vulkan_draft_pool (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_POOL);
  const gint32 numbers[] = { op->pool.kernel_y, op->pool.kernel_x, op->pool.stride,
                             op->pool.pad_y,    op->pool.pad_x,    op->pool.counts_pad };

  step.key.constants[2] = op->kind == GENGA_OP_MAX_POOL;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    step.numbers[i] = numbers[i];
  genga_vulkan_draft_add (self, &step);
}
