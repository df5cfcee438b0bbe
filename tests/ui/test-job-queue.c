/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue of jobs as a list, and what starting, stopping and retrying make of it. */
#include "core/error.h"
#include "job/queue/inputs.h"
#include "job/queue/job-queue.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder;
  GengaJobQueue *queue;
  GengaOptions *options;
  guint n_changes; /* of the list */
  guint n_done;
  guint n_failed;
  guint n_finished;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->n_changes += 1;
}

static void
on_finished (GengaJobQueue *queue, guint n_done, guint n_failed, Fixture *fixture)
{
  fixture->n_done = n_done;
  fixture->n_failed = n_failed;
  fixture->n_finished += 1;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("genga-queue-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->queue = genga_job_queue_new ();
  fixture->options = genga_options_new ();
  g_object_set (fixture->options, "model", "nearest", "output-dir", fixture->folder, NULL);
  g_signal_connect (fixture->queue, "items-changed", G_CALLBACK (on_items_changed), fixture);
  g_signal_connect (fixture->queue, "finished", G_CALLBACK (on_finished), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_assert_finalize_object (fixture->queue);
  g_object_unref (fixture->options);
}

static GengaJob *
get_job (Fixture *fixture, guint position)
{
  g_autoptr (GengaJob) job = g_list_model_get_item (G_LIST_MODEL (fixture->queue), position);

  return job; /* the queue holds it, too */
}

static int
get_scale (GengaJob *job)
{
  return genga_options_get_int (genga_job_get_options (job), GENGA_OPTION_SCALE);
}

static void
wait_until_finished (Fixture *fixture, guint times)
{
  while (fixture->n_finished < times)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (genga_job_queue_is_running (fixture->queue));
}

static void
set_scale (Fixture *fixture, int scale)
{
  genga_options_set_int (fixture->options, GENGA_OPTION_SCALE, scale);
  genga_job_queue_set_option (fixture->queue, GENGA_OPTION_SCALE, fixture->options);
}

static void
count_one (guint *n)
{
  *n += 1;
}

/*
 * Several at once are one change; what waits follows the options until it is under way, what comes
 * later has its own.
 */
static void
test_run (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, "/nowhere/picture.png", data, data, data, NULL };
  const char *last[] = { data, NULL };
  GengaJobFacts facts;

  genga_job_queue_add (fixture->queue, sources, fixture->options);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 5);
  g_assert_cmpuint (genga_job_queue_get_n_waiting (fixture->queue), ==, 5);

  set_scale (fixture, 4);
  g_assert_cmpint (get_scale (get_job (fixture, 4)), ==, 4);
  set_scale (fixture, 3);
  genga_job_queue_start (fixture->queue);
  g_assert_true (genga_job_queue_is_running (fixture->queue));
  set_scale (fixture, 1);
  genga_job_queue_add (fixture->queue, last, fixture->options);
  wait_until_finished (fixture, 1);

  g_assert_cmpuint (fixture->n_done, ==, 5);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_cmpint (genga_job_get_state (get_job (fixture, 1)), ==, GENGA_JOB_FAILED);
  for (guint i = 0; i < 5; i++)
    {
      if (i == 1)
        continue;
      g_assert_cmpint (genga_job_get_state (get_job (fixture, i)), ==, GENGA_JOB_DONE);
      genga_job_get_facts (get_job (fixture, i), &facts);
      /* Two were waiting behind the three under way, and follow what is changed meanwhile. */
      g_assert_cmpint (facts.target_width, ==, (i < 3 ? 3 : 1) * facts.source_width);
    }
  genga_job_get_facts (get_job (fixture, 5), &facts);
  g_assert_cmpint (facts.target_width, ==, facts.source_width);
  g_assert_cmpfloat (genga_job_queue_get_fraction (fixture->queue), ==, 1);

  g_autoptr (GPtrArray) done = genga_job_queue_dup_done (fixture->queue);
  g_assert_cmpuint (done->len, ==, 5);
  g_assert_cmpfloat (genga_job_get_seconds (done->pdata[0]), >, 0);
  fixture->n_changes = 0;
  genga_job_queue_remove_many (fixture->queue, done);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 1);
  /* The first, and the four after the one that failed. */
  g_assert_cmpuint (fixture->n_changes, ==, 2);
}

