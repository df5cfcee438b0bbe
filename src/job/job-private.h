/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a pipeline does to a job, and the queue's store to one that comes back. Main context only.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

void genga_job_start (GengaJob *self);
/* Reads the counters and notifies what changed. */
void genga_job_poll (GengaJob *self);
void genga_job_set_facts (GengaJob *self, const GengaJobFacts *facts);
/* The last change: DONE with the path really written, FAILED or CANCELLED with the error. */
void genga_job_finish (GengaJob *self, const char *target, const GError *error);

/*
 * Makes a new job one that an earlier process left behind: QUEUED, FAILED (with the error that is
 * taken) or CANCELLED. `notices` are copied.
 */
void genga_job_restore (GengaJob *self,
                        GengaJobState state,
                        GError *take_error,
                        GPtrArray *notices,
                        const GengaJobFacts *facts);

G_END_DECLS
