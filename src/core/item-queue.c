/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/item-queue.h"

typedef struct
{
  gpointer item;
  gsize bytes;
} Entry;

struct _GengaItemQueue
{
  guint max_items;
  gsize max_bytes;
  GDestroyNotify free_func;

  GMutex lock;
  GCond has_item; /* or the end */
  GCond has_room; /* or no receiver to make any */

  /* Below: under the lock. A ring of max_items entries. */
  Entry *ring;
  guint first;
  guint n_items;
  gsize n_bytes;
  guint n_waits;
  gboolean is_send_finished;
  gboolean is_receive_finished;
};

GengaItemQueue *
genga_item_queue_new (guint max_items, gsize max_bytes, GDestroyNotify free_func)
{
  GengaItemQueue *self;

  g_return_val_if_fail (max_items > 0, NULL);

  self = g_new0 (GengaItemQueue, 1);
  self->max_items = max_items;
  self->max_bytes = max_bytes;
  self->free_func = free_func;
  self->ring = g_new0 (Entry, max_items);
  g_mutex_init (&self->lock);
  g_cond_init (&self->has_item);
  g_cond_init (&self->has_room);

  return self;
}

static void
free_item (GengaItemQueue *self, gpointer item)
{
  if (self->free_func)
    self->free_func (item);
}

/* Under the lock; the queue is not empty. */
static gpointer
take_first (GengaItemQueue *self)
{
  const Entry entry = self->ring[self->first];

  self->first = (self->first + 1) % self->max_items;
  self->n_items--;
  self->n_bytes -= entry.bytes;

  return entry.item;
}

void
genga_item_queue_free (GengaItemQueue *self)
{
  if (!self)
    return;

  while (self->n_items > 0)
    free_item (self, take_first (self));
  g_cond_clear (&self->has_room);
  g_cond_clear (&self->has_item);
  g_mutex_clear (&self->lock);
  g_free (self->ring);
  g_free (self);
}

static gboolean
has_room_for (GengaItemQueue *self, gsize bytes)
{
  if (self->n_items == 0)
    return TRUE;

  return self->n_items < self->max_items && self->n_bytes <= self->max_bytes &&
         bytes <= self->max_bytes - self->n_bytes;
}

/* Under the lock. */
static void
sleep_until (GengaItemQueue *self, GCond *cond)
{
  self->n_waits++;
  g_cond_wait (cond, &self->lock);
}

gboolean
genga_item_queue_send (GengaItemQueue *self, gpointer item, gsize bytes)
{
  gboolean is_accepted;

  g_return_val_if_fail (item != NULL, FALSE);

  g_mutex_lock (&self->lock);
  while (!self->is_send_finished && !self->is_receive_finished && !has_room_for (self, bytes))
    sleep_until (self, &self->has_room);

  is_accepted = !self->is_send_finished && !self->is_receive_finished;
  if (is_accepted)
    {
      self->ring[(self->first + self->n_items) % self->max_items] = (Entry){ item, bytes };
      self->n_items++;
      self->n_bytes += bytes;
      g_cond_signal (&self->has_item);
    }
  g_mutex_unlock (&self->lock);

  if (!is_accepted)
    free_item (self, item);
  return is_accepted;
}

gpointer
genga_item_queue_receive (GengaItemQueue *self)
{
  gpointer item = NULL;

  g_mutex_lock (&self->lock);
  while (self->n_items == 0 && !self->is_send_finished && !self->is_receive_finished)
    sleep_until (self, &self->has_item);

  if (self->n_items > 0)
    {
      item = take_first (self);
      /* Senders wait with items of different sizes: room that is too small for one suits another.
       */
      g_cond_broadcast (&self->has_room);
    }
  g_mutex_unlock (&self->lock);

  return item;
}

void
genga_item_queue_finish_send (GengaItemQueue *self)
{
  g_mutex_lock (&self->lock);
  self->is_send_finished = TRUE;
  g_cond_broadcast (&self->has_item);
  g_cond_broadcast (&self->has_room);
  g_mutex_unlock (&self->lock);
}

void
genga_item_queue_finish_receive (GengaItemQueue *self)
{
  g_mutex_lock (&self->lock);
  self->is_receive_finished = TRUE;
  g_cond_broadcast (&self->has_item);
  g_cond_broadcast (&self->has_room);
  while (self->n_items > 0)
    {
      gpointer item = take_first (self);

      /* Freeing may take long, and an item's end may use the queue. */
      g_mutex_unlock (&self->lock);
      free_item (self, item);
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);
}

guint
genga_item_queue_get_n_waits (GengaItemQueue *self)
{
  guint n_waits;

  g_mutex_lock (&self->lock);
  n_waits = self->n_waits;
  g_mutex_unlock (&self->lock);

  return n_waits;
}
