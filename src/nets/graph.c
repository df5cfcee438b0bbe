/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-private.h"

#include "nets/graph-f32.h"
#include "nets/graph-sides.h"

#include <string.h>

struct _GengaGraphBuilder
{
  GArray *ops;       /* of GengaOp */
  GArray *constants; /* of GengaConstant, which own their data */
  int minimum;
  int multiple_of;
  gboolean has_weights;
};

static void
clear_constant (gpointer constant)
{
  g_free ((float *)((GengaConstant *)constant)->data);
}

GengaGraphBuilder *
genga_graph_builder_new (int channels, gboolean with_weights)
{
  GengaGraphBuilder *self = g_new0 (GengaGraphBuilder, 1);
  const GengaOp input = {
    .kind = GENGA_OP_INPUT,
    .weight = GENGA_NONE,
    .bias = GENGA_NONE,
    .channels = channels,
    .size = { 1, 1 },
  };

  self->ops = g_array_new (FALSE, FALSE, sizeof (GengaOp));
  self->constants = g_array_new (FALSE, FALSE, sizeof (GengaConstant));
  g_array_set_clear_func (self->constants, clear_constant);
  self->minimum = 1;
  self->multiple_of = 1;
  self->has_weights = with_weights;
  g_array_append_val (self->ops, input);
  return self;
}

void
genga_graph_builder_free (GengaGraphBuilder *self)
{
  g_array_unref (self->ops);
  g_array_unref (self->constants);
  g_free (self);
}

gboolean
genga_graph_builder_has_weights (GengaGraphBuilder *self)
{
  return self->has_weights;
}

void
genga_graph_require_sides (GengaGraphBuilder *self, int minimum, int multiple_of)
{
  self->minimum = minimum;
  self->multiple_of = multiple_of;
}

const GengaOp *
genga_graph_peek (GengaGraphBuilder *self, guint value)
{
  g_assert (value < self->ops->len);
  return &g_array_index (self->ops, GengaOp, value);
}

const GengaConstant *
genga_graph_get_constant (GengaGraphBuilder *self, guint constant)
{
  g_assert (constant < self->constants->len);
  return &g_array_index (self->constants, GengaConstant, constant);
}

/* ---- constants ---- */

guint
genga_graph_take_constant (GengaGraphBuilder *self, guint rank, const int *shape, float *data)
{
  GengaConstant constant = { .rank = rank, .n_elements = 1, .data = data };

  g_assert (rank <= GENGA_CONSTANT_MAX_RANK);
  g_assert (self->has_weights == (data != NULL));
  for (guint i = 0; i < rank; i++)
    {
      constant.shape[i] = shape[i];
      constant.n_elements *= shape[i];
    }
  g_array_append_val (self->constants, constant);
  return self->constants->len - 1;
}

guint
genga_graph_copy_tensor (GengaGraphBuilder *self, const GengaTensor *tensor)
{
  int shape[GENGA_CONSTANT_MAX_RANK];
  float *data = NULL;

  g_assert (tensor->rank <= GENGA_CONSTANT_MAX_RANK);
  for (guint i = 0; i < tensor->rank; i++)
    shape[i] = tensor->shape[i];
  if (self->has_weights)
    {
      data = g_new (float, MAX (1, genga_tensor_get_n_elements (tensor)));
      genga_tensor_copy_f32 (tensor, data);
    }
  return genga_graph_take_constant (self, tensor->rank, shape, data);
}

guint
genga_graph_copy_vector (GengaGraphBuilder *self, const float *values, int n)
{
  return genga_graph_take_constant (
      self, 1, &n, self->has_weights ? g_memdup2 (values, n * sizeof (float)) : NULL);
}

/* ---- operations ---- */

GengaOp
genga_graph_start_op (GengaGraphBuilder *self, GengaOpKind kind, guint input)
{
  GengaOp op = *genga_graph_peek (self, input);

  return (GengaOp){
    .kind = kind,
    .n_inputs = 1,
    .inputs = { input },
    .weight = GENGA_NONE,
    .bias = GENGA_NONE,
    .channels = op.channels,
    .size = op.size,
    .is_vector = op.is_vector,
    .length = op.length,
  };
}

guint
genga_graph_add_op (GengaGraphBuilder *self, const GengaOp *op)
{
  g_array_append_vals (self->ops, op, 1);
  return self->ops->len - 1;
}

