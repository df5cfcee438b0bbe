/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a start would come to, and what earlier jobs have taught. */
#include "core/error.h"
#include "harness.h"
#include "job/estimate/estimate.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static GengaJob *
make_job (const char *source, const char *model, int scale)
{
  g_autoptr (GengaOptions) options = genga_test_make_options (model, scale);

  return genga_job_new (source, NULL, options);
}

static char *
write_picture (const char *dir, const char *name, int width, int height, GengaLayout layout)
{
  g_autoptr (GengaFrame) frame = genga_test_make_frame (1, width, height, layout, GENGA_SAMPLE_U8);

  return genga_test_write_png (dir, name, frame);
}

static void
on_estimated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static gboolean
estimate (GPtrArray *jobs, GengaSpeeds *speeds, GengaEstimate *answer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  genga_estimate_async (jobs, speeds, NULL, on_estimated, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return genga_estimate_finish (result, answer, error);
}

static void
assert_factor (int native, int target, gboolean alpha, gsize sample_bytes, double expected)
{
  GengaJourney journey = { .has_network = native > 0,
                           .native_scale = MAX (1, native),
                           .target_scale = target,
                           .keeps_alpha = alpha,
                           .sample_bytes = sample_bytes,
                           .made_bytes = sizeof (float) };

  g_assert_cmpfloat_with_epsilon (genga_journey_get_memory_factor (&journey), expected, 1e-9);
}

/* By hand: floats of the last pass and of what it was made from, or of the resize after it. */
static void
test_journey (void)
{
  GengaJourney twice = { .has_network = TRUE, .native_scale = 2, .target_scale = 8 };
  GengaJourney once = { .has_network = TRUE, .native_scale = 4, .target_scale = 2 };
  GengaJourney none = { .has_network = FALSE, .native_scale = 1, .target_scale = 8 };

  assert_factor (2, 2, FALSE, 1, 4 * 4);
  assert_factor (2, 2, FALSE, 2, 2 * 4);
  assert_factor (2, 4, FALSE, 1, 4 * (16 + 4));
  assert_factor (2, 3, FALSE, 1, 4 * (16 + 9));
  assert_factor (2, 4, TRUE, 1, 4 * 32);
  assert_factor (1, 1, FALSE, 1, 4 * 1);
  assert_factor (2, 3, TRUE, 1, 4 * (2 * 16 + 9));
  assert_factor (0, 3, FALSE, 1, 2 * 9);
  assert_factor (0, 3, TRUE, 1, 4 * (1 + 9) + 9);
  g_assert_cmpfloat (genga_journey_get_network_pixels (&twice, 10, 5), ==, 50 * (1 + 4 + 16));
  g_assert_cmpfloat (genga_journey_get_network_pixels (&once, 10, 5), ==, 50);
  once.alpha_by_network = TRUE;
  g_assert_cmpfloat (genga_journey_get_network_pixels (&once, 10, 5), ==, 2 * 50);
  g_assert_cmpfloat (genga_journey_get_network_pixels (&none, 10, 5), ==, 0);
}

/* Before the first run size and memory are known, after it time, too. */
static void
test_learning (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_picture (dir, "a.png", 120, 90, GENGA_LAYOUT_RGB);
  g_autofree char *model = genga_test_write_compact (3, 3, 16, 2, 2, FALSE);
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 4);
  GengaEstimate before, after, twice;
  GengaJobFacts facts;

  g_object_set (options, "device", "reference", NULL);
  g_ptr_array_add (jobs, genga_job_new (source, NULL, options));
  g_assert_true (estimate (jobs, speeds, &before, NULL));
  g_assert_cmpuint (before.n_pictures, ==, 1);
  g_assert_cmpint (before.width, ==, 480);
  g_assert_cmpint (before.height, ==, 360);
  g_assert_cmpfloat (before.pixels, ==, 480 * 360);
  g_assert_cmpfloat (before.seconds, <, 0);
  /* Nobody has to open this one to know it. */
  g_assert_cmpstr (before.precision, ==, "fp32");
  g_assert_cmpuint (before.memory_bytes, >, 480 * 360 * 3 * sizeof (float));
  g_assert_cmpuint (before.memory_bytes, <, 100 << 20);

  GengaJob *job = jobs->pdata[0];
  genga_test_run_jobs (&job, 1);
  genga_job_get_facts (job, &facts);
  g_assert_cmpfloat (facts.network_pixels, ==, 120 * 90 * (1 + 4));
  genga_speeds_learn (speeds, job);
  g_assert_true (estimate (jobs, speeds, &after, NULL));
  double took = facts.read_seconds + facts.work_seconds + facts.write_seconds;
  g_assert_cmpfloat_with_epsilon (after.seconds, took, took * 0.01);
  g_assert_cmpstr (after.precision, ==, "fp32");
  g_assert_cmpstr (after.device, ==, "reference");

  /* The plan knows a device that is open, whatever was learnt. */
  g_autoptr (GengaSpeeds) nothing = genga_speeds_new (NULL);
  g_assert_true (estimate (jobs, nothing, &before, NULL));
  g_assert_cmpfloat (before.seconds, <, 0);
  g_assert_cmpstr (before.precision, ==, "fp32");
  g_assert_cmpstr (before.device, ==, "reference");

  /* Remembered, and for two pictures nearly twice as long: the files overlap with the work. */
  g_autoptr (GVariant) stored = g_variant_ref_sink (genga_speeds_new_variant (speeds));
  g_autoptr (GengaSpeeds) later = genga_speeds_new (stored);
  g_ptr_array_add (jobs, genga_job_new (source, NULL, options));
  g_assert_true (estimate (jobs, later, &twice, NULL));
  g_assert_cmpuint (twice.n_pictures, ==, 2);
  g_assert_cmpfloat_with_epsilon (twice.seconds,
                                  2 * facts.work_seconds + facts.read_seconds + facts.write_seconds,
                                  took * 0.02);
}

