/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What graphs tell about themselves, against what they do: the reference engine runs them, one
 * pixel of the picture is changed, and what has changed in the result is counted.
 */
#include "engine/reference/reference-graph.h"
#include "made-dict.h"
#include "nets/attention/graph-attention.h"
#include "nets/graph-analysis.h"
#include "nets/net-build.h"

#include <math.h>
#include <string.h>

static GengaGraph *
build (MadeDict *made)
{
  g_autoptr (GengaStateDict) dict = made->dict;
  g_autoptr (GError) error = NULL;
  GengaGraph *graph;
  GengaNetSpec spec;

  made_dict_detect (made, &spec);
  graph = genga_net_build (&spec, dict, TRUE, &error);
  g_assert_no_error (error);
  return graph;
}

/* Small numbers, none of them 0. */
static guint
add_weight (GengaGraphBuilder *builder, int out, int in, int kernel_y, int kernel_x)
{
  const int shape[] = { out, in, kernel_y, kernel_x };
  gsize n = (gsize)out * in * kernel_y * kernel_x;
  float *data = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    data[i] = 0.1f + 0.01f * (float)(i * 7 % 13);
  return genga_graph_take_constant (builder, 4, shape, data);
}

static float *
run (const GengaGraph *graph, int side, int y, int x, GengaSizeRatio *scale)
{
  const GengaOp *result = genga_graph_get_result (graph);
  int channels = genga_graph_get_in_channels (graph);
  g_autofree float *input = g_new0 (float, (gsize)side *side *channels);
  int out_side = side * result->size.num / result->size.den;
  float *output = g_new (float, (gsize)out_side *out_side * result->channels);
  g_autoptr (GError) error = NULL;

  for (int c = 0; c < channels && y >= 0; c++)
    input[((gsize)y * side + x) * channels + c] = 1 + 0.3f * c;
  genga_reference_run_graph (graph, input, side, side, output, NULL, &error);
  g_assert_no_error (error);
  *scale = result->size;
  return output;
}

/* How far from pixel (y, x) something changes with it, in pixels of the picture. */
static int
measure_reach (const GengaGraph *graph, int side, int y, int x)
{
  GengaSizeRatio scale;
  g_autofree float *without = run (graph, side, -1, -1, &scale);
  g_autofree float *with = run (graph, side, y, x, &scale);
  int channels = genga_graph_get_result (graph)->channels;
  int out_side = side * scale.num / scale.den;
  int reach = 0;

  for (int row = 0; row < out_side; row++)
    for (int column = 0; column < out_side; column++)
      {
        gsize at = ((gsize)row * out_side + column) * channels;

        if (memcmp (with + at, without + at, sizeof (float) * channels) != 0)
          reach = MAX (reach, MAX (ABS (row * scale.den / scale.num - y),
                                   ABS (column * scale.den / scale.num - x)));
      }
  return reach;
}

static void
assert_radius (const GengaGraph *graph, int expected)
{
  GengaGraphAnalysis analysis;
  int measured = 0;
  int side;

  genga_graph_analyse (graph, &analysis);
  g_assert_cmpint (analysis.radius, ==, expected);
  side = (2 * expected + 6 + 4 * analysis.grid) / analysis.grid * analysis.grid;
  for (int phase = 0; phase < analysis.grid; phase++)
    {
      int at = side / 2 / analysis.grid * analysis.grid + phase;

      measured = MAX (measured, measure_reach (graph, side, at, at));
    }
  g_assert_cmpint (measured, ==, expected);
}

/* Biases of 0 keep what is not reached at 0, so that nothing is lost by rounding. */
static void
init_made (MadeDict *made)
{
  made_dict_init (made, 5);
  made->bias = 0;
}

static void
test_radius_of_compact (void)
{
  for (int scale = 1; scale <= 3; scale++)
    {
      MadeDict made;

      init_made (&made);
      made_dict_add_compact (&made, 3, 6, 2, scale);
      g_autoptr (GengaGraph) graph = build (&made);

      assert_radius (graph, 4);
    }
}

