/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-plan.h"

void
genga_vulkan_plan_free (GengaVulkanPlan *self)
{
  g_array_unref (self->steps);
  g_byte_array_unref (self->constants);
  g_free (self->values);
  g_free (self->ops);
  g_free (self);
}
