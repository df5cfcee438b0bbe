/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/job-queue.h"
#include "engine/device-list.h"
#include "job/queue/item-list.h"
#include "job/queue/name-hand-out.h"
#include "job/pipeline.h"

/* One is read, one is computed, one is written. */
#define MAX_UNDER_WAY 3

/* Less of a run says nothing about the rest. */
#define SMALLEST_FRACTION 0.02

struct _GengaJobQueue
{
  GObject parent_instance;

  GPtrArray *jobs;
  GPtrArray *under_way;    /* given to the pipeline, not ended yet */
  GengaPipeline *pipeline; /* NULL while nothing runs */
  gboolean paused;
  gboolean stopping;
  GengaOptions *changed; /* while it runs: what was changed meanwhile, or NULL */
  gboolean is_changed[GENGA_N_OPTIONS];

  gboolean is_apart;          /* jobs run in other processes */
  GengaResultRecord *results; /* NULL: nothing is recorded */
  gint64 started;             /* this run, in seconds since 1970 */
  guint n_begun;              /* in this run */
  gint64 working_since;       /* monotonic, or 0: nothing runs, or it is paused */
  gint64 worked;              /* microseconds of this run before that */

  guint n_waiting;
  double fraction;
  guint n_ended; /* in this run */
  guint n_done;
  guint n_failed;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GengaJobQueue,
                               genga_job_queue,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_RUNNING = 1,
  PROP_PAUSED,
  PROP_N_WAITING,
  PROP_FRACTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint finished_signal;
static guint job_started_signal;
static guint job_ended_signal;

static GType
get_item_type (GListModel *model)
{
  return GENGA_TYPE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return GENGA_JOB_QUEUE (model)->jobs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GengaJobQueue *self = GENGA_JOB_QUEUE (model);

  return position < self->jobs->len ? g_object_ref (self->jobs->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
notify (GengaJobQueue *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static gboolean
is_queued (GengaJobQueue *self, GengaJob *job)
{
  return genga_job_get_state (job) == GENGA_JOB_QUEUED &&
         !g_ptr_array_find (self->under_way, job, NULL);
}

/* After every change, and whenever a job is further. */
static void
count (GengaJobQueue *self)
{
  guint n_queued = 0, n_cancelled = 0;
  double sum = self->n_ended;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      n_queued += is_queued (self, self->jobs->pdata[i]);
      n_cancelled += genga_job_get_state (self->jobs->pdata[i]) == GENGA_JOB_CANCELLED;
    }
  for (guint i = 0; i < self->under_way->len; i++)
    {
      double part;
      g_object_get (self->under_way->pdata[i], "fraction", &part, NULL);
      sum += part;
    }

  guint n_total = self->n_ended + self->under_way->len + n_queued;
  double fraction = n_total > 0 ? sum / n_total : 0;
  gboolean has_other_n = self->n_waiting != n_queued + n_cancelled;
  gboolean has_other_fraction = self->fraction != fraction;
  self->n_waiting = n_queued + n_cancelled;
  self->fraction = fraction;
  if (has_other_n)
    notify (self, PROP_N_WAITING);
  if (has_other_fraction)
    notify (self, PROP_FRACTION);
}

/* Of the run, for names that are made of them; a job that goes on keeps what it had. */
static void
complete_hints (GengaJobQueue *self, GengaJob *job)
{
  GengaTargetHints hints = *genga_job_get_hints (job);

  self->n_begun += 1;
  if (hints.index == 0)
    hints.index = self->n_begun;
  if (hints.date == 0)
    hints.date = self->started;
  genga_job_set_hints (job, &hints);
}

static void
on_state (GengaJob *job, GParamSpec *pspec, GengaJobQueue *self)
{
  if (genga_job_get_state (job) == GENGA_JOB_RUNNING)
    g_signal_emit (self, job_started_signal, 0, job);
}

static void on_ended (GObject *source, GAsyncResult *result, gpointer user_data);

/* What the pipeline will get, as things are. */
static void
announce (GengaJobQueue *self)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  for (guint i = 0; i < self->jobs->len; i++)
    {
      if (is_queued (self, self->jobs->pdata[i]))
        g_ptr_array_add (jobs, self->jobs->pdata[i]);
    }
  genga_pipeline_announce (self->pipeline, jobs);
}

/* Jobs for devices beside the first one. */
static guint
count_more (GengaJobQueue *self)
{
  GengaOptions *options =
      self->jobs->len > 0 ? genga_job_get_options (self->jobs->pdata[self->jobs->len - 1]) : NULL;

  return options != NULL
             ? genga_device_list_count (genga_options_get_string (options, GENGA_OPTION_DEVICE),
                                        genga_options_get_int (options, GENGA_OPTION_WORKERS)) -
                   1
             : 0;
}

static void
fill (GengaJobQueue *self)
{
  const guint n_more = count_more (self);

  for (guint i = 0; i < self->jobs->len && self->under_way->len < MAX_UNDER_WAY + n_more; i++)
    {
      GengaJob *job = self->jobs->pdata[i];

      if (!is_queued (self, job))
        continue;
      complete_hints (self, job);
      if (self->paused)
        genga_job_pause (job);
      g_ptr_array_add (self->under_way, g_object_ref (job));
      g_signal_connect_swapped (job, "notify::fraction", G_CALLBACK (count), self);
      g_signal_connect (job, "notify::state", G_CALLBACK (on_state), self);
      genga_pipeline_run_async (self->pipeline, job, on_ended, g_object_ref (self));
    }
}

/* Whether a start, or the run that is under way, would run it with what is changed now. */
static gboolean
is_waiting (GengaJobQueue *self, GengaJob *job)
{
  return is_queued (self, job) || genga_job_get_state (job) == GENGA_JOB_CANCELLED;
}

/* Jobs that share their options go on sharing them. */
static void
take_over (GengaJobQueue *self, const gboolean *is_changed, GengaOptions *options)
{
  gboolean has_new_names = is_changed[GENGA_OPTION_NAMING] || is_changed[GENGA_OPTION_NAMES];
  g_autoptr (GHashTable) changed =
      g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      GengaJob *job = self->jobs->pdata[i];
      GengaOptions *old = genga_job_get_options (job);
      GengaOptions *new = g_hash_table_lookup (changed, old);

      if (!is_waiting (self, job) || genga_job_has_own_options (job))
        continue;
      if (new == NULL)
        {
          new = genga_options_copy (old);
          for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
            if (is_changed[option])
              genga_options_take_over (new, option, options);
          genga_options_freeze (new);
          g_hash_table_insert (changed, g_object_ref (old), new);
        }
      if (has_new_names)
        genga_job_set_name (job, NULL);
      genga_job_set_options (job, new);
    }
}

static void
apply_changed (GengaJobQueue *self)
{
  if (self->changed != NULL)
    take_over (self, self->is_changed, self->changed);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    self->is_changed[option] = FALSE;
  g_clear_object (&self->changed);
}

static void
end_run (GengaJobQueue *self)
{
  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  self->working_since = 0;
  self->stopping = FALSE;
  apply_changed (self);
  genga_job_queue_set_paused (self, FALSE);
  notify (self, PROP_RUNNING);
  g_signal_emit (self, finished_signal, 0, self->n_done, self->n_failed);
}

static void
record (GengaJobQueue *self, GengaJob *job)
{
  gboolean is_done = genga_job_get_state (job) == GENGA_JOB_DONE;

