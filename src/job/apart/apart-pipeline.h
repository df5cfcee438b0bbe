/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pipeline whose jobs run in confined processes (job/apart/job-process.h), one at a time.
 *
 * A process may touch the files of the jobs that were known when it was started, so jobs that come
 * later wait for those that run, and get another one. Where a process dies with several jobs, each
 * of them is run again alone, since nobody knows which one it was; a job that is alone when its
 * process dies fails with a sentence. No job, whatever its file does, takes another with it.
 */
#pragma once

#include "job/pipeline-class.h"

G_BEGIN_DECLS

GengaPipeline *genga_apart_pipeline_new (void);

G_END_DECLS
