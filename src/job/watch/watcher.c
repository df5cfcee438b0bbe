/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/watch/watcher.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/picture-format.h"
#include "job/descriptor-path.h"
#include "job/reader/look-apart.h"
#include "job/watch/watch-fence.h"
#include "job/watch/watch-opening.h"
#include "job/watch/watch-store.h"
#include "job/watch/watch-tree.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* Each has a file open. The pipeline takes three at a time. */
#define MAX_ACTIVE 8
/* Taken before others get their turn in the main context. */
#define MAX_AT_ONCE 256

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
  GengaWatchFence fence; /* of what the process is confined to */
  GError *loss;          /* NULL: none */
  guint loss_id;
  guint poll_seconds;
  GengaJobQueue *queue;
  GengaWatchStore *store;
  GengaWatchTree *tree; /* NULL: it takes nothing */
  GHashTable *taken;    /* of Taken, by their jobs */
  GHashTable *names;    /* of Taken, too, by their files' names, where jobs don't run apart */
  GHashTable *by_path;  /* the same where jobs run apart, the last version of each file; borrowed */
  guint n_active;
  guint pump_id;
};

G_DEFINE_FINAL_TYPE (GengaWatcher, genga_watcher, G_TYPE_OBJECT)

static guint message_signal;
static guint lost_signal;

/* A file on its way. */
typedef struct
{
  GengaWatchFile *file;
  GengaJob *job; /* NULL: it is none yet */
  GengaOptions *options;
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

static void
keep (GengaWatcher *self, GengaJob *job, Taken *take_taken)
{
  take_taken->job = job;
  g_hash_table_insert (self->taken, g_object_ref (job), take_taken);
  if (!self->is_apart)
    return;
  g_hash_table_replace (self->by_path, take_taken->path, take_taken);
  genga_watch_opening_set (job, self->root, take_taken->file);
}

/* Its name is free for what came meanwhile. */
static void
drop (GengaWatcher *self, Taken *taken)
{
  set_active (self, taken, FALSE);
  if (g_hash_table_lookup (self->names, taken->file->name) == taken)
    g_hash_table_remove (self->names, taken->file->name);
  if (taken->comes_again && self->tree != NULL)
    genga_watch_tree_forget (self->tree, taken->file->name);
  if (g_hash_table_lookup (self->by_path, taken->path) == taken)
    g_hash_table_remove (self->by_path, taken->path);
  if (taken->job != NULL)
    g_hash_table_remove (self->taken, taken->job);
  else
    taken_free (taken);
}

/* Where jobs run apart, those that were stopped or have failed may be tried again. */
static void
on_job_ended (GengaJobQueue *queue, GengaJob *job, GengaWatcher *self)
{
  Taken *taken = g_hash_table_lookup (self->taken, job);
  const GengaJobState state = genga_job_get_state (job);

  if (taken == NULL)
    return;
  genga_fault ("kill-watched");
  genga_fault ("stop-watched");
  set_active (self, taken, FALSE);
  if (state == GENGA_JOB_DONE || genga_job_is_skipped (job))
    keep_done (self, taken->file);
  else if (state == GENGA_JOB_FAILED)
    keep_failed (self, taken->file, genga_job_get_error (job));
  if (!self->is_apart || state == GENGA_JOB_DONE || genga_job_is_skipped (job))
    drop (self, taken);
  pump (self);
}

/* ---- what becomes of jobs ---- */

/* Jobs of the queue that no file here has become, by their sources, but for what is done or runs:
 * that may have read an earlier version. */
static GHashTable *
list_left (GengaWatcher *self)
{
  GHashTable *left = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  GListModel *jobs = G_LIST_MODEL (self->queue);

  for (guint i = 0; self->is_apart && i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);
      const GengaJobState state = genga_job_get_state (job);
      const char *path = genga_job_get_source (job);

      if (state != GENGA_JOB_DONE && state != GENGA_JOB_RUNNING &&
          !g_hash_table_contains (self->taken, job) && !g_hash_table_contains (left, path))
        g_hash_table_insert (left, (char *)path, g_steal_pointer (&job));
    }
  return left;
}

static GPtrArray *
list_gone (GengaWatcher *self)
{
  GPtrArray *gone = g_ptr_array_new ();
  g_autoptr (GHashTable) here = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  GListModel *jobs = G_LIST_MODEL (self->queue);
  GHashTableIter iter;
  gpointer job, taken;

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    g_hash_table_add (here, g_list_model_get_item (jobs, i));
  g_hash_table_iter_init (&iter, self->taken);
  while (g_hash_table_iter_next (&iter, &job, &taken))
    {
      if (!g_hash_table_contains (here, job))
        g_ptr_array_add (gone, taken);
    }
  return gone;
}

