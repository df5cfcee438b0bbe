/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of failures inside LibTorch: GErrors at the border, nothing printed, and a model
 * that still works afterwards.
 */
#include "core/error.h"
#include "net.h"
#include "nets/graph.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define FEATURES 32
#define SCALE 2

/* The address sanitizer ends the process where memory is refused, and its own passes all limits. */
#ifdef __SANITIZE_ADDRESS__
#  define CAN_RUN_SHORT FALSE
#else
#  define CAN_RUN_SHORT TRUE
#endif

static const GengaBackend *backend;

static guint
add_constant (GengaGraphBuilder *builder, int out, int in)
{
  const int shape[] = { out, in, 3, 3 };
  gsize n = in == 0 ? (gsize)out : (gsize)out * in * 9;
  float *values = NULL;

  if (genga_graph_builder_has_weights (builder))
    {
      values = g_new (float, n);
      for (gsize i = 0; i < n; i++)
        values[i] = 0.01f * (i % 7) - 0.02f;
    }
  return genga_graph_take_constant (builder, in == 0 ? 1 : 4, shape, values);
}

static guint
add_conv (GengaGraphBuilder *builder, guint input, int out)
{
  int in = genga_graph_peek (builder, input)->channels;
  guint weight = add_constant (builder, out, in);

  return genga_graph_conv (builder, input, weight, add_constant (builder, out, 0), 1);
}

static guint
add_prelu (GengaGraphBuilder *builder, guint input)
{
  return genga_graph_prelu (builder, input, add_constant (builder, FEATURES, 0));
}

/* The second convolution's weight. */
#define MIDDLE_WEIGHT 3

/* A Compact network 3 -> FEATURES -> FEATURES -> 3 of small constants. */
static GengaGraph *
make_graph (gboolean with_weights)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (3, with_weights);
  guint value = add_prelu (builder, add_conv (builder, 0, FEATURES));
  guint base;

  value = add_prelu (builder, add_conv (builder, value, FEATURES));
  value = add_conv (builder, value, 3 * SCALE * SCALE);
  value = genga_graph_pixel_shuffle (builder, value, SCALE);
  base = genga_graph_resize (builder, 0, GENGA_RESIZE_NEAREST, SCALE, 1);
  genga_graph_combine (builder, GENGA_OP_ADD, value, base);
  return genga_graph_builder_finish (builder);
}

static GengaBackendModel *
load (const GengaGraph *graph, const char *device, GError **error)
{
  return backend->model_load (graph, device, GENGA_PRECISION_FP32, 1, error);
}

/* The network, whose graph is gone. */
static GengaBackendModel *
load_good (void)
{
  g_autoptr (GengaGraph) graph = make_graph (TRUE);
  g_autoptr (GError) error = NULL;
  GengaBackendModel *model = load (graph, "torch:cpu", &error);

  g_assert_no_error (error);
  return model;
}

