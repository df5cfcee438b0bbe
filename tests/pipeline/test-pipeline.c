/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs in a row: their results, their errors, their ends. */
#include "core/error.h"
#include "engine/reference/reference.h"
#include "harness.h"
#include "job/memory-budget.h"
#include "job/save-as.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char *
write_source (const char *dir, const char *name, guint seed)
{
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (seed, 30 + seed % 7, 20, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

  return genga_test_write_png (dir, name, frame);
}

static guint
count_files (const char *dir)
{
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (listing) != NULL)
    n++;
  return n;
}

/* A broken source in the middle: the others are done, and nothing is left half-written. */
static void
test_batch (void)
{
  const guint n = 12;
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 3);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("picture-%u.png", i);
      g_autofree char *path = write_source (dir, name, i);
      if (i == 5)
        g_assert_true (g_file_set_contents (path, "no picture at all", -1, NULL));
      g_ptr_array_add (jobs, genga_job_new (path, NULL, options));
    }
  genga_test_run_jobs ((GengaJob **)jobs->pdata, n);

  for (guint i = 0; i < n; i++)
    {
      GengaJob *job = jobs->pdata[i];
      if (i == 5)
        {
          g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_FAILED);
          g_assert_error (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_INPUT);
          continue;
        }
      g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_DONE);
      g_autoptr (GengaFrame) result = genga_test_read (genga_job_get_target (job));
      g_assert_cmpint (result->info.width, ==, 3 * (30 + (int)i % 7));
    }
  g_assert_cmpuint (count_files (dir), ==, 2 * n - 1);
}

/* FMT-9: two sources of one stem get two results; nothing is replaced without consent. */
static void
test_targets (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *out = genga_test_make_dir ();
  g_autofree char *sub = g_build_filename (dir, "sub", NULL);
  g_mkdir (sub, 0700);
  g_autofree char *a = write_source (dir, "same.png", 1);
  g_autofree char *b = write_source (sub, "same.png", 2);
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);
  g_object_set (options, "output-dir", out, "overwrite", FALSE, NULL);
  GengaJob *jobs[] = { genga_job_new (a, NULL, options), genga_job_new (b, NULL, options) };

  genga_test_run_jobs (jobs, 2);
  g_assert_no_error (genga_job_get_error (jobs[0]));
  g_assert_no_error (genga_job_get_error (jobs[1]));
  g_assert_cmpstr (genga_job_get_target (jobs[0]), !=, genga_job_get_target (jobs[1]));
  g_assert_cmpuint (count_files (out), ==, 2);

  g_autoptr (GengaJob) again = genga_job_new (a, NULL, options);
  genga_test_run_jobs (&again, 1);
  g_assert_error (genga_job_get_error (again), GENGA_ERROR, GENGA_ERROR_EXISTS);

  g_object_set (options, "overwrite", TRUE, NULL);
  g_autoptr (GengaJob) over = genga_job_new (a, NULL, options);
  genga_test_run_jobs (&over, 1);
  g_assert_no_error (genga_job_get_error (over));

  /* A result never replaces its own source, not even with consent, not through a link. */
  g_autofree char *link = g_build_filename (out, "link.png", NULL);
  g_assert_cmpint (symlink (a, link), ==, 0);
  g_autoptr (GengaJob) self = genga_job_new (a, link, options);
  genga_test_run_jobs (&self, 1);
  g_assert_error (genga_job_get_error (self), GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_object_unref (jobs[0]);
  g_object_unref (jobs[1]);
}

typedef struct
{
  GengaPipeline *pipeline;
  GengaJob *retry;
  gboolean is_over;
} Retry;

static void
on_retried (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Retry *)user_data)->is_over = TRUE;
}

/* As the window's “Try Again” while other jobs go on. */
static void
on_failed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Retry *self = user_data;

  g_assert_false (genga_pipeline_run_finish (self->pipeline, result, NULL));
  genga_pipeline_run_async (self->pipeline, self->retry, on_retried, self);
}

/* A job that fails or is cancelled leaves its name to the one that takes its place. */
static void
test_retry (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = g_build_filename (dir, "late.png", NULL);
  g_autofree char *expected = g_build_filename (dir, "late_upscaled.png", NULL);
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);
  g_autoptr (GengaOptions) broken = genga_test_make_options ("no such model", 2);
  g_autoptr (GengaJob) first = genga_job_new (source, NULL, broken);
  Retry retry = { genga_pipeline_new (), genga_job_new (source, NULL, options) };

  g_free (write_source (dir, "late.png", 1)); /* so that it fails after the name was chosen */
  genga_pipeline_run_async (retry.pipeline, first, on_failed, &retry);
  while (!retry.is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (genga_job_get_error (retry.retry));
  g_assert_cmpstr (genga_job_get_target (retry.retry), ==, expected);
  genga_pipeline_free (retry.pipeline);
  g_object_unref (retry.retry);
}

