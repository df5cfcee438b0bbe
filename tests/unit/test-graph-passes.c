/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graphs that are made simpler: which operations are left, and that they compute what they did,
 * for each rule and for graphs at random. The reference engine runs both.
 */
#include "engine/reference/reference-graph.h"
#include "made-dict.h"
#include "nets/graph-passes.h"
#include "nets/graph.h"
#include "nets/net-build.h"

#include <math.h>

#define N_SEEDS 500
#define RTOL 1e-5
#define SIDE 12

typedef struct
{
  GengaGraphBuilder *builder;
  guint64 state;
} Maker;

static void
maker_init (Maker *self, int channels, guint64 seed, gboolean with_weights)
{
  self->builder = genga_graph_builder_new (channels, with_weights);
  self->state = seed * 2654435761 + 1;
}

static guint
get_random (Maker *self, guint end)
{
  self->state = self->state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return (guint)((self->state >> 33) % end);
}

static guint
add_numbers (Maker *self, guint rank, const int *shape)
{
  gsize n = 1;
  float *data = NULL;

  for (guint i = 0; i < rank; i++)
    n *= shape[i];
  if (genga_graph_builder_has_weights (self->builder))
    data = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    {
      guint random = get_random (self, 1 << 20);
      float number = (float)random / (1 << 20) - 0.4f;

      if (data != NULL)
        data[i] = number;
    }
  return genga_graph_take_constant (self->builder, rank, shape, data);
}

static guint
add_vector (Maker *self, int n)
{
  return add_numbers (self, 1, &n);
}

static int
get_channels (Maker *self, guint value)
{
  return genga_graph_peek (self->builder, value)->channels;
}

static guint
add_conv_full (Maker *self,
               GengaOpKind kind,
               guint input,
               int out,
               int kernel,
               int stride,
               int pad,
               int groups)
{
  int in = get_channels (self, input);
  const int shape[] = { kind == GENGA_OP_CONV2D ? out : in,
                        (kind == GENGA_OP_CONV2D ? in : out) / groups, kernel, kernel };
  GengaOp op = { .kind = kind, .n_inputs = 1, .inputs = { input }, .bias = GENGA_NONE };

  op.weight = add_numbers (self, 4, shape);
  if (get_random (self, 2) == 0)
    op.bias = add_vector (self, out);
  op.conv.kernel_y = op.conv.kernel_x = kernel;
  op.conv.stride = stride;
  op.conv.pad_y = op.conv.pad_x = pad;
  op.conv.dilation = 1;
  op.conv.groups = groups;
  return genga_graph_conv_full (self->builder, &op);
}

static guint
add_conv (Maker *self, guint input, int out, int kernel)
{
  return add_conv_full (self, GENGA_OP_CONV2D, input, out, kernel, 1, kernel / 2, 1);
}

static guint
add_affine (Maker *self, guint input, gboolean has_factor, gboolean has_offset)
{
  int n = get_channels (self, input);

  return genga_graph_affine (self->builder, input, has_factor ? add_vector (self, n) : GENGA_NONE,
                             has_offset ? add_vector (self, n) : GENGA_NONE);
}

/* ---- comparing ---- */

