/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/kept-frames.h"

/* ---- what is written ---- */

typedef struct
{
  GengaSink base;
  GengaSink *inner;
  GengaFrameDump *dump;
} KeptSink;

static gboolean
kept_sink_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  KeptSink *self = (KeptSink *)sink;

  if (!genga_frame_dump_result (self->dump, frame, error) ||
      !genga_sink_write (self->inner, frame, error))
    return FALSE;
  sink->convert_us = self->inner->convert_us;
  return TRUE;
}

static gboolean
kept_sink_finish (GengaSink *sink, GError **error)
{
  KeptSink *self = (KeptSink *)sink;

  if (!genga_frame_dump_finish (self->dump, error) || !genga_sink_finish (self->inner, error))
    return FALSE;
  genga_frame_dump_tidy (self->dump);
  sink->written = g_strdup (self->inner->written);
  return TRUE;
}

static gint64
kept_sink_get_segment (GengaSink *sink, gint64 pts)
{
  return genga_sink_get_segment (((KeptSink *)sink)->inner, pts);
}

static void
kept_sink_free (GengaSink *sink)
{
  KeptSink *self = (KeptSink *)sink;

  self->inner->is_made_again = sink->is_made_again;
  genga_frame_dump_free (self->dump);
  genga_sink_free (self->inner);
  g_free (self);
}

GengaSink *
genga_kept_sink_new (GengaSink *take_inner, GengaFrameDump *take_dump)
{
  static const GengaSinkClass klass = {
    .write = kept_sink_write,
    .finish = kept_sink_finish,
    .get_segment = kept_sink_get_segment,
    .free = kept_sink_free,
  };
  KeptSink *self = g_new0 (KeptSink, 1);

  self->base.klass = &klass;
  self->base.n_done = take_inner->n_done;
  self->inner = take_inner;
  self->dump = take_dump;
  return &self->base;
}

/* ---- what is read ---- */

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  KeptSink *kept; /* borrowed */
  gboolean has_begun;
} KeptSource;

static GengaFrame *
kept_source_read (GengaSource *source, GError **error)
{
  KeptSource *self = (KeptSource *)source;
  g_autoptr (GengaFrame) frame = genga_source_read (self->inner, error);

  if (frame == NULL)
    return NULL;
  /* Nothing is written before the first frame, which tells where the video goes on. */
  if (!self->has_begun &&
      !genga_frame_dump_begin (self->kept->dump, self->kept->inner->n_done, error))
    return NULL;
  self->has_begun = TRUE;
  return genga_frame_dump_source (self->kept->dump, frame, error) ? g_steal_pointer (&frame) : NULL;
}

static gboolean
kept_source_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  return genga_source_seek (((KeptSource *)source)->inner, pts, exact, error);
}

static gboolean
kept_source_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  return genga_source_check_complete (((KeptSource *)source)->inner, to_its_end, error);
}

static void
kept_source_get_count (GengaSource *source, GengaSourceCount *count)
{
  genga_source_get_count (((KeptSource *)source)->inner, count);
}

static void
kept_source_free (GengaSource *source)
{
  KeptSource *self = (KeptSource *)source;

  genga_source_free (self->inner);
  g_free (self);
}

GengaSource *
genga_kept_source_new (GengaSource *take_inner, GengaSink *kept)
{
  static const GengaSourceClass klass = {
    .read = kept_source_read,
    .seek = kept_source_seek,
    .check_complete = kept_source_check_complete,
    .get_count = kept_source_get_count,
    .free = kept_source_free,
  };
  KeptSource *self = g_new0 (KeptSource, 1);

  self->base = *take_inner;
  self->base.klass = &klass;
  self->inner = take_inner;
  self->kept = (KeptSink *)kept;
  return &self->base;
}
