/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs in confined processes: what they make is the same, and what they do to their process stays
 * there. */
#include "core/error.h"
#include "core/fault.h"
#include "harness.h"
#include "job/apart/job-needs.h"
#include "job/queue/job-queue.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
write_source (const char *dir, const char *name, guint seed)
{
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (seed, 30 + seed % 7, 20, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

  return genga_test_write_png (dir, name, frame);
}

/* So large that it is at work for as long as a test needs. */
static GengaJob *
make_long_job (const char *dir, const char *name, const char *model)
{
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 1500, 1500, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autofree char *source = genga_test_write_png (dir, name, frame);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);

  g_object_set (options, "device", "reference", "tile", 64, "overlap", 16, NULL);
  return genga_job_new (source, NULL, options);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer n_left)
{
  *(guint *)n_left -= 1;
}

static void
run_all (GengaPipeline *pipeline, GPtrArray *jobs, guint *n_left)
{
  *n_left = jobs->len;
  genga_pipeline_announce (pipeline, jobs);
  for (guint i = 0; i < jobs->len; i++)
    genga_pipeline_run_async (pipeline, jobs->pdata[i], on_done, n_left);
}

static void
wait_for (guint *n_left)
{
  while (*n_left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
run_apart (GengaJob *job)
{
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  guint n_left;

  g_ptr_array_add (jobs, job);
  run_all (pipeline, jobs, &n_left);
  wait_for (&n_left);
}

/* The processes that run jobs for this one, which have said that they do. */
static GArray *
list_workers (void)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;

  while ((task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/children", task);
      g_autofree char *text = NULL;
      g_auto (GStrv) children = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;
      children = g_strsplit (g_strstrip (text), " ", -1);
      for (char **child = children; *child != NULL && **child != '\0'; child++)
        {
          int pid = atoi (*child);

          g_array_append_val (pids, pid);
        }
    }
  return pids;
}

static void
kill_workers (int number)
{
  g_autoptr (GArray) pids = list_workers ();

  g_assert_cmpuint (pids->len, >, 0);
  for (guint i = 0; i < pids->len; i++)
    kill (g_array_index (pids, int, i), number);
}

static void
assert_same_file (const char *a, const char *b)
{
  g_autofree char *left = NULL, *right = NULL;
  gsize left_size, right_size;

  g_assert_true (g_file_get_contents (a, &left, &left_size, NULL));
  g_assert_true (g_file_get_contents (b, &right, &right_size, NULL));
  g_assert_cmpmem (left, left_size, right, right_size);
}

/* The same bytes as here, the same errors, facts and notices. */
static void
test_same (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (5, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_left;

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("picture-%u.png", i);
      g_autofree char *path = write_source (dir, name, i);

      if (i == 2)
        g_assert_true (g_file_set_contents (path, "no picture at all", -1, NULL));
      g_ptr_array_add (jobs, genga_job_new (path, NULL, options));
    }
  run_all (pipeline, jobs, &n_left);
  wait_for (&n_left);
  for (guint i = 0; i < jobs->len; i++)
    {
      GengaJob *job = jobs->pdata[i];
      g_autofree char *here = g_strdup_printf ("%s/here-%u.png", dir, i);
      g_autoptr (GengaJob) other = genga_job_new (genga_job_get_source (job), here, options);
      GengaJobFacts facts, expected;

      genga_test_run_jobs (&other, 1);
      g_assert_cmpint (genga_job_get_state (job), ==, genga_job_get_state (other));
      genga_job_get_facts (job, &facts);
      genga_job_get_facts (other, &expected);
      g_assert_cmpstr (facts.model, ==, expected.model);
      g_assert_cmpstr (facts.device, ==, expected.device);
      g_assert_cmpint (facts.target_width, ==, expected.target_width);
      g_assert_cmpuint (genga_job_get_notices (job)->len, ==, genga_job_get_notices (other)->len);
      if (i != 2)
        assert_same_file (genga_job_get_target (job), here);
      else
        g_assert_cmpstr (genga_job_get_error (job)->message, ==,
                         genga_job_get_error (other)->message);
    }
}

/* Jobs that come while others run, and so were not known, are done all the same. */
static void
test_later (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *late_dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  g_autofree char *first_path = write_source (dir, "first.png", 1);
  g_autofree char *late_path = write_source (late_dir, "late.png", 2);
  g_autoptr (GengaJob) first = genga_job_new (first_path, NULL, options);
  g_autoptr (GengaJob) late = genga_job_new (late_path, NULL, options);
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  guint n_left = 2;

  genga_pipeline_run_async (pipeline, first, on_done, &n_left);
  while (genga_job_get_state (first) == GENGA_JOB_QUEUED)
    g_main_context_iteration (NULL, TRUE);
  genga_pipeline_run_async (pipeline, late, on_done, &n_left);
  wait_for (&n_left);
  g_assert_no_error (genga_job_get_error (first));
  g_assert_no_error (genga_job_get_error (late));
}

/* A result is a file or a folder that lies where the job may write, and no link leads there. */
static void
test_results (void)
{
  static const struct
  {
    const char *name;
    gboolean is_held;
  } cases[] = {
    { "result.png", TRUE },
    { "frames", TRUE },
    { "frames/1.png", TRUE },
    { "link.png", FALSE },
    { "dangling.png", FALSE },
    { "aside/other.png", FALSE },
    { "missing.png", FALSE },
    { "../other.png", FALSE },
    { "aside", FALSE },
    { "pipe.png", FALSE },
    { "result.png/x", FALSE },
    { "frames/../link.png", FALSE },
    { "frames/../result.png", TRUE },
  };
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *outside = genga_test_make_dir ();
  g_autofree char *source = g_build_filename (dir, "source.png", NULL);
  g_autofree char *frames = g_build_filename (dir, "frames", NULL);
  g_autofree char *result = g_build_filename (dir, "result.png", NULL);
  g_autofree char *frame = g_build_filename (frames, "1.png", NULL);
  g_autofree char *other = g_build_filename (outside, "other.png", NULL);
  g_autofree char *link = g_build_filename (dir, "link.png", NULL);
  g_autofree char *dangling = g_build_filename (dir, "dangling.png", NULL);
  g_autofree char *aside = g_build_filename (dir, "aside", NULL);
  g_autofree char *pipe = g_build_filename (dir, "pipe.png", NULL);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
  const char *const files[] = { result, frame, other };

  g_assert_cmpint (g_mkdir (frames, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_true (g_file_set_contents (files[i], "", 0, NULL));
  g_assert_cmpint (symlink (other, link), ==, 0);
  g_assert_cmpint (symlink ("nothing", dangling), ==, 0);
  g_assert_cmpint (symlink (outside, aside), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (dir, cases[i].name, NULL);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (genga_job_needs_hold (job, path), ==, cases[i].is_held);
    }
}

/* A job whose results go elsewhere once the process is there gets one that may write there. */
static void
test_changed (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *other = genga_test_make_dir ();
  g_autofree char *first_source = write_source (dir, "first.png", 1);
  g_autofree char *second_source = write_source (dir, "second.png", 2);
  g_autoptr (GengaOptions) options = genga_test_make_options ("nearest", 2);
  g_autoptr (GengaOptions) moved = genga_options_copy (options);
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  g_autoptr (GengaJob) first = genga_job_new (first_source, NULL, options);
  g_autoptr (GengaJob) second = genga_job_new (second_source, NULL, options);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  guint n_left = 1;

  g_ptr_array_add (jobs, first);
  g_ptr_array_add (jobs, second);
  genga_pipeline_announce (pipeline, jobs);
  genga_pipeline_run_async (pipeline, first, on_done, &n_left);
  wait_for (&n_left);
  genga_options_set_string (moved, GENGA_OPTION_OUTPUT_DIR, other);
  genga_job_set_options (second, moved);
  n_left = 1;
  genga_pipeline_run_async (pipeline, second, on_done, &n_left);
  wait_for (&n_left);
  g_assert_cmpint (genga_job_get_state (first), ==, GENGA_JOB_DONE);
  g_assert_cmpint (genga_job_get_state (second), ==, GENGA_JOB_DONE);
  g_assert_true (g_str_has_prefix (genga_job_get_target (second), other));
}

/* Two jobs of one pipeline never get one name, not in two processes either. */
static void
test_names (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *png = write_source (dir, "a.png", 1);
  g_autofree char *copy = g_build_filename (dir, "a.jpg", NULL);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  g_autofree char *bytes = NULL;
  gsize size;

  g_object_set (options, "format", GENGA_FORMAT_PNG, NULL);
  g_assert_true (g_file_get_contents (png, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (copy, bytes, size, NULL));
  g_autoptr (GengaJob) first = genga_job_new (png, NULL, options);
  g_autoptr (GengaJob) second = genga_job_new (copy, NULL, options);
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  guint n_left = 1;

  genga_pipeline_run_async (pipeline, first, on_done, &n_left);
  wait_for (&n_left);
  n_left = 1;
  genga_pipeline_run_async (pipeline, second, on_done, &n_left);
  wait_for (&n_left);
  g_assert_cmpint (genga_job_get_state (second), ==, GENGA_JOB_DONE);
  g_assert_cmpstr (genga_job_get_target (first), !=, genga_job_get_target (second));
}

static void
test_memory (void)
{
  static const GengaLayout layouts[] = { GENGA_LAYOUT_RGB, GENGA_LAYOUT_RGBA };
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 3);

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autofree char *dir = genga_test_make_dir ();
      g_autoptr (GengaFrame) frame = genga_test_make_frame (i, 31, 20, layouts[i], GENGA_SAMPLE_U8);
      g_autofree char *source = genga_test_write_png (dir, "picture.png", frame);
      g_autoptr (GengaMemoryFrame) memory = genga_memory_frame_new ();
      g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);

      genga_job_set_memory (job, memory);
      run_apart (job);
      g_assert_no_error (genga_job_get_error (job));
      g_assert_null (genga_job_get_target (job));
      g_autoptr (GengaFrame) result = genga_memory_frame_dup (memory);
      g_autoptr (GengaFrame) expected = genga_test_upscale (source, options);
      g_assert_cmpint (result->info.layout, ==, expected->info.layout);
      for (int y = 0; y < expected->info.height; y++)
        g_assert_cmpint (memcmp (genga_frame_get_row (result, 0, y),
                                 genga_frame_get_row (expected, 0, y),
                                 (gsize)expected->info.width *
                                     genga_layout_get_n_channels (expected->info.layout)),
                         ==, 0);
    }
}

/* A free store comes back with the tiles, and another process needs to compute none of them. */
static void
test_tiles (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (61, 3, 4, 1, 2, FALSE);
  g_autofree char *source = write_source (dir, "picture.png", 3);
  g_autoptr (GengaOptions) options = genga_test_make_options (model, 2);
  g_autoptr (GengaTileStore) tiles = genga_tile_store_new (NULL, 1 << 28);
  g_autoptr (GengaTileStore) other = genga_tile_store_new ("of another picture", 1 << 28);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GengaJob) job = genga_job_new (source, NULL, options);
      GengaJobFacts facts;

      genga_job_add_tiles (job, other);
      genga_job_add_tiles (job, tiles);
      run_apart (job);
      g_assert_no_error (genga_job_get_error (job));
      genga_job_get_facts (job, &facts);
      g_assert_cmpuint (facts.pixels, >, 0);
      g_assert_cmpint (facts.pixels_computed > 0, ==, i == 0);
    }
}

