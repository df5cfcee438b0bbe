/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/apart-pipeline.h"
#include "core/error.h"
#include "job/apart/job-process.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaPipeline base;
  GQueue waiting;           /* of GengaJobRun: not given to a process yet */
  GPtrArray *announced;     /* of GengaJob */
  GPtrArray *done;          /* of GengaJob, whose names are taken */
  GengaJobProcess *process; /* NULL: the next job starts one */
  GPtrArray *old;           /* of GengaJobProcess, until the main context is idle */
  guint clean_up;
  guint pump; /* jobs are handed out when the main context is idle */
} ApartPipeline;

static void schedule_pump (ApartPipeline *self);

static gboolean
on_clean_up (gpointer user_data)
{
  ApartPipeline *self = user_data;

  self->clean_up = 0;
  g_ptr_array_set_size (self->old, 0);
  return G_SOURCE_REMOVE;
}

/* It may be what calls just now. */
static void
retire (ApartPipeline *self)
{
  if (self->process == NULL)
    return;
  g_ptr_array_add (self->old, g_steal_pointer (&self->process));
  if (self->clean_up == 0)
    self->clean_up = g_idle_add (on_clean_up, self);
}

/* ---- what comes back ---- */

static void
fail_run (GengaJobRun *run, const char *reason)
{
  GengaJob *job = genga_job_run_get_job (run);
  g_autofree char *name = g_filename_display_basename (genga_job_get_source (job));
  GCancellable *cancellable = genga_progress_get_cancellable (genga_job_get_progress (job));
  GError *error = NULL;

  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    g_set_error (&error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                 _ ("The process that worked on “%s” ended too soon (%s). What was finished before "
                    "is kept. The file may be damaged in an unusual way, or memory ran out."),
                 name, reason);
  genga_job_run_end (run, NULL, error);
}

static void
on_ended (GengaJobProcess *process, GPtrArray *runs, const char *reason, gpointer user_data)
{
  ApartPipeline *self = user_data;
  const gboolean is_alone =
      runs != NULL && runs->len == 1 && genga_job_process_get_n_given (process) == 1;

  if (runs != NULL && process == self->process)
    retire (self);
  for (guint i = runs != NULL ? runs->len : 0; i > 0; i--)
    {
      GengaJobRun *run = runs->pdata[i - 1];

      run->is_suspect = TRUE;
      if (is_alone)
        fail_run (run, reason);
      else
        g_queue_push_head (&self->waiting, run);
    }
  schedule_pump (self);
}

/* ---- handing out ---- */

/* All that may follow the first one that waits; that one alone, if it is suspect. */
static GPtrArray *
list_jobs (ApartPipeline *self, GengaJobRun *first)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (jobs, g_object_ref (genga_job_run_get_job (first)));
  if (first->is_suspect)
    return jobs;
  for (GList *link = self->waiting.head->next; link != NULL; link = link->next)
    g_ptr_array_add (jobs, g_object_ref (genga_job_run_get_job (link->data)));
  for (guint i = 0; i < self->announced->len; i++)
    {
      GengaJob *job = self->announced->pdata[i];

      if (genga_job_get_state (job) == GENGA_JOB_QUEUED)
        g_ptr_array_add (jobs, g_object_ref (job));
    }
  return jobs;
}

static char **
dup_taken (ApartPipeline *self)
{
  g_autoptr (GStrvBuilder) taken = g_strv_builder_new ();

  for (guint i = 0; i < self->done->len; i++)
    {
      const char *target = genga_job_get_target (self->done->pdata[i]);

      if (genga_job_get_state (self->done->pdata[i]) == GENGA_JOB_DONE && target != NULL)
        g_strv_builder_add (taken, target);
    }
  return g_strv_builder_end (taken);
}

static gboolean
start_process (ApartPipeline *self, GengaJobRun *first)
{
  g_autoptr (GPtrArray) jobs = list_jobs (self, first);
  g_auto (GStrv) taken = dup_taken (self);
  GError *error = NULL;

  self->process = genga_job_process_new (jobs, taken, on_ended, self, &error);
  if (self->process == NULL)
    genga_job_run_end (g_queue_pop_head (&self->waiting), NULL, error);
  return self->process != NULL;
}

/* Whether the next job fits beside those that run; a process that is of no use goes. */
static gboolean
has_place (ApartPipeline *self, GengaJobRun *run)
{
  const guint n_runs = self->process != NULL ? genga_job_process_get_n_runs (self->process) : 0;

  if (self->process != NULL &&
      genga_job_process_is_for (self->process, genga_job_run_get_job (run)) &&
      (n_runs == 0 || !run->is_suspect))
    return TRUE;
  if (n_runs == 0)
    retire (self);
  return n_runs == 0 && start_process (self, run);
}

static gboolean
on_pump (gpointer user_data)
{
  ApartPipeline *self = user_data;
  GengaJobRun *run;

  self->pump = 0;
  while ((run = g_queue_peek_head (&self->waiting)) != NULL)
    {
      if (has_place (self, run))
        {
          g_queue_pop_head (&self->waiting);
          g_ptr_array_add (self->done, g_object_ref (genga_job_run_get_job (run)));
          genga_job_process_run (self->process, run);
        }
      else if (self->process != NULL)
        break;
    }
  return G_SOURCE_REMOVE;
}

/* Later, so that jobs that come together share a process. */
static void
schedule_pump (ApartPipeline *self)
{
  if (self->pump == 0)
    self->pump = g_idle_add_full (G_PRIORITY_DEFAULT, on_pump, self, NULL);
}

/* ---- the pipeline ---- */

static void
apart_run (GengaPipeline *pipeline, GTask *take_task)
{
  ApartPipeline *self = (ApartPipeline *)pipeline;
  GengaJobRun *run = g_new0 (GengaJobRun, 1);

  run->task = take_task;
  g_queue_push_tail (&self->waiting, run);
  schedule_pump (self);
}

static void
apart_announce (GengaPipeline *pipeline, GPtrArray *jobs)
{
  ApartPipeline *self = (ApartPipeline *)pipeline;

  g_ptr_array_set_size (self->announced, 0);
  for (guint i = 0; i < jobs->len; i++)
    g_ptr_array_add (self->announced, g_object_ref (jobs->pdata[i]));
}

static void
end_waiting (ApartPipeline *self)
{
  GengaJobRun *run;

  while ((run = g_queue_pop_head (&self->waiting)) != NULL)
    {
      genga_job_cancel (genga_job_run_get_job (run));
      fail_run (run, NULL);
    }
}

static void
apart_free (GengaPipeline *pipeline)
{
  ApartPipeline *self = (ApartPipeline *)pipeline;

  end_waiting (self);
  if (self->process != NULL)
    genga_job_process_shut_down (self->process);
  end_waiting (self);
  retire (self);
  if (self->pump != 0)
    g_source_remove (self->pump);
  if (self->clean_up != 0)
    g_source_remove (self->clean_up);
  g_ptr_array_unref (self->old);
  g_ptr_array_unref (self->announced);
  g_ptr_array_unref (self->done);
  g_free (self);
}

GengaPipeline *
genga_apart_pipeline_new (void)
{
  static const GengaPipelineClass klass = {
    .run = apart_run,
    .announce = apart_announce,
    .free = apart_free,
  };
  ApartPipeline *self = g_new0 (ApartPipeline, 1);

  self->base.klass = &klass;
  g_queue_init (&self->waiting);
  self->announced = g_ptr_array_new_with_free_func (g_object_unref);
  self->done = g_ptr_array_new_with_free_func (g_object_unref);
  self->old = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_job_process_free);
  return &self->base;
}