static void
assert_works (GengaBackendModel *model)
{
  g_autoptr (TestMap) input = test_map_new_picture (24, 20, 3);
  g_autoptr (TestMap) output = test_map_new (24 * SCALE, 20 * SCALE, 3);
  g_autoptr (GError) error = NULL;

  g_assert_true (test_map_run (backend, model, input, output, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (output->data[0], !=, 0);
}

static void
test_devices (void)
{
  GengaDeviceInfo devices[2];

  g_assert_cmpuint (backend->list_devices (devices, 0), ==, 0);
  g_assert_cmpuint (backend->list_devices (devices, G_N_ELEMENTS (devices)), ==, 1);
  g_assert_cmpstr (devices[0].id, ==, "torch:cpu");
  g_assert_cmpstr (devices[0].name, !=, "");
  g_assert_true (devices[0].is_cpu);
  g_assert_cmpuint (devices[0].total_bytes, >, 0);
  g_assert_true (g_str_has_prefix (backend->get_version (), "LibTorch 2."));
}

static void
test_device_missing (void)
{
  static const char *const ids[] = { "torch:cuda:0", "cpu", "gpu", "" };
  g_autoptr (GengaGraph) graph = make_graph (TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load (graph, ids[i], &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);
    }
}

static void
test_weights_missing (void)
{
  g_autoptr (GengaGraph) graph = make_graph (FALSE);
  g_autoptr (GError) error = NULL;

  g_assert_true (backend->supports (graph, "torch:cpu", GENGA_PRECISION_FP32, NULL));
  g_assert_null (load (graph, "torch:cpu", &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
}

static void
test_operation_unknown (void)
{
  g_autoptr (GengaGraph) graph = make_graph (TRUE);
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;

  ((GengaOp *)graph->ops)[1].kind = 1000;
  g_assert_false (backend->supports (graph, "torch:cpu", GENGA_PRECISION_FP32, NULL));
  g_assert_false (backend->supports (graph, "torch:cpu", GENGA_PRECISION_FP32, &reason));
  g_assert_nonnull (strstr (reason, "operation 1"));
  g_assert_null (load (graph, "torch:cpu", &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
}

/* Weights that do not fit together would have been refused before: still no abort. */
static void
test_shapes_wrong (void)
{
  g_autoptr (GengaGraph) graph = make_graph (TRUE);
  g_autoptr (GError) error = NULL;
  GengaBackendModel *model;
  g_autoptr (TestMap) input = test_map_new (4, 4, 3);
  g_autoptr (TestMap) output = test_map_new (8, 8, 3);

  ((GengaConstant *)graph->constants)[MIDDLE_WEIGHT].shape[1] = FEATURES / 2;
  model = load (graph, "torch:cpu", &error);
  g_assert_no_error (error);
  g_assert_false (test_map_run (backend, model, input, output, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL);
  g_assert_null (strchr (error->message, '\n'));
  backend->model_free (model);
}

/* More than any address space has, and more than 64 bits can count. */
static void
test_tile_absurd (void)
{
  static const int sides[] = { 3000000, G_MAXINT / SCALE };
  GengaBackendModel *model = load_good ();
  float nothing = 0;

  model = load_good ();
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      GengaView input = genga_view_of_floats (&nothing, 3, sides[i], sides[i]);
      GengaView output = genga_view_of_floats (&nothing, 3, sides[i] * SCALE, sides[i] * SCALE);
      GengaRect whole = genga_view_get_rect (&input);
      g_autoptr (GError) error = NULL;

      if (sides[i] < 1000000000 && !CAN_RUN_SHORT)
        continue;
      g_assert_false (backend->run (model, &input, &whole, &output, NULL, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
      assert_works (model);
    }
  backend->model_free (model);
}

static guint64
get_address_space (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  return g_ascii_strtoull (text, NULL, 10) * sysconf (_SC_PAGESIZE);
}

#define SIDE 700

/*
 * Memory that ends at different points of a run. The first run has enough: oneDNN remembers for
 * good when it had not even the memory for its code, and another size helps then.
 */
static void
run_short_of_memory (void)
{
  g_autoptr (TestMap) input = test_map_new_picture (SIDE, SIDE, 3);
  g_autoptr (TestMap) expected = test_map_new (SIDE * SCALE, SIDE * SCALE, 3);
  g_autoptr (TestMap) output = test_map_new (SIDE * SCALE, SIDE * SCALE, 3);
  GengaBackendModel *model;
  guint n_failed = 0;

  model = load_good ();
  g_assert_true (test_map_run (backend, model, input, expected, NULL));
  for (guint64 spare = 0; spare <= 300; spare += 10)
    {
      struct rlimit limit = { get_address_space () + spare * 1024 * 1024, RLIM_INFINITY };
      g_autoptr (GError) error = NULL;
      gboolean done;

      g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
      done = test_map_run (backend, model, input, output, &error);
      limit.rlim_cur = RLIM_INFINITY;
      g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
      n_failed += !done;
      if (done)
        g_assert_cmpfloat (test_map_get_max_difference (output, expected), ==, 0);
      else
        g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
    }
  g_assert_cmpuint (n_failed, >, 1);
  g_assert_cmpuint (n_failed, <, 30);
  g_assert_true (test_map_run (backend, model, input, output, NULL));
  g_assert_cmpfloat (test_map_get_max_difference (output, expected), ==, 0);
  backend->model_free (model);
}

static void
test_memory_short (void)
{
  if (!CAN_RUN_SHORT)
    {
      g_test_skip ("the address sanitizer does not let memory run short");
      return;
    }
  if (g_test_subprocess ())
    {
      run_short_of_memory ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  /* Nothing is printed by what is under the border. */
  g_test_trap_assert_stderr ("");
}

static void
test_trim (void)
{
  GengaMemoryStats stats = { 1, 1, 1 };

  backend->trim ();
  backend->get_memory_stats ("torch:cpu", &stats);
  g_assert_cmpuint (stats.allocated_bytes, <=, stats.reserved_bytes);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  backend = test_backend_open (TORCH_CPU_MODULE, &error);
  g_assert_no_error (error);
  g_test_add_func ("/torch/devices", test_devices);
  g_test_add_func ("/torch/device-missing", test_device_missing);
  g_test_add_func ("/torch/weights-missing", test_weights_missing);
  g_test_add_func ("/torch/operation-unknown", test_operation_unknown);
  g_test_add_func ("/torch/shapes-wrong", test_shapes_wrong);
  g_test_add_func ("/torch/tile-absurd", test_tile_absurd);
  g_test_add_func ("/torch/memory-short", test_memory_short);
  g_test_add_func ("/torch/trim", test_trim);
  return g_test_run ();
}
