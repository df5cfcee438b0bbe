/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One suite for every engine that is there: the reference in plain C, LibTorch on the CPU. */
#include "core/error.h"
#include "fixtures.h"
#include "engine/device-choice.h"
#include "engine/device-id.h"
#include "engine/model-cache.h"
#include "engine/session.h"
#include "weights/load.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static const char *const device_ids[] = { "reference", "cpu", "torch:cpu" };

/* The device of a case, or NULL with the test skipped. */
static GengaEngine *
open_engine (gconstpointer device_id)
{
  GError *error = NULL;
  GengaEngine *engine = genga_engine_open (device_id, &error);

  if (engine == NULL)
    {
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);
      g_test_skip (error->message);
      g_clear_error (&error);
    }
  return engine;
}

static GengaModel *
load (GengaEngine *engine, const char *path, GengaPrecision precision)
{
  GError *error = NULL;
  GengaModel *model = genga_model_load (engine, path, precision, 0, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static GengaFrame *
run (GengaModel *model, GengaFrame *frame)
{
  GError *error = NULL;
  g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
  GengaFrame *result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);

  g_assert_no_error (error);
  return result;
}

/* 1 x C x H x W -> H x W x C. */
static float *
dup_channels_last (const GengaTensor *tensor)
{
  int c = tensor->shape[1], n = tensor->shape[2] * tensor->shape[3];
  g_autofree float *planar = g_new (float, n *c);
  float *packed = g_new (float, n *c);

  genga_tensor_copy_f32 (tensor, planar);
  for (int i = 0; i < n; i++)
    for (int k = 0; k < c; k++)
      packed[i * c + k] = planar[k * n + i];
  return packed;
}

/* Raw outputs equal the reference implementation's (golden/synthetic, Compact). */
static void
test_golden (gconstpointer device_id)
{
  static const char *const names[] = { "compact_2x_nf24_nc8", "compact_1x_nf16_nc2",
                                       "compact_2x_gray" };
  g_autoptr (GengaEngine) engine = open_engine (device_id);

  for (guint i = 0; engine != NULL && i < G_N_ELEMENTS (names); i++)
    {
      GError *error = NULL;
      g_autofree char *file = g_strdup_printf ("golden/synthetic/%s.safetensors", names[i]);
      g_autofree char *io_file = g_strdup_printf ("golden/synthetic/%s.io.safetensors", names[i]);
      g_autofree char *path = genga_test_find_shared (file);
      g_autofree char *io_path = genga_test_find_shared (io_file);
      if (path == NULL || io_path == NULL)
        return;

      g_autoptr (GengaModel) model = load (engine, path, GENGA_PRECISION_FP32);
      g_autoptr (GengaStateDict) io = genga_state_dict_load (io_path, &error);
      g_assert_no_error (error);
      const GengaTensor *in = genga_state_dict_lookup (io, "raw_padded_input");
      const GengaTensor *out = genga_state_dict_lookup (io, "raw_output");
      g_autofree float *input = dup_channels_last (in);
      g_autofree float *expected = dup_channels_last (out);
      gint64 n = genga_tensor_get_n_elements (out);
      g_autofree float *output = g_new (float, n);
      GengaView from = genga_view_of_floats (input, in->shape[1], in->shape[3], in->shape[2]);
      GengaView to = genga_view_of_floats (output, out->shape[1], out->shape[3], out->shape[2]);

      g_assert_true (genga_model_run (model, &from, &to, NULL, &error));
      for (gint64 k = 0; k < n; k++)
        g_assert_cmpfloat (fabs (output[k] - expected[k]), <=, 1e-5 + 1e-4 * fabs (expected[k]));
    }
}

/* Every engine agrees with the plain loops: normalised mean square error. */
static void
test_against_reference (gconstpointer device_id)
{
  g_autofree char *path = genga_test_write_compact (21, 3, 24, 4, 2, FALSE);
  g_autoptr (GengaEngine) engine = open_engine (device_id);
  g_autoptr (GengaEngine) reference = genga_engine_open ("reference", NULL);

  if (engine == NULL)
    return;
  g_autoptr (GengaModel) model = load (engine, path, GENGA_PRECISION_FP32);
  g_autoptr (GengaModel) expected_model = load (reference, path, GENGA_PRECISION_FP32);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (7, 67, 45, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U16);
  g_autoptr (GengaFrame) result = run (model, frame);
  g_autoptr (GengaFrame) expected = run (expected_model, frame);
  double error = 0, power = 0;

  for (int y = 0; y < result->info.height; y++)
    for (int x = 0; x < result->info.width * 3; x++)
      {
        double e = ((float *)genga_frame_get_row (expected, 0, y))[x];
        double d = ((float *)genga_frame_get_row (result, 0, y))[x] - e;
        error += d * d;
        power += e * e;
      }
  g_assert_cmpfloat (error / power, <, 1e-10);
}

/* M4: the smallest pictures have the right size and finite pixels. */
static void
test_small_frames (gconstpointer device_id)
{
  static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 7, 5 }, { 13, 17 } };
  g_autofree char *path = genga_test_write_compact (22, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaEngine) engine = open_engine (device_id);

  if (engine == NULL)
    return;
  g_autoptr (GengaModel) model = load (engine, path, GENGA_PRECISION_FP32);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (8, sizes[i][0], sizes[i][1], GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
      g_autoptr (GengaFrame) result = run (model, frame);
      g_assert_cmpint (result->info.width, ==, 2 * sizes[i][0]);
      g_assert_cmpint (result->info.height, ==, 2 * sizes[i][1]);
      for (int y = 0; y < result->info.height; y++)
        for (int x = 0; x < result->info.width * 3; x++)
          {
            float value = ((float *)genga_frame_get_row (result, 0, y))[x];
            g_assert_true (value >= 0 && value <= 1);
          }
    }
}

