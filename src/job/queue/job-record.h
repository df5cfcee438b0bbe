/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job as a row of the store, and back. Main context only. */
#pragma once

#include "job/job.h"
#include "job/queue/job-store-row.h"

G_BEGIN_DECLS

/* `options` as genga_options_save() writes the job's; many jobs have the same. */
GengaJobStoreRow *genga_job_to_row (GengaJob *job, gint64 id, const char *options);

/*
 * A job that waits, has failed or was stopped; one that was running when its process ended was
 * stopped, too. Options that are not understood have their defaults, and a notice says so. NULL
 * where the row has no source.
 */
GengaJob *genga_job_new_from_row (const GengaJobStoreRow *row);

G_END_DECLS
