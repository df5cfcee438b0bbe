/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-stats.h"

#include <string.h>

/* As shaders/norm.comp numbers them. */
typedef enum
{
  LAYER,
  RMS,
  GROUPS,
} Kind;

static void
set_epsilon (GengaVulkanStep *step, const GengaOp *op)
{
  float epsilon = op->norm.epsilon;

  memcpy (&step->numbers[0], &epsilon, sizeof epsilon);
  step->numbers[1] = op->channels / op->norm.n_groups;
  step->numbers[2] = op->norm.n_groups;
}

static void
set_run (GengaVulkanStep *step)
{
  step->covers_x = GENGA_VULKAN_RUN;
  step->covers_y = 0;
  step->covers_planes = G_MAXUINT;
}

void
genga_vulkan_draft_norm (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_NORM);

  set_run (&step);
  step.key.constants[2] = op->kind == GENGA_OP_RMS_NORM ? RMS : LAYER;
  if (op->kind == GENGA_OP_GROUP_NORM)
    {
      GengaVulkanStep stats = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_STATS);

      stats.key.constants[2] = TRUE;
      stats.result = genga_vulkan_draft_add_vector (self, 2 * op->norm.n_groups);
      set_epsilon (&stats, op);
      genga_vulkan_draft_add (self, &stats);
      step.key.constants[2] = GROUPS;
      step.inputs[1] = stats.result;
      step.n_inputs = 2;
    }
  set_epsilon (&step, op);
  step.weight = genga_vulkan_draft_add_channels (self, op, op->weight, op->channels, 1);
  step.bias = genga_vulkan_draft_add_channels (self, op, op->bias, op->channels, 0);
  genga_vulkan_draft_add (self, &step);
}

void
genga_vulkan_draft_mean (GengaVulkanDraft *self, guint index)
{
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_STATS);

  genga_vulkan_draft_add (self, &step);
}