/* Four pictures of a folder, as frames of a video. */
static char *
write_frames (const char *dir)
{
  char *folder = g_build_filename (dir, "shot", NULL);

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (i + 1, 24, 16, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
      g_autofree char *path = genga_test_write_png (folder, name, frame);
    }
  return folder;
}

/* A network's speed is learnt from a video, too, and a part of it takes a part of the time. */
static void
test_video (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_frames (dir);
  g_autofree char *model = genga_test_write_compact (3, 3, 16, 2, 2, FALSE);
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);
  GengaEstimate whole, part;
  GengaJobFacts facts;

  g_object_set (options, "device", "reference", "fps", "10", "frames", GENGA_FRAMES_PNG, NULL);
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
  genga_test_run_jobs (&job, 1);
  g_assert_no_error (genga_job_get_error (job));
  genga_job_get_facts (job, &facts);
  g_assert_true (facts.has_frames);
  g_assert_cmpuint (facts.frames, ==, 4);
  g_assert_cmpfloat (facts.network_pixels, ==, 4 * 24 * 16);
  genga_speeds_learn (speeds, job);

  g_ptr_array_add (jobs, g_steal_pointer (&job));
  g_assert_true (estimate (jobs, speeds, &whole, NULL));
  g_assert_cmpuint (whole.n_videos, ==, 1);
  g_assert_cmpfloat (whole.seconds, >, 0);
  g_object_set (options, "from", "0.2", NULL);
  g_ptr_array_set_size (jobs, 0);
  g_ptr_array_add (jobs, genga_job_new (source, NULL, options));
  g_assert_true (estimate (jobs, speeds, &part, NULL));
  g_assert_cmpfloat_with_epsilon (part.seconds, whole.seconds / 2, whole.seconds / 100);
  g_assert_cmpfloat_with_epsilon (part.disk_bytes, whole.disk_bytes / 2, 1);
}

