/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-vulkan"

#include "engine/vulkan/vulkan-draft.h"

#include <string.h>

/* ---- steps ---- */

GengaVulkanStep
genga_vulkan_draft_start (const GengaVulkanDraft *self, guint op, GengaVulkanShader shader)
{
  const GengaOp *of = &self->graph->ops[op];
  GengaVulkanStep step = {
    .key = { .shader = shader },
    .n_inputs = MIN (of->n_inputs, GENGA_VULKAN_MAX_INPUTS),
    .result = op,
    .covers_x = GENGA_VULKAN_SIDE,
    .covers_y = GENGA_VULKAN_SIDE,
    .covers_planes = 1,
  };

  for (guint i = 0; i < step.n_inputs; i++)
    step.inputs[i] = of->inputs[i];
  return step;
}

void
genga_vulkan_draft_add (GengaVulkanDraft *self, GengaVulkanStep *step)
{
  const GengaVulkanValue *values = self->plan->values;
  gint32 halves = values[step->result].is_half ? 1 << GENGA_VULKAN_BINDING_RESULT : 0;

  for (guint i = 0; i < step->n_inputs; i++)
    if (values[step->inputs[i]].is_half)
      halves |= 1 << i;
  step->key.constants[GENGA_VULKAN_CONSTANT_HALVES] = halves;
  step->key.constants[GENGA_VULKAN_CONSTANT_IS_BF16] =
      self->plan->precision == GENGA_PRECISION_BF16;
  /* Texels have no form for bfloat16. */
  step->key.constants[GENGA_VULKAN_CONSTANT_HAS_TEXELS] =
      (halves & 1) == 0 || self->plan->precision == GENGA_PRECISION_FP16;
  g_array_append_val (self->plan->steps, *step);
}

/* ---- constants ---- */

/* Rounds to nearest even, keeping 23 - n_dropped bits of the fraction. */
static guint32
round_bits (guint32 bits, guint n_dropped)
{
  if ((bits & 0x7f800000) == 0x7f800000)
    return bits;
  bits += (1u << (n_dropped - 1)) - 1 + (bits >> n_dropped & 1);
  return bits >> n_dropped << n_dropped;
}

static float
round_number (float number, GengaPrecision precision)
{
  guint32 bits;

  if (precision == GENGA_PRECISION_FP16)
    return (_Float16)number;
  memcpy (&bits, &number, sizeof bits);
  bits = round_bits (bits, 16);
  memcpy (&number, &bits, sizeof bits);
  return number;
}

GengaVulkanChunk
genga_vulkan_draft_add_numbers (GengaVulkanDraft *self,
                                const GengaOp *op,
                                const float *numbers,
                                gsize n)
{
  GByteArray *constants = self->plan->constants;
  gsize n_padded = (n + 3) / 4 * 4;
  GengaVulkanChunk chunk = { constants->len, n_padded * sizeof (float) };
  gsize end = chunk.offset + chunk.bytes;
  float *place;

  end = (end + GENGA_VULKAN_ALIGNMENT - 1) / GENGA_VULKAN_ALIGNMENT * GENGA_VULKAN_ALIGNMENT;
  g_byte_array_set_size (constants, end);
  place = (gpointer)(constants->data + chunk.offset);
  memset (place, 0, end - chunk.offset);
  for (gsize i = 0; i < n; i++)
    place[i] = op->is_f32 || self->plan->precision == GENGA_PRECISION_FP32
                   ? numbers[i]
                   : round_number (numbers[i], self->plan->precision);
  return chunk;
}

GengaVulkanChunk
genga_vulkan_draft_add_channels (
    GengaVulkanDraft *self, const GengaOp *op, guint constant, int n, float otherwise)
{
  g_autofree float *numbers = g_new (float, n);

  for (int i = 0; i < n; i++)
    numbers[i] = constant != GENGA_NONE ? self->graph->constants[constant].data[i] : otherwise;
  return genga_vulkan_draft_add_numbers (self, op, numbers, n);
}

/* ---- what comes behind ---- */

static gboolean
is_plain_map (const GengaOp *op)
{
  return !op->is_vector && op->length == 0;
}

/* The operation that is the only one to read a value, if it may go along with it. */
static guint
find_sole_user (const GengaVulkanDraft *self, guint value)
{
  const GengaVulkanValue *values = self->plan->values;

  /* What lies inside another value, or has others inside it, has to be stored. */
  if (self->n_users[value] != 1 || values[value].root != value)
    return GENGA_NONE;
  if (values[value].is_half != values[self->users[value]].is_half)
    return GENGA_NONE;
  return self->users[value];
}

