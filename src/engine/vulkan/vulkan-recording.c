/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-recording.h"
#include "core/fault.h"

#include <string.h>

/* Multiplications of a piece, about: a fraction of a second on a slow device. */
#define PIECE_COST 4e9
#define SMALL_PIECE_COST 1e5
/* Workgroups along an axis, which every device has. */
#define MOST_GROUPS 32768

/* As shaders/maps.glsl has them. */
typedef struct
{
  gint32 first, width, height, channels;
} Map;

typedef struct
{
  Map inputs[GENGA_VULKAN_MAX_INPUTS];
  Map result;
  gint32 p[GENGA_VULKAN_N_NUMBERS];
} Numbers;

G_STATIC_ASSERT (sizeof (Numbers) == GENGA_VULKAN_PUSH_BYTES);

typedef struct
{
  GengaVulkanRecording *recording;
  GengaVulkanDevice *device;
  const GengaVulkanPlan *plan;
  const GengaVulkanPlaces *places;
  const GengaVulkanBuffers *buffers;
  VkCommandBuffer commands; /* of the piece that is open */
  double cost;              /* of it so far */
  double most_cost;         /* with which another one begins */
  VkResult result;          /* of the first call that failed */
} Recorder;

gsize
genga_vulkan_shape_get_row_bytes (int width, int channels, guint sample)
{
  return ((gsize)width * channels * sample + 3) / 4 * 4;
}

/* ---- pieces ---- */

static void
note (Recorder *self, VkResult result)
{
  if (self->result == VK_SUCCESS)
    self->result = result;
}

static void
begin_piece (Recorder *self)
{
  const VkCommandBufferAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .commandPool = self->recording->commands_pool,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };
  const VkCommandBufferBeginInfo begin = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
  };

  self->cost = 0;
  note (self, genga_vk.AllocateCommandBuffers (self->device->device, &info, &self->commands));
  if (self->result != VK_SUCCESS)
    return;
  note (self, genga_vk.BeginCommandBuffer (self->commands, &begin));
  g_array_append_val (self->recording->pieces, self->commands);
}

static void
end_piece (Recorder *self)
{
  if (self->result == VK_SUCCESS)
    note (self, genga_vk.EndCommandBuffer (self->commands));
}

/* What is behind it sees what is before it. */
static void
add_barrier (Recorder *self,
             VkPipelineStageFlags from,
             VkAccessFlags written,
             VkPipelineStageFlags to,
             VkAccessFlags used)
{
  const VkMemoryBarrier barrier = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = written,
    .dstAccessMask = used,
  };

  genga_vk.CmdPipelineBarrier (self->commands, from, to, 0, 1, &barrier, 0, NULL, 0, NULL);
}

static void
add_shader_barrier (Recorder *self)
{
  add_barrier (self, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_WRITE_BIT,
               VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
               VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
}

/* ---- dispatches ---- */

static VkDescriptorBufferInfo
get_part (const GengaVulkanBuffer *buffer, guint64 offset, guint64 bytes)
{
  return (VkDescriptorBufferInfo){ buffer->buffer, offset, bytes };
}

/* All are bound, as shaders name them all: those that are not used to something small. */
static VkDescriptorSet
bind (Recorder *self, VkDescriptorBufferInfo *infos)
{
  VkWriteDescriptorSet writes[GENGA_VULKAN_N_BINDINGS];
  VkDescriptorSet set = VK_NULL_HANDLE;
  const VkDescriptorSetAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
    .descriptorPool = self->recording->pool,
    .descriptorSetCount = 1,
    .pSetLayouts = &self->device->set_layout,
  };

  note (self, genga_vk.AllocateDescriptorSets (self->device->device, &info, &set));
  if (self->result != VK_SUCCESS)
    return VK_NULL_HANDLE;
  for (guint i = 0; i < GENGA_VULKAN_N_BINDINGS; i++)
    {
      if (infos[i].range == 0)
        infos[i] = get_part (&self->buffers->constants, 0, GENGA_VULKAN_ALIGNMENT);
      writes[i] = (VkWriteDescriptorSet){
        .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
        .dstSet = set,
        .dstBinding = i,
        .descriptorCount = 1,
        .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
        .pBufferInfo = &infos[i],
      };
    }
  genga_vk.UpdateDescriptorSets (self->device->device, GENGA_VULKAN_N_BINDINGS, writes, 0, NULL);
  return set;
}

