/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From file to file: what other implementations make of the same picture, and nothing lost. */
#include "core/options-text.h"
#include "harness.h"
#include "steps/enhance.h"
#include "engine/model-cache.h"
#include "engine/session.h"

#include <glib/gstdio.h>
#include <math.h>

/* Of the first `n_channels` channels. */
static int
get_max_colour_difference (GengaFrame *a, GengaFrame *b, int n_channels)
{
  int most = 0;

  g_assert_cmpint (a->info.width, ==, b->info.width);
  g_assert_cmpint (a->info.height, ==, b->info.height);
  for (int y = 0; y < a->info.height; y++)
    for (int x = 0; x < a->info.width; x++)
      for (int c = 0; c < n_channels; c++)
        most = MAX (most,
                    ABS (genga_test_get_sample (a, x, y, c) - genga_test_get_sample (b, x, y, c)));
  return most;
}

static int
get_max_difference (GengaFrame *a, GengaFrame *b)
{
  g_assert_cmpint (a->info.layout, ==, b->info.layout);
  return get_max_colour_difference (a, b, genga_layout_get_n_channels (a->info.layout));
}

/* Real weights on a real picture: the reference implementation's result within 1/255. */
static void
test_real_weights (void)
{
  static const struct
  {
    const char *weights;
    const char *expected;
  } cases[] = {
    { "weights/realesr-animevideov3.pth", "golden/real/animevideov3.png" },
    { "weights/realesr-general-x4v3_fp16.pth", "golden/real/general_x4v3.png" },
    { "weights/span_ch28_x4_slim_ntire2024_team38.pth", "golden/real/span_ch28.png" },
    { "weights/span_ch28_x4_expanded_spandrel_fp16.safetensors", "golden/real/span_ch28.png" },
  };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = genga_test_find_shared ("golden/real/input_97x83.png");
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);

  if (engine == NULL)
    g_test_skip ("LibTorch is not here");
  for (guint i = 0; source != NULL && engine != NULL && i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *weights = genga_test_find_shared (cases[i].weights);
      g_autofree char *expected_path = genga_test_find_shared (cases[i].expected);
      if (weights == NULL || expected_path == NULL)
        return;
      g_autoptr (GengaOptions) options = genga_test_make_options (weights, 4);
      g_object_set (options, "output-dir", dir, "device", "torch:cpu", "precision",
                    GENGA_PRECISION_FP32, NULL);
      g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
      g_autoptr (GengaFrame) expected = genga_test_read (expected_path);
      g_assert_cmpint (get_max_difference (result, expected), <=, 1);
    }
}

/* A whole picture in tiles against the reference implementation and Pillow, where they are here. */
static void
test_against_spandrel (void)
{
  GError *error = NULL;
  const char *python = g_getenv ("GENGA_ORACLE_PYTHON");
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = genga_test_find_shared ("media/images/anime_composite_640x360.png");
  g_autofree char *weights = genga_test_find_shared ("weights/realesr-animevideov3.pth");
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "oracle", "spandrel_upscale.py", NULL);
  g_autofree char *expected_path = g_build_filename (dir, "expected.png", NULL);
  int status;

  if (python == NULL || source == NULL || weights == NULL)
    {
      g_test_skip ("GENGA_ORACLE_PYTHON is not set, or the shared data is not here");
      return;
    }
  const char *argv[] = { python, script, weights, source, expected_path, NULL };
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);

  g_autoptr (GengaOptions) options = genga_test_make_options (weights, 4);
  g_object_set (options, "output-dir", dir, "device", "torch:cpu", "precision",
                GENGA_PRECISION_FP32, "tile", 256, NULL);
  g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
  g_autoptr (GengaFrame) expected = genga_test_read (expected_path);
  g_assert_cmpint (get_max_colour_difference (result, expected, 3), <=, 1);
}

static double
get_psnr (GengaFrame *a, GengaFrame *b)
{
  int n = a->info.width * genga_layout_get_n_channels (a->info.layout);
  double sum = 0;

  for (int y = 0; y < a->info.height; y++)
    for (int x = 0; x < n; x++)
      {
        double d = ((float *)genga_frame_get_row (a, 0, y))[x] -
                   ((float *)genga_frame_get_row (b, 0, y))[x];
        sum += d * d;
      }
  return -10 * log10 (sum / n / a->info.height);
}

