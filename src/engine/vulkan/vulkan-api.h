/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Vulkan's functions, found at run time: nothing is linked to libvulkan, so a machine without it
 * starts Genga as any other.
 *
 * Thread rule: genga_vulkan_api_open() by one thread; the functions as Vulkan has it.
 */
#pragma once

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* Those of an instance; devices are reached through it, too. */
#define GENGA_VULKAN_FUNCTIONS(X)                                                                  \
  X (DestroyInstance)                                                                              \
  X (EnumeratePhysicalDevices)                                                                     \
  X (EnumerateDeviceExtensionProperties)                                                           \
  X (GetPhysicalDeviceProperties2)                                                                 \
  X (GetPhysicalDeviceFeatures2)                                                                   \
  X (GetPhysicalDeviceMemoryProperties2)                                                           \
  X (GetPhysicalDeviceQueueFamilyProperties)                                                       \
  X (CreateDevice)                                                                                 \
  X (DestroyDevice)                                                                                \
  X (GetDeviceQueue)                                                                               \
  X (DeviceWaitIdle)                                                                               \
  X (AllocateMemory)                                                                               \
  X (FreeMemory)                                                                                   \
  X (MapMemory)                                                                                    \
  X (CreateBuffer)                                                                                 \
  X (DestroyBuffer)                                                                                \
  X (CreateBufferView)                                                                             \
  X (DestroyBufferView)                                                                            \
  X (GetBufferMemoryRequirements)                                                                  \
  X (BindBufferMemory)                                                                             \
  X (CreateShaderModule)                                                                           \
  X (DestroyShaderModule)                                                                          \
  X (CreateDescriptorSetLayout)                                                                    \
  X (DestroyDescriptorSetLayout)                                                                   \
  X (CreatePipelineLayout)                                                                         \
  X (DestroyPipelineLayout)                                                                        \
  X (CreatePipelineCache)                                                                          \
  X (GetPipelineCacheData)                                                                         \
  X (DestroyPipelineCache)                                                                         \
  X (CreateComputePipelines)                                                                       \
  X (DestroyPipeline)                                                                              \
  X (CreateDescriptorPool)                                                                         \
  X (DestroyDescriptorPool)                                                                        \
  X (AllocateDescriptorSets)                                                                       \
  X (UpdateDescriptorSets)                                                                         \
  X (CreateCommandPool)                                                                            \
  X (DestroyCommandPool)                                                                           \
  X (AllocateCommandBuffers)                                                                       \
  X (BeginCommandBuffer)                                                                           \
  X (EndCommandBuffer)                                                                             \
  X (CmdBindPipeline)                                                                              \
  X (CmdBindDescriptorSets)                                                                        \
  X (CmdPushConstants)                                                                             \
  X (CmdDispatchBase)                                                                              \
  X (CmdPipelineBarrier)                                                                           \
  X (CmdCopyBuffer)                                                                                \
  X (CmdFillBuffer)                                                                                \
  X (QueueSubmit)                                                                                  \
  X (CreateSemaphore)                                                                              \
  X (DestroySemaphore)                                                                             \
  X (WaitSemaphores)                                                                               \
  X (GetSemaphoreCounterValue)

typedef struct
{
  PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
#define GENGA_VULKAN_MEMBER(name) PFN_vk##name name;
  GENGA_VULKAN_FUNCTIONS (GENGA_VULKAN_MEMBER)
#undef GENGA_VULKAN_MEMBER
} GengaVulkanApi;

/* Filled in by genga_vulkan_api_open(). */
extern GengaVulkanApi genga_vk;

/*
 * Opens the loader and makes an instance of Vulkan 1.2, which lives until the process ends; NULL:
 * GENGA_ERROR_UNAVAILABLE with what is missing.
 */
VkInstance genga_vulkan_api_open (GError **error);

G_END_DECLS
