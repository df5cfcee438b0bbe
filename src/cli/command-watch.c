/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli watch: what comes into a folder is made larger, until the program is stopped. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/interrupt.h"
#include "cli/job-arguments.h"
#include "cli/report-mode.h"
#include "core/error.h"
#include "core/options-text.h"
#include "job/apart/sandbox.h"
#include "job/politeness/queue-pauses.h"
#include "job/watch/watch-store.h"
#include "job/watch/watcher.h"

#include <glib/gi18n-lib.h>

#define MAX_POLL_SECONDS 86400
/* A folder of broken files does not fill the log. */
#define MAX_FAILURES 10
#define FAILURES_SECONDS 60

typedef struct
{
  char *done;
  int poll_seconds;
  gboolean moves_done;
  GengaJobArguments job;
  GengaReportArguments reporting;
} Arguments;

static void
arguments_clear (Arguments *self)
{
  g_free (self->done);
  genga_job_arguments_clear (&self->job);
  genga_report_arguments_clear (&self->reporting);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

typedef struct
{
  GengaReport *report;
  GengaJobQueue *queue;
  GengaQueuePauses *pauses;
  GengaWatcher *watcher;
  GengaResultRecord *results;
  GMainLoop *loop;
  GengaReportSummary summary;
  gint64 started_us;
  GError *loss;       /* of a folder; NULL: none */
  gboolean tells_all; /* of failures: a program reads it */
  guint n_failures;   /* told in this minute */
  guint n_untold;
  guint minute_id;
} Watch;

/* ---- what is told ---- */

static gboolean
on_minute (gpointer data)
{
  Watch *self = data;
  g_autofree char *sentence =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more file failed.",
                                    "%u more files failed.", self->n_untold),
                       self->n_untold);

  if (self->n_untold > 0)
    genga_report_notice (self->report, NULL, sentence);
  self->n_failures = self->n_untold = 0;
  self->minute_id = 0;
  return G_SOURCE_REMOVE;
}

static void
tell_failed (Watch *self, guint index, GengaJob *job)
{
  if (self->minute_id == 0)
    self->minute_id = g_timeout_add_seconds (FAILURES_SECONDS, on_minute, self);
  if (self->n_failures++ < MAX_FAILURES || self->tells_all)
    genga_report_failed (self->report, index, genga_job_get_source (job),
                         genga_job_get_error (job));
  else
    self->n_untold++;
}

/* Its place among all that were begun. */
static guint
get_index (GengaJob *job)
{
  gpointer index = g_object_get_data (G_OBJECT (job), "index");

  return GPOINTER_TO_UINT (index);
}

static void
on_notify (GengaJob *job, GParamSpec *pspec, Watch *self)
{
  if (genga_job_get_state (job) == GENGA_JOB_RUNNING)
    genga_report_progress (self->report, get_index (job), job);
}

static void
on_job_started (GengaJobQueue *queue, GengaJob *job, Watch *self)
{
  const guint index = self->summary.n_total++;

  g_object_set_data (G_OBJECT (job), "index", GUINT_TO_POINTER (index));
  genga_report_set_total (self->report, self->summary.n_total);
  genga_report_started (self->report, index, job);
  g_signal_connect (job, "notify", G_CALLBACK (on_notify), self);
}

/* It has a place in the list for as long as it takes. */
static void
on_job_ended (GengaJobQueue *queue, GengaJob *job, Watch *self)
{
  const guint index = get_index (job);
  GPtrArray *notices = genga_job_get_notices (job);

  g_signal_handlers_disconnect_by_data (job, self);
  for (guint i = 0; i < notices->len; i++)
    genga_report_notice (self->report, job, notices->pdata[i]);
  if (genga_job_get_state (job) == GENGA_JOB_DONE)
    {
      self->summary.n_done++;
      genga_report_done (self->report, index, job);
    }
  else if (genga_job_get_state (job) == GENGA_JOB_CANCELLED)
    self->summary.n_cancelled++;
  else if (!genga_job_is_skipped (job))
    {
      self->summary.n_failed++;
      tell_failed (self, index, job);
    }
  genga_job_queue_remove (queue, job);
}

static void
on_message (GengaWatcher *watcher, const char *sentence, Watch *self)
{
  genga_report_notice (self->report, NULL, sentence);
}