/*
 * The facts of a job that had to make do with smaller tiles are those that it ended with. The model
 * keeps them while it is loaded, and a later job says so.
 */
static void
test_retreat (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 300, 260, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);
  g_object_set (options, "device", "reference", "tile", 512, "overlap", 16, NULL);
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
  GengaReferenceFaults faults = { .oom_above_side = 130 }, none = { 0 };
  GengaJobFacts facts;

  genga_reference_set_faults (&faults);
  genga_test_run_jobs (&job, 1);
  genga_reference_set_faults (&none);
  g_assert_no_error (genga_job_get_error (job));
  genga_job_get_facts (job, &facts);
  g_assert_cmpint (facts.tile, >, 0);
  g_assert_cmpint (facts.tile, <=, 128);
  g_assert_cmpuint (genga_job_get_notices (job)->len, ==, 1);

  g_autoptr (GengaJob) later = genga_job_new (source, NULL, options);
  genga_test_run_jobs (&later, 1);
  g_assert_no_error (genga_job_get_error (later));
  genga_job_get_facts (later, &facts);
  g_assert_cmpint (facts.tile, <=, 128);
  GPtrArray *notices = genga_job_get_notices (later);
  g_assert_cmpuint (notices->len, ==, 2); /* the first: the model was loaded already */
  g_assert_true (g_str_has_prefix (notices->pdata[1], "An earlier job"));
}

/* A name that promises another format is kept, and the user is told; one of none is refused. */
static void
test_misleading_name (void)
{
  static const struct
  {
    const char *name;
    GengaFormat format;
    guint n_notices;
    gboolean is_refused;
  } cases[] = { { "a.jpg", GENGA_FORMAT_PNG, 1 },
                { "a.png", GENGA_FORMAT_AUTO },
                { "plain", GENGA_FORMAT_AUTO },
                { "a.bmp", GENGA_FORMAT_AUTO, .is_refused = TRUE } };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, "picture.png", 1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *target = g_build_filename (dir, cases[i].name, NULL);
      g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);

      genga_options_set_int (options, GENGA_OPTION_FORMAT, cases[i].format);
      g_autoptr (GengaJob) job = genga_job_new (source, target, options);
      genga_test_run_jobs (&job, 1);
      if (cases[i].is_refused)
        g_assert_error (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_USAGE);
      else
        g_assert_no_error (genga_job_get_error (job));
      g_assert_cmpuint (genga_job_get_notices (job)->len, ==, cases[i].n_notices);
    }
}

static gsize
get_row_size (const GengaFrame *frame)
{
  return frame->info.width * genga_layout_get_n_channels (frame->info.layout) *
         genga_sample_get_size (frame->info.sample);
}

static GengaJob *
run_in_memory (const char *source, GengaOptions *options, GengaMemoryFrame *memory)
{
  GengaJob *job = genga_job_new (source, NULL, options);

  genga_job_set_memory (job, memory);
  genga_test_run_jobs (&job, 1);
  g_assert_no_error (genga_job_get_error (job));
  return job;
}

/* A result in memory is what its file would be, bit for bit; a lossy one is a file all the same. */
static void
test_memory (void)
{
  static const GengaSample samples[] = { GENGA_SAMPLE_U8, GENGA_SAMPLE_U16 };
  static const GengaLayout layouts[] = { GENGA_LAYOUT_RGB, GENGA_LAYOUT_RGBA };
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 3);

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *dir = genga_test_make_dir ();
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (i, 31, 20, layouts[i / 2], samples[i % 2]);
      g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
      g_autoptr (GengaMemoryFrame) memory = genga_memory_frame_new ();
      g_autoptr (GengaJob) job = run_in_memory (source, options, memory);
      g_autoptr (GengaFrame) result = genga_memory_frame_dup (memory);

      g_assert_null (genga_job_get_target (job));
      g_assert_cmpuint (count_files (dir), ==, 1);
      g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);
      g_assert_cmpint (result->info.sample, ==, expected->info.sample);
      g_assert_cmpint (result->info.layout, ==, expected->info.layout);
      for (int y = 0; y < expected->info.height; y++)
        g_assert_cmpmem (genga_frame_get_row (result, 0, y), get_row_size (result),
                         genga_frame_get_row (expected, 0, y), get_row_size (expected));
    }
}

