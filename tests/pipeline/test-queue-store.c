/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue outlives its process: quit or killed, and whatever became of the file meanwhile. */
#include "core/error.h"
#include "harness.h"
#include "job/queue/job-record.h"
#include "job/queue/queue-store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

typedef struct
{
  char *dir;
  char *path; /* of the store */
  char *picture;
  GengaOptions *options;
  GengaJobQueue *queue;
  GengaQueueStore *store;
  GPtrArray *told; /* sentences */
} Fixture;

static void
on_told (const char *sentence, gpointer user_data)
{
  g_ptr_array_add (((Fixture *)user_data)->told, g_strdup (sentence));
}

/* All that has come to the main context so far. */
static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
open_queue (Fixture *self)
{
  self->queue = genga_job_queue_new ();
  self->store = genga_queue_store_new (self->queue, self->path, on_told, self);
}

static void
close_queue (Fixture *self)
{
  g_clear_pointer (&self->store, genga_queue_store_free);
  g_assert_finalize_object (g_steal_pointer (&self->queue));
}

static void
wait_until_loaded (GengaQueueStore *store)
{
  while (!genga_queue_store_is_loaded (store))
    g_main_context_iteration (NULL, TRUE);
}

/* What is said comes before the rows, but waits until the main context is idle. */
static void
load (Fixture *self)
{
  wait_until_loaded (self->store);
  iterate ();
}

/* As after a start of the program. */
static void
reopen (Fixture *self)
{
  if (self->queue != NULL)
    close_queue (self);
  open_queue (self);
  load (self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 32, 24, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

  self->dir = genga_test_make_dir ();
  self->path = g_build_filename (self->dir, "state", "queue.sqlite", NULL);
  self->picture = genga_test_write_png (self->dir, "picture.png", frame);
  self->options = genga_test_make_options ("nearest", 2);
  self->told = g_ptr_array_new_with_free_func (g_free);
  open_queue (self);
  load (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->queue != NULL)
    close_queue (self);
  g_object_unref (self->options);
  g_ptr_array_unref (self->told);
  g_free (self->picture);
  g_free (self->path);
  g_free (self->dir);
}

static guint
get_n (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->queue));
}

static GengaJob *
get_job (Fixture *self, guint position)
{
  g_autoptr (GengaJob) job = g_list_model_get_item (G_LIST_MODEL (self->queue), position);

  g_assert_nonnull (job);
  return job; /* the queue holds it, too */
}

static void
add (Fixture *self, const char *source)
{
  const char *sources[] = { source, NULL };

  genga_job_queue_add (self->queue, sources, self->options);
}

static void
run (Fixture *self)
{
  genga_job_queue_start (self->queue);
  while (genga_job_queue_is_running (self->queue))
    g_main_context_iteration (NULL, TRUE);
}

/* What is done has gone; the rest is there in its order, with its options and what was told. */
static void
test_quit (Fixture *self, gconstpointer data)
{
  GengaJobFacts facts;

  add (self, self->picture);
  add (self, "/nowhere/lost.png");
  run (self);
  g_object_set (self->options, "output-dir", "/tmp/\xff=\n\\x", "sharpening", 0.7, NULL);
  add (self, "/nowhere/\xfe waits.png");
  genga_job_set_name (get_job (self, 2), "a name");
  genga_job_queue_set_option (self->queue, GENGA_OPTION_SHARPENING, self->options);
  reopen (self);

  g_assert_cmpuint (self->told->len, ==, 0);
  g_assert_cmpuint (get_n (self), ==, 2);
  GengaJob *lost = get_job (self, 0);
  g_assert_cmpint (genga_job_get_state (lost), ==, GENGA_JOB_FAILED);
  g_assert_error (genga_job_get_error (lost), GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (genga_job_get_error (lost)->message, "lost.png"));
  genga_job_get_facts (lost, &facts);
  g_assert_cmpfloat (facts.read_seconds, >, 0);

  GengaJob *waits = get_job (self, 1);
  GengaOptions *options = genga_job_get_options (waits);
  g_assert_cmpint (genga_job_get_state (waits), ==, GENGA_JOB_QUEUED);
  g_assert_cmpstr (genga_job_get_source (waits), ==, "/nowhere/\xfe waits.png");
  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR), ==,
                   "/tmp/\xff=\n\\x");
  g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_SHARPENING), ==, 0.7);
  g_assert_cmpstr (genga_job_get_name (waits), ==, "a name");
  g_assert_cmpuint (genga_job_queue_get_n_waiting (self->queue), ==, 1);
}

