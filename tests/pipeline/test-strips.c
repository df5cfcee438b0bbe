/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that are never whole: files have the same bytes as if they had been. */
#include "core/error.h"
#include "core/fault.h"
#include "core/options-text.h"
#include "harness.h"
#include "job/plan/planner.h"
#include "media/probe.h"
#include "steps/enhance.h"

#include <glib/gstdio.h>
#include <lcms2.h>
#include <string.h>
#include <unistd.h>

/* What is planned for a source and options. */
static GengaPlan *
make_plan (const char *source, GengaOptions *options)
{
  GError *error = NULL;
  const GengaSourceParams params = { 0 };
  g_autoptr (GengaSource) opened = genga_source_open (source, &params, &error);
  g_assert_no_error (error);
  const GengaPlanRequest request = genga_plan_request_new (source, &opened->info, options, NULL);
  GengaPlan *plan = genga_plan_new (&request, &error);

  g_assert_no_error (error);
  return plan;
}

/* Runs a picture and answers the file's bytes, which it removes. */
static GBytes *
run (const char *source, GengaOptions *options)
{
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
  char *bytes;
  gsize size;

  genga_test_run_jobs (&job, 1);
  g_assert_no_error (genga_job_get_error (job));
  g_assert_true (g_file_get_contents (genga_job_get_target (job), &bytes, &size, NULL));
  g_unlink (genga_job_get_target (job));
  return g_bytes_new_take (bytes, size);
}

/* As a whole, and with a limit that it is just too large for. */
static void
check_same (const char *source, GengaOptions *options)
{
  g_autoptr (GengaOptions) limited = genga_options_copy (options);
  g_autoptr (GengaPlan) whole = make_plan (source, options);

  g_assert_cmpint (whole->strip_rows, ==, 0);
  g_object_set (limited, "max-memory", whole->frame_bytes - 1, NULL);
  g_autoptr (GengaPlan) strips = make_plan (source, limited);
  g_assert_cmpint (strips->strip_rows, >, 0);
  g_assert_cmpint (strips->strip_rows, <, strips->result.height / 3);
  g_assert_cmpuint (strips->frame_bytes, <, whole->frame_bytes);
  g_autoptr (GBytes) expected = run (source, options);
  g_autoptr (GBytes) found = run (source, limited);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found),
                   g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

/* Every layout and sample type, resized or not, filtered or not; transparency kept or given up. */
static void
test_plain (void)
{
  g_autofree char *dir = genga_test_make_dir ();

  for (int layout = GENGA_LAYOUT_GREY; layout <= GENGA_LAYOUT_RGBA; layout++)
    for (int sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_U16; sample++)
      {
        g_autoptr (GengaFrame) frame = genga_test_make_frame (layout, 20, 420, layout, sample);
        g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);

        for (int scale = 2; scale <= 3; scale++)
          {
            g_autoptr (GengaOptions) options = genga_test_make_options ("none", scale);

            check_same (source, options);
            g_object_set (options, "sharpening", 1.5, "saturation", 1.4, NULL);
            check_same (source, options);
            if (scale == 3)
              {
                g_object_set (options, "contrast", 1.3, NULL);
                check_same (source, options);
              }
            g_object_set (options, "transparency", FALSE, "background", "#3366cc", NULL);
            check_same (source, options);
          }
        g_unlink (source);
      }
}

static void
check_network (const char *device, int in_channels, int scale, int target, const char *alpha)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, in_channels, 8, 2, scale, FALSE);

  for (int layout = GENGA_LAYOUT_RGB; layout <= GENGA_LAYOUT_RGBA; layout++)
    {
      g_autoptr (GengaFrame) frame = genga_test_make_frame (7, 25, 700, layout, GENGA_SAMPLE_U8);
      g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
      g_autoptr (GengaOptions) options = genga_test_make_options (model, target);

      g_object_set (options, "device", device, NULL);
      g_assert_true (genga_options_parse (options, GENGA_OPTION_ALPHA, alpha, NULL));
      check_same (source, options);
      g_object_set (options, "sharpening", 0.7, NULL);
      check_same (source, options);
      g_object_set (options, "strength", 35.0, NULL);
      check_same (source, options);
      g_unlink (source);
    }
}

static void
test_network (void)
{
  check_network ("auto", 3, 2, 2, "network");
  check_network ("auto", 3, 2, 4, "network");
  check_network ("auto", 3, 4, 3, "lanczos");
  check_network ("auto", 1, 2, 2, "nearest");
}

/* A network's result has the source's mean for contrast, which is said. */
static void
test_network_contrast (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (7, 25, 700, GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);

  g_object_set (options, "contrast", 1.2, NULL);
  g_autoptr (GengaPlan) whole = make_plan (source, options);
  g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);
  g_object_set (options, "max-memory", whole->frame_bytes - 1, NULL);
  g_autoptr (GengaPlan) strips = make_plan (source, options);
  g_assert_cmpint (strips->strip_rows, >, 0);
  g_assert_cmpint (strips->notices->len, ==, whole->notices->len + 1);
  g_autoptr (GengaFrame) found = genga_test_upscale (source, options);
  const double shift =
      ABS (genga_enhance_measure_mean (found) - genga_enhance_measure_mean (expected));
  g_assert_cmpfloat (shift, <, 0.1);
}

