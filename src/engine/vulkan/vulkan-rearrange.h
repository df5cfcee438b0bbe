/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers that move: copies of channels where views won't do, shuffles, borders. For
 * src/engine/vulkan only.
 */
#pragma once

#include "engine/vulkan/vulkan-draft.h"

G_BEGIN_DECLS

void genga_vulkan_draft_rearrange (GengaVulkanDraft *self, guint op);

/* Decides which values lie inside others. Before any step is made. */
void genga_vulkan_draft_find_views (GengaVulkanDraft *self);

G_END_DECLS
