/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a cluster's job is: what lies in its folder, whoever made it and when.
 *
 * Thread rule: any thread; blocks.
 */
#pragma once

#include "job/cluster/cluster-folder.h"
#include "job/cluster/cluster-plan.h"

G_BEGIN_DECLS

/* Why the last try of a task failed. */
typedef struct
{
  guint task;
  char *sentence;
} GengaClusterFailure;

typedef struct
{
  gboolean is_done;    /* the result has its name */
  guint n_items;       /* segments or chunks */
  guint n_done;        /* of them */
  GArray *missing;     /* of guint: tasks that have something to do, in order */
  char *join_failure;  /* why joining failed; NULL: it has not */
  GPtrArray *failures; /* of GengaClusterFailure: of such tasks, in order, the first few */
} GengaClusterState;

/* Two listings, and reads of the few failures. Errors: GENGA_ERROR_INPUT. */
GengaClusterState *
genga_cluster_state_read (GengaClusterFolder *folder, const GengaClusterPlan *plan, GError **error);
void genga_cluster_state_free (GengaClusterState *self);

/* Tasks as Slurm's arrays have them: "0-3,7"; g_free(). */
char *genga_cluster_state_dup_ranges (const GArray *tasks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaClusterState, genga_cluster_state_free)

G_END_DECLS
