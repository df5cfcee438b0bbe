/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attention. For src/engine/vulkan only. */
#pragma once

#include "engine/vulkan/vulkan-draft.h"

G_BEGIN_DECLS

/* In windows. */
void genga_vulkan_draft_window_attention (GengaVulkanDraft *self, guint op);

G_END_DECLS
