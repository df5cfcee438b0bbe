/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CPU engine: true to the reference, and the same bytes however the work is cut. */
#include "attention-graphs.h"
#include "core/error.h"
#include "core/fault.h"
#include "engine/cpu/cpu-model.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/cpu-plan.h"
#include "engine/reference/reference-graph.h"
#include "nets/graph.h"

#include <math.h>
#include <string.h>

typedef void (*BuildFunc) (GengaGraphBuilder *builder, GRand *rand);

static float *
make_numbers (GRand *rand, gsize n, double spread)
{
  float *numbers = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (float)g_rand_double_range (rand, -spread, spread);
  return numbers;
}

static guint
add_vector (GengaGraphBuilder *builder, GRand *rand, int n, double spread)
{
  return genga_graph_take_constant (builder, 1, &n, make_numbers (rand, n, spread));
}

static guint
add_conv_of (
    GengaGraphBuilder *builder, GRand *rand, guint input, int n_out, int kernel, int groups)
{
  const int n_in = genga_graph_peek (builder, input)->channels / groups;
  const int shape[] = { n_out, n_in, kernel, kernel };
  const gsize n = (gsize)n_out * n_in * kernel * kernel;
  guint weight = genga_graph_take_constant (
      builder, 4, shape, make_numbers (rand, n, 1.7 / sqrt ((double)n_in * kernel * kernel)));

  return genga_graph_conv (builder, input, weight, add_vector (builder, rand, n_out, 0.1), groups);
}

static guint
add_conv (GengaGraphBuilder *builder, GRand *rand, guint input, int n_out)
{
  return add_conv_of (builder, rand, input, n_out, 3, 1);
}

/* ---- networks ---- */

static void
build_compact (GengaGraphBuilder *builder, GRand *rand)
{
  guint value = 0;

  for (int i = 0; i < 4; i++)
    {
      value = add_conv (builder, rand, value, 24);
      value = genga_graph_prelu (builder, value, add_vector (builder, rand, 24, 0.3));
    }
  value = add_conv (builder, rand, value, 12);
  value = genga_graph_pixel_shuffle (builder, value, 2);
  genga_graph_combine (builder, GENGA_OP_ADD, value,
                       genga_graph_resize (builder, 0, GENGA_RESIZE_NEAREST, 2, 1));
}

static guint
add_dense_block (GengaGraphBuilder *builder, GRand *rand, guint x)
{
  guint parts[5] = { x };

  for (guint i = 1; i < 5; i++)
    {
      guint all = i == 1 ? x : genga_graph_concat (builder, parts, i);

      parts[i] = genga_graph_leaky_relu (builder, add_conv (builder, rand, all, 16), 0.2f);
    }
  x = add_conv (builder, rand, genga_graph_concat (builder, parts, 5), 32);
  return genga_graph_combine (builder, GENGA_OP_ADD, genga_graph_scale (builder, x, 0.2f),
                              parts[0]);
}

static void
build_dense (GengaGraphBuilder *builder, GRand *rand)
{
  guint first = add_conv (builder, rand, 0, 32), value = first;

  for (int i = 0; i < 3; i++)
    {
      guint before = value;

      for (int k = 0; k < 3; k++)
        value = add_dense_block (builder, rand, value);
      value = genga_graph_combine (builder, GENGA_OP_ADD, genga_graph_scale (builder, value, 0.2f),
                                   before);
    }
  value = genga_graph_combine (builder, GENGA_OP_ADD, first, add_conv (builder, rand, value, 32));
  value = genga_graph_resize (builder, value, GENGA_RESIZE_NEAREST, 2, 1);
  value = genga_graph_leaky_relu (builder, add_conv (builder, rand, value, 32), 0.2f);
  add_conv (builder, rand, value, 3);
}

/* A path of many layers: cut into phases. */
static void
build_deep (GengaGraphBuilder *builder, GRand *rand)
{
  guint value = add_conv (builder, rand, 0, 16);

  for (int i = 0; i < 60; i++)
    value = genga_graph_combine (
        builder, GENGA_OP_ADD, value,
        genga_graph_scale (builder,
                           genga_graph_activate (builder, add_conv (builder, rand, value, 16),
                                                 GENGA_ACTIVATION_RELU),
                           0.1f));
  add_conv (builder, rand, value, 3);
}

