/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operations that change a map's borders or look at neighbours, with results computed by hand. */
#include "small-graph.h"

#define EXPECT(builder, height, width, input, ...)                                                 \
  test_graph_check ((builder), (height), (width), (input), (const float[]){ __VA_ARGS__ })

static GengaGraphBuilder *
start (void)
{
  return genga_graph_builder_new (1, TRUE);
}

/* ---- pad and crop ---- */

static void
test_pad (void)
{
  static const float row[] = { 1, 2, 3, 4 };
  static const GengaPad left = { .left = 2 }, right = { .right = 2 };
  static const float expected[][2][4] = {
    [GENGA_PAD_ZERO] = { { 0, 0, 1, 2 }, { 3, 4, 0, 0 } },
    [GENGA_PAD_REFLECT] = { { 3, 2, 1, 2 }, { 3, 4, 3, 2 } },
    [GENGA_PAD_REPLICATE] = { { 1, 1, 1, 2 }, { 3, 4, 4, 4 } },
    [GENGA_PAD_REFLECT_ALL] = { { 3, 2, 1, 2 }, { 3, 4, 3, 2 } },
    [GENGA_PAD_SYMMETRIC] = { { 2, 1, 1, 2 }, { 3, 4, 4, 3 } },
    [GENGA_PAD_REFLECT_OR_ZERO] = { { 3, 2, 1, 2 }, { 3, 4, 3, 2 } },
  };

  for (int kind = GENGA_PAD_ZERO; kind <= GENGA_PAD_LAST; kind++)
    for (int side = 0; side < 2; side++)
      {
        GengaGraphBuilder *builder = start ();
        GengaPad pad = side == 0 ? left : right;

        pad.kind = kind;
        /* The other side goes, so that the result is as large as the picture. */
        genga_graph_crop (builder, genga_graph_pad (builder, 0, &pad), 0, 0, side == 0 ? 0 : 2,
                          side == 0 ? 2 : 0);
        test_graph_check (builder, 1, 4, row, expected[kind][side]);
      }
}

/* The same along the other axis, and channels stay together. */
static void
test_pad_rows (void)
{
  static const float pixels[] = { 1, 10, 2, 20, 3, 30 };
  GengaGraphBuilder *builder = genga_graph_builder_new (2, TRUE);
  const GengaPad pad = { .kind = GENGA_PAD_REFLECT, .top = 1, .bottom = 1 };

  genga_graph_crop (builder, genga_graph_pad (builder, 0, &pad), 0, 2, 0, 0);
  EXPECT (builder, 3, 1, pixels, 2, 20, 1, 10, 2, 20);
}

/* Further than the map has pixels. */
static void
test_pad_far (void)
{
  static const float row[] = { 1, 2, 3 };
  const GengaPad left = { .kind = GENGA_PAD_REFLECT, .left = 4 };
  const GengaPad right = { .kind = GENGA_PAD_REFLECT, .right = 4 };
  GengaGraphBuilder *builder = start ();

  genga_graph_crop (builder, genga_graph_pad (builder, 0, &left), 0, 0, 1, 3);
  EXPECT (builder, 1, 3, row, 3, 3, 2);
  builder = start ();
  genga_graph_crop (builder, genga_graph_pad (builder, 0, &right), 0, 0, 4, 0);
  EXPECT (builder, 1, 3, row, 1, 1, 1);
}

/* Mirrored along both axes or along none. */
static void
test_pad_reflect_or_zero (void)
{
  static const float pixels[] = { 1, 2, 3, 4, 5, 6 };
  const GengaPad fits = { .kind = GENGA_PAD_REFLECT_OR_ZERO, .top = 1, .left = 2 };
  const GengaPad high = { .kind = GENGA_PAD_REFLECT_OR_ZERO, .bottom = 2, .left = 1 };
  GengaGraphBuilder *builder = start ();

  genga_graph_crop (builder, genga_graph_pad (builder, 0, &fits), 0, 1, 0, 2);
  EXPECT (builder, 2, 3, pixels, 6, 5, 4, 3, 2, 1);
  builder = start ();
  genga_graph_crop (builder, genga_graph_pad (builder, 0, &high), 2, 0, 0, 1);
  EXPECT (builder, 2, 3, pixels, 0, 0, 0, 0, 0, 0);
  builder = start ();
  genga_graph_crop (builder, genga_graph_pad (builder, 0, &high), 0, 2, 0, 1);
  EXPECT (builder, 2, 3, pixels, 0, 1, 2, 0, 4, 5);
}