guint
genga_graph_conv (GengaGraphBuilder *self, guint input, guint weight, guint bias, int groups)
{
  const GengaConstant *kernel = genga_graph_get_constant (self, weight);
  GengaOp op = genga_graph_start_op (self, GENGA_OP_CONV2D, input);

  g_assert (kernel->rank == 4);
  op.weight = weight;
  op.bias = bias;
  op.conv.kernel_y = kernel->shape[2];
  op.conv.kernel_x = kernel->shape[3];
  op.conv.stride = 1;
  op.conv.pad_y = kernel->shape[2] / 2;
  op.conv.pad_x = kernel->shape[3] / 2;
  op.conv.dilation = 1;
  op.conv.groups = groups;
  return genga_graph_conv_full (self, &op);
}

guint
genga_graph_conv_full (GengaGraphBuilder *self, const GengaOp *op)
{
  const GengaConstant *kernel = genga_graph_get_constant (self, op->weight);
  gboolean is_transposed = op->kind == GENGA_OP_DECONV2D;
  GengaOp full = genga_graph_start_op (self, op->kind, op->inputs[0]);

  g_assert (op->kind == GENGA_OP_CONV2D || is_transposed);
  g_assert (kernel->rank == 4 && op->conv.stride >= 1 && op->conv.groups >= 1);
  g_assert (full.channels ==
            (is_transposed ? kernel->shape[0] : kernel->shape[1] * op->conv.groups));
  full.weight = op->weight;
  full.bias = op->bias;
  full.conv = op->conv;
  full.channels = is_transposed ? kernel->shape[1] * op->conv.groups : kernel->shape[0];
  full.size = is_transposed ? genga_size_ratio_multiply (full.size, op->conv.stride, 1)
                            : genga_size_ratio_multiply (full.size, 1, op->conv.stride);
  return genga_graph_add_op (self, &full);
}

guint
genga_graph_prelu (GengaGraphBuilder *self, guint input, guint slopes)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_ACTIVATION, input);

  g_assert (genga_graph_get_constant (self, slopes)->n_elements == (gsize)op.channels);
  op.activation.function = GENGA_ACTIVATION_PRELU;
  op.weight = slopes;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_leaky_relu (GengaGraphBuilder *self, guint input, float slope)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_ACTIVATION, input);

  op.activation.function = GENGA_ACTIVATION_LEAKY_RELU;
  op.activation.slope = slope;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_activate (GengaGraphBuilder *self, guint input, GengaActivation function)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_ACTIVATION, input);

  g_assert (function != GENGA_ACTIVATION_PRELU && function != GENGA_ACTIVATION_LEAKY_RELU &&
            function != GENGA_ACTIVATION_CLIP && function != GENGA_ACTIVATION_ELU &&
            function != GENGA_ACTIVATION_POW);
  op.activation.function = function;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_elu (GengaGraphBuilder *self, guint input, float slope)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_ACTIVATION, input);

  op.activation.function = GENGA_ACTIVATION_ELU;
  op.activation.slope = slope;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_pow (GengaGraphBuilder *self, guint input, float exponent)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_ACTIVATION, input);

  op.activation.function = GENGA_ACTIVATION_POW;
  op.activation.exponent = exponent;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_clip (GengaGraphBuilder *self, guint input, float low, float high)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_ACTIVATION, input);

  op.activation.function = GENGA_ACTIVATION_CLIP;
  op.activation.low = low;
  op.activation.high = high;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_affine (GengaGraphBuilder *self, guint input, guint factor, guint offset)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_AFFINE, input);

  g_assert (factor == GENGA_NONE ||
            genga_graph_get_constant (self, factor)->n_elements == (gsize)op.channels);
  g_assert (offset == GENGA_NONE ||
            genga_graph_get_constant (self, offset)->n_elements == (gsize)op.channels);
  op.weight = factor;
  op.bias = offset;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_scale (GengaGraphBuilder *self, guint input, float factor)
{
  int n = genga_graph_peek (self, input)->channels;
  g_autofree float *factors = g_new (float, n);

  for (int i = 0; i < n; i++)
    factors[i] = factor;
  return genga_graph_affine (self, input, genga_graph_copy_vector (self, factors, n), GENGA_NONE);
}

