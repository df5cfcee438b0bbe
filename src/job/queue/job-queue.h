/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaJobQueue: jobs in the order in which they run, as a GListModel of GengaJob.
 *
 * Both programs run their jobs in one, whatever they show of it. Jobs wait in it until
 * genga_job_queue_start(), which runs them one after the other until none waits. Each has its own
 * options: those that it was added with. They follow what the user changes
 * (genga_job_queue_set_option()) until the job itself is under way.
 *
 * Properties: `running`, `paused`, `n-waiting` (jobs that a start would run), `fraction` (of this
 * run, 0 to 1). Signals `job-started` (job): one is under way; `job-ended` (job): one has, whatever
 * came of it; `finished` (n_done, n_failed): a run has ended.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/job.h"
#include "job/queue/inputs.h"
#include "job/queue/result-record.h"

G_BEGIN_DECLS

#define GENGA_TYPE_JOB_QUEUE (genga_job_queue_get_type ())
G_DECLARE_FINAL_TYPE (GengaJobQueue, genga_job_queue, GENGA, JOB_QUEUE, GObject)

GengaJobQueue *genga_job_queue_new (void);

/* Has its jobs run in confined processes (genga_pipeline_new_apart()), from the next start on. */
void genga_job_queue_set_apart (GengaJobQueue *self, gboolean is_apart);

/* Has results entered into a record. */
void genga_job_queue_set_results (GengaJobQueue *self, GengaResultRecord *results);
GengaResultRecord *genga_job_queue_get_results (GengaJobQueue *self);

/* Appends a job for each of the NULL-ended `sources`, with one change of the list. */
void genga_job_queue_add (GengaJobQueue *self, const char *const *sources, GengaOptions *options);

/*
 * The same for each GengaInput of an array that is a source, or was refused: its job has failed.
 * Answers how many there are.
 */
guint
genga_job_queue_add_inputs (GengaJobQueue *self, const GPtrArray *inputs, GengaOptions *options);

/* Puts jobs that no queue has yet at `position`, as they are, with one change of the list. */
void genga_job_queue_insert (GengaJobQueue *self, guint position, GPtrArray *jobs);

/* Takes a job out; one that runs is cancelled. */
void genga_job_queue_remove (GengaJobQueue *self, GengaJob *job);
/*
 * The same for those of an array of GengaJob. Here and below, the list changes once for all
 * neighbours; where they are scattered, once altogether, and jobs in between are told as
 * removed and added again.
 */
void genga_job_queue_remove_many (GengaJobQueue *self, GPtrArray *jobs);
/*
 * Puts a job at another place of the list: what waits runs in its order, what is under way goes on.
 */
void genga_job_queue_move (GengaJobQueue *self, GengaJob *job, guint position);
/*
 * Puts the jobs at `first` and behind into the order of `jobs`, which are the same ones, with one
 * change of the list.
 */
void genga_job_queue_reorder (GengaJobQueue *self, guint first, GPtrArray *jobs);
/*
 * Puts jobs that were taken out where they were: at these positions (guint, ascending) of the list
 * that has them again, or at its end where it has become shorter.
 */
void genga_job_queue_put_back (GengaJobQueue *self, const GArray *positions, GPtrArray *jobs);
/* All that are done, to be taken out; free with g_ptr_array_unref(). */
GPtrArray *genga_job_queue_dup_done (GengaJobQueue *self);

/* Puts a new job for the same source and target in the place of one that has ended. Borrowed. */
GengaJob *genga_job_queue_retry (GengaJobQueue *self, GengaJob *job, GengaOptions *options);
/*
 * The same for those of an array that have ended. `options`: of each job, at its place, or one for
 * all of them.
 */
void genga_job_queue_retry_many (GengaJobQueue *self, GPtrArray *jobs, GPtrArray *options);

/*
 * Gives the jobs that wait the value that `options` have for `option`, and leaves their other
 * options alone. Jobs that are under way keep theirs; one that is stopped gets it after the run.
 */
void genga_job_queue_set_option (GengaJobQueue *self, GengaOption option, GengaOptions *options);
/* The same for all of GENGA_N_OPTIONS that are changed, at once. */
void genga_job_queue_set_options (GengaJobQueue *self,
                                  const gboolean *is_changed,
                                  GengaOptions *options);

/*
 * Gives jobs options for them alone, or, with `are_own` FALSE, those for all again. What is done or
 * has failed is tried again with them. Answers the jobs that keep what they have: they have gone,
 * or are under way, be it that they still wait there for the one before. Free with
 * g_ptr_array_unref().
 */
GPtrArray *genga_job_queue_set_own_options (GengaJobQueue *self,
                                            GPtrArray *jobs,
                                            GengaOptions *options,
                                            gboolean are_own);

/*
 * Hands names out to the jobs that wait and whose options ask for names of a list, in their order:
 * those that no job of the queue has. FALSE with GENGA_ERROR_USAGE where a list is wrong or too
 * short; then a start would have jobs that fail for it.
 */
gboolean genga_job_queue_hand_out_names (GengaJobQueue *self, GError **error);

/* Runs what waits, and what was stopped before; nothing while the queue runs already. */
void genga_job_queue_start (GengaJobQueue *self);
void genga_job_queue_set_paused (GengaJobQueue *self, gboolean paused);
/* Cancels what runs, within one tile; the jobs after it wait again. */
void genga_job_queue_stop (GengaJobQueue *self);
/*
 * Cancels what runs and what waits: all of them end CANCELLED, in their order, while the queue goes
 * on running.
 */
void genga_job_queue_cancel_all (GengaJobQueue *self);
/* As stop, and waits for the jobs to clean up; before the program ends. */
void genga_job_queue_shut_down (GengaJobQueue *self);

/* The jobs that a start would run; array of GengaJob, to be released with g_ptr_array_unref(). */
GPtrArray *genga_job_queue_dup_waiting (GengaJobQueue *self);

gboolean genga_job_queue_is_running (GengaJobQueue *self);
gboolean genga_job_queue_is_paused (GengaJobQueue *self);
guint genga_job_queue_get_n_waiting (GengaJobQueue *self);
/* The jobs that a run has left because of a file that has the name of their result, which nobody
 * has decided about yet. */
guint genga_job_queue_count_asking (GengaJobQueue *self);
double genga_job_queue_get_fraction (GengaJobQueue *self);
/* The jobs of this run, and how many of them have ended. */
void genga_job_queue_count_run (GengaJobQueue *self, guint *n_ended, guint *n_total);
/* How long this run takes on, if it goes on as it went; < 0: too early to say. */
double genga_job_queue_get_seconds_left (GengaJobQueue *self);

G_END_DECLS
