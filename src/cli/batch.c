/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/batch.h"
#include "cli/command.h"
#include "cli/existing-prompt.h"
#include "cli/interrupt.h"
#include "cli/job-arguments.h"
#include "core/error.h"
#include "job/politeness/queue-pauses.h"
#include "job/queue/job-queue.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#define EXIT_SOME_FAILED 1
#define EXIT_CANCELLED 130

typedef struct
{
  GengaReport *report;
  GengaJobQueue *queue;
  GengaQueuePauses *pauses;
  GMainLoop *loop;
  GHashTable *watched; /* of Watched, by their jobs */
  GengaResultRecord *results;
  GengaExisting existing; /* what was answered for all; ASK: nothing */
  GengaReportSummary summary;
  gint64 started_us;
  int only_code; /* of the latest failure */
} Batch;

/* A job of the queue, and what has been told of it. */
typedef struct
{
  Batch *batch;
  GengaJob *job;
  guint index;
  guint n_notices_reported;
  gboolean is_started;
} Watched;

static void
watched_free (gpointer data)
{
  Watched *watched = data;

  g_signal_handlers_disconnect_by_data (watched->job, watched);
  g_object_unref (watched->job);
  g_free (watched);
}

static void
tell_news (Watched *watched)
{
  GengaReport *report = watched->batch->report;
  GPtrArray *notices = genga_job_get_notices (watched->job);

  if (!watched->is_started && genga_job_get_state (watched->job) != GENGA_JOB_QUEUED)
    {
      watched->is_started = TRUE;
      genga_report_started (report, watched->index, watched->job);
    }
  for (; watched->n_notices_reported < notices->len; watched->n_notices_reported++)
    genga_report_notice (report, watched->job, notices->pdata[watched->n_notices_reported]);
}

static void
on_notify (GengaJob *job, GParamSpec *pspec, gpointer user_data)
{
  Watched *watched = user_data;

  tell_news (watched);
  if (genga_job_get_state (job) == GENGA_JOB_RUNNING)
    genga_report_progress (watched->batch->report, watched->index, job);
}

static void
tell_failed (Batch *batch, guint index, const char *source, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    batch->summary.n_cancelled += 1;
  else
    batch->summary.n_failed += 1;
  batch->only_code = genga_error_get_exit_code (error);
  genga_report_failed (batch->report, index, source, error);
}

static void watch_job (Batch *batch, GengaJob *job, guint index);

/* What becomes of the file that has the name of the job's result; ASK: nobody says. */
static GengaExisting
ask_about_existing (Batch *batch, GengaJob *job)
{
  gboolean is_for_all = FALSE;
  GengaExisting answer = batch->existing;

  if (!genga_job_asks_about_existing (job) || genga_interrupt_is_requested ())
    return GENGA_EXISTING_ASK;
  if (answer == GENGA_EXISTING_ASK && genga_existing_prompt_can_ask ())
    {
      genga_report_pause (batch->report);
      answer = genga_existing_prompt_ask (genga_job_get_target (job), &is_for_all);
    }
  if (is_for_all)
    batch->existing = answer;
  return answer;
}

/* The job once more, as it was answered. */
static void
try_again (Batch *batch, GengaJob *job, GengaExisting answer)
{
  const Watched *watched = g_hash_table_lookup (batch->watched, job);
  g_autoptr (GengaOptions) options = genga_options_copy (genga_job_get_options (job));
  guint index = watched->index;

  genga_options_set_int (options, GENGA_OPTION_EXISTING, answer);
  g_hash_table_remove (batch->watched, job);
  watch_job (batch, genga_job_queue_retry (batch->queue, job, options), index);
}

/* The user has said what becomes of it: no advice is wanted. */
static void
tell_skipped (Batch *batch, GengaJob *job)
{
  g_autofree char *name = g_filename_display_basename (genga_job_get_target (job));
  g_autofree char *reason = g_strdup_printf (_ ("“%s” already exists."), name);

  batch->summary.n_skipped += 1;
  batch->summary.n_existing += 1;
  genga_report_skipped (batch->report, genga_job_get_source (job), reason);
}

static void
tell_end (Batch *batch, const Watched *watched)
{
  GengaJob *job = watched->job;

  if (genga_job_get_state (job) == GENGA_JOB_DONE)
    {
      batch->summary.n_done += 1;
      genga_report_done (batch->report, watched->index, job);
    }
  else if (genga_job_is_skipped (job))
    tell_skipped (batch, job);
  else
    tell_failed (batch, watched->index, genga_job_get_source (job), genga_job_get_error (job));
}

static void
on_job_ended (GengaJobQueue *queue, GengaJob *job, Batch *batch)
{
  Watched *watched = g_hash_table_lookup (batch->watched, job);

  tell_news (watched);
  GengaExisting answer = ask_about_existing (batch, job);

  if (answer != GENGA_EXISTING_ASK)
    {
      try_again (batch, job, answer);
      return;
    }
  tell_end (batch, watched);
  g_hash_table_remove (batch->watched, job);
}

static void
on_interrupt (gpointer user_data)
{
  Batch *batch = user_data;

  genga_report_stopping (batch->report);
  genga_job_queue_cancel_all (batch->queue);
}

