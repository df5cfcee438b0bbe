/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/queue-store.h"
#include "job/queue/job-record.h"
#include "core/options-save.h"

#include <string.h>

/* Options change with every step of a slider; what was chosen is written once it rests. */
#define REST_MS 300

typedef struct
{
  GengaQueueStore *store;
  GengaJob *job;
  gint64 id;
  gboolean is_kept; /* the store has it */
  gboolean is_due;  /* it is to be written */
} Entry;

struct _GengaQueueStore
{
  gatomicrefcount n_refs;
  GengaJobQueue *queue; /* NULL once it is closed */
  GengaJobStore *store;
  GPtrArray *entries; /* of Entry, one for each job of the queue, in its order */
  gint64 last_id;
  gboolean is_loaded;
  void (*loaded_func) (gpointer data); /* NULL: nobody waits */
  gpointer loaded_data;
  guint rest; /* the timeout, or 0 */

  /* the options written last, and their text */
  GengaOptions *options;
  char *text;
};

static void
store_unref (GengaQueueStore *self)
{
  if (g_atomic_ref_count_dec (&self->n_refs))
    g_free (self);
}

static const char *
get_options_text (GengaQueueStore *self, GengaOptions *options)
{
  if (self->options != options)
    {
      g_free (self->text);
      self->text = genga_options_save (options);
      g_set_object (&self->options, options);
    }
  return self->text;
}

static void
write_entry (GengaQueueStore *self, Entry *entry)
{
  gboolean is_done = genga_job_get_state (entry->job) == GENGA_JOB_DONE;

  entry->is_due = FALSE;
  if (!is_done)
    genga_job_store_put (
        self->store,
        genga_job_to_row (entry->job, entry->id,
                          get_options_text (self, genga_job_get_options (entry->job))));
  else if (entry->is_kept)
    genga_job_store_remove (self->store, entry->id);
  entry->is_kept = !is_done;
}

static void
write_due (GengaQueueStore *self)
{
  g_clear_handle_id (&self->rest, g_source_remove);
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];
      if (entry->is_due)
        write_entry (self, entry);
    }
}

static void
on_state (Entry *entry)
{
  write_entry (entry->store, entry);
}

static gboolean
on_rest (gpointer user_data)
{
  GengaQueueStore *self = user_data;

  self->rest = 0;
  write_due (self);
  return G_SOURCE_REMOVE;
}

static void
on_options (Entry *entry)
{
  GengaQueueStore *self = entry->store;

  entry->is_due = TRUE;
  if (self->rest == 0)
    self->rest = g_timeout_add (REST_MS, on_rest, self);
}

/* Takes the job. */
static Entry *
entry_new (GengaQueueStore *self, GengaJob *job)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->store = self;
  entry->job = job;
  g_signal_connect_swapped (job, "notify::state", G_CALLBACK (on_state), entry);
  g_signal_connect_swapped (job, "notify::options", G_CALLBACK (on_options), entry);
  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_signal_handlers_disconnect_by_data (entry->job, entry);
  g_object_unref (entry->job);
  g_free (entry);
}

/* Ids give the order: where jobs come in between, all behind them get new ones. */
static void
renumber (GengaQueueStore *self, guint position)
{
  for (guint i = position; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->is_kept)
        genga_job_store_remove (self->store, entry->id);
      entry->is_kept = FALSE;
      entry->id = ++self->last_id;
      write_entry (self, entry);
    }
}

static void
remove_entries (GengaQueueStore *self, guint position, guint n)
{
  for (guint i = position; i < position + n; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->is_kept)
        genga_job_store_remove (self->store, entry->id);
    }
  if (n > 0)
    g_ptr_array_remove_range (self->entries, position, n);
}

