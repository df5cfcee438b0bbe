/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * LibTorch's networks against the reference implementation: raw outputs of every supported family's
 * golden vectors and of real weights. The back end is used as it is, without Genga's tiling around
 * it.
 */
#include "engine/device-facts.h"
#include "engine/reference/reference-graph.h"
#include "nets/attention/graph-attention.h"
#include "onnx-vectors.h"
#include "vectors.h"

#include <math.h>
#include <string.h>

/* PREC-10. */
#define BF16_PSNR 60.0

static const GengaBackend *backend;

static void
check_folder (const char *name, guint least)
{
  g_autofree char *folder = golden_find_folder (name);

  if (folder != NULL)
    g_assert_cmpuint (golden_check_index (backend, folder), >=, least);
}

static void
test_synthetic (void)
{
  check_folder ("golden/synthetic", 34);
}

static void
test_synthetic2 (void)
{
  check_folder ("golden/synthetic2", 61);
}

/* What waifu2x's own program saves: its name decides what the network is. */
static void
test_nunif (void)
{
  check_folder ("golden/nunif", 2);
}

static void
test_onnx (void)
{
  g_assert_cmpuint (golden_check_onnx (backend), >=, 18);
}

static void
test_real (void)
{
  golden_check_real (backend, "animevideov3", "realesr-animevideov3.pth", GOLDEN_RTOL);
  golden_check_real (backend, "general_x4v3", "realesr-general-x4v3_fp16.pth", GOLDEN_RTOL);
  golden_check_real (backend, "span_ch28", "span_ch28_x4_expanded_spandrel_fp16.safetensors",
                     GOLDEN_SPAN_TOLERANCE);
  golden_check_real (backend, "realcugan_se_up2x", "realcugan_se_up2x-no-denoise_spandrel_fp16.pth",
                     GOLDEN_RTOL);
}

/* The slim file holds the convolutions that the full one comes to; both are stored as f16. */
static void
test_slim_span (void)
{
  golden_check_real (backend, "span_ch28", "span_ch28_x4_slim_ntire2024_team38.pth", 5e-3);
}

static double
get_half_psnr (const char *path, const TestMap *input, GengaPrecision precision)
{
  g_autoptr (TestNet) exact = test_net_new (backend, path, GENGA_PRECISION_FP32, 0);
  g_autoptr (TestNet) half = test_net_new (backend, path, precision, 0);
  g_autoptr (TestMap) expected = test_net_run (exact, input);
  g_autoptr (TestMap) output = test_net_run (half, input);
  double psnr;

  test_map_clamp (expected);
  test_map_clamp (output);
  psnr = test_map_get_psnr (output, expected);
  g_test_message ("%s: %.1f dB", path, psnr);
  return psnr;
}

static double
get_bf16_psnr (const char *path, const TestMap *input)
{
  return get_half_psnr (path, input, GENGA_PRECISION_BF16);
}

static void
check_half_real (const char *picture, const char *file, GengaPrecision precision, double least)
{
  g_autofree char *golden = golden_find_folder ("golden/real");
  g_autofree char *weights = golden_find_folder ("weights");

  if (golden == NULL || weights == NULL)
    return;

  g_autofree char *path = g_build_filename (weights, file, NULL);
  g_autofree char *io_path = golden_get_path (golden, picture, ".io.safetensors");
  g_autoptr (TestMap) input = test_map_load (io_path, "input");

  g_assert_cmpfloat (get_half_psnr (path, input, precision), >=, least);
}

static void
test_bf16_real (void)
{
  static const char cugan[] = "realcugan_se_up2x-no-denoise_spandrel_fp16.pth";

  check_half_real ("animevideov3", "realesr-animevideov3.pth", GENGA_PRECISION_BF16, BF16_PSNR);
  /* Two U-nets in a row lose more than a row of layers. */
  check_half_real ("realcugan_se_up2x", cugan, GENGA_PRECISION_BF16, 55);
  check_half_real ("realcugan_se_up2x", cugan, GENGA_PRECISION_FP16, 70);
}

/* Random weights are no pictures: here only that nothing is grossly wrong. */
static void
test_bf16_families (void)
{
  static const char *const names[] = {
    "compact_2x_nf24_nc8", "realplksr_2x_ps_gn_ea", "realplksr_2x_dysample_ln",
    "esrgan_4x_old",       "span_2x_nonorm",        "dat_4x_ps_sq",
    "dat_2x_3conv",        "swinir_4x_nearest",     "hat_2x"
  };
  g_autofree char *folder = golden_find_folder ("golden/synthetic");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestMap) input = test_map_new_picture (32, 40, 3);

      g_assert_cmpfloat (get_bf16_psnr (path, input), >=, 50);
    }
}

