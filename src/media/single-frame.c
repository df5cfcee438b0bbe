/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/single-frame.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>

/* Frames that are this near are reached by reading on. */
#define NEAR_SECONDS 1.5

/* How far before the end the search for the last frame begins. */
#define TAIL_SECONDS 3.0

#define PLACE_UNKNOWN G_MAXDOUBLE

/* Brightness below which a frame tells nothing of its video. */
#define DARK 0.06

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  GengaBrightnessFunc measure;
  gboolean is_telling;
  double wanted; /* else the first time that will do, in seconds */
  gboolean is_exact;
  gboolean has_ended;
  double at; /* of the frame read last; < 0 before the first, else PLACE_UNKNOWN */
  GCancellable *cancellable;
} SingleFrame;

static double
to_seconds (const GengaSourceInfo *info, gint64 pts)
{
  return (double)(pts - info->start_pts) * info->time_base_num / info->time_base_den;
}

static double
get_half_frame (const GengaSourceInfo *info)
{
  return info->rate_num > 0 ? 0.5 * info->rate_den / info->rate_num : 0.001;
}

/* Reads on to `wanted`, or to the end; NULL without error where no frame is left. */
static GengaFrame *
read_on (SingleFrame *self, double wanted, GError **error)
{
  g_autoptr (GengaFrame) last = NULL;
  GError *reason = NULL;

  while (!g_cancellable_set_error_if_cancelled (self->cancellable, &reason))
    {
      GengaFrame *frame = genga_source_read (self->inner, &reason);

      if (frame == NULL)
        break;
      g_clear_pointer (&last, genga_frame_unref);
      last = frame;
      self->at = to_seconds (&self->base.info, frame->pts);
      if (self->at >= wanted)
        break;
    }
  if (reason == NULL)
    return g_steal_pointer (&last);
  g_propagate_error (error, reason);
  return NULL;
}

static gboolean
jump (SingleFrame *self, double seconds, GError **error)
{
  gint64 pts = genga_source_info_get_pts (&self->base.info, seconds);

  self->at = PLACE_UNKNOWN;
  return genga_source_seek (self->inner, pts, self->is_exact, error);
}

static GengaFrame *
read_at (SingleFrame *self, double wanted, GError **error)
{
  gboolean is_near = wanted > self->at && wanted - self->at <= NEAR_SECONDS;
  GError *reason = NULL;
  GengaFrame *frame = NULL;

  if (is_near || jump (self, wanted, &reason))
    frame = read_on (self, wanted, &reason);
  /* Files say more of their length than they keep, and some cannot be sought in. */
  for (double back = TAIL_SECONDS; frame == NULL && reason == NULL; back *= 4)
    {
      if (jump (self, wanted - back, &reason))
        frame = read_on (self, wanted, &reason);
      if (back > wanted)
        break;
    }
  if (reason != NULL)
    g_propagate_error (error, reason);
  else if (frame == NULL)
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                         _ ("The video has no frame at this time."));
  return frame;
}

/* Not the first frames, which are black or a logo, nor where a long video is over. */
static GengaFrame *
read_telling (SingleFrame *self, GError **error)
{
  static const struct
  {
    double seconds;
    double fraction;
  } places[] = { { 5, 0.1 }, { 20, 0.25 }, { 90, 0.5 } };
  double length = self->base.info.seconds;
  GengaFrame *frame = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      double seconds =
          length > 0 ? MIN (places[i].seconds, places[i].fraction * length) : places[i].seconds;

      g_clear_pointer (&frame, genga_frame_unref);
      frame = read_at (self, seconds - get_half_frame (&self->base.info), error);
      if (frame == NULL || self->measure (frame) >= DARK)
        break;
    }
  return frame;
}

static GengaFrame *
single_frame_read (GengaSource *source, GError **error)
{
  SingleFrame *self = (SingleFrame *)source;
  GengaFrame *frame;

  if (self->has_ended)
    return NULL;
  if (self->is_telling)
    frame = read_telling (self, error);
  else
    frame = read_at (self, self->wanted, error);
  self->has_ended = frame != NULL;
  if (frame == NULL)
    self->at = PLACE_UNKNOWN;
  return frame;
}

static gboolean
single_frame_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  SingleFrame *self = (SingleFrame *)source;

  self->is_telling = FALSE;
  self->wanted = to_seconds (&source->info, pts);
  self->is_exact = exact;
  self->has_ended = FALSE;
  return TRUE;
}

static gboolean
single_frame_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  return genga_source_check_complete (((SingleFrame *)source)->inner, FALSE, error);
}

static void
single_frame_get_count (GengaSource *source, GengaSourceCount *count)
{
  *count = (GengaSourceCount){ .n_frames = ((SingleFrame *)source)->has_ended };
}

static void
single_frame_free (GengaSource *source)
{
  SingleFrame *self = (SingleFrame *)source;

  genga_source_free (self->inner);
  g_clear_object (&self->cancellable);
  g_free (self);
}

GengaSource *
genga_single_frame_new (GengaSource *take_inner, GengaBrightnessFunc measure)
{
  static const GengaSourceClass klass = {
    .read = single_frame_read,
    .seek = single_frame_seek,
    .check_complete = single_frame_check_complete,
    .get_count = single_frame_get_count,
    .free = single_frame_free,
  };
  SingleFrame *self = g_new0 (SingleFrame, 1);

  self->base = *take_inner;
  self->base.klass = &klass;
  self->inner = take_inner;
  self->measure = measure;
  self->at = -1;
  return &self->base;
}

void
genga_single_frame_choose (GengaSource *source, double seconds, GCancellable *cancellable)
{
  SingleFrame *self = (SingleFrame *)source;

  self->is_telling = seconds < 0;
  self->wanted = seconds - get_half_frame (&source->info);
  self->is_exact = FALSE;
  self->has_ended = FALSE;
  g_set_object (&self->cancellable, cancellable);
}

double
genga_single_frame_get_seconds (GengaSource *source)
{
  return ((SingleFrame *)source)->at;
}
