/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pipeline whose jobs run in confined processes (job/apart/job-process.h), one at a time.
 *
 * A process may touch the files of the jobs that were known when it was started, so jobs that come
 * later wait for those that run, and get another one. Where a process dies that has had several
 * jobs, those that had not ended are run again, each in a process of its own, since nobody knows
 * which one it was; the only job that a process ever had fails with a sentence when it dies.
 */
#pragma once

#include "job/pipeline-class.h"

G_BEGIN_DECLS

GengaPipeline *genga_apart_pipeline_new (void);

G_END_DECLS