static void
test_bf16_families2 (void)
{
  static const char *const names[] = {
    "spanf3_2x_unshuffle",
    "dis_2x",
    "artcnn_4x_rgb",
    "spanplus_4x_dys",
    "mosrv2_4x_rms_pixelshuffle",
    "rtmosr_2x_se_unshuffle",
    "smosr_2x_psd",
    "gaterv3_2x_attention",
    "figsr_2x_psd",
    "swin2sr_4x_nearest",
    "srformer_2x_ps_3conv",
  };
  g_autofree char *folder = golden_find_folder ("golden/synthetic2");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestMap) input = test_map_new_picture (32, 40, 3);

      g_assert_cmpfloat (get_bf16_psnr (path, input), >=, 50);
    }
}

/* What is declared safe in fp16 is better there than in bf16, which has fewer digits. */
static void
test_fp16_families (void)
{
  static const char *const names[] = {
    "realcugan_2x_se",  "realcugan_2x_pro", "realcugan_4x_se", "waifu2x_upconv7_2x",
    "waifu2x_cunet_1x", "swiftsrgan_2x",    "spsr_4x",
  };
  g_autofree char *folder = golden_find_folder ("golden/synthetic2");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestMap) input = test_map_new_picture (40, 48, 3);

      double bf16 = get_bf16_psnr (path, input);
      double fp16 = get_half_psnr (path, input, GENGA_PRECISION_FP16);

      g_assert_cmpfloat (bf16, >=, 40);
      g_assert_cmpfloat (fp16, >, bf16);
    }
}

/* Sizes that are no multiple of anything, down to the smallest the network takes. */
static void
test_sizes (void)
{
  static const char *const names[] = { "compact_2x_gray",
                                       "compact_1x_nf16_nc2",
                                       "realplksr_2x_dysample_ln",
                                       "realplksr_4x_dysample_gn",
                                       "esrgan_4x_old",
                                       "span_2x_nonorm",
                                       "dat_4x_ps_sq" };
  static const int sizes[][2] = {
    { 1, 1 }, { 2, 3 }, { 8, 8 }, { 16, 16 }, { 17, 70 }, { 67, 16 }
  };
  g_autofree char *folder = golden_find_folder ("golden/synthetic");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestNet) net = test_net_new (backend, path, GENGA_PRECISION_FP32, 0);

      for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
        {
          g_autoptr (TestMap) input =
              test_map_new_picture (sizes[j][0], sizes[j][1], net->spec.in_channels);
          g_autoptr (TestMap) first = NULL;
          g_autoptr (TestMap) second = NULL;

          if (MIN (sizes[j][0], sizes[j][1]) < net->spec.minimum)
            continue;
          first = test_net_run (net, input);
          second = test_net_run (net, input);
          g_assert_cmpfloat (test_map_get_max_difference (first, second), ==, 0);
        }
    }
}

/* 8-bit output may differ by 1 at most; this is far stricter. */
static void
test_threads (void)
{
  static const char *const names[] = { "compact_2x_nf24_nc8", "realplksr_2x_ps_gn_ea",
                                       "esrgan_4x_old",       "span_2x_nonorm",
                                       "dat_2x_3conv",        "hat_2x" };
  g_autofree char *folder = golden_find_folder ("golden/synthetic");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestNet) one = test_net_new (backend, path, GENGA_PRECISION_FP32, 1);
      g_autoptr (TestNet) many = test_net_new (backend, path, GENGA_PRECISION_FP32, 3);
      g_autoptr (TestMap) input = test_map_new_picture (61, 83, 3);
      g_autoptr (TestMap) first = test_net_run (one, input);
      g_autoptr (TestMap) second = test_net_run (many, input);

      g_test_message ("%s: %g", names[i], test_map_get_max_difference (first, second));
      test_map_assert_close (first, second, 1e-4, 1e-5);
    }
}

/* What a plan says a network takes, without a device, is no less than what the device says. */
static void
check_planned (const char *folder, const char *const *names)
{
  static const GengaPrecision precisions[] = { GENGA_PRECISION_FP32, GENGA_PRECISION_BF16 };
  const GengaDeviceInfo device = { .is_cpu = TRUE, .fast_bf16 = TRUE };

  for (guint i = 0; folder != NULL && names[i] != NULL; i++)
    for (guint k = 0; k < G_N_ELEMENTS (precisions); k++)
      {
        g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
        g_autoptr (TestNet) net = test_net_new (backend, path, precisions[k], 1);
        double planned = genga_device_info_get_bytes_per_pixel (&device, &net->spec, precisions[k]);
        double told = backend->get_peak_bytes (net->model, 512, 512) / (512.0 * 512);

        g_test_message ("%s: %.0f planned, %.0f told", names[i], planned, told);
        g_assert_cmpfloat (planned, >=, told);
      }
}

