/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Number by number: of one map, or of two. For src/engine/vulkan only. */
#pragma once

#include "engine/vulkan/vulkan-draft.h"

G_BEGIN_DECLS

/* A function, or a factor and a summand for each channel. */
void genga_vulkan_draft_pointwise (GengaVulkanDraft *self, guint op);

void genga_vulkan_draft_combine (GengaVulkanDraft *self, guint op);

G_END_DECLS
