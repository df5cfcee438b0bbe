/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The threads that run a network together. The caller is one of them; the others sleep where
 * nobody calls.
 *
 * Thread rule: one thread at a time calls genga_cpu_pool_run(); functions that it runs call
 * genga_cpu_pool_wait().
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaCpuPool GengaCpuPool;

/* `thread` counts from 0, which is the caller's. */
typedef void (*GengaCpuFunc) (gpointer data, guint thread);

/* At least one thread; fewer than asked for where the system gives no more. */
GengaCpuPool *genga_cpu_pool_new (guint n_threads);
void genga_cpu_pool_free (GengaCpuPool *self);

guint genga_cpu_pool_get_n_threads (GengaCpuPool *self);

/* Calls `func` once in every thread and comes back when all are done. */
void genga_cpu_pool_run (GengaCpuPool *self, GengaCpuFunc func, gpointer data);

/* Waits until every thread has come here. What was written before is seen by all behind it. */
void genga_cpu_pool_wait (GengaCpuPool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCpuPool, genga_cpu_pool_free)

G_END_DECLS