/* Targets, notices and facts of a job that failed late. */
static void
test_log (Fixture *self, gconstpointer data)
{
  g_autofree char *target = g_build_filename (self->dir, "name.jpg", NULL);
  g_autoptr (GengaOptions) options = genga_options_copy (self->options);
  g_autofree char *blocked = g_build_filename (self->dir, "blocked", NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GengaJobFacts before, after;

  g_mkdir (blocked, 0700);
  /* A name that promises another format is worth a notice. */
  genga_options_set_int (options, GENGA_OPTION_FORMAT, GENGA_FORMAT_PNG);
  g_ptr_array_add (jobs, genga_job_new (self->picture, target, options));
  genga_job_queue_insert (self->queue, 0, jobs);
  /* Paused, for else it might be done before it is stopped. */
  genga_job_queue_set_paused (self->queue, TRUE);
  genga_job_queue_start (self->queue);
  genga_job_queue_stop (self->queue);
  while (genga_job_queue_is_running (self->queue))
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (GPtrArray) notices = genga_job_get_notices (get_job (self, 0));
  g_ptr_array_ref (notices);
  genga_job_get_facts (get_job (self, 0), &before);
  reopen (self);

  g_assert_cmpint (genga_job_get_state (get_job (self, 0)), ==, GENGA_JOB_CANCELLED);
  g_assert_cmpstr (genga_job_get_target (get_job (self, 0)), ==, target);
  g_assert_cmpuint (genga_job_get_notices (get_job (self, 0))->len, ==, notices->len);
  genga_job_get_facts (get_job (self, 0), &after);
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);

  run (self);
  g_assert_cmpint (genga_job_get_state (get_job (self, 0)), ==, GENGA_JOB_DONE);
  g_assert_true (g_file_test (target, G_FILE_TEST_EXISTS));
}

/* Order, through everything that changes it. */
static void
test_changes (Fixture *self, gconstpointer data)
{
  static const char *const expected[] = { "/0", "/7", "/2", "/3", "/8" };

  for (int i = 0; i < 4; i++)
    {
      g_autofree char *source = g_strdup_printf ("/%d", i);
      add (self, source);
    }
  genga_job_queue_remove (self->queue, get_job (self, 1));
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (jobs, genga_job_new ("/7", NULL, self->options));
  genga_job_queue_insert (self->queue, 1, jobs);
  add (self, "/8");
  genga_options_set_int (self->options, GENGA_OPTION_SCALE, 5);
  genga_job_queue_set_option (self->queue, GENGA_OPTION_SCALE, self->options);
  reopen (self);

  g_assert_cmpuint (get_n (self), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      GengaOptions *options = genga_job_get_options (get_job (self, i));
      g_assert_cmpstr (genga_job_get_source (get_job (self, i)), ==, expected[i]);
      g_assert_cmpint (genga_options_get_int (options, GENGA_OPTION_SCALE), ==, 5);
    }
  run (self);
  genga_job_queue_retry (self->queue, get_job (self, 2), self->options);
  reopen (self);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpstr (genga_job_get_source (get_job (self, i)), ==, expected[i]);
      g_assert_cmpint (genga_job_get_state (get_job (self, i)), ==,
                       i == 2 ? GENGA_JOB_QUEUED : GENGA_JOB_FAILED);
    }
  while (get_n (self) > 0)
    genga_job_queue_remove (self->queue, get_job (self, 0));
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, 0);
}

