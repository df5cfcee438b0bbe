/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as steps: dispatches of shaders, in the order in which they run. It says nothing of a
 * picture's size and knows no device.
 *
 * A value lies in planes of four channels, row by row in each; lanes of the last plane that are no
 * channels hold zeros. Values that are parts of another one lie inside it: concatenations whose
 * parts begin at whole planes, and slices that are whole planes, take no step.
 *
 * Thread rule: plain data once made.
 */
#pragma once

#include "core/choices.h"
#include "engine/vulkan/vulkan-pipeline.h"
#include "nets/graph-data.h"

G_BEGIN_DECLS

#define GENGA_VULKAN_MAX_INPUTS 4
#define GENGA_VULKAN_N_NUMBERS 12
/* Sides of a workgroup's pixels, where a shader goes by x and y. */
#define GENGA_VULKAN_SIDE 8
/* Pixels of a workgroup, where it goes row by row. */
#define GENGA_VULKAN_RUN 64

typedef struct
{
  gboolean is_half; /* 16 bits a number, else 32 */
  guint n_planes;
  guint root;        /* the value whose memory it lies in: often itself */
  guint first_plane; /* in that */
  gboolean is_there; /* FALSE: no step makes it by itself */
} GengaVulkanValue;

/* A part of GengaVulkanPlan.constants. */
typedef struct
{
  gsize offset; /* bytes, a multiple of GENGA_VULKAN_ALIGNMENT */
  gsize bytes;  /* 0: none */
} GengaVulkanChunk;

#define GENGA_VULKAN_ALIGNMENT 256

typedef struct
{
  GengaVulkanPipelineKey key;
  guint n_inputs;
  guint inputs[GENGA_VULKAN_MAX_INPUTS]; /* values */
  guint result;
  GengaVulkanChunk weight, bias, extra;
  gint32 numbers[GENGA_VULKAN_N_NUMBERS]; /* "p" of the shaders */
  /* How much of the result a workgroup makes: pixels along x and y, or, with y 0, x pixels row by
     row; planes. */
  guint covers_x, covers_y, covers_planes;
  guint first_plane; /* of the result: the first one that is made */
  guint n_planes;    /* how many are; 0: to the end */
} GengaVulkanStep;

typedef struct
{
  guint n_values; /* the graph's, then some of our own */
  GengaOp *ops;   /* each makes one */
  GengaVulkanValue *values;
  guint result;
  GArray *steps;         /* of GengaVulkanStep */
  GByteArray *constants; /* as they lie on the device */
  GengaPrecision precision;
} GengaVulkanPlan;

void genga_vulkan_plan_free (GengaVulkanPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVulkanPlan, genga_vulkan_plan_free)

G_END_DECLS
