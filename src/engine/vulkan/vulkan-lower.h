/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the plan of a graph, operation by operation.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/vulkan/vulkan-plan.h"

G_BEGIN_DECLS

/* Whether there are steps for the graph; otherwise `*reason` (may be NULL), free with g_free(). */
gboolean genga_vulkan_lower_can (const GengaGraph *graph, char **reason);

/* Of a graph with its weights that genga_vulkan_lower_can() takes. */
GengaVulkanPlan *genga_vulkan_lower (const GengaGraph *graph, GengaPrecision precision);

G_END_DECLS
