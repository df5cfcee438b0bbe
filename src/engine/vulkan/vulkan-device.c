/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-device.h"
#include "core/error.h"
#include "core/fault.h"
#include "engine/vulkan/vulkan-cache.h"

#include <glib/gi18n-lib.h>

static GMutex mutex;
static GHashTable *opened; /* id -> GengaVulkanDevice, not owned; with mutex */

static void
destroy_pipelines (GengaVulkanDevice *self)
{
  GHashTableIter iter;
  gpointer pipeline;

  if (self->pipelines != NULL)
    {
      g_hash_table_iter_init (&iter, self->pipelines);
      while (g_hash_table_iter_next (&iter, NULL, &pipeline))
        genga_vk.DestroyPipeline (self->device, pipeline, NULL);
      g_hash_table_unref (self->pipelines);
    }
  genga_vk.DestroyPipelineCache (self->device, self->cache, NULL);
}

static void
device_free (GengaVulkanDevice *self)
{
  if (self->device != VK_NULL_HANDLE)
    {
      genga_vk.DeviceWaitIdle (self->device);
      destroy_pipelines (self);
      genga_vk.DestroyPipelineLayout (self->device, self->layout, NULL);
      genga_vk.DestroyDescriptorSetLayout (self->device, self->set_layout, NULL);
      genga_vk.DestroyDevice (self->device, NULL);
    }
  g_mutex_clear (&self->queue_mutex);
  g_mutex_clear (&self->pipelines_mutex);
  g_free (self);
}

static VkResult
create_device (GengaVulkanDevice *self)
{
  const float priority = 1;
  const VkDeviceQueueCreateInfo queue = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
    .queueFamilyIndex = self->facts->queue_family,
    .queueCount = 1,
    .pQueuePriorities = &priority,
  };
  const VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES,
    .timelineSemaphore = VK_TRUE,
  };
  const VkDeviceCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
    .pNext = &timeline,
    .queueCreateInfoCount = 1,
    .pQueueCreateInfos = &queue,
  };

  return genga_vk.CreateDevice (self->facts->physical, &info, NULL, &self->device);
}

static VkResult
create_layouts (GengaVulkanDevice *self)
{
  VkDescriptorSetLayoutBinding bindings[GENGA_VULKAN_N_BINDINGS + 1];
  const VkDescriptorSetLayoutCreateInfo set = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
    .bindingCount = GENGA_VULKAN_N_BINDINGS + 1,
    .pBindings = bindings,
  };
  const VkPushConstantRange push = {
    .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
    .size = GENGA_VULKAN_PUSH_BYTES,
  };
  VkPipelineLayoutCreateInfo layout = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .setLayoutCount = 1,
    .pSetLayouts = &self->set_layout,
    .pushConstantRangeCount = 1,
    .pPushConstantRanges = &push,
  };
  VkResult result;

  for (guint i = 0; i <= GENGA_VULKAN_N_BINDINGS; i++)
    bindings[i] = (VkDescriptorSetLayoutBinding){
      .binding = i,
      .descriptorType = i == GENGA_VULKAN_BINDING_TEXELS ? VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER
                                                         : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
      .descriptorCount = 1,
      .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
    };
  result = genga_vk.CreateDescriptorSetLayout (self->device, &set, NULL, &self->set_layout);
  if (result != VK_SUCCESS)
    return result;
  return genga_vk.CreatePipelineLayout (self->device, &layout, NULL, &self->layout);
}

static GengaVulkanDevice *
device_new (const GengaVulkanFacts *facts, GError **error)
{
  GengaVulkanDevice *self = g_new0 (GengaVulkanDevice, 1);
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
  };
  VkResult result;

  g_ref_count_init (&self->ref_count);
  g_mutex_init (&self->queue_mutex);
  g_mutex_init (&self->pipelines_mutex);
  self->facts = facts;
  genga_vk.GetPhysicalDeviceMemoryProperties2 (facts->physical, &memory);
  self->memory = memory.memoryProperties;
  result = create_device (self);
  if (result == VK_SUCCESS)
    result = create_layouts (self);
  if (result == VK_SUCCESS)
    {
      genga_vk.GetDeviceQueue (self->device, facts->queue_family, 0, &self->queue);
      self->cache = genga_vulkan_cache_open (facts, self->device);
      return self;
    }
  genga_vulkan_device_check (self, result, error);
  device_free (self);
  return NULL;
}

