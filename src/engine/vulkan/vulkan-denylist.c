/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-denylist.h"

const GengaVulkanDenied genga_vulkan_denylist[] = {
  /* Mesa's NVK: until then it only started where NVK_I_WANT_A_BROKEN_VULKAN_DRIVER was set. */
  { 24, 0, 0, VK_MAKE_API_VERSION (0, 24, 0, 0), "NVK before Mesa 24.0" },
  { 0 },
};

const GengaVulkanDenied *
genga_vulkan_denylist_find (const GengaVulkanDenied *list, const GengaVulkanFacts *facts)
{
  for (; list->reason != NULL; list++)
    if (list->driver == (guint)facts->driver &&
        (list->vendor == 0 || list->vendor == facts->vendor) &&
        facts->driver_version >= list->first &&
        (list->fixed == 0 || facts->driver_version < list->fixed))
      return list;
  return NULL;
}