static void
test_planned_memory (void)
{
  static const char *const names[] = { "compact_1x_nf16_nc2",
                                       "compact_2x_nf24_nc8",
                                       "realplksr_2x_ps_gn_ea",
                                       "realplksr_2x_dysample_ln",
                                       "realplksr_4x_dysample_gn",
                                       "plksr_4x_dccm",
                                       "esrgan_1x_old",
                                       "esrgan_4x_old",
                                       "esrganplus_4x",
                                       "span_2x_nonorm",
                                       "mosr_2x_dys",
                                       "moesr_2x_pixelshuffle",
                                       "safmn_2x",
                                       "dat_2x_3conv",
                                       "dat_4x_ps_sq",
                                       "swinir_2x_ps",
                                       "swinir_4x_nearest",
                                       "hat_2x",
                                       "drct_2x",
                                       NULL };
  g_autofree char *folder = golden_find_folder ("golden/synthetic");

  check_planned (folder, names);
}

static void
test_planned_memory2 (void)
{
  static const char *const names[] = { "spanf3_2x_unshuffle",  "spanf3_2x_plain_b1",
                                       "dis_4x_depthwise",     "artcnn_2x_luma",
                                       "spanplus_4x_dys",      "mosrv2_4x_rms_pixelshuffle",
                                       "mosrv2_2x_paup",       "rtmosr_2x_se_unshuffle",
                                       "smosr_4x_paup",        "gaterv3_2x_ps",
                                       "gaterv3_2x_attention", "figsr_4x_dysample_k",
                                       "swin2sr_2x_ps_3conv",  "srformer_4x_nearest",
                                       "grl_2x_ps_tables",     NULL };
  g_autofree char *folder = golden_find_folder ("golden/synthetic2");

  check_planned (folder, names);
}

/* Three windows in a row, with so many logits that each has to be computed by itself. */
static void
test_large_windows (void)
{
  const int window = 32, n_heads = 9, n_rows = 2 * window - 1;
  const int shape[] = { n_heads, n_rows, n_rows };
  GengaGraphBuilder *builder = genga_graph_builder_new (3 * n_heads, TRUE);
  float *table = g_new (float, n_heads *n_rows *n_rows);
  g_autoptr (TestMap) input = test_map_new_picture (window, 3 * window, 3 * n_heads);
  g_autoptr (TestMap) output = test_map_new (window, 3 * window, n_heads);
  g_autoptr (TestMap) expected = test_map_new (window, 3 * window, n_heads);
  g_autoptr (GError) error = NULL;
  GengaAttention attention = {
    .queries = genga_graph_slice (builder, 0, 0, n_heads),
    .keys = genga_graph_slice (builder, 0, n_heads, n_heads),
    .values = genga_graph_slice (builder, 0, 2 * n_heads, n_heads),
    .n_heads = n_heads,
    .window_y = window,
    .window_x = window,
    .shift_x = window / 2,
    .multiple = window,
    .is_relative = TRUE,
  };
  GengaBackendModel *model;

  for (int i = 0; i < n_heads * n_rows * n_rows; i++)
    table[i] = sinf (0.7f * i);
  attention.weight = genga_graph_take_constant (builder, 3, shape, table);
  genga_graph_window_attention (builder, &attention);
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);

  genga_reference_run_graph (graph, input->data, window, 3 * window, expected->data, NULL, &error);
  g_assert_no_error (error);
  model = backend->model_load (graph, "torch:cpu", GENGA_PRECISION_FP32, 0, &error);
  g_assert_no_error (error);
  g_assert_true (test_map_run (backend, model, input, output, &error));
  backend->model_free (model);
  test_map_assert_close (output, expected, GOLDEN_RTOL, GOLDEN_ATOL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  backend = test_backend_open (TORCH_CPU_MODULE, &error);
  g_assert_no_error (error);
  g_test_add_func ("/networks/synthetic", test_synthetic);
  g_test_add_func ("/networks/synthetic2", test_synthetic2);
  g_test_add_func ("/networks/onnx", test_onnx);
  g_test_add_func ("/networks/nunif", test_nunif);
  g_test_add_func ("/networks/real", test_real);
  g_test_add_func ("/networks/slim-span", test_slim_span);
  g_test_add_func ("/networks/bf16/real", test_bf16_real);
  g_test_add_func ("/networks/bf16/families", test_bf16_families);
  g_test_add_func ("/networks/bf16/families2", test_bf16_families2);
  g_test_add_func ("/networks/fp16/families", test_fp16_families);
  g_test_add_func ("/networks/sizes", test_sizes);
  g_test_add_func ("/networks/threads", test_threads);
  g_test_add_func ("/networks/large-windows", test_large_windows);
  g_test_add_func ("/networks/planned-memory", test_planned_memory);
  g_test_add_func ("/networks/planned-memory2", test_planned_memory2);
  return g_test_run ();
}