guint
genga_graph_combine (GengaGraphBuilder *self, GengaOpKind kind, guint a, guint b)
{
  const GengaOp *other = genga_graph_peek (self, b);
  GengaOp op = genga_graph_start_op (self, kind, a);

  g_assert (kind >= GENGA_OP_ADD && kind <= GENGA_OP_MAX);
  g_assert (op.channels == other->channels || op.channels == 1 || other->channels == 1);
  g_assert (op.is_vector || other->is_vector ||
            (op.size.num == other->size.num && op.size.den == other->size.den));
  op.n_inputs = 2;
  op.inputs[1] = b;
  op.channels = MAX (op.channels, other->channels);
  g_assert (op.is_vector || other->is_vector || op.length == other->length);
  if (op.is_vector)
    {
      op.size = other->size;
      op.length = other->length;
    }
  op.is_vector &= other->is_vector;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_concat (GengaGraphBuilder *self, const guint *inputs, guint n)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_CONCAT, inputs[0]);

  g_assert (n >= 1 && n <= GENGA_OP_MAX_INPUTS);
  op.n_inputs = n;
  for (guint i = 1; i < n; i++)
    {
      const GengaOp *next = genga_graph_peek (self, inputs[i]);

      g_assert (next->size.num == op.size.num && next->size.den == op.size.den &&
                next->is_vector == op.is_vector);
      op.inputs[i] = inputs[i];
      op.channels += next->channels;
    }
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_slice (GengaGraphBuilder *self, guint input, int first, int n)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_SLICE, input);

  g_assert (first >= 0 && n >= 1 && n <= op.channels - first);
  op.slice.first = first;
  op.slice.n = n;
  op.channels = n;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_pixel_shuffle (GengaGraphBuilder *self, guint input, int factor)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_PIXEL_SHUFFLE, input);

  g_assert (factor >= 1 && op.channels % (factor * factor) == 0);
  op.shuffle.factor = factor;
  op.channels /= factor * factor;
  op.size = genga_size_ratio_multiply (op.size, factor, 1);
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_pixel_unshuffle (GengaGraphBuilder *self, guint input, int factor)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_PIXEL_UNSHUFFLE, input);

  g_assert (factor >= 1);
  op.shuffle.factor = factor;
  op.channels *= factor * factor;
  op.size = genga_size_ratio_multiply (op.size, 1, factor);
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_resize (GengaGraphBuilder *self, guint input, GengaResizeKind kind, int num, int den)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_RESIZE, input);

  g_assert (num >= 1 && den >= 1);
  op.resize.kind = kind;
  op.resize.num = num;
  op.resize.den = den;
  op.size = genga_size_ratio_multiply (op.size, num, den);
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_resize_like (GengaGraphBuilder *self, guint input, GengaResizeKind kind, guint like)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_RESIZE, input);

  op.n_inputs = 2;
  op.inputs[1] = like;
  op.size = genga_graph_peek (self, like)->size;
  op.resize.kind = kind;
  op.resize.num = op.resize.den = 1;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_pad (GengaGraphBuilder *self, guint input, const GengaPad *pad)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_PAD, input);

  g_assert (!op.is_vector);
  g_assert (pad->top >= 0 && pad->bottom >= 0 && pad->left >= 0 && pad->right >= 0);
  op.pad.kind = pad->kind;
  op.pad.top = pad->top;
  op.pad.bottom = pad->bottom;
  op.pad.left = pad->left;
  op.pad.right = pad->right;
  op.pad.multiple = MAX (1, pad->multiple);
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_pad_all (GengaGraphBuilder *self, guint input, GengaPadKind kind, int n, int multiple)
{
  const GengaPad pad = { kind, n, n, n, n, multiple };

  return genga_graph_pad (self, input, &pad);
}

static guint
add_crop (GengaGraphBuilder *self,
          guint input,
          int top,
          int bottom,
          int left,
          int right,
          gboolean to_picture)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_CROP, input);

  g_assert (!op.is_vector && top >= 0 && bottom >= 0 && left >= 0 && right >= 0);
  op.crop.top = top;
  op.crop.bottom = bottom;
  op.crop.left = left;
  op.crop.right = right;
  op.crop.to_picture = to_picture;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_crop (GengaGraphBuilder *self, guint input, int top, int bottom, int left, int right)
{
  return add_crop (self, input, top, bottom, left, right, FALSE);
}

guint
genga_graph_crop_all (GengaGraphBuilder *self, guint input, int n)
{
  return add_crop (self, input, n, n, n, n, FALSE);
}

guint
genga_graph_crop_to_picture (GengaGraphBuilder *self, guint input, int top, int left)
{
  return add_crop (self, input, top, 0, left, 0, TRUE);
}

