/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The devices that Vulkan's drivers offer, and what they can do. No device is opened for it.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/backend.h"
#include "engine/vulkan/vulkan-api.h"

G_BEGIN_DECLS

#define GENGA_VULKAN_MAX_DEVICES 16

typedef struct
{
  char id[32];    /* "vulkan:0" */
  char name[128]; /* the device's and the driver's: "AMD Radeon RX 6600 (RADV NAVI23), radv" */
  VkPhysicalDevice physical;
  VkPhysicalDeviceType type;
  guint32 vendor, device;
  guint32 api_version; /* of Vulkan, as Vulkan writes it */
  guint32 driver_version;
  VkDriverId driver;
  guint8 cache_uuid[VK_UUID_SIZE];
  guint queue_family;     /* that computes */
  guint64 total_bytes;    /* of the largest heap of its own */
  guint heap;             /* which one that is */
  guint64 most_bytes;     /* that a shader sees of a buffer, and that one allocation has */
  guint alignment;        /* bytes: of what a shader sees of a buffer */
  gboolean has_budget;    /* VK_EXT_memory_budget */
  gboolean is_integrated; /* its memory is the computer's */
} GengaVulkanFacts;

/*
 * All devices of Vulkan 1.2 with a queue that computes: cards of their own first, then those of
 * processors, programs that pretend to be one last. Their number in that order is in their ids.
 * They stay as they are. NULL, `*n` 0: `*error` says why.
 */
const GengaVulkanFacts *genga_vulkan_facts_list (guint *n, GError **error);

/* The device of an id, or NULL with GENGA_ERROR_UNAVAILABLE. */
const GengaVulkanFacts *genga_vulkan_facts_find (const char *id, GError **error);

/* Bytes that are free on the device, as its driver tells; else all of them. */
guint64 genga_vulkan_facts_get_free_bytes (const GengaVulkanFacts *self);

/* Whether it is a program on the processor (Mesa's lavapipe). */
static inline gboolean
genga_vulkan_facts_is_cpu (const GengaVulkanFacts *self)
{
  return self->type == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

G_END_DECLS
