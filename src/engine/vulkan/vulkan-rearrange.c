/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-rearrange.h"

typedef enum
{
  CHANNELS,
  SHUFFLE,
  UNSHUFFLE,
  PAD,
  CROP,
  TO_WINDOWS,
  TO_GRID,
} Kind; /* as shaders/rearrange.comp numbers them */

/* ---- views ---- */

/* Whether a value's memory is its own, and only its own. */
static gboolean
is_free (const GengaVulkanDraft *self, guint value)
{
  const GengaVulkanValue *values = self->plan->values;

  if (value == 0 || values[value].root != value)
    return FALSE;
  for (guint i = value + 1; i < self->graph->n_ops; i++)
    if (values[i].root == value)
      return FALSE;
  return TRUE;
}

static void
place (GengaVulkanDraft *self, guint value, guint inside, guint plane)
{
  const GengaVulkanValue *outer = &self->plan->values[inside];
  GengaVulkanValue *inner = &self->plan->values[value];

  inner->root = outer->root;
  inner->first_plane = outer->first_plane + plane;
}

/* Whether all parts lie one after the other inside one value already. */
static gboolean
follow_each_other (const GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  const GengaVulkanValue *values = self->plan->values;
  const GengaVulkanValue *first = &values[op->inputs[0]];
  guint plane = first->first_plane;

  if (first->root == op->inputs[0] || values[first->root].is_half != values[index].is_half)
    return FALSE;
  for (guint k = 0; k < op->n_inputs; k++)
    {
      const GengaVulkanValue *part = &values[op->inputs[k]];

      if (part->root != first->root || part->first_plane != plane ||
          (k + 1 < op->n_inputs && self->graph->ops[op->inputs[k]].channels % 4 != 0))
        return FALSE;
      plane += part->n_planes;
    }
  return TRUE;
}

/* Puts those parts of a concatenation into it that can be made there. */
static void
place_parts (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  int channel = 0;

  for (guint k = 0; k < op->n_inputs; k++)
    {
      guint part = op->inputs[k];
      int n = self->graph->ops[part].channels;

      if (channel % 4 == 0 && (n % 4 == 0 || k + 1 == op->n_inputs) && is_free (self, part) &&
          self->plan->values[part].is_half == self->plan->values[index].is_half)
        place (self, part, index, channel / 4);
      channel += n;
    }
}

/* A slice of whole planes is a view, also of what lies inside something else. */
static void
place_slice (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  guint from = op->inputs[0];
  gboolean ends_whole =
      op->slice.n % 4 == 0 || op->slice.first + op->slice.n == self->graph->ops[from].channels;

  if (op->slice.first % 4 == 0 && ends_whole && is_free (self, index) &&
      self->plan->values[from].is_half == self->plan->values[index].is_half)
    {
      place (self, index, from, op->slice.first / 4);
      self->plan->values[index].is_there = FALSE;
    }
}

/* The largest ones first: they have room for those that are made of the same parts. */
static int
compare_concats (gconstpointer a, gconstpointer b, gpointer data)
{
  const GengaOp *ops = data;
  guint first = *(const guint *)a, second = *(const guint *)b;

  if (ops[first].channels != ops[second].channels)
    return ops[second].channels - ops[first].channels;
  return first < second ? -1 : 1;
}

void
genga_vulkan_draft_find_views (GengaVulkanDraft *self)
{
  g_autoptr (GArray) concats = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->graph->n_ops; i++)
    if (self->graph->ops[i].kind == GENGA_OP_CONCAT)
      g_array_append_val (concats, i);
  g_array_sort_with_data (concats, compare_concats, (gpointer)self->graph->ops);
  for (guint i = 0; i < concats->len; i++)
    {
      guint index = g_array_index (concats, guint, i);

      if (is_free (self, index) && follow_each_other (self, index))
        {
          place (self, index, self->graph->ops[index].inputs[0], 0);
          self->plan->values[index].is_there = FALSE;
        }
      else if (self->plan->values[index].root == index)
        place_parts (self, index);
    }
  for (guint i = 0; i < self->graph->n_ops; i++)
    if (self->graph->ops[i].kind == GENGA_OP_SLICE)
      place_slice (self, i);
}

/* ---- steps ---- */

/* Channels of `part` to the result, from `channel` on. */
static void
copy_channels (GengaVulkanDraft *self, guint index, guint part, int channel, int first, int n)
{
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_REARRANGE);

  step.key.constants[2] = CHANNELS;
  step.n_inputs = 2;
  step.inputs[0] = part;
  step.inputs[1] = index;
  step.numbers[0] = channel;
  step.numbers[1] = first;
  step.numbers[2] = n;
  step.first_plane = step.numbers[11] = channel / 4;
  step.n_planes = (channel + n + 3) / 4 - channel / 4;
  genga_vulkan_draft_add (self, &step);
}

static void
concat (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  const GengaVulkanValue *values = self->plan->values;
  int channel = 0;

  for (guint k = 0; k < op->n_inputs; k++)
    {
      guint part = op->inputs[k];
      gboolean is_there = values[part].root == values[index].root && channel % 4 == 0 &&
                          values[part].first_plane == values[index].first_plane + channel / 4;

      if (!is_there)
        copy_channels (self, index, part, channel, 0, self->graph->ops[part].channels);
      channel += self->graph->ops[part].channels;
    }
}

static void
set_numbers (GengaVulkanStep *step, const GengaOp *op)
{
  switch ((int)op->kind)
    {
    case GENGA_OP_PIXEL_UNSHUFFLE:
      step->key.constants[2] = UNSHUFFLE;
      step->numbers[0] = op->shuffle.factor;
      break;
    case GENGA_OP_PAD:
      step->key.constants[2] = PAD;
      step->numbers[0] = op->pad.kind;
      step->numbers[1] = op->pad.top;
      step->numbers[2] = op->pad.left;
      break;
    case GENGA_OP_CROP:
      step->key.constants[2] = CROP;
      step->numbers[1] = op->crop.top;
      step->numbers[2] = op->crop.left;
      break;
    case GENGA_OP_GRID_TO_WINDOWS:
      step->key.constants[2] = TO_WINDOWS;
      step->numbers[0] = op->shuffle.factor;
      break;
    case GENGA_OP_WINDOWS_TO_GRID:
      step->key.constants[2] = TO_GRID;
      step->numbers[0] = op->shuffle.factor;
      break;
    default:
      step->key.constants[2] = SHUFFLE;
      step->numbers[0] = op->shuffle.factor;
      break;
    }
}

void
genga_vulkan_draft_rearrange (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  GengaVulkanStep step;

  if (op->kind == GENGA_OP_CONCAT)
    {
      concat (self, index);
      return;
    }
  if (op->kind == GENGA_OP_SLICE)
    {
      copy_channels (self, index, op->inputs[0], 0, op->slice.first, op->slice.n);
      return;
    }
  step = genga_vulkan_draft_start (self, index, GENGA_VULKAN_SHADER_REARRANGE);
  set_numbers (&step, op);
  genga_vulkan_draft_add (self, &step);
}
