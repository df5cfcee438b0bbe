/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/batch.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "core/error.h"
#include "job/queue/inputs.h"
#include "job/queue/name-list.h"
#include "job/pipeline.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#define EXIT_SOME_FAILED 1
#define EXIT_CANCELLED 130

typedef struct
{
  GMainLoop *loop;
  GengaPipeline *pipeline;
  GengaReport *report;
  GPtrArray *items;
  GengaReportSummary summary;
  int only_code; /* of the latest failure */
} Batch;

/* One job of the batch; its job is NULL once it has ended. */
typedef struct
{
  Batch *batch;
  GengaJob *job;
  guint index;
  guint n_notices_told;
  gboolean is_started;
} Item;

static void
item_free (gpointer data)
{
  Item *item = data;

  if (item->job != NULL)
    g_signal_handlers_disconnect_by_data (item->job, item);
  g_clear_object (&item->job);
  g_free (item);
}

static void
item_tell (Item *item)
{
  GengaReport *report = item->batch->report;
  GPtrArray *notices = genga_job_get_notices (item->job);

  if (!item->is_started && genga_job_get_state (item->job) != GENGA_JOB_QUEUED)
    {
      item->is_started = TRUE;
      genga_report_started (report, item->index, item->job);
    }
  for (; item->n_notices_told < notices->len; item->n_notices_told++)
    genga_report_notice (report, item->job, g_ptr_array_index (notices, item->n_notices_told));
}

static void
on_notify (GengaJob *job, GParamSpec *pspec, gpointer user_data)
{
  Item *item = user_data;

  item_tell (item);
  if (genga_job_get_state (job) == GENGA_JOB_RUNNING)
    genga_report_progress (item->batch->report, item->index, job);
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

static gboolean
is_finished (Batch *batch)
{
  const GengaReportSummary *summary = &batch->summary;

  return summary->n_done + summary->n_failed + summary->n_cancelled == summary->n_total;
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Item *item = user_data;
  Batch *batch = item->batch;
  g_autoptr (GError) error = NULL;

  gboolean is_done = genga_pipeline_run_finish (batch->pipeline, result, &error);
  item_tell (item);
  if (is_done)
    {
      batch->summary.n_done += 1;
      genga_report_done (batch->report, item->index, item->job);
    }
  else
    tell_failed (batch, item->index, genga_job_get_source (item->job), error);

  g_signal_handlers_disconnect_by_data (item->job, item);
  g_clear_object (&item->job);
  if (is_finished (batch))
    g_main_loop_quit (batch->loop);
}

static void
on_interrupt (gpointer user_data)
{
  Batch *batch = user_data;

  genga_report_stopping (batch->report);
  /* The last first, so that none starts because the one before it has gone. */
  for (guint i = batch->items->len; i > 0; i--)
    {
      Item *item = g_ptr_array_index (batch->items, i - 1);
      if (item->job != NULL)
        genga_job_cancel (item->job);
    }
}

static void
start_job (Batch *batch, GengaJob *take_job, guint index)
{
  Item *item = g_new0 (Item, 1);

  item->batch = batch;
  item->job = take_job;
  item->index = index;
  /* Where nobody looks, nobody makes room. */
  genga_job_set_waits_for_room (item->job, isatty (STDERR_FILENO));
  g_ptr_array_add (batch->items, item);
  g_signal_connect (item->job, "notify", G_CALLBACK (on_notify), item);
  genga_pipeline_run_async (batch->pipeline, item->job, on_ended, item);
}

static void
start_item (Batch *batch,
            const char *source,
            const char *target,
            const char *name,
            GengaOptions *options,
            guint index)
{
  GengaJob *job = genga_job_new (source, target, options);

  genga_job_set_name (job, name);
  start_job (batch, job, index);
}

static guint
count_sources (GPtrArray *inputs)
{
  guint n = 0;

  for (guint i = 0; i < inputs->len; i++)
    n += !((const GengaInput *)g_ptr_array_index (inputs, i))->is_skipped;
  return n;
}

static void
start_all (Batch *batch, GPtrArray *inputs, const char *target, char **names, GengaOptions *options)
{
  guint index = 0;

  for (guint i = 0; i < inputs->len; i++)
    {
      const GengaInput *input = g_ptr_array_index (inputs, i);

      if (input->is_skipped)
        {
          batch->summary.n_skipped += 1;
          genga_report_skipped (batch->report, input->path, input->error->message);
        }
      else if (input->error != NULL)
        tell_failed (batch, index++, input->path, input->error);
      else
        {
          start_item (batch, input->path, target, names != NULL ? names[index] : NULL, options,
                      index);
          index += 1;
        }
    }
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

/* Waits for the jobs, tells what came of them, and lets go of everything. */
static int
run_to_end (Batch *batch, gint64 started_us)
{
  if (!is_finished (batch))
    g_main_loop_run (batch->loop);

  batch->summary.seconds = (g_get_monotonic_time () - started_us) / (double)G_USEC_PER_SEC;
  genga_report_summary (batch->report, &batch->summary);

  genga_pipeline_free (batch->pipeline);
  g_ptr_array_unref (batch->items);
  g_main_loop_unref (batch->loop);
  return get_exit_code (batch);
}

static gboolean
is_interrupted (gpointer user_data)
{
  return genga_interrupt_is_requested ();
}

int
genga_batch_run (char **arguments, const char *target, GengaOptions *options, GengaReport *report)
{
  Batch batch = { .report = report };
  gint64 started_us = g_get_monotonic_time ();
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;

  batch.items = g_ptr_array_new_with_free_func (item_free);
  genga_interrupt_install (on_interrupt, &batch);
  g_autoptr (GPtrArray) inputs = genga_inputs_expand (arguments, options, is_interrupted, NULL);
  batch.summary.n_total = count_sources (inputs);
  if (target != NULL && batch.summary.n_total > 1)
    {
      g_ptr_array_unref (batch.items);
      return genga_command_usage (&genga_command_upscale,
                                  _ ("--output names the result of one picture, and there are %u. "
                                     "--output-dir takes a folder for all."),
                                  batch.summary.n_total);
    }

  if (target == NULL &&
      !genga_name_list_from_options (options, batch.summary.n_total, &names, &error))
    {
      g_ptr_array_unref (batch.items);
      return genga_command_usage (&genga_command_upscale, "%s", error->message);
    }

  batch.loop = g_main_loop_new (NULL, FALSE);
  batch.pipeline = genga_pipeline_new ();
  genga_report_set_total (report, batch.summary.n_total);
  start_all (&batch, inputs, target, names, options);
  return run_to_end (&batch, started_us);
}

int
genga_batch_run_jobs (GPtrArray *jobs, GengaReport *report)
{
  Batch batch = { .report = report };
  gint64 started_us = g_get_monotonic_time ();

  batch.items = g_ptr_array_new_with_free_func (item_free);
  genga_interrupt_install (on_interrupt, &batch);
  batch.summary.n_total = jobs->len;
  batch.loop = g_main_loop_new (NULL, FALSE);
  batch.pipeline = genga_pipeline_new ();
  genga_report_set_total (report, jobs->len);
  for (guint i = 0; i < jobs->len; i++)
    start_job (&batch, g_object_ref (jobs->pdata[i]), i);
  return run_to_end (&batch, started_us);
}
