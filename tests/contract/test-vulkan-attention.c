/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks of attention on a device of Vulkan's: true to the reference, whole and in pieces. */
#include "attention-graphs.h"
#include "core/fault.h"
#include "engine/backend-registry.h"
#include "engine/reference/reference-graph.h"
#include "nets/attention/graph-attention.h"

#include <math.h>
#include <string.h>

#define DEVICE "vulkan:0"
#define CHANNELS 3

typedef void (*BuildFunc) (GengaGraphBuilder *builder, GRand *rand);

static const GengaBackend *backend;

/* ---- networks ---- */

static float *
make_numbers (GRand *rand, gsize n, double spread)
{
  float *numbers = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (float)g_rand_double_range (rand, -spread, spread);
  return numbers;
}

static guint
add_conv (GengaGraphBuilder *builder, GRand *rand, guint input, int n_out)
{
  const int n_in = genga_graph_peek (builder, input)->channels, shape[] = { n_out, n_in, 1, 1 };
  const gsize n = (gsize)n_out * n_in;
  guint weight =
      genga_graph_take_constant (builder, 4, shape, make_numbers (rand, n, 1.7 / sqrt (n_in)));

  return genga_graph_conv (builder, input, weight, GENGA_NONE, 1);
}

/* Heads that begin at planes of four, and a bias for each pair. */
static void
build_planes (GengaGraphBuilder *builder, GRand *rand)
{
  const int n = 16, shape[] = { 2, 16, 16 };
  const GengaAttention attention = {
    .queries = add_conv (builder, rand, 0, n),
    .keys = add_conv (builder, rand, 0, n),
    .values = add_conv (builder, rand, 0, n),
    .n_heads = 2,
    .window_y = 4,
    .window_x = 4,
    .shift_y = 2,
    .multiple = 4,
    .weight = genga_graph_take_constant (builder, 3, shape, make_numbers (rand, 2 * 16 * 16, 1)),
  };

  add_conv (builder, rand, genga_graph_window_attention (builder, &attention), 3);
}

/* Keys that are blocks of 2 x 2 pixels, and no softmax. */
static void
build_blocks (GengaGraphBuilder *builder, GRand *rand)
{
  const int n = 24, shape[] = { 2, 5, 5 };
  GengaAttention attention = {
    .queries = add_conv (builder, rand, 0, n),
    .keys = add_conv (builder, rand, 0, n / 4),
    .values = add_conv (builder, rand, 0, n / 4),
    .n_heads = 2,
    .window_y = 6,
    .window_x = 6,
    .multiple = 6,
    .key_window_y = 6,
    .key_window_x = 6,
    .key_block = 2,
    .is_relative = TRUE,
    .weight = genga_graph_take_constant (builder, 3, shape, make_numbers (rand, 2 * 5 * 5, 1)),
  };
  guint value = genga_graph_window_attention (builder, &attention);

  attention.is_linear = TRUE;
  value = genga_graph_combine (builder, GENGA_OP_ADD, value,
                               genga_graph_window_attention (builder, &attention));
  add_conv (builder, rand, value, 3);
}

/* Keys of a window around the queries' own. */
static void
build_margins (GengaGraphBuilder *builder, GRand *rand)
{
  const int n = 8, shape[] = { 2, 16, 64 };
  const GengaAttention attention = {
    .queries = add_conv (builder, rand, 0, n),
    .keys = add_conv (builder, rand, 0, n),
    .values = add_conv (builder, rand, 0, n),
    .n_heads = 2,
    .window_y = 4,
    .window_x = 4,
    .multiple = 4,
    .key_window_y = 8,
    .key_window_x = 8,
    .key_margin = 2,
    .weight = genga_graph_take_constant (builder, 3, shape, make_numbers (rand, 2 * 16 * 64, 1)),
  };

  add_conv (builder, rand, genga_graph_window_attention (builder, &attention), 3);
}

/* ---- runs ---- */

static float *
run (const GengaGraph *graph, const char *faults, const float *picture, int width, int height)
{
  g_autoptr (GError) error = NULL;
  float *result = g_new (float, (gsize)width *height *CHANNELS);
  GengaView input = genga_view_of_floats (picture, CHANNELS, width, height);
  GengaView output = genga_view_of_floats (result, CHANNELS, width, height);
  GengaRect whole = genga_view_get_rect (&input);
  GengaBackendModel *model;

  genga_fault_set (faults);
  model = backend->model_load (graph, DEVICE, GENGA_PRECISION_FP32, 1, &error);
  genga_fault_set (NULL);
  g_assert_no_error (error);
  g_assert_true (backend->run (model, &input, &whole, &output, NULL, &error));
  g_assert_no_error (error);
  backend->model_free (model);
  return result;
}

static void
check (const GengaGraph *graph, int width, int height)
{
  const gsize n = (gsize)width * height * CHANNELS;
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autofree float *picture = make_numbers (rand, n, 1);
  g_autofree float *expected = g_new (float, n);
  g_autofree float *result = run (graph, NULL, picture, width, height);
  g_autofree float *pieces = run (graph, "vulkan-small-memory:1", picture, width, height);

  g_assert_true (genga_reference_run_graph (graph, picture, height, width, expected, NULL, NULL));
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fabsf (result[i] - expected[i]), <=, 2e-5 + 1e-4 * fabsf (expected[i]));
  g_assert_cmpmem (result, n * sizeof (float), pieces, n * sizeof (float));
}

static void
test_graph (gconstpointer data)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (CHANNELS, TRUE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  (*(const BuildFunc *)data) (builder, rand);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  g_assert_true (backend->supports (graph, DEVICE, GENGA_PRECISION_FP32, NULL));
  check (graph, 24, 24);
  check (graph, 29, 18);
  check (graph, 72, 56);
}

int
main (int argc, char **argv)
{
  static const BuildFunc windows = test_build_windows, rolled = test_build_rolled;
  static const BuildFunc planes = build_planes, blocks = build_blocks, margins = build_margins;
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  backend = genga_registry_get_backend (GENGA_BACKEND_VULKAN, &error);
  if (backend == NULL)
    {
      g_print ("1..0 # SKIP %s\n", error->message);
      return 0;
    }
  g_test_add_data_func ("/vulkan-attention/windows", &windows, test_graph);
  g_test_add_data_func ("/vulkan-attention/rolled", &rolled, test_graph);
  g_test_add_data_func ("/vulkan-attention/planes", &planes, test_graph);
  g_test_add_data_func ("/vulkan-attention/blocks", &blocks, test_graph);
  g_test_add_data_func ("/vulkan-attention/margins", &margins, test_graph);
  return g_test_run ();
}