/* To a multiple, and to the picture from another pixel on. */
static void
test_pad_multiple (void)
{
  static const float row[] = { 1, 2, 3, 4, 5 };
  GengaGraphBuilder *builder = start ();
  guint value = genga_graph_pad_all (builder, 0, GENGA_PAD_REPLICATE, 1, 4);

  genga_graph_crop_to_picture (builder, value, 1, 3);
  EXPECT (builder, 1, 5, row, 3, 4, 5, 5, 5);
}

/* Without padding a kernel fits less often, and a stride leaves out what it does not fill. */
static void
test_valid (void)
{
  static const float row[] = { 1, 2, 3, 4, 5 };
  GengaGraphBuilder *builder = start ();
  GengaOp op = { .kind = GENGA_OP_CONV2D, .bias = GENGA_NONE };
  guint value;

  op.weight = TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 1, 2), 1, 10);
  op.conv.kernel_y = 1;
  op.conv.kernel_x = 2;
  op.conv.stride = 2;
  op.conv.dilation = op.conv.groups = 1;
  value = genga_graph_conv_full (builder, &op);
  genga_graph_resize_like (builder, value, GENGA_RESIZE_NEAREST, 0);
  EXPECT (builder, 1, 5, row, 21, 21, 21, 43, 43);
}

/* ---- neighbours ---- */

static void
test_pool (void)
{
  static const float row[] = { 1, -2, 3, 0 };
  GengaPool pool = { 1, 3, 1, 0, 1, FALSE };
  GengaGraphBuilder *builder = start ();

  genga_graph_pool (builder, 0, GENGA_OP_MAX_POOL, &pool);
  EXPECT (builder, 1, 4, row, 1, 3, 3, 3);
  builder = start ();
  genga_graph_pool (builder, 0, GENGA_OP_MEAN_POOL, &pool);
  EXPECT (builder, 1, 4, row, -0.5, 2 / 3.0, 1 / 3.0, 1.5);
  pool.counts_pad = TRUE;
  builder = start ();
  genga_graph_pool (builder, 0, GENGA_OP_MEAN_POOL, &pool);
  EXPECT (builder, 1, 4, row, -1 / 3.0, 2 / 3.0, 1 / 3.0, 1);
}

