/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A device that is opened: its queue, its pipelines, its memory. One for all models on it. Once it
 * is lost, it stays so; the next one that is opened is another one.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/vulkan/vulkan-facts.h"

G_BEGIN_DECLS

/* What a step's shader is bound to. */
#define GENGA_VULKAN_BINDING_RESULT 4
#define GENGA_VULKAN_BINDING_WEIGHT 5
#define GENGA_VULKAN_BINDING_BIAS 6
#define GENGA_VULKAN_BINDING_EXTRA 7
#define GENGA_VULKAN_N_BINDINGS 8
/* Behind them: input 0 once more, in the form of texels. */
#define GENGA_VULKAN_BINDING_TEXELS 8

/* Bytes of a step's numbers. */
#define GENGA_VULKAN_PUSH_BYTES 128

typedef struct
{
  grefcount ref_count; /* with the list's lock */
  const GengaVulkanFacts *facts;
  VkDevice device;
  VkQueue queue;
  GMutex queue_mutex;
  VkDescriptorSetLayout set_layout; /* of N_BINDINGS storage buffers and one of texels */
  VkPipelineLayout layout;          /* of that and PUSH_BYTES of numbers */
  VkPipelineCache cache;
  GMutex pipelines_mutex;
  GHashTable *pipelines;      /* see vulkan-pipeline.h; with its mutex */
  gboolean has_new_pipelines; /* since they were kept; with the mutex */
  VkPhysicalDeviceMemoryProperties memory;
  gint is_lost;                        /* atomic */
  guint64 allocated_bytes, peak_bytes; /* with the queue's lock */
} GengaVulkanDevice;

/* The device of an id, opened where it is not. Errors: GENGA_ERROR_UNAVAILABLE, _OUT_OF_MEMORY. */
GengaVulkanDevice *genga_vulkan_device_open (const char *id, GError **error);

/* One that is open, or NULL. */
GengaVulkanDevice *genga_vulkan_device_peek (const char *id);

void genga_vulkan_device_unref (GengaVulkanDevice *self);

/*
 * Hands commands to the queue; once they are done, the semaphore has `value`. Errors: as
 * genga_vulkan_device_check().
 */
gboolean genga_vulkan_device_submit (GengaVulkanDevice *self,
                                     VkCommandBuffer commands,
                                     VkSemaphore semaphore,
                                     guint64 value,
                                     GError **error);

/* Waits until the semaphore has `value`. Errors: as genga_vulkan_device_check(). */
gboolean genga_vulkan_device_wait (GengaVulkanDevice *self,
                                   VkSemaphore semaphore,
                                   guint64 value,
                                   GError **error);

/*
 * Whether Vulkan's answer is a good one; else GENGA_ERROR_OUT_OF_MEMORY, _DEVICE_LOST (from then on
 * for good) or _INTERNAL.
 */
gboolean genga_vulkan_device_check (GengaVulkanDevice *self, VkResult result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVulkanDevice, genga_vulkan_device_unref)

G_END_DECLS