/*
 * One option changes and the others stay, in each job its own. What is under way keeps what it was
 * started with, until it is stopped.
 */
static void
test_options (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, data, NULL };
  g_autoptr (GengaOptions) other = genga_options_copy (fixture->options);

  genga_options_set_int (fixture->options, GENGA_OPTION_SCALE, 3);
  genga_job_queue_add (fixture->queue, sources, fixture->options);
  genga_options_set_int (other, GENGA_OPTION_SCALE, 4);
  genga_job_queue_add (fixture->queue, sources, other);
  g_assert_true (genga_job_get_options (get_job (fixture, 0)) ==
                 genga_job_get_options (get_job (fixture, 1)));

  g_object_set (other, "sharpening", 0.5, NULL);
  genga_job_queue_set_option (fixture->queue, GENGA_OPTION_SHARPENING, other);
  for (guint i = 0; i < 4; i++)
    {
      GengaOptions *options = genga_job_get_options (get_job (fixture, i));
      g_assert_cmpint (get_scale (get_job (fixture, i)), ==, i < 2 ? 3 : 4);
      g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_SHARPENING), ==, 0.5);
    }

  genga_job_queue_start (fixture->queue);
  set_scale (fixture, 2);
  g_assert_cmpint (get_scale (get_job (fixture, 0)), ==, 3);
  g_assert_cmpint (get_scale (get_job (fixture, 3)), ==, 2);
  genga_job_queue_stop (fixture->queue);
  wait_until_finished (fixture, 1);
  g_assert_cmpint (genga_job_get_state (get_job (fixture, 3)), ==, GENGA_JOB_QUEUED);
  for (guint i = 0; i < 4; i++)
    if (genga_job_get_state (get_job (fixture, i)) == GENGA_JOB_CANCELLED)
      g_assert_cmpint (get_scale (get_job (fixture, i)), ==, 2);
}

static const char *
get_name (Fixture *fixture, guint position)
{
  return genga_job_get_name (get_job (fixture, position));
}

/*
 * Names of a list go to the pictures in their order, once; a list that is too short is refused
 * before the start, and a picture that comes later gets what is left.
 */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, "/nowhere/picture.png", data, NULL };
  const char *more[] = { data, NULL };
  g_autoptr (GError) error = NULL;

  g_object_set (fixture->options, "naming", GENGA_NAMING_LIST, "names", "one\ntwo", NULL);
  genga_job_queue_add (fixture->queue, sources, fixture->options);
  g_assert_false (genga_job_queue_hand_out_names (fixture->queue, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_USAGE);

  genga_options_set_string (fixture->options, GENGA_OPTION_NAMES, "one\ntwo\nthree\nfour");
  genga_job_queue_set_option (fixture->queue, GENGA_OPTION_NAMES, fixture->options);
  g_assert_true (genga_job_queue_hand_out_names (fixture->queue, NULL));
  g_assert_cmpstr (get_name (fixture, 0), ==, "one");
  g_assert_cmpstr (get_name (fixture, 2), ==, "three");
  genga_job_queue_start (fixture->queue);
  genga_job_queue_add (fixture->queue, more, fixture->options);
  genga_job_queue_add (fixture->queue, more, fixture->options);
  wait_until_finished (fixture, 1);
  g_assert_cmpuint (fixture->n_done, ==, 3);
  g_assert_cmpuint (fixture->n_failed, ==, 2);
  g_assert_true (g_str_has_suffix (genga_job_get_target (get_job (fixture, 0)), "/one.png"));
  g_assert_true (g_str_has_suffix (genga_job_get_target (get_job (fixture, 2)), "/three.png"));
  g_assert_true (g_str_has_suffix (genga_job_get_target (get_job (fixture, 3)), "/four.png"));
  g_assert_error (genga_job_get_error (get_job (fixture, 4)), GENGA_ERROR, GENGA_ERROR_USAGE);

  /* Who is tried again keeps the name. */
  genga_job_queue_retry (fixture->queue, get_job (fixture, 1), fixture->options);
  g_assert_cmpstr (get_name (fixture, 1), ==, "two");
}

