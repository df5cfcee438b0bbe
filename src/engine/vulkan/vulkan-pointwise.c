/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-pointwise.h"

static GengaVulkanStep
start (const GengaVulkanDraft *self, guint index, GengaVulkanShader shader)
{
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, shader);

  step.covers_x = GENGA_VULKAN_RUN;
  step.covers_y = 0;
  return step;
}

void
genga_vulkan_draft_pointwise (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaVulkanStep step = start (self, index, GENGA_VULKAN_SHADER_POINTWISE);

  if (op->kind == GENGA_OP_ACTIVATION)
    genga_vulkan_draft_set_function (self, &step, op, 2);
  else
    {
      step.key.constants[2] = -1;
      step.key.constants[3] = TRUE;
      step.weight = genga_vulkan_draft_add_channels (self, op, op->weight, op->channels, 1);
      step.bias = genga_vulkan_draft_add_channels (self, op, op->bias, op->channels, 0);
    }
  genga_vulkan_draft_add (self, &step);
}

void
genga_vulkan_draft_combine (GengaVulkanDraft *self, guint index)
{
  GengaVulkanStep step = start (self, index, GENGA_VULKAN_SHADER_COMBINE);

  step.key.constants[2] = self->graph->ops[index].kind - GENGA_OP_ADD;
  genga_vulkan_draft_add (self, &step);
}
