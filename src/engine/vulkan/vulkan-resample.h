/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of other sizes: enlarged, sampled, pooled. For src/engine/vulkan only. */
#pragma once

#include "engine/vulkan/vulkan-draft.h"

G_BEGIN_DECLS

void genga_vulkan_draft_resize (GengaVulkanDraft *self, guint op);
void genga_vulkan_draft_dysample (GengaVulkanDraft *self, guint op);
void genga_vulkan_draft_pool (GengaVulkanDraft *self, guint op);

G_END_DECLS
