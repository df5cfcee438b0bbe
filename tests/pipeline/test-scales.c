/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SCALE-1 to SCALE-9: how many passes, and that the size is exact in every combination. */
#include "core/error.h"
#include "core/options-text.h"
#include "harness.h"
#include "job/plan/planner.h"
#include "steps/pixels.h"
#include "steps/resize.h"
#include "steps/upscale.h"

#include <string.h>

static void
test_passes (void)
{
  static const int targets[] = { 1, 2, 4, 8, 16 };
  static const struct
  {
    int native;
    int passes[5];
  } table[] = {
    { 1, { 1, 1, 1, 1, 1 } }, { 2, { 1, 1, 2, 3, 4 } }, { 3, { 1, 1, 2, 2, 3 } },
    { 4, { 1, 1, 1, 2, 2 } }, { 8, { 1, 1, 1, 1, 2 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    for (guint k = 0; k < G_N_ELEMENTS (targets); k++)
      g_assert_cmpint (genga_upscale_get_n_passes (table[i].native, targets[k]), ==,
                       table[i].passes[k]);
}

/* BUG-3: a 4x model at x2 gives x2; and so for every pair, a 1x model aside. */
static void
test_exact_size (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 23, 17, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);

  for (int native = 1; native <= 4; native++)
    {
      g_autofree char *model = genga_test_write_compact (native, 3, 4, 1, native, FALSE);
      for (int target = 0; target <= 5; target++)
        {
          g_autoptr (GengaOptions) options = genga_test_make_options (model, target);
          g_object_set (options, "device", "reference", NULL);
          g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
          int expected = native == 1 ? 1 : target == 0 ? native : target;
          g_assert_cmpint (result->info.width, ==, 23 * expected);
          g_assert_cmpint (result->info.height, ==, 17 * expected);
        }
    }
}

/* SCALE-10: without a word about sizes a video has the model's scale; with one, what was said. */
static void
test_video_scale (void)
{
  static const struct
  {
    const char *option, *value;
    int width;
    guint n_passes;
  } rows[] = {
    { NULL, NULL, 400, 1 },       { "scale", "2", 200, 1 },      { "scale", "16", 1600, 2 },
    { "longest", "900", 900, 2 }, { "height", "6400", 8000, 4 }, { "pre-downscale", "64", 320, 1 },
  };
  const GengaSourceInfo video = { .kind = GENGA_SOURCE_VIDEO,
                                  .container = "matroska",
                                  .width = 100,
                                  .height = 80,
                                  .sample = GENGA_SAMPLE_F32,
                                  .layout = GENGA_LAYOUT_RGB,
                                  .bits = 8 };
  g_autofree char *model = genga_test_write_compact (4, 3, 4, 1, 4, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaOptions) options = genga_options_new ();
      GengaPlanRequest request;
      g_autoptr (GengaPlan) plan = NULL;
      g_autoptr (GError) error = NULL;

      g_object_set (options, "model", model, "device", "reference", NULL);
      if (rows[i].option != NULL)
        {
          GengaOption option;
          g_assert_true (genga_option_find (rows[i].option, &option));
          g_assert_true (genga_options_parse (options, option, rows[i].value, NULL));
        }
      genga_options_freeze (options);
      request = genga_plan_request_new ("/nowhere/video.mkv", &video, options, NULL);
      plan = genga_plan_new (&request, &error);
      g_assert_no_error (error);
      g_assert_cmpint (plan->result.width, ==, rows[i].width);
      g_assert_cmpuint (plan->n_passes, ==, rows[i].n_passes);
    }
}

/* In pixels, a result has just those, whatever the passes make; alpha too. */
static void
test_in_pixels (void)
{
  static const struct
  {
    const char *option, *value;
    int width, height;
  } rows[] = {
    { "width", "50", 50, 37 },    { "height", "17", 23, 17 },        { "longest", "7", 7, 5 },
    { "shortest", "34", 46, 34 }, { "megapixels", "0.01", 116, 86 }, { "fit", "40x20", 27, 20 },
  };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (2, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 23, 17, GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaOptions) options = genga_options_new ();
      GengaOption option;

      g_object_set (options, "model", model, "device", "reference", "overwrite", TRUE, NULL);
      g_assert_true (genga_option_find (rows[i].option, &option));
      g_assert_true (genga_options_parse (options, option, rows[i].value, NULL));
      g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
      g_assert_cmpint (result->info.width, ==, rows[i].width);
      g_assert_cmpint (result->info.height, ==, rows[i].height);
    }
}

