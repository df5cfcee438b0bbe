/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/onnx/onnx-conv.h"

#include "nets/onnx/onnx-numbers.h"
#include "nets/onnx/onnx-rearrange.h"
#include "nets/onnx/onnx-view.h"

#include <glib/gi18n-lib.h>

#define MAX_KERNEL 255
#define MAX_STRIDE 64

/* ---- windows ---- */

/* Two numbers of an attribute that have to be the same, as an int. */
static gboolean
read_pair (GengaOnnxImport *self, const char *name, int *number)
{
  gint64 pair[2];
  int n = genga_onnx_get_ints (self, name, pair, 2);

  *number = 1;
  if (n == 0)
    return TRUE;
  if (n != 2 || pair[0] != pair[1] || pair[0] < 1 || pair[0] > MAX_STRIDE)
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), name);
  *number = (int)pair[0];
  return TRUE;
}

static gboolean
read_pads (GengaOnnxImport *self, GengaOnnxWindow *window)
{
  gint64 pads[4];
  int n = genga_onnx_get_ints (self, "pads", pads, 4);

  if (n == 0)
    return TRUE;
  if (n != 4)
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "pads");
  for (guint i = 0; i < 4; i++)
    if (pads[i] < 0 || pads[i] > MAX_KERNEL)
      return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "pads");
  window->top = (int)pads[0];
  window->left = (int)pads[1];
  window->bottom = (int)pads[2];
  window->right = (int)pads[3];
  return TRUE;
}

/* SAME_UPPER and SAME_LOWER keep the size where the stride is 1. */
static gboolean
read_auto_pad (GengaOnnxImport *self, GengaOnnxWindow *window)
{
  const char *mode = genga_onnx_get_string (self, "auto_pad", "NOTSET");
  int all_y = (window->kernel_y - 1) * window->dilation;
  int all_x = (window->kernel_x - 1) * window->dilation;
  gboolean is_lower = g_str_equal (mode, "SAME_LOWER");

  if (g_str_equal (mode, "NOTSET"))
    return read_pads (self, window);
  if (g_str_equal (mode, "VALID"))
    return TRUE;
  if (window->stride != 1 || (!is_lower && !g_str_equal (mode, "SAME_UPPER")))
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "auto_pad");
  window->top = (all_y + is_lower) / 2;
  window->left = (all_x + is_lower) / 2;
  window->bottom = all_y - window->top;
  window->right = all_x - window->left;
  return TRUE;
}

gboolean
genga_onnx_read_window (GengaOnnxImport *self, GengaOnnxWindow *window, const gint64 kernel[2])
{
  gint64 shape[2] = { kernel[0], kernel[1] };
  int n;

  *window = (GengaOnnxWindow){ 0 };
  n = genga_onnx_get_ints (self, "kernel_shape", shape, 2);
  if (n < 0)
    return FALSE;
  if (n == 1 || shape[0] < 1 || shape[0] > MAX_KERNEL || shape[1] < 1 || shape[1] > MAX_KERNEL ||
      (kernel[0] != 0 && (shape[0] != kernel[0] || shape[1] != kernel[1])))
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "kernel_shape");
  window->kernel_y = (int)shape[0];
  window->kernel_x = (int)shape[1];
  return read_pair (self, "strides", &window->stride) &&
         read_pair (self, "dilations", &window->dilation) && read_auto_pad (self, window);
}

static gboolean
find_side (
    GengaOnnxImport *self, const GengaOnnxSize *side, int more, int stride, GengaOnnxSize *out)
{
  GengaOnnxSize extra = genga_onnx_size_of (more);
  GengaOnnxSize step = genga_onnx_size_of (stride);
  GengaOnnxSize one = genga_onnx_size_of (1);

  if (genga_onnx_size_add (out, side, &extra, 1) && genga_onnx_size_divide (out, out, &step) &&
      genga_onnx_size_floor (out, out, FALSE, &self->multiple) &&
      genga_onnx_size_add (out, out, &one, 1))
    return TRUE;
  return genga_onnx_refuse (self, _ ("its result has an impossible size"));
}

gboolean
genga_onnx_find_window_size (GengaOnnxImport *self,
                             const GengaOnnxWindow *window,
                             guint map,
                             GengaOnnxSize *height,
                             GengaOnnxSize *width)
{
  int extent_y = (window->kernel_y - 1) * window->dilation + 1;
  int extent_x = (window->kernel_x - 1) * window->dilation + 1;

  return find_side (self, genga_onnx_get_height (self, map),
                    window->top + window->bottom - extent_y, window->stride, height) &&
         find_side (self, genga_onnx_get_width (self, map), window->left + window->right - extent_x,
                    window->stride, width);
}

