/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/picture-sink.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaSink base;
  char *path;
  const GengaMedia *media;
  GengaPictureSave params;
} PictureSink;

static gboolean
picture_sink_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  PictureSink *self = (PictureSink *)sink;

  return sink->written != NULL ||
         self->media->picture_save (frame, self->path, &self->params,
                                    genga_progress_get_cancellable (self->params.progress),
                                    &sink->written, error);
}

static gboolean
picture_sink_finish (GengaSink *sink, GError **error)
{
  PictureSink *self = (PictureSink *)sink;
  g_autofree char *name = NULL;

  if (sink->written != NULL)
    return TRUE;
  name = g_filename_display_basename (self->path);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("“%s” was not written: there are no frames."), name);
  return FALSE;
}

static void
picture_sink_free (GengaSink *sink)
{
  PictureSink *self = (PictureSink *)sink;

  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_free (self->path);
  g_free (self);
}

GengaSink *
genga_picture_sink_new (const char *path, const GengaPictureSave *params, GError **error)
{
  static const GengaSinkClass klass = {
    .write = picture_sink_write,
    .finish = picture_sink_finish,
    .free = picture_sink_free,
  };
  const GengaMedia *media = genga_media_get (error);
  PictureSink *self;

  if (media == NULL)
    return NULL;
  self = g_new0 (PictureSink, 1);
  self->base.klass = &klass;
  self->path = g_strdup (path);
  self->media = media;
  self->params = *params;
  if (params->progress != NULL)
    genga_progress_ref (params->progress);
  return &self->base;
}
