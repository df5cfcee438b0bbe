/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watcher.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/picture-format.h"
#include "job/descriptor-path.h"
#include "job/reader/look-apart.h"
#include "job/watch/watch-store.h"
#include "job/watch/watch-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each has a file open. The pipeline takes three at a time. */
#define MAX_ACTIVE 8

struct _GengaWatcher
{
  GObject parent_instance;

  char *root;
  char *results;
  char *done;      /* NULL: sources stay */
  char *put_aside; /* a sentence; NULL: nothing was */
  GengaOptions *options;
  gboolean is_recursive;
  gboolean is_apart;
  gboolean is_confined;
  GengaWatchStamp root_stamp; /* of what the process is confined to */
  GengaWatchStamp results_stamp;
  gboolean opens_results;
  GError *loss; /* NULL: none */
  guint loss_id;
  guint poll_seconds;
  GengaJobQueue *queue;
  GengaWatchStore *store;
  GengaWatchTree *tree; /* NULL: it takes nothing */
  GHashTable *taken;    /* of Taken, by their jobs */
  GHashTable *names;    /* of Taken, too, by their files' names */
  guint n_active;
};

G_DEFINE_FINAL_TYPE (GengaWatcher, genga_watcher, G_TYPE_OBJECT)

static guint message_signal;
static guint lost_signal;

/* A file on its way. */
typedef struct
{
  GengaWatchFile *file;
  GengaOptions *options;
  gboolean is_apart;
  gboolean is_active;   /* counts among those that are under way */
  gboolean comes_again; /* something else got its name meanwhile */
  char *path;
} Taken;

static void
taken_free (gpointer data)
{
  Taken *self = data;

  g_clear_pointer (&self->file, genga_watch_file_free);
  g_clear_object (&self->options);
  g_free (self->path);
  g_free (self);
}

static void
tell (GengaWatcher *self, const char *sentence)
{
  g_signal_emit (self, message_signal, 0, sentence);
}

static void pump (GengaWatcher *self);

/* ---- what came of files ---- */

/* It has not got a better place, but what was made of it is there. */
static void
tell_not_moved (GengaWatcher *self, const char *name, int code)
{
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *sentence = NULL;

  if (code == ENOENT)
    return;
  sentence = g_strdup_printf (_ ("Can't move “%s” to “%s”: %s. It stays where it is."), shown,
                              GENGA_WATCH_DONE_FOLDER, g_strerror (code));
  tell (self, sentence);
}

static void
keep_done (GengaWatcher *self, const GengaWatchFile *file)
{
  if (!genga_watch_file_is_same (file, self->root))
    {
      if (self->tree != NULL)
        genga_watch_tree_forget (self->tree, file->name);
    }
  else if (self->done == NULL)
    genga_watch_store_put (self->store, file->name, &file->stamp, GENGA_WATCH_DONE);
  else if (genga_watch_file_move (file, self->root, GENGA_WATCH_DONE_FOLDER))
    {
      /* Who puts it back wants it once more. */
      genga_watch_store_forget (self->store, file->name);
      if (self->tree != NULL)
        genga_watch_tree_forget (self->tree, file->name);
    }
  else
    {
      const int code = errno;

      genga_watch_store_put (self->store, file->name, &file->stamp, GENGA_WATCH_DONE);
      tell_not_moved (self, file->name, code);
    }
}

/* What is the file's own fault stays so until it is another one. */
static void
keep_failed (GengaWatcher *self, const GengaWatchFile *file, const GError *error)
{
  if (g_error_matches (error, GENGA_ERROR, GENGA_ERROR_INPUT) ||
      g_error_matches (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE))
    genga_watch_store_put (self->store, file->name, &file->stamp, GENGA_WATCH_FAILED);
}

static void
set_active (GengaWatcher *self, Taken *taken, gboolean is_active)
{
  self->n_active += (int)is_active - (int)taken->is_active;
  taken->is_active = is_active;
}

