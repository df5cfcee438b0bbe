/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process has to be allowed for jobs that run in it. Main context only. */
#pragma once

#include "job/apart/job-message.h"

G_BEGIN_DECLS

/* For jobs (of GengaJob) that have not run; makes the output folders that their options name. */
void genga_job_needs_collect (GPtrArray *jobs, GengaJobSetup *setup);

/* Whether a job's result may lie at `path`: where the job was allowed to write, and nowhere else.
 */
gboolean genga_job_needs_cover (GengaJob *job, const char *path);

/*
 * Whether a file or a folder lies at `path`, which they cover, with no link below the job's folder
 * on the way: a link would show what lies elsewhere under the result's name.
 */
gboolean genga_job_needs_hold (GengaJob *job, const char *path);

G_END_DECLS