static void
add_entries (GengaQueueStore *self, guint position, guint n)
{
  guint n_behind = self->entries->len - position;
  gpointer *first;

  g_ptr_array_set_size (self->entries, self->entries->len + n);
  first = self->entries->pdata + position;
  memmove (first + n, first, n_behind * sizeof (gpointer));
  for (guint i = 0; i < n; i++)
    first[i] = entry_new (self, g_list_model_get_item (G_LIST_MODEL (self->queue), position + i));
}

static void
replace_entry (GengaQueueStore *self, guint position, GengaJob *take_job)
{
  Entry *old = self->entries->pdata[position];
  Entry *entry = entry_new (self, take_job);

  entry->id = old->id;
  entry->is_kept = old->is_kept;
  self->entries->pdata[position] = entry;
  entry_free (old);
  write_entry (self, entry);
}

static void
on_items_changed (
    GListModel *model, guint position, guint removed, guint added, GengaQueueStore *self)
{
  if (!self->is_loaded)
    return;
  if (removed == added)
    {
      for (guint i = position; i < position + added; i++)
        replace_entry (self, i, g_list_model_get_item (model, i));
      return;
    }
  remove_entries (self, position, removed);
  add_entries (self, position, added);
  if (added > 0)
    renumber (self, position);
}

/* Jobs come back as they were, and need no writing. */
static void
add_restored (GengaQueueStore *self, GPtrArray *rows, GPtrArray *jobs)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const GengaJobStoreRow *row = rows->pdata[i];
      GengaJob *job = genga_job_new_from_row (row);

      self->last_id = MAX (self->last_id, row->id);
      if (job == NULL)
        {
          genga_job_store_remove (self->store, row->id);
          continue;
        }
      Entry *entry = entry_new (self, g_object_ref (job));
      entry->id = row->id;
      entry->is_kept = TRUE;
      g_ptr_array_add (self->entries, entry);
      g_ptr_array_add (jobs, job);
    }
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaQueueStore *self = user_data;
  g_autoptr (GPtrArray) rows = genga_job_store_load_finish (self->store, result);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->queue != NULL)
    {
      guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

      add_restored (self, rows, jobs);
      if (jobs->len > 0)
        genga_job_queue_insert (self->queue, 0, jobs);
      self->is_loaded = TRUE;
      on_items_changed (G_LIST_MODEL (self->queue), jobs->len, 0, n_before, self);
      if (self->loaded_func != NULL)
        self->loaded_func (self->loaded_data);
    }
  store_unref (self);
}

GengaQueueStore *
genga_queue_store_new (GengaJobQueue *queue,
                       const char *path,
                       GengaJobStoreNotifiedFunc told,
                       gpointer user_data)
{
  GengaQueueStore *self = g_new0 (GengaQueueStore, 1);

  g_atomic_ref_count_init (&self->n_refs);
  self->queue = g_object_ref (queue);
  self->store = genga_job_store_new (path, told, user_data);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  g_signal_connect (queue, "items-changed", G_CALLBACK (on_items_changed), self);
  g_atomic_ref_count_inc (&self->n_refs);
  genga_job_store_load_async (self->store, on_loaded, self);
  return self;
}

void
genga_queue_store_set_loaded_func (GengaQueueStore *self,
                                   void (*func) (gpointer data),
                                   gpointer data)
{
  self->loaded_func = func;
  self->loaded_data = data;
}

gboolean
genga_queue_store_is_loaded (GengaQueueStore *self)
{
  return self->is_loaded;
}

/* The queue closes before the store was read: what it has comes behind what is there. */
static void
write_behind (GengaQueueStore *self)
{
  GListModel *model = G_LIST_MODEL (self->queue);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (model, i);

      if (genga_job_get_state (job) != GENGA_JOB_DONE)
        genga_job_store_put (
            self->store,
            genga_job_to_row (job, 0, get_options_text (self, genga_job_get_options (job))));
    }
}

void
genga_queue_store_free (GengaQueueStore *self)
{
  if (self->is_loaded)
    write_due (self);
  else
    write_behind (self);
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->store, genga_job_store_free);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  g_clear_pointer (&self->text, g_free);
  store_unref (self);
}
