/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network on a device: its constants there, memory for its values, and recordings for the sizes
 * that it has run lately. Nothing is allocated for a picture of such a size.
 *
 * Thread rule: a model by one thread at a time.
 */
#pragma once

#include "engine/vulkan/vulkan-pieces.h"
#include "engine/vulkan/vulkan-recording.h"

G_BEGIN_DECLS

typedef struct
{
  GengaVulkanDevice *device;
  GengaVulkanPlan *plan;
  GengaVulkanPieces pieces;
  guint64 budget; /* bytes for values; less once memory has been short */
  GengaVulkanBuffers buffers;
  GPtrArray *recordings; /* the latest one last */
  VkSemaphore semaphore;
  guint64 n_submitted; /* the semaphore's value once all is done */
  GengaWatchFunc watch;
  gpointer watch_data;
  gboolean was_finite;
  GMutex mutex; /* held by a run */
} GengaVulkanModel;

/* Errors: GENGA_ERROR_UNAVAILABLE, and those of genga_vulkan_device_check(). */
GengaVulkanModel *genga_vulkan_model_new (const GengaGraph *graph,
                                          const char *device_id,
                                          GengaPrecision precision,
                                          GError **error);
void genga_vulkan_model_free (GengaVulkanModel *self);

/* What the back end tells of grids. */
#define GENGA_VULKAN_GRID 8

/*
 * See GengaBackend.run. Runs as much at once as there is memory for, and less where that turns out
 * to be too much.
 */
gboolean genga_vulkan_model_run (GengaVulkanModel *self,
                                 const GengaView *input,
                                 const GengaRect *wanted,
                                 const GengaView *output,
                                 GCancellable *cancellable,
                                 GError **error);

/* Frees what models keep for the next picture, of all that do not run. Any thread. */
void genga_vulkan_model_trim_all (void);

/* See GengaBackend.get_peak_bytes. */
guint64 genga_vulkan_model_get_peak_bytes (const GengaVulkanModel *self, int width, int height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVulkanModel, genga_vulkan_model_free)

G_END_DECLS
