/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run of several pictures: a queue of jobs as the window's (job/queue/job-queue.h), watched on
 * the main context and told of to a report. Nothing of it is remembered for another run.
 *
 * Thread rule: main thread only.
 */
#pragma once

#include "cli/job-arguments.h"
#include "cli/report.h"

G_BEGIN_DECLS

/*
 * Makes one job of every file in `arguments` (job/queue/inputs.h), runs them and tells `report`
 * about it. Results of earlier runs are left out of folders. Where a result exists and the options
 * say “ask”, a terminal is asked. Interrupts cancel in order.
 *
 * Answers the exit code: 0; 130 after an interrupt; the error's own code where there was one
 * picture; 1 where some of several failed; 2 for a result's name with several pictures.
 */
int
genga_batch_run (const GengaJobArguments *arguments, GengaOptions *options, GengaReport *report);

/* The same for jobs that no pipeline has yet. Once in a process, as the other. */
int genga_batch_run_jobs (GPtrArray *jobs, GengaReport *report);

G_END_DECLS