static guint
add_gated_block (GengaGraphBuilder *builder, GRand *rand, guint x, guint *first)
{
  float half[20];
  guint y, gate;

  for (int i = 0; i < 20; i++)
    half[i] = -0.5f;
  *first = genga_graph_activate (builder, add_conv (builder, rand, x, 20), GENGA_ACTIVATION_SILU);
  y = add_conv (builder, rand, *first, 20);
  gate = genga_graph_activate (builder, y, GENGA_ACTIVATION_SIGMOID);
  gate =
      genga_graph_affine (builder, gate, GENGA_NONE, genga_graph_copy_vector (builder, half, 20));
  return genga_graph_combine (builder, GENGA_OP_MUL,
                              genga_graph_combine (builder, GENGA_OP_ADD, y, x), gate);
}

static void
build_gated (GengaGraphBuilder *builder, GRand *rand)
{
  guint parts[4], value = add_conv (builder, rand, 0, 20);

  /* Channels that fill no whole group. */
  value =
      genga_graph_layer_norm (builder, value, add_vector (builder, rand, 20, 1), GENGA_NONE, 1e-6);
  parts[0] = value;
  value = add_gated_block (builder, rand, value, &parts[2]);
  parts[1] = value;
  value = add_gated_block (builder, rand, value, &parts[3]);
  parts[3] = add_conv (builder, rand, value, 20);
  value = add_conv_of (builder, rand, genga_graph_concat (builder, parts, 4), 20, 1, 1);
  genga_graph_pixel_shuffle (builder, add_conv (builder, rand, value, 27), 3);
}

/* Slices of concatenations that nothing else reads, across their parts. */
static void
build_crossing_slices (GengaGraphBuilder *builder, GRand *rand)
{
  const guint x = add_conv (builder, rand, 0, 32);
  guint parts[2] = { x, x };
  guint value;

  value = genga_graph_slice (builder, genga_graph_concat (builder, parts, 2), 16, 32);
  parts[0] = value;
  value = add_conv (builder, rand, genga_graph_concat (builder, parts, 2), 32);
  for (int i = 0; i < 40; i++)
    {
      parts[0] = parts[1] = value;
      value = genga_graph_slice (builder, genga_graph_concat (builder, parts, 2), 16, 32);
    }
  add_conv (builder, rand, value, 3);
}

static guint
add_large_kernel (GengaGraphBuilder *builder, GRand *rand, guint value)
{
  guint parts[2];

  parts[0] = add_conv_of (builder, rand, genga_graph_slice (builder, value, 0, 16), 16, 13, 1);
  parts[1] = genga_graph_slice (builder, value, 16, 32);
  value = genga_graph_concat (builder, parts, 2);
  value = genga_graph_combine (builder, GENGA_OP_MUL, value,
                               genga_graph_activate (builder, add_conv (builder, rand, value, 48),
                                                     GENGA_ACTIVATION_SIGMOID));
  return add_conv_of (builder, rand, value, 48, 1, 1);
}

static void
build_large_kernels (GengaGraphBuilder *builder, GRand *rand)
{
  guint value = add_conv (builder, rand, 0, 48);

  for (int i = 0; i < 2; i++)
    {
      guint before = value;

      if (i == 0)
        value = genga_graph_layer_norm (builder, value, add_vector (builder, rand, 48, 1),
                                        add_vector (builder, rand, 48, 0.1), 1e-6);
      value = genga_graph_activate (builder, add_conv (builder, rand, value, 96),
                                    GENGA_ACTIVATION_MISH);
      value = add_large_kernel (builder, rand, add_conv (builder, rand, value, 48));
      if (i == 1)
        value = genga_graph_group_norm (builder, value, add_vector (builder, rand, 48, 1),
                                        add_vector (builder, rand, 48, 0.1), 4, 1e-5);
      value = genga_graph_combine (builder, GENGA_OP_ADD, value, before);
    }
  value = add_conv (builder, rand, value, 12);
  {
    guint offsets = add_conv_of (builder, rand, value, 32, 1, 1);

    value = genga_graph_dysample (builder, value, offsets, 4, 2);
  }
  add_conv_of (builder, rand, value, 3, 1, 1);
}