/* ---- constants ---- */

guint
genga_onnx_copy_vector (GengaOnnxImport *self, guint index, int n)
{
  GengaOnnxValue *value;
  const float *floats;

  if (!genga_onnx_need_numbers (self, index, &value))
    return GENGA_NONE;
  if (value->n != (gsize)n)
    {
      genga_onnx_refuse (self, _ ("input %u has not one number for each channel"), index + 1);
      return GENGA_NONE;
    }
  floats = genga_onnx_numbers_peek_floats (self, value);
  return floats != NULL ? genga_graph_copy_vector (self->graph, floats, n) : GENGA_NONE;
}

static guint
make_weights (GengaOnnxImport *self, GengaOnnxValue *value)
{
  int shape[4];
  const float *floats;

  for (guint i = 0; i < 4; i++)
    shape[i] = (int)value->shape[i];
  if (!genga_graph_builder_has_weights (self->graph))
    return genga_graph_take_constant (self->graph, 4, shape, NULL);
  if (value->tensor != NULL)
    return genga_graph_copy_tensor (self->graph, value->tensor);
  floats = genga_onnx_numbers_peek_floats (self, value);
  if (floats == NULL)
    return GENGA_NONE;
  return genga_graph_take_constant (self->graph, 4, shape,
                                    g_memdup2 (floats, MAX (value->n, 1) * sizeof *floats));
}

/*
 * The weights of a convolution, of four axes. They are there once, but each use counts: passes may
 * make each its own.
 */
static guint
copy_weights (GengaOnnxImport *self, GengaOnnxValue *value)
{
  guint constant;

  if (!genga_onnx_take_bytes (self, value->n, sizeof (float)))
    return GENGA_NONE;
  if (value->constant != 0)
    return value->constant - 1;
  constant = make_weights (self, value);
  if (constant != GENGA_NONE)
    value->constant = constant + 1;
  return constant;
}

static gboolean
need_weights (GengaOnnxImport *self, GengaOnnxValue **weights)
{
  if (!genga_onnx_need_numbers (self, 1, weights))
    return FALSE;
  if ((*weights)->rank != 4)
    return genga_onnx_refuse (self, _ ("only pictures of two dimensions are supported"));
  for (guint i = 0; i < 4; i++)
    if ((*weights)->shape[i] < 1 || (*weights)->shape[i] > GENGA_ONNX_MAX_CHANNELS)
      return genga_onnx_refuse (self, _ ("its weights have an impossible size"));
  return TRUE;
}

/* ---- convolutions ---- */

typedef struct
{
  GengaOnnxValue *weights;
  GengaOnnxWindow window;
  guint map;
  int groups;
  int n_out;
} Conv;

static gboolean
read_conv (GengaOnnxImport *self, Conv *conv, gboolean is_transposed)
{
  GengaOnnxValue *view;
  gint64 groups = genga_onnx_get_int (self, "group", 1);
  gint64 n_in, n_out;

  if (!genga_onnx_need_view (self, 0, &view) || !need_weights (self, &conv->weights) ||
      !genga_onnx_read_window (self, &conv->window, conv->weights->shape + 2))
    return FALSE;
  conv->map = genga_onnx_view_to_map (self, view);
  if (conv->map == GENGA_NONE)
    return FALSE;
  n_in = genga_graph_peek (self->graph, conv->map)->channels;
  n_out = conv->weights->shape[is_transposed ? 1 : 0];
  if (groups < 1 || groups > n_in)
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"), "group");
  n_out *= is_transposed ? groups : 1;
  if (conv->weights->shape[is_transposed ? 0 : 1] * (is_transposed ? 1 : groups) != n_in ||
      n_in % groups != 0 || n_out % groups != 0 || n_out > GENGA_ONNX_MAX_CHANNELS)
    return genga_onnx_refuse (
        self, _ ("its weights are for %lld channels, but it gets %lld"),
        (long long)(conv->weights->shape[is_transposed ? 0 : 1] * (is_transposed ? 1 : groups)),
        (long long)n_in);
  conv->groups = (int)groups;
  conv->n_out = (int)n_out;
  return TRUE;
}

/* The bias that may be there; FALSE with an error. */
static gboolean
read_bias (GengaOnnxImport *self, int n, guint *bias)
{
  *bias = GENGA_NONE;
  if (genga_onnx_get_input (self, 2) == NULL)
    return TRUE;
  *bias = genga_onnx_copy_vector (self, 2, n);
  return *bias != GENGA_NONE;
}