  if (is_done && self->results != NULL && genga_job_get_target (job) != NULL)
    genga_result_record_add (self->results, genga_job_get_target (job), genga_job_get_source (job));
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaJobQueue) self = user_data;
  GengaJob *job = GENGA_JOB (source);

  genga_pipeline_run_finish (self->pipeline, result, NULL);
  g_signal_handlers_disconnect_by_data (job, self);
  g_ptr_array_remove (self->under_way, job);
  self->n_ended += 1;
  self->n_done += genga_job_get_state (job) == GENGA_JOB_DONE;
  record (self, job);
  g_signal_emit (self, job_ended_signal, 0, job);
  /* One that somebody had tried again has not failed. */
  self->n_failed += genga_job_get_state (job) == GENGA_JOB_FAILED && !genga_job_is_skipped (job) &&
                    !genga_job_asks_about_existing (job) &&
                    g_ptr_array_find (self->jobs, job, NULL);
  if (self->pipeline == NULL)
    return;

  if (!self->stopping)
    fill (self);
  count (self);
  if (self->under_way->len == 0)
    end_run (self);
}

/* After every change from outside. */
static void
update (GengaJobQueue *self)
{
  if (self->pipeline != NULL && !self->stopping)
    {
      /* A job without a name fails, and says so. */
      genga_job_queue_hand_out_names (self, NULL);
      announce (self);
      fill (self);
    }
  count (self);
}