/* What was added before the store was read comes behind what was there. */
static void
test_early (Fixture *self, gconstpointer data)
{
  add (self, "/first");
  close_queue (self);
  open_queue (self);
  add (self, "/second");
  load (self);
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, 2);
  g_assert_cmpstr (genga_job_get_source (get_job (self, 0)), ==, "/first");
  g_assert_cmpstr (genga_job_get_source (get_job (self, 1)), ==, "/second");

  /* Closed before it was read. */
  close_queue (self);
  open_queue (self);
  add (self, "/third");
  add (self, "/fourth");
  close_queue (self);
  iterate ();
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, 4);
  g_assert_cmpstr (genga_job_get_source (get_job (self, 1)), ==, "/second");
  g_assert_cmpstr (genga_job_get_source (get_job (self, 2)), ==, "/third");
  g_assert_cmpstr (genga_job_get_source (get_job (self, 3)), ==, "/fourth");
}

/* The process that is killed: works until it is asked no more. */
G_NORETURN static void
run_victim (const char *path, const char *picture)
{
  g_autofree char *slow = genga_test_write_compact (3, 3, 24, 8, 2, FALSE);
  g_autoptr (GengaOptions) options = genga_test_make_options (slow, 8);
  g_autoptr (GengaOptions) quick = genga_test_make_options ("nearest", 2);
  g_autoptr (GengaJobQueue) queue = genga_job_queue_new ();
  const char *first[] = { picture, "/nowhere/lost.png", NULL };
  const char *second[] = { picture, picture, NULL };

  wait_until_loaded (genga_queue_store_new (queue, path, NULL, NULL));
  g_object_set (options, "device", "reference", NULL);
  genga_job_queue_add (queue, first, quick);
  genga_job_queue_start (queue);
  while (genga_job_queue_is_running (queue))
    g_main_context_iteration (NULL, TRUE);
  genga_job_queue_add (queue, second, options);
  genga_job_queue_start (queue);
  g_autoptr (GengaJob) job = g_list_model_get_item (G_LIST_MODEL (queue), 3);
  while (genga_job_get_state (job) != GENGA_JOB_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  g_print ("# ready\n");
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

static char *program;

/*
 * What a query finds in a copy of the file and its log; nobody else may open them while the victim
 * lives. 0 where the copy was made at a bad moment.
 */
static int
ask_copy (Fixture *self, const char *sql)
{
  g_autofree char *copy = g_build_filename (self->dir, "copy.sqlite", NULL);
  static const char *const suffixes[] = { "", "-wal" };
  sqlite3_stmt *statement = NULL;
  sqlite3 *db = NULL;
  int answer = 0;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (copy, suffixes[i], NULL);
      g_autofree char *content = NULL;
      gsize size;

      if (g_file_get_contents (from, &content, &size, NULL))
        g_assert_true (g_file_set_contents (to, content, size, NULL));
    }
  if (sqlite3_open (copy, &db) == SQLITE_OK &&
      sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    answer = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return answer;
}

static void
test_kill (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  close_queue (self);
  g_autoptr (GSubprocess) victim = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--victim", self->path, self->picture, NULL);
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (victim));
  g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_cmpstr (line, ==, "# ready");
  /* The last one: those before it may have been running for a while. */
  while (ask_copy (self, "SELECT count(*) FROM queue WHERE state = 'running'"
                         " AND id = (SELECT max(id) FROM queue)"
                         " AND options LIKE '%scale=8%'") == 0)
    g_thread_yield ();
  g_subprocess_force_exit (victim);
  g_subprocess_wait (victim, NULL, NULL);

  reopen (self);
  g_assert_cmpuint (self->told->len, ==, 0);
  g_assert_cmpuint (get_n (self), ==, 3);
  g_assert_cmpint (genga_job_get_state (get_job (self, 0)), ==, GENGA_JOB_FAILED);
  for (guint i = 1; i < 3; i++)
    {
      GengaJob *job = get_job (self, i);
      g_assert_cmpstr (genga_job_get_source (job), ==, self->picture);
      g_assert_cmpint (genga_options_get_int (genga_job_get_options (job), GENGA_OPTION_SCALE), ==,
                       8);
    }
  g_assert_cmpint (genga_job_get_state (get_job (self, 2)), ==, GENGA_JOB_CANCELLED);
  g_assert_cmpuint (genga_job_get_notices (get_job (self, 2))->len, ==, 1);
  g_assert_cmpuint (genga_job_queue_get_n_waiting (self->queue), ==, 2);
}

static guint
count_put_aside (Fixture *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    n += g_str_has_prefix (name, "queue.sqlite.2");
  return n;
}

/* Whatever is in the file: a sentence, an empty queue, and a store that works. */
static void
assert_put_aside (Fixture *self, const char *words)
{
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, 0);
  g_assert_cmpuint (self->told->len, ==, 1);
  g_assert_nonnull (strstr (self->told->pdata[0], words));
  g_assert_cmpuint (count_put_aside (self), >, 0);

  add (self, "/kept");
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, 1);
  g_assert_cmpuint (self->told->len, ==, 1);
}