/* Removed, and put back when others have got its name, it gets another one; a new list is new. */
static void
test_names_put_back (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { "/a", "/b", NULL };
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) refusal = g_error_new (GENGA_ERROR, GENGA_ERROR_INPUT, "no");
  const guint first = 0;

  g_object_set (fixture->options, "naming", GENGA_NAMING_LIST, "names", "one\ntwo\nthree", NULL);
  genga_job_queue_add (fixture->queue, sources, fixture->options);
  g_assert_true (genga_job_queue_hand_out_names (fixture->queue, NULL));
  g_ptr_array_add (removed, g_object_ref (get_job (fixture, 0)));
  g_array_append_val (positions, first);
  genga_job_queue_remove_many (fixture->queue, removed);
  genga_job_queue_add (fixture->queue, (const char *[]){ "/c", NULL }, fixture->options);
  g_assert_true (genga_job_queue_hand_out_names (fixture->queue, NULL));
  g_assert_cmpstr (get_name (fixture, 1), ==, "one");
  genga_job_queue_put_back (fixture->queue, positions, removed);
  g_assert_true (genga_job_queue_hand_out_names (fixture->queue, NULL));
  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (get_name (fixture, i), !=, get_name (fixture, j));

  genga_job_refuse (get_job (fixture, 1), refusal);
  genga_options_set_string (fixture->options, GENGA_OPTION_NAMES, "four\nfive\nsix");
  genga_job_queue_retry (fixture->queue, get_job (fixture, 1), fixture->options);
  g_assert_null (get_name (fixture, 1));
}

/* What was stopped waits again and runs at the next start. */
static void
test_stop (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, data, data, data, data, NULL };

  genga_job_queue_add (fixture->queue, sources, fixture->options);
  genga_job_queue_start (fixture->queue);
  genga_job_queue_stop (fixture->queue);
  wait_until_finished (fixture, 1);
  g_assert_cmpuint (genga_job_queue_get_n_waiting (fixture->queue), ==, 5 - fixture->n_done);
  g_assert_cmpuint (genga_job_queue_get_n_waiting (fixture->queue), >, 0);

  genga_job_queue_start (fixture->queue);
  wait_until_finished (fixture, 2);
  g_assert_cmpuint (genga_job_queue_get_n_waiting (fixture->queue), ==, 0);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

/* Jobs run in the order of the list, which people change. */
static void
test_move (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { "/a", "/b", "/c", "/d", NULL };
  static const char *const expected[] = { "/b", "/c", "/a", "/d" };
  g_autoptr (GengaJob) job = NULL;
  guint n_ended, n_total;

  genga_job_queue_add (fixture->queue, sources, fixture->options);
  job = g_object_ref (get_job (fixture, 0));
  genga_job_queue_move (fixture->queue, job, 2);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (genga_job_get_source (get_job (fixture, i)), ==, expected[i]);
  g_assert_cmpuint (fixture->n_changes, ==, 2);
  genga_job_queue_move (fixture->queue, job, 2);
  g_assert_cmpuint (fixture->n_changes, ==, 2);
  genga_job_queue_move (fixture->queue, job, 0);
  g_assert_true (get_job (fixture, 0) == job);

  g_assert_cmpfloat (genga_job_queue_get_seconds_left (fixture->queue), <, 0);
  genga_job_queue_start (fixture->queue);
  genga_job_queue_count_run (fixture->queue, &n_ended, &n_total);
  g_assert_cmpuint (n_ended, ==, 0);
  g_assert_cmpuint (n_total, ==, 4);
  wait_until_finished (fixture, 1);
  genga_job_queue_count_run (fixture->queue, &n_ended, &n_total);
  g_assert_cmpuint (n_ended, ==, 4);
}