static void
genga_job_queue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaJobQueue *self = GENGA_JOB_QUEUE (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->pipeline != NULL);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, self->n_waiting);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
genga_job_queue_finalize (GObject *object)
{
  GengaJobQueue *self = GENGA_JOB_QUEUE (object);

  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  g_clear_object (&self->changed);
  g_clear_pointer (&self->results, genga_result_record_unref);
  g_ptr_array_unref (self->under_way);
  g_ptr_array_unref (self->jobs);

  G_OBJECT_CLASS (genga_job_queue_parent_class)->finalize (object);
}

static void
genga_job_queue_class_init (GengaJobQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = genga_job_queue_get_property;
  object_class->finalize = genga_job_queue_finalize;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags);
  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  job_started_signal = g_signal_new ("job-started", GENGA_TYPE_JOB_QUEUE, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, GENGA_TYPE_JOB);
  job_ended_signal = g_signal_new ("job-ended", GENGA_TYPE_JOB_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, GENGA_TYPE_JOB);
  finished_signal = g_signal_new ("finished", GENGA_TYPE_JOB_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
genga_job_queue_init (GengaJobQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->under_way = g_ptr_array_new_with_free_func (g_object_unref);
}

GengaJobQueue *
genga_job_queue_new (void)
{
  return g_object_new (GENGA_TYPE_JOB_QUEUE, NULL);
}

void
genga_job_queue_set_apart (GengaJobQueue *self, gboolean is_apart)
{
  self->is_apart = is_apart;
}

void
genga_job_queue_set_results (GengaJobQueue *self, GengaResultRecord *results)
{
  g_clear_pointer (&self->results, genga_result_record_unref);
  self->results = genga_result_record_ref (results);
}

GengaResultRecord *
genga_job_queue_get_results (GengaJobQueue *self)
{
  return self->results;
}

void
genga_job_queue_put_back (GengaJobQueue *self, const GArray *positions, GPtrArray *jobs)
{
  g_return_if_fail (positions->len == jobs->len);

  genga_item_list_put_back (G_LIST_MODEL (self), self->jobs, positions, jobs);
  update (self);
}

void
genga_job_queue_insert (GengaJobQueue *self, guint position, GPtrArray *jobs)
{
  g_return_if_fail (position <= self->jobs->len);

  for (guint i = 0; i < jobs->len; i++)
    g_object_ref (jobs->pdata[i]);
  genga_item_list_splice (G_LIST_MODEL (self), self->jobs, position, 0, jobs);
  update (self);
}

void
genga_job_queue_add (GengaJobQueue *self, const char *const *sources, GengaOptions *options)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GengaOptions) frozen = genga_options_copy (options);

  genga_options_freeze (frozen);
  for (guint i = 0; sources[i] != NULL; i++)
    g_ptr_array_add (jobs, genga_job_new (sources[i], NULL, frozen));
  genga_job_queue_insert (self, self->jobs->len, jobs);
}