/* What cannot be read is left out; without a single picture there is nothing to say. */
static void
test_pictures (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *large = write_picture (dir, "large.png", 300, 200, GENGA_LAYOUT_RGBA);
  g_autofree char *small = write_picture (dir, "small.png", 30, 20, GENGA_LAYOUT_GREY);
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GengaEstimate answer;

  g_ptr_array_add (jobs, make_job ("/nowhere/a.png", "nearest", 3));
  g_assert_true (estimate (jobs, speeds, &answer, NULL));
  g_assert_cmpuint (answer.n_pictures, ==, 0);
  g_ptr_array_add (jobs, make_job (small, "nearest", 3));
  g_ptr_array_add (jobs, make_job (large, "none", 2));
  g_assert_true (estimate (jobs, speeds, &answer, NULL));
  g_assert_cmpuint (answer.n_pictures, ==, 2);
  g_assert_cmpint (answer.width, ==, 90);
  g_assert_cmpfloat (answer.pixels, ==, 90 * 60 + 600 * 400);
  g_assert_cmpuint (answer.memory_bytes, >, 2 * 600 * 400 * 4);

  for (int i = 0; i < 2000; i++)
    g_ptr_array_add (jobs, make_job (small, "nearest", 3));
  g_assert_true (estimate (jobs, speeds, &answer, NULL));
  g_assert_cmpuint (answer.n_pictures, >, 1900);
}

static void
test_no_model (void)
{
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  GengaEstimate answer;

  g_ptr_array_add (jobs, make_job ("/nowhere/a.png", "no such model", 3));
  g_assert_false (estimate (jobs, speeds, &answer, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_MODEL);
}

static void
test_cancelled (void)
{
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GengaEstimate answer;

  g_ptr_array_add (jobs, make_job ("/nowhere/a.png", "nearest", 3));
  g_cancellable_cancel (cancellable);
  genga_estimate_async (jobs, speeds, cancellable, on_estimated, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (genga_estimate_finish (result, &answer, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Settings that somebody has written by hand teach nothing and harm nobody. */
static void
test_odd_speeds (void)
{
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);
  g_autoptr (GVariant) other = g_variant_ref_sink (g_variant_new_string ("quick"));
  g_autoptr (GVariant) odd = g_variant_ref_sink (g_variant_new_parsed (
      "{'nearest|auto|auto|auto': (1.0, %@d, 5.0, -1.0, 0.0, 'a very long precision', 'cpu')}",
      g_variant_new_double (NAN)));
  GengaSpeed speed;

  GengaSpeeds *speeds = genga_speeds_new (other);
  g_assert_false (genga_speeds_look_up (speeds, options, FALSE, &speed));
  genga_speeds_free (speeds);
  speeds = genga_speeds_new (odd);
  g_assert_false (genga_speeds_look_up (speeds, options, FALSE, &speed));
  genga_speeds_free (speeds);
}

/* LibTorch is opened for none of this. */
static void
test_light (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_picture (dir, "a.png", 120, 90, GENGA_LAYOUT_RGB);
  g_autoptr (GengaSpeeds) speeds = genga_speeds_new (NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *maps = NULL;
  GengaEstimate answer;

  g_ptr_array_add (jobs, make_job (source, "genga-standard", 2));
  g_assert_true (estimate (jobs, speeds, &answer, NULL));
  g_assert_cmpint (answer.width, ==, 240);
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  g_assert_null (strstr (maps, "libtorch"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/estimate/light", test_light);
  g_test_add_func ("/estimate/journey", test_journey);
  g_test_add_func ("/estimate/learning", test_learning);
  g_test_add_func ("/estimate/video", test_video);
  g_test_add_func ("/estimate/pictures", test_pictures);
  g_test_add_func ("/estimate/no-model", test_no_model);
  g_test_add_func ("/estimate/cancelled", test_cancelled);
  g_test_add_func ("/estimate/odd-speeds", test_odd_speeds);
  return g_test_run ();
}
