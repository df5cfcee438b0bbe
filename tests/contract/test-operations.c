/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every operation of a graph on a few numbers, with results that were computed by hand. */
#include "small-graph.h"

#include <math.h>

#define EXPECT(builder, height, width, input, ...)                                                 \
  test_graph_check ((builder), (height), (width), (input), (const float[]){ __VA_ARGS__ })

static GengaGraphBuilder *
start (int channels)
{
  return genga_graph_builder_new (channels, TRUE);
}

/* ---- convolutions ---- */

static void
test_conv (void)
{
  static const float square[] = { 1, 2, 3, 4 };
  GengaGraphBuilder *builder = start (1);
  guint weight = TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9);

  genga_graph_conv (builder, 0, weight, TEST_CONSTANT (builder, TEST_SHAPE (1), 0.5), 1);
  EXPECT (builder, 2, 2, square, 77.5, 67.5, 47.5, 37.5);

  /* A kernel of one row on a map of one column, without a bias. */
  builder = start (1);
  genga_graph_conv (builder, 0, TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 1, 3), 1, 10, 100),
                    GENGA_NONE, 1);
  EXPECT (builder, 4, 1, square, 10, 20, 30, 40);
}

static void
test_conv_channels (void)
{
  static const float pixel[] = { 1, 2, 3, 4 };
  GengaGraphBuilder *builder = start (4);

  /* Rows of a matrix. */
  genga_graph_conv (builder, 0,
                    TEST_CONSTANT (builder, TEST_SHAPE (2, 4, 1, 1), 1, 0, 0, 1, 0, 10, 100, 0),
                    TEST_CONSTANT (builder, TEST_SHAPE (2), 1, 2), 1);
  EXPECT (builder, 1, 1, pixel, 6, 322);

  builder = start (4);
  genga_graph_conv (builder, 0,
                    TEST_CONSTANT (builder, TEST_SHAPE (4, 2, 1, 1), 1, 0, 1, 1, 10, 100, 0, 1),
                    GENGA_NONE, 2);
  EXPECT (builder, 1, 1, pixel, 1, 3, 430, 4);

  builder = start (4);
  genga_graph_conv (builder, 0, TEST_CONSTANT (builder, TEST_SHAPE (4, 1, 1, 1), 2, 3, 4, 5),
                    GENGA_NONE, 4);
  EXPECT (builder, 1, 1, pixel, 2, 6, 12, 20);
}

static GengaOp
make_conv (GengaOpKind kind, guint weight, int kernel_y, int kernel_x)
{
  return (GengaOp){
    .kind = kind,
    .weight = weight,
    .bias = GENGA_NONE,
    .conv = { .kernel_y = kernel_y, .kernel_x = kernel_x, .stride = 1, .dilation = 1, .groups = 1 },
  };
}

static void
test_conv_strides (void)
{
  static const float rows[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  GengaGraphBuilder *builder = start (1);
  GengaOp op = make_conv (GENGA_OP_CONV2D,
                          TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 1, 3), 1, 10, 100), 1, 3);

  op.conv.stride = 2;
  op.conv.pad_x = 1;
  genga_graph_require_sides (builder, 2, 2);
  genga_graph_conv_full (builder, &op);
  EXPECT (builder, 2, 4, rows, 210, 432);

  builder = start (1);
  op = make_conv (GENGA_OP_CONV2D, TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 1, 3), 1, 10, 100), 1,
                  3);
  op.conv.dilation = 2;
  op.conv.pad_x = 2;
  genga_graph_conv_full (builder, &op);
  EXPECT (builder, 1, 4, rows, 310, 420, 31, 42);
}