/* One-channel models run once per channel; grey pictures stay grey. */
static void
test_channels (gconstpointer device_id)
{
  g_autofree char *path = genga_test_write_compact (23, 1, 8, 2, 2, FALSE);
  g_autoptr (GengaEngine) engine = open_engine (device_id);

  if (engine == NULL)
    return;
  g_autoptr (GengaModel) model = load (engine, path, GENGA_PRECISION_FP32);
  g_autoptr (GengaFrame) rgb =
      genga_test_make_frame (9, 40, 30, GENGA_LAYOUT_RGB, GENGA_SAMPLE_F32);
  g_autoptr (GengaFrame) result = run (model, rgb);

  for (int c = 0; c < 3; c++)
    {
      g_autoptr (GengaFrame) grey =
          genga_test_make_frame (0, 40, 30, GENGA_LAYOUT_GREY, GENGA_SAMPLE_F32);
      for (int y = 0; y < 30; y++)
        for (int x = 0; x < 40; x++)
          ((float *)genga_frame_get_row (grey, 0, y))[x] =
              ((float *)genga_frame_get_row (rgb, 0, y))[3 * x + c];
      g_autoptr (GengaFrame) single = run (model, grey);
      g_assert_cmpint (single->info.layout, ==, GENGA_LAYOUT_GREY);
      for (int y = 0; y < 60; y++)
        for (int x = 0; x < 80; x++)
          g_assert_cmpfloat (((float *)genga_frame_get_row (single, 0, y))[x], ==,
                             ((float *)genga_frame_get_row (result, 0, y))[3 * x + c]);
    }

  g_autofree char *rgb_path = genga_test_write_compact (24, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaModel) rgb_model = load (engine, rgb_path, GENGA_PRECISION_FP32);
  g_autoptr (GengaFrame) grey =
      genga_test_make_frame (10, 20, 20, GENGA_LAYOUT_GREY, GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) grey_result = run (rgb_model, grey);
  g_assert_cmpint (grey_result->info.layout, ==, GENGA_LAYOUT_GREY);
}

