/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-prepare.h"
#include "core/error.h"
#include "job/cluster/chunk-list.h"
#include "job/cluster/cluster-machine.h"
#include "job/cluster/cluster-model.h"
#include "job/cluster/cluster-part.h"
#include "job/export/fingerprint.h"
#include "job/plan/plan-job.h"
#include "job/plan/plan-target.h"
#include "job/work.h"

#include <glib/gi18n-lib.h>

/* ---- the plan's file ---- */

GengaClusterPlan *
genga_cluster_load_plan (GengaClusterFolder *folder, GError **error)
{
  g_autofree char *shown = g_filename_display_basename (genga_cluster_folder_get_path (folder));
  GError *reason = NULL;
  const char *bad = NULL;
  gsize size;
  g_autofree char *data = genga_cluster_folder_read (folder, GENGA_CLUSTER_PLAN,
                                                     GENGA_CLUSTER_PLAN_MAX, &size, &reason);
  GengaClusterPlan *plan = data != NULL ? genga_cluster_plan_parse (data, size, &bad) : NULL;

  if (reason != NULL)
    g_propagate_error (error, reason);
  else if (data == NULL)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("“%s” is no cluster job: it has no plan."), shown);
  else if (plan == NULL)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("The plan of the cluster job “%s” is damaged (%s). Submit it anew."), shown,
                 bad);
  return plan;
}

static gboolean
write_plan (GengaClusterFolder *folder, const GengaClusterPlan *plan, GError **error)
{
  gsize size;
  g_autofree char *data = genga_cluster_plan_format (plan, &size);

  return genga_cluster_folder_write (folder, GENGA_CLUSTER_PLAN, data, size, error);
}

/* ---- what all tasks have ---- */

/* The options with what they come to here: this device, and this copy of the model. */
static GengaOptions *
dup_pinned (GengaClusterFolder *folder,
            GengaClusterPlan *plan,
            GengaOptions *options,
            const char *device,
            const char *model_path,
            GError **error)
{
  g_autoptr (GengaOptions) pinned = genga_options_copy (options);

  if (*device != '\0')
    genga_options_set_string (pinned, GENGA_OPTION_DEVICE, device);
  /* A task has one device and one engine: the tasks are what shares the work. */
  genga_options_set_int (pinned, GENGA_OPTION_WORKERS, 1);
  if (model_path != NULL)
    {
      plan->model = genga_cluster_model_copy (folder, model_path, error);
      if (plan->model == NULL)
        return NULL;
      g_autofree char *part = g_build_filename (GENGA_CLUSTER_MODEL, plan->model, NULL);
      g_autofree char *copy = genga_cluster_folder_dup_path (folder, part);
      genga_options_set_string (pinned, GENGA_OPTION_MODEL, copy);
    }
  plan->options = genga_fingerprint_dup_options (pinned);
  plan->overwrites =
      genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE) ||
      genga_options_get_int (options, GENGA_OPTION_EXISTING) == GENGA_EXISTING_REPLACE;
  return g_steal_pointer (&pinned);
}

/* ---- a video ---- */

/* Opens all that the job needs, up to its first frame, and fills in the plan. */
static gboolean
record (GengaJob *job, GengaClusterPlan *plan, char **device, char **model, GError **error)
{
  g_autoptr (GengaClusterPart) part = genga_cluster_part_new_recorder (plan);
  GengaNameReservations *names = genga_name_reservations_new ();
  g_autoptr (GengaMemoryBudget) budget = genga_memory_budget_new ();
  GengaWork *work = genga_work_new (job, names);
  gboolean ok;

  genga_job_set_part (job, genga_cluster_part_get (part));
  /* No frame comes: the recorder ends it before. */
  g_warn_if_fail (genga_work_read (work, budget) == NULL);
  genga_job_poll (job);
  ok = genga_cluster_part_has_recorded (part, device, model);
  if (!ok)
    g_propagate_error (error, g_error_copy (genga_work_get_error (work)));
  genga_work_end (work);
  genga_work_free (work);
  genga_name_reservations_unref (names);
  genga_job_set_part (job, NULL);
  return ok;
}

static gboolean
prepare_video (GengaClusterFolder *folder, GengaJob *job, GengaClusterPlan *plan, GError **error)
{
  g_autofree char *device = NULL;
  g_autofree char *model = NULL;
  g_autofree char *device_again = NULL;
  g_autofree char *model_again = NULL;
  g_autoptr (GengaOptions) pinned = NULL;
  g_autoptr (GengaJob) again = NULL;

  if (!record (job, plan, &device, &model, error))
    return FALSE;
  pinned = dup_pinned (folder, plan, genga_job_get_options (job), device, model, error);
  if (pinned == NULL || !genga_cluster_machine_read (&plan->machine, device, error))
    return FALSE;
  again = genga_job_new (plan->source, plan->target, pinned);
  return record (again, plan, &device_again, &model_again, error);
}

static gboolean
prepare_segments (GengaClusterFolder *folder, GengaJob *job, guint n_tasks, GError **error)
{
  g_autoptr (GengaClusterPlan) plan = g_new0 (GengaClusterPlan, 1);

  plan->has_segments = TRUE;
  plan->source = g_canonicalize_filename (genga_job_get_source (job), NULL);
  if (!prepare_video (folder, job, plan, error))
    return FALSE;
  if (n_tasks == 0)
    n_tasks = GENGA_CLUSTER_USUAL_TASKS;
  plan->n_tasks = MIN (n_tasks, plan->n_segments);
  return write_plan (folder, plan, error);
}

/* ---- files ---- */

