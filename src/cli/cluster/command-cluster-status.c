/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli cluster status, cancel and retry. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/cluster/cluster-parts.h"
#include "cli/command-line.h"
#include "cli/json-print.h"
#include "core/error.h"
#include "core/text.h"
#include "job/cluster/cluster-state.h"

#include <glib/gi18n-lib.h>

#define BAR_COLUMNS 40

/* ---- status ---- */

typedef struct
{
  const GengaClusterJob *job;
  const GengaClusterState *state;
  GengaSlurmCount count;
  gboolean has_count;
} Status;

/* Static. */
static const char *
get_word (const Status *self)
{
  if (self->state->is_done)
    return "done";
  if (self->has_count && (self->count.n_running > 0 || self->count.is_joining))
    return "running";
  if (self->has_count && self->count.n_waiting > 0)
    return "waiting";
  return self->state->missing->len > 0 ? "incomplete" : "made";
}

static void
print_json (const Status *self)
{
  const GengaClusterState *state = self->state;
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  genga_json_add_path (builder, "folder", genga_cluster_folder_get_path (self->job->folder));
  genga_json_add_path (builder, "target", self->job->plan->target);
  genga_json_add_string (builder, "state", get_word (self));
  genga_json_add_string (builder, "unit", self->job->plan->has_segments ? "segments" : "chunks");
  genga_json_add_int (builder, "total", state->n_items);
  genga_json_add_int (builder, "done", state->n_done);
  genga_json_add_int (builder, "tasks", self->job->plan->n_tasks);
  genga_json_add_int (builder, "tasks_missing", state->missing->len);
  genga_json_add_int (builder, "tasks_running", self->count.n_running);
  genga_json_add_int (builder, "tasks_waiting", self->count.n_waiting);
  genga_json_add_string (builder, "array_job", self->job->jobs.array);
  genga_json_add_string (builder, "join_job", self->job->jobs.join);
  genga_json_add_string (builder, "join_error", state->join_failure);
  json_builder_set_member_name (builder, "failed");
  json_builder_begin_array (builder);
  for (guint i = 0; i < state->failures->len; i++)
    {
      const GengaClusterFailure *failure = state->failures->pdata[i];

      json_builder_begin_object (builder);
      genga_json_add_int (builder, "task", failure->task);
      genga_json_add_string (builder, "error", failure->sentence);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  genga_json_print (builder, TRUE);
}

static char *
dup_bar (const GengaClusterState *state)
{
  const guint n_full = (guint)((guint64)BAR_COLUMNS * state->n_done / MAX (state->n_items, 1));
  g_autofree char *full = g_strnfill (n_full, '#');
  g_autofree char *rest = g_strnfill (BAR_COLUMNS - n_full, '.');

  return g_strdup_printf ("[%s%s] %u %%", full, rest,
                          (guint)(100 * (guint64)state->n_done / MAX (state->n_items, 1)));
}

static void
print_failures (const GengaClusterState *state)
{
  for (guint i = 0; i < state->failures->len; i++)
    {
      const GengaClusterFailure *failure = state->failures->pdata[i];
      g_autofree char *line = genga_text_dup_line (failure->sentence);

      g_print (_ ("Task %u failed: %s"), failure->task, line);
      g_print ("\n");
    }
  if (state->join_failure != NULL)
    {
      g_autofree char *line = genga_text_dup_line (state->join_failure);

      g_print (_ ("Joining failed: %s"), line);
      g_print ("\n");
    }
}

static void
print_status (const Status *self)
{
  const GengaClusterState *state = self->state;
  g_autofree char *path = genga_text_dup_path (self->job->plan->target);
  g_autofree char *bar = dup_bar (state);

  g_print ("%s\n%s\n", path, bar);
  if (state->is_done)
    {
      g_print ("%s\n", _ ("The result is there."));
      return;
    }
  g_print (self->job->plan->has_segments ? _ ("%u of %u segments are made.")
                                         : _ ("%u of %u parts of the list are made."),
           state->n_done, state->n_items);
  g_print ("\n");
  if (self->has_count)
    {
      g_print (_ ("Tasks in Slurm's queue: %u running, %u waiting."), self->count.n_running,
               self->count.n_waiting);
      g_print ("\n");
    }
  print_failures (state);
}

static int
run_status (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  g_auto (GengaClusterJob) job = { 0 };
  g_autoptr (GengaClusterState) state = NULL;
  g_autoptr (GError) error = NULL;
  gboolean wants_json = FALSE;
  Status status;
  const GengaCommandLine line = { .wants_json = &wants_json,
                                  .arguments = &arguments,
                                  .n_arguments = 1 };
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  if (!genga_cluster_job_open (&job, arguments[0], TRUE, &error))
    return genga_command_fail (error);
  state = genga_cluster_state_read (job.folder, job.plan, &error);
  if (state == NULL)
    return genga_command_fail (error);
  status = (Status){ .job = &job, .state = state };
  status.has_count = !state->is_done && genga_slurm_count (&job.jobs, &status.count);
  if (wants_json)
    print_json (&status);
  else
    print_status (&status);
  return 0;
}

const GengaCommand genga_command_cluster_status = {
  .name = "cluster status",
  .synopsis = N_ ("[OPTION…] FOLDER"),
  .summary = N_ ("Show how far a job is, and what failed."),
  .description = N_ ("Counts what lies in the job's folder and asks Slurm which tasks it still "
                     "has.\n"
                     "\n"
                     "Example:\n"
                     "  genga-cli cluster status --json large.mkv.cluster"),
  .run = run_status,
};

/* ---- cancel ---- */

static int
run_cancel (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  g_auto (GengaClusterJob) job = { 0 };
  g_autoptr (GError) error = NULL;
  const GengaCommandLine line = { .arguments = &arguments, .n_arguments = 1 };
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  if (!genga_cluster_job_open (&job, arguments[0], TRUE, &error) ||
      !genga_slurm_cancel (&job.jobs, &error))
    return genga_command_fail (error);
  return 0;
}

const GengaCommand genga_command_cluster_cancel = {
  .name = "cluster cancel",
  .synopsis = N_ ("[OPTION…] FOLDER"),
  .summary = N_ ("Take a job's tasks out of Slurm's queue."),
  .description = N_ ("What is made stays in the job's folder; “retry” continues, and removing the "
                     "folder gives it up.\n"
                     "\n"
                     "Example:\n"
                     "  genga-cli cluster cancel large.mkv.cluster"),
  .run = run_cancel,
};

/* ---- retry ---- */

/* What Slurm has of a job must have ended before it gets more. */
static gboolean
check_idle (const GengaSlurmJobs *jobs, GError **error)
{
  GengaSlurmCount count;

  if (!genga_slurm_count (jobs, &count))
    return TRUE;
  if (count.is_joining)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                 _ ("Slurm's job %s is joining what is there. Wait for it, or use “genga-cli "
                    "cluster cancel” first."),
                 jobs->join);
  else if (count.n_running + count.n_waiting > 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                 _ ("Slurm still has %u tasks of this job. Wait for them, or use “genga-cli "
                    "cluster cancel” first."),
                 count.n_running + count.n_waiting);
  return !count.is_joining && count.n_running + count.n_waiting == 0;
}

