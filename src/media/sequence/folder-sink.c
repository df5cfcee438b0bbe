/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/sequence/folder-sink.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaSink base;
  GengaFrameFolder *folder;
  char *path;
  gboolean has_rate;
} FolderSink;

static gboolean
folder_sink_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  return genga_frame_folder_put (((FolderSink *)sink)->folder, sink->n_done, frame, error);
}

static gboolean
folder_sink_finish (GengaSink *sink, GError **error)
{
  FolderSink *self = (FolderSink *)sink;

  if (!genga_frame_folder_finish (self->folder, error))
    return FALSE;
  sink->written = g_strdup (self->path);
  return TRUE;
}

static void
folder_sink_free (GengaSink *sink)
{
  FolderSink *self = (FolderSink *)sink;

  genga_frame_folder_free (self->folder);
  g_free (self->path);
  g_free (self);
}

GengaSink *
genga_folder_sink_new (const GengaFrameFolderSetup *setup, GError **error)
{
  static const GengaSinkClass klass = {
    .write = folder_sink_write,
    .finish = folder_sink_finish,
    .free = folder_sink_free,
  };
  GengaFrameFolder *folder = genga_frame_folder_open (setup, error);
  FolderSink *self;

  if (folder == NULL)
    return NULL;
  self = g_new0 (FolderSink, 1);
  self->base.klass = &klass;
  self->folder = folder;
  self->path = g_strdup (setup->path);
  self->has_rate = setup->rate_num > 0;
  self->base.n_done = genga_frame_folder_get_list (folder)->frames->len;
  if (self->base.n_done > 0)
    genga_progress_notice (setup->save.progress,
                           _ ("%u frames already exist; continuing with the rest."),
                           (guint)self->base.n_done);
  return &self->base;
}

gboolean
genga_folder_sink_skip_done (GengaSink *sink, GengaSource *source, GError **error)
{
  FolderSink *self = (FolderSink *)sink;
  const GArray *frames = genga_frame_folder_get_list (self->folder)->frames;

  if (frames->len == 0)
    return TRUE;
  if (!self->has_rate)
    return genga_source_seek (
        source, g_array_index (frames, GengaListedFrame, frames->len - 1).pts + 1, TRUE, error);
  /* Times were given anew: frames are counted. */
  for (guint i = 0; i < frames->len; i++)
    {
      g_autoptr (GengaFrame) frame = genga_source_read (source, error);
      if (frame == NULL)
        return FALSE;
    }
  return TRUE;
}