static void
on_pause (const char *sentence, gpointer data)
{
  genga_report_notice (((Watch *)data)->report, NULL, sentence);
}

/* ---- the run ---- */

static void
on_finished (Watch *self)
{
  if (genga_interrupt_is_requested () || self->loss != NULL)
    g_main_loop_quit (self->loop);
}

/* What runs ends within a tile; a video goes on from there when the folder is watched again. */
static void
on_interrupt (gpointer data)
{
  Watch *self = data;

  genga_watcher_stop (self->watcher);
  if (!genga_job_queue_is_running (self->queue))
    {
      g_main_loop_quit (self->loop);
      return;
    }
  genga_report_stopping (self->report);
  genga_job_queue_cancel_all (self->queue);
}

static void
on_lost (GengaWatcher *watcher, const GError *loss, Watch *self)
{
  self->loss = g_error_copy (loss);
  on_interrupt (self);
}

static void
watch_clear (Watch *self)
{
  genga_interrupt_uninstall ();
  g_clear_handle_id (&self->minute_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_clear_pointer (&self->pauses, genga_queue_pauses_free);
  g_clear_object (&self->watcher);
  g_clear_object (&self->queue);
  g_clear_pointer (&self->results, genga_result_record_unref);
  g_clear_error (&self->loss);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Watch, watch_clear)

static int
run (const Arguments *arguments,
     const GengaWatchPlace *place,
     GengaOptions *options,
     GengaReport *report)
{
  g_autofree char *stores = genga_watch_store_dup_default_folder ();
  g_autofree char *record = genga_result_record_dup_default_path ();
  g_autofree char *name = g_filename_display_name (place->root);
  g_autofree char *begun = g_strdup_printf (_ ("Watching “%s”."), name);
  g_autoptr (GError) error = NULL;
  const GengaWatcherSetup setup = {
    .place = place,
    .stores = stores,
    .options = options,
    .is_recursive = arguments->job.is_recursive,
    .poll_seconds = arguments->poll_seconds,
    .is_confined = !genga_sandbox_is_disabled (),
  };
  g_auto (Watch) self = {
    .report = report,
    .queue = genga_job_queue_new (),
    .results = genga_result_record_new (record),
    .loop = g_main_loop_new (NULL, FALSE),
    .started_us = g_get_monotonic_time (),
    .tells_all = g_strcmp0 (arguments->reporting.progress, "json") == 0,
  };

  genga_job_queue_set_results (self.queue, self.results);
  self.pauses = genga_queue_pauses_new (self.queue, on_pause, &self);
  self.watcher = genga_watcher_new (&setup, self.queue, &error);
  if (self.watcher == NULL)
    return genga_command_fail (error);
  /* Behind the watcher, so that sources have moved when it is said that they are done. */
  g_signal_connect (self.queue, "job-started", G_CALLBACK (on_job_started), &self);
  g_signal_connect (self.queue, "job-ended", G_CALLBACK (on_job_ended), &self);
  g_signal_connect_swapped (self.queue, "finished", G_CALLBACK (on_finished), &self);
  g_signal_connect (self.watcher, "message", G_CALLBACK (on_message), &self);
  g_signal_connect (self.watcher, "lost", G_CALLBACK (on_lost), &self);
  genga_interrupt_install (on_interrupt, &self);
  genga_report_notice (report, NULL, begun);
  genga_watcher_start (self.watcher);
  g_main_loop_run (self.loop);
  on_minute (&self);
  self.summary.seconds = (g_get_monotonic_time () - self.started_us) / (double)G_USEC_PER_SEC;
  genga_report_summary (report, &self.summary);
  return self.loss != NULL ? genga_command_fail (self.loss) : 0;
}

/* ---- the command line ---- */

static int
check (const GengaCommand *command, Arguments *self, GengaOptions *options)
{
  if (self->job.files == NULL || g_strv_length (self->job.files) != 1 || self->job.list != NULL ||
      self->job.output != NULL)
    return genga_command_usage (command, "%s",
                                _ ("watch takes one folder; results go to --output-dir."));
  if (self->done != NULL && !g_str_equal (self->done, "keep") && !g_str_equal (self->done, "move"))
    return genga_command_usage (command, _ ("--done is “keep” or “move”, not “%s”."), self->done);
  self->moves_done = g_strcmp0 (self->done, "move") == 0;
  if (self->poll_seconds < 0 || self->poll_seconds > MAX_POLL_SECONDS)
    return genga_command_usage (command, _ ("--poll is a number of seconds from 1 to %d."),
                                MAX_POLL_SECONDS);
  if (genga_options_get_int (options, GENGA_OPTION_NAMING) == GENGA_NAMING_LIST)
    return genga_command_usage (command, "%s",
                                _ ("A list of names is for files that are there already."));
  return -1;
}

static void
confine (const GengaWatchPlace *place, GengaOptions *options)
{
  g_autofree char *stores = genga_watch_store_dup_default_folder ();
  char *folders[] = { place->root, NULL };
  char *writable[] = { place->results, stores, place->done != NULL ? place->root : NULL, NULL };

  g_mkdir_with_parents (stores, 0700);
  genga_sandbox_enter (
      &(GengaSandboxNeeds){ .folders = folders, .writable = writable, .options = options });
}

static int
run_watch (const GengaCommand *self, int argc, char **argv)
{
  g_auto (Arguments) arguments = { 0 };
  g_auto (GengaWatchPlace) place = { 0 };
  const GOptionEntry entries[] = {
    { "done", 0, 0, G_OPTION_ARG_STRING, &arguments.done,
      N_ ("What becomes of sources that are done: “keep” leaves them where they are, “move” moves "
          "them to the folder “done” in the watched one. Default: keep."),
      N_ ("WHAT") },
    { "poll", 0, 0, G_OPTION_ARG_INT, &arguments.poll_seconds,
      N_ ("Look at the folder every so many seconds, where nothing tells of changes. By default, "
          "that is done on network shares, every 5 seconds."),
      N_ ("SECONDS") },
    GENGA_REPORT_ENTRIES (&arguments.reporting),
    { 0 },
  };
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  int code = genga_job_arguments_parse (&arguments.job, self, entries, options, argc, argv);

  if (code < 0)
    code = check (self, &arguments, options);
  if (code >= 0)
    return code;
  g_autoptr (GengaReport) report = genga_report_new (&arguments.reporting, &error);
  if (report == NULL)
    return genga_command_usage (self, "%s", error->message);
  g_autoptr (GPtrArray) warnings = genga_options_dup_warnings (options);
  for (guint i = 0; i < warnings->len; i++)
    genga_report_notice (report, NULL, g_ptr_array_index (warnings, i));
  if (!genga_watch_place_init (&place, arguments.job.files[0],
                               genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR),
                               arguments.moves_done, &error))
    return genga_command_fail (error);
  confine (&place, options);
  return run (&arguments, &place, options, report);
}