/* Input 0 as texels, which are floats once they are read. */
static void
bind_texels (Recorder *self, VkDescriptorSet set, const VkDescriptorBufferInfo *info, gint32 halves)
{
  const VkBufferViewCreateInfo view_info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO,
    .buffer = info->buffer,
    .format = (halves & 1) != 0 ? VK_FORMAT_R16G16B16A16_SFLOAT : VK_FORMAT_R32G32B32A32_SFLOAT,
    .offset = info->offset,
    .range = info->range,
  };
  VkBufferView view = VK_NULL_HANDLE;
  VkWriteDescriptorSet write = {
    .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
    .dstSet = set,
    .dstBinding = GENGA_VULKAN_BINDING_TEXELS,
    .descriptorCount = 1,
    .descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER,
    .pTexelBufferView = &view,
  };

  note (self, genga_vk.CreateBufferView (self->device->device, &view_info, NULL, &view));
  if (self->result != VK_SUCCESS)
    return;
  g_array_append_val (self->recording->views, view);
  genga_vk.UpdateDescriptorSets (self->device->device, 1, &write, 0, NULL);
}

/* Where a piece is large enough, another one follows. */
static void
go_on (Recorder *self)
{
  if (self->cost <= self->most_cost)
    return;
  end_piece (self);
  begin_piece (self);
}

/*
 * Cut by rows of workgroups into pieces, as drivers give up on what takes them seconds. Whatever is
 * before waits for nothing new: the barrier is behind it in the queue.
 */