static GengaFrame *
run_in_precision (const char *weights, GengaPrecision precision, GengaFrame *frame)
{
  GError *error = NULL;
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);
  g_autoptr (GengaModel) model = genga_model_load (engine, weights, precision, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (genga_model_get_precision (model), ==, precision);
  g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
  GengaFrame *result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);
  g_assert_no_error (error);
  return result;
}

/* PREC-10: bf16 stays within 60 dB of fp32 on real weights and a real picture. */
static void
test_bf16 (void)
{
  g_autofree char *source = genga_test_find_shared ("golden/real/input_97x83.png");
  g_autofree char *weights = genga_test_find_shared ("weights/realesr-animevideov3.pth");
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);

  if (source == NULL || weights == NULL)
    return;
  if (engine == NULL)
    {
      g_test_skip ("LibTorch is not here");
      return;
    }
  g_autoptr (GengaFrame) frame = genga_test_read (source);
  g_autoptr (GengaFrame) full = run_in_precision (weights, GENGA_PRECISION_FP32, frame);
  g_autoptr (GengaFrame) half = run_in_precision (weights, GENGA_PRECISION_BF16, frame);
  double psnr = get_psnr (full, half);
  g_test_message ("%.1f dB", psnr);
  g_assert_cmpfloat (psnr, >=, 60);
}

/* MODEL-11, BUG-29: as bright as the source. */
static void
test_brightness (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = genga_test_find_shared ("golden/real/input_97x83.png");
  g_autofree char *weights = genga_test_find_shared ("weights/realesr-general-x4v3_fp16.pth");
  g_autofree char *expected_path = genga_test_find_shared ("golden/real/general_x4v3.png");
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);

  if (source == NULL || weights == NULL || expected_path == NULL)
    return;
  if (engine == NULL)
    {
      g_test_skip ("LibTorch is not here");
      return;
    }
  g_autoptr (GengaOptions) options = genga_test_make_options (weights, 4);
  g_object_set (options, "output-dir", dir, NULL);
  g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
  g_autoptr (GengaFrame) expected = genga_test_read (expected_path);
  double mean = 0, expected_mean = 0;

  for (int y = 0; y < result->info.height; y++)
    for (int x = 0; x < result->info.width; x++)
      for (int c = 0; c < 3; c++)
        {
          mean += genga_test_get_sample (result, x, y, c);
          expected_mean += genga_test_get_sample (expected, x, y, c);
        }
  g_assert_cmpfloat (fabs (mean - expected_mean), <=,
                     3.0 * result->info.width * result->info.height);
}

/* Opaque stays opaque, clear stays clear; what is not kept is put on the background. */
static void
test_transparency (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 3);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 40, 30, GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U8);

  for (int y = 0; y < 30; y++)
    for (int x = 0; x < 40; x++)
      ((guint8 *)genga_frame_get_row (frame, 0, y))[4 * x + 3] = x < 20 ? 255 : 0;

  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autoptr (GengaFrame) kept = genga_test_upscale (source, options);
  g_assert_cmpint (kept->info.layout, ==, GENGA_LAYOUT_RGBA);
  for (int y = 0; y < 90; y++)
    {
      g_assert_cmpint (genga_test_get_sample (kept, 30, y, 3), ==, 255);
      g_assert_cmpint (genga_test_get_sample (kept, 90, y, 3), ==, 0);
      for (int c = 0; c < 3; c++)
        g_assert_cmpint (genga_test_get_sample (kept, 30, y, c), ==,
                         genga_test_get_sample (frame, 10, y / 3, c));
    }

  g_object_set (options, "transparency", FALSE, NULL);
  g_autoptr (GengaFrame) flat = genga_test_upscale (source, options);
  g_assert_cmpint (flat->info.layout, ==, GENGA_LAYOUT_RGB);
  g_assert_cmpint (genga_test_get_sample (flat, 90, 10, 0), ==, 255);
  g_object_set (options, "background", "#ff8000", NULL);
  g_autoptr (GengaFrame) orange = genga_test_upscale (source, options);
  g_assert_cmpint (genga_test_get_sample (orange, 90, 10, 0), ==, 255);
  g_assert_cmpint (genga_test_get_sample (orange, 90, 10, 1), ==, 128);
  g_assert_cmpint (genga_test_get_sample (orange, 90, 10, 2), ==, 0);
}