/* ---- colours ---- */

static GBytes *
make_profile (void)
{
  static const cmsCIExyYTRIPLE primaries = { { 0.64, 0.33, 1 },
                                             { 0.21, 0.71, 1 },
                                             { 0.15, 0.06, 1 } };
  static const cmsCIExyY white = { 0.3127, 0.3290, 1 };
  cmsToneCurve *curve = cmsBuildGamma (NULL, 2.2);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile = cmsCreateRGBProfile (&white, &primaries, curves);
  cmsUInt32Number size = 0;
  gpointer data;

  cmsSaveProfileToMem (profile, NULL, &size);
  data = g_malloc (size);
  g_assert_true (cmsSaveProfileToMem (profile, data, &size));
  cmsFreeToneCurve (curve);
  cmsCloseProfile (profile);
  return g_bytes_new_take (data, size);
}

/* Colours that sRGB has not lie in one row alone, far down, or nowhere. */
static void
test_colours (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 8, 2, 2, FALSE);

  for (int i = 0; i < 4; i++)
    {
      const GengaLayout layout = i % 2 == 0 ? GENGA_LAYOUT_RGB : GENGA_LAYOUT_RGBA;
      const int n = genga_layout_get_n_channels (layout);
      g_autoptr (GengaFrame) frame = genga_test_make_frame (4, 24, 800, layout, GENGA_SAMPLE_U8);
      g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);

      frame->icc = make_profile ();
      for (int y = 0; y < 800; y++)
        for (int x = 0; x < 24; x++)
          {
            guint8 *pixel = (guint8 *)genga_frame_get_row (frame, 0, y) + x * n;

            for (int c = 0; c < 3; c++)
              pixel[c] = i >= 2 && y == 700 ? 255 * (c == 1) : 100 + pixel[c] / 8;
          }
      g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
      check_same (source, options);
      g_assert_true (genga_options_parse (options, GENGA_OPTION_COLOUR_PROFILE, "srgb", NULL));
      check_same (source, options);
      g_object_set (options, "model", "none", "contrast", 0.9, NULL);
      check_same (source, options);
      g_unlink (source);
    }
}

/* Reduced before all else. */
static void
test_reduced (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 8, 2, 2, FALSE);

  for (int layout = GENGA_LAYOUT_RGB; layout <= GENGA_LAYOUT_RGBA; layout++)
    {
      g_autoptr (GengaFrame) frame = genga_test_make_frame (9, 40, 1500, layout, GENGA_SAMPLE_U8);
      g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
      g_autoptr (GengaOptions) options = genga_test_make_options ("none", 3);

      g_object_set (options, "pre-downscale", 900, NULL);
      check_same (source, options);
      g_object_set (options, "model", model, NULL);
      g_assert_true (genga_options_parse (options, GENGA_OPTION_ALPHA, "lanczos", NULL));
      check_same (source, options);
      g_unlink (source);
    }
}

/* A TIFF and a JPEG, from a JPEG. */
static void
test_formats (void)
{
  static const GengaFormat formats[] = { GENGA_FORMAT_TIFF, GENGA_FORMAT_JPEG };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "picture.jpg", NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (4, 64, 2000, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  const GengaPictureSave save = { .format = GENGA_FORMAT_JPEG, .quality = 90 };
  GError *error = NULL;

  genga_media_get (NULL)->picture_save (frame, path, &save, NULL, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GengaOptions) options = genga_test_make_options ("none", 4);

      g_object_set (options, "format", formats[i], NULL);
      check_same (path, options);
    }
}

/* Damage far down: nothing stays, and the sentence names the file. */
static void
test_damage (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (4, 64, 2000, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *path = g_build_filename (dir, "picture.jpg", NULL);
  const GengaPictureSave save = { .format = GENGA_FORMAT_JPEG, .quality = 90 };
  g_autoptr (GengaOptions) options = genga_test_make_options ("none", 4);
  g_autofree char *bytes = NULL;
  gsize size;

  genga_media_get (NULL)->picture_save (frame, path, &save, NULL, NULL, NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, size * 3 / 4, NULL));
  g_autoptr (GengaPlan) whole = make_plan (path, options);
  g_object_set (options, "max-memory", whole->frame_bytes - 1, NULL);
  g_autoptr (GengaJob) job = genga_job_new (path, NULL, options);
  genga_test_run_jobs (&job, 1);
  g_assert_error (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (genga_job_get_error (job)->message, "picture.jpg"));
  g_unlink (path);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* ---- after a crash ---- */

#define N_BEFORE 5 /* strips, when the process dies in the next one */

static GengaOptions *
make_limited (const char *source, int scale, const char *format)
{
  GengaOptions *options = genga_test_make_options ("none", scale);

  g_assert_true (genga_options_parse (options, GENGA_OPTION_FORMAT, format, NULL));
  g_autoptr (GengaPlan) whole = make_plan (source, options);
  g_object_set (options, "max-memory", whole->frame_bytes - 1, NULL);
  return options;
}

/* Noise, so that the file grows with each strip. */
static char *
write_noise (const char *dir)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (4, 500, 2000, GENGA_LAYOUT_RGBA, GENGA_SAMPLE_U8);

  for (int y = 0; y < 2000; y++)
    for (int x = 0; x < 2000; x++)
      ((guint8 *)genga_frame_get_row (frame, 0, y))[x] = g_rand_int (rand);
  return genga_test_write_png (dir, "picture.png", frame);
}