static void
test_cancel (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 24, 4, 2, FALSE);
  g_autoptr (GengaJob) job = make_long_job (dir, "long.png", model);
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  double fraction = 0;
  guint n_left = 1;

  genga_pipeline_run_async (pipeline, job, on_done, &n_left);
  while (fraction == 0)
    {
      g_main_context_iteration (NULL, TRUE);
      g_object_get (job, "fraction", &fraction, NULL);
    }
  genga_job_pause (job);
  genga_job_cancel (job);
  wait_for (&n_left);
  g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_CANCELLED);
  g_assert_false (g_file_test (genga_job_get_source (job), G_FILE_TEST_IS_DIR));
}

static void
test_free_while_running (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 24, 4, 2, FALSE);
  g_autoptr (GengaJob) job = make_long_job (dir, "long.png", model);
  g_autoptr (GengaJob) waiting = make_long_job (dir, "waiting.png", model);
  GengaPipeline *pipeline = genga_pipeline_new_apart ();
  guint n_left = 2;

  genga_pipeline_run_async (pipeline, job, on_done, &n_left);
  while (genga_job_get_state (job) == GENGA_JOB_QUEUED)
    g_main_context_iteration (NULL, TRUE);
  genga_pipeline_run_async (pipeline, waiting, on_done, &n_left);
  genga_pipeline_free (pipeline);
  wait_for (&n_left);
  g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_CANCELLED);
  g_assert_cmpint (genga_job_get_state (waiting), ==, GENGA_JOB_CANCELLED);
}

