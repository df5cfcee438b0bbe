/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-facts.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_FAMILIES 32

static GengaVulkanFacts list[GENGA_VULKAN_MAX_DEVICES];
static guint n_listed;
static GError *problem;

/* ---- one device ---- */

static gboolean
find_queue (GengaVulkanFacts *self)
{
  VkQueueFamilyProperties families[MOST_FAMILIES];
  guint32 n = MOST_FAMILIES;

  genga_vk.GetPhysicalDeviceQueueFamilyProperties (self->physical, &n, families);
  for (guint32 i = 0; i < n; i++)
    if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0)
      {
        self->queue_family = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
has_extension (VkPhysicalDevice physical, const char *name)
{
  guint32 n = 0;
  gboolean is_there = FALSE;

  genga_vk.EnumerateDeviceExtensionProperties (physical, NULL, &n, NULL);
  g_autofree VkExtensionProperties *extensions = g_new0 (VkExtensionProperties, n);
  genga_vk.EnumerateDeviceExtensionProperties (physical, NULL, &n, extensions);
  for (guint32 i = 0; i < n; i++)
    is_there |= g_str_equal (extensions[i].extensionName, name);
  return is_there;
}

static void
read_heaps (GengaVulkanFacts *self)
{
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
  };

  genga_vk.GetPhysicalDeviceMemoryProperties2 (self->physical, &memory);
  for (guint32 i = 0; i < memory.memoryProperties.memoryHeapCount; i++)
    {
      const VkMemoryHeap *heap = &memory.memoryProperties.memoryHeaps[i];

      if ((heap->flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0 && heap->size > self->total_bytes)
        {
          self->total_bytes = heap->size;
          self->heap = i;
        }
    }
  self->has_budget = has_extension (self->physical, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
}

static void
read_properties (GengaVulkanFacts *self, const VkPhysicalDeviceProperties *properties)
{
  const VkPhysicalDeviceLimits *limits = &properties->limits;

  self->type = properties->deviceType;
  self->vendor = properties->vendorID;
  self->device = properties->deviceID;
  self->api_version = properties->apiVersion;
  self->driver_version = properties->driverVersion;
  self->is_integrated = self->type == VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU;
  /* A group of four numbers is a texel, of eight bytes at least. */
  self->most_bytes = MIN (limits->maxStorageBufferRange, 8ull * limits->maxTexelBufferElements);
  self->alignment = MAX (16, limits->minStorageBufferOffsetAlignment);
  memcpy (self->cache_uuid, properties->pipelineCacheUUID, VK_UUID_SIZE);
}

/* Whether it will do; then it is described. */
static gboolean
describe (GengaVulkanFacts *self, VkPhysicalDevice physical)
{
  VkPhysicalDeviceMaintenance3Properties sizes = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES,
  };
  VkPhysicalDeviceDriverProperties driver = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES,
    .pNext = &sizes,
  };
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
    .pNext = &driver,
  };
  VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES,
  };
  VkPhysicalDeviceFeatures2 features = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
    .pNext = &timeline,
  };

  *self = (GengaVulkanFacts){ .physical = physical };
  genga_vk.GetPhysicalDeviceProperties2 (physical, &properties);
  if (properties.properties.apiVersion < VK_API_VERSION_1_2 || !find_queue (self))
    return FALSE;
  genga_vk.GetPhysicalDeviceFeatures2 (physical, &features);
  if (!timeline.timelineSemaphore)
    return FALSE;
  read_properties (self, &properties.properties);
  self->driver = driver.driverID;
  self->most_bytes = MIN (self->most_bytes, sizes.maxMemoryAllocationSize);
  g_snprintf (self->name, sizeof self->name, "%s, %s", properties.properties.deviceName,
              driver.driverInfo[0] != '\0' ? driver.driverInfo : driver.driverName);
  read_heaps (self);
  return TRUE;
}

/* ---- all of them ---- */

static int
get_rank (const GengaVulkanFacts *self)
{
  switch ((int)self->type)
    {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return 0;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return 1;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return 3;
    default:
      return 2;
    }
}

/* Behind all that are as good. */
static void
insert (const GengaVulkanFacts *facts)
{
  guint place = n_listed++;

  for (; place > 0 && get_rank (&list[place - 1]) > get_rank (facts); place--)
    list[place] = list[place - 1];
  list[place] = *facts;
}

static gpointer
find_all (gpointer nothing)
{
  VkInstance instance = genga_vulkan_api_open (&problem);
  VkPhysicalDevice devices[GENGA_VULKAN_MAX_DEVICES];
  guint32 n = GENGA_VULKAN_MAX_DEVICES;
  VkResult result;

  if (instance == VK_NULL_HANDLE)
    return NULL;
  result = genga_vk.EnumeratePhysicalDevices (instance, &n, devices);
  if (result != VK_SUCCESS && result != VK_INCOMPLETE)
    n = 0;
  for (guint32 i = 0; i < n; i++)
    {
      GengaVulkanFacts facts;

      if (describe (&facts, devices[i]))
        insert (&facts);
    }
  for (guint i = 0; i < n_listed; i++)
    g_snprintf (list[i].id, sizeof list[i].id, "vulkan:%u", i);
  if (n_listed == 0)
    g_set_error_literal (&problem, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                         _ ("There is no Vulkan 1.2 driver on this machine."));
  return NULL;
}

const GengaVulkanFacts *
genga_vulkan_facts_list (guint *n, GError **error)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, find_all, NULL);
  *n = n_listed;
  if (n_listed > 0)
    return list;
  g_propagate_error (error, g_error_copy (problem));
  return NULL;
}

const GengaVulkanFacts *
genga_vulkan_facts_find (const char *id, GError **error)
{
  guint n;
  const GengaVulkanFacts *all = genga_vulkan_facts_list (&n, error);

  if (all == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    if (g_str_equal (all[i].id, id))
      return &all[i];
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE, _ ("Unknown device “%s”."), id);
  return NULL;
}

guint64
genga_vulkan_facts_get_free_bytes (const GengaVulkanFacts *self)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
  };
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
    .pNext = &budget,
  };

  if (!self->has_budget)
    return self->total_bytes;
  genga_vk.GetPhysicalDeviceMemoryProperties2 (self->physical, &memory);
  return budget.heapBudget[self->heap] -
         MIN (budget.heapBudget[self->heap], budget.heapUsage[self->heap]);
}
