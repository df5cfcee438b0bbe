/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For which pictures the maps of a graph fit each other. */
#include "engine/reference/reference-graph.h"
#include "nets/attention/graph-attention.h"
#include "nets/graph-analysis.h"
#include "nets/graph.h"

#include <string.h>

static GengaOp
make_conv (GengaGraphBuilder *builder, GengaOpKind kind, guint input, int kernel, int stride)
{
  const int shape[] = { 1, 1, kernel, kernel };
  float *data = g_new (float, kernel *kernel);
  GengaOp op = { .kind = kind, .n_inputs = 1, .inputs = { input }, .bias = GENGA_NONE };

  for (int i = 0; i < kernel * kernel; i++)
    data[i] = 0.1f;
  op.weight = genga_graph_take_constant (builder, 4, shape, data);
  op.conv.kernel_y = op.conv.kernel_x = kernel;
  op.conv.stride = stride;
  op.conv.dilation = op.conv.groups = 1;
  return op;
}

static guint
add_conv (GengaGraphBuilder *builder, guint input, int kernel, int stride)
{
  GengaOp op = make_conv (builder, GENGA_OP_CONV2D, input, kernel, stride);

  return genga_graph_conv_full (builder, &op);
}

static guint
add_deconv (GengaGraphBuilder *builder, guint input, int kernel, int stride)
{
  GengaOp op = make_conv (builder, GENGA_OP_DECONV2D, input, kernel, stride);

  return genga_graph_conv_full (builder, &op);
}

/* The graph asks for these sides, and runs on the first ones of them, which it would not elsewhere.
 */
static void
assert_sides (GengaGraphBuilder *builder, int minimum, int multiple_of, int grid)
{
  g_autoptr (GengaGraph) graph = NULL;

  g_assert_true (genga_graph_builder_check (builder, NULL));
  graph = genga_graph_builder_finish (builder);
  g_assert_cmpint (graph->minimum, ==, minimum);
  g_assert_cmpint (graph->multiple_of, ==, multiple_of);
  g_assert_cmpint (genga_graph_get_grid (graph), ==, grid);
  for (int i = 0; i < 4; i++)
    {
      int side = (minimum + multiple_of - 1) / multiple_of * multiple_of + i * multiple_of;
      int out =
          side * graph->ops[graph->n_ops - 1].size.num / graph->ops[graph->n_ops - 1].size.den;
      g_autofree float *input = g_new0 (float, (gsize)side *(side + multiple_of));
      g_autofree float *output =
          g_new0 (float, (gsize)out *(out + multiple_of * MAX (1, out / side)));
      g_autoptr (GError) error = NULL;

      genga_reference_run_graph (graph, input, side, side, output, NULL, &error);
      g_assert_no_error (error);
    }
}

static void
test_any (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);

  genga_graph_pixel_shuffle (builder, genga_graph_concat (builder, (guint[]){ 0, 0, 0, 0 }, 4), 2);
  assert_sides (builder, 1, 1, 1);
}

static void
test_unshuffle (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = genga_graph_pixel_unshuffle (builder, 0, 2);

  value = genga_graph_pixel_unshuffle (builder, value, 3);
  genga_graph_pixel_shuffle (builder, value, 6);
  assert_sides (builder, 1, 6, 6);
}

/* Down and up by strides: with something beside it, sides have to be even. */
static void
test_u (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = add_deconv (builder, add_conv (builder, 0, 2, 2), 2, 2);

  genga_graph_combine (builder, GENGA_OP_ADD, value, 0);
  assert_sides (builder, 1, 2, 2);
}

/* What is padded to a multiple takes every picture, on a grid of its own. */
static void
test_rounded (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = genga_graph_pad_all (builder, 0, GENGA_PAD_REFLECT, 3, 4);

  value = add_conv (builder, add_conv (builder, value, 2, 2), 2, 2);
  value = add_deconv (builder, add_deconv (builder, value, 2, 2), 2, 2);
  genga_graph_crop_to_picture (builder, value, 3, 3);
  assert_sides (builder, 1, 1, 4);
}

/* Two kernels of 7 leave nothing of fewer than 13 pixels. */
static void
test_minimum (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = add_conv (builder, add_conv (builder, 0, 7, 1), 7, 1);

  genga_graph_resize_like (builder, value, GENGA_RESIZE_BILINEAR, 0);
  assert_sides (builder, 13, 1, 1);
}