static void
test_garbage (Fixture *self, gconstpointer data)
{
  close_queue (self);
  g_assert_true (
      g_file_set_contents (self->path, "this is no database, and never was one\n", -1, NULL));
  assert_put_aside (self, "Can't read");
}

static void
execute (const char *path, const char *sql)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_newer (Fixture *self, gconstpointer data)
{
  add (self, "/first");
  close_queue (self);
  execute (self->path, "PRAGMA user_version = 99");
  assert_put_aside (self, "newer Genga");
}

static void
test_foreign (Fixture *self, gconstpointer data)
{
  close_queue (self);
  g_remove (self->path);
  execute (self->path, "CREATE TABLE bookmarks (url TEXT)");
  assert_put_aside (self, "Can't read");
}

/* Rows that nobody could have written are passed over or told about. */
static void
test_odd_rows (Fixture *self, gconstpointer data)
{
  close_queue (self);
  execute (self->path,
           "INSERT INTO queue VALUES (1, x'', NULL, 'scale=4', 'queued', NULL),"
           " (5, '/a', NULL, 'scale=4', 'queued', NULL), (6, '/b', NULL, '', 'flying', x'0102'),"
           " (7, '/c', NULL, 'scale=lots\nnonsense\n=', 'failed', zeroblob(100))");
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, 3);
  g_assert_cmpint (
      genga_options_get_int (genga_job_get_options (get_job (self, 0)), GENGA_OPTION_SCALE), ==, 4);
  g_assert_cmpint (genga_job_get_state (get_job (self, 1)), ==, GENGA_JOB_QUEUED);
  g_assert_cmpint (genga_job_get_state (get_job (self, 2)), ==, GENGA_JOB_FAILED);
  g_assert_nonnull (genga_job_get_error (get_job (self, 2)));
  g_assert_cmpuint (genga_job_get_notices (get_job (self, 2))->len, ==, 1);
}

/* Bytes that flipped, page by page: rows, or an empty queue and a sentence; never more. */
static void
test_damage (Fixture *self, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gsize size;

  for (int i = 0; i < 50; i++)
    add (self, "/somewhere/a picture with a name of some length.png");
  close_queue (self);
  g_assert_true (g_file_get_contents (self->path, &whole, &size, NULL));
  for (gsize at = 0; at < size; at += size / 24 + 1)
    {
      g_autofree char *damaged = g_memdup2 (whole, size);

      memset (damaged + at, 0xa5, MIN (64, size - at));
      g_assert_true (g_file_set_contents (self->path, damaged, size, NULL));
      reopen (self);
      g_assert_cmpuint (get_n (self), <=, 50);
      add (self, "/kept");
      reopen (self);
      g_assert_cmpuint (get_n (self), >, 0);
      g_assert_cmpstr (genga_job_get_source (get_job (self, get_n (self) - 1)), ==, "/kept");
      close_queue (self);
    }
  g_assert_true (g_file_set_contents (self->path, whole, size / 2, NULL));
  g_ptr_array_set_size (self->told, 0);
  assert_put_aside (self, "Can't read");
}

