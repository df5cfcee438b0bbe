/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-conv.h"

/* Planes and pixels along x of a thread of shaders/conv.comp. */
#define BLOCKS 2
#define PIXELS 4
/* Pixels along y of a workgroup of shaders/conv3x3.comp. */
#define ROWS_3X3 64

typedef struct
{
  const float *weight;
  gboolean is_transposed;
  gboolean is_depthwise;
  int n_in, n_out; /* channels of a group */
  int n_taps;
} Layer;

static Layer
describe (const GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  int groups = op->conv.groups;

  return (Layer){
    .weight = self->graph->constants[op->weight].data,
    .is_transposed = op->kind == GENGA_OP_DECONV2D,
    .is_depthwise = groups == op->channels && groups == self->graph->ops[op->inputs[0]].channels,
    .n_in = self->graph->ops[op->inputs[0]].channels / groups,
    .n_out = op->channels / groups,
    .n_taps = op->conv.kernel_y * op->conv.kernel_x,
  };
}

/* The weight between an input of a result's group and the result. */
static float
get_weight (const Layer *self, int result, int input, int tap)
{
  int group = result / self->n_out;
  gsize filter = self->is_transposed
                     ? ((gsize)group * self->n_in + input) * self->n_out + result % self->n_out
                     : (gsize)result * self->n_in + input;

  return self->weight[filter * self->n_taps + tap];
}

/* [result's plane][input's plane][column][row][input's lane][result's lane] */
static GengaVulkanChunk
pack_columns (GengaVulkanDraft *self, const GengaOp *op, const Layer *layer)
{
  int n_planes = (op->channels + 3) / 4, in_planes = (layer->n_in + 3) / 4;
  gsize n = (gsize)n_planes * in_planes * 9 * 16;
  g_autofree float *packed = g_new0 (float, n);

  for (int c = 0; c < op->channels; c++)
    for (int i = 0; i < layer->n_in; i++)
      for (int tap = 0; tap < 9; tap++)
        {
          gsize column = ((gsize)(c / 4) * in_planes + i / 4) * 3 + tap % 3;

          packed[(column * 3 + tap / 3) * 16 + i % 4 * 4 + c % 4] = get_weight (layer, c, i, tap);
        }
  return genga_vulkan_draft_add_numbers (self, op, packed, n);
}

/* [result's plane][input's plane][tap][input's lane][result's lane] */
static GengaVulkanChunk
pack_planes (GengaVulkanDraft *self, const GengaOp *op, const Layer *layer)
{
  int n_planes = (op->channels + 3) / 4, in_planes = (layer->n_in + 3) / 4;
  gsize n = (gsize)n_planes * in_planes * layer->n_taps * 16;
  g_autofree float *packed = g_new0 (float, n);

  for (int c = 0; c < op->channels; c++)
    for (int i = 0; i < layer->n_in; i++)
      for (int tap = 0; tap < layer->n_taps; tap++)
        {
          gsize at = ((gsize)(c / 4) * in_planes + i / 4) * layer->n_taps + tap;

          packed[at * 16 + i % 4 * 4 + c % 4] = get_weight (layer, c, i, tap);
        }
  return genga_vulkan_draft_add_numbers (self, op, packed, n);
}

/* [result][tap][input]; where each channel is a group, [plane][tap][lane]. */
static GengaVulkanChunk
pack_groups (GengaVulkanDraft *self, const GengaOp *op, const Layer *layer)
{
  int n_rows = layer->is_depthwise ? (op->channels + 3) / 4 * 4 : op->channels;
  gsize n = (gsize)n_rows * layer->n_taps * layer->n_in;
  g_autofree float *packed = g_new0 (float, n);

  for (int c = 0; c < op->channels; c++)
    for (int tap = 0; tap < layer->n_taps; tap++)
      for (int i = 0; i < layer->n_in; i++)
        {
          gsize at = layer->is_depthwise ? ((gsize)(c / 4) * layer->n_taps + tap) * 4 + c % 4
                                         : ((gsize)c * layer->n_taps + tap) * layer->n_in + i;

          packed[at] = get_weight (layer, c, i, tap);
        }
  return genga_vulkan_draft_add_numbers (self, op, packed, n);
}