/* Asked for already, and more. */
static void
test_required (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);

  genga_graph_require_sides (builder, 16, 3);
  genga_graph_pixel_shuffle (builder, genga_graph_pixel_unshuffle (builder, 0, 2), 2);
  assert_sides (builder, 16, 6, 6);
}

/* Whatever is left over: the way back does not depend on it. */
static void
test_left_over (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = add_conv (builder, add_conv (builder, 0, 4, 4), 4, 4);

  genga_graph_resize_like (builder, value, GENGA_RESIZE_NEAREST, 0);
  assert_sides (builder, 16, 1, 16);
}

static void
assert_fault (GengaGraphBuilder *builder, const char *expected)
{
  g_autofree char *reason = NULL;

  g_assert_false (genga_graph_builder_check (builder, &reason));
  g_assert_cmpstr (reason, ==, expected);
  genga_graph_builder_free (builder);
}

static void
test_faults (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = add_conv (builder, 0, 3, 1);

  genga_graph_combine (builder, GENGA_OP_ADD, value, 0);
  assert_fault (builder, "the sides of the maps of operation 2, add, do not fit");

  builder = genga_graph_builder_new (1, TRUE);
  add_conv (builder, 0, 3, 1);
  assert_fault (builder, "the sides of the maps of operation 1, conv2d, do not fit");

  builder = genga_graph_builder_new (1, TRUE);
  genga_graph_crop_to_picture (builder, 0, 1, 0);
  assert_fault (builder, "the sides of the maps of operation 1, crop, do not fit");
}

/* Ratios without an end. */
static void
test_bounds (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = 0;

  for (int i = 0; i < 40; i++)
    value = add_conv (builder, value, 2, 2);
  genga_graph_resize_like (builder, value, GENGA_RESIZE_NEAREST, 0);
  assert_fault (builder, "the sides of the maps of operation 41, resize, do not fit");

  builder = genga_graph_builder_new (1, TRUE);
  for (int i = 0, up = 0; i < 40; i++)
    up = add_deconv (builder, up, 1, 1 << 30);
  assert_fault (builder, "the sides of the maps of operation 40, deconv2d, do not fit");
}

/* What only divides a map asks for as much of the picture as its size makes of that. */
static void
test_divisors (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  GengaAttention attention = { .n_heads = 1, .window_y = 4, .window_x = 6 };
  const float one = 1;
  guint value;

  value = genga_graph_grid_to_windows (builder, add_conv (builder, 0, 2, 2), 3);
  value = genga_graph_windows_to_grid (builder, value, 3);
  genga_graph_resize_like (builder, value, GENGA_RESIZE_NEAREST, 0);
  assert_sides (builder, 1, 6, 6);

  builder = genga_graph_builder_new (1, TRUE);
  value = genga_graph_real_fft (builder, genga_graph_resize (builder, 0, 0, 3, 1));
  value = genga_graph_real_ifft (builder, value);
  assert_sides (builder, 1, 2, 2);

  builder = genga_graph_builder_new (1, TRUE);
  attention.weight = genga_graph_copy_vector (builder, &one, 1);
  attention.queries = attention.keys = attention.values =
      genga_graph_resize (builder, 0, GENGA_RESIZE_NEAREST, 2, 1);
  genga_graph_channel_attention (builder, &attention);
  assert_sides (builder, 1, 6, 6);
}

/* Both axes count. */
static void
test_axes (void)
{
  const GengaPad pad = { .left = 2 };
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);

  genga_graph_pad (builder, 0, &pad);
  assert_fault (builder, "the sides of the maps of operation 1, pad, do not fit");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph-sides/any", test_any);
  g_test_add_func ("/graph-sides/unshuffle", test_unshuffle);
  g_test_add_func ("/graph-sides/u", test_u);
  g_test_add_func ("/graph-sides/rounded", test_rounded);
  g_test_add_func ("/graph-sides/minimum", test_minimum);
  g_test_add_func ("/graph-sides/required", test_required);
  g_test_add_func ("/graph-sides/left-over", test_left_over);
  g_test_add_func ("/graph-sides/faults", test_faults);
  g_test_add_func ("/graph-sides/bounds", test_bounds);
  g_test_add_func ("/graph-sides/divisors", test_divisors);
  g_test_add_func ("/graph-sides/axes", test_axes);
  return g_test_run ();
}
