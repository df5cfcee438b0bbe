/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pipelines as a driver has made them, kept in the user's cache folder: one file for each device,
 * driver and version of Genga, so that networks start at once the next time. What a driver does
 * with strange content is its own affair, so only a file that the user alone could write is read,
 * and only as it was written.
 *
 * Thread rule: any thread; what is saved does not change meanwhile.
 */
#pragma once

#include "engine/vulkan/vulkan-facts.h"

G_BEGIN_DECLS

/* Files that are kept; older ones go. */
#define GENGA_VULKAN_CACHE_MOST_FILES 8

/* What is kept, or an empty one; VK_NULL_HANDLE: pipelines take longer. `device` is that of
 * `facts`. */
VkPipelineCache genga_vulkan_cache_open (const GengaVulkanFacts *facts, VkDevice device);

/* Keeps what is in it. Where that is not possible, nobody remembers. */
void
genga_vulkan_cache_save (const GengaVulkanFacts *facts, VkDevice device, VkPipelineCache cache);

G_END_DECLS
