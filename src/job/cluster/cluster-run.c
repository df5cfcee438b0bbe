/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-run.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/options-save.h"
#include "job/cluster/chunk-list.h"
#include "job/cluster/cluster-machine.h"
#include "job/cluster/cluster-part.h"
#include "job/cluster/cluster-state.h"
#include "job/pipeline.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* ---- options of a task ---- */

/*
 * As many as are wanted, but no more than the task has; the own engine computes the same with any
 * number.
 */
static guint
choose_threads (const GengaClusterPlan *plan, guint wanted)
{
  const char *text = g_getenv ("SLURM_CPUS_PER_TASK");
  const guint64 n = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
  const guint most = n > 0 && n <= 1024 ? (guint)n : genga_cpu_get_n_threads ();

  if (!g_str_equal (plan->machine.device, "cpu"))
    return plan->n_threads;
  return wanted > 0 ? MIN (wanted, most) : most;
}

static GengaOptions *
dup_options (GengaClusterFolder *folder, const GengaClusterPlan *plan)
{
  GengaOptions *options = genga_options_new ();
  guint wanted;

  if (!genga_options_restore (options, plan->options))
    g_debug ("some options are not understood");
  if (*plan->model != '\0')
    {
      g_autofree char *name = g_build_filename (GENGA_CLUSTER_MODEL, plan->model, NULL);
      g_autofree char *path = genga_cluster_folder_dup_path (folder, name);

      genga_options_set_string (options, GENGA_OPTION_MODEL, path);
    }
  wanted = (guint)genga_options_get_int (options, GENGA_OPTION_THREADS);
  genga_options_set_int (options, GENGA_OPTION_THREADS, choose_threads (plan, wanted));
  return options;
}

/* ---- jobs ---- */

typedef struct
{
  guint n_running;
  GPtrArray *jobs;
} Run;

static void
on_done (GObject *object, GAsyncResult *result, gpointer data)
{
  ((Run *)data)->n_running--;
}

static void
on_cancelled (GCancellable *cancellable, Run *run)
{
  for (guint i = 0; i < run->jobs->len; i++)
    genga_job_cancel (run->jobs->pdata[i]);
}

/* Runs them to their end, in one pipeline; their states say what came of it. */
static void
run_jobs (GPtrArray *jobs, GCancellable *cancellable)
{
  g_autoptr (GengaPipeline) pipeline = genga_pipeline_new ();
  Run run = { .n_running = jobs->len, .jobs = jobs };
  gulong handler = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      genga_job_set_waits_for_disk_space (jobs->pdata[i], FALSE);
      genga_pipeline_run_async (pipeline, jobs->pdata[i], on_done, &run);
    }
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), &run, NULL);
  while (run.n_running > 0)
    g_main_context_iteration (NULL, TRUE);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);
}

/* A part of the video, or its joining. */
static gboolean
run_part (GengaClusterPart *part,
          const GengaClusterPlan *plan,
          GengaOptions *options,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GengaJob *job = genga_job_new (plan->source, plan->target, options);
  const GError *reason;

  g_ptr_array_add (jobs, job);
  genga_job_set_part (job, genga_cluster_part_get (part));
  run_jobs (jobs, cancellable);
  reason = genga_job_get_error (job);
  if (reason != NULL)
    g_propagate_error (error, g_error_copy (reason));
  return reason == NULL;
}

/* ---- a task ---- */

static gboolean
has_segment (GengaClusterFolder *folder, guint number)
{
  g_autofree char *name = genga_cluster_dup_name (GENGA_CLUSTER_SEGMENTS, number, ".json");

  return genga_cluster_folder_has (folder, name);
}

/*
 * Each run of segments that are missing is made in one go. They are looked for by name: to list a
 * folder of ten thousands takes a share longer than all else.
 */
static gboolean
make_segments (GengaClusterFolder *folder,
               const GengaClusterPlan *plan,
               guint first,
               guint last,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GengaOptions) options = dup_options (folder, plan);
  guint at, end, unused;

  /* A task does not write the result. */
  genga_options_set_int (options, GENGA_OPTION_EXISTING, GENGA_EXISTING_REPLACE);
  genga_cluster_plan_get_range (plan, first, &at, &unused);
  genga_cluster_plan_get_range (plan, last, &unused, &end);
  while (at < end)
    {
      guint n = 0;

      while (at + n < end && !has_segment (folder, at + n))
        n++;
      if (n > 0)
        {
          g_autoptr (GengaClusterPart) part = genga_cluster_part_new (folder, plan, at, at + n);

          if (!run_part (part, plan, options, cancellable, error))
            return FALSE;
        }
      at += MAX (n, 1);
    }
  return TRUE;
}

