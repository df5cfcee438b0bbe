/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tasks of a cluster's job do. A task that is killed, or run twice, also at the same time,
 * changes nothing: it makes what is missing, and what it makes has the same bytes.
 *
 * Thread rule: main context only, which runs meanwhile.
 */
#pragma once

#include "job/cluster/cluster-folder.h"
#include "job/cluster/cluster-plan.h"

G_BEGIN_DECLS

/*
 * Makes what is missing of the tasks from `first` to `last`; where all is there it does nothing.
 * What fails is also left in the folder, for others to see; an interruption (`cancellable`,
 * G_IO_ERROR_CANCELLED) is not. Errors: GENGA_ERROR_USAGE where there is no such task,
 * GENGA_ERROR_UNAVAILABLE where this computer can't make the plan's bytes, those of jobs,
 * GENGA_ERROR_INCOMPLETE of several files.
 */
gboolean genga_cluster_run_tasks (GengaClusterFolder *folder,
                                  const GengaClusterPlan *plan,
                                  guint first,
                                  guint last,
                                  GCancellable *cancellable,
                                  GError **error);

/*
 * After all tasks: counts, and gives the result its name. Once that is done, it does nothing.
 * Errors: GENGA_ERROR_INCOMPLETE where something is missing, those of joining.
 */
gboolean genga_cluster_run_join (GengaClusterFolder *folder,
                                 const GengaClusterPlan *plan,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