static void
build_unshuffled (GengaGraphBuilder *builder, GRand *rand)
{
  guint value;

  genga_graph_require_sides (builder, 2, 2);
  value = genga_graph_pixel_unshuffle (builder, 0, 2);
  value =
      genga_graph_activate (builder, add_conv (builder, rand, value, 32), GENGA_ACTIVATION_GELU);
  value = add_conv_of (builder, rand, value, 32, 3, 32);
  value = genga_graph_clip (builder, value, -0.5f, 1.5f);
  value = add_conv_of (builder, rand, value, 48, 5, 4);
  genga_graph_pixel_shuffle (builder, value, 4);
}

/* Operations that have no layer to be fused with. */
static void
build_elementwise (GengaGraphBuilder *builder, GRand *rand)
{
  guint a = genga_graph_affine (builder, 0, add_vector (builder, rand, 3, 1),
                                add_vector (builder, rand, 3, 1));
  guint b = genga_graph_resize (builder, 0, GENGA_RESIZE_BICUBIC, 3, 1);
  guint c = genga_graph_resize (builder, a, GENGA_RESIZE_BILINEAR, 3, 1);
  guint grey = genga_graph_slice (builder, b, 1, 1);
  guint value = genga_graph_combine (builder, GENGA_OP_SUB, b, c);

  value = genga_graph_combine (builder, GENGA_OP_MAX, value, grey);
  value = genga_graph_combine (builder, GENGA_OP_MIN, value, b);
  value = genga_graph_combine (builder, GENGA_OP_MUL, value, value);
  value = genga_graph_combine (builder, GENGA_OP_ADD, grey, value);
  value = genga_graph_activate (builder, value, GENGA_ACTIVATION_TANH);
  value = genga_graph_combine (builder, GENGA_OP_MUL, c, value);
  genga_graph_combine (builder, GENGA_OP_DIV, value,
                       genga_graph_activate (builder, c, GENGA_ACTIVATION_SIGMOID));
}

/* As many pixels as the strides say, whatever the kernel leaves or lacks; then as few as before. */
static guint
add_deconv (GengaGraphBuilder *builder, GRand *rand, guint input, const GengaOp *shape)
{
  const int n_in = genga_graph_peek (builder, input)->channels, kernel = shape->conv.kernel_y;
  const int stride = shape->conv.stride, groups = shape->conv.groups;
  const int span = shape->conv.dilation * (kernel - 1) + 1;
  const int rest = span - 2 * shape->conv.pad_y - stride;
  GengaOp op = *shape;
  guint value;

  op.kind = GENGA_OP_DECONV2D;
  op.inputs[0] = input;
  op.channels = 6;
  op.weight =
      genga_graph_take_constant (builder, 4, (int[]){ n_in, 6 / groups, kernel, kernel },
                                 make_numbers (rand, (gsize)n_in * 6 / groups * kernel * kernel,
                                               1.7 * stride / sqrt (n_in * kernel * kernel)));
  op.bias = add_vector (builder, rand, 6, 0.1);
  value = genga_graph_conv_full (builder, &op);
  if (rest > 0)
    value = genga_graph_crop (builder, value, 0, rest, 0, rest);
  else if (rest < 0)
    value = genga_graph_pad (
        builder, value,
        &(GengaPad){ .kind = GENGA_PAD_REPLICATE, .bottom = -rest, .right = -rest });
  value = genga_graph_pixel_unshuffle (builder, value, stride);
  return genga_graph_leaky_relu (builder, add_conv_of (builder, rand, value, n_in, 1, 1), 0.2f);
}

static void
build_deconvs (GengaGraphBuilder *builder, GRand *rand)
{
  /* Kernel, stride, padding, dilation, groups. */
  static const int shapes[][5] = {
    { 2, 2, 0, 1, 1 }, { 4, 2, 1, 1, 1 }, { 3, 2, 1, 1, 1 }, { 5, 3, 2, 1, 1 }, { 3, 1, 1, 1, 2 },
    { 3, 1, 0, 1, 1 }, { 3, 2, 2, 2, 1 }, { 6, 4, 1, 1, 2 }, { 1, 2, 0, 1, 1 }, { 7, 2, 0, 1, 1 },
  };
  guint value = add_conv (builder, rand, 0, 8);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      const int *shape = shapes[i];
      const GengaOp op = { .conv = { shape[0], shape[0], shape[1], shape[2], shape[2], shape[3],
                                     shape[4] } };

      value = genga_graph_combine (builder, GENGA_OP_ADD, value,
                                   add_deconv (builder, rand, value, &op));
    }
  add_conv (builder, rand, value, 3);
}

