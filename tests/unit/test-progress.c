/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/progress.h"

#include <math.h>

static gint64 now_us;

/* A clock that stands still until a test moves it. */
static gint64
get_us (void)
{
  return now_us;
}

static GengaProgress *
new_progress (void)
{
  GengaProgress *progress = genga_progress_new (NULL);

  now_us = 1000000;
  genga_progress_set_clock (progress, get_us);
  return progress;
}

static GengaProgressState
sample (GengaProgress *progress)
{
  GengaProgressState now;

  genga_progress_poll (progress, &now);
  g_assert_cmpfloat (now.fraction, >=, 0);
  g_assert_cmpfloat (now.fraction, <=, 1);
  g_assert_cmpfloat (now.seconds_run, >=, 0);
  return now;
}

static void
test_fresh (void)
{
  g_autoptr (GengaProgress) progress = new_progress ();
  GengaProgressState now = sample (progress);

  g_assert_cmpfloat (now.fraction, ==, 0);
  g_assert_cmpuint (now.tiles_total, ==, 0);
  g_assert_cmpfloat (now.seconds_run, ==, 0);
  g_assert_cmpfloat (now.seconds_left, <, 0);

  /* The clock starts with the first unit, not before. */
  now_us += 5000;
  g_assert_cmpfloat (sample (progress).seconds_run, ==, 0);
  genga_progress_add_total (progress, 1);
  now_us += 3000;
  g_assert_cmpfloat (sample (progress).seconds_run, ==, 0.003);
}

static void
test_counts (void)
{
  g_autoptr (GengaProgress) progress = new_progress ();

  genga_progress_add_total (progress, G_GUINT64_CONSTANT (3) << 40);
  genga_progress_add_total (progress, G_GUINT64_CONSTANT (1) << 40);
  genga_progress_add_tiles (progress, 8, 0);
  g_assert_cmpfloat (sample (progress).seconds_left, <, 0);

  now_us += 20000;
  genga_progress_add_done (progress, G_GUINT64_CONSTANT (1) << 40);
  genga_progress_add_tiles (progress, 0, 2);
  GengaProgressState now = sample (progress);
  g_assert_cmpfloat (now.fraction, ==, 0.25);
  g_assert_cmpuint (now.tiles_total, ==, 8);
  g_assert_cmpuint (now.tiles_done, ==, 2);
  g_assert_cmpfloat (now.seconds_run, ==, 0.02);
  g_assert_cmpfloat (now.seconds_left, ==, 0.06);

  /* Until more is done the time left falls, second by second. */
  now_us += 10000;
  g_assert_cmpfloat (sample (progress).seconds_left, ==, 0.05);

  /* Work that was done again after a retreat never makes more than the whole. */
  genga_progress_add_done (progress, G_GUINT64_CONSTANT (5) << 40);
  now = sample (progress);
  g_assert_cmpfloat (now.fraction, ==, 1);
  g_assert_cmpfloat (now.seconds_left, ==, 0);
}

/* Frames take the place of work; those of earlier runs say nothing about the speed. */
static void
test_frames (void)
{
  g_autoptr (GengaProgress) progress = new_progress ();

  genga_progress_set_frames (progress, 40);
  genga_progress_set_frames_before (progress, 20);
  g_assert_cmpfloat (sample (progress).fraction, ==, 0.5);
  g_assert_cmpfloat (sample (progress).seconds_left, <, 0);
  for (int i = 0; i < 5; i++)
    {
      now_us += 500000;
      genga_progress_add_frame (progress);
      genga_progress_add_done (progress, 1000);
    }
  GengaProgressState now = sample (progress);
  g_assert_true (now.has_frames);
  g_assert_cmpuint (now.frames_done, ==, 25);
  g_assert_cmpuint (now.frames_total, ==, 40);
  g_assert_cmpfloat (now.fraction, ==, 0.625);
  g_assert_cmpfloat (now.frames_per_second, ==, 2);
  g_assert_cmpfloat (now.seconds_left, ==, 7.5);
}

