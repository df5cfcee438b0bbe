/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The border of a source: whatever reads its file or decodes is called through its guard. */
#define G_LOG_DOMAIN "genga-media"

#include "core/fault.h"
#include "media/video/video-source-private.h"

static GengaVideoSource *
new_source (const char *path, const GengaVideoRead *params)
{
  GengaVideoSource *self = g_new0 (GengaVideoSource, 1);

  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  self->params = *params;
  if (params->progress != NULL)
    genga_progress_ref (params->progress);
  self->skip_until = G_MININT64;
  self->stop = G_MAXINT64;
  self->guard = genga_guard_new (self->name, params->progress);
  return self;
}

static void
destroy (gpointer data)
{
  genga_video_source_destroy (data);
}

void
genga_video_source_free (GengaVideoSource *self)
{
  if (self != NULL)
    genga_guard_free (self->guard, destroy, self);
}

/* FALSE where the call failed, or was given up. */
static gboolean
call (GengaVideoSource *self, GengaGuardFunc func, GError **error)
{
  if (!genga_guard_run (self->guard, func, self, error))
    return FALSE;
  if (self->call.error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->call.error));
  return self->call.ok;
}

static void
open_now (gpointer data)
{
  GengaVideoSource *self = data;

  self->call.ok = genga_video_source_open_now (self, &self->call.error);
}

GengaVideoSource *
genga_video_source_new (const char *path, const GengaVideoRead *params, GError **error)
{
  g_autoptr (GengaVideoSource) self = new_source (path, params);

  return call (self, open_now, error) ? g_steal_pointer (&self) : NULL;
}

GengaVideoSource *
genga_video_source_new_from_feed (const char *path,
                                  const GengaVideoFeed *feed,
                                  const GengaVideoRead *params,
                                  GError **error)
{
  g_autoptr (GengaVideoSource) self = new_source (path, params);

  return genga_video_source_set_feed (self, feed, error) ? g_steal_pointer (&self) : NULL;
}

static void
read_now (gpointer data)
{
  GengaVideoSource *self = data;

  genga_fault ("stop-frame");
  self->call.frame = genga_video_source_read_now (self, &self->call.error);
  self->call.ok = self->call.frame != NULL;
}

GengaFrame *
genga_video_source_read (GengaVideoSource *self, GError **error)
{
  return call (self, read_now, error) ? g_steal_pointer (&self->call.frame) : NULL;
}

static void
seek_now (gpointer data)
{
  GengaVideoSource *self = data;

  self->call.ok =
      genga_video_source_seek_now (self, self->call.pts, self->call.exact, &self->call.error);
}

gboolean
genga_video_source_seek (GengaVideoSource *self, gint64 pts, gboolean exact, GError **error)
{
  self->call.pts = pts;
  self->call.exact = exact;
  return call (self, seek_now, error);
}

static void
set_part_now (gpointer data)
{
  GengaVideoSource *self = data;

  self->call.ok =
      genga_video_source_set_part_now (self, self->call.from, self->call.to, &self->call.error);
}

gboolean
genga_video_source_set_part (GengaVideoSource *self, double from, double to, GError **error)
{
  g_return_val_if_fail (!self->is_part, FALSE);
  self->call.from = from;
  self->call.to = to;
  return call (self, set_part_now, error);
}

static void
check_now (gpointer data)
{
  GengaVideoSource *self = data;

  self->call.ok = genga_video_source_check_now (self, &self->call.error);
}

gboolean
genga_video_source_check_complete (GengaVideoSource *self, GError **error)
{
  return call (self, check_now, error);
}
