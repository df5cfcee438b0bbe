/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of all of a server's clients, one job each, in one pipeline whose model stays loaded:
 * files of memory in, files of memory out.
 *
 * Thread rule: a GengaServerJobs belongs to the main context, on which jobs run. A GengaServerJob
 * belongs to the thread that begins it, any thread.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

typedef struct _GengaServerJobs GengaServerJobs;
typedef struct _GengaServerJob GengaServerJob;

/* `options` are those of every job. */
GengaServerJobs *genga_server_jobs_new (GengaOptions *options);
/* Cancels what runs, and waits for it. */
void genga_server_jobs_free (GengaServerJobs *self);

/*
 * Runs the picture in `take_source`, a file of memory that nobody else changes and messages call
 * `name`. `on_end` is called once, on the main context, when the job has ended. NULL with
 * GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaServerJob *genga_server_job_begin (GengaServerJobs *self,
                                        int take_source,
                                        const char *name,
                                        GSourceOnceFunc on_end,
                                        gpointer data,
                                        GError **error);

gboolean genga_server_job_has_ended (GengaServerJob *self);
void genga_server_job_cancel (GengaServerJob *self);

/* Of a job that has ended: what is wrong, or NULL; what was noticed, of strings; the file of the
 * result and its size. All borrowed. */
const GError *genga_server_job_get_error (GengaServerJob *self);
GPtrArray *genga_server_job_get_notices (GengaServerJob *self);
int genga_server_job_get_result (GengaServerJob *self, guint64 *size);

/* Cancels the job where it still runs. */
void genga_server_job_free (GengaServerJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaServerJobs, genga_server_jobs_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaServerJob, genga_server_job_free)

/* How many jobs have something to do at a time: one in each stage, and one more for each further
 * device. */
guint genga_server_jobs_get_n_busy (GengaServerJobs *self);

G_END_DECLS