static GPtrArray *
load_chunk (GengaClusterFolder *folder, guint task, GError **error)
{
  g_autofree char *name = genga_cluster_dup_name (GENGA_CLUSTER_CHUNKS, task, ".list");
  GError *reason = NULL;
  gsize size;
  g_autofree char *data =
      genga_cluster_folder_read (folder, name, GENGA_CHUNK_LIST_MAX, &size, &reason);
  GPtrArray *files = data != NULL ? genga_chunk_list_parse (data, size) : NULL;

  if (reason != NULL)
    g_propagate_error (error, reason);
  else if (files == NULL)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s” of the cluster job is missing or damaged. Submit it anew."), name);
  return files;
}

/* What failed, file by file; those that are there already are done. */
static gboolean
check_jobs (GPtrArray *jobs, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const GError *only = NULL;
  guint n = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      GengaJob *job = jobs->pdata[i];

      if (genga_job_get_state (job) == GENGA_JOB_DONE || genga_job_is_skipped (job))
        continue;
      n++;
      only = genga_job_get_error (job);
      if (g_error_matches (only, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_error_copy (only));
          return FALSE;
        }
      g_string_append_printf (text, "\n%s", only->message);
    }
  if (n > 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
                 _ ("%u of %u files could not be made:%s"), n, jobs->len, text->str);
  return n == 0;
}

/* Folders beneath that of the results. What can't be made is the job's to say. */
static void
make_parents (const GengaClusterPlan *plan, const char *target)
{
  g_autofree char *parent = g_path_get_dirname (target);
  g_autofree char *top = g_strconcat (plan->target, "/", NULL);

  if (g_str_has_prefix (parent, top) && g_mkdir_with_parents (parent, 0777) != 0)
    g_debug ("%s: %s", parent, g_strerror (errno));
}

static gboolean
make_chunk (GengaClusterFolder *folder,
            const GengaClusterPlan *plan,
            guint task,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GengaOptions) options = dup_options (folder, plan);
  g_autoptr (GPtrArray) files = load_chunk (folder, task, error);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *name = genga_cluster_dup_name (GENGA_CLUSTER_CHUNKS, task, ".json");

  if (files == NULL)
    return FALSE;
  if (genga_cluster_folder_has (folder, name))
    return TRUE;
  genga_options_set_int (options, GENGA_OPTION_EXISTING,
                         plan->overwrites ? GENGA_EXISTING_REPLACE : GENGA_EXISTING_SKIP);
  genga_options_freeze (options);
  for (guint i = 0; i < files->len; i++)
    {
      const GengaChunkFile *file = files->pdata[i];

      make_parents (plan, file->target);
      g_ptr_array_add (jobs, genga_job_new (file->source, file->target, options));
    }
  run_jobs (jobs, cancellable);
  return check_jobs (jobs, error) && genga_cluster_folder_write (folder, name, "{}", 2, error);
}

/* ---- what failed, for `genga-cli cluster status` ---- */

static void
leave_error (GengaClusterFolder *folder, const char *name, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    genga_cluster_folder_write (folder, name, error->message, strlen (error->message), NULL);
}

static char *
dup_error_name (const GengaClusterPlan *plan, guint task)
{
  return genga_cluster_dup_name (plan->has_segments ? GENGA_CLUSTER_SEGMENTS : GENGA_CLUSTER_CHUNKS,
                                 task, ".error");
}

static void
leave_task_error (GengaClusterFolder *folder,
                  const GengaClusterPlan *plan,
                  guint task,
                  const GError *error)
{
  g_autofree char *name = dup_error_name (plan, task);

  leave_error (folder, name, error);
}

static void
remove_task_error (GengaClusterFolder *folder, const GengaClusterPlan *plan, guint task)
{
  g_autofree char *name = dup_error_name (plan, task);

  genga_cluster_folder_remove (folder, name);
}

/* The first task with a segment that is missing is the one that failed. */
static gboolean
make_segments_of_tasks (GengaClusterFolder *folder,
                        const GengaClusterPlan *plan,
                        guint first,
                        guint last,
                        GCancellable *cancellable,
                        GError **error)
{
  GError *reason = NULL;
  guint at, end, unused;

  if (make_segments (folder, plan, first, last, cancellable, &reason))
    {
      for (guint task = first; task <= last; task++)
        remove_task_error (folder, plan, task);
      return TRUE;
    }
  genga_cluster_plan_get_range (plan, first, &at, &unused);
  genga_cluster_plan_get_range (plan, last, &unused, &end);
  while (at + 1 < end && has_segment (folder, at))
    at++;
  leave_task_error (folder, plan, genga_cluster_plan_get_task (plan, at), reason);
  g_propagate_error (error, reason);
  return FALSE;
}