static GengaFrame *
upscale_at (const char *source, const char *model, double strength)
{
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);

  g_object_set (options, "device", "reference", "strength", strength, "overwrite", TRUE, NULL);
  return genga_test_upscale (source, options);
}

/* In floats, which bytes are made of only at the end. */
static GengaFrame *
enlarge_plainly (GengaFrame *frame)
{
  GengaFrameInfo info = frame->info;
  g_autoptr (GengaFrame) floats = NULL;
  g_autoptr (GengaFrame) large = NULL;
  GengaFrame *result;

  info.sample = GENGA_SAMPLE_F32;
  floats = genga_frame_new (&info, NULL);
  genga_pixels_convert (frame, floats);
  large = genga_resize (floats, 2 * info.width, 2 * info.height, 1, NULL, NULL);
  info = large->info;
  info.sample = GENGA_SAMPLE_U8;
  result = genga_frame_new (&info, NULL);
  genga_pixels_convert (large, result);
  return result;
}

/* At 0 an opaque picture is the plain enlargement, at 100 the network's; else in between. */
static void
test_strength (void)
{
  static const GengaLayout layouts[] = { GENGA_LAYOUT_RGB, GENGA_LAYOUT_GREY, GENGA_LAYOUT_RGBA };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (7, 3, 4, 1, 2, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      const gboolean is_opaque = !genga_layout_has_alpha (layouts[i]);
      const int n = genga_layout_get_n_channels (layouts[i]);
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (i, 43, 150, layouts[i], GENGA_SAMPLE_U8);
      g_autofree char *name = g_strdup_printf ("picture-%u.png", i);
      g_autofree char *source = genga_test_write_png (dir, name, frame);
      g_autoptr (GengaFrame) plain =
          is_opaque ? enlarge_plainly (frame) : upscale_at (source, "none", 100);
      g_autoptr (GengaFrame) none = upscale_at (source, model, 0);
      g_autoptr (GengaFrame) half = upscale_at (source, model, 50);
      g_autoptr (GengaFrame) full = upscale_at (source, model, 100);
      int differences = 0;

      for (int y = 0; y < 300; y++)
        for (int x = 0; x < 86; x++)
          for (int c = 0; c < n; c++)
            {
              int a = genga_test_get_sample (none, x, y, c);
              int b = genga_test_get_sample (full, x, y, c);
              int between = genga_test_get_sample (half, x, y, c);

              if (is_opaque || c == n - 1)
                g_assert_cmpint (a, ==, genga_test_get_sample (plain, x, y, c));
              if (is_opaque || c == n - 1)
                g_assert_cmpint (ABS (2 * between - a - b), <=, 2);
              differences += ABS (a - b);
            }
      g_assert_cmpint (differences, >, 86 * 300);
    }
}

/* What is reduced first is what the network would get of a file that was reduced by Lanczos. */
static void
test_reduced_first (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 200, 128, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) small = genga_resize (frame, 100, 64, 0, NULL, NULL);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autofree char *reduced = genga_test_write_png (dir, "reduced.png", small);
  g_autoptr (GengaOptions) first = genga_test_make_options ("nearest", 3);
  g_autoptr (GengaOptions) plain = genga_test_make_options ("nearest", 3);

  genga_options_set_int (first, GENGA_OPTION_PRE_DOWNSCALE, 64);
  g_autoptr (GengaFrame) result = genga_test_upscale (source, first);
  g_autoptr (GengaFrame) expected = genga_test_upscale (reduced, plain);
  g_assert_cmpint (result->info.width, ==, 300);
  for (int y = 0; y < 192; y++)
    g_assert_cmpmem (genga_frame_get_row (result, 0, y), 900, genga_frame_get_row (expected, 0, y),
                     900);
}

/* SCALE-5: the warning names the model. */
static void
test_one_times_model (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (1, 3, 4, 1, 1, FALSE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 20, 20, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 4);
  g_object_set (options, "device", "reference", NULL);
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
  gboolean named = FALSE;

  genga_test_run_jobs (&job, 1);
  g_assert_no_error (genga_job_get_error (job));
  GPtrArray *notices = genga_job_get_notices (job);
  for (guint i = 0; i < notices->len; i++)
    named |= strstr (notices->pdata[i], "compact") != NULL;
  g_assert_true (named);
}

