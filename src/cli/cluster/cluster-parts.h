/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind "genga-cli cluster", and what its parts share. */
#pragma once

#include "cli/command.h"
#include "job/cluster/cluster-folder.h"
#include "job/cluster/cluster-plan.h"
#include "job/cluster/slurm.h"

G_BEGIN_DECLS

extern const GengaCommand genga_command_cluster_submit;
extern const GengaCommand genga_command_cluster_segment;
extern const GengaCommand genga_command_cluster_join;
extern const GengaCommand genga_command_cluster_status;
extern const GengaCommand genga_command_cluster_cancel;
extern const GengaCommand genga_command_cluster_retry;

/* A cluster's job that is there. */
typedef struct
{
  GengaClusterFolder *folder;
  GengaClusterPlan *plan;
  GengaSlurmJobs jobs; /* empty where nothing was submitted */
} GengaClusterJob;

/* With `with_jobs`, what Slurm has of it, too. Errors: GENGA_ERROR_INPUT. */
gboolean genga_cluster_job_open (GengaClusterJob *self,
                                 const char *path,
                                 gboolean with_jobs,
                                 GError **error);
void genga_cluster_job_clear (GengaClusterJob *self);

/*
 * Hands tasks to Slurm (genga_slurm_submit()) and notes it in the folder; "" for `ranges`: joining
 * alone. Says on standard error what was submitted. Errors: those of submitting and of the folder;
 * then Slurm has nothing of it.
 */
gboolean genga_cluster_job_submit (GengaClusterFolder *folder,
                                   GengaSlurmJobs *jobs,
                                   const char *ranges,
                                   GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaClusterJob, genga_cluster_job_clear)

G_END_DECLS
