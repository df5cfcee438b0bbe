/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A confined process that runs jobs, seen from the program that started it.
 *
 * It may read and write what the jobs need that it was made for, and nothing else, and reads no
 * foreign byte before. It is not trusted: whatever it says or sends is checked, and one that makes
 * no sense is killed. Jobs' properties change as if they ran here.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

typedef struct _GengaJobProcess GengaJobProcess;

/* A job that was given to it; freed with its task. */
typedef struct
{
  GTask *task;         /* its source object is the job */
  gboolean is_suspect; /* an earlier process ended while it and others ran */
  guint32 number;
  gulong on_cancelled;
  gboolean was_paused; /* when it was told last */
} GengaJobRun;

void genga_job_run_free (GengaJobRun *self);
GengaJob *genga_job_run_get_job (GengaJobRun *self);
/*
 * Ends the job and its task, and frees `self`, on the main context but later: who is told of it may
 * free what calls here. Takes `error`, which may be NULL.
 */
void genga_job_run_end (GengaJobRun *self, const char *written, GError *take_error);

/* `runs`: those (of GengaJobRun) that had not ended when the process did; NULL: one has ended. */
typedef void (*GengaJobProcessFunc) (GengaJobProcess *self,
                                     GPtrArray *runs,
                                     const char *reason,
                                     gpointer user_data);

/*
 * For these jobs (of GengaJob); no result gets a name of `taken`. NULL with
 * GENGA_ERROR_UNAVAILABLE where it can't be started.
 */
GengaJobProcess *genga_job_process_new (GPtrArray *jobs,
                                        char **taken,
                                        GengaJobProcessFunc on_ended,
                                        gpointer user_data,
                                        GError **error);
/* Ends it. No job runs in it any more; not from within a call. */
void genga_job_process_free (GengaJobProcess *self);

/*
 * Whether it was made for the job, which can run in it: one whose options are others since may need
 * files that it can't reach.
 */
gboolean genga_job_process_is_for (GengaJobProcess *self, GengaJob *job);
void genga_job_process_run (GengaJobProcess *self, GengaJobRun *take_run);
guint genga_job_process_get_n_runs (GengaJobProcess *self);
/* How many it has ever got. */
guint genga_job_process_get_n_given (GengaJobProcess *self);

/* Cancels all jobs and waits for them, with the calls that belong to it; who is too slow is killed.
 */
void genga_job_process_shut_down (GengaJobProcess *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJobProcess, genga_job_process_free)

G_END_DECLS
