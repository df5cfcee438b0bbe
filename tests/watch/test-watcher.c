/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a watched folder as jobs that run apart, in a list that people change: nothing runs
 * here, since a job of theirs waits in front. */
#include "core/error.h"
#include "job/watch/watcher.h"

#include <glib/gstdio.h>
#include <unistd.h>

typedef struct
{
  char *base;
  char *folder;
  char *stores;
  GengaWatchPlace place;
  GengaOptions *options;
  GengaJobQueue *queue;
  GengaWatcher *watcher;
} Fixture;

static void
start (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  const GengaWatcherSetup setup = {
    .place = &self->place,
    .stores = self->stores,
    .options = self->options,
    .is_apart = TRUE,
  };

  self->watcher = genga_watcher_new (&setup, self->queue, &error);
  g_assert_no_error (error);
  genga_watcher_start (self->watcher);
}

/* As when the program ends and is started again, with the list that it had. */
static void
start_again (Fixture *self)
{
  genga_watcher_stop (self->watcher);
  g_clear_object (&self->watcher);
  start (self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const sources[] = { "/nowhere/theirs.png", NULL };
  g_autoptr (GError) error = NULL;

  self->base = g_dir_make_tmp ("genga-watcher-XXXXXX", &error);
  g_assert_no_error (error);
  self->folder = g_build_filename (self->base, "in", NULL);
  self->stores = g_build_filename (self->base, "stores", NULL);
  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  genga_watch_place_init (&self->place, self->folder, NULL, FALSE, &error);
  g_assert_no_error (error);
  self->options = genga_options_new ();
  g_object_set (self->options, "model", "nearest", NULL);
  self->queue = genga_job_queue_new ();
  genga_job_queue_add (self->queue, sources, self->options);
  start (self);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_all (below);
    }
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->watcher);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  genga_watch_place_clear (&self->place);
  remove_all (self->base);
  g_free (self->base);
  g_free (self->folder);
  g_free (self->stores);
}

/* In one step, as it has a name from then on. */
static char *
put (Fixture *self, const char *name, const char *content)
{
  char *path = g_build_filename (self->place.root, name, NULL);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  return path;
}

static GengaJob *
find_job (Fixture *self, const char *path)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (g_str_equal (genga_job_get_source (job), path))
        return job; /* the queue's */
    }
  return NULL;
}

static GengaJob *
wait_for_job (Fixture *self, const char *path)
{
  GengaJob *job;

  while ((job = find_job (self, path)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return job;
}

static guint
count_jobs (Fixture *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->queue));
}

/* What the user has taken out of the list does not come back with the next start. */
static void
test_removed (Fixture *self, gconstpointer data)
{
  g_autofree char *first = put (self, "a.png", "one");
  g_autofree char *second = NULL;

  genga_job_queue_remove (self->queue, wait_for_job (self, first));
  g_assert_false (genga_watcher_has_jobs (self->watcher));
  second = put (self, "b.png", "two");
  start_again (self);
  wait_for_job (self, second);
  g_assert_null (find_job (self, first));
  g_assert_cmpuint (count_jobs (self), ==, 2);
}

/* One that has failed is tried again where its file is another one by now. */
static void
test_failed (Fixture *self, gconstpointer data)
{
  g_autofree char *path = put (self, "a.png", "one");
  g_autoptr (GError) error = g_error_new (GENGA_ERROR, GENGA_ERROR_INPUT, "it is broken");
  GengaJob *job = wait_for_job (self, path);

  genga_job_refuse (job, error);
  g_signal_emit_by_name (self->queue, "job-ended", job);
  g_free (put (self, "a.png", "another one"));
  while (genga_job_get_state (find_job (self, path)) == GENGA_JOB_FAILED)
    g_main_context_iteration (NULL, TRUE);
  job = find_job (self, path);
  g_assert_cmpint (genga_job_get_state (job), ==, GENGA_JOB_QUEUED);
  g_assert_true (genga_job_has_own_options (job));
  g_assert_cmpuint (count_jobs (self), ==, 2);
}

static void
expect_refused (GengaJob *job)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (genga_job_open_source (job, &error), ==, -1);
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
}

/* Right before it runs, a job gets the very file that was seen, and nothing else. */
static void
test_opened (Fixture *self, gconstpointer data)
{
  g_autofree char *path = put (self, "a.png", "one");
  g_autofree char *secret = g_build_filename (self->base, "secret", NULL);
  GengaJob *job = wait_for_job (self, path);
  char buffer[8] = "";
  int fd;

  g_assert_true (genga_job_has_open_func (job));
  g_assert_false (genga_job_was_opened (job));
  fd = genga_job_open_source (job, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (read (fd, buffer, sizeof buffer), ==, 3);
  g_assert_cmpstr (buffer, ==, "one");
  close (fd);
  g_assert_true (genga_job_was_opened (job));

  g_assert_true (g_file_set_contents (secret, "my", -1, NULL));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink (secret, path), ==, 0);
  expect_refused (job);
  g_assert_cmpint (g_unlink (path), ==, 0);
  expect_refused (job);
}

/* A job that waits is for the last version of its file. */
static void
test_replaced (Fixture *self, gconstpointer data)
{
  g_autofree char *path = put (self, "a.png", "one");
  g_autofree char *last = NULL;
  GengaJob *job = wait_for_job (self, path);
  int fd;

  g_free (put (self, "a.png", "another one"));
  last = put (self, "b.png", "two");
  wait_for_job (self, last);
  g_assert_true (find_job (self, path) == job);
  g_assert_cmpuint (count_jobs (self), ==, 3);
  fd = genga_job_open_source (job, NULL);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/watcher/removed", Fixture, NULL, set_up, test_removed, tear_down);
  g_test_add ("/watcher/failed", Fixture, NULL, set_up, test_failed, tear_down);
  g_test_add ("/watcher/opened", Fixture, NULL, set_up, test_opened, tear_down);
  g_test_add ("/watcher/replaced", Fixture, NULL, set_up, test_replaced, tear_down);
  return g_test_run ();
}
