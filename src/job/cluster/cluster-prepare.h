/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the folder of a cluster's job whole: its plan, the model, and the lists of files. Nothing
 * is handed to Slurm yet.
 *
 * Thread rule: main context only; blocks.
 */
#pragma once

#include "job/cluster/cluster-folder.h"
#include "job/cluster/cluster-plan.h"
#include "job/job.h"

G_BEGIN_DECLS

/*
 * For `jobs` (of GengaJob), which are not run: one video, or any number of pictures with the
 * options of the first one. Source, model, device and encoder of a video are opened; its notices
 * say what would be lost. `results`: the folder for what can't be planned, whose task will say why.
 * `n_tasks` 0: one for each segment, up to GENGA_CLUSTER_USUAL_TASKS, or for
 * GENGA_CLUSTER_USUAL_FILES pictures. Errors: those of a run that come before the first frame;
 * GENGA_ERROR_USAGE where the result is neither; GENGA_ERROR_EXISTS where all results are there.
 */
gboolean genga_cluster_prepare (GengaClusterFolder *folder,
                                GPtrArray *jobs,
                                const char *results,
                                guint n_tasks,
                                GError **error);

/* Slurm's own bound for arrays, as long as nobody has changed it. */
#define GENGA_CLUSTER_USUAL_TASKS 1000
#define GENGA_CLUSTER_USUAL_FILES 16

/* Reads the plan of a folder. Errors: GENGA_ERROR_INPUT. */
GengaClusterPlan *genga_cluster_load_plan (GengaClusterFolder *folder, GError **error);

G_END_DECLS