static void
test_deconv (void)
{
  static const float pixels[] = { 1, 100 };
  GengaGraphBuilder *builder = start (1);
  GengaOp op = make_conv (GENGA_OP_DECONV2D,
                          TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 2, 2), 1, 2, 3, 4), 2, 2);

  op.conv.stride = 2;
  op.bias = TEST_CONSTANT (builder, TEST_SHAPE (1), 0.5);
  genga_graph_conv_full (builder, &op);
  EXPECT (builder, 1, 2, pixels, 1.5, 2.5, 100.5, 200.5, 3.5, 4.5, 300.5, 400.5);

  /* Kernels that overlap, with a pixel taken off both sides. */
  builder = start (1);
  op = make_conv (GENGA_OP_DECONV2D,
                  TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 2, 4), 1, 2, 3, 4, 10, 20, 30, 40), 2,
                  4);
  op.conv.stride = 2;
  op.conv.pad_x = 1;
  genga_graph_conv_full (builder, &op);
  EXPECT (builder, 1, 2, pixels, 2, 103, 204, 300, 20, 1030, 2040, 3000);

  /* Two groups of two channels each; the second one makes two. */
  builder = start (4);
  op = make_conv (GENGA_OP_DECONV2D,
                  TEST_CONSTANT (builder, TEST_SHAPE (4, 2, 1, 1), 1, 2, 3, 4, 5, 6, 7, 8), 1, 1);
  op.conv.groups = 2;
  genga_graph_conv_full (builder, &op);
  EXPECT (builder, 1, 1, ((const float[]){ 1, 10, 100, 1000 }), 31, 42, 7500, 8600);
}

/* ---- number by number ---- */

static void
test_activations (void)
{
  static const float values[] = { -2, 0, 1.5 };
  static const struct
  {
    GengaActivation function;
    float expected[3];
  } rows[] = {
    { GENGA_ACTIVATION_RELU, { 0, 0, 1.5 } },
    { GENGA_ACTIVATION_SILU, { -0.23840584, 0, 1.22636171 } },
    { GENGA_ACTIVATION_MISH, { -0.25250148, 0, 1.40337827 } },
    { GENGA_ACTIVATION_GELU, { -0.04550026, 0, 1.3997892 } },
    { GENGA_ACTIVATION_SIGMOID, { 0.11920292, 0.5, 0.81757448 } },
    { GENGA_ACTIVATION_TANH, { -0.96402758, 0, 0.90514825 } },
  };
  GengaGraphBuilder *builder;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      builder = start (1);
      genga_graph_activate (builder, 0, rows[i].function);
      test_graph_check (builder, 1, 3, values, rows[i].expected);
    }
  builder = start (1);
  genga_graph_leaky_relu (builder, 0, 0.25);
  EXPECT (builder, 1, 3, values, -0.5, 0, 1.5);
  builder = start (1);
  genga_graph_clip (builder, 0, -0.5, 1);
  EXPECT (builder, 1, 3, values, -0.5, 0, 1);
  builder = start (3);
  genga_graph_prelu (builder, 0, TEST_CONSTANT (builder, TEST_SHAPE (3), 0.5, -1, 3));
  EXPECT (builder, 2, 1, ((const float[]){ -2, -2, -2, 1, 1, 1 }), -1, 2, -6, 1, 1, 1);
}

/* Large numbers, whose exponentials are infinite. */
static void
test_activations_far (void)
{
  static const float values[] = { -2000, 2000 };
  static const GengaActivation functions[] = { GENGA_ACTIVATION_SILU, GENGA_ACTIVATION_MISH,
                                               GENGA_ACTIVATION_GELU };

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      GengaGraphBuilder *builder = start (1);

      genga_graph_activate (builder, 0, functions[i]);
      EXPECT (builder, 1, 2, values, 0, 2000);
    }
}

static void
test_affine (void)
{
  static const float pixels[] = { 1, 2, 3, 4 };
  GengaGraphBuilder *builder = start (2);
  guint factor = TEST_CONSTANT (builder, TEST_SHAPE (2), 2, -1);
  guint offset = TEST_CONSTANT (builder, TEST_SHAPE (2), 10, 100);

  genga_graph_affine (builder, 0, factor, offset);
  EXPECT (builder, 1, 2, pixels, 12, 98, 16, 96);
  builder = start (2);
  offset = TEST_CONSTANT (builder, TEST_SHAPE (2), 10, 100);
  genga_graph_affine (builder, 0, GENGA_NONE, offset);
  EXPECT (builder, 2, 1, pixels, 11, 102, 13, 104);
  builder = start (2);
  genga_graph_scale (builder, 0, 0.5);
  EXPECT (builder, 2, 1, pixels, 0.5, 1, 1.5, 2);
}

