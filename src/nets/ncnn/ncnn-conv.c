/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-conv.h"

#include "nets/ncnn/ncnn-functions.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Instead of a border's width: as wide as it takes for the size to stay. */
#define SAME_UPPER (-233)
#define SAME_LOWER (-234)

typedef struct
{
  int kernel_y, kernel_x;
  int stride;
  int dilation;
  int groups;
  int top, bottom, left, right;
} Window;

/* ---- parameters ---- */

/* The same along both axes; what is along the second one stands in `id_y`. */
static gboolean
read_pair (GengaNcnnImport *self, int id, int id_y, int max, int *number)
{
  int other;

  if (!genga_ncnn_get_bounded (self, id, 1, 1, max, number) ||
      !genga_ncnn_get_bounded (self, id_y, *number, 1, max, &other))
    return FALSE;
  return other == *number || genga_ncnn_refuse_param (self, id_y);
}

static void
keep_size (Window *window, gboolean is_lower)
{
  int all_y = (window->kernel_y - 1) * window->dilation;
  int all_x = (window->kernel_x - 1) * window->dilation;

  window->top = (all_y + (is_lower ? 1 : 0)) / 2;
  window->left = (all_x + (is_lower ? 1 : 0)) / 2;
  window->bottom = all_y - window->top;
  window->right = all_x - window->left;
}

static gboolean
read_borders (GengaNcnnImport *self, Window *window)
{
  const int max = GENGA_NCNN_MAX_KERNEL;
  float value;

  if (!genga_ncnn_get_int (self, 4, 0, &window->left))
    return FALSE;
  if (window->left == SAME_UPPER || window->left == SAME_LOWER)
    {
      if (window->stride != 1)
        return genga_ncnn_refuse_param (self, 4);
      keep_size (window, window->left == SAME_LOWER);
    }
  else if (!genga_ncnn_get_bounded (self, 4, 0, 0, max, &window->left) ||
           !genga_ncnn_get_bounded (self, 14, window->left, 0, max, &window->top) ||
           !genga_ncnn_get_bounded (self, 15, window->left, 0, max, &window->right) ||
           !genga_ncnn_get_bounded (self, 16, window->top, 0, max, &window->bottom))
    return FALSE;
  if (g_str_has_prefix (self->layer->type, "Deconvolution"))
    return TRUE;
  return genga_ncnn_get_float (self, 18, 0, &value) &&
         (value == 0 || genga_ncnn_refuse_param (self, 18));
}

static gboolean
read_window (GengaNcnnImport *self, Window *window)
{
  const GengaTensor *weight = genga_ncnn_get_tensor (self, 0);

  *window =
      (Window){ .kernel_y = (int)weight->shape[2], .kernel_x = (int)weight->shape[3], .groups = 1 };
  if (!read_pair (self, 3, 13, GENGA_NCNN_MAX_STRIDE, &window->stride) ||
      !read_pair (self, 2, 12, GENGA_NCNN_MAX_STRIDE, &window->dilation))
    return FALSE;
  if (g_str_has_suffix (self->layer->type, "DepthWise") &&
      !genga_ncnn_get_bounded (self, 7, 1, 1, GENGA_NCNN_MAX_CHANNELS, &window->groups))
    return FALSE;
  return read_borders (self, window);
}

static gboolean
check_channels (GengaNcnnImport *self, guint value, int groups)
{
  const GengaTensor *weight = genga_ncnn_get_tensor (self, 0);
  gint64 wanted = weight->shape[1] * groups;
  int channels = genga_ncnn_peek (self, value)->channels;

  if (wanted != channels)
    return genga_ncnn_refuse (self, _ ("it has weights for %d channels, but gets %d"),
                              (int)MIN (wanted, G_MAXINT), channels);
  return (weight->shape[0] % groups == 0 && weight->shape[0] <= GENGA_NCNN_MAX_CHANNELS) ||
         genga_ncnn_refuse_param (self, 0);
}

/* Rounds as ncnn does where it goes on with whole numbers of 8 bits. */
static guint
quantise (GengaNcnnImport *self, guint value, float scale)
{
  if (scale == 0)
    return value;
  value = genga_ncnn_add_affine (self, value, scale, 0);
  value = genga_graph_activate (self->graph, value, GENGA_ACTIVATION_ROUND);
  value = genga_graph_clip (self->graph, value, -127, 127);
  return genga_ncnn_add_affine (self, value, 1 / scale, 0);
}

/* The second tensor, where there is one. */
static gboolean
make_bias (GengaNcnnImport *self, guint *bias)
{
  *bias = GENGA_NONE;
  if (self->layer->n_tensors < 2)
    return TRUE;
  *bias = genga_ncnn_copy_vector (self, 1, (int)genga_ncnn_get_tensor (self, 0)->shape[0]);
  return *bias != GENGA_NONE;
}

/* ---- convolutions ---- */

/* Borders that are not alike on opposite sides are added before. */
static void
make_borders_even (GengaNcnnImport *self, Window *window, guint *value)
{
  const GengaPad pad = { .kind = GENGA_PAD_ZERO,
                         .top = window->top,
                         .bottom = window->bottom,
                         .left = window->left,
                         .right = window->right };

  if (window->top == window->bottom && window->left == window->right)
    return;
  *value = genga_graph_pad (self->graph, *value, &pad);
  window->top = window->bottom = window->left = window->right = 0;
}

