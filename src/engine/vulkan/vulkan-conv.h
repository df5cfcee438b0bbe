/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolutions and their transposes. For src/engine/vulkan only. */
#pragma once

#include "engine/vulkan/vulkan-draft.h"

G_BEGIN_DECLS

/* Does what comes behind it along with it; returns the value that the step makes in the end. */
guint genga_vulkan_draft_conv (GengaVulkanDraft *self, guint op);

/* No less than what its weights take in a plan, of a graph that need not have one. */
guint64 genga_vulkan_conv_get_weight_bytes (const GengaGraph *graph, guint op);

G_END_DECLS
