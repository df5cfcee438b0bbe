/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drivers that are known to fail in ways that no check can catch: they crash, hang, or are wrong
 * now and then.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/vulkan/vulkan-facts.h"

G_BEGIN_DECLS

typedef struct
{
  guint driver;   /* VkDriverId, which older headers may not know */
  guint32 vendor; /* of the card; 0: all */
  guint32 first;  /* the driver's versions, as it tells them: from this one on */
  guint32 fixed;  /* the first one behind them that works; 0: none does yet */
  const char *reason;
} GengaVulkanDenied;

/* Ends at a `reason` that is NULL. */
extern const GengaVulkanDenied genga_vulkan_denylist[];

/* The entry for a device's driver, or NULL. */
const GengaVulkanDenied *genga_vulkan_denylist_find (const GengaVulkanDenied *list,
                                                     const GengaVulkanFacts *facts);

G_END_DECLS
