/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a job, for people to read and to pass on. Main context only. */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

/*
 * A translated text of several lines: the files, how it ended, what was done with which model,
 * device and tiles, the seconds of each stage, and all notices. Free with g_free().
 */
char *genga_job_dup_log (GengaJob *job);

G_END_DECLS