/* Its name is free for what came meanwhile. */
static void
let_name_go (GengaWatcher *self, Taken *taken)
{
  set_active (self, taken, FALSE);
  g_hash_table_remove (self->names, taken->file->name);
  if (taken->comes_again && self->tree != NULL)
    genga_watch_tree_forget (self->tree, taken->file->name);
}

/* One that was stopped comes back as another job. */
static GengaJob *
find_job (GengaWatcher *self, GengaJob *job)
{
  GHashTableIter iter;
  gpointer other, taken;

  if (g_hash_table_contains (self->taken, job))
    return job;
  g_hash_table_iter_init (&iter, self->taken);
  while (self->is_apart && g_hash_table_iter_next (&iter, &other, &taken))
    {
      if (g_str_equal (((Taken *)taken)->path, genga_job_get_source (job)))
        return other;
    }
  return NULL;
}

static void
on_job_ended (GengaJobQueue *queue, GengaJob *job, GengaWatcher *self)
{
  GengaJob *known = find_job (self, job);
  Taken *taken = known != NULL ? g_hash_table_lookup (self->taken, known) : NULL;

  if (taken == NULL)
    return;
  genga_fault ("kill-watched");
  genga_fault ("stop-watched");
  set_active (self, taken, FALSE);
  if (self->is_apart && genga_job_get_state (job) == GENGA_JOB_CANCELLED)
    return; /* it waits again */
  if (genga_job_get_state (job) == GENGA_JOB_DONE || genga_job_is_skipped (job))
    keep_done (self, taken->file);
  else if (genga_job_get_state (job) == GENGA_JOB_FAILED)
    keep_failed (self, taken->file, genga_job_get_error (job));
  let_name_go (self, taken);
  g_hash_table_remove (self->taken, known);
  pump (self);
}

/* ---- becoming jobs ---- */

typedef struct
{
  GengaWatchStore *store;
  char *name;
  GengaWatchStamp stamp;
} Place;

static void
place_free (gpointer data)
{
  Place *self = data;

  genga_watch_store_unref (self->store);
  g_free (self->name);
  g_free (self);
}

static void
on_place (const char *target, gpointer data)
{
  const Place *self = data;

  genga_watch_store_set_target (self->store, self->name, &self->stamp, target);
}

static void
set_up_job (GengaWatcher *self, GengaJob *job, const GengaWatchFile *file)
{
  g_autofree char *below = g_path_get_dirname (file->name);
  const GengaTargetHints hints = { .subfolder = g_str_equal (below, ".") ? NULL : below };
  Place *place;

  genga_job_set_hints (job, &hints);
  genga_job_set_has_own_options (job, TRUE);
  if (self->is_apart)
    return;
  place = g_new0 (Place, 1);
  place->store = genga_watch_store_ref (self->store);
  place->name = g_strdup (file->name);
  place->stamp = file->stamp;
  genga_job_set_source_descriptor (job, file->fd);
  genga_job_set_place_func (job, on_place, place, place_free);
}

/* That an earlier run of the program has left in the queue. */
static GengaJob *
find_left (GengaWatcher *self, const char *path)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);

  for (guint i = 0; self->is_apart && i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (genga_job_get_state (job) != GENGA_JOB_DONE && find_job (self, job) == NULL &&
          g_str_equal (genga_job_get_source (job), path))
        return g_steal_pointer (&job);
    }
  return NULL;
}

/* Whether nothing waits that others have put there. */
static gboolean
may_start (GengaWatcher *self)
{
  g_autoptr (GPtrArray) waiting = genga_job_queue_dup_waiting (self->queue);

  for (guint i = 0; self->is_apart && i < waiting->len; i++)
    {
      const Taken *taken = g_hash_table_lookup (self->taken, waiting->pdata[i]);

      if (taken == NULL || !taken->is_active)
        return FALSE;
    }
  return TRUE;
}