/* Several options at once are one change of each job, and others stay. */
static void
test_several_options (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { "/a", "/b", NULL };
  gboolean is_changed[GENGA_N_OPTIONS] = { FALSE };
  guint n_told = 0;
  GengaJob *job;

  genga_job_queue_add (fixture->queue, sources, fixture->options);
  job = get_job (fixture, 0);
  g_signal_connect_swapped (job, "notify::options", G_CALLBACK (count_one), &n_told);
  g_object_set (fixture->options, "scale", 5, "sharpening", 0.5, "contrast", 1.1, NULL);
  is_changed[GENGA_OPTION_SCALE] = is_changed[GENGA_OPTION_SHARPENING] = TRUE;
  genga_job_queue_set_options (fixture->queue, is_changed, fixture->options);
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpint (get_scale (job), ==, 5);
  g_assert_true (genga_options_is_same (genga_job_get_options (job), GENGA_OPTION_SHARPENING,
                                        fixture->options));
  g_assert_false (
      genga_options_is_same (genga_job_get_options (job), GENGA_OPTION_CONTRAST, fixture->options));
  g_assert_true (genga_job_get_options (job) == genga_job_get_options (get_job (fixture, 1)));
  g_signal_handlers_disconnect_by_data (job, &n_told);
}

/* What somebody knows of the list who hears of changes alone. */
static void
follow (GListModel *model, guint position, guint removed, guint added, GPtrArray *known)
{
  if (removed > 0)
    g_ptr_array_remove_range (known, position, removed);
  for (guint i = position; i < position + added; i++)
    g_ptr_array_insert (known, i, g_list_model_get_item (model, i));
}

static void
check_known (Fixture *fixture, GPtrArray *known)
{
  g_assert_cmpuint (known->len, ==, g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)));
  for (guint i = 0; i < known->len; i++)
    g_assert_true (get_job (fixture, i) == known->pdata[i]);
}

/* Answers the jobs at every second place, and where they are. */
static GPtrArray *
list_scattered (Fixture *fixture, GArray *positions)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 1; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)); i += 2)
    {
      g_ptr_array_add (jobs, g_object_ref (get_job (fixture, i)));
      g_array_append_val (positions, i);
    }
  return jobs;
}

#define MANY 400

/* However many and scattered, a few changes are heard of, which say what is where. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) options = g_ptr_array_new ();
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) scattered = NULL;
  g_autoptr (GError) refusal = g_error_new (GENGA_ERROR, GENGA_ERROR_INPUT, "no");

  for (guint i = 0; i < MANY; i++)
    g_ptr_array_add (sources, g_strdup_printf ("/%u", i));
  g_ptr_array_add (sources, NULL);
  g_signal_connect (fixture->queue, "items-changed", G_CALLBACK (follow), known);
  genga_job_queue_add (fixture->queue, (const char *const *)sources->pdata, fixture->options);
  for (guint i = 0; i < MANY; i++)
    g_ptr_array_add (all, g_object_ref (get_job (fixture, i)));
  scattered = list_scattered (fixture, positions);

  fixture->n_changes = 0;
  genga_job_queue_remove_many (fixture->queue, scattered);
  check_known (fixture, known);
  g_assert_cmpuint (known->len, ==, MANY / 2);
  genga_job_queue_put_back (fixture->queue, positions, scattered);
  check_known (fixture, known);
  for (guint i = 0; i < MANY; i++)
    g_assert_true (known->pdata[i] == all->pdata[i]);
  g_assert_cmpuint (fixture->n_changes, <=, 32);

  g_ptr_array_insert (all, 0, g_ptr_array_steal_index (all, MANY - 1));
  fixture->n_changes = 0;
  genga_job_queue_reorder (fixture->queue, 0, all);
  check_known (fixture, known);
  g_assert_cmpstr (genga_job_get_source (known->pdata[0]), ==, "/399");
  g_assert_cmpuint (fixture->n_changes, ==, 1);

  for (guint i = 0; i < scattered->len; i++)
    genga_job_refuse (scattered->pdata[i], refusal);
  g_ptr_array_add (options, fixture->options);
  fixture->n_changes = 0;
  genga_job_queue_retry_many (fixture->queue, all, options);
  check_known (fixture, known);
  for (guint i = 0; i < MANY; i++)
    {
      GengaJob *job = get_job (fixture, i);

      g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_QUEUED);
      g_assert_true (g_ptr_array_find (scattered, all->pdata[i], NULL) == (job != all->pdata[i]));
      g_assert_cmpstr (genga_job_get_source (job), ==, genga_job_get_source (all->pdata[i]));
    }
  g_assert_cmpuint (fixture->n_changes, <=, 16);
}

/* What is put back behind the end of a list that has become shorter is at its end. */
static void
test_put_back_late (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { "/a", "/b", "/c", NULL };
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  const guint last = 2;

  genga_job_queue_add (fixture->queue, sources, fixture->options);
  g_ptr_array_add (jobs, g_object_ref (get_job (fixture, last)));
  g_array_append_val (positions, last);
  genga_job_queue_remove_many (fixture->queue, jobs);
  genga_job_queue_remove (fixture->queue, get_job (fixture, 0));
  genga_job_queue_put_back (fixture->queue, positions, jobs);
  g_assert_cmpstr (genga_job_get_source (get_job (fixture, 0)), ==, "/b");
  g_assert_true (get_job (fixture, 1) == jobs->pdata[0]);
}

