/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of a network on a device of Vulkan's that is lost or short of memory: the right
 * sentence, the right bytes afterwards, and no memory that is left behind.
 */
#include "core/error.h"
#include "core/fault.h"
#include "engine/backend-registry.h"
#include "engine/model-cache.h"
#include "fixtures.h"
#include "nets/graph.h"

#include <string.h>

#define DEVICE "vulkan:0"
#define SCALE 2
#define CHANNELS 3
#define KERNEL 5
#define N_FAULTS 20

static const GengaBackend *backend;
static GengaGraph *graph;
/* Keeps the device open between networks, so that its memory is still counted. */
static GengaBackendModel *anchor;

/* ---- a network and pictures ---- */

static guint
add_conv (GengaGraphBuilder *builder, GRand *rand, guint input, int n_out)
{
  const int n_in = genga_graph_peek (builder, input)->channels;
  const int shape[] = { n_out, n_in, KERNEL, KERNEL };
  float *weight = g_new (float, (gsize)n_out *n_in *KERNEL *KERNEL);

  for (int i = 0; i < n_out * n_in * KERNEL * KERNEL; i++)
    weight[i] = (float)g_rand_double_range (rand, -0.1, 0.1);
  return genga_graph_conv (builder, input, genga_graph_take_constant (builder, 4, shape, weight),
                           GENGA_NONE, 1);
}

static GengaGraph *
make_graph (void)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (CHANNELS, TRUE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  guint value = add_conv (builder, rand, 0, 16);

  value = add_conv (builder, rand, value, 16);
  value = add_conv (builder, rand, value, CHANNELS * SCALE * SCALE);
  genga_graph_pixel_shuffle (builder, value, SCALE);
  return genga_graph_builder_finish (builder);
}

static GengaBackendModel *
load (GError **error)
{
  return backend->model_load (graph, DEVICE, GENGA_PRECISION_FP32, 1, error);
}

/* The result for a picture of a size; NULL: an error. */
static GBytes *
run (GengaBackendModel *model, int width, int height, GError **error)
{
  const gsize n = (gsize)width * height * CHANNELS;
  g_autofree float *picture = g_new (float, n);
  g_autofree float *result = g_new0 (float, n *SCALE *SCALE);
  GengaView input = genga_view_of_floats (picture, CHANNELS, width, height);
  GengaView output = genga_view_of_floats (result, CHANNELS, width * SCALE, height * SCALE);
  GengaRect whole = genga_view_get_rect (&input);
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (gsize i = 0; i < n; i++)
    picture[i] = (float)g_rand_double (rand);
  if (!backend->run (model, &input, &whole, &output, NULL, error))
    return NULL;
  return g_bytes_new (result, n * SCALE * SCALE * sizeof (float));
}

/* It runs, and as it always does. */
static void
check_run (GengaBackendModel *model, int width, int height, GBytes *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) result = run (model, width, height, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (result, expected));
}

static guint64
get_allocated (void)
{
  GengaMemoryStats stats;

  backend->get_memory_stats (DEVICE, &stats);
  return stats.allocated_bytes;
}

/* ---- the device is lost ---- */

static void
assert_lost (GError *error)
{
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST);
  g_assert_true (g_str_has_suffix (error->message, "” stopped working."));
}

/* Runs a network until its device is lost; NULL: it was before there was one. */
static GengaBackendModel *
run_until_lost (GBytes *expected)
{
  GError *error = NULL;
  GengaBackendModel *model = load (&error);

  for (int i = 0; model != NULL && i <= N_FAULTS; i++)
    {
      g_autoptr (GBytes) result = run (model, 24, 16, &error);

      if (result == NULL)
        break;
      g_assert_true (g_bytes_equal (result, expected));
    }
  assert_lost (error);
  g_error_free (error);
  return model;
}

/* At each submission: later ones say the same, and who loads the network again has its bytes. */
static void
test_lost (void)
{
  g_autoptr (GBytes) expected = run (anchor, 24, 16, NULL);

  for (int n = 1; n <= N_FAULTS; n++)
    {
      g_autofree char *fault = g_strdup_printf ("vulkan-lost:%d", n);
      g_autoptr (GError) error = NULL;
      GengaBackendModel *lost, *model;

      genga_fault_set (fault);
      lost = run_until_lost (expected);
      genga_fault_set (NULL);
      if (lost != NULL)
        {
          g_assert_null (run (lost, 24, 16, &error));
          assert_lost (error);
          g_clear_error (&error);
        }
      model = load (&error);
      g_assert_no_error (error);
      check_run (model, 24, 16, expected);
      if (lost != NULL)
        backend->model_free (lost);
      check_run (model, 24, 16, expected);
      backend->model_free (anchor);
      anchor = model;
    }
}