static void
add_job (GengaWatcher *self, Taken *take_taken)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GengaJob *left = find_left (self, take_taken->path);
  GengaJob *job;

  set_active (self, take_taken, TRUE);
  if (left != NULL)
    {
      g_hash_table_insert (self->taken, left, take_taken);
      return;
    }
  job = genga_job_new (take_taken->path, NULL, self->options);
  set_up_job (self, job, take_taken->file);
  g_hash_table_insert (self->taken, g_object_ref (job), take_taken);
  g_ptr_array_add (jobs, job);
  genga_job_queue_insert (self->queue, g_list_model_get_n_items (G_LIST_MODEL (self->queue)), jobs);
  if (may_start (self))
    genga_job_queue_start (self->queue);
}

/* ---- what files are ---- */

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Taken *taken = data;
  const char *const paths[] = { taken->path, NULL };
  g_autoptr (GengaLookApart) apart =
      taken->is_apart ? genga_look_apart_new (paths, cancellable) : NULL;
  const gboolean allows = genga_options_get_boolean (taken->options, GENGA_OPTION_ALLOW_TRUNCATED);
  g_autoptr (GError) error = NULL;
  gboolean is_source;

  if (apart != NULL)
    {
      GengaInputLook look = genga_look_apart_get_look (apart);

      is_source = look.is_source (look.data, taken->path, taken->options, allows, &error);
    }
  else
    {
      g_autofree char *opened = genga_descriptor_path_dup (taken->file->fd);

      is_source = genga_input_is_source (opened, taken->options, allows, &error);
    }
  /* One that is none stays so until it is another one. */
  if (!is_source && error != NULL && !g_error_matches (error, GENGA_ERROR, GENGA_ERROR_INPUT))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, is_source);
}

static void
on_looked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GengaWatcher *self = GENGA_WATCHER (object);
  Taken *taken = user_data;
  g_autoptr (GError) error = NULL;
  const gboolean is_source = g_task_propagate_boolean (G_TASK (result), &error);

  if (is_source && self->tree != NULL)
    {
      add_job (self, taken);
      return;
    }
  if (!is_source && error == NULL)
    genga_watch_store_put (self->store, taken->file->name, &taken->file->stamp, GENGA_WATCH_FAILED);
  let_name_go (self, taken);
  taken_free (taken);
  pump (self);
}

/* ---- taking ---- */

/* Whether a run that was interrupted had made the result, and no more than that. */
static gboolean
was_made (GengaWatcher *self, const GengaWatchFile *file)
{
  g_autofree char *target = NULL;
  GStatBuf info;

  return genga_watch_store_find (self->store, file->name, &file->stamp, &target) ==
             GENGA_WATCH_BEGUN &&
         target != NULL &&
         genga_options_get_int (self->options, GENGA_OPTION_EXISTING) == GENGA_EXISTING_NUMBER &&
         g_lstat (target, &info) == 0 && S_ISREG (info.st_mode);
}

static gboolean
is_result (GengaWatcher *self, const char *path)
{
  GengaResultRecord *record = genga_job_queue_get_results (self->queue);

  return record != NULL && genga_result_record_has (record, path);
}

static gboolean
has_job (GengaWatcher *self, const Taken *taken)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (find_job (self, job) != NULL &&
          g_hash_table_lookup (self->taken, find_job (self, job)) == taken)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_taken_for (gpointer job, gpointer taken, gpointer data)
{
  return taken == data;
}

/* Whether a file has to wait until what had its name has ended. People may have removed that. */
static gboolean
waits_for_name (GengaWatcher *self, const GengaWatchFile *file)
{
  Taken *before = g_hash_table_lookup (self->names, file->name);

  if (before == NULL)
    return FALSE;
  if (before->is_active || has_job (self, before))
    {
      before->comes_again = TRUE;
      return TRUE;
    }
  g_hash_table_remove (self->names, file->name);
  g_hash_table_foreach_remove (self->taken, is_taken_for, before);
  return FALSE;
}