static void
test_done_without_total (void)
{
  g_autoptr (GengaProgress) progress = new_progress ();

  genga_progress_add_done (progress, 5);
  g_assert_cmpfloat (sample (progress).fraction, ==, 0);
  g_assert_cmpfloat (sample (progress).seconds_left, <, 0);
}

/* As the clock counts; sums of seconds are rounded. */
static gint64
sample_run_us (GengaProgress *progress)
{
  return llround (sample (progress).seconds_run * 1e6);
}

static void
test_pause_stops_clock (void)
{
  g_autoptr (GengaProgress) progress = new_progress ();

  genga_progress_add_total (progress, 2);
  genga_progress_add_done (progress, 1);
  now_us += 5000;
  genga_progress_set_paused (progress, TRUE);
  g_assert_cmpint (sample_run_us (progress), ==, 5000);

  now_us += 100000;
  genga_progress_set_paused (progress, TRUE); /* again: nothing changes */
  g_assert_cmpint (sample_run_us (progress), ==, 5000);

  now_us += 1000;
  genga_progress_set_paused (progress, FALSE);
  g_assert_cmpint (sample_run_us (progress), ==, 5000);

  now_us += 7000;
  g_assert_cmpint (sample_run_us (progress), ==, 12000);
}

/* The part of a pause that lies before the start was never on the clock. */
static void
test_pause_before_start (void)
{
  g_autoptr (GengaProgress) progress = new_progress ();

  genga_progress_set_paused (progress, TRUE);
  now_us += 50000;
  genga_progress_add_total (progress, 1);
  now_us += 50000;
  g_assert_cmpint (sample_run_us (progress), ==, 0);
  genga_progress_set_paused (progress, FALSE);
  now_us += 5000;
  g_assert_cmpint (sample_run_us (progress), ==, 5000);

  g_autoptr (GengaProgress) other = new_progress ();
  genga_progress_set_paused (other, TRUE);
  now_us += 50000;
  genga_progress_set_paused (other, FALSE);
  genga_progress_add_total (other, 1);
  now_us += 5000;
  g_assert_cmpint (sample_run_us (other), ==, 5000);
}