/* The other one of two maps of the same form, or GENGA_NONE. */
static guint
find_addend (const GengaVulkanDraft *self, guint sum, guint value)
{
  const GengaOp *ops = self->graph->ops, *op = &ops[sum];
  guint other = op->inputs[0] == value ? op->inputs[1] : op->inputs[0];

  if (op->kind != GENGA_OP_ADD || op->inputs[0] == op->inputs[1] ||
      ops[other].channels != ops[value].channels || !is_plain_map (&ops[other]) ||
      !is_plain_map (&ops[value]))
    return GENGA_NONE;
  /* Its step does this sum already. */
  if (!self->plan->values[other].is_there && self->users[other] == sum &&
      self->plan->values[other].root == other)
    return GENGA_NONE;
  return other;
}

GengaVulkanTail
genga_vulkan_draft_find_tail (const GengaVulkanDraft *self, guint op, gboolean takes_sums)
{
  GengaVulkanTail tail = { op, GENGA_NONE, GENGA_NONE, FALSE };
  guint user;

  while ((user = find_sole_user (self, tail.last)) != GENGA_NONE)
    {
      if (self->graph->ops[user].kind == GENGA_OP_ACTIVATION && tail.activation == GENGA_NONE)
        {
          tail.activation = user;
          tail.adds_first = tail.addend != GENGA_NONE;
        }
      else if (takes_sums && tail.addend == GENGA_NONE)
        {
          tail.addend = find_addend (self, user, tail.last);
          if (tail.addend == GENGA_NONE)
            break;
        }
      else
        break;
      tail.last = user;
    }
  return tail;
}

void
genga_vulkan_draft_set_function (GengaVulkanDraft *self,
                                 GengaVulkanStep *step,
                                 const GengaOp *op,
                                 guint at)
{
  const float numbers[] = { op->activation.slope, op->activation.low, op->activation.high,
                            op->activation.exponent };

  step->key.constants[at] = op->activation.function;
  memcpy (&step->numbers[8], numbers, sizeof numbers);
  if (op->activation.function == GENGA_ACTIVATION_PRELU)
    step->extra = genga_vulkan_draft_add_channels (self, op, op->weight, op->channels, 0);
}

void
genga_vulkan_draft_apply_tail (GengaVulkanDraft *self,
                               GengaVulkanStep *step,
                               const GengaVulkanTail *tail)
{
  const GengaOp *ops = self->graph->ops;

  step->result = tail->last;
  step->key.constants[3] = -1;
  if (tail->activation != GENGA_NONE)
    genga_vulkan_draft_set_function (self, step, &ops[tail->activation], 3);
  if (tail->addend != GENGA_NONE)
    {
      step->inputs[1] = tail->addend;
      step->n_inputs = 2;
      step->key.constants[4] = tail->adds_first ? 2 : 1;
    }
}

/* ---- values of our own ---- */

static guint
add_value (GengaVulkanDraft *self, const GengaOp *op)
{
  GengaVulkanPlan *plan = self->plan;
  guint index = plan->n_values++;

  plan->ops = g_renew (GengaOp, plan->ops, plan->n_values);
  plan->ops[index] = *op;
  plan->values = g_renew (GengaVulkanValue, plan->values, plan->n_values);
  plan->values[index] = (GengaVulkanValue){
    .is_half = plan->precision != GENGA_PRECISION_FP32 && !op->is_f32,
    .n_planes = (op->channels + 3) / 4,
    .root = index,
    .is_there = TRUE,
  };
  return index;
}

guint
genga_vulkan_draft_add_vector (GengaVulkanDraft *self, int channels)
{
  return add_value (self, &(GengaOp){ .kind = GENGA_OP_GLOBAL_MEAN,
                                      .channels = channels,
                                      .is_vector = TRUE,
                                      .is_f32 = TRUE });
}

guint
genga_vulkan_draft_add_map (GengaVulkanDraft *self, guint value, int channels, gboolean is_f32)
{
  return add_value (self, &(GengaOp){ .kind = GENGA_OP_ACTIVATION,
                                      .n_inputs = 1,
                                      .inputs = { value },
                                      .channels = channels,
                                      .is_f32 = is_f32 });
}
