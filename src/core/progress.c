/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/progress.h"

struct _GengaProgress
{
  gatomicrefcount ref_count;
  GCancellable *cancellable;
  GengaProgress *whole; /* NULL: this is no part of another */
  gint64 (*get_us) (void);

  GMutex mutex;
  GCond cond;

  /* protected by mutex */
  guint64 total;
  guint64 done;
  guint tiles_total;
  guint tiles_done;
  gboolean has_frames;
  guint64 frames_total;
  guint64 frames_done;
  guint64 frames_before; /* of them, in earlier runs */
  guint64 bytes_written;
  gint64 started_us; /* monotonic; 0 = not yet */
  gint64 paused_since_us;
  gint64 paused_us;
  gint64 done_at_us; /* run time when work was last done */
  gboolean paused;
  GPtrArray *notices;
  GHashTable *said;      /* the texts of all of them, so that helpers don't repeat one */
  gboolean is_elsewhere; /* the work, of which `shown` is known */
  GengaProgressState shown;
};

GengaProgress *
genga_progress_new (GCancellable *cancellable)
{
  GengaProgress *self = g_new0 (GengaProgress, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_set_object (&self->cancellable, cancellable);
  self->get_us = g_get_monotonic_time;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->notices = g_ptr_array_new_with_free_func (g_free);
  self->said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

GengaProgress *
genga_progress_new_within (GengaProgress *whole)
{
  GengaProgress *self = genga_progress_new (whole->cancellable);

  self->whole = genga_progress_ref (whole);
  return self;
}

GengaProgress *
genga_progress_ref (GengaProgress *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_progress_unref (GengaProgress *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->whole, genga_progress_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_ptr_array_unref (self->notices);
  g_hash_table_unref (self->said);
  g_free (self);
}

void
genga_progress_set_clock (GengaProgress *self, gint64 (*get_us) (void))
{
  self->get_us = get_us;
}

GCancellable *
genga_progress_get_cancellable (GengaProgress *self)
{
  return self != NULL ? self->cancellable : NULL;
}

void
genga_progress_add_total (GengaProgress *self, guint64 units)
{
  if (self == NULL)
    return;
  if (self->whole != NULL)
    {
      genga_progress_add_total (self->whole, units);
      return;
    }
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->total += units;
  if (self->started_us == 0)
    self->started_us = self->get_us ();
}

/* Microseconds since the first unit of work, pauses left out; the mutex is held. */
static gint64
get_run_us (GengaProgress *self)
{
  gint64 now = self->paused ? self->paused_since_us : self->get_us ();

  return self->started_us != 0 ? MAX (0, now - self->started_us - self->paused_us) : 0;
}

void
genga_progress_add_done (GengaProgress *self, guint64 units)
{
  if (self == NULL)
    return;
  if (self->whole != NULL)
    {
      genga_progress_add_done (self->whole, units);
      return;
    }
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->done += units;
  if (!self->has_frames)
    self->done_at_us = get_run_us (self);
}

void
genga_progress_add_tiles (GengaProgress *self, guint total, guint done)
{
  if (self == NULL)
    return;
  if (self->whole != NULL)
    {
      genga_progress_add_tiles (self->whole, total, done);
      return;
    }
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->tiles_total += total;
  self->tiles_done += done;
}

void
genga_progress_set_frames (GengaProgress *self, guint64 total)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->has_frames = TRUE;
  self->frames_total = total;
  if (self->started_us == 0)
    self->started_us = self->get_us ();
}

void
genga_progress_add_frame (GengaProgress *self)
{
  if (self->whole != NULL)
    {
      genga_progress_add_frame (self->whole);
      return;
    }
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->frames_done++;
  self->done_at_us = get_run_us (self);
}

void
genga_progress_take_back_frames (GengaProgress *self, guint64 n)
{
  if (self->whole != NULL)
    {
      genga_progress_take_back_frames (self->whole, n);
      return;
    }
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->frames_done -= MIN (n, self->frames_done);
}

void
genga_progress_restart_frames (GengaProgress *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->frames_done = self->frames_before = 0;
  self->bytes_written = 0;
  self->total = self->done = 0;
  self->tiles_total = self->tiles_done = 0;
}

void
genga_progress_add_bytes (GengaProgress *self, guint64 bytes)
{
  if (self == NULL)
    return;
  if (self->whole != NULL)
    {
      genga_progress_add_bytes (self->whole, bytes);
      return;
    }
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->bytes_written += bytes;
}

void
genga_progress_set_frames_before (GengaProgress *self, guint64 n)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->frames_done += n - self->frames_before;
  self->frames_before = n;
}

/* The mutex is held. A file may hold more frames than it says. */
static double
get_fraction (GengaProgress *self)
{
  double total = self->has_frames ? self->frames_total : self->total;
  double done = self->has_frames ? self->frames_done : self->done;

  return total > 0 ? MIN (1.0, done / total) : 0;
}

static void
wake (GCancellable *cancellable, GengaProgress *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_cond_broadcast (&self->cond);
}

/* Blocks while the job is paused and not cancelled. */
static void
wait_while_paused (GengaProgress *self)
{
  gulong handler = 0;

  if (self->cancellable != NULL)
    handler = g_cancellable_connect (self->cancellable, G_CALLBACK (wake), self, NULL);

  g_mutex_lock (&self->mutex);
  while (self->paused && !g_cancellable_is_cancelled (self->cancellable))
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);

  if (handler != 0)
    g_cancellable_disconnect (self->cancellable, handler);
}

