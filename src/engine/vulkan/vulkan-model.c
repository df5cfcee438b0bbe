/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-model.h"
#include "core/error.h"
#include "core/fault.h"
#include "engine/vulkan/vulkan-lower.h"

#include <string.h>

/* Sizes whose commands are kept: the pieces of a frame have up to nine. */
#define MOST_RECORDINGS 9
/* Pieces that are under way at the same time. */
#define MOST_PENDING 2
/* Bytes. Where not even that is there, nothing will do. */
#define SMALLEST_BUDGET (1 << 20)

/* All that are loaded; with the mutex. */
static GMutex models_mutex;
static GPtrArray *models;

/* ---- making one ---- */

static void
enlist (GengaVulkanModel *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&models_mutex);

  if (models == NULL)
    models = g_ptr_array_new ();
  g_ptr_array_add (models, self);
}

static void
delist (GengaVulkanModel *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&models_mutex);

  g_ptr_array_remove_fast (models, self);
}

static gboolean
create_semaphore (GengaVulkanModel *self, GError **error)
{
  const VkSemaphoreTypeCreateInfo type = {
    .sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
    .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE,
  };
  const VkSemaphoreCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
    .pNext = &type,
  };

  return genga_vulkan_device_check (
      self->device, genga_vk.CreateSemaphore (self->device->device, &info, NULL, &self->semaphore),
      error);
}

static gboolean
submit (GengaVulkanModel *self, VkCommandBuffer commands, GError **error)
{
  if (!genga_vulkan_device_submit (self->device, commands, self->semaphore, self->n_submitted + 1,
                                   error))
    return FALSE;
  self->n_submitted++;
  return TRUE;
}

/* Waits until all but the last `n` pieces are done. */
static gboolean
wait_for_all_but (GengaVulkanModel *self, guint n, GError **error)
{
  if (self->n_submitted <= n)
    return TRUE;
  return genga_vulkan_device_wait (self->device, self->semaphore, self->n_submitted - n, error);
}

static VkResult
record_copy (const GengaVulkanModel *self, const GengaVulkanBuffer *from, VkCommandBuffer commands)
{
  const VkCommandBufferBeginInfo begin = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  };
  const VkBufferCopy copy = { .size = from->bytes };
  VkResult result = genga_vk.BeginCommandBuffer (commands, &begin);

  if (result != VK_SUCCESS)
    return result;
  genga_vk.CmdCopyBuffer (commands, from->buffer, self->buffers.constants.buffer, 1, &copy);
  return genga_vk.EndCommandBuffer (commands);
}

/* The host waits, so what comes later sees the copy. */
static gboolean
copy_constants (GengaVulkanModel *self, const GengaVulkanBuffer *from, GError **error)
{
  const VkCommandPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
    .queueFamilyIndex = self->device->facts->queue_family,
  };
  VkCommandBufferAllocateInfo allocation = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
    .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
    .commandBufferCount = 1,
  };
  VkDevice device = self->device->device;
  VkCommandBuffer commands = VK_NULL_HANDLE;
  VkResult result = genga_vk.CreateCommandPool (device, &info, NULL, &allocation.commandPool);
  gboolean is_done;

  if (result == VK_SUCCESS)
    result = genga_vk.AllocateCommandBuffers (device, &allocation, &commands);
  if (result == VK_SUCCESS)
    result = record_copy (self, from, commands);
  is_done = genga_vulkan_device_check (self->device, result, error) &&
            submit (self, commands, error) && wait_for_all_but (self, 0, error);
  genga_vk.DestroyCommandPool (device, allocation.commandPool, NULL);
  return is_done;
}

/* What a driver that is wrong about them would make of weights. */
static void
spoil (guint8 *data, gsize bytes)
{
  for (gsize i = 3; i < bytes; i += 4)
    data[i] ^= 0x80;
}

