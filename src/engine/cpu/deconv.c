/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/deconv.h"

#include "engine/cpu/cpu-step.h"

/* Along one axis. */
typedef struct
{
  int stride, kernel, dilation, pad;
  int first, n_taps; /* of the convolution: input q + first and further down */
  int n_above;       /* pixels that it makes above the result's, in strides */
} Axis;

static int
divide_up (int a, int b)
{
  return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

static Axis
find_axis (const GengaOp *op, GengaAxis axis)
{
  const gboolean is_y = axis == GENGA_AXIS_Y;
  const int span = op->conv.dilation * ((is_y ? op->conv.kernel_y : op->conv.kernel_x) - 1) + 1;
  Axis self = { .stride = op->conv.stride,
                .kernel = is_y ? op->conv.kernel_y : op->conv.kernel_x,
                .dilation = op->conv.dilation,
                .pad = is_y ? op->conv.pad_y : op->conv.pad_x };
  const int last = (self.pad + self.stride - 1) / self.stride;

  self.first = divide_up (self.pad - span + 1, self.stride);
  self.n_taps = last - self.first + 1;
  /* The same padding at both ends: pixels made, less those that there are. */
  if (self.stride * (1 - self.first - last) - span + 2 * self.pad < 0)
    self.n_above = 1;
  return self;
}

const char *
genga_cpu_deconv_find_fault (const GengaOp *op)
{
  const int kernel = MAX (op->conv.kernel_y, op->conv.kernel_x);

  if (op->conv.stride > GENGA_CPU_MAX_FACTOR || op->conv.dilation > 63 || kernel > 63 ||
      op->conv.dilation * (kernel - 1) >= 63)
    return "a very large transposed convolution";
  if (op->conv.pad_y > op->conv.dilation * (op->conv.kernel_y - 1) ||
      op->conv.pad_x > op->conv.dilation * (op->conv.kernel_x - 1))
    return "a transposed convolution that loses what it makes";
  return NULL;
}

static guint
add_op (GengaCpuGraph *self, const GengaOp *op)
{
  g_array_append_val (self->ops, *op);
  return self->ops->len - 1;
}

static guint
add_constant (GengaCpuGraph *self, guint rank, const int *shape, float *data)
{
  GengaConstant constant = { .rank = rank, .n_elements = 1, .data = data };

  for (guint i = 0; i < rank; i++)
    {
      constant.shape[i] = shape[i];
      constant.n_elements *= shape[i];
    }
  g_ptr_array_add (self->made, data);
  g_array_append_val (self->constants, constant);
  return self->constants->len - 1;
}

/* The tap of the transposed kernel that pixel `rest` of a stride has at input q + first + i; -1. */
static int
find_tap (const Axis *axis, int rest, int i)
{
  const int at = rest + axis->pad - axis->stride * (axis->first + i);

  if (at < 0 || at % axis->dilation != 0 || at / axis->dilation >= axis->kernel)
    return -1;
  return at / axis->dilation;
}

/* [out, row and column in the stride][in][y][x] out of [in][out in a group][y][x]. */
static float *
spread_weights (const GengaOp *op, const float *weights, int n_in, const Axis *y, const Axis *x)
{
  const int stride = op->conv.stride, n_out = op->channels / op->conv.groups;
  const int n_grouped = n_in / op->conv.groups;
  float *spread = g_new0 (float, (gsize)op->channels *stride *stride *n_in * y->n_taps * x->n_taps),
        *to = spread;

  for (int k = 0; k < op->channels * stride * stride; k++)
    for (int c = 0; c < n_in; c++)
      for (int i = 0; i < y->n_taps; i++)
        for (int j = 0; j < x->n_taps; j++, to++)
          {
            const int o = k / (stride * stride);
            const int row = find_tap (y, k / stride % stride, i);
            const int column = find_tap (x, k % stride, j);

            if (row >= 0 && column >= 0 && c / n_grouped == o / n_out)
              *to = weights[(((gsize)c * n_out + o % n_out) * op->conv.kernel_y + row) *
                                op->conv.kernel_x +
                            column];
          }
  return spread;
}

static float *
spread_bias (const GengaOp *op, const float *bias)
{
  const int area = op->conv.stride * op->conv.stride;
  float *spread = g_new (float, (gsize)op->channels *area);

  for (int k = 0; k < op->channels * area; k++)
    spread[k] = bias[k / area];
  return spread;
}

/* The convolution, with its numbers where the graph has some. */
static guint
add_conv (
    GengaCpuGraph *self, const GengaGraph *graph, const GengaOp *op, const Axis *y, const Axis *x)
{
  const int n_in = g_array_index (self->ops, GengaOp, op->inputs[0]).channels;
  const int n_out = op->channels * op->conv.stride * op->conv.stride;
  const float *weights = graph->constants[op->weight].data;
  GengaOp conv = *op;

  conv.kind = GENGA_OP_CONV2D;
  conv.channels = n_out;
  conv.size = g_array_index (self->ops, GengaOp, op->inputs[0]).size;
  conv.conv.kernel_y = y->n_taps;
  conv.conv.kernel_x = x->n_taps;
  conv.conv.stride = conv.conv.dilation = conv.conv.groups = 1;
  conv.conv.pad_y = y->n_above - y->first;
  conv.conv.pad_x = x->n_above - x->first;
  conv.weight = add_constant (self, 4, (int[]){ n_out, n_in, y->n_taps, x->n_taps },
                              weights != NULL ? spread_weights (op, weights, n_in, y, x) : NULL);
  if (op->bias != GENGA_NONE)
    {
      const float *bias = graph->constants[op->bias].data;

      conv.bias = add_constant (self, 1, &n_out, bias != NULL ? spread_bias (op, bias) : NULL);
    }
  return add_op (self, &conv);
}

/* Rows or columns that are too many, below or at the right. */
static int
count_below (const Axis *axis)
{
  const int span = axis->dilation * (axis->kernel - 1) + 1, pad = axis->n_above - axis->first;

  return axis->stride * (2 * pad - axis->n_taps + 2 - axis->n_above) - span + 2 * axis->pad;
}

static guint
add_spread (GengaCpuGraph *self, const GengaGraph *graph, const GengaOp *op)
{
  const Axis y = find_axis (op, GENGA_AXIS_Y), x = find_axis (op, GENGA_AXIS_X);
  GengaOp shuffle = { .kind = GENGA_OP_PIXEL_SHUFFLE,
                      .n_inputs = 1,
                      .weight = GENGA_NONE,
                      .bias = GENGA_NONE,
                      .channels = op->channels,
                      .size = op->size,
                      .is_f32 = op->is_f32 };
  GengaOp crop = shuffle;

  shuffle.inputs[0] = add_conv (self, graph, op, &y, &x);
  shuffle.shuffle.factor = op->conv.stride;
  crop.kind = GENGA_OP_CROP;
  crop.inputs[0] = add_op (self, &shuffle);
  crop.crop.top = y.stride * y.n_above;
  crop.crop.left = x.stride * x.n_above;
  crop.crop.bottom = count_below (&y);
  crop.crop.right = count_below (&x);
  if (crop.crop.top + crop.crop.left + crop.crop.bottom + crop.crop.right == 0)
    return crop.inputs[0];
  return add_op (self, &crop);
}

GengaCpuGraph *
genga_cpu_graph_new (const GengaGraph *graph)
{
  GengaCpuGraph *self = g_new0 (GengaCpuGraph, 1);
  g_autofree guint *values = g_new (guint, graph->n_ops);

  self->ops = g_array_new (FALSE, FALSE, sizeof (GengaOp));
  self->constants = g_array_new (FALSE, FALSE, sizeof (GengaConstant));
  self->made = g_ptr_array_new_with_free_func (g_free);
  g_array_append_vals (self->constants, graph->constants, graph->n_constants);
  for (guint i = 0; i < graph->n_ops; i++)
    {
      GengaOp op = graph->ops[i];

      for (guint k = 0; k < op.n_inputs; k++)
        op.inputs[k] = values[op.inputs[k]];
      values[i] = op.kind == GENGA_OP_DECONV2D ? add_spread (self, graph, &op) : add_op (self, &op);
    }
  self->graph = *graph;
  self->graph.ops = (const GengaOp *)(gpointer)self->ops->data;
  self->graph.n_ops = self->ops->len;
  self->graph.constants = (const GengaConstant *)(gpointer)self->constants->data;
  self->graph.n_constants = self->constants->len;
  return self;
}

void
genga_cpu_graph_free (GengaCpuGraph *self)
{
  g_array_unref (self->ops);
  g_array_unref (self->constants);
  g_ptr_array_unref (self->made);
  g_free (self);
}