/* PREC-2, PREC-4, PREC-10 for devices with and without the hardware. */
static void
test_precision (gconstpointer device_id)
{
  GengaNetSpec compact = { .family = GENGA_FAMILY_COMPACT, .fp16_safe = TRUE, .bf16_safe = TRUE };
  GengaNetSpec rough = {
    .family = GENGA_FAMILY_SPSR, .fp16_safe = TRUE, .bf16_safe = TRUE, .is_rough_in_bf16 = TRUE
  };
  GengaNetSpec attention = { .family = GENGA_FAMILY_DAT, .bf16_safe = TRUE, .has_attention = TRUE };
  g_autoptr (GengaEngine) engine = open_engine (device_id);

  if (engine == NULL)
    return;
  gboolean fast = genga_engine_get_device (engine)->fast_bf16;
  struct
  {
    const GengaNetSpec *spec;
    GengaDType stored;
    GengaPrecision wanted;
    GengaPrecision expected;
  } cases[] = {
    { &compact, GENGA_DTYPE_F32, GENGA_PRECISION_FP16, GENGA_PRECISION_FP32 },
    { &compact, GENGA_DTYPE_F16, GENGA_PRECISION_NONE, GENGA_PRECISION_FP32 },
    { &compact, GENGA_DTYPE_F32, GENGA_PRECISION_NONE, GENGA_PRECISION_FP32 },
    { &compact, GENGA_DTYPE_F32, GENGA_PRECISION_FP32, GENGA_PRECISION_FP32 },
    { &compact, GENGA_DTYPE_F32, GENGA_PRECISION_BF16, GENGA_PRECISION_BF16 },
    { &compact, GENGA_DTYPE_F32, GENGA_PRECISION_AUTO,
      fast ? GENGA_PRECISION_BF16 : GENGA_PRECISION_FP32 },
    { &rough, GENGA_DTYPE_F32, GENGA_PRECISION_AUTO, GENGA_PRECISION_FP32 },
    { &rough, GENGA_DTYPE_F32, GENGA_PRECISION_BF16, GENGA_PRECISION_BF16 },
    { &attention, GENGA_DTYPE_F32, GENGA_PRECISION_FP16, GENGA_PRECISION_FP32 },
    { &attention, GENGA_DTYPE_F32, GENGA_PRECISION_AUTO, GENGA_PRECISION_FP32 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
        genga_engine_resolve_precision (engine, cases[i].spec, cases[i].stored, cases[i].wanted),
        ==, cases[i].expected);
}

static guint
count_notices (GengaProgress *progress, const char *text)
{
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
  guint n = 0;

  for (guint i = 0; i < notices->len; i++)
    n += strstr (notices->pdata[i], text) != NULL;
  return n;
}

/* PREC-5: the same file at the same effective precision is loaded once; a changed file is not. */
static void
test_cache (gconstpointer device_id)
{
  GError *error = NULL;
  g_autofree char *path = genga_test_write_compact (25, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaEngine) engine = open_engine (device_id);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);

  if (engine == NULL)
    return;
  g_autoptr (GengaModel) first =
      genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, progress, &error);
  g_assert_cmpuint (count_notices (progress, "Using cached model"), ==, 0);
  g_autoptr (GengaModel) second =
      genga_model_load (engine, path, GENGA_PRECISION_FP16, 0, progress, &error);
  g_assert_cmpuint (count_notices (progress, "Using cached model"), ==, 1);
  g_assert_true (first == second);

  g_autofree char *other = genga_test_write_compact (26, 3, 12, 2, 2, FALSE);
  g_assert_cmpint (g_rename (other, path), ==, 0);
  g_autoptr (GengaModel) third =
      genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, progress, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_notices (progress, "Using cached model"), ==, 0);
  g_assert_cmpint (genga_model_get_spec (third)->compact.num_feat, ==, 12);

  g_assert_null (genga_model_load (engine, "/nonexistent/model.pth", GENGA_PRECISION_FP32, 0,
                                   progress, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
  g_clear_error (&error);
}

/* PREC-9: unused models leave when memory is short; models in use stay. */
static void
test_eviction (gconstpointer device_id)
{
  g_autofree char *path = genga_test_write_compact (27, 3, 8, 2, 2, FALSE);
  g_autofree char *other_path = genga_test_write_compact (28, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaEngine) engine = open_engine (device_id);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);

  if (engine == NULL)
    return;
  if (!genga_engine_get_device (engine)->is_cpu)
    {
      g_test_skip ("a GPU's memory does not run short here");
      return;
    }
  g_setenv ("GENGA_FAULT", "no-memory:1+", TRUE);
  GengaModel *model = load (engine, path, GENGA_PRECISION_FP32);
  GengaModel *other = load (engine, other_path, GENGA_PRECISION_FP32);
  genga_model_unref (other);

  GengaModel *again = genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, progress, NULL);
  g_assert_true (again == model);
  g_assert_cmpuint (count_notices (progress, "Using cached model"), ==, 1);
  genga_model_unref (
      genga_model_load (engine, other_path, GENGA_PRECISION_FP32, 0, progress, NULL));
  g_assert_cmpuint (count_notices (progress, "Using cached model"), ==, 0);
  genga_model_unref (again);
  genga_model_unref (model);
  g_unsetenv ("GENGA_FAULT");
}

static void
test_unknown_device (void)
{
  GError *error = NULL;

  g_assert_null (genga_engine_open ("abacus", &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);
  g_clear_error (&error);
}

/* What cannot be opened is a model that is refused, not a picture. */
static void
test_no_model_file (void)
{
  static const char *const paths[] = { "/nowhere/model.pth", "/" };
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (genga_model_load (engine, paths[i], GENGA_PRECISION_AUTO, 0, NULL, &error));
      g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
    }
}

/* ---- which device ---- */

