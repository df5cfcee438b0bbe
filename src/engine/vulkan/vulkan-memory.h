/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Buffers: one piece of a device's memory each, and few of them. What a network needs is cut out of
 * one (vulkan-places.h).
 *
 * Thread rule: a buffer by one thread at a time.
 */
#pragma once

#include "engine/vulkan/vulkan-device.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_VULKAN_MEMORY_DEVICE, /* fast for shaders */
  GENGA_VULKAN_MEMORY_UPLOAD, /* mapped; the processor writes */
  GENGA_VULKAN_MEMORY_READ,   /* mapped; the processor reads */
} GengaVulkanMemoryKind;

typedef struct
{
  VkBuffer buffer;
  VkDeviceMemory memory;
  gsize bytes;
  gpointer data; /* where it is mapped; else NULL */
} GengaVulkanBuffer;

/* Errors: GENGA_ERROR_OUT_OF_MEMORY; `self` is empty then. */
gboolean genga_vulkan_buffer_init (GengaVulkanBuffer *self,
                                   GengaVulkanDevice *device,
                                   GengaVulkanMemoryKind kind,
                                   gsize bytes,
                                   GError **error);

/* No commands use it any more. One that is empty stays so. */
void genga_vulkan_buffer_clear (GengaVulkanBuffer *self, GengaVulkanDevice *device);

G_END_DECLS