/* One that is alone with its process when that dies has failed, in words; the next one is done. */
static void
test_killed_alone (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (3, 3, 24, 4, 2, FALSE);
  g_autofree char *small = write_source (dir, "small.png", 1);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  g_autoptr (GengaJob) job = make_long_job (dir, "long.png", model);
  g_autoptr (GengaJob) next = genga_job_new (small, NULL, options);
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  guint n_left = 1;

  genga_pipeline_run_async (pipeline, job, on_done, &n_left);
  while (genga_job_get_state (job) == GENGA_JOB_QUEUED)
    g_main_context_iteration (NULL, TRUE);
  /* By a signal that no sanitizer takes for itself. */
  kill_workers (SIGABRT);
  wait_for (&n_left);
  g_assert_error (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_INTERNAL);
  g_assert_nonnull (strstr (genga_job_get_error (job)->message, "long.png"));
  g_assert_nonnull (strstr (genga_job_get_error (job)->message, g_strsignal (SIGABRT)));
  n_left = 1;
  genga_pipeline_run_async (pipeline, next, on_done, &n_left);
  wait_for (&n_left);
  g_assert_cmpint (genga_job_get_state (next), ==, GENGA_JOB_DONE);
}

/* Of several in one process, the innocent are done. */
static void
test_killed_together (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new_apart ();
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_left;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("picture-%u.png", i);
      g_autofree char *path = write_source (dir, name, i);

      g_ptr_array_add (jobs, genga_job_new (path, NULL, options));
      genga_job_pause (jobs->pdata[i]);
    }
  run_all (pipeline, jobs, &n_left);
  while (genga_job_get_state (jobs->pdata[0]) == GENGA_JOB_QUEUED)
    g_main_context_iteration (NULL, TRUE);
  kill_workers (SIGKILL);
  for (guint i = 0; i < 3; i++)
    genga_job_resume (jobs->pdata[i]);
  wait_for (&n_left);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (genga_job_get_state (jobs->pdata[i]), ==, GENGA_JOB_DONE);
}

