/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPipeline: runs jobs, one device, three named threads.
 *
 *   jobs -> "read" =queue= "work" =queue= "write" -> results
 *
 * Jobs run in the order they come; reading the next source and writing the last result overlap
 * with the network. An error ends its own job, never the pipeline.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

typedef struct _GengaPipeline GengaPipeline;

GengaPipeline *genga_pipeline_new (void);
/* Cancels what runs, waits for it to clean up, and frees. */
void genga_pipeline_free (GengaPipeline *self);

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
