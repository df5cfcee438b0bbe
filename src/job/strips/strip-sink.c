/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/strips/strip-sink.h"
#include "core/error.h"
#include "core/fault.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaSink base;
  const GengaMedia *media;
  char *target;
  GengaPictureSave save;
  int height;
  GengaStripJournal *journal; /* or NULL */
  GengaPictureWriter *writer;
} StripSink;

static gboolean
open_writer (StripSink *self, const GengaFrame *first, GError **error)
{
  GengaPictureSave save = self->save;

  if (self->journal != NULL)
    {
      save.through = genga_strip_journal_get_path (self->journal);
      save.state = genga_strip_journal_get_state (self->journal);
    }
  self->writer = self->media->writer_new (first, self->height, self->target, &save,
                                          genga_progress_get_cancellable (save.progress), error);
  return self->writer != NULL;
}

static gboolean
strip_sink_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  StripSink *self = (StripSink *)sink;
  g_autoptr (GBytes) state = NULL;

  if ((self->writer == NULL && !open_writer (self, frame, error)) ||
      !self->media->writer_write (self->writer, frame, error))
    return FALSE;
  genga_fault ("kill-strip");
  if (self->journal == NULL)
    return TRUE;
  if (!self->media->writer_save (self->writer, &state, error))
    return FALSE;
  if (state != NULL)
    genga_strip_journal_record (self->journal, sink->n_done + 1, state);
  return TRUE;
}

static gboolean
strip_sink_finish (GengaSink *sink, GError **error)
{
  StripSink *self = (StripSink *)sink;

  if (self->writer != NULL)
    return self->media->writer_finish (self->writer, &sink->written, error);
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, "there are no strips");
  return FALSE;
}

static void
strip_sink_free (GengaSink *sink)
{
  StripSink *self = (StripSink *)sink;

  self->media->writer_free (self->writer);
  g_clear_pointer (&self->journal, genga_strip_journal_remove);
  g_clear_pointer (&self->save.progress, genga_progress_unref);
  g_free (self->target);
  g_free (self);
}

GengaSink *
genga_strip_sink_new (const char *target,
                      const GengaPictureSave *save,
                      int height,
                      GengaStripJournal *take_journal,
                      GError **error)
{
  static const GengaSinkClass klass = {
    .write = strip_sink_write,
    .finish = strip_sink_finish,
    .free = strip_sink_free,
  };
  const GengaMedia *media = genga_media_get (error);
  StripSink *self;

  if (media == NULL)
    {
      g_clear_pointer (&take_journal, genga_strip_journal_close);
      return NULL;
    }
  self = g_new0 (StripSink, 1);
  self->base.klass = &klass;
  self->media = media;
  self->target = g_strdup (target);
  self->save = *save;
  self->height = height;
  self->journal = take_journal;
  if (take_journal != NULL)
    self->base.n_done = genga_strip_journal_get_n_done (take_journal);
  if (save->progress != NULL)
    genga_progress_ref (save->progress);
  return &self->base;
}