typedef struct
{
  GengaJobQueue *queue;
  GRand *rand;
  guint n_kills;
  guint n_wanted;
} Hunt;

static gboolean
on_hunt (gpointer data)
{
  Hunt *self = data;
  g_autoptr (GArray) pids = list_workers ();

  if (self->n_kills >= self->n_wanted || !genga_job_queue_is_running (self->queue))
    return G_SOURCE_REMOVE;
  for (guint i = 0; i < pids->len; i++)
    kill (g_array_index (pids, int, i), g_rand_boolean (self->rand) ? SIGKILL : SIGSEGV);
  self->n_kills += pids->len > 0;
  g_timeout_add (g_rand_int_range (self->rand, 5, 120), on_hunt, self);
  return G_SOURCE_REMOVE;
}

/* Those that failed are tried again, in runs one after the other. */
static void
hunt_until_done (Hunt *self)
{
  GListModel *list = G_LIST_MODEL (self->queue);
  guint n_failed;

  do
    {
      genga_job_queue_start (self->queue);
      on_hunt (self);
      while (genga_job_queue_is_running (self->queue))
        g_main_context_iteration (NULL, TRUE);
      n_failed = 0;
      for (guint i = 0; i < g_list_model_get_n_items (list); i++)
        {
          g_autoptr (GengaJob) job = g_list_model_get_item (list, i);

          if (genga_job_get_state (job) == GENGA_JOB_DONE)
            continue;
          n_failed += !g_error_matches (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_EXISTS);
          if (!g_error_matches (genga_job_get_error (job), GENGA_ERROR, GENGA_ERROR_EXISTS))
            genga_job_queue_retry (self->queue, job, genga_job_get_options (job));
        }
    }
  while (n_failed > 0);
}