/* With the mutex. */
static GengaVulkanDevice *
find_opened (const char *id)
{
  GengaVulkanDevice *self = opened != NULL ? g_hash_table_lookup (opened, id) : NULL;

  if (self == NULL || g_atomic_int_get (&self->is_lost))
    return NULL;
  g_ref_count_inc (&self->ref_count);
  return self;
}

GengaVulkanDevice *
genga_vulkan_device_peek (const char *id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  return find_opened (id);
}

GengaVulkanDevice *
genga_vulkan_device_open (const char *id, GError **error)
{
  const GengaVulkanFacts *facts = genga_vulkan_facts_find (id, error);
  GengaVulkanDevice *self;

  if (facts == NULL)
    return NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  self = find_opened (id);
  if (self != NULL)
    return self;
  if (opened == NULL)
    opened = g_hash_table_new (g_str_hash, g_str_equal);
  self = device_new (facts, error);
  if (self != NULL)
    g_hash_table_insert (opened, (gpointer)facts->id, self);
  return self;
}

void
genga_vulkan_device_unref (GengaVulkanDevice *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (!g_ref_count_dec (&self->ref_count))
    return;
  if (g_hash_table_lookup (opened, self->facts->id) == self)
    g_hash_table_remove (opened, self->facts->id);
  device_free (self);
}

/* ---- work ---- */

gboolean
genga_vulkan_device_submit (GengaVulkanDevice *self,
                            VkCommandBuffer commands,
                            VkSemaphore semaphore,
                            guint64 value,
                            GError **error)
{
  const VkTimelineSemaphoreSubmitInfo timeline = {
    .sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
    .signalSemaphoreValueCount = 1,
    .pSignalSemaphoreValues = &value,
  };
  const VkSubmitInfo info = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
    .pNext = &timeline,
    .commandBufferCount = 1,
    .pCommandBuffers = &commands,
    .signalSemaphoreCount = 1,
    .pSignalSemaphores = &semaphore,
  };
  VkResult result;

  if (g_atomic_int_get (&self->is_lost) || genga_fault ("vulkan-lost"))
    return genga_vulkan_device_check (self, VK_ERROR_DEVICE_LOST, error);
  g_mutex_lock (&self->queue_mutex);
  result = genga_vk.QueueSubmit (self->queue, 1, &info, VK_NULL_HANDLE);
  g_mutex_unlock (&self->queue_mutex);
  return genga_vulkan_device_check (self, result, error);
}

gboolean
genga_vulkan_device_wait (GengaVulkanDevice *self,
                          VkSemaphore semaphore,
                          guint64 value,
                          GError **error)
{
  const VkSemaphoreWaitInfo info = {
    .sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
    .semaphoreCount = 1,
    .pSemaphores = &semaphore,
    .pValues = &value,
  };

  VkResult result = genga_vk.WaitSemaphores (self->device, &info, G_MAXUINT64);

  /* Nobody may free what commands still use: another way to wait. */
  if (result != VK_SUCCESS && result != VK_ERROR_DEVICE_LOST)
    {
      g_mutex_lock (&self->queue_mutex);
      result = genga_vk.DeviceWaitIdle (self->device);
      g_mutex_unlock (&self->queue_mutex);
    }
  return genga_vulkan_device_check (self, result, error);
}

gboolean
genga_vulkan_device_check (GengaVulkanDevice *self, VkResult result, GError **error)
{
  switch ((int)result)
    {
    case VK_SUCCESS:
      return TRUE;
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_TOO_MANY_OBJECTS:
    case VK_ERROR_OUT_OF_POOL_MEMORY:
    case VK_ERROR_FRAGMENTED_POOL:
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for the network."));
      return FALSE;
    case VK_ERROR_DEVICE_LOST:
      g_atomic_int_set (&self->is_lost, TRUE);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST,
                   _ ("The graphics device “%s” stopped working."), self->facts->name);
      return FALSE;
    default:
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                   /* TRANSLATORS: a device's name, and a number that its driver answers. */
                   _ ("The graphics device “%s” failed (Vulkan error %d)."), self->facts->name,
                   result);
      return FALSE;
    }
}