static void
test_radius_of_esrgan (void)
{
  static const struct
  {
    int n_up;
    int unshuffle;
    int radius;
  } cases[] = {
    { 0, 1, 19 }, { 1, 1, 19 }, { 2, 1, 19 }, { 1, 2, 38 }, { 2, 2, 38 }, { 2, 4, 76 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MadeDict made;

      init_made (&made);
      made_dict_add_esrgan (&made, 3, 2, 1, cases[i].n_up, cases[i].unshuffle);
      g_autoptr (GengaGraph) graph = build (&made);

      assert_radius (graph, cases[i].radius);
    }
}

static void
test_radius_of_plksr (void)
{
  static const struct
  {
    GengaPlksrMixer mixer;
    gboolean use_ea;
    gboolean layer_norm;
    int radius;
  } cases[] = {
    { GENGA_PLKSR_CCM, FALSE, FALSE, 2 + 2 * 4 },
    { GENGA_PLKSR_ICCM, TRUE, FALSE, 2 + 2 * 5 },
    { GENGA_PLKSR_DCCM, TRUE, FALSE, 2 + 2 * 6 },
    { GENGA_PLKSR_REAL, TRUE, TRUE, 2 + 2 * 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GengaPlksrSpec net = {
        .mixer = cases[i].mixer,
        .dim = 8,
        .n_blocks = 2,
        .kernel_size = 7,
        .partial_dim = 4,
        .use_ea = cases[i].use_ea,
        .layer_norm = cases[i].layer_norm,
      };
      MadeDict made;

      /* Gates need something to work on: biases. */
      made_dict_init (&made, 5);
      made_dict_add_plksr (&made, &net, 2);
      g_autoptr (GengaGraph) graph = build (&made);

      assert_radius (graph, cases[i].radius);
    }
}

static void
test_radius_of_span (void)
{
  MadeDict made;

  /* Its gates are small where their input is: the picture would not get through to the end. */
  made_dict_init (&made, 5);
  made.gain = 4;
  made_dict_add_span (&made, 4, 2);
  g_autoptr (GengaGraph) graph = build (&made);

  assert_radius (graph, 21);
}

static void
test_radius_of_resize (void)
{
  static const struct
  {
    GengaResizeKind kind;
    int num;
    int den;
    int radius;
  } cases[] = {
    { GENGA_RESIZE_NEAREST, 3, 1, 0 },  { GENGA_RESIZE_BILINEAR, 2, 1, 1 },
    { GENGA_RESIZE_BILINEAR, 3, 1, 1 }, { GENGA_RESIZE_BICUBIC, 1, 1, 0 },
    { GENGA_RESIZE_BICUBIC, 2, 1, 2 },  { GENGA_RESIZE_BICUBIC, 3, 1, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);

      genga_graph_resize (builder, 0, cases[i].kind, cases[i].num, cases[i].den);
      g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

      assert_radius (graph, cases[i].radius);
    }
}

/* A network that enlarges by 4 and reduces by 2 at the end, as people cut networks to size. */
static void
test_radius_of_reduced (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = genga_graph_conv (builder, 0, add_weight (builder, 16, 1, 3, 3), GENGA_NONE, 1);

  value = genga_graph_pixel_shuffle (builder, value, 4);
  genga_graph_resize (builder, value, GENGA_RESIZE_BICUBIC, 1, 2);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  assert_radius (graph, 2);
}

/* Down and up again by strides; a kernel that is wider than high; gaps. */
static void
test_radius_of_strides (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  GengaOp down = { .kind = GENGA_OP_CONV2D, .n_inputs = 1, .bias = GENGA_NONE };
  GengaOp up = { .kind = GENGA_OP_DECONV2D, .n_inputs = 1, .bias = GENGA_NONE };
  GengaOp gaps = { .kind = GENGA_OP_CONV2D, .n_inputs = 1, .bias = GENGA_NONE };
  guint value;

  down.weight = add_weight (builder, 2, 1, 4, 4);
  down.conv.stride = 2;
  down.conv.pad_y = down.conv.pad_x = 1;
  down.conv.dilation = down.conv.groups = 1;
  down.conv.kernel_y = down.conv.kernel_x = 4;
  value = genga_graph_conv_full (builder, &down);
  value = genga_graph_conv (builder, value, add_weight (builder, 2, 2, 1, 5), GENGA_NONE, 1);
  up.inputs[0] = value;
  up.weight = add_weight (builder, 2, 2, 4, 4);
  up.conv = down.conv;
  value = genga_graph_conv_full (builder, &up);
  gaps.inputs[0] = value;
  gaps.weight = add_weight (builder, 1, 2, 3, 3);
  gaps.conv = (typeof (gaps.conv)){ 3, 3, 1, 3, 3, 3, 1 };
  genga_graph_conv_full (builder, &gaps);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  /* 3 for the gaps; then a place between two of the halves: up to 2 + 2 * 2 + 2 further. */
  assert_radius (graph, 10);
}

/* A U without padding, on a picture that is padded for it: small, but all that Real-CUGAN has. */
static void
test_radius_of_valid (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  GengaOp op = { .kind = GENGA_OP_CONV2D, .n_inputs = 1, .bias = GENGA_NONE };
  guint value = genga_graph_pad_all (builder, 0, GENGA_PAD_REFLECT, 5, 2);
  guint beside;

  op.inputs[0] = value;
  op.weight = add_weight (builder, 1, 1, 3, 3);
  op.conv = (typeof (op.conv)){ 3, 3, 1, 0, 0, 1, 1 };
  op.inputs[0] = beside = genga_graph_conv_full (builder, &op);
  op.conv = (typeof (op.conv)){ 2, 2, 2, 0, 0, 1, 1 };
  op.weight = add_weight (builder, 1, 1, 2, 2);
  op.inputs[0] = genga_graph_conv_full (builder, &op);
  op.conv = (typeof (op.conv)){ 3, 3, 1, 0, 0, 1, 1 };
  op.weight = add_weight (builder, 1, 1, 3, 3);
  op.inputs[0] = genga_graph_conv_full (builder, &op);
  op.kind = GENGA_OP_DECONV2D;
  op.conv = (typeof (op.conv)){ 2, 2, 2, 0, 0, 1, 1 };
  op.weight = add_weight (builder, 1, 1, 2, 2);
  value = genga_graph_conv_full (builder, &op);
  value =
      genga_graph_combine (builder, GENGA_OP_ADD, value, genga_graph_crop_all (builder, beside, 2));
  genga_graph_crop_to_picture (builder, value, 2, 2);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  /* 1 of the first kernel; then 2 of the halves, and 1 more for a pixel at one's far end. */
  g_assert_cmpint (genga_graph_get_grid (graph), ==, 2);
  assert_radius (graph, 4);
}

/* Real-CUGAN without means: the radii that were measured of the reference's. */
static void
test_radius_of_cugan (void)
{
  static const int radii[] = { [2] = 19, [3] = 16, [4] = 20 };

  for (int scale = 2; scale <= 4; scale++)
    {
      MadeDict made;

      made_dict_init (&made, 5);
      made_dict_add_cugan (&made, scale, FALSE);
      g_autoptr (GengaGraph) graph = build (&made);
      GengaGraphAnalysis analysis;

      genga_graph_analyse (graph, &analysis);
      g_test_message ("%dx: %d, grid %d", scale, analysis.radius, analysis.grid);
      g_assert_cmpint (analysis.radius, ==, radii[scale]);
      g_assert_cmpint (analysis.minimum, ==, 32);
      g_assert_cmpint (analysis.multiple_of, ==, 1);
      g_assert_cmpint (analysis.grid, ==, scale == 3 ? 4 : 2);

      /* With means it sees everything. */
      made_dict_init (&made, 5);
      made_dict_add_cugan (&made, scale, TRUE);
      g_autoptr (GengaGraph) global = build (&made);

      genga_graph_analyse (global, &analysis);
      g_assert_cmpint (analysis.radius, ==, GENGA_RADIUS_GLOBAL);
    }
}

/* The largest of five, and of what is left of it. */
static void
test_radius_of_pool (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  const GengaPool wide = { 3, 5, 1, 1, 2, FALSE }, half = { 2, 2, 2, 0, 0, FALSE };
  guint value = genga_graph_pool (builder, 0, GENGA_OP_MEAN_POOL, &wide);

  value = genga_graph_pool (builder, value, GENGA_OP_MEAN_POOL, &half);
  genga_graph_resize (builder, value, GENGA_RESIZE_NEAREST, 2, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  assert_radius (graph, 3);
}

/* What sees the whole picture, one operation each. */
static void
test_global (void)
{
  for (int i = 0; i < 5; i++)
    {
      GengaGraphBuilder *builder = genga_graph_builder_new (8, TRUE);
      GengaAttention attention = {
        .weight = add_weight (builder, 1, 1, 1, 1),
        .n_heads = 1,
        .window_y = 1,
        .window_x = 1,
        .multiple = 1,
      };
      GengaGraphAnalysis analysis;
      guint value;

      if (i == 0)
        genga_graph_group_norm (builder, 0, GENGA_NONE, GENGA_NONE, 2, 1e-5);
      else if (i == 1)
        {
          value = genga_graph_global_mean (builder, 0);
          genga_graph_combine (builder, GENGA_OP_MUL, 0, value);
        }
      else if (i == 2)
        genga_graph_window_attention (builder, &attention);
      else if (i == 3)
        genga_graph_channel_attention (builder, &attention);
      else
        genga_graph_dysample (builder, 0, 0, 1, 2);
      g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

      genga_graph_analyse (graph, &analysis);
      g_assert_cmpint (analysis.radius, ==, GENGA_RADIUS_GLOBAL);
      g_assert_cmpint (analysis.has_attention, ==, i == 2 || i == 3);
      g_assert_cmpint (analysis.fp16_safe, ==, i == 1 || i == 4);
      g_assert_true (analysis.bf16_safe);
      g_assert_false (analysis.is_convolutional);
    }
}

/* What nothing is made of counts for nothing. */
static void
test_unused (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (4, TRUE);
  GengaGraphAnalysis analysis;

  genga_graph_group_norm (builder, 0, GENGA_NONE, GENGA_NONE, 2, 1e-5);
  genga_graph_conv (builder, 0, add_weight (builder, 4, 4, 9, 9), GENGA_NONE, 1);
  genga_graph_conv (builder, 0, add_weight (builder, 4, 4, 3, 3), GENGA_NONE, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  genga_graph_analyse (graph, &analysis);
  g_assert_cmpint (analysis.radius, ==, 1);
  g_assert_cmpfloat (analysis.macs_per_pixel, ==, 4 * 4 * 9);
  g_assert_true (analysis.is_convolutional);
  g_assert_true (analysis.fp16_safe);
}

static void
assert_macs (MadeDict *made, double expected)
{
  g_autoptr (GengaGraph) graph = build (made);
  GengaGraphAnalysis analysis;

  genga_graph_analyse (graph, &analysis);
  g_assert_cmpfloat (analysis.macs_per_pixel, ==, expected);
  g_assert_cmpfloat (analysis.conv_macs_per_pixel, ==, expected);
}

/* Counted by hand for networks as they are published. */
static void
test_macs (void)
{
  const GengaPlksrSpec realplksr = {
    .mixer = GENGA_PLKSR_REAL,
    .dim = 64,
    .n_blocks = 28,
    .kernel_size = 17,
    .partial_dim = 16,
    .use_ea = TRUE,
  };
  MadeDict made;

  made_dict_init (&made, 1);
  made_dict_add_compact (&made, 3, 64, 16, 2);
  assert_macs (&made, 598464);
  made_dict_init (&made, 1);
  made_dict_add_compact (&made, 3, 24, 8, 2);
  assert_macs (&made, 44712);
  made_dict_init (&made, 1);
  made_dict_add_plksr (&made, &realplksr, 2);
  assert_macs (&made, 7355840);
  made_dict_init (&made, 1);
  made_dict_add_esrgan (&made, 64, 32, 23, 2, 1);
  assert_macs (&made, 17926848);
}

/* Both kinds of attention by their sizes: 2 products; windows of 6 pixels, heads of 2 channels. */
static void
test_attention_macs (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (4, TRUE);
  GengaAttention attention = { .n_heads = 2, .window_y = 2, .window_x = 3, .multiple = 6 };
  GengaGraphAnalysis analysis;

  attention.weight = add_weight (builder, 2, 6, 6, 1);
  genga_graph_window_attention (builder, &attention);
  attention.queries = attention.keys = attention.values = 1;
  genga_graph_channel_attention (builder, &attention);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  genga_graph_analyse (graph, &analysis);
  g_assert_cmpfloat (analysis.macs_per_pixel, ==, 2 * 6 * 4 + 2 * 4 * 2);
  g_assert_cmpfloat (analysis.conv_macs_per_pixel, ==, 0);
}

/* For each operation, everything that was made before or by it and is wanted by it or later. */
static double
count_bytes (const GengaGraph *graph, gsize element_size)
{
  double peak = 0;

  for (guint i = 0; i < graph->n_ops; i++)
    {
      double sum = 0;

      for (guint value = 0; value <= i; value++)
        {
          const GengaOp *op = &graph->ops[value];
          double side = (double)op->size.num / op->size.den;
          gboolean is_wanted = value == i;

          for (guint user = i; user < graph->n_ops; user++)
            for (guint k = 0; k < graph->ops[user].n_inputs; k++)
              is_wanted |= graph->ops[user].inputs[k] == value;
          if (is_wanted && !op->is_vector)
            sum += op->channels * side * side * (op->is_f32 ? 4 : element_size);
        }
      peak = MAX (peak, sum);
    }
  return peak;
}

static void
test_bytes (void)
{
  const GengaPlksrSpec plksr = {
    .mixer = GENGA_PLKSR_DCCM,
    .dim = 16,
    .n_blocks = 3,
    .kernel_size = 9,
    .partial_dim = 4,
    .use_ea = TRUE,
  };

  for (int i = 0; i < 4; i++)
    {
      MadeDict made;

      made_dict_init (&made, 3);
      if (i == 0)
        made_dict_add_compact (&made, 3, 8, 2, 2);
      else if (i == 1)
        made_dict_add_esrgan (&made, 8, 4, 2, 2, 2);
      else if (i == 2)
        made_dict_add_plksr (&made, &plksr, 4);
      else
        made_dict_add_span (&made, 8, 3);
      g_autoptr (GengaGraph) graph = build (&made);

      for (gsize size = 1; size <= 4; size *= 2)
        g_assert_cmpfloat (
            fabs (genga_graph_get_bytes_per_pixel (graph, size) - count_bytes (graph, size)), <,
            1e-6);
    }
}

/* An addition of a value to itself lets it go once; by hand: 4 and 4 bytes, then 4 and 8. */
static void
test_bytes_by_hand (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = genga_graph_combine (builder, GENGA_OP_ADD, 0, 0);

  value = genga_graph_combine (builder, GENGA_OP_MUL, value, value);
  genga_graph_conv (builder, value, add_weight (builder, 2, 1, 1, 1), GENGA_NONE, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  g_assert_cmpfloat (genga_graph_get_bytes_per_pixel (graph, 4), ==, 12);
}

/* By hand: 2 channels that a 3x3 kernel reads, 5 that are read as they are; 4 rows more of each. */
static void
test_bytes_per_column (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = genga_graph_conv (builder, 0, add_weight (builder, 2, 1, 3, 3), GENGA_NONE, 1);

  value = genga_graph_conv (builder, value, add_weight (builder, 5, 2, 3, 3), GENGA_NONE, 1);
  genga_graph_conv (builder, value, add_weight (builder, 1, 5, 1, 1), GENGA_NONE, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  g_assert_cmpfloat (genga_graph_get_bytes_per_column (graph, 4, 4), ==,
                     4 * (2 * (3 + 4) + 5 * (1 + 4)));
}

/* 4 channels, offsets of 8, and 4 channels of four times the size, all f32; and as much again. */
static void
test_bytes_of_dysample (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (4, TRUE);
  guint offsets = genga_graph_conv (builder, 0, add_weight (builder, 8, 4, 1, 1), GENGA_NONE, 1);

  genga_graph_dysample (builder, 0, offsets, 1, 2);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  g_assert_cmpfloat (genga_graph_get_bytes_per_pixel (graph, 2), ==, 2 * 4 * (4 + 8 + 16));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph-analysis/radius/compact", test_radius_of_compact);
  g_test_add_func ("/graph-analysis/radius/esrgan", test_radius_of_esrgan);
  g_test_add_func ("/graph-analysis/radius/plksr", test_radius_of_plksr);
  g_test_add_func ("/graph-analysis/radius/span", test_radius_of_span);
  g_test_add_func ("/graph-analysis/radius/resize", test_radius_of_resize);
  g_test_add_func ("/graph-analysis/radius/reduced", test_radius_of_reduced);
  g_test_add_func ("/graph-analysis/radius/strides", test_radius_of_strides);
  g_test_add_func ("/graph-analysis/radius/valid", test_radius_of_valid);
  g_test_add_func ("/graph-analysis/radius/cugan", test_radius_of_cugan);
  g_test_add_func ("/graph-analysis/radius/pool", test_radius_of_pool);
  g_test_add_func ("/graph-analysis/global", test_global);
  g_test_add_func ("/graph-analysis/unused", test_unused);
  g_test_add_func ("/graph-analysis/macs", test_macs);
  g_test_add_func ("/graph-analysis/macs/attention", test_attention_macs);
  g_test_add_func ("/graph-analysis/bytes", test_bytes);
  g_test_add_func ("/graph-analysis/bytes/by-hand", test_bytes_by_hand);
  g_test_add_func ("/graph-analysis/bytes/bytes-per-column", test_bytes_per_column);
  g_test_add_func ("/graph-analysis/bytes/dysample", test_bytes_of_dysample);
  return g_test_run ();
}