/* Takes the file. */
static void
begin (GengaWatcher *self, GengaWatchFile *file)
{
  g_autofree char *path = g_build_filename (self->root, file->name, NULL);
  Taken *taken;
  GTask *task;

  if (waits_for_name (self, file))
    {
      genga_watch_file_free (file);
      return;
    }
  if (is_result (self, path) || was_made (self, file))
    {
      if (!is_result (self, path))
        keep_done (self, file);
      genga_watch_file_free (file);
      return;
    }
  taken = g_new0 (Taken, 1);
  taken->file = file;
  taken->path = g_steal_pointer (&path);
  taken->options = g_object_ref (self->options);
  taken->is_apart = self->is_apart;
  genga_watch_store_put (self->store, file->name, &file->stamp, GENGA_WATCH_BEGUN);
  set_active (self, taken, TRUE);
  g_hash_table_insert (self->names, file->name, taken);
  if (self->is_apart)
    genga_watch_file_let_go (file);
  if (genga_format_from_path (taken->path) != GENGA_FORMAT_AUTO)
    {
      add_job (self, taken);
      return;
    }
  task = g_task_new (self, NULL, on_looked, taken);
  g_task_set_source_tag (task, begin);
  g_task_set_task_data (task, taken, NULL);
  g_task_run_in_thread (task, look_in_thread);
  g_object_unref (task);
}

static void
pump (GengaWatcher *self)
{
  GengaWatchFile *file;

  while (self->tree != NULL && self->loss == NULL &&
         (self->is_apart || self->n_active < MAX_ACTIVE) &&
         (file = genga_watch_tree_take (self->tree)) != NULL)
    begin (self, file);
}

static void
tell_broken (GengaWatcher *self)
{
  g_autofree char *name = g_filename_display_name (self->root);
  g_autofree char *sentence = g_strdup_printf (
      _ ("What is known of “%s” can't be read, so its files are left alone."), name);

  tell (self, sentence);
}

/* ---- the fence ---- */

static gboolean
can_open (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const gboolean is_refused = fd < 0 && (errno == EACCES || errno == EPERM);

  if (fd >= 0)
    close (fd);
  return !is_refused;
}

static gboolean
is_other_folder (const struct stat *info, const GengaWatchStamp *stamp)
{
  return info->st_dev != stamp->device || info->st_ino != stamp->node;
}

/* A folder that is watched may be away for a while; results can't be made anew. */
static gboolean
check_folders (GengaWatcher *self, const char **lost, int *code)
{
  struct stat info;

  *lost = self->root;
  *code = GENGA_ERROR_INPUT;
  if (stat (self->root, &info) == 0 &&
      (is_other_folder (&info, &self->root_stamp) || !can_open (self->root)))
    return FALSE;
  *lost = self->results;
  *code = GENGA_ERROR_OUTPUT;
  if (stat (self->results, &info) != 0)
    return stat (self->root, &info) != 0;
  return !is_other_folder (&info, &self->results_stamp) &&
         (!self->opens_results || can_open (self->results));
}

static gboolean
on_lost (gpointer data)
{
  GengaWatcher *self = data;

  self->loss_id = 0;
  g_signal_emit (self, lost_signal, 0, self->loss);
  return G_SOURCE_REMOVE;
}

static void
on_looks (gpointer data)
{
  GengaWatcher *self = data;
  const char *lost;
  int code;

  if (!self->is_confined || self->loss != NULL || check_folders (self, &lost, &code))
    return;
  g_autofree char *name = g_filename_display_name (lost);
  self->loss = g_error_new (GENGA_ERROR, code,
                            _ ("“%s” has gone or is another folder by now, and this process may "
                               "only use the one that was there. Start it again."),
                            name);
  self->loss_id = g_idle_add (on_lost, self);
}

static void
note_folders (GengaWatcher *self)
{
  struct stat info;

  if (stat (self->root, &info) == 0)
    self->root_stamp = genga_watch_stamp_new (&info);
  if (stat (self->results, &info) == 0)
    self->results_stamp = genga_watch_stamp_new (&info);
  self->opens_results = can_open (self->results);
}

/* ---- what the tree asks ---- */

