/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/guard.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

/* Without a sign of life, in seconds. */
#define GIVE_UP_SECONDS 300
#define TELL_PART 0.2

/* Between two looks; a step that took longer was not waiting but a machine that slept. */
#define LOOK_US (G_USEC_PER_SEC / 10)
#define MAX_STEP_US G_USEC_PER_SEC

/* A call of a job that was cancelled gets so long to come back. */
#define CANCEL_US G_USEC_PER_SEC

struct _GengaGuard
{
  GengaGuardKind kind;
  char *name;
  GengaProgress *progress;
  double limit;    /* seconds */
  GThread *thread; /* NULL until the first call */
  guint ticks;     /* atomic */

  GMutex mutex;
  GCond cond;
  /* protected by mutex */
  GengaGuardFunc func; /* NULL: no call is under way */
  gpointer data;
  gboolean is_lost;
  gboolean has_ended;
  GDestroyNotify destroy; /* by the thread, when it comes back */
  gpointer object;
};

/* How far one call is. */
typedef struct
{
  gint64 last_us;
  gint64 silent_us;
  gint64 cancelled_us;
  guint ticks;
  gboolean was_notified;
} Wait;

GengaGuard *
genga_guard_new (GengaGuardKind kind, const char *name, GengaProgress *progress)
{
  GengaGuard *self = g_new0 (GengaGuard, 1);
  const char *text = g_getenv ("GENGA_STALL_SECONDS");
  double seconds = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  self->kind = kind;
  self->name = g_strdup (name);
  self->progress = progress != NULL ? genga_progress_ref (progress) : NULL;
  self->limit = seconds > 0 ? seconds : GIVE_UP_SECONDS;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  return self;
}

static void
free_all (GengaGuard *self)
{
  g_clear_pointer (&self->progress, genga_progress_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self->name);
  g_free (self);
}

/* ---- the thread ---- */

static GPrivate own_guard; /* of a guard's thread */

static gpointer
run (gpointer data)
{
  GengaGuard *self = data;
  GDestroyNotify destroy;

  g_private_set (&own_guard, self);
  g_mutex_lock (&self->mutex);
  while (!self->has_ended)
    {
      GengaGuardFunc func = self->func;

      if (func == NULL)
        {
          g_cond_wait (&self->cond, &self->mutex);
          continue;
        }
      g_mutex_unlock (&self->mutex);
      func (self->data);
      g_mutex_lock (&self->mutex);
      self->func = NULL;
      g_cond_broadcast (&self->cond);
    }
  destroy = self->destroy;
  g_mutex_unlock (&self->mutex);
  if (destroy != NULL)
    {
      destroy (self->object);
      free_all (self);
    }
  return NULL;
}

void
genga_guard_tick (void)
{
  GengaGuard *self = g_private_get (&own_guard);

  if (self != NULL)
    g_atomic_int_inc (&self->ticks);
}

/* ---- waiting ---- */

static void
tell (GengaGuard *self, Wait *wait)
{
  double seconds = (double)wait->silent_us / G_USEC_PER_SEC;

  if (wait->was_notified || seconds <= self->limit * TELL_PART)
    return;
  wait->was_notified = TRUE;
  if (self->kind == GENGA_GUARD_ENCODER)
    genga_progress_notice (self->progress,
                           _ ("Still waiting: the encoder (%s) has not answered for %.0f s."),
                           self->name, seconds);
  else
    genga_progress_notice (self->progress,
                           _ ("Still waiting: no data from “%s” for %.0f s. Check its disk or "
                              "its network."),
                           self->name, seconds);
}

static void
look (GengaGuard *self, Wait *wait)
{
  gint64 now = g_get_monotonic_time ();
  gint64 step = MIN (now - wait->last_us, MAX_STEP_US);
  guint ticks = g_atomic_int_get (&self->ticks);
  GCancellable *cancellable = genga_progress_get_cancellable (self->progress);

  wait->last_us = now;
  if (ticks != wait->ticks)
    wait->silent_us = wait->cancelled_us = 0;
  else if (!genga_progress_is_paused (self->progress))
    wait->silent_us += step;
  wait->ticks = ticks;
  if (g_cancellable_is_cancelled (cancellable))
    wait->cancelled_us += step;
  else
    tell (self, wait);
}

static gboolean
set_lost_error (GengaGuard *self, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (genga_progress_get_cancellable (self->progress), error))
    return FALSE;
  if (self->kind == GENGA_GUARD_ENCODER)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                 _ ("Timed out: the encoder (%s) has not answered for %.0f s. Run the same command "
                    "to continue, or choose another one with --encoder or --codec."),
                 self->name, self->limit);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("Timed out: no data from “%s” for %.0f s. Its disk or its network does not "
                    "respond, or its decoder hangs."),
                 self->name, self->limit);
  return FALSE;
}

/* Until the call comes back or is given up; the mutex is held. */
static void
wait_for_call (GengaGuard *self)
{
  Wait wait = { .last_us = g_get_monotonic_time (), .ticks = g_atomic_int_get (&self->ticks) };

  while (self->func != NULL && !self->is_lost)
    {
      g_cond_wait_until (&self->cond, &self->mutex, g_get_monotonic_time () + LOOK_US);
      if (self->func == NULL)
        break;
      look (self, &wait);
      self->is_lost =
          wait.silent_us > self->limit * G_USEC_PER_SEC || wait.cancelled_us > CANCEL_US;
    }
  if (wait.was_notified && !self->is_lost)
    genga_progress_notice (self->progress, _ ("“%s” continues."), self->name);
}

gboolean
genga_guard_run (GengaGuard *self, GengaGuardFunc func, gpointer data, GError **error)
{
  gboolean is_lost;

  g_mutex_lock (&self->mutex);
  if (!self->is_lost)
    {
      self->data = data;
      self->func = func;
      if (self->thread == NULL)
        self->thread = g_thread_new ("genga-source", run, self);
      g_cond_broadcast (&self->cond);
      wait_for_call (self);
    }
  is_lost = self->is_lost;
  g_mutex_unlock (&self->mutex);
  return !is_lost || set_lost_error (self, error);
}

void
genga_guard_free (GengaGuard *self, GDestroyNotify destroy, gpointer object)
{
  GThread *thread = self != NULL ? self->thread : NULL;
  gboolean is_away = FALSE;

  if (thread != NULL)
    {
      g_mutex_lock (&self->mutex);
      is_away = self->func != NULL;
      self->has_ended = TRUE;
      self->destroy = is_away ? destroy : NULL;
      self->object = object;
      if (is_away)
        g_debug ("%s: what works on it is left to itself", self->name);
      g_cond_broadcast (&self->cond);
      g_mutex_unlock (&self->mutex);
    }
  if (is_away)
    {
      g_thread_unref (thread);
      return;
    }
  if (thread != NULL)
    g_thread_join (thread);
  if (self != NULL)
    free_all (self);
  destroy (object);
}