static gboolean
retry (GengaClusterJob *job, GError **error)
{
  g_autoptr (GengaClusterState) state = genga_cluster_state_read (job->folder, job->plan, error);
  g_autofree char *ranges = NULL;

  if (state == NULL)
    return FALSE;
  if (state->is_done)
    {
      g_printerr ("%s\n", _ ("The result is there."));
      return TRUE;
    }
  if (!check_idle (&job->jobs, error))
    return FALSE;
  if (job->jobs.wishes.program == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                           _ ("Nothing of this job was submitted yet."));
      return FALSE;
    }
  /* This very program, whatever a file says. */
  g_free (job->jobs.wishes.program);
  job->jobs.wishes.program = g_file_read_link ("/proc/self/exe", error);
  if (job->jobs.wishes.program == NULL)
    return FALSE;
  genga_slurm_cancel (&job->jobs, NULL); /* a joining that waits for nothing */
  ranges = genga_cluster_state_dup_ranges (state->missing);
  return genga_cluster_job_submit (job->folder, &job->jobs, ranges, error);
}

static int
run_retry (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  g_auto (GengaClusterJob) job = { 0 };
  g_autoptr (GError) error = NULL;
  const GengaCommandLine line = { .arguments = &arguments, .n_arguments = 1 };
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  if (!genga_cluster_job_open (&job, arguments[0], TRUE, &error) || !retry (&job, &error))
    return genga_command_fail (error);
  return 0;
}

const GengaCommand genga_command_cluster_retry = {
  .name = "cluster retry",
  .synopsis = N_ ("[OPTION…] FOLDER"),
  .summary = N_ ("Submit again what is missing of a job, and nothing else."),
  .description =
      N_ ("With the wishes of the first time. Where only the joining failed, it alone is "
          "submitted.\n"
          "\n"
          "Example:\n"
          "  genga-cli cluster retry large.mkv.cluster"),
  .run = run_retry,
};