/* SCALE-8: between passes nothing is rounded to 8 bits. */
static void
test_sixteen_bits (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 4);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 600, 4, GENGA_LAYOUT_GREY, GENGA_SAMPLE_U16);
  g_autoptr (GHashTable) levels = g_hash_table_new (NULL, NULL);

  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 600; x++)
      ((guint16 *)genga_frame_get_row (frame, 0, y))[x] = x * 107;

  g_autofree char *source = genga_test_write_png (dir, "gradient.png", frame);
  g_autoptr (GengaFrame) result = genga_test_upscale (source, options);
  g_assert_cmpint (result->info.sample, ==, GENGA_SAMPLE_U16);
  for (int x = 0; x < result->info.width; x++)
    g_hash_table_add (levels, GINT_TO_POINTER (genga_test_get_sample (result, x, 5, 0)));
  g_assert_cmpuint (g_hash_table_size (levels), >, 256);
}

static void
test_format_limits (void)
{
  GError *error = NULL;

  g_assert_true (genga_format_check_size (GENGA_FORMAT_JPEG, 65535, 65535, &error));
  g_assert_false (genga_format_check_size (GENGA_FORMAT_JPEG, 65536, 10, &error));
  g_clear_error (&error);
  g_assert_true (genga_format_check_size (GENGA_FORMAT_WEBP, 16383, 1, &error));
  g_assert_false (genga_format_check_size (GENGA_FORMAT_WEBP, 1, 16384, &error));
  g_clear_error (&error);
  g_assert_true (genga_format_check_size (GENGA_FORMAT_PNG, 100000, 1000, &error));
}

/* A result that is too large for a WebP becomes a PNG (FMT-3), and never in another's place. */
static void
test_too_large_webp (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 9000, 2, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "wide.png", frame);
  g_autofree char *requested = g_build_filename (dir, "large.webp", NULL);
  g_autofree char *expected = g_build_filename (dir, "large.png", NULL);
  g_object_set (options, "overwrite", FALSE, NULL);
  g_autoptr (GengaJob) job = genga_job_new (source, requested, options);
  g_autoptr (GengaJob) again = genga_job_new (source, requested, options);
  GengaJobFacts facts;

  genga_test_run_jobs (&job, 1);
  g_assert_no_error (genga_job_get_error (job));
  g_assert_cmpstr (genga_job_get_target (job), ==, expected);
  g_assert_cmpuint (genga_job_get_notices (job)->len, ==, 1);
  g_autoptr (GengaFrame) result = genga_test_read (expected);
  g_assert_cmpint (result->info.width, ==, 18000);

  genga_test_run_jobs (&again, 1);
  g_assert_error (genga_job_get_error (again), GENGA_ERROR, GENGA_ERROR_EXISTS);
  genga_job_get_facts (again, &facts);
  g_assert_cmpfloat (facts.work_seconds, ==, 0);
}

/* SCALE-9: what a format cannot hold is refused before the work. */
static void
test_too_large_jpeg (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 16);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 5000, 1, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "wide.png", frame);
  g_autofree char *target = g_build_filename (dir, "large.jpg", NULL);
  g_autoptr (GengaJob) job = genga_job_new (source, target, options);
  GengaJobFacts facts;

  genga_test_run_jobs (&job, 1);
  g_assert_error (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_OUTPUT);
  genga_job_get_facts (job, &facts);
  g_assert_cmpfloat (facts.work_seconds, ==, 0);
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scales/passes", test_passes);
  g_test_add_func ("/scales/exact-size", test_exact_size);
  g_test_add_func ("/scales/video-scale", test_video_scale);
  g_test_add_func ("/scales/in-pixels", test_in_pixels);
  g_test_add_func ("/scales/strength", test_strength);
  g_test_add_func ("/scales/reduced-first", test_reduced_first);
  g_test_add_func ("/scales/one-times-model", test_one_times_model);
  g_test_add_func ("/scales/sixteen-bits", test_sixteen_bits);
  g_test_add_func ("/scales/format-limits", test_format_limits);
  g_test_add_func ("/scales/too-large-webp", test_too_large_webp);
  g_test_add_func ("/scales/too-large-jpeg", test_too_large_jpeg);
  return g_test_run ();
}