static void
test_memory_lossy (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, "picture.png", 1);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 3);
  g_autoptr (GengaMemoryFrame) memory = genga_memory_frame_new ();

  g_object_set (options, "format", GENGA_FORMAT_JPEG, NULL);
  g_autoptr (GengaJob) job = run_in_memory (source, options, memory);
  g_assert_null (genga_memory_frame_dup (memory));
  g_assert_true (g_file_test (genga_job_get_target (job), G_FILE_TEST_IS_REGULAR));
}

/* The file's bytes go into the descriptor, and nothing appears beside the source. */
static void
test_descriptor (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, "picture.png", 1);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 3);
  g_autoptr (GengaJob) file = genga_job_new (source, NULL, options);
  GengaJob *jobs[3];
  int fds[3];

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      fds[i] = memfd_create ("result", MFD_CLOEXEC);
      jobs[i] = genga_job_new (source, NULL, options);
      genga_job_set_descriptor (jobs[i], fds[i]);
    }
  genga_test_run_jobs (jobs, G_N_ELEMENTS (jobs));
  g_assert_cmpuint (count_files (dir), ==, 1);
  genga_test_run_jobs (&file, 1);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fds[i]);
      g_autofree char *bytes = NULL, *expected = NULL;
      gsize size, expected_size;

      g_assert_no_error (genga_job_get_error (jobs[i]));
      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      g_assert_true (
          g_file_get_contents (genga_job_get_target (file), &expected, &expected_size, NULL));
      g_assert_cmpmem (bytes, size, expected, expected_size);
      g_object_unref (jobs[i]);
      close (fds[i]);
    }
}

static gboolean
cancel_job (gpointer job)
{
  genga_job_cancel (job);
  return G_SOURCE_REMOVE;
}

/* A cancelled job ends as such, leaves no file, and the next one runs. */
static void
test_cancel (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 24, 4, 2, FALSE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 400, 300, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *large = genga_test_write_png (dir, "large.png", frame);
  g_autofree char *small = write_source (dir, "small.png", 1);
  g_autoptr (GengaOptions) slow = genga_test_make_options (model, 2);
  g_autoptr (GengaOptions) quick = genga_test_make_options ("nearest", 2);
  g_object_set (slow, "device", "reference", "tile", 64, "overlap", 16, NULL);
  GengaJob *jobs[] = { genga_job_new (large, NULL, slow), genga_job_new (small, NULL, quick) };

  g_timeout_add (50, cancel_job, jobs[0]);
  genga_test_run_jobs (jobs, 2);
  g_assert_cmpint (genga_job_get_state (jobs[0]), ==, GENGA_JOB_CANCELLED);
  g_assert_error (genga_job_get_error (jobs[0]), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (genga_job_get_state (jobs[1]), ==, GENGA_JOB_DONE);
  g_assert_cmpuint (count_files (dir), ==, 3);
  g_object_unref (jobs[0]);
  g_object_unref (jobs[1]);
}

static gboolean
resume_job (gpointer job)
{
  g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_RUNNING);
  genga_job_resume (job);
  return G_SOURCE_REMOVE;
}

static void
test_pause (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, "picture.png", 1);
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);

  genga_job_pause (job);
  g_timeout_add (150, resume_job, job);
  genga_test_run_jobs (&job, 1);
  g_assert_no_error (genga_job_get_error (job));
}

static void
on_notify (GengaJob *job, GParamSpec *pspec, gpointer data)
{
  double *last = data, fraction;

  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  g_object_get (job, "fraction", &fraction, NULL);
  g_assert_cmpfloat (fraction, >=, *last);
  *last = fraction;
}

/* The fraction done never goes back, ends at 1, and changes on the main context. */
static void
test_progress (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 16, 2, 2, FALSE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 150, 120, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 4);
  g_object_set (options, "device", "reference", "tile", 64, "overlap", 16, NULL);
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
  double last = 0;
  GengaJobFacts facts;

  g_signal_connect (job, "notify::fraction", G_CALLBACK (on_notify), &last);
  genga_test_run_jobs (&job, 1);
  g_assert_no_error (genga_job_get_error (job));
  g_assert_cmpfloat (last, ==, 1);
  genga_job_get_facts (job, &facts);
  g_assert_cmpint (facts.target_width, ==, 600);
  g_assert_cmpstr (facts.precision, ==, "fp32");
  g_assert_cmpfloat (facts.network_seconds, >, 0);
}

/* Freeing a pipeline with work under way waits until it has cleaned up. */
static void
test_free_while_running (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 24, 4, 2, FALSE);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 300, 300, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);
  g_object_set (options, "device", "reference", "tile", 64, "overlap", 16, NULL);
  GengaPipeline *pipeline = genga_pipeline_new ();
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);

  genga_pipeline_run_async (pipeline, job, NULL, NULL);
  while (genga_job_get_state (job) == GENGA_JOB_QUEUED)
    g_main_context_iteration (NULL, TRUE);
  genga_pipeline_free (pipeline);
  while (genga_job_get_state (job) == GENGA_JOB_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_CANCELLED);
  g_assert_cmpuint (count_files (dir), ==, 1);
}