static gboolean
upload_constants (GengaVulkanModel *self, GError **error)
{
  GByteArray *constants = self->plan->constants;
  gsize bytes = MAX (constants->len, GENGA_VULKAN_ALIGNMENT);
  GengaVulkanBuffer staging;
  gboolean is_done;

  if (!genga_vulkan_buffer_init (&staging, self->device, GENGA_VULKAN_MEMORY_UPLOAD, bytes, error))
    return FALSE;
  memset (staging.data, 0, bytes);
  if (constants->len > 0)
    memcpy (staging.data, constants->data, constants->len);
  if (genga_fault ("vulkan-wrong-numbers"))
    spoil (staging.data, bytes);
  is_done = genga_vulkan_buffer_init (&self->buffers.constants, self->device,
                                      GENGA_VULKAN_MEMORY_DEVICE, bytes, error) &&
            copy_constants (self, &staging, error);
  genga_vulkan_buffer_clear (&staging, self->device);
  g_byte_array_unref (constants);
  self->plan->constants = g_byte_array_new ();
  return is_done;
}

GengaVulkanModel *
genga_vulkan_model_new (const GengaGraph *graph,
                        const char *device_id,
                        GengaPrecision precision,
                        GError **error)
{
  g_autoptr (GengaVulkanModel) self = NULL;
  GengaVulkanDevice *device = genga_vulkan_device_open (device_id, error);

  if (device == NULL)
    return NULL;
  self = g_new0 (GengaVulkanModel, 1);
  self->device = device;
  self->recordings = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_vulkan_recording_free);
  self->plan = genga_vulkan_lower (graph, precision);
  self->budget = genga_fault ("vulkan-small-memory")
                     ? SMALLEST_BUDGET
                     : genga_vulkan_facts_get_free_bytes (device->facts) / 2;
  genga_vulkan_pieces_init (&self->pieces, graph, GENGA_VULKAN_GRID);
  g_mutex_init (&self->mutex);
  enlist (self);
  if (!create_semaphore (self, error) || !upload_constants (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
genga_vulkan_model_free (GengaVulkanModel *self)
{
  delist (self);
  wait_for_all_but (self, 0, NULL);
  g_ptr_array_unref (self->recordings);
  genga_vulkan_buffer_clear (&self->buffers.constants, self->device);
  genga_vulkan_buffer_clear (&self->buffers.values, self->device);
  genga_vulkan_buffer_clear (&self->buffers.in, self->device);
  genga_vulkan_buffer_clear (&self->buffers.out, self->device);
  genga_vk.DestroySemaphore (self->device->device, self->semaphore, NULL);
  genga_vulkan_plan_free (self->plan);
  genga_vulkan_device_unref (self->device);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* ---- running it ---- */

static guint
get_sample_size (GengaSample sample)
{
  return sample == GENGA_SAMPLE_F32 ? 4 : (sample == GENGA_SAMPLE_U16 ? 2 : 1);
}

/* Makes a buffer large enough. All recordings go with the old one. */
static gboolean
grow (GengaVulkanModel *self,
      GengaVulkanBuffer *buffer,
      GengaVulkanMemoryKind kind,
      gsize bytes,
      GError **error)
{
  if (buffer->bytes >= bytes)
    return TRUE;
  g_ptr_array_set_size (self->recordings, 0);
  genga_vulkan_buffer_clear (buffer, self->device);
  return genga_vulkan_buffer_init (buffer, self->device, kind, bytes, error);
}

static gboolean
grow_all (GengaVulkanModel *self,
          const GengaVulkanShape *shape,
          const GengaVulkanPlaces *places,
          GError **error)
{
  const GengaOp *ops = self->plan->ops;
  gsize in = genga_vulkan_shape_get_row_bytes (shape->width, ops[0].channels, shape->sample_in) *
             shape->height;
  gsize out = genga_vulkan_shape_get_row_bytes (shape->out_width, ops[self->plan->result].channels,
                                                shape->sample_out) *
              shape->out_height;
  guint64 most = self->device->facts->most_bytes;

  if (places->most_bytes > most || in > most || out + GENGA_VULKAN_OUT_HEADER > most)
    return genga_vulkan_device_check (self->device, VK_ERROR_OUT_OF_DEVICE_MEMORY, error);
  return grow (self, &self->buffers.values, GENGA_VULKAN_MEMORY_DEVICE, places->bytes, error) &&
         grow (self, &self->buffers.in, GENGA_VULKAN_MEMORY_UPLOAD, in, error) &&
         grow (self, &self->buffers.out, GENGA_VULKAN_MEMORY_READ, out + GENGA_VULKAN_OUT_HEADER,
               error);
}

static GengaVulkanRecording *
find_recording (GengaVulkanModel *self, const GengaVulkanShape *shape)
{
  for (guint i = 0; i < self->recordings->len; i++)
    {
      GengaVulkanRecording *recording = g_ptr_array_index (self->recordings, i);

      if (memcmp (&recording->shape, shape, sizeof *shape) == 0)
        {
          g_ptr_array_steal_index (self->recordings, i);
          g_ptr_array_add (self->recordings, recording);
          return recording;
        }
    }
  return NULL;
}

static GengaVulkanRecording *
get_recording (GengaVulkanModel *self, const GengaVulkanShape *shape, GError **error)
{
  GengaVulkanRecording *recording = find_recording (self, shape);
  GengaVulkanPlaces places;

  if (recording != NULL)
    return recording;
  genga_vulkan_places_init (&places, self->plan, shape->width, shape->height);
  if (grow_all (self, shape, &places, error))
    recording = genga_vulkan_recording_new (self->device, self->plan, &places, shape,
                                            &self->buffers, error);
  genga_vulkan_places_clear (&places);
  if (recording == NULL)
    return NULL;
  if (self->recordings->len == MOST_RECORDINGS)
    g_ptr_array_remove_index (self->recordings, 0);
  g_ptr_array_add (self->recordings, recording);
  return recording;
}

static void
copy_rows (const GengaView *view, gpointer data, gboolean to_view)
{
  guint sample = get_sample_size (view->sample);
  gsize row = genga_vulkan_shape_get_row_bytes (view->width, view->channels, sample);
  gsize bytes = (gsize)view->width * view->channels * sample;

  for (int y = 0; y < view->height; y++)
    {
      guint8 *ours = (guint8 *)data + y * row;
      guint8 *theirs = (guint8 *)view->data + y * view->row_stride;

      memcpy (to_view ? theirs : ours, to_view ? ours : theirs, bytes);
    }
}

/* ---- a piece ---- */

/* Of a run: how much of it is done before the piece, and how much the piece is. */
typedef struct
{
  double before, share;
} Progress;

static gboolean
run_commands (GengaVulkanModel *self,
              const GengaVulkanRecording *recording,
              const Progress *progress,
              GCancellable *cancellable,
              GError **error)
{
  guint n = recording->pieces->len;

  for (guint i = 0; i < n; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !submit (self, g_array_index (recording->pieces, VkCommandBuffer, i), error) ||
          !wait_for_all_but (self, MOST_PENDING - 1, error))
        {
          wait_for_all_but (self, 0, NULL);
          return FALSE;
        }
      if (self->watch != NULL)
        self->watch (progress->before + progress->share * (i + 1) / n, self->watch_data);
    }
  return wait_for_all_but (self, 0, error);
}

static GengaView
get_part (const GengaView *view, const GengaRect *rect)
{
  GengaView part = *view;

  part.data = (guint8 *)view->data + rect->y * view->row_stride +
              (gsize)rect->x * view->channels * get_sample_size (view->sample);
  part.width = rect->width;
  part.height = rect->height;
  return part;
}

static GengaRect
scale_rect (const GengaVulkanModel *self, const GengaRect *rect)
{
  const GengaSizeRatio *ratio = &self->plan->ops[self->plan->result].size;

  return (GengaRect){ (gint64)rect->x * ratio->num / ratio->den,
                      (gint64)rect->y * ratio->num / ratio->den,
                      (gint64)rect->width * ratio->num / ratio->den,
                      (gint64)rect->height * ratio->num / ratio->den };
}

static gboolean
run_piece (GengaVulkanModel *self,
           const GengaView *input,
           const GengaRect *wanted,
           const GengaView *output,
           const Progress *progress,
           GCancellable *cancellable,
           GError **error)
{
  const GengaRect seen =
      genga_vulkan_pieces_get_seen (&self->pieces, wanted, input->width, input->height);
  const GengaRect inside = { wanted->x - seen.x, wanted->y - seen.y, wanted->width,
                             wanted->height };
  const GengaRect made = scale_rect (self, &inside);
  const GengaView in = get_part (input, &seen);
  const GengaVulkanShape shape = {
    .width = in.width,
    .height = in.height,
    .sample_in = get_sample_size (input->sample),
    .sample_out = get_sample_size (output->sample),
    .x = made.x,
    .y = made.y,
    .out_width = output->width,
    .out_height = output->height,
  };
  GengaVulkanRecording *recording = get_recording (self, &shape, error);

  if (recording == NULL)
    return FALSE;
  copy_rows (&in, self->buffers.in.data, FALSE);
  if (!run_commands (self, recording, progress, cancellable, error))
    return FALSE;
  self->was_finite &= *(const guint32 *)self->buffers.out.data == 0;
  copy_rows (output, (guint8 *)self->buffers.out.data + GENGA_VULKAN_OUT_HEADER, TRUE);
  return TRUE;
}

/* ---- all of them ---- */

/* What the values of a piece of this size take. */
static gboolean
fits (const GengaVulkanModel *self, int width, int height, const GengaView *input)
{
  const GengaRect middle = { MAX (0, (input->width - width) / 2),
                             MAX (0, (input->height - height) / 2), width, height };
  GengaRect seen =
      genga_vulkan_pieces_get_seen (&self->pieces, &middle, input->width, input->height);
  GengaVulkanPlaces places;
  gboolean is_small;

  genga_vulkan_places_init (&places, self->plan, seen.width, seen.height);
  is_small = places.bytes <= self->budget && places.most_bytes <= self->device->facts->most_bytes;
  genga_vulkan_places_clear (&places);
  return is_small;
}

static gboolean
run_all (GengaVulkanModel *self,
         const GengaView *input,
         const GengaRect *wanted,
         const GengaView *output,
         GCancellable *cancellable,
         GError **error)
{
  int width = wanted->width, height = wanted->height;
  double n_pixels = (double)wanted->width * wanted->height;
  Progress progress = { 0 };

  while (!fits (self, width, height, input) &&
         genga_vulkan_pieces_halve (&self->pieces, &width, &height))
    continue;
  for (int y = 0; y < wanted->height; y += height)
    for (int x = 0; x < wanted->width; x += width)
      {
        const GengaRect inside = { x, y, MIN (width, wanted->width - x),
                                   MIN (height, wanted->height - y) };
        const GengaRect piece = { wanted->x + x, wanted->y + y, inside.width, inside.height };
        const GengaRect made = scale_rect (self, &inside);
        const GengaView part = get_part (output, &made);

        progress.share = (double)inside.width * inside.height / n_pixels;
        if (!run_piece (self, input, &piece, &part, &progress, cancellable, error))
          return FALSE;
        progress.before += progress.share;
      }
  return TRUE;
}

static void
drop_buffers (GengaVulkanModel *self)
{
  g_ptr_array_set_size (self->recordings, 0);
  genga_vulkan_buffer_clear (&self->buffers.values, self->device);
  genga_vulkan_buffer_clear (&self->buffers.in, self->device);
  genga_vulkan_buffer_clear (&self->buffers.out, self->device);
}

void
genga_vulkan_model_trim_all (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&models_mutex);

  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      GengaVulkanModel *model = g_ptr_array_index (models, i);

      if (!g_mutex_trylock (&model->mutex))
        continue;
      drop_buffers (model);
      g_mutex_unlock (&model->mutex);
    }
}