/* What numbers of a whole map do to maps, in every order, with and without a layer to do it. */
static void
build_means (GengaGraphBuilder *builder, GRand *rand)
{
  guint a = add_conv (builder, rand, 0, 20), b = add_conv (builder, rand, a, 20);
  guint mean = genga_graph_global_mean (builder, a), gate, shift, value;

  gate = add_conv_of (builder, rand, mean, 4, 1, 1);
  gate = genga_graph_activate (builder, gate, GENGA_ACTIVATION_RELU);
  gate = add_conv_of (builder, rand, gate, 20, 1, 1);
  gate = genga_graph_activate (builder, gate, GENGA_ACTIVATION_SIGMOID);
  shift = genga_graph_combine (builder, GENGA_OP_SUB, mean, gate);
  value = genga_graph_combine (builder, GENGA_OP_MUL, gate, b);
  value = genga_graph_combine (builder, GENGA_OP_SUB, shift, value);
  value = genga_graph_combine (builder, GENGA_OP_ADD, value, gate);
  /* Of an earlier map, once all of a later one is there. */
  value = genga_graph_combine (builder, GENGA_OP_MUL, value, genga_graph_global_mean (builder, b));
  value = genga_graph_combine (builder, GENGA_OP_ADD, value, genga_graph_global_mean (builder, a));
  value = genga_graph_combine (builder, GENGA_OP_MAX, value, shift);
  value = genga_graph_combine (builder, GENGA_OP_SUB, value, add_conv (builder, rand, value, 1));
  add_conv (builder, rand, genga_graph_elu (builder, value, 0.7f), 3);
}

/* Borders of every kind around maps, some wider than a map, and windows that leave pixels out. */
static void
build_borders (GengaGraphBuilder *builder, GRand *rand)
{
  guint value = add_conv (builder, rand, 0, 12);

  for (GengaPadKind kind = 0; kind <= GENGA_PAD_LAST; kind++)
    {
      const GengaPad pad = { kind, 3, 2, 5, 0, 1 };
      guint padded = genga_graph_pad (builder, value, &pad), pooled;
      const GengaPool pool = { 3, 2, 1, 1, 0, FALSE };

      padded =
          genga_graph_combine (builder, GENGA_OP_ADD, add_conv (builder, rand, padded, 12), padded);
      pooled = genga_graph_pool (builder, padded,
                                 kind % 2 == 0 ? GENGA_OP_MAX_POOL : GENGA_OP_MEAN_POOL, &pool);
      value = genga_graph_combine (builder, GENGA_OP_ADD, value,
                                   genga_graph_crop (builder, pooled, 1, 4, 2, 2));
    }
  add_conv (builder, rand, value, 3);
}

typedef struct
{
  const char *name;
  BuildFunc build;
  int scale;
  int multiple;
  gboolean sees_everything;
} Network;

static const Network networks[] = {
  { "compact", build_compact, 2, 1, FALSE },
  { "dense", build_dense, 2, 1, FALSE },
  { "deep", build_deep, 1, 1, FALSE },
  { "gated", build_gated, 3, 1, FALSE },
  { "large-kernels", build_large_kernels, 2, 1, TRUE },
  { "crossing-slices", build_crossing_slices, 1, 1, FALSE },
  { "unshuffled", build_unshuffled, 2, 2, FALSE },
  { "elementwise", build_elementwise, 3, 1, FALSE },
  { "deconvs", build_deconvs, 1, 1, FALSE },
  { "means", build_means, 1, 1, TRUE },
  { "borders", build_borders, 1, 1, FALSE },
  { "windows", test_build_windows, 1, 1, FALSE },
  { "rolled-windows", test_build_rolled, 1, 1, TRUE },
  { "channels", test_build_channels, 1, 1, TRUE },
};

static GengaGraph *
make_graph (const Network *network)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (3, TRUE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  network->build (builder, rand);
  return genga_graph_builder_finish (builder);
}