/* Whether sums go by whole planes: groups begin and end at them. */
static gboolean
is_dense (const GengaOp *op, const Layer *layer)
{
  if (layer->is_transposed)
    return FALSE;
  return op->conv.groups == 1 || (layer->n_in % 4 == 0 && layer->n_out % (4 * BLOCKS) == 0);
}

static void
set_numbers (GengaVulkanStep *step, const GengaOp *op, int n_in, int n_out)
{
  const gint32 numbers[] = { op->conv.kernel_y,
                             op->conv.kernel_x,
                             op->conv.stride,
                             op->conv.dilation,
                             op->conv.pad_y,
                             op->conv.pad_x,
                             n_in,
                             n_out };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    step->numbers[i] = numbers[i];
}

/* Square, without strides and gaps. */
static gboolean
is_usual (const GengaOp *op, int side)
{
  return op->conv.kernel_y == side && op->conv.kernel_x == side && op->conv.stride == 1 &&
         op->conv.dilation == 1;
}

static GengaVulkanShader
choose_shader (const GengaOp *op, gboolean dense)
{
  if (!dense)
    return GENGA_VULKAN_SHADER_GROUPED;
  return is_usual (op, 3) ? GENGA_VULKAN_SHADER_CONV3X3 : GENGA_VULKAN_SHADER_CONV;
}

/* How much of the result a workgroup makes, and of which weights. */
static void
set_dense (GengaVulkanDraft *self, GengaVulkanStep *step, const GengaOp *op, const Layer *layer)
{
  if (step->key.shader == GENGA_VULKAN_SHADER_CONV3X3)
    {
      step->covers_y = ROWS_3X3;
      step->weight = pack_columns (self, op, layer);
      return;
    }
  step->key.constants[2] = is_usual (op, 1);
  step->covers_x *= PIXELS;
  step->covers_planes = BLOCKS;
  step->weight = pack_planes (self, op, layer);
}

guint64
genga_vulkan_conv_get_weight_bytes (const GengaGraph *graph, guint index)
{
  const GengaOp *op = &graph->ops[index];
  guint64 n_in = graph->ops[op->inputs[0]].channels / op->conv.groups;
  double bytes = (double)(op->channels + 3) * (double)(n_in + 3) * op->conv.kernel_y *
                 op->conv.kernel_x * sizeof (float);

  return (guint64)MIN (bytes, 1e18);
}

guint
genga_vulkan_draft_conv (GengaVulkanDraft *self, guint index)
{
  const GengaOp *op = &self->graph->ops[index];
  Layer layer = describe (self, index);
  gboolean dense = is_dense (op, &layer);
  GengaVulkanStep step = genga_vulkan_draft_start (self, index, choose_shader (op, dense));
  GengaVulkanTail tail = genga_vulkan_draft_find_tail (self, index, dense);

  genga_vulkan_draft_apply_tail (self, &step, &tail);
  step.bias = genga_vulkan_draft_add_channels (self, op, op->bias, op->channels, 0);
  if (dense)
    {
      set_numbers (&step, op, (layer.n_in + 3) / 4, (layer.n_out + 3) / 4);
      set_dense (self, &step, op, &layer);
    }
  else
    {
      set_numbers (&step, op, layer.n_in, layer.n_out);
      step.weight = pack_groups (self, op, &layer);
      step.key.constants[2] = layer.is_transposed;
      step.key.constants[4] = layer.is_depthwise;
    }
  genga_vulkan_draft_add (self, &step);
  for (guint i = index; i != tail.last; i = self->users[i])
    self->plan->values[i].is_there = FALSE;
  return tail.last;
}
