/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/row-feed.h"

#define MAX_WAITING 2

struct _GengaRowFeed
{
  GMutex mutex;
  GCond changed;

  /* protected by mutex */
  GQueue frames; /* of GengaFrame, from `first` on */
  int first;
  gboolean has_ended;
  gboolean is_closed;
};

GengaRowFeed *
genga_row_feed_new (void)
{
  GengaRowFeed *self = g_new0 (GengaRowFeed, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->frames);
  return self;
}

void
genga_row_feed_free (GengaRowFeed *self)
{
  g_queue_clear_full (&self->frames, (GDestroyNotify)genga_frame_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

gboolean
genga_row_feed_give (GengaRowFeed *self, GengaFrame *frame)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (!self->is_closed && self->frames.length >= MAX_WAITING)
    g_cond_wait (&self->changed, &self->mutex);
  if (self->is_closed)
    return FALSE;
  g_queue_push_tail (&self->frames, genga_frame_ref (frame));
  g_cond_broadcast (&self->changed);
  return TRUE;
}

void
genga_row_feed_end (GengaRowFeed *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->has_ended = TRUE;
  g_cond_broadcast (&self->changed);
}

/* The frame with row `y` is the first one then, or there is none. */
static void
drop_above (GengaRowFeed *self, int y)
{
  GengaFrame *frame;

  while ((frame = g_queue_peek_head (&self->frames)) != NULL &&
         y >= self->first + frame->info.height)
    {
      self->first += frame->info.height;
      genga_frame_unref (g_queue_pop_head (&self->frames));
      g_cond_broadcast (&self->changed);
    }
}

GengaFrame *
genga_row_feed_take (GengaRowFeed *self, int y, int *first)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (drop_above (self, y); self->frames.length == 0 && !self->has_ended; drop_above (self, y))
    g_cond_wait (&self->changed, &self->mutex);
  if (self->frames.length == 0 || y < self->first)
    return NULL;
  *first = self->first;
  return genga_frame_ref (g_queue_peek_head (&self->frames));
}

void
genga_row_feed_close (GengaRowFeed *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->is_closed = TRUE;
  g_cond_broadcast (&self->changed);
}

gboolean
genga_row_feed_is_closed (GengaRowFeed *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->is_closed;
}