static void
test_check (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GengaProgress) progress = genga_progress_new (cancellable);
  g_autoptr (GError) error = NULL;

  g_assert_true (genga_progress_get_cancellable (progress) == cancellable);
  g_assert_true (genga_progress_check (progress, &error));
  g_assert_no_error (error);

  g_cancellable_cancel (cancellable);
  g_assert_false (genga_progress_check (progress, NULL));
  g_assert_false (genga_progress_check (progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Cancelled wins over paused: nobody waits for a job that is to stop. */
  g_clear_error (&error);
  genga_progress_set_paused (progress, TRUE);
  g_assert_false (genga_progress_check (progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A worker at the gate, which tells when it is through. */
typedef struct
{
  GengaProgress *progress;
  int n_arrived; /* atomic */
  int n_through; /* atomic */
  int n_stopped; /* atomic */
} Gate;

static gpointer
run_to_gate (gpointer data)
{
  Gate *memory_budget = data;
  g_autoptr (GError) error = NULL;

  g_atomic_int_inc (&memory_budget->n_arrived);
  if (genga_progress_check (memory_budget->progress, &error))
    {
      g_assert_no_error (error);
      g_atomic_int_inc (&memory_budget->n_through);
    }
  else
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_atomic_int_inc (&memory_budget->n_stopped);
    }
  return NULL;
}

static void
test_gate (gconstpointer data)
{
  enum
  {
    N_THREADS = 6,
  };
  gboolean is_cancelled = GPOINTER_TO_INT (data);

  for (int round = 0; round < 20; round++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GengaProgress) progress = genga_progress_new (cancellable);
      Gate memory_budget = { progress, 0, 0, 0 };
      GThread *threads[N_THREADS];

      genga_progress_set_paused (progress, TRUE);
      for (int i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new ("worker", run_to_gate, &memory_budget);
      /* Some rounds wake all of them, some meet those that are on their way. */
      while (g_atomic_int_get (&memory_budget.n_arrived) < round % (N_THREADS + 1))
        g_thread_yield ();
      g_assert_cmpint (g_atomic_int_get (&memory_budget.n_through), ==, 0);
      g_assert_cmpint (g_atomic_int_get (&memory_budget.n_stopped), ==, 0);

      if (is_cancelled)
        g_cancellable_cancel (cancellable);
      else
        genga_progress_set_paused (progress, FALSE);
      for (int i = 0; i < N_THREADS; i++)
        g_thread_join (threads[i]);
      g_assert_cmpint (memory_budget.n_through, ==, is_cancelled ? 0 : N_THREADS);
      g_assert_cmpint (memory_budget.n_stopped, ==, is_cancelled ? N_THREADS : 0);
    }
}

static void
test_notices (void)
{
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
  g_autoptr (GPtrArray) none = genga_progress_take_notices (progress);

  g_assert_cmpuint (none->len, ==, 0);
  for (int i = 0; i < 3; i++)
    genga_progress_notice (progress, "notice %d of “%s”", i, "été");

  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
  g_assert_cmpuint (notices->len, ==, 3);
  g_assert_cmpstr (notices->pdata[0], ==, "notice 0 of “été”");
  g_assert_cmpstr (notices->pdata[2], ==, "notice 2 of “été”");

  genga_progress_notice (progress, "%s", "100%");
  g_autoptr (GPtrArray) later = genga_progress_take_notices (progress);
  g_assert_cmpuint (later->len, ==, 1);
  g_assert_cmpstr (later->pdata[0], ==, "100%");
}

/* Workers without a job, as in tests and previews. */
static void
test_null (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (genga_progress_check (NULL, &error));
  g_assert_no_error (error);
  genga_progress_notice (NULL, "nobody %s", "listens");
  genga_progress_add_total (NULL, 1);
  genga_progress_add_done (NULL, 1);
  genga_progress_add_tiles (NULL, 1, 1);
  g_assert_null (genga_progress_get_cancellable (NULL));
}

enum
{
  CROWD = 4,
  CROWD_ROUNDS = 2000,
};

static gpointer
run_in_crowd (gpointer data)
{
  GengaProgress *progress = data;

  for (int i = 0; i < CROWD_ROUNDS; i++)
    {
      genga_progress_add_done (progress, 3);
      genga_progress_add_tiles (progress, 0, 1);
      g_assert_true (genga_progress_check (progress, NULL));
      if (i % 100 == 0)
        genga_progress_notice (progress, "%d", i);
    }
  genga_progress_unref (progress);
  return NULL;
}

/* Takes what has been left so far: how many, and the sum of their numbers. */
static void
add_notices (GengaProgress *progress, guint *n, guint64 *sum)
{
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);

  for (guint i = 0; i < notices->len; i++)
    *sum += g_ascii_strtoull (notices->pdata[i], NULL, 10);
  *n += notices->len;
}

/* Workers add, one thread pauses and resumes, and the sampler never sees work go back. */
static void
test_crowd (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GengaProgress *progress = genga_progress_new (cancellable);
  GThread *threads[CROWD];
  GengaProgressState before = { 0 };
  guint n_notices = 0;
  guint64 sum = 0;

  genga_progress_add_total (progress, 3 * CROWD * CROWD_ROUNDS);
  genga_progress_add_tiles (progress, CROWD * CROWD_ROUNDS, 0);
  for (int i = 0; i < CROWD; i++)
    threads[i] = g_thread_new ("worker", run_in_crowd, genga_progress_ref (progress));

  for (int i = 0; before.fraction < 1; i++)
    {
      GengaProgressState now = sample (progress);
      g_assert_cmpfloat (now.fraction, >=, before.fraction);
      g_assert_cmpuint (now.tiles_done, >=, before.tiles_done);
      g_assert_cmpfloat (now.seconds_run, >=, before.seconds_run);
      before = now;
      add_notices (progress, &n_notices, &sum);
      genga_progress_set_paused (progress, i % 2 == 0);
      g_thread_yield ();
    }

  genga_progress_set_paused (progress, FALSE);
  for (int i = 0; i < CROWD; i++)
    g_thread_join (threads[i]);
  add_notices (progress, &n_notices, &sum);
  g_assert_cmpuint (sample (progress).tiles_done, ==, CROWD * CROWD_ROUNDS);
  g_assert_cmpuint (n_notices, ==, CROWD * CROWD_ROUNDS / 100);
  g_assert_cmpuint (sum, ==, CROWD * 100 * 19 * 20 / 2);
  genga_progress_unref (progress);
}

/* A picture that is made once more counts once. */
static void
test_again (void)
{
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);

  genga_progress_add_total (progress, 100);
  genga_progress_add_tiles (progress, 4, 1);
  genga_progress_add_done (progress, 25);
  genga_progress_restart_frames (progress);
  genga_progress_add_total (progress, 100);
  genga_progress_add_tiles (progress, 4, 4);
  genga_progress_add_done (progress, 100);
  g_assert_cmpfloat (sample (progress).fraction, ==, 1);
  g_assert_cmpuint (sample (progress).tiles_done, ==, 4);
  g_assert_cmpuint (sample (progress).tiles_total, ==, 4);
}

/* Who helps counts for the whole, and says there what nobody else has said. */
static void
test_within (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GengaProgress) whole = genga_progress_new (cancellable);
  g_autoptr (GengaProgress) part = genga_progress_new_within (whole);
  g_autoptr (GengaProgress) other = genga_progress_new_within (whole);
  g_autoptr (GPtrArray) notices = NULL;

  genga_progress_set_frames (whole, 4);
  for (guint i = 0; i < 3; i++)
    genga_progress_add_frame (part);
  genga_progress_take_back_frames (part, 1);
  genga_progress_add_bytes (part, 7);
  genga_progress_notice (whole, "heard before");
  genga_progress_notice (part, "heard before");
  genga_progress_notice (part, "of a helper");
  genga_progress_notice (other, "of a helper");
  g_assert_cmpuint (sample (whole).frames_done, ==, 2);
  g_assert_cmpuint (sample (whole).bytes_written, ==, 7);
  notices = genga_progress_take_notices (whole);
  g_assert_cmpuint (notices->len, ==, 2);
  g_assert_cmpstr (notices->pdata[0], ==, "heard before");
  g_assert_cmpstr (notices->pdata[1], ==, "of a helper");

  genga_progress_set_paused (whole, TRUE);
  g_assert_true (genga_progress_is_paused (part));
  genga_progress_set_paused (whole, FALSE);
  g_assert_true (genga_progress_check (part, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (genga_progress_check (part, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/progress/fresh", test_fresh);
  g_test_add_func ("/progress/counts", test_counts);
  g_test_add_func ("/progress/frames", test_frames);
  g_test_add_func ("/progress/done-without-total", test_done_without_total);
  g_test_add_func ("/progress/pause-stops-clock", test_pause_stops_clock);
  g_test_add_func ("/progress/pause-before-start", test_pause_before_start);
  g_test_add_func ("/progress/check", test_check);
  g_test_add_data_func ("/progress/resume-wakes", GINT_TO_POINTER (FALSE), test_gate);
  g_test_add_data_func ("/progress/cancel-wakes", GINT_TO_POINTER (TRUE), test_gate);
  g_test_add_func ("/progress/notices", test_notices);
  g_test_add_func ("/progress/null", test_null);
  g_test_add_func ("/progress/again", test_again);
  g_test_add_func ("/progress/within", test_within);
  g_test_add_func ("/progress/crowd", test_crowd);

  return g_test_run ();
}
