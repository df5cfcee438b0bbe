/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/trimmed.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Half of what a time of three decimals leaves open, in seconds. */
#define TIME_TOLERANCE 0.0005

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  gint64 offset;     /* what is taken off times */
  gint64 stop;       /* the first time that is not read any more; G_MAXINT64 = to the end */
  gint64 read_to;    /* where the last frame that came ended, in the inner source's times */
  GengaFrame *first; /* read already, not yet given; NULL: there is none */
  gboolean has_ended;
  GengaSourceCount count;
} Trimmed;

/* The next frame that belongs to the part, with the times of the whole. */
static GengaFrame *
read_on (Trimmed *self, GError **error)
{
  g_autoptr (GengaFrame) frame = NULL;

  if (self->first != NULL)
    return g_steal_pointer (&self->first);
  if (self->has_ended)
    return NULL;
  frame = genga_source_read (self->inner, error);
  if (frame == NULL)
    return NULL;
  self->read_to = frame->pts + frame->duration;
  if (frame->pts < self->stop)
    return g_steal_pointer (&frame);
  self->has_ended = TRUE;
  return NULL;
}

static GengaFrame *
trimmed_read (GengaSource *source, GError **error)
{
  Trimmed *self = (Trimmed *)source;
  GengaFrame *frame = read_on (self, error);

  if (frame == NULL)
    return NULL;
  if (self->stop < G_MAXINT64)
    frame->duration = MIN (frame->duration, self->stop - frame->pts);
  frame->pts -= self->offset;
  genga_source_get_count (self->inner, &self->count);
  return frame;
}

static gboolean
trimmed_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  Trimmed *self = (Trimmed *)source;

  g_clear_pointer (&self->first, genga_frame_unref);
  self->has_ended = FALSE;
  self->count = (GengaSourceCount){ 0 };
  return genga_source_seek (self->inner, pts + self->offset, exact, error);
}

/* The first frame is there already, as it was. */
static gboolean
trimmed_give_planes (GengaSource *source, GError **error)
{
  Trimmed *self = (Trimmed *)source;

  return genga_source_give_planes (self->inner, error) &&
         (self->first == NULL || trimmed_seek (source, 0, TRUE, error));
}

static gboolean
trimmed_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  Trimmed *self = (Trimmed *)source;

  return genga_source_check_complete (self->inner, to_its_end && self->read_to < self->stop, error);
}

static void
trimmed_get_count (GengaSource *source, GengaSourceCount *count)
{
  *count = ((Trimmed *)source)->count;
}

static void
trimmed_free (GengaSource *source)
{
  Trimmed *self = (Trimmed *)source;

  g_clear_pointer (&self->first, genga_frame_unref);
  genga_source_free (self->inner);
  g_free (self);
}

/* ---- making ---- */

static double
get_unit (const GengaSourceInfo *info)
{
  return (double)info->time_base_num / info->time_base_den;
}

static gint64
to_pts (const GengaSourceInfo *info, double seconds)
{
  return info->start_pts + llrint (ceil ((seconds - TIME_TOLERANCE) / get_unit (info)));
}

static void
describe (Trimmed *self)
{
  GengaSourceInfo *info = &self->base.info;
  GengaOrigin *origin = &self->base.origin;
  gint64 first = info->start_pts;
  double unit = get_unit (info);
  double start = (self->offset - first) * unit;
  double stop = self->stop < G_MAXINT64 ? (self->stop - first) * unit : info->seconds;

  if (info->seconds > 0)
    stop = MIN (stop, info->seconds);
  info->start_pts = 0;
  info->seconds = MAX (0, stop - start);
  info->n_frames = info->rate_num > 0
                       ? llrint (ceil (info->seconds * info->rate_num / info->rate_den - 0.01))
                       : 0;
  origin->is_trimmed = TRUE;
  origin->start = self->offset * unit;
  origin->stop = self->stop < G_MAXINT64 ? self->stop * unit : INFINITY;
}

/* The first frame of the part, which is kept. */
static gboolean
find_first (Trimmed *self, gint64 from, const char *name, GError **error)
{
  GError *reason = NULL;

  if (genga_source_seek (self->inner, from, TRUE, &reason))
    self->first = read_on (self, &reason);
  if (self->first != NULL)
    {
      self->offset = self->first->pts;
      return TRUE;
    }
  if (reason != NULL)
    g_propagate_error (error, reason);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                 _ ("The chosen part of “%s” has no frames: the video is %.3f seconds long."), name,
                 self->inner->info.seconds);
  return FALSE;
}

GengaSource *
genga_trimmed_new (
    GengaSource *take_inner, const char *name, double from, double to, GError **error)
{
  static const GengaSourceClass klass = {
    .read = trimmed_read,
    .seek = trimmed_seek,
    .check_complete = trimmed_check_complete,
    .get_count = trimmed_get_count,
    .free = trimmed_free,
    .give_planes = trimmed_give_planes,
  };
  const GengaSourceInfo *info = &take_inner->info;
  Trimmed *self;

  if ((from <= 0 && to <= 0) || info->time_base_num == 0)
    return take_inner;
  self = g_new0 (Trimmed, 1);
  self->base = *take_inner;
  self->base.klass = &klass;
  self->inner = take_inner;
  self->read_to = G_MININT64;
  self->stop = to > 0 ? to_pts (info, to) : G_MAXINT64;
  if (!find_first (self, from > 0 ? to_pts (info, from) : info->start_pts, name, error))
    {
      trimmed_free (&self->base);
      return NULL;
    }
  describe (self);
  return &self->base;
}