static void
test_combine (void)
{
  static const float pairs[] = { 6, 2, -3, 4 };
  static const float expected[][2] = { { 8, 1 },     { 4, -7 }, { 12, -12 },
                                       { 3, -0.75 }, { 2, -3 }, { 6, 4 } };

  for (int kind = GENGA_OP_ADD; kind <= GENGA_OP_MAX; kind++)
    {
      GengaGraphBuilder *builder = start (2);
      guint first = genga_graph_slice (builder, 0, 0, 1);
      guint second = genga_graph_slice (builder, 0, 1, 1);

      genga_graph_combine (builder, kind, first, second);
      test_graph_check (builder, 1, 2, pairs, expected[kind - GENGA_OP_ADD]);
    }
}

/* A vector on either side, a single channel on either side, and both at once. */
static void
test_broadcast (void)
{
  static const float pixels[] = { 1, 10, 3, 30 }; /* means: 2, 20 */
  GengaGraphBuilder *builder = start (2);

  genga_graph_combine (builder, GENGA_OP_SUB, 0, genga_graph_global_mean (builder, 0));
  EXPECT (builder, 2, 1, pixels, -1, -10, 1, 10);
  builder = start (2);
  genga_graph_combine (builder, GENGA_OP_SUB, genga_graph_global_mean (builder, 0), 0);
  EXPECT (builder, 1, 2, pixels, 1, 10, -1, -10);
  builder = start (2);
  genga_graph_combine (builder, GENGA_OP_MUL, 0, genga_graph_slice (builder, 0, 1, 1));
  EXPECT (builder, 1, 2, pixels, 10, 100, 90, 900);
  builder = start (2);
  genga_graph_combine (builder, GENGA_OP_DIV, genga_graph_slice (builder, 0, 0, 1), 0);
  EXPECT (builder, 1, 2, pixels, 1, 0.1, 1, 0.1);
  builder = start (2);
  genga_graph_combine (builder, GENGA_OP_ADD, genga_graph_slice (builder, 0, 0, 1),
                       genga_graph_global_mean (builder, 0));
  EXPECT (builder, 1, 2, pixels, 3, 21, 5, 23);
  /* Two vectors make a vector. */
  builder = start (2);
  genga_graph_combine (builder, GENGA_OP_ADD, 0,
                       genga_graph_combine (builder, GENGA_OP_MUL,
                                            genga_graph_global_mean (builder, 0),
                                            genga_graph_global_mean (builder, 0)));
  EXPECT (builder, 1, 2, pixels, 5, 410, 7, 430);
}

/* ---- moving numbers ---- */

static void
test_channels (void)
{
  static const float pixels[] = { 1, 2, 3, 4, 5, 6 };
  GengaGraphBuilder *builder = start (3);
  guint parts[] = { genga_graph_slice (builder, 0, 1, 2), 0, genga_graph_slice (builder, 0, 0, 1) };

  genga_graph_concat (builder, parts, 3);
  EXPECT (builder, 1, 2, pixels, 2, 3, 1, 2, 3, 1, 5, 6, 4, 5, 6, 4);
}

