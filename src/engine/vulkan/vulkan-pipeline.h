/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shaders made ready for a device: one pipeline for each set of constants, kept as long as the
 * device is open.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/vulkan/vulkan-device.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_VULKAN_SHADER_PICTURE_IN,
  GENGA_VULKAN_SHADER_PICTURE_OUT,
  GENGA_VULKAN_SHADER_CONV,
  GENGA_VULKAN_SHADER_CONV3X3,
  GENGA_VULKAN_SHADER_GROUPED,
  GENGA_VULKAN_SHADER_POINTWISE,
  GENGA_VULKAN_SHADER_COMBINE,
  GENGA_VULKAN_SHADER_REARRANGE,
  GENGA_VULKAN_SHADER_RESAMPLE,
  GENGA_VULKAN_SHADER_POOL,
  GENGA_VULKAN_SHADER_NORM,
  GENGA_VULKAN_SHADER_STATS,
  GENGA_VULKAN_SHADER_ATTENTION,
  GENGA_VULKAN_N_SHADERS,
} GengaVulkanShader;

/* By constant_id. The first two and the last one are the same in all shaders (shaders/maps.glsl).
 */
#define GENGA_VULKAN_N_CONSTANTS 8
#define GENGA_VULKAN_CONSTANT_HALVES 0
#define GENGA_VULKAN_CONSTANT_IS_BF16 1
#define GENGA_VULKAN_CONSTANT_HAS_TEXELS 7

typedef struct
{
  GengaVulkanShader shader;
  gint32 constants[GENGA_VULKAN_N_CONSTANTS];
} GengaVulkanPipelineKey;

/* VK_NULL_HANDLE: errors as genga_vulkan_device_check(). */
VkPipeline genga_vulkan_pipeline_get (GengaVulkanDevice *device,
                                      const GengaVulkanPipelineKey *key,
                                      GError **error);

/* Keeps those that were made since the last time for the next device of this kind. */
void genga_vulkan_pipelines_keep (GengaVulkanDevice *device);

G_END_DECLS
