/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of jobs that an earlier version was killed with: one failed, two ran, one waited. */
#include "core/error.h"
#include "job/queue/queue-store.h"
#include "core/options-text.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  GengaJobQueue *queue;
  GengaQueueStore *store;
  guint n_told;
} Fixture;

static void
on_told (const char *sentence, gpointer user_data)
{
  Fixture *self = user_data;

  g_test_message ("%s", sentence);
  self->n_told++;
}

static void
copy (Fixture *self, const char *version, const char *name)
{
  g_autofree char *from = g_test_build_filename (G_TEST_DIST, version, "queue", name, NULL);
  g_autofree char *to = g_build_filename (self->folder, name, NULL);
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (from, &data, &size, NULL));
  g_assert_true (g_file_set_contents (to, data, size, NULL));
}

static void
load (Fixture *self)
{
  self->queue = genga_job_queue_new ();
  self->store = genga_queue_store_new (self->queue, self->path, on_told, self);
  while (!genga_queue_store_is_loaded (self->store))
    g_main_context_iteration (NULL, TRUE);
}

static void
unload (Fixture *self)
{
  g_clear_pointer (&self->store, genga_queue_store_free);
  g_clear_object (&self->queue);
}

/* With the write-ahead log, in which most of it is. */
static void
set_up (Fixture *self, gconstpointer version)
{
  self->folder = g_dir_make_tmp ("genga-compat-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "queue.sqlite", NULL);
  copy (self, version, "queue.sqlite");
  copy (self, version, "queue.sqlite-wal");
  load (self);
}

static void
tear_down (Fixture *self, gconstpointer version)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (self->queue != NULL)
    unload (self);
  dir = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static const struct
{
  const char *name;
  GengaJobState state;
} rows[] = {
  { "gone.png", GENGA_JOB_FAILED },
  { "running.png", GENGA_JOB_CANCELLED },
  { "clip.mkv", GENGA_JOB_CANCELLED },
  { "waits.png", GENGA_JOB_QUEUED },
};

static void
check_options (GengaJob *job)
{
  GengaOptions *options = genga_job_get_options (job);
  g_autofree char *scale = genga_options_format (options, GENGA_OPTION_SCALE);

  g_assert_cmpstr (genga_options_get_string (options, GENGA_OPTION_MODEL), ==, "genga-standard");
  g_assert_cmpstr (scale, ==, "16");
  g_assert_cmpfloat (genga_options_get_double (options, GENGA_OPTION_SHARPENING), ==, 0.5);
}

/* Only that the process has ended; nothing of options that are not known any more. */
static void
check_notices (GengaJob *job, GengaJobState state)
{
  GPtrArray *notices = genga_job_get_notices (job);

  g_assert_cmpuint (notices->len, ==, state == GENGA_JOB_CANCELLED ? 1 : 0);
}

static void
check_all (Fixture *self)
{
  GListModel *model = G_LIST_MODEL (self->queue);

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (model, i);
      g_autofree char *name = g_path_get_basename (genga_job_get_source (job));

      g_assert_cmpstr (name, ==, rows[i].name);
      g_assert_cmpint (genga_job_get_state (job), ==, rows[i].state);
      check_options (job);
      check_notices (job, rows[i].state);
    }
}

static void
test_restored (Fixture *self, gconstpointer version)
{
  g_autoptr (GengaJob) failed = g_list_model_get_item (G_LIST_MODEL (self->queue), 0);
  const GError *error = genga_job_get_error (failed);

  check_all (self);
  g_assert_true (g_error_matches (error, GENGA_ERROR, GENGA_ERROR_INPUT));
  g_assert_nonnull (strstr (error->message, "gone.png” does not exist."));
  g_assert_cmpuint (self->n_told, ==, 0);
}

/* What this version has written is read again, by the same rows. */
static void
test_kept (Fixture *self, gconstpointer version)
{
  unload (self);
  load (self);
  check_all (self);
  g_assert_cmpuint (self->n_told, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/compat/queue/restored/2d95b85", Fixture, "2d95b85", set_up, test_restored,
              tear_down);
  g_test_add ("/compat/queue/kept/2d95b85", Fixture, "2d95b85", set_up, test_kept, tear_down);
  return g_test_run ();
}