guint
genga_graph_pool (GengaGraphBuilder *self, guint input, GengaOpKind kind, const GengaPool *pool)
{
  GengaOp op = genga_graph_start_op (self, kind, input);

  g_assert (kind == GENGA_OP_MAX_POOL || kind == GENGA_OP_MEAN_POOL);
  g_assert (!op.is_vector && pool->stride >= 1);
  g_assert (pool->pad_y >= 0 && 2 * pool->pad_y <= pool->kernel_y);
  g_assert (pool->pad_x >= 0 && 2 * pool->pad_x <= pool->kernel_x);
  op.pool.kernel_y = pool->kernel_y;
  op.pool.kernel_x = pool->kernel_x;
  op.pool.stride = pool->stride;
  op.pool.pad_y = pool->pad_y;
  op.pool.pad_x = pool->pad_x;
  op.pool.counts_pad = pool->counts_pad;
  op.size = genga_size_ratio_multiply (op.size, 1, pool->stride);
  return genga_graph_add_op (self, &op);
}

static guint
add_norm (GengaGraphBuilder *self,
          GengaOpKind kind,
          guint input,
          guint weight,
          guint bias,
          int n_groups,
          double epsilon)
{
  GengaOp op = genga_graph_start_op (self, kind, input);

  g_assert (n_groups >= 1 && op.channels % n_groups == 0);
  op.weight = weight;
  op.bias = bias;
  op.norm.n_groups = n_groups;
  op.norm.epsilon = epsilon;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_layer_norm (
    GengaGraphBuilder *self, guint input, guint weight, guint bias, double epsilon)
{
  return add_norm (self, GENGA_OP_LAYER_NORM, input, weight, bias, 1, epsilon);
}

guint
genga_graph_rms_norm (
    GengaGraphBuilder *self, guint input, guint weight, guint bias, double epsilon)
{
  return add_norm (self, GENGA_OP_RMS_NORM, input, weight, bias, 1, epsilon);
}

guint
genga_graph_group_norm (
    GengaGraphBuilder *self, guint input, guint weight, guint bias, int n_groups, double epsilon)
{
  return add_norm (self, GENGA_OP_GROUP_NORM, input, weight, bias, n_groups, epsilon);
}

guint
genga_graph_real_fft (GengaGraphBuilder *self, guint input)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_REAL_FFT, input);

  g_assert (!op.is_vector);
  op.channels *= 2;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_real_ifft (GengaGraphBuilder *self, guint input)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_REAL_IFFT, input);

  g_assert (!op.is_vector && op.channels % 2 == 0);
  op.channels /= 2;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_global_mean (GengaGraphBuilder *self, guint input)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_GLOBAL_MEAN, input);

  op.is_vector = TRUE;
  return genga_graph_add_op (self, &op);
}

guint
genga_graph_dysample (GengaGraphBuilder *self, guint input, guint offsets, int n_groups, int factor)
{
  GengaOp op = genga_graph_start_op (self, GENGA_OP_DYSAMPLE, input);

  g_assert (op.channels % n_groups == 0);
  g_assert (genga_graph_peek (self, offsets)->channels == 2 * n_groups * factor * factor);
  op.n_inputs = 2;
  op.inputs[1] = offsets;
  op.dysample.n_groups = n_groups;
  op.dysample.factor = factor;
  op.size = genga_size_ratio_multiply (op.size, factor, 1);
  return genga_graph_add_op (self, &op);
}

/* ---- the graph ---- */

GengaGraph *
genga_graph_new (GArray *ops, GArray *constants, int minimum, int multiple_of)
{
  GengaGraph *graph = g_new0 (GengaGraph, 1);
  guint fault = 0;

  graph->minimum = minimum;
  graph->multiple_of = multiple_of;
  if (!genga_ops_find_picture_sides ((GengaOp *)ops->data, ops->len, &graph->minimum,
                                     &graph->multiple_of, &fault))
    g_error ("operation %u of a graph, %s, has maps that do not fit", fault,
             genga_op_kind_get_name (g_array_index (ops, GengaOp, fault).kind));
  graph->n_ops = ops->len;
  graph->n_constants = constants->len;
  genga_graph_mark_f32 ((GengaOp *)ops->data, ops->len);
  graph->ops = (const GengaOp *)g_array_free (ops, FALSE);
  graph->constants = (const GengaConstant *)g_array_free (constants, FALSE);
  return graph;
}