/* Processes die at any time: this one lives, and each result is whole or not there. */
static void
test_hunted (void)
{
  const gboolean is_long = g_getenv ("GENGA_LONG") != NULL;
  const guint n = is_long ? 50 : 6;
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *model = genga_test_write_compact (5, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_free);
  Hunt hunt = { genga_job_queue_new (), g_rand_new_with_seed (7), 0, is_long ? 200 : 8 };

  g_object_set (options, "model", model, "device", "reference", NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("picture-%u.png", i);

      g_ptr_array_add (sources, write_source (dir, name, i));
    }
  g_ptr_array_add (sources, NULL);
  genga_job_queue_set_apart (hunt.queue, TRUE);
  genga_job_queue_add (hunt.queue, (const char *const *)sources->pdata, options);
  hunt_until_done (&hunt);
  g_test_message ("%u processes were killed", hunt.n_kills);
  g_assert_cmpuint (hunt.n_kills, >, 0);

  g_object_set (options, "overwrite", TRUE, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *here = g_strdup_printf ("%s/here-%u.png", dir, i);
      g_autofree char *made = g_strdup_printf ("%s/picture-%u_upscaled.png", dir, i);
      g_autoptr (GengaJob) job = genga_job_new (sources->pdata[i], here, options);

      genga_test_run_jobs (&job, 1);
      assert_same_file (made, here);
    }
  g_rand_free (hunt.rand);
  g_object_unref (hunt.queue);
}

/* What a decoder that was taken over could do here, it can't do there. */
static void
test_breach (void)
{
  g_autofree char *dir = genga_test_make_dir ();
  g_autofree char *outside = genga_test_make_dir ();
  g_autofree char *written = g_build_filename (outside, "written", NULL);
  g_autofree char *source = write_source (dir, "picture.png", 1);
  g_autoptr (GengaOptions) options = genga_test_make_options ("bicubic", 2);
  g_autoptr (GengaJob) apart = genga_job_new (source, NULL, options);
  g_autoptr (GengaJob) here = genga_job_new (source, NULL, options);

  genga_fault_set ("try:1");
  if (!genga_fault ("try"))
    {
      g_test_skip ("this build can't inject faults");
      return;
    }
  genga_fault_set (NULL);
  g_setenv ("GENGA_BREACH", outside, TRUE);
  g_setenv ("GENGA_FAULT", "breach:1+", TRUE);
  run_apart (apart);
  g_assert_no_error (genga_job_get_error (apart));
  g_assert_false (g_file_test (written, G_FILE_TEST_EXISTS));

  genga_fault_set ("breach:1+");
  genga_test_run_jobs ((GengaJob *[]){ here }, 1);
  g_assert_no_error (genga_job_get_error (here));
  g_assert_true (g_file_test (written, G_FILE_TEST_EXISTS));
  genga_fault_set (NULL);
  g_unsetenv ("GENGA_FAULT");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/apart/same", test_same);
  g_test_add_func ("/apart/later", test_later);
  g_test_add_func ("/apart/changed", test_changed);
  g_test_add_func ("/apart/results", test_results);
  g_test_add_func ("/apart/names", test_names);
  g_test_add_func ("/apart/memory", test_memory);
  g_test_add_func ("/apart/tiles", test_tiles);
  g_test_add_func ("/apart/cancel", test_cancel);
  g_test_add_func ("/apart/free-while-running", test_free_while_running);
  g_test_add_func ("/apart/killed-alone", test_killed_alone);
  g_test_add_func ("/apart/killed-together", test_killed_together);
  g_test_add_func ("/apart/hunted", test_hunted);
  g_test_add_func ("/apart/breach", test_breach);
  return g_test_run ();
}