/* A job that is tried again is another one; what the user has taken out is not wanted. */
static void
on_jobs (GListModel *jobs, guint position, guint n_removed, guint n_added, GengaWatcher *self)
{
  g_autoptr (GPtrArray) gone = NULL;
  g_autoptr (GHashTable) left = NULL;

  if (!self->is_apart || n_removed == 0 || g_hash_table_size (self->taken) == 0)
    return;
  gone = list_gone (self);
  left = gone->len > 0 ? list_left (self) : NULL;
  for (guint i = 0; i < gone->len; i++)
    {
      Taken *taken = gone->pdata[i];
      GengaJob *again = g_hash_table_lookup (left, taken->path);

      if (again == NULL)
        {
          genga_watch_store_put (self->store, taken->file->name, &taken->file->stamp,
                                 GENGA_WATCH_DONE);
          drop (self, taken);
          continue;
        }
      g_hash_table_steal (self->taken, taken->job);
      g_object_unref (taken->job);
      keep (self, again, taken);
    }
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

/* Whether a job waits for the name already, which then is for this version. */
static gboolean
joins_older (GengaWatcher *self, Taken *taken)
{
  Taken *older = g_hash_table_lookup (self->by_path, taken->path);
  GengaWatchFile *file;
  GengaJobState state;

  if (older == NULL)
    return FALSE;
  state = genga_job_get_state (older->job);
  if (state != GENGA_JOB_CANCELLED &&
      (state != GENGA_JOB_QUEUED || genga_job_was_opened (older->job)))
    {
      drop (self, older);
      return FALSE;
    }
  file = older->file;
  older->file = taken->file;
  taken->file = file;
  genga_watch_opening_set (older->job, self->root, older->file);
  drop (self, taken);
  return TRUE;
}

static void
try_again (GengaWatcher *self, GPtrArray *jobs)
{
  g_autoptr (GPtrArray) options = g_ptr_array_new ();

  if (jobs->len == 0)
    return;
  for (guint i = 0; i < jobs->len; i++)
    genga_job_set_has_own_options (jobs->pdata[i], TRUE);
  g_ptr_array_add (options, self->options);
  genga_job_queue_retry_many (self->queue, jobs, options);
}

/* Jobs that an earlier run of the program has left in the queue are used again. */
static void
add_jobs (GengaWatcher *self, GPtrArray *files)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) failed = g_ptr_array_new ();
  g_autoptr (GHashTable) left = NULL;

  for (guint i = files->len; i > 0; i--)
    {
      if (joins_older (self, files->pdata[i - 1]))
        g_ptr_array_remove_index (files, i - 1);
    }
  left = list_left (self);
  for (guint i = 0; i < files->len; i++)
    {
      Taken *taken = files->pdata[i];
      GengaJob *job = g_hash_table_lookup (left, taken->path);

      if (job == NULL)
        {
          job = genga_job_new (taken->path, NULL, taken->options);
          set_up_job (self, job, taken->file);
          g_ptr_array_add (jobs, job);
        }
      else if (genga_job_get_state (job) == GENGA_JOB_FAILED)
        g_ptr_array_add (failed, job);
      keep (self, job, taken);
    }
  try_again (self, failed);
  if (jobs->len > 0)
    genga_job_queue_insert (self->queue, g_list_model_get_n_items (G_LIST_MODEL (self->queue)),
                            jobs);
  if (files->len > 0 && may_start (self))
    genga_job_queue_start (self->queue);
}

/* ---- what files are ---- */

typedef struct
{
  GPtrArray *files; /* of Taken */
  gboolean is_apart;
  gboolean *are_sources;
  gboolean *are_none; /* as far as that could be found out */
} Look;

static void
look_free (gpointer data)
{
  Look *self = data;

  g_ptr_array_unref (self->files);
  g_free (self->are_sources);
  g_free (self->are_none);
  g_free (self);
}

