/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the values of a plan lie for a picture's size: in one piece of memory, in which values that
 * are never needed together share their place.
 *
 * Thread rule: plain data once made.
 */
#pragma once

#include "engine/vulkan/vulkan-plan.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 width, height; /* of the value */
  /* Of its root: what a shader is bound to. */
  guint64 offset, bytes;
  guint64 first; /* of the value in that, in groups of four numbers */
} GengaVulkanPlace;

typedef struct
{
  guint n_places; /* one for each value; bytes are 0 where no step uses it */
  GengaVulkanPlace *places;
  guint64 bytes;      /* all of it */
  guint64 most_bytes; /* of one root */
} GengaVulkanPlaces;

/* The picture's sides satisfy the graph. */
void genga_vulkan_places_init (GengaVulkanPlaces *self,
                               const GengaVulkanPlan *plan,
                               int width,
                               int height);
void genga_vulkan_places_clear (GengaVulkanPlaces *self);

G_END_DECLS
