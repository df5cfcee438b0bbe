/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the queue's store does to a job that comes back. Main context only. */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

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