static gboolean
fill_op (GengaOnnxImport *self, const Conv *conv, GengaOpKind kind, GengaOp *op)
{
  *op = (GengaOp){ .kind = kind, .n_inputs = 1, .inputs = { conv->map } };
  op->conv.kernel_y = conv->window.kernel_y;
  op->conv.kernel_x = conv->window.kernel_x;
  op->conv.stride = conv->window.stride;
  op->conv.dilation = conv->window.dilation;
  op->conv.groups = conv->groups;
  if (!read_bias (self, conv->n_out, &op->bias))
    return FALSE;
  op->weight = copy_weights (self, conv->weights);
  return op->weight != GENGA_NONE;
}

/* Zeros around the map, where the convolution itself can't have them: more on one side. */
static void
pad_apart (GengaOnnxImport *self, Conv *conv)
{
  GengaOnnxWindow *window = &conv->window;
  const GengaPad pad = {
    GENGA_PAD_ZERO, window->top, window->bottom, window->left, window->right, 1
  };
  GengaOnnxSize more_y = genga_onnx_size_of (window->top + window->bottom);
  GengaOnnxSize more_x = genga_onnx_size_of (window->left + window->right);
  GengaOnnxSize height = *genga_onnx_get_height (self, conv->map);
  GengaOnnxSize width = *genga_onnx_get_width (self, conv->map);

  if (window->top == window->bottom && window->left == window->right)
    return;
  genga_onnx_size_add (&height, &height, &more_y, 1);
  genga_onnx_size_add (&width, &width, &more_x, 1);
  conv->map = genga_graph_pad (self->graph, conv->map, &pad);
  genga_onnx_note_map (self, conv->map, &height, &width);
  window->top = window->bottom = window->left = window->right = 0;
}

gboolean
genga_onnx_conv (GengaOnnxImport *self)
{
  Conv conv;
  GengaOp op;
  GengaOnnxSize height, width;
  guint made;

  if (!read_conv (self, &conv, FALSE))
    return FALSE;
  if (genga_graph_peek (self->graph, conv.map)->is_vector)
    {
      if (conv.window.kernel_y != 1 || conv.window.kernel_x != 1 || conv.window.stride != 1 ||
          conv.window.top + conv.window.bottom + conv.window.left + conv.window.right != 0)
        return genga_onnx_refuse (self, _ ("a convolution of one pixel with a larger kernel is not "
                                           "supported"));
    }
  else
    pad_apart (self, &conv);
  if (!genga_onnx_find_window_size (self, &conv.window, conv.map, &height, &width) ||
      !fill_op (self, &conv, GENGA_OP_CONV2D, &op))
    return FALSE;
  op.conv.pad_y = conv.window.top;
  op.conv.pad_x = conv.window.left;
  made = genga_graph_conv_full (self->graph, &op);
  genga_onnx_note_map (self, made, &height, &width);
  return genga_onnx_set_map (self, 0, made);
}

/* (side - 1) * stride + extent - pads + output_padding */
static gboolean
find_transposed_side (
    GengaOnnxImport *self, const GengaOnnxSize *side, int stride, int more, GengaOnnxSize *out)
{
  GengaOnnxSize step = genga_onnx_size_of (stride);
  GengaOnnxSize extra = genga_onnx_size_of (more - stride);

  if (genga_onnx_size_multiply (out, side, &step) && genga_onnx_size_add (out, out, &extra, 1))
    return TRUE;
  return genga_onnx_refuse (self, _ ("its result has an impossible size"));
}

static gboolean
read_output_padding (GengaOnnxImport *self, const GengaOnnxWindow *window, int *more)
{
  gint64 pair[2] = { 0, 0 };

  if (genga_onnx_get_ints (self, "output_padding", pair, 2) < 0)
    return FALSE;
  if (genga_onnx_node_find (self->node, "output_shape") != NULL || pair[0] != pair[1] ||
      pair[0] < 0 || pair[0] > MIN (window->bottom, window->right))
    return genga_onnx_refuse (self, _ ("“%s” has numbers that are not supported"),
                              "output_padding");
  *more = (int)pair[0];
  return TRUE;
}

gboolean
genga_onnx_conv_transpose (GengaOnnxImport *self)
{
  Conv conv;
  GengaOp op;
  GengaOnnxSize height, width;
  GengaOnnxWindow *window = &conv.window;
  gboolean is_even;
  int more = 0;
  guint made;

  if (!read_conv (self, &conv, TRUE) || !read_output_padding (self, window, &more))
    return FALSE;
  if (genga_graph_peek (self->graph, conv.map)->is_vector)
    return genga_onnx_refuse (self, _ ("a vector is not supported here"));
  if (!find_transposed_side (self, genga_onnx_get_height (self, conv.map), window->stride,
                             (window->kernel_y - 1) * window->dilation + 1 - window->top -
                                 window->bottom + more,
                             &height) ||
      !find_transposed_side (self, genga_onnx_get_width (self, conv.map), window->stride,
                             (window->kernel_x - 1) * window->dilation + 1 - window->left -
                                 window->right + more,
                             &width) ||
      !fill_op (self, &conv, GENGA_OP_DECONV2D, &op))
    return FALSE;
  is_even = more == 0 && window->top == window->bottom && window->left == window->right;
  op.conv.pad_y = is_even ? window->top : 0;
  op.conv.pad_x = is_even ? window->left : 0;
  made = genga_graph_conv_full (self->graph, &op);
  if (!is_even)
    made = genga_graph_crop (self->graph, made, window->top, window->bottom - more, window->left,
                             window->right - more);
  genga_onnx_note_map (self, made, &height, &width);
  return genga_onnx_set_map (self, 0, made);
}