static void
test_pool_strides (void)
{
  static const float pixels[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  const GengaPool pool = { 2, 2, 2, 0, 0, FALSE };
  GengaGraphBuilder *builder = start ();

  genga_graph_pool (builder, 0, GENGA_OP_MAX_POOL, &pool);
  EXPECT (builder, 2, 4, pixels, 6, 8);
  builder = start ();
  genga_graph_pool (builder, 0, GENGA_OP_MEAN_POOL, &pool);
  EXPECT (builder, 2, 4, pixels, 3.5, 5.5);
}

/* ---- sizes ---- */

/* Two pixels become four, whatever way. */
static void
test_resize_like (void)
{
  static const float row[] = { 0, 1, 2, 3 };
  static const struct
  {
    GengaResizeKind kind;
    float expected[4];
  } cases[] = {
    { GENGA_RESIZE_NEAREST, { 1, 1, 2, 2 } },
    { GENGA_RESIZE_BILINEAR, { 1, 1.25, 1.75, 2 } },
    { GENGA_RESIZE_BILINEAR_CORNERS, { 1, 4 / 3.0, 5 / 3.0, 2 } },
    /* The border goes on beyond itself. */
    { GENGA_RESIZE_BICUBIC, { 0.9296875, 1.203125, 1.796875, 2.0703125 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GengaGraphBuilder *builder = start ();

      genga_graph_resize_like (builder, genga_graph_crop (builder, 0, 0, 0, 1, 1), cases[i].kind,
                               0);
      test_graph_check (builder, 1, 4, row, cases[i].expected);
    }
}

/* Keys' kernel with a = -3/4, a quarter of a pixel off, on a single bright pixel. */
static void
test_bicubic_sharp (void)
{
  static const float row[] = { 0, 0, 1, 0, 0, 0 };
  static const float kernel[] = {
    0,           -0.03515625f, -0.10546875f, 0.26171875f, 0.87890625f, 0.87890625f,
    0.26171875f, -0.10546875f, -0.03515625f, 0,           0,           0
  };
  GengaGraphBuilder *builder = start ();
  float expected[24];

  for (int i = 0; i < 24; i++)
    expected[i] = kernel[i % 12];
  genga_graph_resize (builder, 0, GENGA_RESIZE_BICUBIC_SHARP, 2, 1);
  test_graph_check (builder, 1, 6, row, expected);
}

static void
test_corners (void)
{
  static const float row[] = { 0, 1, 2 };
  GengaGraphBuilder *builder = start ();

  genga_graph_resize (builder, 0, GENGA_RESIZE_BILINEAR_CORNERS, 2, 1);
  EXPECT (builder, 1, 3, row, 0, 0.4, 0.8, 1.2, 1.6, 2, 0, 0.4, 0.8, 1.2, 1.6, 2);
}

/* ---- functions ---- */

static void
test_functions (void)
{
  static const float values[] = { -2, 0, 1.5 };
  static const float positive[] = { 0.25, 1, 4 };
  static const float halves[] = { -2.5, 0.5, 126.499992 };
  static const struct
  {
    GengaActivation function;
    gboolean is_positive;
    float expected[3];
  } cases[] = {
    { GENGA_ACTIVATION_SOFTPLUS, FALSE, { 0.126928011, 0.693147181, 1.701413278 } },
    { GENGA_ACTIVATION_EXP, FALSE, { 0.135335283, 1, 4.481689070 } },
    { GENGA_ACTIVATION_ABS, FALSE, { 2, 0, 1.5 } },
    { GENGA_ACTIVATION_ERF, FALSE, { -0.995322265, 0, 0.966105146 } },
    { GENGA_ACTIVATION_SQRT, TRUE, { 0.5, 1, 2 } },
    { GENGA_ACTIVATION_LOG, TRUE, { -1.386294361, 0, 1.386294361 } },
  };
  GengaGraphBuilder *builder;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      builder = start ();
      genga_graph_activate (builder, 0, cases[i].function);
      test_graph_check (builder, 1, 3, cases[i].is_positive ? positive : values, cases[i].expected);
    }
  builder = start ();
  genga_graph_elu (builder, 0, 0.5f);
  EXPECT (builder, 1, 3, values, -0.432332358, 0, 1.5);
  builder = start ();
  genga_graph_pow (builder, 0, -0.5f);
  EXPECT (builder, 1, 3, positive, 2, 1, 0.5);
  builder = start ();
  genga_graph_pow (builder, 0, 2);
  EXPECT (builder, 1, 3, values, 4, 0, 2.25);
  builder = start ();
  genga_graph_activate (builder, 0, GENGA_ACTIVATION_ROUND);
  EXPECT (builder, 1, 3, halves, -3, 1, 126);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/borders/pad", test_pad);
  g_test_add_func ("/borders/pad-rows", test_pad_rows);
  g_test_add_func ("/borders/pad-far", test_pad_far);
  g_test_add_func ("/borders/pad-reflect-or-zero", test_pad_reflect_or_zero);
  g_test_add_func ("/borders/pad-multiple", test_pad_multiple);
  g_test_add_func ("/borders/valid", test_valid);
  g_test_add_func ("/borders/pool", test_pool);
  g_test_add_func ("/borders/pool-strides", test_pool_strides);
  g_test_add_func ("/borders/resize-like", test_resize_like);
  g_test_add_func ("/borders/bicubic-sharp", test_bicubic_sharp);
  g_test_add_func ("/borders/corners", test_corners);
  g_test_add_func ("/borders/functions", test_functions);
  return g_test_run ();
}
