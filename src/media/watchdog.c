/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/watchdog.h"
#include "core/fault.h"
#include "media/guard.h"

/* What the guard's thread works on, which may outlive the source. */
typedef struct
{
  GengaWatchdogOpenFunc open;
  char *path;
  GengaSourceParams params;
  GengaSource *inner;

  /* the call under way */
  gint64 pts;
  gboolean flag;
  GengaFrame *frame;
  gboolean ok;
  GError *error;
} Call;

typedef struct
{
  GengaSource base;
  GengaGuard *guard;
  Call *call;
  GengaSourceCount count; /* after the last call that came back */
} Watchdog;

/* FALSE where the call failed, or was given up. */
static gboolean
run (Watchdog *self, GengaGuardFunc func, GError **error)
{
  Call *call = self->call;

  if (!genga_guard_run (self->guard, func, call, error))
    return FALSE;
  if (call->inner != NULL)
    genga_source_get_count (call->inner, &self->count);
  if (call->error != NULL)
    g_propagate_error (error, g_steal_pointer (&call->error));
  return call->ok;
}

static void
call_free (gpointer data)
{
  Call *self = data;

  genga_source_free (self->inner);
  g_clear_pointer (&self->frame, genga_frame_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_free (self->path);
  g_free (self);
}

/* ---- the class ---- */

static void
read_now (gpointer data)
{
  Call *self = data;

  genga_fault ("stop-frame");
  self->frame = genga_source_read (self->inner, &self->error);
  self->ok = self->frame != NULL;
}

static GengaFrame *
watchdog_read (GengaSource *source, GError **error)
{
  Watchdog *self = (Watchdog *)source;

  return run (self, read_now, error) ? g_steal_pointer (&self->call->frame) : NULL;
}

static void
seek_now (gpointer data)
{
  Call *self = data;

  self->ok = genga_source_seek (self->inner, self->pts, self->flag, &self->error);
}

static gboolean
watchdog_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  Watchdog *self = (Watchdog *)source;

  self->call->pts = pts;
  self->call->flag = exact;
  return run (self, seek_now, error);
}

static void
give_planes_now (gpointer data)
{
  Call *self = data;

  self->ok = genga_source_give_planes (self->inner, &self->error);
}

static gboolean
watchdog_give_planes (GengaSource *source, GError **error)
{
  return run ((Watchdog *)source, give_planes_now, error);
}

static void
check_now (gpointer data)
{
  Call *self = data;

  self->ok = genga_source_check_complete (self->inner, self->flag, &self->error);
}

static gboolean
watchdog_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  Watchdog *self = (Watchdog *)source;

  self->call->flag = to_its_end;
  return run (self, check_now, error);
}

static void
watchdog_get_count (GengaSource *source, GengaSourceCount *count)
{
  *count = ((Watchdog *)source)->count;
}

static void
watchdog_free (GengaSource *source)
{
  Watchdog *self = (Watchdog *)source;

  genga_guard_free (self->guard, call_free, self->call);
  g_free (self);
}

/* ---- making ---- */

static void
open_now (gpointer data)
{
  Call *self = data;

  self->inner = self->open (self->path, &self->params, &self->error);
  self->ok = self->inner != NULL;
}

GengaSource *
genga_watchdog_open (GengaWatchdogOpenFunc open,
                     const char *path,
                     const GengaSourceParams *params,
                     GError **error)
{
  static const GengaSourceClass klass = {
    .read = watchdog_read,
    .seek = watchdog_seek,
    .check_complete = watchdog_check_complete,
    .get_count = watchdog_get_count,
    .free = watchdog_free,
    .give_planes = watchdog_give_planes,
  };
  g_autofree char *name = g_filename_display_basename (path);
  Watchdog *self = g_new0 (Watchdog, 1);

  self->base.klass = &klass;
  self->guard = genga_guard_new (GENGA_GUARD_SOURCE, name, params->progress);
  self->call = g_new0 (Call, 1);
  self->call->open = open;
  self->call->path = g_strdup (path);
  self->call->params = *params;
  if (params->progress != NULL)
    genga_progress_ref (params->progress);
  if (!run (self, open_now, error))
    {
      watchdog_free (&self->base);
      return NULL;
    }
  self->base.info = self->call->inner->info;
  self->base.origin = self->call->inner->origin;
  return &self->base;
}