static void
test_shuffle (void)
{
  static const float pixels[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  GengaGraphBuilder *builder = start (8);

  /* Channels 0 to 3 make the first one: rows of two. */
  genga_graph_pixel_shuffle (builder, 0, 2);
  EXPECT (builder, 1, 1, pixels, 1, 5, 2, 6, 3, 7, 4, 8);
  builder = start (4);
  genga_graph_pixel_shuffle (builder, 0, 2);
  EXPECT (builder, 1, 2, pixels, 1, 2, 5, 6, 3, 4, 7, 8);
  builder = start (2);
  genga_graph_require_sides (builder, 2, 2);
  genga_graph_pixel_unshuffle (builder, 0, 2);
  EXPECT (builder, 2, 2, pixels, 1, 3, 5, 7, 2, 4, 6, 8);
}

/* ---- between pixels ---- */

static void
test_nearest (void)
{
  static const float pixels[] = { 1, 10, 2, 20 };
  GengaGraphBuilder *builder = start (2);

  genga_graph_resize (builder, 0, GENGA_RESIZE_NEAREST, 2, 1);
  EXPECT (builder, 1, 2, pixels, 1, 10, 1, 10, 2, 20, 2, 20, 1, 10, 1, 10, 2, 20, 2, 20);
  builder = start (1);
  genga_graph_require_sides (builder, 2, 2);
  genga_graph_resize (builder, 0, GENGA_RESIZE_NEAREST, 3, 2);
  EXPECT (builder, 2, 2, pixels, 1, 1, 10, 1, 1, 10, 2, 2, 20);
}

static void
test_bilinear (void)
{
  GengaGraphBuilder *builder = start (1);

  genga_graph_resize (builder, 0, GENGA_RESIZE_BILINEAR, 2, 1);
  EXPECT (builder, 1, 2, ((const float[]){ 0, 4 }), 0, 1, 3, 4, 0, 1, 3, 4);
  builder = start (1);
  genga_graph_resize (builder, 0, GENGA_RESIZE_BILINEAR, 2, 1);
  EXPECT (builder, 2, 2, ((const float[]){ 0, 0, 0, 16 }), 0, 0, 0, 0, 0, 1, 3, 4, 0, 3, 9, 12, 0,
          4, 12, 16);
}

/*
 * A ramp stays one inside. The outermost three feel the taps that are not there: 5/4, 5/4 and 7/4
 * away.
 */
static void
test_bicubic (void)
{
  static const float ramp[] = { 0, 4, 8, 12, 16, 20 };
  static const float ends[] = { 4 * -0.0703125f, 1 + 4 * -0.0703125f, 3 + 4 * -0.0234375f };
  GengaGraphBuilder *builder = start (1);
  float expected[24];

  for (int x = 0; x < 12; x++)
    {
      expected[x] = 2 * x - 1;
      if (x < 3)
        expected[x] = ends[x];
      else if (x >= 9)
        expected[x] = 20 - ends[11 - x];
      expected[12 + x] = expected[x];
    }
  genga_graph_resize (builder, 0, GENGA_RESIZE_BICUBIC, 2, 1);
  test_graph_check (builder, 1, 6, ramp, expected);
}

static guint
add_offsets (GengaGraphBuilder *builder, int n, const float *offsets)
{
  g_autofree float *zeros = g_new0 (float, n);
  int shape[] = { n, 1, 1, 1 };
  guint weight =
      genga_graph_take_constant (builder, 4, shape, g_memdup2 (zeros, n * sizeof (float)));
  guint first = genga_graph_slice (builder, 0, 0, 1);

  return genga_graph_conv (builder, first, weight, genga_graph_copy_vector (builder, offsets, n),
                           1);
}

static void
test_dysample (void)
{
  static const float pixels[] = { 0, 10, 4, 20 };
  static const float none[8] = { 0 };
  /* The places of the sub-pixels: what bilinear enlarging reads. */
  static const float own[] = { -0.25, 0.25, -0.25, 0.25, -0.25, -0.25, 0.25, 0.25 };
  /* Group 0 reads a pixel to the right, group 1 one to the left; both far below the map. */
  static const float shifted[] = { 1, 1, 1, 1, -1, -1, -1, -1, 9, 9, 9, 9, 9, 9, 9, 9 };
  GengaGraphBuilder *builder = start (2);

  genga_graph_dysample (builder, 0, add_offsets (builder, 8, none), 1, 2);
  EXPECT (builder, 1, 2, pixels, 0, 10, 0, 10, 4, 20, 4, 20, 0, 10, 0, 10, 4, 20, 4, 20);
  builder = start (2);
  genga_graph_dysample (builder, 0, add_offsets (builder, 8, own), 1, 2);
  EXPECT (builder, 1, 2, pixels, 0, 10, 1, 12.5, 3, 17.5, 4, 20, 0, 10, 1, 12.5, 3, 17.5, 4, 20);
  builder = start (2);
  genga_graph_dysample (builder, 0, add_offsets (builder, 16, shifted), 2, 2);
  EXPECT (builder, 1, 2, pixels, 4, 10, 4, 10, 4, 10, 4, 10, 4, 10, 4, 10, 4, 10, 4, 10);
  /* Each sub-pixel has its own offset: row by row, x before y. */
  builder = start (1);
  genga_graph_dysample (
      builder, 0, add_offsets (builder, 8, (const float[]){ 0, 1, 0, 1, 0, 0, 0.5, 0.5 }), 1, 2);
  EXPECT (builder, 2, 2, ((const float[]){ 0, 4, 8, 12 }), 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 8,
          12, 12, 12);
}

/* ---- norms ---- */

static void
test_layer_norm (void)
{
  static const float pixels[] = { 1, 3, 2, 2, 0, 8 };
  GengaGraphBuilder *builder = start (2);
  guint weight = TEST_CONSTANT (builder, TEST_SHAPE (2), 2, 4);
  guint bias = TEST_CONSTANT (builder, TEST_SHAPE (2), 10, 20);

  /* Variances 1, 0, 16. */
  genga_graph_layer_norm (builder, 0, weight, bias, 9);
  EXPECT (builder, 3, 1, pixels, 10 - 2 / sqrt (10), 20 + 4 / sqrt (10), 10, 20, 10 - 8 / 5.,
          20 + 16 / 5.);
}

static void
test_rms_norm (void)
{
  static const float pixels[] = { 3, 4, 0, 0, -1, 7 };
  GengaGraphBuilder *builder = start (2);
  guint weight = TEST_CONSTANT (builder, TEST_SHAPE (2), 2, 4);
  guint bias = TEST_CONSTANT (builder, TEST_SHAPE (2), 10, 20);

  /* Means of squares 12.5, 0, 25; epsilon is outside the root. */
  genga_graph_rms_norm (builder, 0, weight, bias, 3);
  EXPECT (builder, 3, 1, pixels, 10 + 6 / (sqrt (12.5) + 3), 20 + 16 / (sqrt (12.5) + 3), 10, 20,
          10 - 2 / 8., 20 + 28 / 8.);
}

static void
test_fourier (void)
{
  static const float pixels[] = { 1, 0, 0, 0, 2, 2, 2, 2, -3, 0.5, 0, 7 };
  GengaGraphBuilder *builder = start (1);
  guint spectrum = genga_graph_real_fft (builder, 0);

  g_assert_cmpint (genga_graph_peek (builder, spectrum)->channels, ==, 2);
  genga_graph_real_ifft (builder, spectrum);
  EXPECT (builder, 3, 4, pixels, 1, 0, 0, 0, 2, 2, 2, 2, -3, 0.5, 0, 7);
}

/* What no real map has: the imaginary parts of the first and the last column are left out. */
static void
test_fourier_back (void)
{
  static const float pixels[] = { 1, 0, 0, 0 };
  GengaGraphBuilder *builder = start (1);
  guint value = genga_graph_real_fft (builder, 0);
  const guint parts[] = { genga_graph_slice (builder, value, 1, 1),
                          genga_graph_slice (builder, value, 0, 1) };

  /* The row is 1 1 1 over 2; as imaginary parts only the middle one counts, with its conjugate:
     (i * exp (i pi x / 2) - i * exp (-i pi x / 2)) / 4 = -sin (pi x / 2) / 2. */
  genga_graph_real_ifft (builder, genga_graph_concat (builder, parts, 2));
  EXPECT (builder, 1, 4, pixels, 0, -0.5, 0, 0.5);
}

static void
test_group_norm (void)
{
  static const float pixels[] = { 1, 3, 10, 10, 3, 1, 30, 30 };
  GengaGraphBuilder *builder = start (4);

  /* Means 2 and 20, variances 1 and 100. */
  genga_graph_group_norm (builder, 0, TEST_CONSTANT (builder, TEST_SHAPE (4), 1, 2, 3, 4),
                          TEST_CONSTANT (builder, TEST_SHAPE (4), 0, 0, 0, 100), 2, 0);
  EXPECT (builder, 1, 2, pixels, -1, 2, -3, 96, 1, -2, 3, 104);
  builder = start (4);
  genga_graph_group_norm (builder, 0, GENGA_NONE, GENGA_NONE, 2, 3);
  EXPECT (builder, 1, 2, pixels, -0.5, 0.5, -10 / sqrt (103), -10 / sqrt (103), 0.5, -0.5,
          10 / sqrt (103), 10 / sqrt (103));
}

/* ---- attention ---- */

/* Equal queries and keys everywhere: the biases alone decide. */
static void
test_window_attention (void)
{
  static const float pixels[] = { 4, 8, 12, 16 };
  GengaGraphBuilder *builder = start (1);
  guint zero = genga_graph_scale (builder, 0, 0);
  GengaAttention attention = {
    .queries = zero,
    .keys = zero,
    .values = 0,
    .n_heads = 1,
    .window_y = 1,
    .window_x = 2,
    .multiple = 2,
    .weight = TEST_CONSTANT (builder, TEST_SHAPE (1, 2, 2), 0, logf (3), logf (3), 0),
  };

  /* Of two rows the second one is added, and taken away again. */
  genga_graph_window_attention (builder, &attention);
  EXPECT (builder, 1, 4, pixels, 7, 5, 15, 13);

  /* With a shift the two in the middle meet; the outer ones are kept apart. */
  builder = start (1);
  zero = genga_graph_scale (builder, 0, 0);
  attention.queries = attention.keys = zero;
  attention.shift_x = 1;
  attention.weight = TEST_CONSTANT (builder, TEST_SHAPE (1, 2, 2), 0, logf (3), logf (3), 0);
  genga_graph_window_attention (builder, &attention);
  EXPECT (builder, 1, 4, pixels, 4, 11, 9, 16);

  /* Nothing keeps the outer ones apart here. */
  builder = start (1);
  zero = genga_graph_scale (builder, 0, 0);
  attention.queries = attention.keys = zero;
  attention.is_unmasked = TRUE;
  attention.weight = TEST_CONSTANT (builder, TEST_SHAPE (1, 2, 2), 0, logf (3), logf (3), 0);
  genga_graph_window_attention (builder, &attention);
  EXPECT (builder, 1, 4, pixels, 13, 11, 9, 7);

  /* Logits as they are: those of the own pixel 0, of the other one 3. */
  builder = start (1);
  zero = genga_graph_scale (builder, 0, 0);
  attention.queries = attention.keys = zero;
  attention.shift_x = 0;
  attention.is_linear = TRUE;
  attention.weight = TEST_CONSTANT (builder, TEST_SHAPE (1, 2, 2), 0, 3, 3, 0);
  genga_graph_window_attention (builder, &attention);
  EXPECT (builder, 1, 4, pixels, 24, 12, 48, 36);
}

/* Queries at right angles to all keys but their own. */
static void
test_channel_attention (void)
{
  /* Of two pixels: queries and keys (2, 0), (0, 3), values (4, 0), (8, 4). */
  static const float pixels[] = { 2, 0, 4, 0, 0, 3, 8, 4 };
  GengaGraphBuilder *builder = start (4);
  guint keys = genga_graph_slice (builder, 0, 0, 2);
  GengaAttention attention = {
    .queries = keys,
    .keys = keys,
    .values = genga_graph_slice (builder, 0, 2, 2),
    .n_heads = 1,
    .weight = TEST_CONSTANT (builder, TEST_SHAPE (1), logf (3)),
  };

  genga_graph_channel_attention (builder, &attention);
  EXPECT (builder, 2, 1, pixels, 3, 1, 7, 5);

  /* Alone in its head, a channel gets its own value. */
  builder = start (4);
  keys = genga_graph_slice (builder, 0, 0, 2);
  attention.queries = attention.keys = keys;
  attention.values = genga_graph_slice (builder, 0, 2, 2);
  attention.n_heads = 2;
  attention.weight = TEST_CONSTANT (builder, TEST_SHAPE (2), 1, 5);
  genga_graph_channel_attention (builder, &attention);
  EXPECT (builder, 2, 1, pixels, 4, 0, 8, 4);

  /* As they are, queries and keys are a matrix: 4, 0, 0, 9. */
  builder = start (4);
  keys = genga_graph_slice (builder, 0, 0, 2);
  attention.queries = attention.keys = keys;
  attention.values = genga_graph_slice (builder, 0, 2, 2);
  attention.n_heads = 1;
  attention.is_linear = TRUE;
  attention.weight = TEST_CONSTANT (builder, TEST_SHAPE (1), 0.5);
  genga_graph_channel_attention (builder, &attention);
  EXPECT (builder, 2, 1, pixels, 8, 0, 16, 18);
}

/* Every column for itself: the first one is that of the test above. */
static void
test_channel_attention_windows (void)
{
  static const float pixels[] = { 2, 0, 4, 0, 1, 0, 8, 8, 0, 3, 8, 4, 0, 1, 0, 4 };
  GengaGraphBuilder *builder = start (4);
  guint keys = genga_graph_slice (builder, 0, 0, 2);
  const GengaAttention attention = {
    .queries = keys,
    .keys = keys,
    .values = genga_graph_slice (builder, 0, 2, 2),
    .n_heads = 1,
    .window_y = 2,
    .window_x = 1,
    .weight = TEST_CONSTANT (builder, TEST_SHAPE (1), logf (3)),
  };

  genga_graph_channel_attention (builder, &attention);
  EXPECT (builder, 2, 2, pixels, 3, 1, 8, 8, 7, 5, 1, 3);
}

/* The same columns, which are what lies two pixels apart in each direction here. */
static void
test_channel_attention_strides (void)
{
  static const float pixels[] = { 2, 0, 4, 0, 1, 0, 8, 8, 0, 3, 8, 4, 0, 1, 0, 4 };
  GengaGraphBuilder *builder = start (4);
  guint keys = genga_graph_slice (builder, 0, 0, 2);
  const GengaAttention attention = {
    .queries = keys,
    .keys = keys,
    .values = genga_graph_slice (builder, 0, 2, 2),
    .n_heads = 1,
    .window_y = 1,
    .window_x = 2,
    .is_strided = TRUE,
    .weight = TEST_CONSTANT (builder, TEST_SHAPE (1), logf (3)),
  };

  genga_graph_channel_attention (builder, &attention);
  EXPECT (builder, 1, 4, pixels, 3, 1, 8, 8, 7, 5, 1, 3);
}

/* From two pixels to the four of a larger map, three of which are zeros. */
static void
test_cross_attention (void)
{
  static const float pixels[] = { 2, 0, 0, 0 };
  GengaGraphBuilder *builder = start (2);
  const GengaPad pad = { .kind = GENGA_PAD_ZERO, .bottom = 1 };
  guint keys = genga_graph_pad (builder, 0, &pad);
  guint offsets = TEST_CONSTANT (builder, TEST_SHAPE (2), 4, 0);
  const GengaAttention attention = {
    .queries = 0,
    .keys = keys,
    .values = genga_graph_affine (builder, keys, GENGA_NONE, offsets),
    .n_heads = 1,
  };
  double e = exp (2 * 2 / sqrt (2));

  genga_graph_cross_attention (builder, &attention);
  EXPECT (builder, 1, 2, pixels, 4 + 2 * e / (e + 3), 0, 4.5, 0);
}

/* Kinds 1, 0, 1, 0, 1 in groups of two: pixels 1 3, 0 2, 4 and 4 once more. */
static void
test_sorted_attention (void)
{
  static const float pixels[] = { 0, 1, 10, 1, 0, 20, 0, 2, 30, 3, 2, 40, 0, 1, 50 };
  GengaGraphBuilder *builder = start (3);
  guint kinds = genga_graph_slice (builder, 0, 0, 2);
  guint values = genga_graph_slice (builder, 0, 2, 1);
  guint zero = genga_graph_scale (builder, values, 0);
  GengaAttention attention = {
    .queries = zero,
    .keys = zero,
    .values = values,
    .n_heads = 1,
    .weight = TEST_CONSTANT (builder, TEST_SHAPE (1), 1),
  };

  genga_graph_sorted_attention (builder, &attention, kinds, 2);
  EXPECT (builder, 1, 5, pixels, 20, 30, 20, 30, 50);

  /* All in one group. */
  builder = start (3);
  kinds = genga_graph_slice (builder, 0, 0, 2);
  attention.values = genga_graph_slice (builder, 0, 2, 1);
  attention.queries = attention.keys = genga_graph_scale (builder, attention.values, 0);
  attention.weight = TEST_CONSTANT (builder, TEST_SHAPE (1), 1);
  genga_graph_sorted_attention (builder, &attention, kinds, 9);
  EXPECT (builder, 1, 5, pixels, 30, 30, 30, 30, 30);
}

static void
test_matmul (void)
{
  static const float pixels[] = { 1, 2, 3, 4, 5, 6 };
  GengaGraphBuilder *builder = start (2);
  guint list =
      genga_graph_list (builder, TEST_CONSTANT (builder, TEST_SHAPE (3, 2), 1, 0, 0, 10, 1, 1));
  guint value = genga_graph_matmul (builder, 0, list, FALSE, TRUE);

  /* Each pixel with each vector; then as weights of these. */
  EXPECT (builder, 3, 1, pixels, 1, 20, 3, 3, 40, 7, 5, 60, 11);
  builder = start (2);
  list = genga_graph_list (builder, TEST_CONSTANT (builder, TEST_SHAPE (2, 3), 1, 0, 2, 0, 10, 3));
  value = genga_graph_matmul (builder, 0, list, FALSE, FALSE);
  EXPECT (builder, 3, 1, pixels, 1, 20, 8, 3, 40, 18, 5, 60, 28);
  /* A list of two, which is not what a graph may end with. */
  builder = start (2);
  list = genga_graph_matmul (builder, 0, 0, TRUE, FALSE);
  value = genga_graph_matmul (builder, 0, list, FALSE, FALSE);
  g_assert_cmpint (genga_graph_peek (builder, value)->channels, ==, 2);
  EXPECT (builder, 3, 1, pixels, 123, 156, 281, 356, 439, 556);
}

static void
test_softmax (void)
{
  const float pixels[] = { 0, logf (3), 0, 0, logf (2), 0 };
  GengaGraphBuilder *builder = start (2);

  genga_graph_softmax (builder, 0, FALSE);
  EXPECT (builder, 1, 3, pixels, 0.25, 0.75, 0.5, 0.5, 2 / 3.0, 1 / 3.0);
  builder = start (2);
  genga_graph_softmax (builder, 0, TRUE);
  EXPECT (builder, 1, 3, pixels, 0.25, 0.6, 0.25, 0.2, 0.5, 0.2);
}

static void
test_grid (void)
{
  static const float pixels[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
  GengaGraphBuilder *builder = start (1);

  genga_graph_grid_to_windows (builder, 0, 2);
  EXPECT (builder, 2, 6, pixels, 0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11);
  builder = start (1);
  genga_graph_windows_to_grid (builder, 0, 2);
  EXPECT (builder, 2, 6, pixels, 0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operations/conv", test_conv);
  g_test_add_func ("/operations/conv-channels", test_conv_channels);
  g_test_add_func ("/operations/conv-strides", test_conv_strides);
  g_test_add_func ("/operations/deconv", test_deconv);
  g_test_add_func ("/operations/activations", test_activations);
  g_test_add_func ("/operations/activations-far", test_activations_far);
  g_test_add_func ("/operations/affine", test_affine);
  g_test_add_func ("/operations/combine", test_combine);
  g_test_add_func ("/operations/broadcast", test_broadcast);
  g_test_add_func ("/operations/channels", test_channels);
  g_test_add_func ("/operations/shuffle", test_shuffle);
  g_test_add_func ("/operations/nearest", test_nearest);
  g_test_add_func ("/operations/bilinear", test_bilinear);
  g_test_add_func ("/operations/bicubic", test_bicubic);
  g_test_add_func ("/operations/dysample", test_dysample);
  g_test_add_func ("/operations/layer-norm", test_layer_norm);
  g_test_add_func ("/operations/rms-norm", test_rms_norm);
  g_test_add_func ("/operations/fourier", test_fourier);
  g_test_add_func ("/operations/fourier-back", test_fourier_back);
  g_test_add_func ("/operations/group-norm", test_group_norm);
  g_test_add_func ("/operations/window-attention", test_window_attention);
  g_test_add_func ("/operations/channel-attention", test_channel_attention);
  g_test_add_func ("/operations/channel-attention-windows", test_channel_attention_windows);
  g_test_add_func ("/operations/channel-attention-strides", test_channel_attention_strides);
  g_test_add_func ("/operations/cross-attention", test_cross_attention);
  g_test_add_func ("/operations/sorted-attention", test_sorted_attention);
  g_test_add_func ("/operations/matmul", test_matmul);
  g_test_add_func ("/operations/softmax", test_softmax);
  g_test_add_func ("/operations/grid", test_grid);
  return g_test_run ();
}
