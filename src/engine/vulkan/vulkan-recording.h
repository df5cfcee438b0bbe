/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands that run a plan for pictures of one size: recorded once, handed to the queue for
 * every picture. They are cut into pieces, between which a run can be left.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "engine/vulkan/vulkan-memory.h"
#include "engine/vulkan/vulkan-places.h"

G_BEGIN_DECLS

/* What a recording is for. */
typedef struct
{
  int width, height; /* of the picture */
  guint sample_in;   /* bytes of a sample; 4 are a float */
  guint sample_out;
  int x, y; /* the rectangle of the result that is wanted */
  int out_width, out_height;
} GengaVulkanShape;

/* What its commands work on; larger ones will do. */
typedef struct
{
  GengaVulkanBuffer constants;
  GengaVulkanBuffer values;
  GengaVulkanBuffer in;  /* the picture, row by row; rows begin at multiples of four bytes */
  GengaVulkanBuffer out; /* GENGA_VULKAN_OUT_HEADER bytes, then the result alike */
} GengaVulkanBuffers;

/* The first word: whether a number that became an integer was not finite. */
#define GENGA_VULKAN_OUT_HEADER 16

typedef struct
{
  GengaVulkanShape shape;
  GengaVulkanDevice *device; /* not owned */
  VkDescriptorPool pool;
  VkCommandPool commands_pool;
  GArray *pieces; /* of VkCommandBuffer */
  GArray *views;  /* of VkBufferView */
} GengaVulkanRecording;

gsize genga_vulkan_shape_get_row_bytes (int width, int channels, guint sample);

/* Errors: as genga_vulkan_device_check(). */
GengaVulkanRecording *genga_vulkan_recording_new (GengaVulkanDevice *device,
                                                  const GengaVulkanPlan *plan,
                                                  const GengaVulkanPlaces *places,
                                                  const GengaVulkanShape *shape,
                                                  const GengaVulkanBuffers *buffers,
                                                  GError **error);

/* None of its commands is under way. */
void genga_vulkan_recording_free (GengaVulkanRecording *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVulkanRecording, genga_vulkan_recording_free)

G_END_DECLS