static float *
run (const GengaGraph *graph, gsize *n)
{
  const GengaOp *result = genga_graph_get_result (graph);
  int channels = genga_graph_get_in_channels (graph);
  int side = (SIDE + graph->multiple_of - 1) / graph->multiple_of * graph->multiple_of;
  int out_side = side * result->size.num / result->size.den;
  g_autofree float *input = g_new (float, side *side *channels);
  g_autoptr (GError) error = NULL;
  float *output;

  for (int i = 0; i < side * side * channels; i++)
    input[i] = 0.5f + 0.5f * sinf (0.7f * i);
  *n = (gsize)out_side * out_side * result->channels;
  output = g_new (float, *n);
  genga_reference_run_graph (graph, input, side, side, output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

/* Differences are measured by the largest number: sums may cancel. */
static void
assert_same_results (const GengaGraph *a, const GengaGraph *b)
{
  gsize n_a;
  gsize n_b;
  g_autofree float *result_a = run (a, &n_a);
  g_autofree float *result_b = run (b, &n_b);
  double largest = 0;

  g_assert_cmpuint (n_a, ==, n_b);
  for (gsize i = 0; i < n_a; i++)
    largest = MAX (largest, fabs (result_a[i]));
  for (gsize i = 0; i < n_a; i++)
    g_assert_cmpfloat (fabs ((double)result_a[i] - result_b[i]), <=, RTOL * largest);
}

static char *
list_ops (const GengaGraph *graph)
{
  GString *text = g_string_new (NULL);

  for (guint i = 1; i < graph->n_ops; i++)
    g_string_append_printf (text, "%s%s", i > 1 ? " " : "",
                            genga_op_kind_get_name (graph->ops[i].kind));
  return g_string_free (text, FALSE);
}

typedef void (*MakeFunc) (Maker *maker);

static GengaGraph *
make (MakeFunc func, int channels, guint64 seed, gboolean with_weights)
{
  Maker maker;

  maker_init (&maker, channels, seed, with_weights);
  func (&maker);
  return genga_graph_builder_finish (maker.builder);
}

/* What is left of a graph, after the picture; and it computes the same. */
static void
assert_left (MakeFunc func, const char *expected)
{
  for (guint64 seed = 0; seed < 4; seed++)
    {
      g_autoptr (GengaGraph) before = make (func, 4, seed, TRUE);
      g_autoptr (GengaGraph) after = genga_graph_simplify (make (func, 4, seed, TRUE));
      g_autoptr (GengaGraph) empty = genga_graph_simplify (make (func, 4, seed, FALSE));
      g_autofree char *ops = list_ops (after);
      g_autofree char *empty_ops = list_ops (empty);

      g_assert_cmpstr (ops, ==, expected);
      g_assert_cmpstr (empty_ops, ==, expected);
      assert_same_results (before, after);
    }
}

/* ---- the rules ---- */

static void
make_idle (Maker *maker)
{
  guint value = genga_graph_slice (maker->builder, 0, 0, 4);

  value = genga_graph_concat (maker->builder, &value, 1);
  value = add_conv (maker, value, 4, 3);
  value = genga_graph_pixel_shuffle (maker->builder, value, 1);
  value = genga_graph_pixel_unshuffle (maker->builder, value, 1);
  value = genga_graph_resize (maker->builder, value, GENGA_RESIZE_BICUBIC, 2, 2);
  genga_graph_affine (maker->builder, value, GENGA_NONE, GENGA_NONE);
}

static void
make_idle_only (Maker *maker)
{
  guint value = genga_graph_resize (maker->builder, 0, GENGA_RESIZE_NEAREST, 1, 1);

  genga_graph_resize (maker->builder, value, GENGA_RESIZE_NEAREST, 1, 1);
}

static void
make_dead (Maker *maker)
{
  guint value = add_conv (maker, 0, 4, 3);

  add_conv (maker, add_affine (maker, value, TRUE, TRUE), 3, 1);
  add_conv (maker, value, 4, 3);
}

static void
test_idle (void)
{
  assert_left (make_idle, "conv2d");
  assert_left (make_idle_only, "resize");
  assert_left (make_dead, "conv2d conv2d");
}

static void
make_slices (Maker *maker)
{
  const guint parts[] = { 0, add_conv (maker, 0, 6, 3), 0 };
  guint value = genga_graph_concat (maker->builder, parts, 3);

  value = genga_graph_slice (maker->builder, value, 3, 7);
  genga_graph_slice (maker->builder, value, 2, 4);
}

static void
make_whole_slice (Maker *maker)
{
  const guint parts[] = { 0, add_conv (maker, 0, 6, 3), 0 };
  guint value = genga_graph_concat (maker->builder, parts, 3);

  genga_graph_slice (maker->builder, value, 4, 6);
}

static void
make_slice_across (Maker *maker)
{
  const guint parts[] = { 0, add_conv (maker, 0, 6, 3) };
  guint value = genga_graph_concat (maker->builder, parts, 2);

  genga_graph_slice (maker->builder, value, 3, 2);
}

static void
test_slices (void)
{
  assert_left (make_slices, "conv2d slice");
  assert_left (make_whole_slice, "conv2d");
  assert_left (make_slice_across, "conv2d concat slice");
}

static void
make_affine_after (Maker *maker)
{
  guint value = add_conv (maker, 0, 6, 3);

  value = add_affine (maker, value, TRUE, FALSE);
  value = add_affine (maker, value, FALSE, TRUE);
  value = add_affine (maker, value, TRUE, TRUE);
  value = genga_graph_leaky_relu (maker->builder, value, 0.2f);
  value = add_conv_full (maker, GENGA_OP_DECONV2D, value, 4, 4, 2, 1, 2);
  value = add_affine (maker, value, TRUE, TRUE);
  value = genga_graph_leaky_relu (maker->builder, value, 0.2f);
  value = add_conv_full (maker, GENGA_OP_CONV2D, value, 8, 3, 1, 1, 4);
  add_affine (maker, value, TRUE, TRUE);
}

static void
make_affine_after_shared (Maker *maker)
{
  guint value = add_conv (maker, 0, 4, 3);

  genga_graph_combine (maker->builder, GENGA_OP_MUL, add_affine (maker, value, TRUE, FALSE), value);
}

static void
make_affine_after_shuffle (Maker *maker)
{
  guint value = add_conv (maker, 0, 8, 3);

  value = genga_graph_pixel_shuffle (maker->builder, value, 2);
  add_affine (maker, value, TRUE, TRUE);
}

static void
test_affine_after (void)
{
  assert_left (make_affine_after, "conv2d activation deconv2d activation conv2d");
  assert_left (make_affine_after_shared, "conv2d affine mul");
  assert_left (make_affine_after_shuffle, "conv2d pixel-shuffle");
}

static void
make_offset_before_padded (Maker *maker)
{
  add_conv (maker, add_affine (maker, 0, TRUE, TRUE), 6, 3);
}

static void
make_factor_before_padded (Maker *maker)
{
  add_conv (maker, add_affine (maker, 0, TRUE, FALSE), 6, 3);
}

static void
make_offset_before_unpadded (Maker *maker)
{
  guint value = add_affine (maker, 0, FALSE, TRUE);

  value = add_conv (maker, add_affine (maker, value, TRUE, TRUE), 6, 1);
  value = genga_graph_leaky_relu (maker->builder, value, 0.2f);
  value = add_affine (maker, value, TRUE, TRUE);
  add_conv_full (maker, GENGA_OP_CONV2D, value, 4, 1, 1, 0, 2);
}

static void
make_offset_before_deconv (Maker *maker)
{
  guint value = add_affine (maker, 0, TRUE, TRUE);

  add_conv_full (maker, GENGA_OP_DECONV2D, value, 4, 4, 2, 1, 1);
}

static void
make_factor_before_deconv (Maker *maker)
{
  guint value = add_affine (maker, 0, TRUE, FALSE);

  add_conv_full (maker, GENGA_OP_DECONV2D, value, 6, 4, 2, 1, 2);
}

/* The zeros around the map come after the affine operation. */
static void
test_affine_before (void)
{
  assert_left (make_offset_before_padded, "affine conv2d");
  assert_left (make_factor_before_padded, "conv2d");
  assert_left (make_offset_before_unpadded, "conv2d activation conv2d");
  assert_left (make_offset_before_deconv, "affine deconv2d");
  assert_left (make_factor_before_deconv, "deconv2d");
}

static void
make_beside (Maker *maker)
{
  guint a = add_conv (maker, 0, 6, 3);
  guint b = add_conv (maker, 0, 6, 1);

  genga_graph_combine (maker->builder, GENGA_OP_ADD, a, b);
}

static void
make_beside_many (Maker *maker)
{
  guint value = add_conv (maker, 0, 6, 1);

  for (int kernel = 3; kernel <= 7; kernel += 2)
    value = genga_graph_combine (maker->builder, kernel == 5 ? GENGA_OP_SUB : GENGA_OP_ADD, value,
                                 add_conv (maker, 0, 6, kernel));
}

static void
make_beside_groups (Maker *maker)
{
  guint a = add_conv_full (maker, GENGA_OP_CONV2D, 0, 4, 3, 1, 1, 4);
  guint b =
      add_affine (maker, add_conv_full (maker, GENGA_OP_CONV2D, 0, 4, 5, 1, 2, 4), TRUE, TRUE);

  genga_graph_combine (maker->builder, GENGA_OP_SUB, a, b);
}

static void
make_beside_apart (Maker *maker)
{
  guint a = add_conv (maker, 0, 6, 3);
  guint b = add_conv (maker, 0, 6, 1);

  a = genga_graph_leaky_relu (maker->builder, a, 0.2f);
  genga_graph_combine (maker->builder, GENGA_OP_ADD, a, b);
}

static void
make_beside_broadcast (Maker *maker)
{
  guint a = add_conv (maker, 0, 6, 3);
  guint b = add_conv (maker, 0, 1, 1);

  genga_graph_combine (maker->builder, GENGA_OP_ADD, a, b);
}

static void
test_beside (void)
{
  assert_left (make_beside, "conv2d");
  assert_left (make_beside_many, "conv2d");
  assert_left (make_beside_groups, "conv2d");
  assert_left (make_beside_apart, "conv2d conv2d activation add");
  assert_left (make_beside_broadcast, "conv2d conv2d add");
}

/* ---- borders ---- */

static void
make_padded (Maker *maker)
{
  guint value = genga_graph_pad_all (maker->builder, 0, GENGA_PAD_ZERO, 1, 1);

  add_conv_full (maker, GENGA_OP_CONV2D, value, 3, 5, 1, 1, 1);
}

/* Not zeros, or not the same at both ends: nothing that a convolution does itself. */
static void
make_padded_otherwise (Maker *maker)
{
  const GengaPad beside = { .kind = GENGA_PAD_ZERO, .top = 2, .left = 2 };
  guint value = genga_graph_pad_all (maker->builder, 0, GENGA_PAD_REPLICATE, 1, 1);

  value = add_conv_full (maker, GENGA_OP_CONV2D, value, 3, 3, 1, 0, 1);
  value = genga_graph_pad (maker->builder, value, &beside);
  add_conv_full (maker, GENGA_OP_CONV2D, value, 3, 3, 1, 0, 1);
}

static void
make_no_borders (Maker *maker)
{
  guint value = add_conv (maker, 0, 4, 3);

  value = genga_graph_pad_all (maker->builder, value, GENGA_PAD_REFLECT, 0, 1);
  value = genga_graph_crop_all (maker->builder, value, 0);
  genga_graph_activate (maker->builder, value, GENGA_ACTIVATION_RELU);
}

static void
test_borders (void)
{
  assert_left (make_padded, "conv2d");
  assert_left (make_padded_otherwise, "pad conv2d pad conv2d");
  assert_left (make_no_borders, "conv2d activation");
}

/* ---- at random ---- */

static guint
pick_value (Maker *maker, guint n_values)
{
  /* Mostly the last ones, so that something is made of nearly everything. */
  guint back = get_random (maker, 4) == 0 ? get_random (maker, n_values) : get_random (maker, 2);

  return n_values - 1 - MIN (back, n_values - 1);
}

static gboolean
have_same_size (Maker *maker, guint a, guint b)
{
  GengaSizeRatio x = genga_graph_peek (maker->builder, a)->size;
  GengaSizeRatio y = genga_graph_peek (maker->builder, b)->size;

  return x.num == y.num && x.den == y.den;
}

static guint
add_random_pair (Maker *maker, guint value, guint n_values)
{
  guint other = pick_value (maker, n_values);
  const guint both[] = { value, other };

  if (!have_same_size (maker, value, other))
    return genga_graph_activate (maker->builder, value, GENGA_ACTIVATION_SIGMOID);
  if (get_channels (maker, value) == get_channels (maker, other))
    return genga_graph_combine (maker->builder, GENGA_OP_ADD + get_random (maker, 3), value, other);
  return genga_graph_concat (maker->builder, both, 2);
}

static guint
add_random_size (Maker *maker, guint value)
{
  int n = get_channels (maker, value);
  int size = genga_graph_peek (maker->builder, value)->size.num;

  switch (get_random (maker, 4))
    {
    case 0:
      return n % 4 == 0 && size < 4 ? genga_graph_pixel_shuffle (maker->builder, value, 2)
                                    : genga_graph_pixel_shuffle (maker->builder, value, 1);
    case 1:
      return n <= 4 && size > 1 ? genga_graph_pixel_unshuffle (maker->builder, value, 2)
                                : genga_graph_pixel_unshuffle (maker->builder, value, 1);
    case 2:
      return genga_graph_resize (maker->builder, value, get_random (maker, 3), size > 1 ? 1 : 2,
                                 size > 1 ? 1 : 2);
    default:
      return add_conv_full (maker, GENGA_OP_DECONV2D, value, 2 * n, 3, 1, 1, 1);
    }
}

static guint
add_random_conv (Maker *maker, guint value)
{
  static const int kernels[] = { 1, 1, 3, 5 };
  int n = get_channels (maker, value);
  int kernel = kernels[get_random (maker, 4)];

  if (get_random (maker, 4) == 0)
    return add_conv_full (maker, GENGA_OP_CONV2D, value, n, kernel, 1, kernel / 2, n);
  return add_conv (maker, value, 4, kernel);
}

static guint
add_random_op (Maker *maker, guint value, guint n_values)
{
  int n = get_channels (maker, value);

  switch (get_random (maker, 8))
    {
    case 0:
    case 1:
      return add_affine (maker, value, get_random (maker, 2), get_random (maker, 2));
    case 2:
    case 3:
      return add_random_conv (maker, value);
    case 4:
      return genga_graph_leaky_relu (maker->builder, value, 0.3f);
    case 5:
      return genga_graph_slice (maker->builder, value, 0, 1 + get_random (maker, n));
    case 6:
      return add_random_size (maker, value);
    default:
      return add_random_pair (maker, value, n_values);
    }
}

static void
make_random (Maker *maker)
{
  guint n_values = 1;
  guint n_ops = 4 + get_random (maker, 12);

  for (guint i = 0; i < n_ops; i++)
    {
      guint value = pick_value (maker, n_values);

      n_values = add_random_op (maker, value, n_values) + 1;
    }
}

static void
test_random (void)
{
  guint n_shorter = 0;

  for (guint seed = 0; seed < N_SEEDS; seed++)
    {
      g_autoptr (GengaGraph) before = make (make_random, 4, seed, TRUE);
      g_autoptr (GengaGraph) after = genga_graph_simplify (make (make_random, 4, seed, TRUE));
      g_autoptr (GengaGraph) again = genga_graph_simplify (make (make_random, 4, seed, FALSE));
      g_autofree char *ops = list_ops (after);
      g_autofree char *empty_ops = list_ops (again);

      g_test_message ("seed %u: %u operations, %u left", seed, before->n_ops, after->n_ops);
      g_assert_cmpstr (ops, ==, empty_ops);
      g_assert_cmpuint (after->n_ops, <=, before->n_ops);
      n_shorter += after->n_ops < before->n_ops;
      assert_same_results (before, after);
    }
  /* The passes have something to do. */
  g_assert_cmpuint (n_shorter, >, N_SEEDS / 2);
}

/* A dense block's factor of 0.2 goes into its last convolution; the outer one has a sum before. */
static void
test_esrgan (void)
{
  MadeDict made;
  GengaNetSpec spec;
  g_autoptr (GError) error = NULL;
  guint n_affine = 0;

  made_dict_init (&made, 1);
  made_dict_add_esrgan (&made, 4, 2, 2, 1, 1);
  made_dict_detect (&made, &spec);
  g_autoptr (GengaStateDict) dict = made.dict;
  g_autoptr (GengaGraph) graph = genga_net_build (&spec, dict, TRUE, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < graph->n_ops; i++)
    n_affine += graph->ops[i].kind == GENGA_OP_AFFINE;
  g_assert_cmpuint (n_affine, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph-passes/idle", test_idle);
  g_test_add_func ("/graph-passes/slices", test_slices);
  g_test_add_func ("/graph-passes/affine-after", test_affine_after);
  g_test_add_func ("/graph-passes/affine-before", test_affine_before);
  g_test_add_func ("/graph-passes/beside", test_beside);
  g_test_add_func ("/graph-passes/borders", test_borders);
  g_test_add_func ("/graph-passes/random", test_random);
  g_test_add_func ("/graph-passes/esrgan", test_esrgan);
  return g_test_run ();
}
