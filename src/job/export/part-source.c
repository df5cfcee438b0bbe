/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/part-source.h"

/* No source has such times. */
#define FAR 4e15

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  const GengaVideoPart *part;
  GengaPlaces *places; /* NULL: nothing is read */
  gboolean counts;
  GengaProgress *progress;

  gboolean has_begun;
  gboolean is_over;       /* the next frame is another part's */
  guint64 first;          /* number of the first frame */
  guint64 n_read;         /* frames of this part */
  guint64 n_damaged;      /* of them */
  guint64 damaged_before; /* in what was dropped */
} PartSource;

/* The first time that is not before the part's first mark. */
static gint64
get_start (PartSource *self)
{
  const GengaSourceInfo *info = &self->base.info;
  const double unit = (double)info->time_base_num / info->time_base_den;
  const double ticks = self->part->first * self->part->seconds / unit;
  gint64 pts;

  if (ticks > FAR)
    return (gint64)FAR;
  pts = info->start_pts + (gint64)ticks - 1;
  while (genga_places_get_segment (self->places, pts) < self->part->first)
    pts++;
  return pts;
}

/* Its first frame, past all before it. */
static GengaFrame *
walk (PartSource *self, gint64 start, GError **error)
{
  GengaFrame *frame = NULL;

  while (genga_progress_check (self->progress, error) &&
         (frame = genga_source_read (self->inner, error)) != NULL && frame->pts < start)
    {
      GengaSourceCount count;

      genga_source_get_count (self->inner, &count);
      self->damaged_before = count.n_damaged;
      self->first++;
      g_clear_pointer (&frame, genga_frame_unref);
    }
  return frame;
}

static GengaFrame *
read_first (PartSource *self, GError **error)
{
  GengaFrame *frame;
  gint64 start;

  self->has_begun = TRUE;
  if (self->part->first <= 0)
    frame = genga_source_read (self->inner, error);
  else
    {
      start = get_start (self);
      if (self->counts)
        frame = walk (self, start, error);
      else
        frame = genga_source_seek (self->inner, start, TRUE, error)
                    ? genga_source_read (self->inner, error)
                    : NULL;
    }
  genga_places_start (self->places, self->first, 0);
  return frame;
}

static GengaFrame *
part_source_read (GengaSource *source, GError **error)
{
  PartSource *self = (PartSource *)source;
  g_autoptr (GengaFrame) frame = NULL;
  GengaSourceCount count;

  if (self->places == NULL || self->is_over)
    return NULL;
  frame = self->has_begun ? genga_source_read (self->inner, error) : read_first (self, error);
  if (frame == NULL)
    return NULL;
  genga_source_get_count (self->inner, &count);
  genga_places_note (self->places, frame, count.n_damaged - self->damaged_before);
  self->is_over = genga_places_get_segment (self->places, frame->pts) > self->part->last;
  if (self->is_over)
    return NULL;
  self->n_read++;
  self->n_damaged = count.n_damaged - self->damaged_before;
  return g_steal_pointer (&frame);
}

/* The part decides where it begins. */
static gboolean
part_source_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  g_return_val_if_reached (FALSE);
}

static gboolean
part_source_give_planes (GengaSource *source, GError **error)
{
  PartSource *self = (PartSource *)source;

  return self->places == NULL || genga_source_give_planes (self->inner, error);
}

static gboolean
part_source_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  PartSource *self = (PartSource *)source;

  return self->places == NULL ||
         genga_source_check_complete (self->inner, to_its_end && !self->is_over, error);
}

static void
part_source_get_count (GengaSource *source, GengaSourceCount *count)
{
  PartSource *self = (PartSource *)source;

  genga_source_get_count (self->inner, count);
  count->n_frames = self->places != NULL ? self->n_read : self->part->n_frames;
  count->n_damaged = self->places != NULL ? self->n_damaged : self->part->n_damaged;
}

static void
part_source_free (GengaSource *source)
{
  PartSource *self = (PartSource *)source;

  genga_source_free (self->inner);
  g_free (self);
}

GengaSource *
genga_part_source_new (GengaSource *take_inner,
                       const GengaVideoPart *part,
                       GengaPlaces *places,
                       gboolean counts,
                       GengaProgress *progress)
{
  static const GengaSourceClass klass = {
    .read = part_source_read,
    .seek = part_source_seek,
    .check_complete = part_source_check_complete,
    .get_count = part_source_get_count,
    .free = part_source_free,
    .give_planes = part_source_give_planes,
  };
  PartSource *self = g_new0 (PartSource, 1);

  self->base = *take_inner;
  self->base.klass = &klass;
  self->inner = take_inner;
  self->part = part;
  self->places = places;
  self->counts = counts;
  self->progress = progress;
  return &self->base;
}

guint64
genga_part_source_get_first (GengaSource *self)
{
  return ((PartSource *)self)->first;
}

GengaSource *
genga_part_source_new_joined (GengaSource *take_inner, const GengaVideoPart *part)
{
  return genga_part_source_new (take_inner, part, NULL, FALSE, NULL);
}