gboolean
genga_vulkan_model_run (GengaVulkanModel *self,
                        const GengaView *input,
                        const GengaRect *wanted,
                        const GengaView *output,
                        GCancellable *cancellable,
                        GError **error)
{
  const guint64 budget = self->budget;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (;;)
    {
      GError *problem = NULL;
      GengaVulkanPlaces places;

      self->was_finite = TRUE;
      if (run_all (self, input, wanted, output, cancellable, &problem))
        {
          genga_vulkan_pipelines_keep (self->device);
          return TRUE;
        }
      if (!g_error_matches (problem, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY) ||
          self->pieces.reach < 0 || self->budget < SMALLEST_BUDGET)
        {
          self->budget = budget;
          g_propagate_error (error, problem);
          return FALSE;
        }
      g_error_free (problem);
      drop_buffers (self);
      genga_vulkan_places_init (&places, self->plan, input->width, input->height);
      self->budget = MIN (self->budget, places.bytes) / 2;
      genga_vulkan_places_clear (&places);
    }
}

guint64
genga_vulkan_model_get_peak_bytes (const GengaVulkanModel *self, int width, int height)
{
  GengaVulkanPlaces places;
  guint64 bytes;

  genga_vulkan_places_init (&places, self->plan, width, height);
  bytes = places.bytes;
  genga_vulkan_places_clear (&places);
  return bytes;
}
