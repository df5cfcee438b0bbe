/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine that all others are held against, against the reference implementation. */
#include "engine/reference/reference.h"
#include "onnx-vectors.h"
#include "vectors.h"

static void
check_folder (const char *name, guint least)
{
  g_autofree char *folder = golden_find_folder (name);

  if (folder != NULL)
    g_assert_cmpuint (golden_check_index (genga_reference_backend_get (), folder), >=, least);
}

static void
test_synthetic (void)
{
  check_folder ("golden/synthetic", 35);
}

static void
test_synthetic2 (void)
{
  check_folder ("golden/synthetic2", 68);
}

/* What waifu2x's own program saves: its name decides what the network is. */
static void
test_nunif (void)
{
  check_folder ("golden/nunif", 2);
}

static void
test_real (void)
{
  const GengaBackend *backend = genga_reference_backend_get ();

  golden_check_real (backend, "animevideov3", "realesr-animevideov3.pth", GOLDEN_RTOL);
  golden_check_real (backend, "span_ch28", "span_ch28_x4_expanded_spandrel_fp16.safetensors",
                     GOLDEN_SPAN_TOLERANCE);
  golden_check_real (backend, "realcugan_se_up2x", "realcugan_se_up2x-no-denoise_spandrel_fp16.pth",
                     GOLDEN_RTOL);
}

/* What the slim file stores is what the full one comes to; both are stored as f16. */
static void
test_slim_span (void)
{
  golden_check_real (genga_reference_backend_get (), "span_ch28",
                     "span_ch28_x4_slim_ntire2024_team38.pth", 5e-3);
}

static void
test_onnx (void)
{
  g_assert_cmpuint (golden_check_onnx (genga_reference_backend_get ()), >=, 18);
}

/* Whatever the back end. */
static void
test_bad_onnx (void)
{
  golden_refuse_onnx ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reference-networks/synthetic", test_synthetic);
  g_test_add_func ("/reference-networks/synthetic2", test_synthetic2);
  g_test_add_func ("/reference-networks/nunif", test_nunif);
  g_test_add_func ("/reference-networks/real", test_real);
  g_test_add_func ("/reference-networks/slim-span", test_slim_span);
  g_test_add_func ("/reference-networks/onnx", test_onnx);
  g_test_add_func ("/reference-networks/bad-onnx", test_bad_onnx);
  return g_test_run ();
}