gboolean
genga_graph_builder_check (GengaGraphBuilder *self, char **reason)
{
  int minimum = self->minimum;
  int multiple_of = self->multiple_of;
  guint fault = 0;

  if (genga_ops_find_picture_sides ((GengaOp *)self->ops->data, self->ops->len, &minimum,
                                    &multiple_of, &fault))
    return TRUE;
  if (reason != NULL)
    *reason = g_strdup_printf ("the sides of the maps of operation %u, %s, do not fit", fault,
                               genga_op_kind_get_name (genga_graph_peek (self, fault)->kind));
  return FALSE;
}

GengaGraph *
genga_graph_builder_finish (GengaGraphBuilder *self)
{
  GengaGraph *graph;

  g_assert (!genga_graph_peek (self, self->ops->len - 1)->is_vector);
  /* The graph will own the data. */
  g_array_set_clear_func (self->constants, NULL);
  graph = genga_graph_new (self->ops, self->constants, self->minimum, self->multiple_of);
  g_free (self);
  return graph;
}

void
genga_graph_free (GengaGraph *self)
{
  for (guint i = 0; i < self->n_constants; i++)
    g_free ((float *)self->constants[i].data);
  g_free ((GengaConstant *)self->constants);
  g_free ((GengaOp *)self->ops);
  g_free (self);
}

GengaGraph *
genga_graph_copy (const GengaGraph *self)
{
  GengaGraph *copy = g_memdup2 (self, sizeof *self);
  GengaConstant *constants = g_memdup2 (self->constants, self->n_constants * sizeof *constants);

  for (guint i = 0; i < self->n_constants; i++)
    constants[i].data =
        g_memdup2 (constants[i].data, constants[i].n_elements * sizeof *constants[i].data);
  copy->constants = constants;
  copy->ops = g_memdup2 (self->ops, self->n_ops * sizeof *self->ops);
  return copy;
}

const char *
genga_op_kind_get_name (GengaOpKind kind)
{
  static const char *const names[] = {
    [GENGA_OP_INPUT] = "input",
    [GENGA_OP_CONV2D] = "conv2d",
    [GENGA_OP_DECONV2D] = "deconv2d",
    [GENGA_OP_ACTIVATION] = "activation",
    [GENGA_OP_AFFINE] = "affine",
    [GENGA_OP_ADD] = "add",
    [GENGA_OP_SUB] = "sub",
    [GENGA_OP_MUL] = "mul",
    [GENGA_OP_DIV] = "div",
    [GENGA_OP_MIN] = "min",
    [GENGA_OP_MAX] = "max",
    [GENGA_OP_CONCAT] = "concat",
    [GENGA_OP_SLICE] = "slice",
    [GENGA_OP_PIXEL_SHUFFLE] = "pixel-shuffle",
    [GENGA_OP_PIXEL_UNSHUFFLE] = "pixel-unshuffle",
    [GENGA_OP_RESIZE] = "resize",
    [GENGA_OP_LAYER_NORM] = "layer-norm",
    [GENGA_OP_RMS_NORM] = "rms-norm",
    [GENGA_OP_REAL_FFT] = "real-fft",
    [GENGA_OP_REAL_IFFT] = "real-ifft",
    [GENGA_OP_GROUP_NORM] = "group-norm",
    [GENGA_OP_GLOBAL_MEAN] = "global-mean",
    [GENGA_OP_WINDOW_ATTENTION] = "window-attention",
    [GENGA_OP_CHANNEL_ATTENTION] = "channel-attention",
    [GENGA_OP_DYSAMPLE] = "dysample",
    [GENGA_OP_PAD] = "pad",
    [GENGA_OP_CROP] = "crop",
    [GENGA_OP_GRID_TO_WINDOWS] = "grid-to-windows",
    [GENGA_OP_WINDOWS_TO_GRID] = "windows-to-grid",
    [GENGA_OP_CROSS_ATTENTION] = "cross-attention",
    [GENGA_OP_LIST] = "list",
    [GENGA_OP_MATMUL] = "matmul",
    [GENGA_OP_SOFTMAX] = "softmax",
    [GENGA_OP_SORTED_ATTENTION] = "sorted-attention",
    [GENGA_OP_MAX_POOL] = "max-pool",
    [GENGA_OP_MEAN_POOL] = "mean-pool",
  };

  return names[kind];
}
