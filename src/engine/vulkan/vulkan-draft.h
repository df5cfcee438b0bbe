/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan in the making, as the files share it that know operations. For src/engine/vulkan only.
 *
 * Thread rule: one thread.
 */
#pragma once

#include "engine/vulkan/vulkan-plan.h"

G_BEGIN_DECLS

typedef struct
{
  const GengaGraph *graph;
  GengaVulkanPlan *plan;
  guint *n_users; /* of each value */
  guint *users;   /* the last of them */
} GengaVulkanDraft;

/* A step of `shader` that makes the value `op` from its inputs, pixel by pixel. */
GengaVulkanStep
genga_vulkan_draft_start (const GengaVulkanDraft *self, guint op, GengaVulkanShader shader);

/* Appends it; what it is bound to decides on its first two constants. */
void genga_vulkan_draft_add (GengaVulkanDraft *self, GengaVulkanStep *step);

/* Appends numbers, and zeros up to a multiple of four, in the precision of the operation. */
GengaVulkanChunk genga_vulkan_draft_add_numbers (GengaVulkanDraft *self,
                                                 const GengaOp *op,
                                                 const float *numbers,
                                                 gsize n);

/* The constant for each of `n` channels, or `otherwise` where there is none. */
GengaVulkanChunk genga_vulkan_draft_add_channels (
    GengaVulkanDraft *self, const GengaOp *op, guint constant, int n, float otherwise);

/*
 * What becomes of a value before it is stored: the operations behind it that a step can do along
 * with it. `last` is the value that the step makes.
 */
typedef struct
{
  guint last;
  guint activation; /* an operation, or GENGA_NONE */
  guint addend;     /* a value, or GENGA_NONE */
  gboolean adds_first;
} GengaVulkanTail;

/* Those behind `op`; sums of two maps only where `takes_sums`. */
GengaVulkanTail
genga_vulkan_draft_find_tail (const GengaVulkanDraft *self, guint op, gboolean takes_sums);

/* Makes the step do them: constants 3 and 4, numbers from 8 on, `extra`, input 1. */
void genga_vulkan_draft_apply_tail (GengaVulkanDraft *self,
                                    GengaVulkanStep *step,
                                    const GengaVulkanTail *tail);

/* An activation's constant 3 (`at` 3) or 2, its numbers and slopes. */
void genga_vulkan_draft_set_function (GengaVulkanDraft *self,
                                      GengaVulkanStep *step,
                                      const GengaOp *op,
                                      guint at);

/* A value that is in no graph: a vector in f32. */
guint genga_vulkan_draft_add_vector (GengaVulkanDraft *self, int channels);

/* The same: a map as large as `value`, with other channels, in f32 or as the network is. */
guint
genga_vulkan_draft_add_map (GengaVulkanDraft *self, guint value, int channels, gboolean is_f32);

G_END_DECLS