/* A soft-edged disc with colours; `hidden` where nothing is seen. */
static char *
write_sprite (const char *dir, GengaLayout layout, int hidden)
{
  g_autoptr (GengaFrame) frame = genga_test_make_frame (5, 44, 36, layout, GENGA_SAMPLE_U8);
  const int n = genga_layout_get_n_channels (layout);

  for (int y = 0; y < 36; y++)
    for (int x = 0; x < 44; x++)
      {
        guint8 *pixel = (guint8 *)genga_frame_get_row (frame, 0, y) + x * n;
        const double distance = hypot (x - 21.5, y - 17.5);

        pixel[n - 1] = CLAMP ((13 - distance) * 127, 0, 255);
        for (int c = 0; c < n - 1; c++)
          pixel[c] = pixel[n - 1] == 0 ? hidden : 128 + pixel[c] / 4;
      }
  g_autofree char *path = g_build_filename (dir, "sprite.png", NULL);
  g_unlink (path);
  return genga_test_write_png (dir, "sprite.png", frame);
}

static void
assert_no_ghosts (GengaFrame *result, int scale)
{
  const int alpha = genga_layout_get_n_channels (result->info.layout) - 1;

  for (int y = 0; y < result->info.height; y++)
    for (int x = 0; x < result->info.width; x++)
      {
        const double distance = hypot ((x + 0.5) / scale - 22, (y + 0.5) / scale - 18);
        const int value = genga_test_get_sample (result, x, y, alpha);

        if (distance > 16)
          g_assert_cmpint (value, ==, 0);
        else if (distance < 8)
          g_assert_cmpint (value, ==, 255);
      }
}

/* Whatever makes the result: hidden colours never count, and alpha neither rings nor leaves ghosts.
 */
static void
test_hidden_colours (void)
{
  static const int scales[] = { 2, 3, 1 };
  g_autofree char *network = genga_test_write_compact (58, 3, 8, 2, 2, FALSE);
  const char *const models[] = { network, "bicubic", "nearest", "none" };
  const char *const modes[] = { "network", "lanczos", "nearest" };

  for (gsize i = 0; i < 4 * 3 * 3 * 2; i++)
    {
      const int scale = scales[i / 4 % 3];
      const GengaLayout layout = i / 36 == 0 ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_GREY_ALPHA;
      g_autofree char *dir = genga_test_make_dir ();
      g_autoptr (GengaOptions) options = genga_test_make_options (models[i % 4], scale);
      GError *error = NULL;

      g_object_set (options, "device", "reference", NULL);
      genga_options_parse (options, GENGA_OPTION_ALPHA, modes[i / 12 % 3], &error);
      g_assert_no_error (error);
      g_autofree char *source = write_sprite (dir, layout, 0);
      g_autoptr (GengaFrame) dark = genga_test_upscale (source, options);
      g_free (write_sprite (dir, layout, 255));
      g_autoptr (GengaFrame) light = genga_test_upscale (source, options);
      gsize size = dark->info.width * genga_layout_get_n_channels (layout);

      g_assert_cmpint (dark->info.layout, ==, layout);
      for (int y = 0; y < dark->info.height; y++)
        g_assert_cmpmem (genga_frame_get_row (dark, 0, y), size, genga_frame_get_row (light, 0, y),
                         size);
      assert_no_ghosts (dark, scale);
    }
}