/* ---- pictures ---- */

static GengaView
make_view (GengaSample sample, int width, int height)
{
  GengaView view = { .sample = sample, .channels = 3, .width = width, .height = height };

  view.row_stride = genga_sample_get_size (sample) * 3 * width;
  view.data = g_malloc0 (view.row_stride * height);
  return view;
}

static GengaView
make_picture (int width, int height)
{
  GengaView view = make_view (GENGA_SAMPLE_F32, width, height);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (int i = 0; i < width * height * 3; i++)
    ((float *)view.data)[i] = (float)g_rand_double (rand);
  return view;
}

static GengaView
run_rect (GengaCpuModel *model, const GengaView *input, const GengaRect *wanted, int scale)
{
  GengaView output = make_view (GENGA_SAMPLE_F32, wanted->width * scale, wanted->height * scale);
  g_autoptr (GError) error = NULL;

  genga_cpu_model_run (model, input, wanted, &output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

static GengaView
run_whole (GengaCpuModel *model, const GengaView *input, int scale)
{
  return run_rect (model, input, &(GengaRect){ 0, 0, input->width, input->height }, scale);
}

static const int sizes[][2] = { { 1, 1 }, { 3, 2 }, { 17, 9 }, { 40, 33 }, { 69, 30 } };

static int
round_up (int side, int multiple)
{
  return (side + multiple - 1) / multiple * multiple;
}

static void
check_reference (GengaCpuModel *model, const GengaGraph *graph, const Network *network, int i)
{
  GengaView input = make_picture (round_up (sizes[i][0], network->multiple),
                                  round_up (sizes[i][1], network->multiple));
  GengaView output = run_whole (model, &input, network->scale);
  const gsize n = (gsize)output.width * output.height * 3;
  g_autofree float *expected = g_new (float, n);
  g_autoptr (GError) error = NULL;

  genga_reference_run_graph (graph, input.data, input.height, input.width, expected, NULL, &error);
  g_assert_no_error (error);
  for (gsize k = 0; k < n; k++)
    {
      const float got = ((float *)output.data)[k];

      if (!(fabsf (got - expected[k]) <= 1e-5f + 1e-4f * fabsf (expected[k])))
        g_error ("%s, %dx%d: sample %zu is %g, not %g", network->name, input.width, input.height, k,
                 got, expected[k]);
    }
  g_free (input.data);
  g_free (output.data);
}

static void
test_reference (gconstpointer data)
{
  const Network *network = data;
  g_autoptr (GengaGraph) graph = make_graph (network);

  for (const GengaKernelSet *const *set = genga_kernels_list (); *set != NULL; set++)
    {
      g_autoptr (GengaCpuModel) model = genga_cpu_model_new (graph, FALSE, 2, (*set)->name);

      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        check_reference (model, graph, network, i);
    }
}

/* 60 dB against the full range of the picture, as far as random networks have one. */
static void
test_fast (gconstpointer data)
{
  const Network *network = data;
  g_autoptr (GengaGraph) graph = make_graph (network);
  GengaView input = make_picture (64, 40);

  for (const GengaKernelSet *const *set = genga_kernels_list (); *set != NULL; set++)
    {
      g_autoptr (GengaCpuModel) exact = genga_cpu_model_new (graph, FALSE, 2, (*set)->name);
      g_autoptr (GengaCpuModel) fast = genga_cpu_model_new (graph, TRUE, 2, (*set)->name);
      GengaView a = run_whole (exact, &input, network->scale);
      GengaView b = run_whole (fast, &input, network->scale);
      const gsize n = (gsize)a.width * a.height * 3;
      double error = 0, power = 0;

      for (gsize k = 0; k < n; k++)
        {
          const double x = ((float *)a.data)[k], y = ((float *)b.data)[k];

          error += (x - y) * (x - y);
          power += x * x;
        }
      g_test_message ("%s, %s: %.1f dB", network->name, (*set)->name,
                      10 * log10 (MAX (power, n) / MAX (error, 1e-30)));
      g_assert_cmpfloat (error, <=, MAX (power, n) * 1e-6);
      g_free (a.data);
      g_free (b.data);
    }
  g_free (input.data);
}

static void
test_threads (gconstpointer data)
{
  const Network *network = data;
  g_autoptr (GengaGraph) graph = make_graph (network);
  GengaView input = make_picture (78, 21);

  for (int fast = 0; fast < 2; fast++)
    {
      g_autoptr (GengaCpuModel) one = genga_cpu_model_new (graph, fast, 1, NULL);
      GengaView expected = run_whole (one, &input, network->scale);

      for (guint n_threads = 2; n_threads <= 5; n_threads++)
        {
          g_autoptr (GengaCpuModel) model = genga_cpu_model_new (graph, fast, n_threads, NULL);

          /* Twice: nothing of a run is left for the next. */
          for (int k = 0; k < 2; k++)
            {
              GengaView output = run_whole (model, &input, network->scale);

              g_assert_cmpmem (output.data, output.row_stride * output.height, expected.data,
                               expected.row_stride * expected.height);
              g_free (output.data);
            }
        }
      g_free (expected.data);
    }
  g_free (input.data);
}

static void
check_rect (GengaCpuModel *model,
            const GengaView *input,
            const GengaView *whole,
            const GengaRect *rect,
            int scale)
{
  GengaView part = run_rect (model, input, rect, scale);

  for (int y = 0; y < part.height; y++)
    g_assert_cmpmem ((guint8 *)part.data + y * part.row_stride, part.row_stride,
                     (guint8 *)whole->data + (y + rect->y * scale) * whole->row_stride +
                         rect->x * scale * 3 * sizeof (float),
                     part.row_stride);
  g_free (part.data);
}

static void
test_rectangles (gconstpointer data)
{
  const Network *network = data;
  g_autoptr (GengaGraph) graph = make_graph (network);
  GengaView input = make_picture (102, 58);
  const GengaRect rects[] = {
    { 0, 0, 8, 4 }, { 60, 24, 16, 12 }, { 37, 21, 5, 3 }, { 101, 57, 1, 1 }
  };

  for (int fast = 0; fast < 2; fast++)
    {
      g_autoptr (GengaCpuModel) model = genga_cpu_model_new (graph, fast, 2, NULL);
      GengaView whole = run_whole (model, &input, network->scale);

      for (guint i = 0; i < G_N_ELEMENTS (rects); i++)
        {
          check_rect (model, &input, &whole, &rects[i], network->scale);
          /* Back to the whole picture: margins are clean again. */
          check_rect (model, &input, &whole, &(GengaRect){ 0, 0, 102, 58 }, network->scale);
        }
      g_free (whole.data);
    }
  g_free (input.data);
}

/* ---- samples, cancelling, memory ---- */

static void
test_integers (void)
{
  g_autoptr (GengaGraph) graph = make_graph (&networks[0]);
  g_autoptr (GengaCpuModel) model = genga_cpu_model_new (graph, FALSE, 2, NULL);
  GengaView bytes = make_view (GENGA_SAMPLE_U8, 21, 13), floats = make_picture (21, 13);
  const GengaSample samples[] = { GENGA_SAMPLE_U8, GENGA_SAMPLE_U16 };
  GengaView expected;

  for (int i = 0; i < 21 * 13 * 3; i++)
    {
      ((guint8 *)bytes.data)[i] = (guint8)(i * 37);
      ((float *)floats.data)[i] = ((guint8 *)bytes.data)[i] / 255.0f;
    }
  expected = run_whole (model, &floats, 2);
  for (guint s = 0; s < G_N_ELEMENTS (samples); s++)
    {
      GengaView output = make_view (samples[s], 42, 26);
      const float most = samples[s] == GENGA_SAMPLE_U8 ? 255 : 65535;
      g_autoptr (GError) error = NULL;

      genga_cpu_model_run (model, &bytes, &(GengaRect){ 0, 0, 21, 13 }, &output, NULL, &error);
      g_assert_no_error (error);
      for (int i = 0; i < 42 * 26 * 3; i++)
        g_assert_cmpint (samples[s] == GENGA_SAMPLE_U8 ? ((guint8 *)output.data)[i]
                                                       : ((guint16 *)output.data)[i],
                         ==, (int)(CLAMP (((float *)expected.data)[i], 0, 1) * most + 0.5f));
      g_free (output.data);
    }
  g_free (bytes.data);
  g_free (floats.data);
  g_free (expected.data);
}

static gpointer
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (GengaGraph) graph = make_graph (&networks[0]);
  g_autoptr (GengaCpuModel) model = genga_cpu_model_new (graph, FALSE, 3, NULL);
  GengaView input = make_picture (150, 94), output = make_view (GENGA_SAMPLE_F32, 300, 188);
  GengaView before = run_whole (model, &input, 2), after;

  for (int i = 0; i < 8; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      GThread *thread = g_thread_new ("cancel", cancel, cancellable);

      if (!genga_cpu_model_run (model, &input, &(GengaRect){ 0, 0, 150, 94 }, &output, cancellable,
                                &error))
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_thread_join (thread);
    }
  after = run_whole (model, &input, 2);
  g_assert_cmpmem (after.data, after.row_stride * after.height, before.data,
                   before.row_stride * before.height);
  g_free (input.data);
  g_free (output.data);
  g_free (before.data);
  g_free (after.data);
}

static void
test_memory (void)
{
  g_autoptr (GengaGraph) graph = make_graph (&networks[0]);
  g_autoptr (GengaCpuModel) model = genga_cpu_model_new (graph, FALSE, 2, NULL);
  GengaView input = make_picture (40, 40), output = make_view (GENGA_SAMPLE_F32, 80, 80);
  g_autoptr (GError) error = NULL;
  GengaView after;

  genga_fault_set ("no-maps:1");
  g_assert_false (
      genga_cpu_model_run (model, &input, &(GengaRect){ 0, 0, 40, 40 }, &output, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
  genga_fault_set (NULL);
  after = run_whole (model, &input, 2);
  g_assert_cmpuint (genga_cpu_model_get_peak_bytes (model, 40, 40), >, 0);
  /* Rings: a picture ten times as high takes little more. */
  g_assert_cmpuint (genga_cpu_model_get_peak_bytes (model, 400, 4000), <,
                    2 * genga_cpu_model_get_peak_bytes (model, 400, 400));
  g_free (input.data);
  g_free (output.data);
  g_free (after.data);
}

/* Beyond what steps have room for. */
static void
test_large_factors (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (3, FALSE);
  g_autoptr (GengaGraph) graph = NULL;
  g_autofree char *reason = NULL;

  genga_graph_pixel_shuffle (builder, genga_graph_pixel_unshuffle (builder, 0, 40), 40);
  graph = genga_graph_builder_finish (builder);
  g_assert_false (genga_cpu_plan_supports (graph, &reason));
  g_assert_cmpstr (reason, !=, NULL);
}

static void
test_supports (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (3, FALSE);
  g_autoptr (GengaGraph) graph = NULL;
  g_autofree char *reason = NULL;

  genga_graph_require_sides (builder, 2, 2);
  genga_graph_real_ifft (builder, genga_graph_real_fft (builder, 0));
  graph = genga_graph_builder_finish (builder);
  g_assert_false (genga_cpu_plan_supports (graph, &reason));
  g_assert_cmpstr (reason, !=, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autoptr (GengaGraph) network = make_graph (&networks[i]);

      g_assert_true (genga_cpu_plan_supports (network, NULL));
    }
}

static void
add_tests (const char *name, GTestDataFunc func, gboolean is_local)
{
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cpu-engine/%s/%s", name, networks[i].name);

      if (!is_local || !networks[i].sees_everything)
        g_test_add_data_func (path, &networks[i], func);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* The reference engine has one thread, and far too much to do under this sanitizer. */
  if (g_strcmp0 (g_getenv ("GENGA_SANITIZED"), "thread") != 0)
    {
      add_tests ("reference", test_reference, FALSE);
      add_tests ("fast", test_fast, FALSE);
    }
  add_tests ("threads", test_threads, FALSE);
  add_tests ("rectangles", test_rectangles, TRUE);
  g_test_add_func ("/cpu-engine/integers", test_integers);
  g_test_add_func ("/cpu-engine/cancel", test_cancel);
  g_test_add_func ("/cpu-engine/memory", test_memory);
  g_test_add_func ("/cpu-engine/supports", test_supports);
  g_test_add_func ("/cpu-engine/large-factors", test_large_factors);
  return g_test_run ();
}
