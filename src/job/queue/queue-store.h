/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaQueueStore: keeps a queue in a store, so that what is unfinished is there again the next
 * time, however the process ended.
 *
 * Jobs that are done are not kept; what waits, runs, has failed or was stopped is, in its order,
 * with its options and all that was told about it.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include "job/queue/job-store.h"

G_BEGIN_DECLS

typedef struct _GengaQueueStore GengaQueueStore;

/*
 * Brings the jobs of the last time back, in front of those that the queue has by then, and records
 * every change from then on. `path` and `told` as for genga_job_store_new().
 */
GengaQueueStore *genga_queue_store_new (GengaJobQueue *queue,
                                        const char *path,
                                        GengaJobStoreNotifiedFunc told,
                                        gpointer user_data);

/* `func` is called once the jobs of the last time are there. */
void genga_queue_store_set_loaded_func (GengaQueueStore *self,
                                        void (*func) (gpointer data),
                                        gpointer data);

/* For tests, which wait for it: whether the jobs of the last time are there. */
gboolean genga_queue_store_is_loaded (GengaQueueStore *self);

/* Blocks until all is written, also what the queue got before the last time's jobs were there. */
void genga_queue_store_free (GengaQueueStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaQueueStore, genga_queue_store_free)

G_END_DECLS