/* A picture that is enlarged and put on a background is the picture on it, enlarged. */
static void
test_fringes (void)
{
  static const char *const backgrounds[] = { "#000000", "#ffffff", "#ff00ff" };
  static const char *const models[] = { "bicubic", "none", "genga-fast" };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_sprite (dir, GENGA_LAYOUT_RGBA, 0);

  /* A network does something else on each background; it is asked on black and white. */
  for (gsize i = 0; i < 8; i++)
    {
      g_autoptr (GengaOptions) options = genga_test_make_options (models[i / 3], 2);
      float background[3];
      double sum = 0;
      g_autoptr (GengaFrame) kept = genga_test_upscale (source, options);

      g_assert_true (genga_options_parse_colour (backgrounds[i % 3], background));
      g_object_set (options, "background", backgrounds[i % 3], "transparency", FALSE, NULL);
      g_autoptr (GengaFrame) flat = genga_test_upscale (source, options);
      for (int y = 0; y < 72; y++)
        for (int x = 0; x < 88; x++)
          for (int c = 0; c < 3; c++)
            {
              const double alpha = genga_test_get_sample (kept, x, y, 3) / 255.;
              const double value =
                  alpha * genga_test_get_sample (kept, x, y, c) + (1 - alpha) * 255 * background[c];
              const double difference = fabs (value - genga_test_get_sample (flat, x, y, c));

              sum += difference;
              g_assert_cmpfloat (difference, <, 30);
            }
      g_assert_cmpfloat (sum / (88 * 72 * 3), <, i < 6 ? 0.6 : 0.15);
    }
}

/* Filters alone work on the source's 8 bits, as if applied to it directly. */
static void
test_filters_alone (void)
{
  GError *error = NULL;
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("none", 1);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (2, 64, 48, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  GengaEnhance enhance = { .sharpening = 0.7, .contrast = 1.15, .saturation = 0.85 };

  g_object_set (options, "sharpening", 0.7, "contrast", 1.15, "saturation", 0.85, NULL);
  g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
  g_autoptr (GengaFrame) expected =
      genga_enhance_apply (&enhance, genga_frame_ref (frame), 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_max_difference (result, expected), ==, 0);
}

/* No network, no filter, same size: the same pixels. */
static void
test_nothing_to_do (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("none", 1);
  const GengaSample samples[] = { GENGA_SAMPLE_U8, GENGA_SAMPLE_U16 };
  const GengaLayout layouts[] = { GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA, GENGA_LAYOUT_RGB,
                                  GENGA_LAYOUT_RGBA };

  for (guint s = 0; s < G_N_ELEMENTS (samples); s++)
    for (guint l = 0; l < G_N_ELEMENTS (layouts); l++)
      {
        g_autofree char *name = g_strdup_printf ("picture-%u-%u.png", s, l);
        g_autoptr (GengaFrame) frame = genga_test_make_frame (3, 33, 21, layouts[l], samples[s]);
        g_autofree char *source = genga_test_write_png (dir, name, frame);
        g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
        g_assert_cmpint (result->info.sample, ==, samples[s]);
        g_assert_cmpint (get_max_difference (result, frame), ==, 0);
      }
}

/* Threads never change a byte of what Genga itself computes. */
static void
test_threads (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (4, 301, 203, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U16);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autoptr (GengaFrame) first = NULL;

  for (int threads = 1; threads <= 7; threads += 2)
    {
      g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
      g_object_set (options, "threads", threads, "sharpening", 0.5, "contrast", 1.1, NULL);
      g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
      if (first == NULL)
        first = g_steal_pointer (&result);
      else
        g_assert_cmpint (get_max_difference (first, result), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fidelity/real-weights", test_real_weights);
  g_test_add_func ("/fidelity/against-spandrel", test_against_spandrel);
  g_test_add_func ("/fidelity/bf16", test_bf16);
  g_test_add_func ("/fidelity/brightness", test_brightness);
  g_test_add_func ("/fidelity/transparency", test_transparency);
  g_test_add_func ("/fidelity/hidden-colours", test_hidden_colours);
  g_test_add_func ("/fidelity/fringes", test_fringes);
  g_test_add_func ("/fidelity/filters-alone", test_filters_alone);
  g_test_add_func ("/fidelity/nothing-to-do", test_nothing_to_do);
  g_test_add_func ("/fidelity/threads", test_threads);
  return g_test_run ();
}