static GengaLookApart *
new_look_apart (const Look *self, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; i < self->files->len; i++)
    g_ptr_array_add (paths, ((Taken *)self->files->pdata[i])->path);
  g_ptr_array_add (paths, NULL);
  return genga_look_apart_new ((const char *const *)paths->pdata, cancellable);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *self = data;
  g_autoptr (GengaLookApart) apart = self->is_apart ? new_look_apart (self, cancellable) : NULL;

  for (guint i = 0; i < self->files->len; i++)
    {
      const Taken *taken = self->files->pdata[i];
      const gboolean allows =
          genga_options_get_boolean (taken->options, GENGA_OPTION_ALLOW_TRUNCATED);
      g_autoptr (GError) error = NULL;

      if (apart != NULL)
        self->are_sources[i] =
            genga_look_apart_is_source (apart, taken->path, taken->options, allows, &error);
      else
        {
          g_autofree char *opened = genga_descriptor_path_dup (taken->file->fd);

          self->are_sources[i] = genga_input_is_source (opened, taken->options, allows, &error);
        }
      self->are_none[i] =
          !self->are_sources[i] &&
          (error == NULL || g_error_matches (error, GENGA_ERROR, GENGA_ERROR_INPUT));
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_looked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GengaWatcher *self = GENGA_WATCHER (object);
  const Look *look = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();

  for (guint i = 0; i < look->files->len; i++)
    {
      Taken *taken = look->files->pdata[i];

      if (look->are_sources[i] && self->tree != NULL)
        {
          g_ptr_array_add (sources, taken);
          continue;
        }
      /* One that is none stays so until it is another one. */
      if (look->are_none[i])
        genga_watch_store_put (self->store, taken->file->name, &taken->file->stamp,
                               GENGA_WATCH_FAILED);
      drop (self, taken);
    }
  add_jobs (self, sources);
  pump (self);
}

static void
look_at (GengaWatcher *self, GPtrArray *files)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_looked, NULL);
  Look *look = g_new0 (Look, 1);

  look->files = g_ptr_array_ref (files);
  look->is_apart = self->is_apart;
  look->are_sources = g_new0 (gboolean, files->len);
  look->are_none = g_new0 (gboolean, files->len);
  g_task_set_source_tag (task, look_at);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_in_thread);
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

/* Whether a file has to wait until what had its name has ended. */
static gboolean
waits_for_name (GengaWatcher *self, const GengaWatchFile *file)
{
  Taken *before = g_hash_table_lookup (self->names, file->name);

  if (before != NULL)
    before->comes_again = TRUE;
  return before != NULL;
}

/* Takes the file: into `named` where its name says what it is. */
static void
begin (GengaWatcher *self, GengaWatchFile *file, GPtrArray *named, GPtrArray *others)
{
  g_autofree char *path = g_build_filename (self->root, file->name, NULL);
  Taken *taken;

  if (waits_for_name (self, file))
    {
      genga_watch_file_free (file);
      return;
    }
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
  genga_watch_store_put (self->store, file->name, &file->stamp, GENGA_WATCH_BEGUN);
  set_active (self, taken, TRUE);
  if (self->is_apart)
    genga_watch_file_let_go (file);
  else
    g_hash_table_insert (self->names, file->name, taken);
  g_ptr_array_add (genga_format_from_path (taken->path) != GENGA_FORMAT_AUTO ? named : others,
                   taken);
}

static gboolean
on_pump (gpointer data)
{
  GengaWatcher *self = data;

  self->pump_id = 0;
  pump (self);
  return G_SOURCE_REMOVE;
}

static void
pump (GengaWatcher *self)
{
  g_autoptr (GPtrArray) named = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  GengaWatchFile *file;
  guint n;

  for (n = 0; n < MAX_AT_ONCE && self->tree != NULL && self->loss == NULL &&
              (self->is_apart || self->n_active < MAX_ACTIVE) &&
              (file = genga_watch_tree_take (self->tree)) != NULL;
       n++)
    begin (self, file, named, others);
  if (named->len > 0)
    add_jobs (self, named);
  if (others->len > 0)
    look_at (self, others);
  if (n == MAX_AT_ONCE && self->pump_id == 0)
    self->pump_id = g_idle_add (on_pump, self);
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

  if (!self->is_confined || self->loss != NULL ||
      genga_watch_fence_check (&self->fence, self->root, self->results, &lost, &code))
    return;
  g_autofree char *name = g_filename_display_name (lost);
  self->loss = g_error_new (GENGA_ERROR, code,
                            _ ("“%s” has gone or is another folder by now, and this process may "
                               "only use the one that was there. Start it again."),
                            name);
  self->loss_id = g_idle_add (on_lost, self);
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
  g_clear_handle_id (&self->pump_id, g_source_remove);
  g_clear_pointer (&self->tree, genga_watch_tree_free);
}

gboolean
genga_watcher_has_jobs (GengaWatcher *self)
{
  return g_hash_table_size (self->taken) > 0;
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
  g_clear_pointer (&self->by_path, g_hash_table_unref);
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
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
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
  genga_watch_fence_init (&self->fence, self->root, self->results);
  self->store = store;
  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "job-ended", G_CALLBACK (on_job_ended), self, 0);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (on_jobs), self, 0);
  return self;
}
