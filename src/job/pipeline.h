/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPipeline: runs jobs in the order they come, here or in processes of their own.
 *
 * Reading the next source and writing the last result overlap with the network. An error ends its
 * own job, never the pipeline.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/pipeline-class.h"

G_BEGIN_DECLS

/* Three threads of this process (job/stages.h). */
GengaPipeline *genga_pipeline_new (void);
/* Confined processes (job/apart/apart-pipeline.h): files can do no harm to this one. */
GengaPipeline *genga_pipeline_new_apart (void);
/* Cancels what runs, waits for it to clean up, and frees. */
void genga_pipeline_free (GengaPipeline *self);

/*
 * The jobs (of GengaJob) that are going to be run, as far as it is known; those of earlier calls
 * count no more. Jobs that were announced together share a process, and the model in it; others run
 * all the same.
 */
void genga_pipeline_announce (GengaPipeline *self, GPtrArray *jobs);

/*
 * Runs `job` after those already given. The callback comes on the main context when the job has
 * ended and cleaned up; finish answers whether it is DONE.
 */
void genga_pipeline_run_async (GengaPipeline *self,
                               GengaJob *job,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean genga_pipeline_run_finish (GengaPipeline *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPipeline, genga_pipeline_free)

G_END_DECLS