const GengaCommand genga_command_watch = {
  .name = "watch",
  .synopsis = N_ ("[OPTION…] FOLDER"),
  .summary = N_ ("Upscale the pictures and videos that come into a folder."),
  .description = N_ (
      "Takes each picture and video in the folder once, and then those that are written or "
      "moved into it, until it is stopped. A file is taken when it is whole: no program writes "
      "it any more, and it has stayed the same for a second. One that is replaced or changed "
      "is taken again; one that can't be read is left alone until then. What was done is "
      "remembered, also when the program ends.\n"
      "\n"
      "Results go to the folder “upscaled” in the watched one, or to --output-dir, and get a "
      "number where their name is taken. They are never taken themselves. Links are not "
      "followed.\n"
      "\n"
      "Ctrl+C or SIGTERM stops it within one tile; a video that was interrupted goes on when "
      "the folder is watched again. “systemctl --user enable --now "
      "\"$(systemd-escape --path --template=genga-watch@.service ~/Pictures/In)\"” watches a "
      "folder whenever you are logged in.\n"
      "\n"
      "Examples:\n"
      "  genga-cli watch ~/Pictures/In\n"
      "  genga-cli watch --recursive --done move --use-preset \"Old DVD\" --output-dir ~/Videos "
      "/mnt/scans\n"
      "\n"
      "The exit code is 0 when it was stopped, 2 for a mistake on the command line, 3 for a "
      "folder that can't be read, and 5 where results or what was done can't be written; both "
      "also for a folder that goes or is made anew meanwhile: start it again, as the service does "
      "by itself."),
  .run = run_watch,
};