/* What is wrong with one does not stop the others. The first error is answered. */
static gboolean
make_chunks (GengaClusterFolder *folder,
             const GengaClusterPlan *plan,
             guint first,
             guint last,
             GCancellable *cancellable,
             GError **error)
{
  GError *kept = NULL;

  for (guint task = first; task <= last && !g_cancellable_is_cancelled (cancellable); task++)
    {
      g_autoptr (GError) reason = NULL;

      if (make_chunk (folder, plan, task, cancellable, &reason))
        {
          remove_task_error (folder, plan, task);
          continue;
        }
      leave_task_error (folder, plan, task, reason);
      if (kept == NULL)
        kept = g_steal_pointer (&reason);
    }
  if (kept == NULL)
    g_cancellable_set_error_if_cancelled (cancellable, &kept);
  if (kept != NULL)
    g_propagate_error (error, kept);
  return kept == NULL;
}

gboolean
genga_cluster_run_tasks (GengaClusterFolder *folder,
                         const GengaClusterPlan *plan,
                         guint first,
                         guint last,
                         GCancellable *cancellable,
                         GError **error)
{
  GError *reason = NULL;

  if (last >= plan->n_tasks)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("There is no task %u; the last one is %u."), last, plan->n_tasks - 1);
      return FALSE;
    }
  if (genga_cluster_folder_has (folder, GENGA_CLUSTER_DONE))
    return TRUE;
  if (genga_cluster_machine_check (plan, &reason))
    return plan->has_segments
               ? make_segments_of_tasks (folder, plan, first, last, cancellable, error)
               : make_chunks (folder, plan, first, last, cancellable, error);
  for (guint task = first; task <= last; task++)
    leave_task_error (folder, plan, task, reason);
  g_propagate_error (error, reason);
  return FALSE;
}

/* ---- the end ---- */

static gboolean
check_missing (GengaClusterFolder *folder, const GengaClusterPlan *plan, GError **error)
{
  g_autoptr (GengaClusterState) state = genga_cluster_state_read (folder, plan, error);

  if (state == NULL || state->missing->len == 0)
    return state != NULL;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
               _ ("%u of %u tasks are not done. “genga-cli cluster status” says why; “genga-cli "
                  "cluster retry” makes what is missing."),
               state->missing->len, plan->n_tasks);
  return FALSE;
}

static gboolean
join (GengaClusterFolder *folder,
      const GengaClusterPlan *plan,
      GCancellable *cancellable,
      GError **error)
{
  g_autoptr (GengaClusterPart) part = NULL;
  g_autoptr (GengaOptions) options = NULL;
  GError *reason = NULL;

  if (genga_cluster_part_is_joined (folder, plan))
    return TRUE;
  if (!genga_cluster_machine_check (plan, error))
    return FALSE;
  part = genga_cluster_part_new_joining (folder, plan, error);
  if (part == NULL)
    return FALSE;
  options = dup_options (folder, plan);
  genga_options_set_int (options, GENGA_OPTION_EXISTING,
                         plan->overwrites ? GENGA_EXISTING_REPLACE : GENGA_EXISTING_ASK);
  if (run_part (part, plan, options, cancellable, &reason))
    return TRUE;
  reason = genga_cluster_part_explain (part, reason);
  /* Frames of the source may be damaged; the result is there all the same. */
  const gboolean is_there = genga_cluster_part_is_joined (folder, plan);

  if (is_there)
    genga_cluster_folder_write (folder, GENGA_CLUSTER_DONE, reason->message,
                                strlen (reason->message), NULL);
  g_propagate_error (error, reason);
  return FALSE;
}

static gboolean
finish (GengaClusterFolder *folder,
        const GengaClusterPlan *plan,
        GCancellable *cancellable,
        GError **error)
{
  gboolean ok;

  if (!check_missing (folder, plan, error))
    return FALSE;
  ok = !plan->has_segments || join (folder, plan, cancellable, error);
  if (ok && !genga_cluster_folder_write (folder, GENGA_CLUSTER_DONE, "{}", 2, error))
    return FALSE;
  if (plan->has_segments && genga_cluster_folder_has (folder, GENGA_CLUSTER_DONE))
    genga_cluster_part_tidy (folder, plan);
  return ok;
}

gboolean
genga_cluster_run_join (GengaClusterFolder *folder,
                        const GengaClusterPlan *plan,
                        GCancellable *cancellable,
                        GError **error)
{
  GError *reason = NULL;

  if (genga_cluster_folder_has (folder, GENGA_CLUSTER_DONE))
    return TRUE;
  if (finish (folder, plan, cancellable, &reason))
    {
      genga_cluster_folder_remove (folder, GENGA_CLUSTER_JOIN_ERROR);
      return TRUE;
    }
  leave_error (folder, GENGA_CLUSTER_JOIN_ERROR, reason);
  g_propagate_error (error, reason);
  return FALSE;
}
