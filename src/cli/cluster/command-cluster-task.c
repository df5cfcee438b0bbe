/* SPDX-License-Identifier: GPL-3.0-or-later */
/* genga-cli cluster segment and join: what Slurm's tasks run. */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/cluster/cluster-parts.h"
#include "cli/command-line.h"
#include "cli/interrupt.h"
#include "core/error.h"
#include "job/apart/sandbox.h"
#include "job/cluster/chunk-list.h"
#include "job/cluster/cluster-machine.h"
#include "job/cluster/cluster-run.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

/* The folders that a task's files lie in; the plan is the user's own. */
static GPtrArray *
list_sources (const GengaClusterJob *job, guint first, guint last)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func (g_free);

  if (job->plan->has_segments)
    g_ptr_array_add (sources, g_strdup (job->plan->source));
  for (guint task = first; !job->plan->has_segments && task <= last; task++)
    {
      g_autofree char *name = genga_cluster_dup_name (GENGA_CLUSTER_CHUNKS, task, ".list");
      gsize size;
      g_autofree char *data =
          genga_cluster_folder_read (job->folder, name, GENGA_CHUNK_LIST_MAX, &size, NULL);
      g_autoptr (GPtrArray) files = data != NULL ? genga_chunk_list_parse (data, size) : NULL;

      for (guint i = 0; files != NULL && i < files->len; i++)
        g_ptr_array_add (sources, g_strdup (((const GengaChunkFile *)files->pdata[i])->source));
    }
  g_ptr_array_add (sources, NULL);
  return sources;
}

static void
confine (const GengaClusterJob *job, guint first, guint last)
{
  g_autoptr (GPtrArray) sources = list_sources (job, first, last);
  g_autofree char *parent = g_path_get_dirname (job->plan->target);
  g_autofree char *part = g_build_filename (GENGA_CLUSTER_MODEL, job->plan->model, NULL);
  g_autofree char *model = genga_cluster_folder_dup_path (job->folder, part);
  char *writable[] = { (char *)genga_cluster_folder_get_path (job->folder),
                       job->plan->has_segments ? parent : job->plan->target, NULL };
  char *models[] = { model, NULL };

  genga_sandbox_enter (&(GengaSandboxNeeds){
      .sources = (char **)sources->pdata,
      .writable = writable,
      .models = models,
  });
}

static void
on_interrupt (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

/* "12" or "0-499". */
static gboolean
parse_tasks (const char *text, guint *first, guint *last)
{
  guint64 one, other;
  char **ends = g_strsplit (text, "-", 2);
  const gboolean ok =
      ends[0] != NULL &&
      g_ascii_string_to_unsigned (ends[0], 10, 0, GENGA_CLUSTER_MAX_TASKS, &one, NULL) &&
      g_ascii_string_to_unsigned (ends[1] != NULL ? ends[1] : ends[0], 10, one,
                                  GENGA_CLUSTER_MAX_TASKS, &other, NULL);

  *first = ok ? (guint)one : 0;
  *last = ok ? (guint)other : 0;
  g_strfreev (ends);
  return ok;
}

static int
run_tasks (const GengaClusterJob *job, guint first, guint last)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok;

  genga_interrupt_install (on_interrupt, cancellable);
  ok = genga_cluster_run_tasks (job->folder, job->plan, first, last, cancellable, &error);
  genga_interrupt_uninstall ();
  return ok ? 0 : genga_command_fail (error);
}

static int
run_segment (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  g_auto (GengaClusterJob) job = { 0 };
  g_autoptr (GError) error = NULL;
  const GengaCommandLine line = { .is_confined = TRUE, .arguments = &arguments, .n_arguments = 2 };
  guint first, last;
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  if (!parse_tasks (arguments[1], &first, &last))
    return genga_command_usage (self, _ ("“%s” is no number of a task."), arguments[1]);
  if (!genga_cluster_job_open (&job, arguments[0], FALSE, &error))
    return genga_command_fail (error);
  genga_cluster_machine_adapt (job.plan);
  confine (&job, first, MIN (last, job.plan->n_tasks - 1));
  return run_tasks (&job, first, last);
}

const GengaCommand genga_command_cluster_segment = {
  .name = "cluster segment",
  .synopsis = N_ ("[OPTION…] FOLDER TASK"),
  .summary = N_ ("Make what a task has to make: for Slurm."),
  .description = N_ ("TASK is a number from 0 on, or a range such as 0-9. What is there already is "
                     "not made again. Slurm's tasks run this; other queues and people can.\n"
                     "\n"
                     "Example:\n"
                     "  genga-cli cluster segment large.mkv.cluster 3"),
  .run = run_segment,
};

static int
run_join (const GengaCommand *self, int argc, char **argv)
{
  g_auto (GStrv) arguments = NULL;
  g_auto (GengaClusterJob) job = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const GengaCommandLine line = { .is_confined = TRUE, .arguments = &arguments, .n_arguments = 1 };
  gboolean ok;
  int code = genga_command_line_parse (self, &line, argc, argv);

  if (code >= 0)
    return code;
  if (!genga_cluster_job_open (&job, arguments[0], FALSE, &error))
    return genga_command_fail (error);
  genga_cluster_machine_adapt (job.plan);
  confine (&job, 1, 0);
  genga_interrupt_install (on_interrupt, cancellable);
  ok = genga_cluster_run_join (job.folder, job.plan, cancellable, &error);
  genga_interrupt_uninstall ();
  return ok ? 0 : genga_command_fail (error);
}

const GengaCommand genga_command_cluster_join = {
  .name = "cluster join",
  .synopsis = N_ ("[OPTION…] FOLDER"),
  .summary = N_ ("Join what the tasks have made: for Slurm."),
  .description = N_ ("Counts the tasks that are done. When none is missing, the result is made of "
                     "their segments and the segments are removed.\n"
                     "\n"
                     "Example:\n"
                     "  genga-cli cluster join large.mkv.cluster"),
  .run = run_join,
};