guint
genga_job_queue_add_inputs (GengaJobQueue *self, const GPtrArray *inputs, GengaOptions *options)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GengaOptions) frozen = genga_options_copy (options);

  genga_options_freeze (frozen);
  for (guint i = 0; i < inputs->len; i++)
    {
      const GengaInput *input = inputs->pdata[i];
      const GengaTargetHints hints = { .subfolder = input->subfolder };

      if (input->error != NULL && !input->is_refused)
        continue;
      g_ptr_array_add (jobs, genga_job_new (input->path, NULL, frozen));
      if (input->is_refused)
        genga_job_refuse (jobs->pdata[jobs->len - 1], input->error);
      genga_job_set_hints (jobs->pdata[jobs->len - 1], &hints);
    }
  if (jobs->len > 0)
    genga_job_queue_insert (self, self->jobs->len, jobs);
  return jobs->len;
}

void
genga_job_queue_remove (GengaJobQueue *self, GengaJob *job)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_return_if_fail (g_ptr_array_find (self->jobs, job, NULL));

  g_ptr_array_add (jobs, job);
  genga_job_queue_remove_many (self, jobs);
}

void
genga_job_queue_remove_many (GengaJobQueue *self, GPtrArray *jobs)
{
  g_autoptr (GHashTable) removed = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < jobs->len; i++)
    g_hash_table_add (removed, jobs->pdata[i]);
  for (guint i = self->under_way->len; i > 0; i--)
    if (g_hash_table_contains (removed, self->under_way->pdata[i - 1]))
      genga_job_cancel (self->under_way->pdata[i - 1]);
  genga_item_list_remove (G_LIST_MODEL (self), self->jobs, removed);
  update (self);
}

void
genga_job_queue_move (GengaJobQueue *self, GengaJob *job, guint position)
{
  guint from, first, n;

  g_return_if_fail (g_ptr_array_find (self->jobs, job, &from));
  g_return_if_fail (position < self->jobs->len);

  first = MIN (from, position);
  n = MAX (from, position) - first + 1;
  if (n == 1)
    return;
  g_ptr_array_insert (self->jobs, position, g_ptr_array_steal_index (self->jobs, from));
  g_list_model_items_changed (G_LIST_MODEL (self), first, n, n);
}

void
genga_job_queue_reorder (GengaJobQueue *self, guint first, GPtrArray *jobs)
{
  g_autoptr (GHashTable) there = g_hash_table_new (NULL, NULL);

  g_return_if_fail (first <= self->jobs->len && jobs->len <= self->jobs->len - first);

  for (guint i = 0; i < jobs->len; i++)
    g_hash_table_add (there, self->jobs->pdata[first + i]);
  for (guint i = 0; i < jobs->len; i++)
    g_return_if_fail (g_hash_table_remove (there, jobs->pdata[i]));
  genga_item_list_splice (G_LIST_MODEL (self), self->jobs, first, jobs->len, jobs);
}

GPtrArray *
genga_job_queue_dup_done (GengaJobQueue *self)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      if (genga_job_get_state (self->jobs->pdata[i]) == GENGA_JOB_DONE)
        g_ptr_array_add (jobs, g_object_ref (self->jobs->pdata[i]));
    }
  return jobs;
}

static GengaJob *
make_again (GengaJob *old, GengaOptions *options)
{
  GengaOptions *before = genga_job_get_options (old);
  GengaJob *new =
      genga_job_new (genga_job_get_source (old), genga_job_get_requested_target (old), options);
  GengaTargetHints hints = *genga_job_get_hints (old);

  if (genga_job_get_state (old) == GENGA_JOB_DONE)
    hints.index = hints.date = 0; /* it is another run's */
  if (!genga_options_is_same (before, GENGA_OPTION_NAMING, options) ||
      !genga_options_is_same (before, GENGA_OPTION_NAMES, options))
    hints.name = NULL; /* it is another list's */
  genga_job_set_hints (new, &hints);
  genga_job_set_has_own_options (new, genga_job_has_own_options (old));
  return new;
}

