/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bounded queue of pointers between two threads.
 *
 * Bounded by items and by bytes; an item larger than the byte limit passes alone. Either end can
 * finish: after genga_queue_finish_send() the receiver gets what is left and then the end; after
 * genga_queue_finish_receive() the sender learns that nobody listens any more and what is still
 * queued is freed. Leaving a stage by any path finishes both its ends.
 *
 * Thread rule: any number of senders and receivers.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaQueue GengaQueue;

/* `free_func` frees items that nobody received. */
GengaQueue *genga_queue_new (guint max_items, gsize max_bytes, GDestroyNotify free_func);
void genga_queue_free (GengaQueue *self);

/*
 * Waits for room, then queues `item`, which counts as `bytes`, and swallows it. FALSE when the
 * receiver has gone; the item is freed then.
 */
gboolean genga_queue_send (GengaQueue *self, gpointer item, gsize bytes);

/* Waits for an item and gives it away; NULL at the end. */
gpointer genga_queue_receive (GengaQueue *self);

void genga_queue_finish_send (GengaQueue *self);
void genga_queue_finish_receive (GengaQueue *self);

/* How many items are waiting now. */
guint genga_queue_get_length (GengaQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaQueue, genga_queue_free)

G_END_DECLS
