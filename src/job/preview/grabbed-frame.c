/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/grabbed-frame.h"
#include "media/probe.h"
#include "media/single-frame.h"
#include "steps/enhance.h"

#include <glib/gstdio.h>

struct _GengaFrameReader
{
  char *path;
  GengaDeinterlace deinterlace;
  GStatBuf stat;
  GengaSource *source; /* of one frame; NULL: none is open */
};

GengaGrabbedFrame *
genga_grabbed_frame_new (GengaFrame *take_frame, const GengaSourceInfo *info, double seconds)
{
  GengaGrabbedFrame *self = g_atomic_rc_box_new0 (GengaGrabbedFrame);

  self->frame = take_frame;
  self->info = *info;
  self->seconds = seconds;
  return self;
}

GengaGrabbedFrame *
genga_grabbed_frame_ref (GengaGrabbedFrame *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_grabbed (gpointer data)
{
  GengaGrabbedFrame *self = data;

  g_clear_pointer (&self->frame, genga_frame_unref);
  g_clear_object (&self->wrapped);
}

void
genga_grabbed_frame_unref (GengaGrabbedFrame *self)
{
  g_atomic_rc_box_release_full (self, clear_grabbed);
}

GengaFrameReader *
genga_frame_reader_new (void)
{
  return g_new0 (GengaFrameReader, 1);
}

static void
close_source (GengaFrameReader *self)
{
  if (self->source != NULL)
    genga_source_free (self->source);
  self->source = NULL;
  g_clear_pointer (&self->path, g_free);
}

void
genga_frame_reader_free (GengaFrameReader *self)
{
  close_source (self);
  g_free (self);
}

static gboolean
is_open (GengaFrameReader *self, const char *path, GengaDeinterlace deinterlace)
{
  GStatBuf now;

  return self->source != NULL && g_str_equal (self->path, path) &&
         self->deinterlace == deinterlace && g_stat (path, &now) == 0 &&
         now.st_ino == self->stat.st_ino && now.st_size == self->stat.st_size &&
         now.st_mtime == self->stat.st_mtime;
}

static gboolean
open_source (GengaFrameReader *self, const char *path, GengaDeinterlace deinterlace, GError **error)
{
  GengaSourceParams params = { .deinterlace = deinterlace };

  if (is_open (self, path, deinterlace))
    return TRUE;
  close_source (self);
  if (g_stat (path, &self->stat) != 0)
    self->stat = (GStatBuf){ 0 };
  self->source = genga_source_open (path, &params, error);
  if (self->source != NULL)
    self->source = genga_single_frame_new (self->source, genga_enhance_measure_mean);
  self->path = g_strdup (path);
  self->deinterlace = deinterlace;
  return self->source != NULL;
}

GengaGrabbedFrame *
genga_frame_reader_read (GengaFrameReader *self,
                         const char *path,
                         double seconds,
                         GengaDeinterlace deinterlace,
                         GCancellable *cancellable,
                         GError **error)
{
  GengaFrame *frame;

  if (!open_source (self, path, deinterlace, error))
    return NULL;
  genga_single_frame_choose (self->source, seconds, cancellable);
  frame = genga_source_read (self->source, error);
  if (frame == NULL)
    {
      /* One that was given up, or has changed, is opened anew the next time. */
      if (!g_cancellable_is_cancelled (cancellable))
        close_source (self);
      return NULL;
    }
  return genga_grabbed_frame_new (frame, &self->source->info,
                                  genga_single_frame_get_seconds (self->source));
}