static void
on_job_ended (GengaJobQueue *queue, GengaJob *job, GPtrArray *ended)
{
  g_ptr_array_add (ended, job);
}

/* Cancelling all ends the jobs in their order, also those that had not begun. */
static void
test_cancel_all (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, data, data, data, data, NULL };
  g_autoptr (GPtrArray) ended = g_ptr_array_new ();

  g_signal_connect (fixture->queue, "job-ended", G_CALLBACK (on_job_ended), ended);
  genga_job_queue_add (fixture->queue, sources, fixture->options);
  genga_job_queue_set_paused (fixture->queue, TRUE);
  genga_job_queue_start (fixture->queue);
  genga_job_queue_cancel_all (fixture->queue);
  wait_until_finished (fixture, 1);
  g_assert_cmpuint (ended->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      GengaJob *job = get_job (fixture, i);
      g_assert_true (ended->pdata[i] == job);
      g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_CANCELLED);
      g_assert_error (genga_job_get_error (job), G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
on_other_finished (GengaJobQueue *queue, guint n_done, guint n_failed, guint *done)
{
  *done = n_done;
}

/* While it is paused nothing ends, though the jobs of another queue do; afterwards all does. */
static void
test_pause (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, data, NULL };
  g_autoptr (GengaJobQueue) other = genga_job_queue_new ();
  guint n_others = 0;

  genga_job_queue_add (fixture->queue, sources, fixture->options);
  genga_job_queue_start (fixture->queue);
  genga_job_queue_set_paused (fixture->queue, TRUE);
  g_assert_true (genga_job_queue_is_paused (fixture->queue));
  g_signal_connect (other, "finished", G_CALLBACK (on_other_finished), &n_others);
  g_object_set (fixture->options, "suffix", "_other", NULL);
  genga_job_queue_add (other, sources, fixture->options);
  genga_job_queue_start (other);
  while (n_others == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->n_finished, ==, 0);
  genga_job_queue_set_paused (fixture->queue, FALSE);
  wait_until_finished (fixture, 1);
  g_assert_cmpuint (fixture->n_done, ==, 2);
}

