/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of failures inside LibTorch: GErrors at the border, nothing printed, and a model
 * that still works afterwards.
 */
#include "core/error.h"
#include "net.h"
#include "nets/spec-data.h"
#include "weights/tensor.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define FEATURES 32
#define SCALE 2
#define N_TENSORS 8

/* The address sanitizer ends the process where memory is refused, and its own passes all limits. */
#ifdef __SANITIZE_ADDRESS__
#  define CAN_RUN_SHORT FALSE
#else
#  define CAN_RUN_SHORT TRUE
#endif

static const GengaBackend *backend;

/* A Compact network 3 -> FEATURES -> FEATURES -> 3 of small constants, without a file. */
typedef struct
{
  GengaNetSpec spec;
  GengaTensor tensors[N_TENSORS];
  const GengaTensor *list[N_TENSORS];
  float values[FEATURES * FEATURES * 9];
} Weights;

static void
set_tensor (Weights *self, guint index, const char *name, int first, int second)
{
  GengaTensor *tensor = &self->tensors[index];
  const gint64 shape[] = { first, second, 3, 3 };
  gint64 stride = 1;

  *tensor = (GengaTensor){ .name = name, .dtype = GENGA_DTYPE_F32, .data = self->values };
  tensor->rank = second == 0 ? 1 : 4;
  for (int i = tensor->rank - 1; i >= 0; i--)
    {
      tensor->shape[i] = shape[i];
      tensor->strides[i] = stride;
      stride *= shape[i];
    }
  self->list[index] = tensor;
}

static void
init_weights (Weights *self)
{
  int out = 3 * SCALE * SCALE;

  self->spec = (GengaNetSpec){ .family = GENGA_FAMILY_COMPACT,
                               .scale = SCALE,
                               .in_channels = 3,
                               .out_channels = 3,
                               .multiple_of = 1,
                               .radius = 3,
                               .compact = { .num_feat = FEATURES, .num_conv = 1 } };
  for (guint i = 0; i < G_N_ELEMENTS (self->values); i++)
    self->values[i] = 0.01f * (i % 7) - 0.02f;
  set_tensor (self, 0, "body.0.weight", FEATURES, 3);
  set_tensor (self, 1, "body.0.bias", FEATURES, 0);
  set_tensor (self, 2, "body.1.weight", FEATURES, 0);
  set_tensor (self, 3, "body.2.weight", FEATURES, FEATURES);
  set_tensor (self, 4, "body.2.bias", FEATURES, 0);
  set_tensor (self, 5, "body.3.weight", FEATURES, 0);
  set_tensor (self, 6, "body.4.weight", out, FEATURES);
  set_tensor (self, 7, "body.4.bias", out, 0);
}

static GengaBackendModel *
load (const Weights *weights, const char *device, guint n_tensors, GError **error)
{
  return backend->model_load_spec (&weights->spec, weights->list, n_tensors, device,
                                   GENGA_PRECISION_FP32, 1, error);
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
  g_assert_cmpstr (devices[0].id, ==, "cpu");
  g_assert_cmpstr (devices[0].name, !=, "");
  g_assert_true (devices[0].is_cpu);
  g_assert_cmpuint (devices[0].total_bytes, >, 0);
  g_assert_true (g_str_has_prefix (backend->get_version (), "LibTorch 2."));
}

static void
test_device_missing (void)
{
  static const char *const ids[] = { "cuda:0", "gpu", "" };
  g_autofree Weights *weights = g_new (Weights, 1);

  init_weights (weights);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load (weights, ids[i], N_TENSORS, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);
    }
}

static void
test_tensor_missing (void)
{
  g_autofree Weights *weights = g_new (Weights, 1);

  init_weights (weights);
  for (guint n = 0; n < N_TENSORS; n++)
    {
      g_autoptr (GError) error = NULL;
      GengaBackendModel *model = load (weights, "cpu", n, &error);

      /* Whether a convolution has a bias is for the file to say. */
      if (n == N_TENSORS - 1)
        {
          g_assert_no_error (error);
          backend->model_free (model);
          continue;
        }
      g_assert_null (model);
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
    }
}

static void
test_family_unknown (void)
{
  g_autofree Weights *weights = g_new (Weights, 1);
  g_autoptr (GError) error = NULL;

  init_weights (weights);
  weights->spec.family = GENGA_FAMILY_NEAREST;
  g_assert_null (load (weights, "cpu", N_TENSORS, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
}

/* Weights that do not fit together would have been refused before: still no abort. */
static void
test_shapes_wrong (void)
{
  g_autofree Weights *weights = g_new (Weights, 1);
  g_autoptr (GError) error = NULL;
  GengaBackendModel *model;
  g_autoptr (TestMap) input = test_map_new (4, 4, 3);
  g_autoptr (TestMap) output = test_map_new (8, 8, 3);

  init_weights (weights);
  set_tensor (weights, 3, "body.2.weight", FEATURES, FEATURES / 2);
  model = load (weights, "cpu", N_TENSORS, &error);
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
  g_autofree Weights *weights = g_new (Weights, 1);
  GengaBackendModel *model;
  float nothing = 0;

  init_weights (weights);
  model = load (weights, "cpu", N_TENSORS, NULL);
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
  g_autofree Weights *weights = g_new (Weights, 1);
  g_autoptr (TestMap) input = test_map_new_picture (SIDE, SIDE, 3);
  g_autoptr (TestMap) expected = test_map_new (SIDE * SCALE, SIDE * SCALE, 3);
  g_autoptr (TestMap) output = test_map_new (SIDE * SCALE, SIDE * SCALE, 3);
  GengaBackendModel *model;
  guint n_failed = 0;

  init_weights (weights);
  model = load (weights, "cpu", N_TENSORS, NULL);
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
  backend->get_memory_stats ("cpu", &stats);
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
  g_test_add_func ("/torch/tensor-missing", test_tensor_missing);
  g_test_add_func ("/torch/family-unknown", test_family_unknown);
  g_test_add_func ("/torch/shapes-wrong", test_shapes_wrong);
  g_test_add_func ("/torch/tile-absurd", test_tile_absurd);
  g_test_add_func ("/torch/memory-short", test_memory_short);
  g_test_add_func ("/torch/trim", test_trim);
  return g_test_run ();
}
