/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts (job/export/part.h) of a cluster's job: what a task makes of a video, and the joining at
 * the end.
 *
 * Thread rule: as for GengaVideoPart.
 */
#pragma once

#include "job/cluster/cluster-folder.h"
#include "job/cluster/cluster-plan.h"

G_BEGIN_DECLS

typedef struct _GengaClusterPart GengaClusterPart;

/* A part that records in `plan` what the result depends on, and then ends its job with
 * G_IO_ERROR_CANCELLED. Borrows. */
GengaClusterPart *genga_cluster_part_new_recorder (GengaClusterPlan *plan);
/* Whether it came so far; `*device` gets the device's id, "" without a network, `*model` the
 * model's file or NULL; both g_free(). */
gboolean genga_cluster_part_has_recorded (GengaClusterPart *self, char **device, char **model);

/*
 * Segments from `first` on, before `end`, into the folder; what follows the last one the source
 * says it has belongs to that. A job whose source, model or encoder turns out to be another than
 * the plan's is refused: GENGA_ERROR_UNAVAILABLE. Borrows both.
 */
GengaClusterPart *genga_cluster_part_new (GengaClusterFolder *folder,
                                          const GengaClusterPlan *plan,
                                          guint first,
                                          guint end);

/*
 * All segments, to be joined beside the result. Borrows both. Errors: GENGA_ERROR_INCOMPLETE where
 * some are missing, or do not meet; GENGA_ERROR_INPUT.
 */
GengaClusterPart *genga_cluster_part_new_joining (GengaClusterFolder *folder,
                                                  const GengaClusterPlan *plan,
                                                  GError **error);

/* An earlier run has joined them, and the result is that very file. */
gboolean genga_cluster_part_is_joined (GengaClusterFolder *folder, const GengaClusterPlan *plan);

/* The result has its name: what it was joined from goes. */
void genga_cluster_part_tidy (GengaClusterFolder *folder, const GengaClusterPlan *plan);

/* For genga_job_set_part(). */
/* What joining failed with, in the words of a cluster's job; takes and returns an error. */
GError *genga_cluster_part_explain (GengaClusterPart *self, GError *take_error);

GengaVideoPart *genga_cluster_part_get (GengaClusterPart *self);

void genga_cluster_part_free (GengaClusterPart *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaClusterPart, genga_cluster_part_free)

G_END_DECLS