/* ---- matrices ---- */

/* out x in weights of a matrix that is in x out, or transposed already. */
static float *
turn_matrix (const float *matrix, int n_in, int n_out, gboolean is_turned, float factor)
{
  float *weights = g_new (float, (gsize)n_in *n_out);

  for (int o = 0; o < n_out; o++)
    for (int i = 0; i < n_in; i++)
      weights[(gsize)o * n_in + i] =
          factor * matrix[is_turned ? (gsize)o * n_in + i : (gsize)i * n_out + o];
  return weights;
}

/* Along the last axis of a view, which must be all channels. */
static gboolean
multiply_last (GengaOnnxImport *self, gboolean is_turned, float factor, guint *made)
{
  GengaOnnxValue *view, *matrix;
  const float *numbers;
  gint64 n_in, n_out;

  if (!genga_onnx_need_view (self, 0, &view) || !genga_onnx_need_numbers (self, 1, &matrix))
    return FALSE;
  if (matrix->rank != 2 || view->rank < 1 ||
      !genga_onnx_view_is_whole (self, view, view->rank - 1, GENGA_ONNX_DIM_CHANNEL))
    return genga_onnx_refuse (self, _ ("only a constant matrix along the channels is supported"));
  n_in = matrix->shape[is_turned ? 1 : 0];
  n_out = matrix->shape[is_turned ? 0 : 1];
  if (n_in != genga_graph_peek (self->graph, view->map)->channels || n_out < 1 ||
      n_out > GENGA_ONNX_MAX_CHANNELS)
    return genga_onnx_refuse (self, _ ("its inputs do not fit together"));
  numbers = genga_onnx_numbers_peek_floats (self, matrix);
  if (numbers == NULL || !genga_onnx_take_bytes (self, matrix->n, sizeof *numbers))
    return FALSE;
  *made = genga_onnx_mix_channels (self, view->map, (int)n_out,
                                   turn_matrix (numbers, (int)n_in, (int)n_out, is_turned, factor));
  return TRUE;
}

/* The axes of the first input, with as many channels at the end as the map has. */
static gboolean
set_last (GengaOnnxImport *self, guint made)
{
  GengaOnnxValue *view = genga_onnx_get_input (self, 0);
  GengaOnnxSize channels = genga_onnx_size_of (genga_graph_peek (self->graph, made)->channels);
  GengaOnnxValue out;
  guint first = view->rank > 1 ? view->ends[view->rank - 2] : 0;

  genga_onnx_view_copy (&out, view, made);
  out.n_atoms = first;
  if (!genga_onnx_size_is (&channels, 1))
    out.atoms[out.n_atoms++] = (GengaOnnxAtom){ GENGA_ONNX_DIM_CHANNEL, 1, channels };
  out.ends[out.rank - 1] = out.n_atoms;
  return genga_onnx_set_output (self, 0, &out);
}

gboolean
genga_onnx_multiply_by_constant (GengaOnnxImport *self)
{
  guint made;

  return multiply_last (self, FALSE, 1, &made) && set_last (self, made);
}

gboolean
genga_onnx_gemm (GengaOnnxImport *self)
{
  gboolean is_turned = genga_onnx_get_int (self, "transB", 0) != 0;
  guint made, bias;

  if (genga_onnx_get_int (self, "transA", 0) != 0 || genga_onnx_get_float (self, "beta", 1) != 1)
    return genga_onnx_refuse (self, _ ("only a constant matrix along the channels is supported"));
  if (!multiply_last (self, is_turned, genga_onnx_get_float (self, "alpha", 1), &made) ||
      !read_bias (self, genga_graph_peek (self->graph, made)->channels, &bias))
    return FALSE;
  if (bias != GENGA_NONE)
    {
      guint sum = genga_graph_affine (self->graph, made, GENGA_NONE, bias);

      genga_onnx_note_like (self, sum, made);
      made = sum;
    }
  return set_last (self, made);
}