static void
dispatch_rows (Recorder *self,
               VkPipeline pipeline,
               VkDescriptorSet set,
               const Numbers *numbers,
               const guint32 groups[3],
               double cost)
{
  guint32 n_rows = CLAMP (groups[1] * (self->most_cost / MAX (1, cost)), 1, groups[1]);

  for (guint32 row = 0; row < groups[1]; row += n_rows)
    {
      guint32 n = MIN (n_rows, groups[1] - row);

      go_on (self);
      if (self->result != VK_SUCCESS)
        return;
      genga_vk.CmdBindPipeline (self->commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
      genga_vk.CmdBindDescriptorSets (self->commands, VK_PIPELINE_BIND_POINT_COMPUTE,
                                      self->device->layout, 0, 1, &set, 0, NULL);
      genga_vk.CmdPushConstants (self->commands, self->device->layout, VK_SHADER_STAGE_COMPUTE_BIT,
                                 0, sizeof *numbers, numbers);
      genga_vk.CmdDispatchBase (self->commands, 0, row, 0, groups[0], n, groups[2]);
      self->cost += cost * n / groups[1];
    }
}

static gboolean
dispatch (Recorder *self,
          const GengaVulkanPipelineKey *key,
          VkDescriptorBufferInfo *infos,
          const Numbers *numbers,
          const guint32 groups[3],
          double cost,
          GError **error)
{
  VkPipeline pipeline = genga_vulkan_pipeline_get (self->device, key, error);
  VkDescriptorSet set = VK_NULL_HANDLE;

  if (pipeline == VK_NULL_HANDLE)
    return FALSE;
  set = bind (self, infos);
  if (self->result == VK_SUCCESS)
    bind_texels (self, set, &infos[0], key->constants[GENGA_VULKAN_CONSTANT_HALVES]);
  if (self->result == VK_SUCCESS)
    dispatch_rows (self, pipeline, set, numbers, groups, cost);
  return genga_vulkan_device_check (self->device, self->result, error);
}

static Map
get_map (const Recorder *self, guint value)
{
  const GengaVulkanPlace *place = &self->places->places[value];

  return (Map){ place->first, place->width, place->height, self->plan->ops[value].channels };
}

static VkDescriptorBufferInfo
get_value (const Recorder *self, guint value)
{
  const GengaVulkanPlace *place = &self->places->places[value];

  return get_part (&self->buffers->values, place->offset, place->bytes);
}

static guint32
divide_up (gint64 n, gint64 by)
{
  return (n + by - 1) / by;
}

static void
get_groups (const Recorder *self, const GengaVulkanStep *step, guint32 groups[3])
{
  const GengaVulkanPlace *place = &self->places->places[step->result];
  guint n_planes = (self->plan->ops[step->result].channels + 3) / 4 - step->first_plane;

  if (step->n_planes > 0)
    n_planes = step->n_planes;
  groups[2] = divide_up (n_planes, step->covers_planes);
  if (step->covers_y > 0)
    {
      groups[0] = divide_up (place->width, step->covers_x);
      groups[1] = divide_up (place->height, step->covers_y);
      return;
    }
  groups[0] = divide_up (place->width * place->height, step->covers_x);
  groups[1] = divide_up (groups[0], MOST_GROUPS);
  groups[0] = MIN (groups[0], MOST_GROUPS);
}

static double
get_cost (const Recorder *self, const GengaVulkanStep *step)
{
  const GengaVulkanPlace *place = &self->places->places[step->result];
  double n = (double)place->width * place->height * self->plan->ops[step->result].channels;

  /* Its weights say nothing of it: each number looks at a window twice. */
  if (step->key.shader == GENGA_VULKAN_SHADER_ATTENTION)
    return n * 2 *
           MAX (1.0 * step->numbers[0] * step->numbers[1],
                1.0 * step->numbers[5] * step->numbers[6]);
  return n * (1 + step->weight.bytes / sizeof (float) /
                      MAX (1, self->plan->ops[step->result].channels));
}

static gboolean
add_step (Recorder *self, const GengaVulkanStep *step, GError **error)
{
  VkDescriptorBufferInfo infos[GENGA_VULKAN_N_BINDINGS] = { 0 };
  const GengaVulkanBuffer *constants = &self->buffers->constants;
  Numbers numbers = { 0 };
  guint32 groups[3];

  for (guint i = 0; i < step->n_inputs; i++)
    {
      infos[i] = get_value (self, step->inputs[i]);
      numbers.inputs[i] = get_map (self, step->inputs[i]);
    }
  infos[GENGA_VULKAN_BINDING_RESULT] = get_value (self, step->result);
  numbers.result = get_map (self, step->result);
  infos[GENGA_VULKAN_BINDING_WEIGHT] =
      get_part (constants, step->weight.offset, step->weight.bytes);
  infos[GENGA_VULKAN_BINDING_BIAS] = get_part (constants, step->bias.offset, step->bias.bytes);
  infos[GENGA_VULKAN_BINDING_EXTRA] = get_part (constants, step->extra.offset, step->extra.bytes);
  memcpy (numbers.p, step->numbers, sizeof numbers.p);
  get_groups (self, step, groups);
  add_shader_barrier (self);
  return dispatch (self, &step->key, infos, &numbers, groups, get_cost (self, step), error);
}

/* ---- the picture and the result ---- */

static gboolean
add_input (Recorder *self, GError **error)
{
  const GengaVulkanShape *shape = &self->recording->shape;
  int channels = self->plan->ops[0].channels;
  gsize row = genga_vulkan_shape_get_row_bytes (shape->width, channels, shape->sample_in);
  VkDescriptorBufferInfo infos[GENGA_VULKAN_N_BINDINGS] = { 0 };
  gint32 halves = self->plan->values[0].is_half ? 1 << GENGA_VULKAN_BINDING_RESULT : 0;
  const GengaVulkanPipelineKey key = {
    GENGA_VULKAN_SHADER_PICTURE_IN,
    { halves, self->plan->precision == GENGA_PRECISION_BF16, shape->sample_in },
  };
  const Numbers numbers = { .result = get_map (self, 0), .p = { row / 4 } };
  const guint32 groups[] = { divide_up (shape->width, GENGA_VULKAN_SIDE),
                             divide_up (shape->height, GENGA_VULKAN_SIDE),
                             self->plan->values[0].n_planes };

  infos[GENGA_VULKAN_BINDING_RESULT] = get_value (self, 0);
  infos[GENGA_VULKAN_BINDING_EXTRA] = get_part (&self->buffers->in, 0, row * shape->height);
  return dispatch (self, &key, infos, &numbers, groups, 0, error);
}

static gboolean
add_output (Recorder *self, GError **error)
{
  const GengaVulkanShape *shape = &self->recording->shape;
  guint last = self->plan->result;
  int channels = self->plan->ops[last].channels;
  gsize row = genga_vulkan_shape_get_row_bytes (shape->out_width, channels, shape->sample_out);
  VkDescriptorBufferInfo infos[GENGA_VULKAN_N_BINDINGS] = { 0 };
  const GengaVulkanPipelineKey key = {
    GENGA_VULKAN_SHADER_PICTURE_OUT,
    { self->plan->values[last].is_half, self->plan->precision == GENGA_PRECISION_BF16,
      shape->sample_out },
  };
  const Numbers numbers = {
    .inputs = { get_map (self, last) },
    .p = { row / 4, shape->out_width * channels, shape->y, shape->x },
  };
  const guint32 groups[] = { divide_up (row / 4, GENGA_VULKAN_RUN), shape->out_height, 1 };

  infos[0] = get_value (self, last);
  infos[GENGA_VULKAN_BINDING_EXTRA] =
      get_part (&self->buffers->out, 0, GENGA_VULKAN_OUT_HEADER + row * shape->out_height);
  add_shader_barrier (self);
  if (!dispatch (self, &key, infos, &numbers, groups, 0, error))
    return FALSE;
  add_barrier (self, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_WRITE_BIT,
               VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT);
  return TRUE;
}

/* ---- all of it ---- */

static VkResult
create_pools (GengaVulkanRecording *self, guint32 n_sets)
{
  const VkDescriptorPoolSize sizes[] = {
    { VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, n_sets * GENGA_VULKAN_N_BINDINGS },
    { VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER, n_sets },
  };
  const VkDescriptorPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .maxSets = n_sets,
    .poolSizeCount = G_N_ELEMENTS (sizes),
    .pPoolSizes = sizes,
  };
  const VkCommandPoolCreateInfo commands = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .queueFamilyIndex = self->device->facts->queue_family,
  };
  VkResult result = genga_vk.CreateDescriptorPool (self->device->device, &pool, NULL, &self->pool);

  if (result != VK_SUCCESS)
    return result;
  return genga_vk.CreateCommandPool (self->device->device, &commands, NULL, &self->commands_pool);
}

