/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/cluster/cluster-parts.h"
#include "core/error.h"
#include "job/cluster/cluster-prepare.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_JOBS ((gsize)1 << 20)

static gboolean
load_jobs (GengaClusterJob *self, GError **error)
{
  GError *reason = NULL;
  gsize size;
  g_autofree char *data =
      genga_cluster_folder_read (self->folder, GENGA_CLUSTER_JOBS, MAX_JOBS, &size, &reason);

  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (data == NULL || genga_slurm_jobs_parse (&self->jobs, data, size))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” of the cluster job is damaged. Submit it anew."), GENGA_CLUSTER_JOBS);
  return FALSE;
}

gboolean
genga_cluster_job_open (GengaClusterJob *self, const char *path, gboolean with_jobs, GError **error)
{
  self->folder = genga_cluster_folder_open (path, error);
  self->plan = self->folder != NULL ? genga_cluster_load_plan (self->folder, error) : NULL;
  return self->plan != NULL && (!with_jobs || load_jobs (self, error));
}

void
genga_cluster_job_clear (GengaClusterJob *self)
{
  g_clear_pointer (&self->folder, genga_cluster_folder_free);
  g_clear_pointer (&self->plan, genga_cluster_plan_free);
  genga_slurm_jobs_clear (&self->jobs);
}

static gboolean
write_files (GengaClusterFolder *folder, const GengaSlurmJobs *jobs, GError **error)
{
  gsize size;
  g_autofree char *data = genga_slurm_jobs_format (jobs, &size);

  return genga_cluster_folder_write (folder, GENGA_CLUSTER_JOBS, data, size, error);
}

gboolean
genga_cluster_job_submit (GengaClusterFolder *folder,
                          GengaSlurmJobs *jobs,
                          const char *ranges,
                          GError **error)
{
  const char *script = genga_slurm_get_script ();
  g_autofree char *path = genga_cluster_folder_dup_path (folder, GENGA_CLUSTER_SCRIPT);

  if (!genga_cluster_folder_write (folder, GENGA_CLUSTER_SCRIPT, script, strlen (script), error))
    return FALSE;
  if (!genga_slurm_submit (jobs, genga_cluster_folder_get_path (folder), path, ranges, error) ||
      !write_files (folder, jobs, error))
    {
      genga_slurm_cancel (jobs, NULL);
      return FALSE;
    }
  if (jobs->array != NULL)
    g_printerr (_ ("Slurm's job %s makes the tasks %s, job %s joins what they make."), jobs->array,
                ranges, jobs->join);
  else
    g_printerr (_ ("Slurm's job %s joins what is there."), jobs->join);
  g_printerr ("\n");
  return TRUE;
}