GengaJob *
genga_job_queue_retry (GengaJobQueue *self, GengaJob *job, GengaOptions *options)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  g_autoptr (GPtrArray) all_options = g_ptr_array_new ();
  guint position;

  g_return_val_if_fail (g_ptr_array_find (self->jobs, job, &position), NULL);
  g_return_val_if_fail (genga_job_get_state (job) > GENGA_JOB_RUNNING, NULL);

  g_ptr_array_add (jobs, job);
  g_ptr_array_add (all_options, options);
  genga_job_queue_retry_many (self, jobs, all_options);
  return self->jobs->pdata[position];
}

void
genga_job_queue_retry_many (GengaJobQueue *self, GPtrArray *jobs, GPtrArray *options)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < jobs->len; i++)
    if (genga_job_get_state (jobs->pdata[i]) > GENGA_JOB_RUNNING)
      g_hash_table_insert (wanted, jobs->pdata[i],
                           make_again (jobs->pdata[i], options->pdata[i % options->len]));
  genga_item_list_replace (G_LIST_MODEL (self), self->jobs, wanted);
  update (self);
}

void
genga_job_queue_set_option (GengaJobQueue *self, GengaOption option, GengaOptions *options)
{
  gboolean is_changed[GENGA_N_OPTIONS] = { FALSE };

  is_changed[option] = TRUE;
  genga_job_queue_set_options (self, is_changed, options);
}

void
genga_job_queue_set_options (GengaJobQueue *self, const gboolean *is_changed, GengaOptions *options)
{
  take_over (self, is_changed, options);
  if (self->pipeline == NULL)
    return;
  if (is_changed[GENGA_OPTION_NAMING] || is_changed[GENGA_OPTION_NAMES])
    genga_job_queue_hand_out_names (self, NULL);
  /* What is under way gets it if it is stopped, and waits again. */
  g_clear_object (&self->changed);
  self->changed = genga_options_copy (options);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    self->is_changed[option] |= is_changed[option];
}

GPtrArray *
genga_job_queue_set_own_options (GengaJobQueue *self,
                                 GPtrArray *jobs,
                                 GengaOptions *options,
                                 gboolean are_own)
{
  GPtrArray *unchanged = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) here = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) again = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->jobs->len; i++)
    g_hash_table_add (here, self->jobs->pdata[i]);
  for (guint i = 0; i < self->under_way->len; i++)
    g_hash_table_remove (here, self->under_way->pdata[i]);
  for (guint i = 0; i < jobs->len; i++)
    {
      GengaJob *job = jobs->pdata[i];

      if (!g_hash_table_contains (here, job))
        {
          g_ptr_array_add (unchanged, g_object_ref (job));
          continue;
        }
      genga_job_set_has_own_options (job, are_own);
      if (!is_waiting (self, job))
        {
          g_hash_table_insert (again, job, make_again (job, options));
          continue;
        }
      genga_job_set_name (job, NULL);
      genga_job_set_options (job, options);
    }
  genga_item_list_replace (G_LIST_MODEL (self), self->jobs, again);
  update (self);
  return unchanged;
}

static void
replace_cancelled (GengaJobQueue *self)
{
  g_autoptr (GHashTable) again = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->jobs->len; i++)
    if (genga_job_get_state (self->jobs->pdata[i]) == GENGA_JOB_CANCELLED)
      {
        GengaJob *job = self->jobs->pdata[i];

        g_hash_table_insert (again, job, make_again (job, genga_job_get_options (job)));
      }
  genga_item_list_replace (G_LIST_MODEL (self), self->jobs, again);
}