/* As the plan of another file names its result. */
static char *
dup_target (const GengaPlan *one, GengaJob *job, const char *output_folder)
{
  const GengaTargetHints *hints = genga_job_get_hints (job);
  g_autofree char *name = genga_plan_dup_name (one, genga_job_get_options (job),
                                               genga_job_get_source (job), NULL, hints);
  g_autofree char *base = g_path_get_basename (genga_job_get_source (job));

  return g_build_filename (output_folder, hints->subfolder != NULL ? hints->subfolder : "",
                           name != NULL ? name : base, NULL);
}

static gboolean
refuse_mixture (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       _ ("A cluster job is one video that becomes a video, or any number of "
                          "pictures. Submit each video by itself."));
  return FALSE;
}

/* The plan of each file gives it its name; what can't be planned is left to its task to say. */
static GPtrArray *
list_files (GPtrArray *jobs, const GengaPlan *one, const char *output_folder, GError **error)
{
  g_autoptr (GPtrArray) files = genga_chunk_list_new ();
  GengaFactsCache *models = genga_facts_cache_new ();
  GengaNameReservations *names = genga_name_reservations_new ();
  const GengaPlanSetup setup = { .names = names, .models = models };
  gboolean fits = TRUE;

  for (guint i = 0; i < jobs->len && fits; i++)
    {
      const char *source = genga_job_get_source (jobs->pdata[i]);
      g_autoptr (GError) reason = NULL;
      g_autoptr (GengaPlan) plan = genga_plan_new_for_job (jobs->pdata[i], &setup, &reason);

      if (plan != NULL && plan->sink != GENGA_PLAN_PICTURE)
        fits = refuse_mixture (error);
      else if (plan != NULL)
        genga_chunk_list_add (files, source, plan->target);
      else if (!g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_EXISTS))
        {
          g_autofree char *target = dup_target (one, jobs->pdata[i], output_folder);

          genga_chunk_list_add (files, source, target);
        }
    }
  genga_facts_cache_free (models);
  genga_name_reservations_unref (names);
  return fits ? g_steal_pointer (&files) : NULL;
}

static gboolean
write_chunks (GengaClusterFolder *folder,
              const GengaClusterPlan *plan,
              GPtrArray *files,
              GError **error)
{
  const guint64 n = files->len;

  for (guint64 i = 0; i < plan->n_tasks; i++)
    {
      g_autofree char *name = genga_cluster_dup_name (GENGA_CLUSTER_CHUNKS, (gint64)i, ".list");
      gsize size;
      g_autofree char *data = genga_chunk_list_format (files, (guint)(n * i / plan->n_tasks),
                                                       (guint)(n * (i + 1) / plan->n_tasks), &size);

      if (!genga_cluster_folder_write (folder, name, data, size, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pin_files (GengaClusterFolder *folder,
           GengaClusterPlan *plan,
           const GengaPlan *one,
           GengaOptions *options,
           GError **error)
{
  g_autoptr (GengaOptions) pinned = NULL;
  const char *device;

  device = genga_plan_has_network (one) ? one->device.id : "";
  if (!genga_cluster_machine_read (&plan->machine, device, error))
    return FALSE;
  pinned = dup_pinned (folder, plan, options, device, one->model_path, error);
  return pinned != NULL;
}

static gboolean
prepare_files (GengaClusterFolder *folder,
               GPtrArray *jobs,
               const GengaPlan *one,
               const char *results,
               guint n_tasks,
               GError **error)
{
  g_autoptr (GengaClusterPlan) plan = g_new0 (GengaClusterPlan, 1);
  g_autoptr (GPtrArray) files = NULL;

  plan->source = g_canonicalize_filename (results, NULL);
  plan->target = g_canonicalize_filename (results, NULL);
  if (!pin_files (folder, plan, one, genga_job_get_options (jobs->pdata[0]), error))
    return FALSE;
  files = list_files (jobs, one, results, error);
  if (files == NULL)
    return FALSE;
  if (n_tasks == 0)
    n_tasks = MIN (GENGA_CLUSTER_USUAL_TASKS,
                   (files->len + GENGA_CLUSTER_USUAL_FILES - 1) / GENGA_CLUSTER_USUAL_FILES);
  plan->n_tasks = MIN (n_tasks, files->len);
  if (plan->n_tasks > 0)
    return write_chunks (folder, plan, files, error) && write_plan (folder, plan, error);
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_EXISTS,
                       _ ("All results are there already."));
  return FALSE;
}

/* What is wrong with a file among others is its task's to say: the first that can be planned. */
static GengaPlan *
plan_one (GPtrArray *jobs, GError **error)
{
  GengaFactsCache *models = genga_facts_cache_new ();
  GengaNameReservations *names = genga_name_reservations_new ();
  const GengaPlanSetup setup = { .names = names, .models = models };
  GError *first = NULL;
  GengaPlan *plan = NULL;

  for (guint i = 0; i < jobs->len && plan == NULL; i++)
    {
      GError *reason = NULL;

      plan = genga_plan_new_for_job (jobs->pdata[i], &setup, &reason);
      if (first == NULL)
        first = g_steal_pointer (&reason);
      g_clear_error (&reason);
    }
  genga_facts_cache_free (models);
  genga_name_reservations_unref (names);
  if (plan == NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  g_clear_error (&first);
  return plan;
}

gboolean
genga_cluster_prepare (
    GengaClusterFolder *folder, GPtrArray *jobs, const char *results, guint n_tasks, GError **error)
{
  g_autoptr (GengaPlan) one = plan_one (jobs, error);

  if (one == NULL)
    return FALSE;
  if (one->sink == GENGA_PLAN_VIDEO && jobs->len == 1)
    return prepare_segments (folder, jobs->pdata[0], n_tasks, error);
  if (one->sink == GENGA_PLAN_PICTURE)
    return prepare_files (folder, jobs, one, results, n_tasks, error);
  return refuse_mixture (error);
}
