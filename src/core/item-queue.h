/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bounded queue of pointers between two threads.
 *
 * Bounded by items and by bytes; an item larger than the byte limit passes alone. Either end can
 * finish: after genga_item_queue_finish_send() the receiver gets the remaining items and then the
 * end; after genga_item_queue_finish_receive() the sender learns that there is no receiver any more
 * and what is still queued is freed. Leaving a stage by any path finishes both its ends.
 *
 * Thread rule: any number of senders and receivers.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaItemQueue GengaItemQueue;

/* `free_func` frees items that were not received. */
GengaItemQueue *genga_item_queue_new (guint max_items, gsize max_bytes, GDestroyNotify free_func);
void genga_item_queue_free (GengaItemQueue *self);

/*
 * Waits for room, then queues `item`, which counts as `bytes`, and swallows it. FALSE when the
 * receiver has gone; the item is freed then.
 */
gboolean genga_item_queue_send (GengaItemQueue *self, gpointer item, gsize bytes);

/* Waits for an item and gives it away; NULL at the end. */
gpointer genga_item_queue_receive (GengaItemQueue *self);

void genga_item_queue_finish_send (GengaItemQueue *self);
void genga_item_queue_finish_receive (GengaItemQueue *self);

/*
 * How many times a caller found no room or no item so far, and went to sleep. Tests learn by it
 * that the other end has stopped.
 */
guint genga_item_queue_get_n_waits (GengaItemQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaItemQueue, genga_item_queue_free)

G_END_DECLS