static guint
count_files (const char *dir)
{
  g_autoptr (GDir) opened = g_dir_open (dir, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (opened) != NULL)
    n++;
  return n;
}

/* Runs in a process of its own, and dies. */
static void
die (void)
{
  g_autofree char *fault = g_strdup_printf ("kill-strip:%d", N_BEFORE + 1);
  const char *source = g_getenv ("GENGA_TEST_SOURCE");
  g_autoptr (GengaOptions) options = make_limited (source, 2, g_getenv ("GENGA_TEST_FORMAT"));
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);

  genga_fault_set (fault);
  genga_test_run_jobs (&job, 1);
}

static void
run_and_die (const char *source, const char *format)
{
  g_setenv ("GENGA_TEST_SOURCE", source, TRUE);
  g_setenv ("GENGA_TEST_FORMAT", format, TRUE);
  g_test_trap_subprocess ("/strips/die/subprocess", 0, 0);
  g_test_trap_assert_failed ();
}

static void
test_crash (gconstpointer data)
{
  const char *format = data;
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_noise (dir);
  g_autoptr (GengaOptions) options = make_limited (source, 2, format);
  g_autoptr (GengaPlan) plan = make_plan (source, options);
  g_autoptr (GBytes) expected = run (source, options);
  const int n = (plan->result.height + plan->strip_rows - 1) / plan->strip_rows;
  /* More strips than are left would end this process, too. */
  g_autofree char *fault = g_strdup_printf ("kill-strip:%d", n - N_BEFORE + 1);

  g_assert_cmpint (n, >, 2 * N_BEFORE);
  run_and_die (source, format);
  g_assert_cmpuint (count_files (dir), ==, 3);
  genga_fault_set (fault);
  g_autoptr (GBytes) found = run (source, options);
  genga_fault_set (NULL);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found),
                   g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
  g_assert_cmpuint (count_files (dir), ==, 1);

  /* Another option: from the beginning. */
  run_and_die (source, format);
  g_object_set (options, "saturation", 1.5, NULL);
  g_autoptr (GBytes) other = run (source, options);
  g_assert_false (g_bytes_equal (other, expected));
  g_assert_cmpuint (count_files (dir), ==, 1);
  g_object_set (options, "saturation", 1.0, NULL);

  /* Files that are not whole are not believed. */
  run_and_die (source, format);
  g_autofree char *name = g_strdup_printf (".picture_upscaled.%s.genga-part", format);
  g_autofree char *part = g_build_filename (dir, name, NULL);
  g_assert_cmpint (truncate (part, 1000), ==, 0);
  g_autoptr (GBytes) again = run (source, options);
  g_assert_true (g_bytes_equal (again, expected));
  g_assert_cmpuint (count_files (dir), ==, 1);
}

/* What fails leaves nothing. */
static void
test_no_room (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_noise (dir);
  g_autoptr (GengaOptions) options = make_limited (source, 2, "png");
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);

  genga_fault_set ("no-room:3+");
  genga_test_run_jobs (&job, 1);
  genga_fault_set (NULL);
  g_assert_error (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_cmpuint (count_files (dir), ==, 1);
}

/* Not every build has them. */
static gboolean
has_faults (void)
{
  gboolean found;

  genga_fault_set ("here:1");
  found = genga_fault ("here");
  genga_fault_set (NULL);
  return found;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* libvips warns of damage. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  g_test_add_func ("/strips/plain", test_plain);
  g_test_add_func ("/strips/network", test_network);
  g_test_add_func ("/strips/network-contrast", test_network_contrast);
  g_test_add_func ("/strips/colours", test_colours);
  g_test_add_func ("/strips/reduced", test_reduced);
  g_test_add_func ("/strips/formats", test_formats);
  g_test_add_func ("/strips/damage", test_damage);
  if (has_faults ())
    {
      g_test_add_data_func ("/strips/crash/png", "png", test_crash);
      g_test_add_data_func ("/strips/crash/tiff", "tiff", test_crash);
      g_test_add_func ("/strips/die/subprocess", die);
      g_test_add_func ("/strips/no-room", test_no_room);
    }
  return g_test_run ();
}