gboolean
genga_progress_is_paused (GengaProgress *self)
{
  if (self != NULL && self->whole != NULL)
    return genga_progress_is_paused (self->whole);
  g_autoptr (GMutexLocker) locker = self != NULL ? g_mutex_locker_new (&self->mutex) : NULL;

  return self != NULL && self->paused;
}

gboolean
genga_progress_check (GengaProgress *self, GError **error)
{
  if (self == NULL)
    return TRUE;
  if (self->whole != NULL)
    return genga_progress_check (self->whole, error);
  if (genga_progress_is_paused (self))
    wait_while_paused (self);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

void
genga_progress_set_paused (GengaProgress *self, gboolean paused)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 now = self->get_us ();

  if (self->paused == paused)
    return;
  self->paused = paused;
  if (paused)
    self->paused_since_us = now;
  else if (self->started_us != 0)
    self->paused_us += now - MAX (self->paused_since_us, self->started_us);
  g_cond_broadcast (&self->cond);
}

void
genga_progress_notice (GengaProgress *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);

  g_debug ("%s", text);
  if (self == NULL)
    return;
  const gboolean is_helper = self->whole != NULL;
  while (self->whole != NULL)
    self = self->whole;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  if (g_hash_table_add (self->said, g_strdup (text)) || !is_helper)
    g_ptr_array_add (self->notices, g_steal_pointer (&text));
}

GPtrArray *
genga_progress_take_notices (GengaProgress *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GPtrArray *notices = self->notices;

  self->notices = g_ptr_array_new_with_free_func (g_free);
  return notices;
}

void
genga_progress_poll (GengaProgress *self, GengaProgressState *sample)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  gint64 run_us = get_run_us (self);

  if (self->is_elsewhere)
    {
      *sample = self->shown;
      return;
    }
  *sample = (GengaProgressState){
    .fraction = get_fraction (self),
    .tiles_done = self->tiles_done,
    .tiles_total = self->tiles_total,
    .has_frames = self->has_frames,
    .frames_done = self->frames_done,
    .frames_total = self->frames_total,
    .bytes_written = self->bytes_written,
    .seconds_run = run_us / 1e6,
    .seconds_left = -1,
  };

  if (self->has_frames && self->done_at_us > 0)
    sample->frames_per_second =
        (self->frames_done - self->frames_before) / (self->done_at_us / 1e6);

  /* The pace is that of finished work: between two tiles the time left only falls. */
  double before = self->has_frames && self->frames_total > 0
                      ? (double)self->frames_before / self->frames_total
                      : 0;
  if (sample->fraction > before)
    sample->seconds_left =
        MAX (0, self->done_at_us * (1 - before) / (sample->fraction - before) - run_us) / 1e6;
}

void
genga_progress_show (GengaProgress *self, const GengaProgressState *state)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->is_elsewhere = TRUE;
  self->shown = *state;
}
