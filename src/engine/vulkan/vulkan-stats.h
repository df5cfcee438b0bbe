/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and norms. For src/engine/vulkan only. */
#pragma once

#include "engine/vulkan/vulkan-draft.h"

G_BEGIN_DECLS

/* Of the channels of each pixel, or of groups of channels over the map. */
void genga_vulkan_draft_norm (GengaVulkanDraft *self, guint op);

/* Of each channel over the map. */
void genga_vulkan_draft_mean (GengaVulkanDraft *self, guint op);

G_END_DECLS