static gboolean
record (Recorder *self, GError **error)
{
  begin_piece (self);
  if (self->result == VK_SUCCESS)
    {
      genga_vk.CmdFillBuffer (self->commands, self->buffers->out.buffer, 0, GENGA_VULKAN_OUT_HEADER,
                              0);
      add_barrier (self, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT,
                   VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                   VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
    }
  if (self->result != VK_SUCCESS)
    return genga_vulkan_device_check (self->device, self->result, error);
  if (!add_input (self, error))
    return FALSE;
  for (guint i = 0; i < self->plan->steps->len; i++)
    {
      go_on (self);
      if (self->result != VK_SUCCESS)
        return genga_vulkan_device_check (self->device, self->result, error);
      if (!add_step (self, &g_array_index (self->plan->steps, GengaVulkanStep, i), error))
        return FALSE;
    }
  if (!add_output (self, error))
    return FALSE;
  end_piece (self);
  return genga_vulkan_device_check (self->device, self->result, error);
}

GengaVulkanRecording *
genga_vulkan_recording_new (GengaVulkanDevice *device,
                            const GengaVulkanPlan *plan,
                            const GengaVulkanPlaces *places,
                            const GengaVulkanShape *shape,
                            const GengaVulkanBuffers *buffers,
                            GError **error)
{
  g_autoptr (GengaVulkanRecording) self = g_new0 (GengaVulkanRecording, 1);
  Recorder recorder = {
    self,    device,
    plan,    places,
    buffers, .most_cost = genga_fault ("vulkan-small-pieces") ? SMALL_PIECE_COST : PIECE_COST,
  };

  self->shape = *shape;
  self->device = device;
  self->pieces = g_array_new (FALSE, FALSE, sizeof (VkCommandBuffer));
  self->views = g_array_new (FALSE, FALSE, sizeof (VkBufferView));
  recorder.result = create_pools (self, plan->steps->len + 2);
  if (recorder.result != VK_SUCCESS)
    {
      genga_vulkan_device_check (device, recorder.result, error);
      return NULL;
    }
  return record (&recorder, error) ? g_steal_pointer (&self) : NULL;
}

void
genga_vulkan_recording_free (GengaVulkanRecording *self)
{
  genga_vk.DestroyCommandPool (self->device->device, self->commands_pool, NULL);
  genga_vk.DestroyDescriptorPool (self->device->device, self->pool, NULL);
  for (guint i = 0; i < self->views->len; i++)
    genga_vk.DestroyBufferView (self->device->device, g_array_index (self->views, VkBufferView, i),
                                NULL);
  g_array_unref (self->views);
  g_array_unref (self->pieces);
  g_free (self);
}
