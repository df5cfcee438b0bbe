/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-memory.h"
#include "core/fault.h"

#define MAPPED (VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT)

/* Best first; 0 ends a row, and any memory will do for shaders. */
static const VkMemoryPropertyFlags wishes[][3] = {
  [GENGA_VULKAN_MEMORY_DEVICE] = { VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0 },
  [GENGA_VULKAN_MEMORY_UPLOAD] = { MAPPED, 0 },
  [GENGA_VULKAN_MEMORY_READ] = { MAPPED | VK_MEMORY_PROPERTY_HOST_CACHED_BIT, MAPPED, 0 },
};

/* Tries those of the types in `*left` that are as wished, and takes them out of it. */
static VkResult
try_types (GengaVulkanBuffer *self,
           GengaVulkanDevice *device,
           VkDeviceSize size,
           VkMemoryPropertyFlags flags,
           guint32 *left)
{
  VkResult result = VK_ERROR_OUT_OF_DEVICE_MEMORY;

  for (guint32 i = 0; i < device->memory.memoryTypeCount && result != VK_SUCCESS; i++)
    {
      const VkMemoryAllocateInfo info = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
        .allocationSize = size,
        .memoryTypeIndex = i,
      };

      if ((*left & 1u << i) == 0 || (device->memory.memoryTypes[i].propertyFlags & flags) != flags)
        continue;
      *left &= ~(1u << i);
      if (!genga_fault ("vulkan-no-memory"))
        result = genga_vk.AllocateMemory (device->device, &info, NULL, &self->memory);
    }
  return result;
}

/* Tries one type of memory after the other: one heap may be full while another is not. */
static VkResult
allocate (GengaVulkanBuffer *self, GengaVulkanDevice *device, GengaVulkanMemoryKind kind)
{
  VkMemoryRequirements needs;
  VkResult result = VK_ERROR_OUT_OF_DEVICE_MEMORY;
  gboolean is_device = kind == GENGA_VULKAN_MEMORY_DEVICE;

  genga_vk.GetBufferMemoryRequirements (device->device, self->buffer, &needs);
  for (guint i = 0; i == 0 || wishes[kind][i - 1] != 0; i++)
    {
      if (wishes[kind][i] == 0 && !is_device)
        break;
      result = try_types (self, device, needs.size, wishes[kind][i], &needs.memoryTypeBits);
      if (result == VK_SUCCESS)
        return genga_vk.BindBufferMemory (device->device, self->buffer, self->memory, 0);
    }
  return result;
}

static void
count (GengaVulkanDevice *device, gssize bytes)
{
  g_mutex_lock (&device->queue_mutex);
  device->allocated_bytes += bytes;
  device->peak_bytes = MAX (device->peak_bytes, device->allocated_bytes);
  g_mutex_unlock (&device->queue_mutex);
}

gboolean
genga_vulkan_buffer_init (GengaVulkanBuffer *self,
                          GengaVulkanDevice *device,
                          GengaVulkanMemoryKind kind,
                          gsize bytes,
                          GError **error)
{
  const VkBufferCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .size = MAX (bytes, 16),
    .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT |
             VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
  };
  VkResult result;

  *self = (GengaVulkanBuffer){ .bytes = bytes };
  result = genga_vk.CreateBuffer (device->device, &info, NULL, &self->buffer);
  if (result == VK_SUCCESS)
    result = allocate (self, device, kind);
  if (result == VK_SUCCESS && kind != GENGA_VULKAN_MEMORY_DEVICE)
    result = genga_vk.MapMemory (device->device, self->memory, 0, VK_WHOLE_SIZE, 0, &self->data);
  count (device, bytes);
  if (result == VK_SUCCESS)
    return TRUE;
  genga_vulkan_buffer_clear (self, device);
  return genga_vulkan_device_check (device, result, error);
}

void
genga_vulkan_buffer_clear (GengaVulkanBuffer *self, GengaVulkanDevice *device)
{
  genga_vk.DestroyBuffer (device->device, self->buffer, NULL);
  genga_vk.FreeMemory (device->device, self->memory, NULL);
  count (device, -(gssize)self->bytes);
  *self = (GengaVulkanBuffer){ 0 };
}