/* A job that failed gets a successor in its place; removing one that runs ends it. */
static void
test_retry_and_remove (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { "/nowhere/picture.png", data, NULL };
  g_autoptr (GengaJob) failed = NULL;

  genga_job_queue_add (fixture->queue, sources, fixture->options);
  genga_job_queue_start (fixture->queue);
  genga_job_queue_remove (fixture->queue, get_job (fixture, 1));
  wait_until_finished (fixture, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->queue)), ==, 1);

  failed = g_object_ref (get_job (fixture, 0));
  genga_job_queue_retry (fixture->queue, failed, fixture->options);
  g_assert_true (get_job (fixture, 0) != failed);
  g_assert_cmpint (genga_job_get_state (get_job (fixture, 0)), ==, GENGA_JOB_QUEUED);
  g_assert_cmpstr (genga_job_get_source (get_job (fixture, 0)), ==, "/nowhere/picture.png");
}

/* What is no picture has failed before a start, and does not wait; later it may be one. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *notes = g_build_filename (fixture->folder, "notes.png", NULL);
  char *const sample = (char *)data, *const missing = (char *)"/nowhere/picture.png";
  char *sources[] = { notes, sample, missing, NULL };
  const GengaInputsRequest request = { .reads_files = TRUE };
  g_autofree char *picture = NULL;
  gsize size;

  g_assert_true (g_file_set_contents (notes, "not a picture", -1, NULL));
  g_autoptr (GPtrArray) inputs = genga_inputs_expand (sources, &request);
  g_assert_cmpuint (genga_job_queue_add_inputs (fixture->queue, inputs, fixture->options), ==, 3);
  g_assert_cmpuint (genga_job_queue_get_n_waiting (fixture->queue), ==, 1);
  g_assert_cmpint (genga_job_get_state (get_job (fixture, 0)), ==, GENGA_JOB_FAILED);
  g_assert_error (genga_job_get_error (get_job (fixture, 0)), GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_error (genga_job_get_error (get_job (fixture, 2)), GENGA_ERROR, GENGA_ERROR_INPUT);

  g_assert_true (g_file_get_contents (data, &picture, &size, NULL));
  g_assert_true (g_file_set_contents (notes, picture, size, NULL));
  genga_job_queue_retry (fixture->queue, get_job (fixture, 0), fixture->options);
  genga_job_queue_start (fixture->queue);
  wait_until_finished (fixture, 1);
  g_assert_cmpuint (fixture->n_done, ==, 2);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

static gboolean
set_own_options (Fixture *fixture, guint position, GengaOptions *options, gboolean are_own)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  g_autoptr (GPtrArray) unchanged = NULL;

  g_ptr_array_add (jobs, get_job (fixture, position));
  unchanged = genga_job_queue_set_own_options (fixture->queue, jobs, options, are_own);
  return unchanged->len == 0;
}

/* A job's options are for it alone until it follows the others again, whatever becomes of it. */
static void
test_own_options (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, data, NULL };
  g_autoptr (GengaOptions) own = genga_options_copy (fixture->options);
  GengaJobFacts facts;

  genga_options_set_int (own, GENGA_OPTION_SCALE, 5);
  genga_job_queue_add (fixture->queue, sources, fixture->options);
  g_assert_true (set_own_options (fixture, 0, own, TRUE));
  set_scale (fixture, 3);
  g_assert_cmpint (get_scale (get_job (fixture, 0)), ==, 5);
  g_assert_cmpint (get_scale (get_job (fixture, 1)), ==, 3);

  genga_job_queue_start (fixture->queue);
  g_assert_cmpint (genga_job_get_state (get_job (fixture, 1)), ==, GENGA_JOB_QUEUED);
  g_assert_false (set_own_options (fixture, 1, own, TRUE));
  g_assert_false (genga_job_has_own_options (get_job (fixture, 1)));
  g_assert_cmpint (get_scale (get_job (fixture, 1)), ==, 3); /* it is under way */
  wait_until_finished (fixture, 1);
  genga_job_get_facts (get_job (fixture, 0), &facts);
  g_assert_cmpint (facts.target_width, ==, 5 * facts.source_width);

  genga_job_queue_retry (fixture->queue, get_job (fixture, 0),
                         genga_job_get_options (get_job (fixture, 0)));
  g_assert_true (genga_job_has_own_options (get_job (fixture, 0)));
  g_assert_true (set_own_options (fixture, 1, own, TRUE));
  g_assert_cmpint (genga_job_get_state (get_job (fixture, 1)), ==, GENGA_JOB_QUEUED);
  g_assert_cmpint (get_scale (get_job (fixture, 1)), ==, 5);
  set_own_options (fixture, 1, fixture->options, FALSE);
  set_scale (fixture, 2);
  g_assert_cmpint (get_scale (get_job (fixture, 0)), ==, 5);
  g_assert_cmpint (get_scale (get_job (fixture, 1)), ==, 2);
}