void
genga_job_queue_start (GengaJobQueue *self)
{
  if (self->pipeline != NULL || self->n_waiting == 0)
    return;

  self->pipeline = self->is_apart ? genga_pipeline_new_apart () : genga_pipeline_new ();
  self->started = g_get_real_time () / G_USEC_PER_SEC;
  self->n_begun = 0;
  self->worked = 0;
  self->working_since = g_get_monotonic_time ();
  self->n_ended = 0;
  self->n_done = 0;
  self->n_failed = 0;
  replace_cancelled (self);
  update (self);
  notify (self, PROP_RUNNING);
}

void
genga_job_queue_set_paused (GengaJobQueue *self, gboolean paused)
{
  if (self->paused == paused)
    return;

  self->paused = paused;
  if (self->working_since > 0)
    self->worked += g_get_monotonic_time () - self->working_since;
  self->working_since = self->pipeline != NULL && !paused ? g_get_monotonic_time () : 0;
  for (guint i = 0; i < self->under_way->len; i++)
    {
      if (paused)
        genga_job_pause (self->under_way->pdata[i]);
      else
        genga_job_resume (self->under_way->pdata[i]);
    }
  notify (self, PROP_PAUSED);
}

void
genga_job_queue_stop (GengaJobQueue *self)
{
  self->stopping = self->pipeline != NULL;
  for (guint i = self->under_way->len; i > 0; i--)
    genga_job_cancel (self->under_way->pdata[i - 1]);
}

void
genga_job_queue_cancel_all (GengaJobQueue *self)
{
  /* The last first, so that none starts to work because the one before it has gone. */
  for (guint i = self->jobs->len; i > 0; i--)
    {
      if (genga_job_get_state (self->jobs->pdata[i - 1]) <= GENGA_JOB_RUNNING)
        genga_job_cancel (self->jobs->pdata[i - 1]);
    }
}

void
genga_job_queue_shut_down (GengaJobQueue *self)
{
  genga_job_queue_stop (self);
  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  /* What became of the jobs is still on its way here. */
  while (self->under_way->len > 0)
    g_main_context_iteration (NULL, TRUE);
}

GPtrArray *
genga_job_queue_dup_waiting (GengaJobQueue *self)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->jobs->len; i++)
    {
      if (is_waiting (self, self->jobs->pdata[i]))
        g_ptr_array_add (jobs, g_object_ref (self->jobs->pdata[i]));
    }
  return jobs;
}

gboolean
genga_job_queue_hand_out_names (GengaJobQueue *self, GError **error)
{
  g_autoptr (GPtrArray) waiting = genga_job_queue_dup_waiting (self);

  return genga_name_hand_out (self->jobs, waiting, error);
}

gboolean
genga_job_queue_is_running (GengaJobQueue *self)
{
  return self->pipeline != NULL;
}

gboolean
genga_job_queue_is_paused (GengaJobQueue *self)
{
  return self->paused;
}

guint
genga_job_queue_get_n_waiting (GengaJobQueue *self)
{
  return self->n_waiting;
}

guint
genga_job_queue_count_asking (GengaJobQueue *self)
{
  guint n = 0;

  for (guint i = 0; i < self->jobs->len; i++)
    n += genga_job_asks_about_existing (self->jobs->pdata[i]);
  return n;
}

double
genga_job_queue_get_fraction (GengaJobQueue *self)
{
  return self->fraction;
}

void
genga_job_queue_count_run (GengaJobQueue *self, guint *n_ended, guint *n_total)
{
  *n_ended = self->n_ended;
  *n_total = self->n_ended + self->under_way->len;
  for (guint i = 0; i < self->jobs->len; i++)
    *n_total += is_queued (self, self->jobs->pdata[i]);
}

double
genga_job_queue_get_seconds_left (GengaJobQueue *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 worked = self->worked + (self->working_since > 0 ? now - self->working_since : 0);

  if (self->pipeline == NULL || self->fraction < SMALLEST_FRACTION)
    return -1;
  return worked * (1 - self->fraction) / self->fraction / G_USEC_PER_SEC;
}
