/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/picture-source.h"
#include "media/media.h"

typedef struct
{
  GengaSource base;
  char *path;
  const GengaMedia *media;
  GengaSourceParams params;
  GengaPictureReader *reader; /* where rows are read */
  gboolean has_ended;
  gboolean has_told; /* what there is to notice of the picture */
} PictureSource;

static GengaFrame *
picture_source_read (GengaSource *source, GError **error)
{
  PictureSource *self = (PictureSource *)source;
  GengaFrame *frame;

  if (self->has_ended)
    return NULL;
  frame = self->media->picture_load (self->path, &self->params,
                                     genga_progress_get_cancellable (self->params.progress), error);
  self->has_ended = frame != NULL;
  return frame;
}

static GengaFrame *
picture_source_read_rows (GengaSource *source, int n_rows, GError **error)
{
  PictureSource *self = (PictureSource *)source;
  GengaSourceParams params = self->params;
  GError *reason = NULL;
  GengaFrame *rows = NULL;

  if (self->has_told)
    params.progress = NULL;
  if (self->reader == NULL && !self->has_ended)
    self->reader = self->media->reader_new (
        self->path, &params, genga_progress_get_cancellable (self->params.progress), &reason);
  if (self->reader != NULL)
    rows = self->media->reader_read (self->reader, n_rows, &reason);
  self->has_ended |= rows == NULL && reason == NULL;
  if (reason != NULL)
    g_propagate_error (error, reason);
  return rows;
}

static gboolean
picture_source_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  PictureSource *self = (PictureSource *)source;

  self->has_told |= self->reader != NULL;
  g_clear_pointer (&self->reader, self->media->reader_free);
  self->has_ended = pts > 0;
  return TRUE;
}

static void
picture_source_get_count (GengaSource *source, GengaSourceCount *count)
{
  *count = (GengaSourceCount){ .n_frames = ((PictureSource *)source)->has_ended };
}

static void
picture_source_free (GengaSource *source)
{
  PictureSource *self = (PictureSource *)source;

  g_clear_pointer (&self->reader, self->media->reader_free);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_free (self->path);
  g_free (self);
}

GengaSource *
genga_picture_source_open (const char *path, const GengaSourceParams *params, GError **error)
{
  static const GengaSourceClass klass = {
    .read = picture_source_read,
    .read_rows = picture_source_read_rows,
    .seek = picture_source_seek,
    .get_count = picture_source_get_count,
    .free = picture_source_free,
  };
  const GengaMedia *media = genga_media_get (error);
  GengaSourceInfo info;
  PictureSource *self;

  if (media == NULL || !media->picture_probe (path, params, &info, error))
    return NULL;
  self = g_new0 (PictureSource, 1);
  self->base.klass = &klass;
  self->base.info = info;
  self->path = g_strdup (path);
  self->media = media;
  self->params = *params;
  if (params->progress != NULL)
    genga_progress_ref (params->progress);
  return &self->base;
}