static void
on_rows (GObject *source, GAsyncResult *result, gpointer rows)
{
  *(GAsyncResult **)rows = g_object_ref (result);
}

/* The rows that a store reads when all that it was told before is done. */
static GPtrArray *
load_rows (GengaJobStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;

  genga_job_store_load_async (store, on_rows, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  iterate ();
  return genga_job_store_load_finish (store, result);
}

/* A second process leaves the first one's rows alone, and says once that it keeps nothing. */
static void
test_locked (Fixture *self, gconstpointer data)
{
  add (self, "/first");
  g_autoptr (GengaJobStore) second = genga_job_store_new (self->path, on_told, self);
  g_autoptr (GPtrArray) rows = load_rows (second);
  g_assert_cmpuint (rows->len, ==, 0);
  g_assert_cmpuint (self->told->len, ==, 1);
  g_assert_nonnull (strstr (self->told->pdata[0], "Another Genga"));
  for (int i = 0; i < 3; i++)
    {
      g_autoptr (GengaJob) job = genga_job_new ("/second", NULL, self->options);

      genga_job_store_put (second, genga_job_to_row (job, 0, "scale=2"));
      g_autoptr (GPtrArray) none = load_rows (second);
      g_assert_cmpuint (none->len, ==, 0);
    }
  g_assert_cmpuint (self->told->len, ==, 1);
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, 1);
  g_assert_cmpuint (count_put_aside (self), ==, 0);
}

/* Where nothing can be written the queue works all the same. */
static void
test_no_folder (Fixture *self, gconstpointer data)
{
  close_queue (self);
  g_free (self->path);
  self->path = g_build_filename (self->picture, "below", "queue.sqlite", NULL);
  reopen (self);
  g_assert_cmpuint (self->told->len, ==, 1);
  g_assert_nonnull (strstr (self->told->pdata[0], "Can't save"));
  add (self, self->picture);
  run (self);
  g_assert_cmpint (genga_job_get_state (get_job (self, 0)), ==, GENGA_JOB_DONE);
}

/* A folder of many pictures comes back whole and in its order. */
static void
test_many (Fixture *self, gconstpointer data)
{
  enum
  {
    N = 10000
  };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (int i = 0; i < N; i++)
    {
      g_autofree char *source = g_strdup_printf ("/somewhere/a picture with a number %d.png", i);
      g_strv_builder_add (builder, source);
    }
  g_auto (GStrv) sources = g_strv_builder_end (builder);
  genga_job_queue_add (self->queue, (const char *const *)sources, self->options);
  reopen (self);
  g_assert_cmpuint (get_n (self), ==, N);
  for (int i = 0; i < N; i++)
    g_assert_cmpstr (genga_job_get_source (get_job (self, i)), ==, sources[i]);
}

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc == 4 && g_str_equal (argv[1], "--victim"))
    run_victim (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/keeper/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("quit", test_quit);
  ADD ("log", test_log);
  ADD ("changes", test_changes);
  ADD ("early", test_early);
  ADD ("kill", test_kill);
  ADD ("garbage", test_garbage);
  ADD ("newer", test_newer);
  ADD ("foreign", test_foreign);
  ADD ("odd-rows", test_odd_rows);
  ADD ("damage", test_damage);
  ADD ("locked", test_locked);
  ADD ("no-folder", test_no_folder);
  ADD ("many", test_many);
#undef ADD
  return g_test_run ();
}