static gboolean
is_known (const char *name, const GengaWatchStamp *stamp, gpointer data)
{
  GengaWatcher *self = data;

  const gboolean was_broken = genga_watch_store_is_broken (self->store);
  const GengaWatchState state = genga_watch_store_find (self->store, name, stamp, NULL);

  if (!was_broken && genga_watch_store_is_broken (self->store))
    tell_broken (self);
  return state >= GENGA_WATCH_DONE;
}

static void
on_ready (gpointer data)
{
  pump (data);
}

static void
on_told (const char *sentence, gpointer data)
{
  tell (data, sentence);
}

void
genga_watcher_start (GengaWatcher *self)
{
  const char *const others[] = { self->results, self->done, NULL };
  const GengaWatchTreeSetup setup = {
    .root = self->root,
    .is_recursive = self->is_recursive,
    .poll_seconds = self->poll_seconds,
    .others = others,
    .is_known = is_known,
    .looks = on_looks,
    .ready = on_ready,
    .told = on_told,
    .data = self,
  };

  if (self->put_aside != NULL)
    tell (self, self->put_aside);
  g_clear_pointer (&self->put_aside, g_free);
  if (self->tree == NULL)
    self->tree = genga_watch_tree_new (&setup);
}

void
genga_watcher_stop (GengaWatcher *self)
{
  g_clear_pointer (&self->tree, genga_watch_tree_free);
}

/* ---- the type ---- */

static void
genga_watcher_dispose (GObject *object)
{
  GengaWatcher *self = GENGA_WATCHER (object);

  genga_watcher_stop (self);
  g_clear_handle_id (&self->loss_id, g_source_remove);
  g_clear_error (&self->loss);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_pointer (&self->taken, g_hash_table_unref);
  g_clear_pointer (&self->store, genga_watch_store_unref);
  g_clear_pointer (&self->put_aside, g_free);
  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->results, g_free);
  g_clear_pointer (&self->done, g_free);

  G_OBJECT_CLASS (genga_watcher_parent_class)->dispose (object);
}

static void
genga_watcher_class_init (GengaWatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_watcher_dispose;

  message_signal = g_signal_new ("message", GENGA_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  lost_signal = g_signal_new ("lost", GENGA_TYPE_WATCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
genga_watcher_init (GengaWatcher *self)
{
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->taken = g_hash_table_new_full (NULL, NULL, g_object_unref, taken_free);
}

/* Nobody is there to be asked, and a source that comes again is another one. */
void
genga_watcher_set_options (GengaWatcher *self, GengaOptions *from)
{
  GengaOptions *options = genga_options_copy (from);

  genga_options_set_string (options, GENGA_OPTION_OUTPUT_DIR, self->results);
  if (genga_options_get_int (options, GENGA_OPTION_EXISTING) == GENGA_EXISTING_ASK)
    genga_options_set_int (options, GENGA_OPTION_EXISTING, GENGA_EXISTING_NUMBER);
  genga_options_freeze (options);
  g_clear_object (&self->options);
  self->options = options;
}

GengaWatcher *
genga_watcher_new (const GengaWatcherSetup *setup, GengaJobQueue *queue, GError **error)
{
  g_autofree char *path = genga_watch_store_dup_path (setup->stores, setup->place->root);
  char *put_aside = NULL;
  GengaWatchStore *store = genga_watch_store_open (path, setup->place->root, &put_aside, error);
  GengaWatcher *self;

  if (store == NULL)
    return NULL;
  self = g_object_new (GENGA_TYPE_WATCHER, NULL);
  self->put_aside = put_aside;
  self->root = g_strdup (setup->place->root);
  self->results = g_strdup (setup->place->results);
  self->done = g_strdup (setup->place->done);
  genga_watcher_set_options (self, setup->options);
  self->is_recursive = setup->is_recursive;
  self->is_apart = setup->is_apart;
  self->is_confined = setup->is_confined;
  self->poll_seconds = setup->poll_seconds;
  note_folders (self);
  self->store = store;
  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "job-ended", G_CALLBACK (on_job_ended), self, 0);
  return self;
}
