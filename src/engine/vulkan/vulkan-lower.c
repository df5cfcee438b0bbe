/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-lower.h"
#include "engine/vulkan/vulkan-attention.h"
#include "engine/vulkan/vulkan-conv.h"
#include "engine/vulkan/vulkan-pointwise.h"
#include "engine/vulkan/vulkan-rearrange.h"
#include "engine/vulkan/vulkan-resample.h"
#include "engine/vulkan/vulkan-stats.h"

/* A shader's grid has no more along an axis, on any device. */
#define MOST_PLANES 65535
/* Bytes that a shader sees of a buffer, and that an allocation has, on every device. */
#define MOST_WEIGHT_BYTES (1u << 27)
#define MOST_CONSTANT_BYTES (1u << 30)
/* Besides weights, an operation has a bias, a slope and an addend at most. */
#define MOST_CHUNKS 4

/* ---- what there are steps for ---- */

static gboolean
is_known (const GengaOp *op)
{
  switch ((int)op->kind)
    {
    case GENGA_OP_INPUT:
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
    case GENGA_OP_ACTIVATION:
    case GENGA_OP_AFFINE:
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
    case GENGA_OP_CONCAT:
    case GENGA_OP_SLICE:
    case GENGA_OP_PIXEL_SHUFFLE:
    case GENGA_OP_PIXEL_UNSHUFFLE:
    case GENGA_OP_PAD:
    case GENGA_OP_CROP:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
    case GENGA_OP_RESIZE:
    case GENGA_OP_DYSAMPLE:
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_WINDOW_ATTENTION:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Adds what an operation's constants take; FALSE: too much. */
static gboolean
count_constants (const GengaGraph *graph, guint index, guint64 *bytes)
{
  const GengaOp *op = &graph->ops[index];
  guint64 weight = 0;

  if (op->kind == GENGA_OP_CONV2D || op->kind == GENGA_OP_DECONV2D)
    weight = genga_vulkan_conv_get_weight_bytes (graph, index);
  else if (op->weight != GENGA_NONE)
    weight = graph->constants[op->weight].n_elements * (guint64)sizeof (float);
  *bytes += MIN (weight, MOST_CONSTANT_BYTES) +
            MOST_CHUNKS * ((guint64)op->channels * sizeof (float) + 2 * GENGA_VULKAN_ALIGNMENT);
  return weight <= MOST_WEIGHT_BYTES && *bytes <= MOST_CONSTANT_BYTES;
}

gboolean
genga_vulkan_lower_can (const GengaGraph *graph, char **reason)
{
  guint64 bytes = 0;

  for (guint i = 0; i < graph->n_ops; i++)
    {
      const GengaOp *op = &graph->ops[i];

      if (is_known (op) && op->channels <= 4 * MOST_PLANES)
        {
          if (count_constants (graph, i, &bytes))
            continue;
          if (reason != NULL)
            *reason = g_strdup_printf ("the weights up to operation %u are too large", i);
          return FALSE;
        }
      if (reason != NULL)
        *reason = g_strdup_printf ("operation %u is of kind %d", i, (int)op->kind);
      return FALSE;
    }
  return TRUE;
}

/* ---- making it ---- */

static void
find_users (GengaVulkanDraft *self)
{
  for (guint i = 0; i < self->graph->n_ops; i++)
    for (guint k = 0; k < self->graph->ops[i].n_inputs; k++)
      {
        self->n_users[self->graph->ops[i].inputs[k]]++;
        self->users[self->graph->ops[i].inputs[k]] = i;
      }
}

static void
describe_values (GengaVulkanDraft *self)
{
  for (guint i = 0; i < self->graph->n_ops; i++)
    {
      const GengaOp *op = &self->graph->ops[i];

      self->plan->values[i] = (GengaVulkanValue){
        .is_half = self->plan->precision != GENGA_PRECISION_FP32 && !op->is_f32,
        .n_planes = (op->channels + 3) / 4,
        .root = i,
        .is_there = TRUE,
      };
    }
}

/* The value that has been made in the end. */
static guint
add_steps (GengaVulkanDraft *self, guint op)
{
  switch ((int)self->graph->ops[op].kind)
    {
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
      return genga_vulkan_draft_conv (self, op);
    case GENGA_OP_ACTIVATION:
    case GENGA_OP_AFFINE:
      genga_vulkan_draft_pointwise (self, op);
      break;
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
      genga_vulkan_draft_combine (self, op);
      break;
    case GENGA_OP_CONCAT:
    case GENGA_OP_SLICE:
    case GENGA_OP_PIXEL_SHUFFLE:
    case GENGA_OP_PIXEL_UNSHUFFLE:
    case GENGA_OP_PAD:
    case GENGA_OP_CROP:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
      genga_vulkan_draft_rearrange (self, op);
      break;
    case GENGA_OP_RESIZE:
      genga_vulkan_draft_resize (self, op);
      break;
    case GENGA_OP_DYSAMPLE:
      genga_vulkan_draft_dysample (self, op);
      break;
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
      genga_vulkan_draft_pool (self, op);
      break;
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_GROUP_NORM:
      genga_vulkan_draft_norm (self, op);
      break;
    case GENGA_OP_GLOBAL_MEAN:
      genga_vulkan_draft_mean (self, op);
      break;
    case GENGA_OP_WINDOW_ATTENTION:
      genga_vulkan_draft_window_attention (self, op);
      break;
    default:
      break; /* the picture is there */
    }
  return op;
}

/*
 * A step that does what comes behind its operation stands where the last of that stood, as only
 * there all of its inputs are there.
 */
static void
add_all_steps (GengaVulkanDraft *self)
{
  guint n_ops = self->graph->n_ops;
  g_autofree GArray **waiting = g_new0 (GArray *, n_ops);
  GArray *ordered = self->plan->steps;

  for (guint i = 0; i < n_ops; i++)
    {
      guint last;

      if (waiting[i] != NULL)
        {
          g_array_append_vals (ordered, waiting[i]->data, waiting[i]->len);
          g_array_unref (waiting[i]);
        }
      if (!self->plan->values[i].is_there || waiting[i] != NULL)
        continue;
      self->plan->steps = g_array_new (FALSE, TRUE, sizeof (GengaVulkanStep));
      last = add_steps (self, i);
      if (last == i)
        g_array_append_vals (ordered, self->plan->steps->data, self->plan->steps->len);
      else
        waiting[last] = g_array_ref (self->plan->steps);
      g_array_unref (self->plan->steps);
    }
  self->plan->steps = ordered;
}

GengaVulkanPlan *
genga_vulkan_lower (const GengaGraph *graph, GengaPrecision precision)
{
  GengaVulkanPlan *plan = g_new0 (GengaVulkanPlan, 1);
  g_autofree guint *n_users = g_new0 (guint, graph->n_ops);
  g_autofree guint *users = g_new0 (guint, graph->n_ops);
  GengaVulkanDraft draft = { graph, plan, n_users, users };

  plan->n_values = graph->n_ops;
  plan->result = graph->n_ops - 1;
  plan->ops = g_memdup2 (graph->ops, graph->n_ops * sizeof *graph->ops);
  plan->values = g_new0 (GengaVulkanValue, graph->n_ops);
  plan->steps = g_array_new (FALSE, TRUE, sizeof (GengaVulkanStep));
  plan->constants = g_byte_array_new ();
  plan->precision = precision;
  find_users (&draft);
  describe_values (&draft);
  genga_vulkan_draft_find_views (&draft);
  add_all_steps (&draft);
  return plan;
}
