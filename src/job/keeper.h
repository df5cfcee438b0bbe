/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaKeeper: keeps a queue in a store, so that what is unfinished is there again the next time,
 * however the process ended.
 *
 * Jobs that are done are not kept; what waits, runs, has failed or was stopped is, in its order,
 * with its options and all that was told about it.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue.h"
#include "job/store.h"

G_BEGIN_DECLS

typedef struct _GengaKeeper GengaKeeper;

/*
 * Brings the jobs of the last time back, in front of those that the queue has by then, and records
 * every change from then on. `path` and `told` as for genga_store_new().
 */
GengaKeeper *genga_keeper_new (GengaJobQueue *queue,
                               const char *path,
                               GengaStoreToldFunc told,
                               gpointer user_data);

/* Whether the jobs of the last time are there. */
gboolean genga_keeper_is_loaded (GengaKeeper *self);

/* Blocks until all is written, also what the queue got before the last time's jobs were there. */
void genga_keeper_free (GengaKeeper *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaKeeper, genga_keeper_free)

G_END_DECLS