/* What was loaded before the device was lost is not taken out of the cache again. */
static void
test_lost_and_cached (void)
{
  GError *error = NULL;
  g_autofree char *path = genga_test_write_compact (7, 3, 8, 1, 2, FALSE);
  g_autoptr (GengaEngine) engine = genga_engine_open (DEVICE, NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 64, 48, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) expected = NULL;

  for (int round = 0; round < 2; round++)
    {
      g_autoptr (GengaModel) model =
          genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, &error);
      g_assert_no_error (error);
      g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
      g_autoptr (GengaFrame) result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
      g_assert_no_error (error);
      if (expected == NULL)
        expected = g_steal_pointer (&result);
      else
        g_assert_cmpfloat (genga_test_get_max_difference (expected, result), ==, 0);

      genga_fault_set ("vulkan-lost:1");
      g_assert_null (genga_session_run (session, frame, GENGA_SAMPLE_F32, &error));
      genga_fault_set (NULL);
      assert_lost (error);
      g_clear_error (&error);
    }
  backend->model_free (anchor);
  anchor = load (NULL);
}

/* ---- memory is short ---- */

/* Runs larger and larger pictures while memory is short as `fault` says. */
static void
run_short (const char *fault, GBytes *const *expected)
{
  g_autoptr (GError) error = NULL;
  GengaBackendModel *model;

  genga_fault_set (fault);
  model = load (&error);
  for (int i = 0; model != NULL && i < 7; i++)
    {
      g_autoptr (GBytes) result = run (model, 16 + 8 * i, 16, &error);

      if (result == NULL)
        break;
      g_assert_true (g_bytes_equal (result, expected[i]));
    }
  genga_fault_set (NULL);
  if (error != NULL)
    {
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
      g_assert_cmpstr (error->message, ==, "Not enough memory for the network.");
    }
  if (model == NULL)
    {
      g_clear_error (&error);
      model = load (&error);
      g_assert_no_error (error);
    }
  for (int i = 0; i < 7; i++)
    check_run (model, 16 + 8 * i, 16, expected[i]);
  backend->model_free (model);
}

/* At each allocation, once or from there on. */
static void
test_no_memory (void)
{
  GBytes *expected[7];
  const guint64 before = get_allocated ();
  GengaBackendModel *model = load (NULL);

  g_assert_cmpuint (before, >, 0);
  for (int i = 0; i < 7; i++)
    expected[i] = run (model, 16 + 8 * i, 16, NULL);
  backend->model_free (model);
  for (int n = 1; n <= N_FAULTS; n++)
    for (int goes_on = 0; goes_on < 2; goes_on++)
      {
        g_autofree char *fault = g_strdup_printf ("vulkan-no-memory:%d%s", n, goes_on ? "+" : "");

        run_short (fault, expected);
        g_assert_cmpuint (get_allocated (), ==, before);
      }
  for (int i = 0; i < 7; i++)
    g_bytes_unref (expected[i]);
}

/* Where values have 1 MiB, the frame goes through in pieces, which nobody sees. */
static void
test_small_memory (void)
{
  g_autoptr (GBytes) expected = run (anchor, 200, 150, NULL);
  const guint64 whole = get_allocated ();
  GengaBackendModel *model;

  backend->model_free (anchor);
  genga_fault_set ("vulkan-small-memory:1");
  anchor = load (NULL);
  genga_fault_set (NULL);
  check_run (anchor, 200, 150, expected);
  g_assert_cmpuint (get_allocated (), <, whole / 2);

  /* The same where it is found out only then. */
  model = load (NULL);
  genga_fault_set ("vulkan-no-memory:1,vulkan-no-memory:2,vulkan-no-memory:3");
  check_run (model, 200, 150, expected);
  genga_fault_set (NULL);
  backend->model_free (model);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int code;

  g_test_init (&argc, &argv, NULL);
  backend = genga_registry_get_backend (GENGA_BACKEND_VULKAN, &error);
  graph = make_graph ();
  if (backend != NULL)
    anchor = load (&error);
  if (anchor == NULL)
    {
      g_print ("1..0 # SKIP %s\n", error->message);
      return 0;
    }
  g_test_add_func ("/vulkan-faults/lost", test_lost);
  g_test_add_func ("/vulkan-faults/lost-and-cached", test_lost_and_cached);
  g_test_add_func ("/vulkan-faults/no-memory", test_no_memory);
  g_test_add_func ("/vulkan-faults/small-memory", test_small_memory);
  code = g_test_run ();
  backend->model_free (anchor);
  genga_graph_free (graph);
  return code;
}
