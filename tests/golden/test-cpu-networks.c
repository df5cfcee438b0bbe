/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CPU engine against the reference implementation, and its 16-bit class against its FP32. */
#include "engine/cpu/cpu-backend.h"
#include "onnx-vectors.h"
#include "vectors.h"

/* PREC-10. */
#define FAST_PSNR 60.0

static void
check_folder (const char *name, guint least)
{
  g_autofree char *folder = golden_find_folder (name);

  if (folder != NULL)
    g_assert_cmpuint (golden_check_index (genga_cpu_backend_get (), folder), >=, least);
}

static void
test_synthetic (void)
{
  check_folder ("golden/synthetic", 33);
}

static void
test_synthetic2 (void)
{
  check_folder ("golden/synthetic2", 65);
}

static void
test_onnx (void)
{
  g_assert_cmpuint (golden_check_onnx (genga_cpu_backend_get ()), >=, 18);
}

static void
test_real (void)
{
  const GengaBackend *backend = genga_cpu_backend_get ();

  golden_check_real (backend, "animevideov3", "realesr-animevideov3.pth", GOLDEN_RTOL);
  golden_check_real (backend, "general_x4v3", "realesr-general-x4v3_fp16.pth", GOLDEN_RTOL);
  golden_check_real (backend, "span_ch28", "span_ch28_x4_expanded_spandrel_fp16.safetensors",
                     GOLDEN_SPAN_TOLERANCE);
  golden_check_real (backend, "span_ch28", "span_ch28_x4_slim_ntire2024_team38.pth", 5e-3);
}

static void
check_fast (const char *path, const TestMap *input, double least)
{
  const GengaBackend *backend = genga_cpu_backend_get ();
  g_autoptr (TestNet) exact = test_net_new (backend, path, GENGA_PRECISION_FP32, 1);
  g_autoptr (TestNet) fast = test_net_new (backend, path, GENGA_PRECISION_BF16, 1);
  g_autoptr (TestMap) expected = test_net_run (exact, input);
  g_autoptr (TestMap) output = test_net_run (fast, input);

  test_map_clamp (expected);
  test_map_clamp (output);
  g_test_message ("%s: %.1f dB", path, test_map_get_psnr (output, expected));
  g_assert_cmpfloat (test_map_get_psnr (output, expected), >=, least);
}

static void
test_fast_real (void)
{
  static const char *const names[][2] = {
    { "animevideov3", "realesr-animevideov3.pth" },
    { "general_x4v3", "realesr-general-x4v3_fp16.pth" },
    { "span_ch28", "span_ch28_x4_expanded_spandrel_fp16.safetensors" },
  };
  g_autofree char *golden = golden_find_folder ("golden/real");
  g_autofree char *weights = golden_find_folder ("weights");

  for (guint i = 0; golden != NULL && weights != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (weights, names[i][1], NULL);
      g_autofree char *io_path = golden_get_path (golden, names[i][0], ".io.safetensors");
      g_autoptr (TestMap) input = test_map_load (io_path, "input");

      check_fast (path, input, FAST_PSNR);
    }
}

/* Random weights are no pictures: here only that nothing is grossly wrong. */
static void
test_fast_families (void)
{
  static const char *const names[] = {
    "compact_2x_nf24_nc8",
    "realplksr_2x_ps_gn_ea",
    "realplksr_2x_dysample_ln",
    "plksr_4x_dccm",
    "esrgan_4x_old",
    "esrgan_4x_realesrgan_keys",
    "realplksr_4x_dysample_gn",
    "span_2x_nonorm",
  };
  g_autofree char *folder = golden_find_folder ("golden/synthetic");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestMap) input = test_map_new_picture (32, 40, 3);

      check_fast (path, input, 50);
    }
}

static void
test_fast_families2 (void)
{
  static const char *const names[] = {
    "spanf3_2x_unshuffle",
    "spanf3_4x_plain",
    "dis_2x",
    "dis_4x_depthwise",
    "artcnn_4x_rgb",
    "spanplus_2x_ps",
    "mosrv2_2x_unshuffle_ln",
    "mosrv2_4x_rms_pixelshuffle",
    "mosrv2_2x_paup",
  };
  g_autofree char *folder = golden_find_folder ("golden/synthetic2");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestMap) input = test_map_new_picture (32, 40, 3);

      check_fast (path, input, 50);
    }
}

/* Attention; names of both folders. */
static void
test_fast_attention (void)
{
  static const char *const names[][2] = {
    { "synthetic", "swinir_2x_ps" },
    { "synthetic", "hat_2x" },
    { "synthetic", "drct_2x" },
    { "synthetic", "dat_2x_3conv" },
    { "synthetic", "omnisr_2x" },
    { "synthetic", "fdat_2x_pixelshuffle" },
    { "synthetic2", "swin2sr_2x_ps_3conv" },
    { "synthetic2", "srformer_2x_direct" },
    { "synthetic2", "hitsrf_2x_direct" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *part = g_build_filename ("golden", names[i][0], NULL);
      g_autofree char *folder = golden_find_folder (part);
      g_autofree char *path =
          folder != NULL ? golden_get_path (folder, names[i][1], ".safetensors") : NULL;
      g_autoptr (TestMap) input = test_map_new_picture (64, 64, 3);

      if (path != NULL)
        check_fast (path, input, 50);
    }
}

/* Means of whole maps, other borders, pools, transposed convolutions. */
static void
test_fast_families3 (void)
{
  static const char *const names[] = {
    "realcugan_2x_se",
    "realcugan_3x_pro",
    "waifu2x_upconv7_2x",
    "waifu2x_cunet_1x",
    "rtmosr_2x_se_unshuffle",
    "smosr_2x_psd",
    "rcan_2x",
    "swiftsrgan_2x",
    "seemore_2x_linear",
    "gaterv3_2x_ps",
    "spsr_4x",
  };
  g_autofree char *folder = golden_find_folder ("golden/synthetic2");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = golden_get_path (folder, names[i], ".safetensors");
      g_autoptr (TestMap) input = test_map_new_picture (32, 40, 3);

      check_fast (path, input, 50);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cpu-networks/synthetic", test_synthetic);
  g_test_add_func ("/cpu-networks/synthetic2", test_synthetic2);
  g_test_add_func ("/cpu-networks/onnx", test_onnx);
  g_test_add_func ("/cpu-networks/real", test_real);
  g_test_add_func ("/cpu-networks/fast/real", test_fast_real);
  g_test_add_func ("/cpu-networks/fast/families", test_fast_families);
  g_test_add_func ("/cpu-networks/fast/families2", test_fast_families2);
  g_test_add_func ("/cpu-networks/fast/families3", test_fast_families3);
  g_test_add_func ("/cpu-networks/fast/attention", test_fast_attention);
  return g_test_run ();
}