static int gate_has_room;  /* atomic */
static int gate_has_guest; /* atomic */

static gpointer
enter_budget (gpointer memory_budget)
{
  g_atomic_int_set (&gate_has_guest, TRUE);
  genga_memory_budget_enter (memory_budget, 60, 100);
  g_assert_true (g_atomic_int_get (&gate_has_room));
  genga_memory_budget_leave (memory_budget, 60);
  return NULL;
}

/* What does not fit beside the others waits for them; what never fits waits until it is alone. */
static void
test_memory_gate (void)
{
  g_autoptr (GengaMemoryBudget) memory_budget = genga_memory_budget_new ();

  genga_memory_budget_enter (memory_budget, 30, 100);
  genga_memory_budget_enter (memory_budget, 30, 100);
  guint64 budget = genga_memory_budget_get_size (memory_budget);
  for (int round = 0; round < 50; round++)
    {
      g_atomic_int_set (&gate_has_room, FALSE);
      g_atomic_int_set (&gate_has_guest, FALSE);
      GThread *thread = g_thread_new ("second", enter_budget, memory_budget);
      while (!g_atomic_int_get (&gate_has_guest))
        g_thread_yield ();
      g_thread_yield ();
      g_atomic_int_set (&gate_has_room, TRUE);
      genga_memory_budget_leave (memory_budget, 30);
      g_thread_join (thread);
      genga_memory_budget_enter (memory_budget, 30, 100);
    }
  genga_memory_budget_leave (memory_budget, 30);
  g_assert_cmpuint (budget, ==, genga_memory_budget_get_size (memory_budget));
  genga_memory_budget_leave (memory_budget, 30);

  genga_memory_budget_enter (memory_budget, 200, 100);
  genga_memory_budget_leave (memory_budget, 200);
  g_assert_cmpuint (genga_memory_budget_get_size (memory_budget), >, 0);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  gboolean *is_saved = data;
  g_autoptr (GError) error = NULL;

  *is_saved = genga_save_as_finish (result, &error);
  g_assert_no_error (error);
}

/* Saved under a name of another format, a result is as if it had been made in it. */
static void
test_save_as (void)
{
  static const char *const names[] = { "saved.jpg", "saved.webp", "saved.tif" };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *source = write_source (dir, "a.png", 1);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *direct = g_strconcat (dir, "/direct", strrchr (names[i], '.'), NULL);
      g_autofree char *saved = g_build_filename (dir, names[i], NULL);
      char *contents[2];
      gsize sizes[2];
      gboolean is_saved = FALSE;
      g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);

      g_object_set (options, "quality", 40, "adaptive-quality", TRUE, "subsampling",
                    GENGA_SUBSAMPLING_420, "compression", GENGA_COMPRESSION_LZW, "near-lossless",
                    TRUE, NULL);
      g_autoptr (GengaJob) in_format = genga_job_new (source, direct, options);
      g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
      genga_test_run_jobs (&in_format, 1);
      genga_test_run_jobs (&job, 1);
      genga_save_as_async (job, saved, FALSE, on_saved, &is_saved);
      while (!is_saved)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (g_file_get_contents (direct, &contents[0], &sizes[0], NULL));
      g_assert_true (g_file_get_contents (saved, &contents[1], &sizes[1], NULL));
      g_assert_cmpmem (contents[0], sizes[0], contents[1], sizes[1]);
      g_free (contents[0]);
      g_free (contents[1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline/batch", test_batch);
  g_test_add_func ("/pipeline/targets", test_targets);
  g_test_add_func ("/pipeline/save-as", test_save_as);
  g_test_add_func ("/pipeline/retry", test_retry);
  g_test_add_func ("/pipeline/retreat", test_retreat);
  g_test_add_func ("/pipeline/misleading-name", test_misleading_name);
  g_test_add_func ("/pipeline/memory", test_memory);
  g_test_add_func ("/pipeline/memory-lossy", test_memory_lossy);
  g_test_add_func ("/pipeline/descriptor", test_descriptor);
  g_test_add_func ("/pipeline/cancel", test_cancel);
  g_test_add_func ("/pipeline/pause", test_pause);
  g_test_add_func ("/pipeline/progress", test_progress);
  g_test_add_func ("/pipeline/free-while-running", test_free_while_running);
  g_test_add_func ("/pipeline/memory-gate", test_memory_gate);
  return g_test_run ();
}