static void
on_pause (const char *sentence, gpointer batch)
{
  genga_report_notice (((Batch *)batch)->report, NULL, sentence);
}

static Batch *
batch_new (GengaReport *report)
{
  Batch *self = g_new0 (Batch, 1);
  g_autofree char *path = genga_result_record_dup_default_path ();

  self->results = genga_result_record_new (path);
  self->report = report;
  self->started_us = g_get_monotonic_time ();
  self->loop = g_main_loop_new (NULL, FALSE);
  self->watched = g_hash_table_new_full (NULL, NULL, NULL, watched_free);
  self->queue = genga_job_queue_new ();
  genga_job_queue_set_results (self->queue, self->results);
  self->pauses = genga_queue_pauses_new (self->queue, on_pause, self);
  g_signal_connect (self->queue, "job-ended", G_CALLBACK (on_job_ended), self);
  g_signal_connect_swapped (self->queue, "finished", G_CALLBACK (g_main_loop_quit), self->loop);
  genga_interrupt_install (on_interrupt, self);
  return self;
}

static void
batch_free (Batch *self)
{
  genga_interrupt_uninstall ();
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_signal_handlers_disconnect_by_data (self->queue, self->loop);
  g_hash_table_unref (self->watched);
  genga_queue_pauses_free (self->pauses);
  g_object_unref (self->queue);
  genga_result_record_unref (self->results);
  g_main_loop_unref (self->loop);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static void
watch_job (Batch *batch, GengaJob *job, guint index)
{
  Watched *watched = g_new0 (Watched, 1);

  watched->batch = batch;
  watched->job = g_object_ref (job);
  watched->index = index;
  /* Without a terminal there is no user who could free disk space. */
  genga_job_set_waits_for_disk_space (job, isatty (STDERR_FILENO));
  g_signal_connect (job, "notify", G_CALLBACK (on_notify), watched);
  g_hash_table_insert (batch->watched, job, watched);
}

/* A job for each source that there is; tells of the others. */
static GPtrArray *
make_jobs (Batch *batch, const GengaJobSources *sources, const char *target, GengaOptions *options)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GengaOptions) frozen = genga_options_copy (options); /* one for all */
  guint index = 0;

  genga_options_freeze (frozen);
  for (guint i = 0; i < sources->inputs->len; i++)
    {
      const GengaInput *input = sources->inputs->pdata[i];

      if (input->is_skipped)
        {
          batch->summary.n_skipped += 1;
          genga_report_skipped (batch->report, input->path, input->error->message);
        }
      else if (input->error != NULL)
        tell_failed (batch, index++, input->path, input->error);
      else
        {
          GengaJob *job = genga_job_new (input->path, target, frozen);
          const GengaTargetHints hints = {
            .name = sources->names != NULL ? sources->names[index] : NULL,
            .subfolder = input->subfolder,
          };

          genga_job_set_hints (job, &hints);
          g_ptr_array_add (jobs, job);
          watch_job (batch, job, index++);
        }
    }
  return jobs;
}

static int
get_exit_code (const Batch *batch)
{
  const GengaReportSummary *summary = &batch->summary;

  if (summary->n_cancelled > 0 || (genga_interrupt_is_requested () && summary->n_total == 0))
    return EXIT_CANCELLED;
  if (summary->n_failed == 0)
    return 0;
  return summary->n_total == 1 ? batch->only_code : EXIT_SOME_FAILED;
}

/* Runs the jobs, and tells what came of all. */
static int
run_to_end (Batch *batch, GPtrArray *jobs)
{
  genga_job_queue_insert (batch->queue, 0, jobs);
  genga_job_queue_start (batch->queue);
  if (genga_job_queue_is_running (batch->queue))
    g_main_loop_run (batch->loop);

  batch->summary.seconds = (g_get_monotonic_time () - batch->started_us) / (double)G_USEC_PER_SEC;
  genga_report_summary (batch->report, &batch->summary);
  return get_exit_code (batch);
}

static gboolean
is_interrupted (gpointer user_data)
{
  return genga_interrupt_is_requested ();
}

int
genga_batch_run (const GengaJobArguments *arguments, GengaOptions *options, GengaReport *report)
{
  g_autoptr (Batch) batch = batch_new (report);
  g_auto (GengaJobSources) sources = { 0 };
  const GengaInputsRequest request = { .options = options,
                                       .results = batch->results,
                                       .is_stopped = is_interrupted };
  int code = genga_job_arguments_expand (arguments, &genga_command_upscale, &request, &sources);

  if (code >= 0)
    return code;
  for (guint i = 0; i < sources.notices->len; i++)
    genga_report_notice (report, NULL, sources.notices->pdata[i]);
  batch->summary.n_total = sources.n_sources;
  genga_report_set_total (report, sources.n_sources);
  g_autoptr (GPtrArray) jobs = make_jobs (batch, &sources, arguments->output, options);
  return run_to_end (batch, jobs);
}

int
genga_batch_run_jobs (GPtrArray *jobs, GengaReport *report)
{
  g_autoptr (Batch) batch = batch_new (report);

  batch->summary.n_total = jobs->len;
  genga_report_set_total (report, jobs->len);
  for (guint i = 0; i < jobs->len; i++)
    watch_job (batch, jobs->pdata[i], i);
  return run_to_end (batch, jobs);
}
