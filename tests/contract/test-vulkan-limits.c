/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a device of Vulkan's can't do at once, or at all; and what it gives back. */
#include "core/fault.h"
#include "engine/backend-registry.h"
#include "engine/vulkan/vulkan-pieces.h"
#include "nets/graph.h"

#include <string.h>

#define DEVICE "vulkan:0"
#define WIDTH 70
#define HEIGHT 50
#define CHANNELS 3
#define FACTOR 2

static const GengaBackend *backend;

static guint
add_conv (GengaGraphBuilder *builder, GRand *rand, guint input, int n_out)
{
  const int n_in = genga_graph_peek (builder, input)->channels;
  const int shape[] = { n_out, n_in, 3, 3 };
  float *weight = g_new (float, (gsize)n_out *n_in * 9);

  for (int i = 0; i < n_out * n_in * 9; i++)
    weight[i] = (float)g_rand_double_range (rand, -0.2, 0.2);
  return genga_graph_conv (builder, input, genga_graph_take_constant (builder, 4, shape, weight),
                           GENGA_NONE, 1);
}

/* Two maps that are parts of two others, which are not of the same precision. */
static GengaGraph *
make_graph (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (CHANNELS, TRUE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint first = add_conv (builder, rand, 0, 4);
  guint a = add_conv (builder, rand, first, 4);
  guint b = add_conv (builder, rand, first, 4);
  guint both[] = { a, b };
  guint d = add_conv (builder, rand, genga_graph_concat (builder, both, 2), 4);
  guint all[] = { a, b, d };

  genga_graph_pixel_shuffle (builder, genga_graph_concat (builder, all, 3), FACTOR);
  return genga_graph_builder_finish (builder);
}

static float *
run (const GengaBackend *on, GengaBackendModel *model)
{
  const gsize n = (gsize)WIDTH * HEIGHT * CHANNELS;
  g_autofree float *picture = g_new (float, n);
  float *result = g_new0 (float, n *FACTOR *FACTOR);
  GengaView input = genga_view_of_floats (picture, CHANNELS, WIDTH, HEIGHT);
  GengaView output = genga_view_of_floats (result, CHANNELS, WIDTH * FACTOR, HEIGHT * FACTOR);
  GengaRect whole = genga_view_get_rect (&input);
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++)
    picture[i] = (float)g_rand_double (rand);
  on->run (model, &input, &whole, &output, NULL, &error);
  g_assert_no_error (error);
  return result;
}

static GengaBackendModel *
load (const GengaBackend *on, const char *device, GengaPrecision precision)
{
  g_autoptr (GengaGraph) graph = make_graph ();
  g_autoptr (GError) error = NULL;
  GengaBackendModel *model = on->model_load (graph, device, precision, 1, &error);

  g_assert_no_error (error);
  return model;
}

static void
assert_same (const float *result, const float *expected, float most)
{
  for (gsize i = 0; i < (gsize)WIDTH * HEIGHT * CHANNELS * FACTOR * FACTOR; i++)
    g_assert_cmpfloat (ABS (result[i] - expected[i]), <=, most);
}

static void
test_halves (void)
{
  const GengaBackend *reference = genga_registry_get_backend (GENGA_BACKEND_REFERENCE, NULL);
  GengaBackendModel *right = load (reference, "reference", GENGA_PRECISION_FP32);
  GengaBackendModel *model = load (backend, DEVICE, GENGA_PRECISION_FP16);
  g_autofree float *expected = run (reference, right);
  g_autofree float *result = run (backend, model);

  assert_same (result, expected, 0.02F);
  backend->model_free (model);
  reference->model_free (right);
}

/* Each step in many dispatches. */
static void
test_small_pieces (void)
{
  GengaBackendModel *model = load (backend, DEVICE, GENGA_PRECISION_FP32);
  GengaBackendModel *cut = load (backend, DEVICE, GENGA_PRECISION_FP32);
  g_autofree float *expected = run (backend, model);
  g_autofree float *result = NULL;

  genga_fault_set ("vulkan-small-pieces:1");
  result = run (backend, cut);
  genga_fault_set (NULL);
  assert_same (result, expected, 0);
  backend->model_free (cut);
  backend->model_free (model);
}

static guint64
get_allocated (void)
{
  GengaMemoryStats stats;

  backend->get_memory_stats (DEVICE, &stats);
  return stats.allocated_bytes;
}

/* What waits for the next picture is given back, and the next picture is as the last one. */
static void
test_trim (void)
{
  GengaBackendModel *model = load (backend, DEVICE, GENGA_PRECISION_FP32);
  const guint64 before = get_allocated ();
  g_autofree float *expected = run (backend, model);
  g_autofree float *result = NULL;

  g_assert_cmpuint (get_allocated (), >, before);
  backend->trim ();
  g_assert_cmpuint (get_allocated (), ==, before);
  result = run (backend, model);
  assert_same (result, expected, 0);
  backend->model_free (model);
}

/* Weights that no shader could see are refused before they are packed. */
static void
test_large_weights (void)
{
  enum
  {
    N = 2048
  };
  GengaGraphBuilder *builder = genga_graph_builder_new (CHANNELS, TRUE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint value = add_conv (builder, rand, 0, N);
  const int shape[] = { N, N, 3, 3 };
  g_autofree char *reason = NULL;

  genga_graph_conv (builder, value,
                    genga_graph_take_constant (builder, 4, shape, g_new0 (float, (gsize)N *N * 9)),
                    GENGA_NONE, 1);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  g_assert_false (backend->supports (graph, DEVICE, GENGA_PRECISION_FP32, &reason));
  g_assert_nonnull (strstr (reason, "too large"));
}

/* Halving comes to an end on every grid, and each half is shorter. */
static void
test_halving (void)
{
  for (int grid = 1; grid <= 128; grid++)
    for (int side = 1; side <= 300; side += 7)
      {
        const GengaVulkanPieces pieces = { .grid = grid, .minimum = 1 };
        int width = side, height = side / 2 + 1, area = width * height;

        while (genga_vulkan_pieces_halve (&pieces, &width, &height))
          {
            g_assert_cmpint (width * height, <, area);
            area = width * height;
          }
        g_assert_cmpint (MAX (width, height), <=, MAX (MAX (32, grid), side <= grid ? side : 0));
      }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vulkan-limits/halving", test_halving);
  backend = genga_registry_get_backend (GENGA_BACKEND_VULKAN, &error);
  if (backend == NULL)
    {
      g_test_message ("only what needs no device: %s", error->message);
      return g_test_run ();
    }
  g_test_add_func ("/vulkan-limits/halves", test_halves);
  g_test_add_func ("/vulkan-limits/small-pieces", test_small_pieces);
  g_test_add_func ("/vulkan-limits/trim", test_trim);
  g_test_add_func ("/vulkan-limits/large-weights", test_large_weights);
  return g_test_run ();
}
