/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reference engine is beside its operations: precision, memory, cancellation. */
#include "small-graph.h"
#include "core/error.h"
#include "engine/reference/reference-graph.h"

#include <math.h>

static guint
add_factor (GengaGraphBuilder *builder, guint input, float factor)
{
  return genga_graph_conv (builder, input, TEST_CONSTANT (builder, TEST_SHAPE (1, 1, 1, 1), factor),
                           GENGA_NONE, 1);
}

/* Three convolutions, the middle one of which is in the model's precision. */
static float
run_middle (GengaPrecision precision, float before, float factor, float after, float value)
{
  g_autoptr (GError) error = NULL;
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint middle = add_factor (builder, add_factor (builder, 0, before), factor);

  add_factor (builder, middle, after);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  float output;

  g_assert_false (graph->ops[middle].is_f32);
  genga_reference_run_graph_in (graph, precision, &value, 1, 1, &output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

typedef struct
{
  float value;
  float expected;
} Row;

static void
check_rows (GengaPrecision precision, const Row *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      float value = rows[i].value, expected = rows[i].expected;

      /* As a value, and as a weight. */
      g_assert_cmpfloat (run_middle (precision, 1, 1, 1, value), ==, expected);
      g_assert_cmpfloat (run_middle (precision, 1, 1, 1, -value), ==, -expected);
      g_assert_cmpfloat (run_middle (precision, 1, value, 1, 1), ==, expected);
      /* The last convolution is in f32. */
      g_assert_cmpfloat (run_middle (precision, 1, 1, value, 1), ==, value);
      g_assert_cmpfloat (run_middle (GENGA_PRECISION_FP32, 1, value, 1, 1), ==, value);
    }
  g_assert_true (isnan (run_middle (precision, 1, 1, 1, NAN)));
}

/* Ties go to the even neighbour. */
static void
test_bf16 (void)
{
  static const Row rows[] = {
    { 1, 1 },
    { 0x1.01p0, 0x1p0 },
    { 0x1.03p0, 0x1.04p0 },
    { 0x1.01002p0, 0x1.02p0 },
    { 0x1.00fffep0, 0x1p0 },
    { 0x1.ffp0, 0x2p0 },
    { 0x1.fep127, 0x1.fep127 },
    { 0x1.01p-126, 0x1p-126 },
  };

  check_rows (GENGA_PRECISION_BF16, rows, G_N_ELEMENTS (rows));
}

static void
test_fp16 (void)
{
  static const Row rows[] = {
    { 2047, 2047 },
    { 2049, 2048 },
    { 2051, 2052 },
    { 65504, 65504 },
    { 65519.996f, 65504 },
    { 65520, INFINITY },
    { 1e30f, INFINITY },
    { 0x1p-14, 0x1p-14 },
    { 0x1p-24, 0x1p-24 },
    { 0x1p-25, 0 },
    { 0x1.8p-25, 0x1p-24 },
    { 0x1.8p-24, 0x1p-23 },
    { 0x1.ffbp-15, 0x1p-14 - 0x1p-24 },
  };

  check_rows (GENGA_PRECISION_FP16, rows, G_N_ELEMENTS (rows));
}

/* NaN reaches the result through whatever might hide it. */
static void
test_nan (void)
{
  static const float pixels[] = { NAN, 1 };
  float output[2] = { 0 };
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint value = genga_graph_clip (builder, 0, 0, 1);

  value = genga_graph_activate (builder, value, GENGA_ACTIVATION_RELU);
  value = genga_graph_combine (builder, GENGA_OP_MAX, value, genga_graph_scale (builder, 0, 0));
  value = genga_graph_combine (builder, GENGA_OP_MIN, genga_graph_scale (builder, 0, 0), value);
  genga_graph_resize (builder, value, GENGA_RESIZE_BILINEAR, 1, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  genga_reference_run_graph (graph, pixels, 2, 1, output, NULL, NULL);
  g_assert_true (isnan (output[0]));
  g_assert_cmpfloat (output[1], ==, 0);
}

/* Offsets that are no numbers, or far outside, stay inside the map. */
static void
test_wild_offsets (void)
{
  static const float input[] = { 5, NAN, INFINITY, 7, -INFINITY, 1e30f };
  float output[2];
  GengaGraphBuilder *builder = genga_graph_builder_new (3, TRUE);
  guint map = genga_graph_slice (builder, 0, 0, 1);

  genga_graph_dysample (builder, map, genga_graph_slice (builder, 0, 1, 2), 1, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  genga_reference_run_graph (graph, input, 2, 1, output, NULL, NULL);
  g_assert_true (isnan (output[0]));
  g_assert_cmpfloat (output[1], ==, 7);
}

/* A value is there from its own operation to the last one that reads it. */
static void
test_peak (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint wide[] = { 0, 0, 0, 0, 0, 0 };
  guint value = genga_graph_scale (builder, 0, 2);

  for (int i = 0; i < 8; i++)
    value = genga_graph_scale (builder, value, 0.5);
  genga_graph_combine (builder, GENGA_OP_ADD, value, 0);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  /* The picture, what is read, what is made. */
  g_assert_cmpuint (genga_reference_get_peak_bytes (graph, 5, 7), ==, 3 * 5 * 7 * 4);

  builder = genga_graph_builder_new (1, TRUE);
  value = genga_graph_concat (builder, wide, G_N_ELEMENTS (wide));
  value = genga_graph_slice (builder, value, 2, 1);
  genga_graph_combine (builder, GENGA_OP_MUL, value, genga_graph_global_mean (builder, value));
  g_autoptr (GengaGraph) narrow = genga_graph_builder_finish (builder);
  g_assert_cmpuint (genga_reference_get_peak_bytes (narrow, 5, 7), ==, (1 + 6) * 5 * 7 * 4);
}

static void
test_no_memory (void)
{
  g_autoptr (GError) error = NULL;
  const float pixel = 1;
  float output;
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);
  guint inputs[16] = { 0 };

  /* A pixel of 2^24 channels, and 2^24 of those: more than there are addresses. */
  for (int i = 0; i < 6; i++)
    {
      guint value = genga_graph_concat (builder, inputs, G_N_ELEMENTS (inputs));

      for (guint k = 0; k < G_N_ELEMENTS (inputs); k++)
        inputs[k] = value;
    }
  genga_graph_resize (builder, inputs[0], GENGA_RESIZE_NEAREST, 1 << 12, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  g_assert_false (genga_reference_run_graph (graph, &pixel, 1, 1, &output, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const float pixel = 3;
  float output = 0;
  GengaGraphBuilder *builder = genga_graph_builder_new (1, TRUE);

  genga_graph_scale (builder, 0, 2);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  g_assert_true (genga_reference_run_graph (graph, &pixel, 1, 1, &output, cancellable, &error));
  g_assert_cmpfloat (output, ==, 6);
  output = 0;
  g_cancellable_cancel (cancellable);
  g_assert_false (genga_reference_run_graph (graph, &pixel, 1, 1, &output, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpfloat (output, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reference/bf16", test_bf16);
  g_test_add_func ("/reference/fp16", test_fp16);
  g_test_add_func ("/reference/nan", test_nan);
  g_test_add_func ("/reference/wild-offsets", test_wild_offsets);
  g_test_add_func ("/reference/peak", test_peak);
  g_test_add_func ("/reference/no-memory", test_no_memory);
  g_test_add_func ("/reference/cancel", test_cancel);
  return g_test_run ();
}
