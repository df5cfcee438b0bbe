/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaJobStore: what outlives the process, in one SQLite file. Today the rows of the queue.
 *
 * Writing happens in a thread of its own, in the order of the calls; what comes together is written
 * together. A change is durable once it is written: a process that is killed loses no more than its
 * last instants, and the file stays whole.
 *
 * Only one process has the file at a time. A file that is damaged, or that a newer version has
 * written, is put aside, and an empty one takes its place.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-store-row.h"
#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaJobStore GengaJobStore;

/* The file that programs use, in the user's state folder; free with g_free(). */
char *genga_job_store_dup_default_path (void);

/*
 * Nothing is opened yet. `told`, where it is not NULL, is called on the main context with a
 * sentence for the user: that a file was put aside and where it is, or, once, that nothing can be
 * kept and why. The program goes on in each case.
 */
typedef void (*GengaJobStoreNotifiedFunc) (const char *sentence, gpointer user_data);
GengaJobStore *
genga_job_store_new (const char *path, GengaJobStoreNotifiedFunc told, gpointer user_data);

/* Writes all that waits to be written, and closes. Blocks until then. */
void genga_job_store_free (GengaJobStore *self);

/* Opens the file and reads its rows, by id; an array of GengaJobStoreRow, empty after any failure.
 */
void
genga_job_store_load_async (GengaJobStore *self, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *genga_job_store_load_finish (GengaJobStore *self, GAsyncResult *result);

/* Adds the row, behind all others where its id is 0, or puts it in the place of the one with its
 * id. */
void genga_job_store_put (GengaJobStore *self, GengaJobStoreRow *take_row);
void genga_job_store_remove (GengaJobStore *self, gint64 id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJobStore, genga_job_store_free)

G_END_DECLS