static void
on_gone (gpointer n_alive, GObject *job)
{
  *(guint *)n_alive -= 1;
}

static void
count_jobs (Fixture *fixture, guint *n_alive)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (fixture->queue));

  for (guint i = 0; i < n; i++)
    g_object_weak_ref (G_OBJECT (get_job (fixture, i)), on_gone, n_alive);
  *n_alive += n;
}

/* After a hundred runs that were paused, resumed and stopped, and a thousand rows, no job is left.
 */
static void
test_nothing_left (Fixture *fixture, gconstpointer data)
{
  const char *sources[] = { data, NULL };
  g_autoptr (GPtrArray) many = g_ptr_array_new ();
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_alive = 0;

  for (guint i = 1; i <= 100; i++)
    {
      genga_job_queue_add (fixture->queue, sources, fixture->options);
      count_jobs (fixture, &n_alive);
      genga_job_queue_start (fixture->queue);
      genga_job_queue_set_paused (fixture->queue, TRUE);
      genga_job_queue_set_paused (fixture->queue, FALSE);
      genga_job_queue_stop (fixture->queue);
      wait_until_finished (fixture, i);
      genga_job_queue_remove (fixture->queue, get_job (fixture, 0));
    }
  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (many, (gpointer)data);
  g_ptr_array_add (many, NULL);
  genga_job_queue_add (fixture->queue, (const char *const *)many->pdata, fixture->options);
  count_jobs (fixture, &n_alive);
  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (jobs, g_object_ref (get_job (fixture, i)));
  genga_job_queue_remove_many (fixture->queue, jobs);
  g_clear_pointer (&jobs, g_ptr_array_unref);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_alive, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_autofree char *picture =
      g_test_build_filename (G_TEST_DIST, "..", "data", "sample", "genga-sample.png", NULL);
  g_test_add ("/job-queue/run", Fixture, picture, set_up, test_run, tear_down);
  g_test_add ("/job-queue/options", Fixture, picture, set_up, test_options, tear_down);
  g_test_add ("/job-queue/names", Fixture, picture, set_up, test_names, tear_down);
  g_test_add ("/job-queue/names-put-back", Fixture, picture, set_up, test_names_put_back,
              tear_down);
  g_test_add ("/job-queue/stop", Fixture, picture, set_up, test_stop, tear_down);
  g_test_add ("/job-queue/move", Fixture, picture, set_up, test_move, tear_down);
  g_test_add ("/job-queue/several-options", Fixture, picture, set_up, test_several_options,
              tear_down);
  g_test_add ("/job-queue/many", Fixture, picture, set_up, test_many, tear_down);
  g_test_add ("/job-queue/put-back-late", Fixture, picture, set_up, test_put_back_late, tear_down);
  g_test_add ("/job-queue/cancel-all", Fixture, picture, set_up, test_cancel_all, tear_down);
  g_test_add ("/job-queue/pause", Fixture, picture, set_up, test_pause, tear_down);
  g_test_add ("/job-queue/retry-and-remove", Fixture, picture, set_up, test_retry_and_remove,
              tear_down);
  g_test_add ("/job-queue/refused", Fixture, picture, set_up, test_refused, tear_down);
  g_test_add ("/job-queue/own-options", Fixture, picture, set_up, test_own_options, tear_down);
  g_test_add ("/job-queue/nothing-left", Fixture, picture, set_up, test_nothing_left, tear_down);
  return g_test_run ();
}