static GengaOp
make_op (GengaOpKind kind, guint value, const Window *window)
{
  return (GengaOp){ .kind = kind,
                    .n_inputs = 1,
                    .inputs = { value },
                    .conv = { .kernel_y = window->kernel_y,
                              .kernel_x = window->kernel_x,
                              .stride = window->stride,
                              .pad_y = window->top,
                              .pad_x = window->left,
                              .dilation = window->dilation,
                              .groups = window->groups } };
}

/* The layer's function of what was convolved, as its output. */
static gboolean
set_convolved (GengaNcnnImport *self, guint value)
{
  return genga_ncnn_add_activation (self, &value) &&
         genga_ncnn_set_map (self, 0, quantise (self, value, self->layer->output_scale));
}

gboolean
genga_ncnn_convolution (GengaNcnnImport *self)
{
  Window window;
  GengaOp op;
  guint value;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !read_window (self, &window) || !check_channels (self, value, window.groups))
    return FALSE;
  if (genga_ncnn_peek (self, value)->is_vector &&
      (window.kernel_y != 1 || window.kernel_x != 1 || window.stride != 1 || window.top != 0 ||
       window.left != 0 || window.bottom != 0 || window.right != 0))
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
  value = quantise (self, value, self->layer->input_scale);
  make_borders_even (self, &window, &value);
  op = make_op (GENGA_OP_CONV2D, value, &window);
  op.weight = genga_graph_copy_tensor (self->graph, genga_ncnn_get_tensor (self, 0));
  if (!make_bias (self, &op.bias))
    return FALSE;
  return set_convolved (self, genga_graph_conv_full (self->graph, &op));
}

/* ---- transposed convolutions ---- */

/* From out x in / groups to in x out / groups, as the graph has them. */
static guint
turn_weights (GengaNcnnImport *self, int groups)
{
  const GengaTensor *weight = genga_ncnn_get_tensor (self, 0);
  const int out = (int)weight->shape[0] / groups;
  const int in = (int)weight->shape[1];
  const int shape[] = { in * groups, out, (int)weight->shape[2], (int)weight->shape[3] };
  const gsize n_taps = (gsize)shape[2] * shape[3];
  g_autofree float *from = NULL;
  float *to = NULL;

  if (genga_graph_builder_has_weights (self->graph))
    {
      from = g_new (float, genga_tensor_get_n_elements (weight));
      to = g_new (float, genga_tensor_get_n_elements (weight));
      genga_tensor_copy_f32 (weight, from);
      for (int g = 0; g < groups; g++)
        for (int o = 0; o < out; o++)
          for (int i = 0; i < in; i++)
            memcpy (to + ((gsize)(g * in + i) * out + o) * n_taps,
                    from + ((gsize)(g * out + o) * in + i) * n_taps, n_taps * sizeof (float));
    }
  return genga_graph_take_constant (self->graph, 4, shape, to);
}

/* More pixels at the right and the bottom are borders that are taken off less. */
static gboolean
read_more (GengaNcnnImport *self, Window *window)
{
  int right, bottom, width, height;

  if (!genga_ncnn_get_bounded (self, 18, 0, 0, window->right, &right) ||
      !genga_ncnn_get_bounded (self, 19, right, 0, window->bottom, &bottom) ||
      !genga_ncnn_get_bounded (self, 20, 0, 0, 0, &width) ||
      !genga_ncnn_get_bounded (self, 21, width, 0, 0, &height))
    return FALSE;
  window->right -= right;
  window->bottom -= bottom;
  return TRUE;
}

gboolean
genga_ncnn_deconvolution (GengaNcnnImport *self)
{
  Window window, none;
  GengaOp op;
  guint value;
  gboolean is_even;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !read_window (self, &window) || !check_channels (self, value, window.groups))
    return FALSE;
  if (genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
  if (!read_more (self, &window))
    return FALSE;
  is_even = window.top == window.bottom && window.left == window.right;
  none = window;
  none.top = none.left = 0;
  op = make_op (GENGA_OP_DECONV2D, value, is_even ? &window : &none);
  op.weight = turn_weights (self, window.groups);
  if (!make_bias (self, &op.bias))
    return FALSE;
  value = genga_graph_conv_full (self->graph, &op);
  if (!is_even)
    value =
        genga_graph_crop (self->graph, value, window.top, window.bottom, window.left, window.right);
  return genga_ncnn_add_activation (self, &value) && genga_ncnn_set_map (self, 0, value);
}

/* ---- linear layers ---- */

/* Of a vector; the linear layer of a whole map depends on its size. */
gboolean
genga_ncnn_inner_product (GengaNcnnImport *self)
{
  const Window window = { .kernel_y = 1, .kernel_x = 1, .stride = 1, .dilation = 1, .groups = 1 };
  GengaTensor weight = *genga_ncnn_get_tensor (self, 0);
  GengaOp op;
  guint value;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value))
    return FALSE;
  if (!genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("it is used on a whole map, whose size would be fixed"));
  if (!check_channels (self, value, 1))
    return FALSE;
  weight.rank = 4;
  for (guint i = 2; i < 4; i++)
    weight.shape[i] = weight.strides[i] = 1;
  value = quantise (self, value, self->layer->input_scale);
  op = make_op (GENGA_OP_CONV2D, value, &window);
  op.weight = genga_graph_copy_tensor (self->graph, &weight);
  if (!make_bias (self, &op.bias))
    return FALSE;
  return set_convolved (self, genga_graph_conv_full (self->graph, &op));
}