/* Words of earlier versions and short ones mean the id in full. */
static void
test_device_ids (void)
{
  static const struct
  {
    const char *word, *id;
  } cases[] = {
    { "cuda", "torch:cuda:0" },
    { "cuda:0", "torch:cuda:0" },
    { "cuda:7", "torch:cuda:7" },
    { "torch:cuda", "torch:cuda:0" },
    { "torch:cuda:1", "torch:cuda:1" },
    { "torch:cpu", "torch:cpu" },
    { "cpu", "cpu" },
    { "reference", "reference" },
    { "auto", "auto" },
    { "abacus", "abacus" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char id[GENGA_DEVICE_ID_SIZE];

      genga_device_id_read (id, cases[i].word);
      g_assert_cmpstr (id, ==, cases[i].id);
    }
}

/* A device has one engine, by whatever name it is opened: its models are loaded once. */
static void
test_one_engine (void)
{
  g_auto (GengaDeviceChoice) choice = { 0 };
  g_autoptr (GengaEngine) best = genga_engine_open_for ("auto", NULL, &choice, NULL);

  if (best == NULL)
    {
      g_test_skip ("LibTorch is not here");
      return;
    }
  g_autoptr (GengaEngine) same = genga_engine_open (choice.device.id, NULL);
  g_assert_true (best == same);
  g_assert_nonnull (choice.reason);
}

/* Devices are listed, and one is chosen, before a module is opened. */
static void
test_opens_nothing (void)
{
  g_autofree char *maps = NULL;

  if (g_test_subprocess ())
    {
      g_auto (GengaDeviceChoice) choice = { 0 };
      g_autoptr (GArray) devices = genga_engine_list_devices ();

      g_assert_cmpuint (devices->len, >=, 1);
      genga_device_choose (&choice, "auto", NULL);
      genga_device_choice_clear (&choice);
      genga_device_choose (&choice, "torch:cpu", NULL);
      g_assert_cmpstr (choice.device.id, ==, "torch:cpu");
      g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
      g_assert_null (strstr (maps, "libtorch"));
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* What opens is in the list, by the same id. */
static void
test_listed (void)
{
  g_autoptr (GArray) devices = genga_engine_list_devices ();

  for (guint i = 0; i < devices->len; i++)
    {
      const char *id = g_array_index (devices, GengaDeviceInfo, i).id;
      g_autoptr (GengaEngine) engine = genga_engine_open (id, NULL);

      if (engine != NULL)
        g_assert_cmpstr (genga_engine_get_device (engine)->id, ==, id);
    }
  g_assert_cmpstr (g_array_index (devices, GengaDeviceInfo, devices->len - 1).id, ==, "reference");
}

/* A network that nothing here can run is chosen a device for, and refused with the reason. */
static void
test_choice (void)
{
  GengaNetSpec spec = { .family = GENGA_FAMILY_COMPACT };
  GengaNetwork network = { .spec = &spec, .wanted = GENGA_PRECISION_FP32 };
  g_auto (GengaDeviceChoice) named = { 0 };
  g_auto (GengaDeviceChoice) stored = { 0 };
  g_autoptr (GError) error = NULL;

  genga_device_choose (&named, "reference", &network);
  g_assert_cmpstr (named.device.id, ==, "reference");
  g_assert_true (named.is_known);
  g_assert_null (named.reason);
  genga_device_choose (&stored, "cuda:3", &network);
  g_assert_cmpstr (stored.device.id, ==, "torch:cuda:3");
  g_assert_false (stored.device.is_cpu);
  g_assert_null (genga_engine_open_for ("abacus", &network, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "abacus"));
  g_clear_error (&error);

  g_autoptr (GengaEngine) torch = genga_engine_open ("torch:cpu", &error);
  if (torch == NULL)
    g_assert_nonnull (strstr (error->message, "./dev torch"));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } tests[] = {
    { "golden", test_golden },
    { "against-reference", test_against_reference },
    { "small-frames", test_small_frames },
    { "channels", test_channels },
    { "precision", test_precision },
    { "cache", test_cache },
    { "eviction", test_eviction },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint d = 0; d < G_N_ELEMENTS (device_ids); d++)
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path = g_strdup_printf ("/engine/%s/%s", device_ids[d], tests[i].name);
        g_test_add_data_func (path, device_ids[d], tests[i].func);
      }
  g_test_add_func ("/engine/unknown-device", test_unknown_device);
  g_test_add_func ("/engine/no-model-file", test_no_model_file);
  g_test_add_func ("/engine/device-ids", test_device_ids);
  g_test_add_func ("/engine/one-engine", test_one_engine);
  g_test_add_func ("/engine/opens-nothing", test_opens_nothing);
  g_test_add_func ("/engine/listed", test_listed);
  g_test_add_func ("/engine/choice", test_choice);
  return g_test_run ();
}
