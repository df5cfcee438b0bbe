/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-pipeline.h"
#include "engine/vulkan/vulkan-cache.h"

#include <string.h>

static const guint32 picture_in[] =
#include "picture-in.spv.inc"
    ;
static const guint32 picture_out[] =
#include "picture-out.spv.inc"
    ;
static const guint32 conv[] =
#include "conv.spv.inc"
    ;
static const guint32 conv3x3[] =
#include "conv3x3.spv.inc"
    ;
static const guint32 grouped[] =
#include "grouped.spv.inc"
    ;
static const guint32 pointwise[] =
#include "pointwise.spv.inc"
    ;
static const guint32 combine[] =
#include "combine.spv.inc"
    ;
static const guint32 rearrange[] =
#include "rearrange.spv.inc"
    ;
static const guint32 resample[] =
#include "resample.spv.inc"
    ;
static const guint32 pool[] =
#include "pool.spv.inc"
    ;
static const guint32 norm[] =
#include "norm.spv.inc"
    ;
static const guint32 stats[] =
#include "stats.spv.inc"
    ;
static const guint32 attention[] =
#include "attention.spv.inc"
    ;

typedef struct
{
  const guint32 *code;
  gsize bytes;
} Code;

#define CODE(name)                                                                                 \
  {                                                                                                \
    name, sizeof name                                                                              \
  }
static const Code codes[GENGA_VULKAN_N_SHADERS] = {
  [GENGA_VULKAN_SHADER_PICTURE_IN] = CODE (picture_in),
  [GENGA_VULKAN_SHADER_PICTURE_OUT] = CODE (picture_out),
  [GENGA_VULKAN_SHADER_CONV] = CODE (conv),
  [GENGA_VULKAN_SHADER_CONV3X3] = CODE (conv3x3),
  [GENGA_VULKAN_SHADER_GROUPED] = CODE (grouped),
  [GENGA_VULKAN_SHADER_POINTWISE] = CODE (pointwise),
  [GENGA_VULKAN_SHADER_COMBINE] = CODE (combine),
  [GENGA_VULKAN_SHADER_REARRANGE] = CODE (rearrange),
  [GENGA_VULKAN_SHADER_RESAMPLE] = CODE (resample),
  [GENGA_VULKAN_SHADER_POOL] = CODE (pool),
  [GENGA_VULKAN_SHADER_NORM] = CODE (norm),
  [GENGA_VULKAN_SHADER_STATS] = CODE (stats),
  [GENGA_VULKAN_SHADER_ATTENTION] = CODE (attention),
};

/* ---- the table: GengaVulkanPipelineKey -> VkPipeline ---- */

static guint
hash_key (gconstpointer data)
{
  const guint32 *words = data;
  guint hash = 5381;

  for (gsize i = 0; i < sizeof (GengaVulkanPipelineKey) / sizeof (guint32); i++)
    hash = hash * 33 + words[i];
  return hash;
}

static gboolean
keys_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (GengaVulkanPipelineKey)) == 0;
}

static VkResult
create (GengaVulkanDevice *device,
        const GengaVulkanPipelineKey *key,
        VkShaderModule module,
        VkPipeline *pipeline)
{
  VkSpecializationMapEntry entries[GENGA_VULKAN_N_CONSTANTS];
  const VkSpecializationInfo constants = {
    .mapEntryCount = GENGA_VULKAN_N_CONSTANTS,
    .pMapEntries = entries,
    .dataSize = sizeof key->constants,
    .pData = key->constants,
  };
  const VkComputePipelineCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .flags = VK_PIPELINE_CREATE_DISPATCH_BASE_BIT,
    .stage = {
      .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
      .stage = VK_SHADER_STAGE_COMPUTE_BIT,
      .module = module,
      .pName = "main",
      .pSpecializationInfo = &constants,
    },
    .layout = device->layout,
  };

  for (guint32 i = 0; i < GENGA_VULKAN_N_CONSTANTS; i++)
    entries[i] = (VkSpecializationMapEntry){ i, i * sizeof (gint32), sizeof (gint32) };
  return genga_vk.CreateComputePipelines (device->device, device->cache, 1, &info, NULL, pipeline);
}

static VkPipeline
make (GengaVulkanDevice *device, const GengaVulkanPipelineKey *key, GError **error)
{
  const VkShaderModuleCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = codes[key->shader].bytes,
    .pCode = codes[key->shader].code,
  };
  VkShaderModule module = VK_NULL_HANDLE;
  VkPipeline pipeline = VK_NULL_HANDLE;
  VkResult result = genga_vk.CreateShaderModule (device->device, &info, NULL, &module);

  if (result == VK_SUCCESS)
    result = create (device, key, module, &pipeline);
  genga_vk.DestroyShaderModule (device->device, module, NULL);
  return genga_vulkan_device_check (device, result, error) ? pipeline : VK_NULL_HANDLE;
}

VkPipeline
genga_vulkan_pipeline_get (GengaVulkanDevice *device,
                           const GengaVulkanPipelineKey *key,
                           GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&device->pipelines_mutex);
  VkPipeline pipeline;

  if (device->pipelines == NULL)
    device->pipelines = g_hash_table_new_full (hash_key, keys_equal, g_free, NULL);
  pipeline = g_hash_table_lookup (device->pipelines, key);
  if (pipeline == VK_NULL_HANDLE)
    {
      pipeline = make (device, key, error);
      if (pipeline != VK_NULL_HANDLE)
        {
          g_hash_table_insert (device->pipelines, g_memdup2 (key, sizeof *key), pipeline);
          device->has_new_pipelines = TRUE;
        }
    }
  return pipeline;
}

void
genga_vulkan_pipelines_keep (GengaVulkanDevice *device)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&device->pipelines_mutex);

  if (device->has_new_pipelines && device->cache != VK_NULL_HANDLE)
    genga_vulkan_cache_save (device->facts, device->device, device->cache);
  device->has_new_pipelines = FALSE;
}
