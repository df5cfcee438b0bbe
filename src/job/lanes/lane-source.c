/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/lanes/lane-source.h"

struct _GengaLaneSource
{
  GengaSource *source;
  const GengaPlaces *places;
  GengaSegmentBoard *board;
  GengaProgress *progress;

  gboolean has_begun;
  GengaFrame *next; /* NULL: at the end */
  guint64 number;   /* of that */
  gint64 behind;    /* the mark before the frame in front of it; what lies between has no frames */

  guint64 n_damaged;        /* of what was read, with `next` ... */
  guint64 damaged_in_front; /* ... and without */
  guint64 damaged_at_start; /* before the frame that was gone to */
};

GengaLaneSource *
genga_lane_source_new (GengaSource *take_source,
                       const GengaPlaces *places,
                       GengaSegmentBoard *board,
                       GengaProgress *progress)
{
  GengaLaneSource *self = g_new0 (GengaLaneSource, 1);

  self->source = take_source;
  self->places = places;
  self->board = board;
  self->progress = progress;
  return self;
}

void
genga_lane_source_free (GengaLaneSource *self)
{
  g_clear_pointer (&self->next, genga_frame_unref);
  genga_source_free (self->source);
  g_free (self);
}

gint64
genga_lane_source_get_mark (GengaLaneSource *self)
{
  return self->next != NULL ? genga_places_get_segment (self->places, self->next->pts) : -1;
}

guint64
genga_lane_source_get_number (GengaLaneSource *self)
{
  return self->number;
}

gint64
genga_lane_source_get_ahead (GengaLaneSource *self)
{
  return self->has_begun ? self->behind + 1 : 0;
}

/* ---- reading ---- */

static void
count_damaged (GengaLaneSource *self)
{
  GengaSourceCount count = { 0 };

  genga_source_get_count (self->source, &count);
  self->damaged_in_front = self->n_damaged;
  self->n_damaged = count.n_damaged;
}

static gboolean
read_next (GengaLaneSource *self, GError **error)
{
  GError *reason = NULL;

  if (!genga_progress_check (self->progress, error))
    return FALSE;
  self->next = genga_source_read (self->source, &reason);
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  count_damaged (self);
  return TRUE;
}

static gboolean
rewind_source (GengaLaneSource *self, GError **error)
{
  g_clear_pointer (&self->next, genga_frame_unref);
  self->number = 0;
  self->behind = -1;
  self->n_damaged = self->damaged_in_front = 0;
  if (self->has_begun &&
      !genga_source_seek (self->source, self->source->info.start_pts, TRUE, error))
    return FALSE;
  self->has_begun = TRUE;
  return read_next (self, error);
}

/* Straight to where another run ended; FALSE where that does not lead to the very frame. */
static gboolean
jump (GengaLaneSource *self, const GengaLaneStart *start)
{
  g_autofree char *print = NULL;

  g_clear_pointer (&self->next, genga_frame_unref);
  self->has_begun = TRUE;
  if (!genga_source_seek (self->source, start->pts, TRUE, NULL) || !read_next (self, NULL) ||
      self->next == NULL)
    return FALSE;
  print = genga_places_dup_print (self->next);
  if (self->next->pts != start->pts || g_strcmp0 (print, start->print) != 0)
    return FALSE;
  self->number = start->frame;
  self->behind = genga_lane_source_get_mark (self) - 1;
  self->damaged_in_front = self->n_damaged;
  return TRUE;
}

static gboolean
step (GengaLaneSource *self, GError **error)
{
  self->behind = genga_lane_source_get_mark (self);
  self->number++;
  g_clear_pointer (&self->next, genga_frame_unref);
  return read_next (self, error);
}

gboolean
genga_lane_source_go_to (GengaLaneSource *self,
                         gint64 mark,
                         const GengaLaneStart *start,
                         GError **error)
{
  const gboolean is_ahead = self->has_begun && mark > self->behind;

  if (!is_ahead && !(start->frame > 0 && jump (self, start)) && !rewind_source (self, error))
    return FALSE;
  while (self->next != NULL && genga_lane_source_get_mark (self) < mark)
    if (!genga_segment_board_is_wanted (self->board, mark) || !step (self, error))
      return FALSE;
  self->damaged_at_start = self->damaged_in_front;
  return self->next != NULL;
}

GengaFrame *
genga_lane_source_take (GengaLaneSource *self, GError **error)
{
  g_autoptr (GengaFrame) frame = genga_frame_ref (self->next);

  return step (self, error) ? g_steal_pointer (&frame) : NULL;
}

guint64
genga_lane_source_get_n_damaged (GengaLaneSource *self)
{
  return self->damaged_in_front - MIN (self->damaged_in_front, self->damaged_at_start);
}

char *
genga_lane_source_dup_next (GengaLaneSource *self, gint64 *pts)
{
  if (self->next == NULL)
    return NULL;
  *pts = self->next->pts;
  return genga_places_dup_print (self->next);
}

gboolean
genga_lane_source_check (GengaLaneSource *self, GError **error)
{
  return genga_source_check_complete (self->source, self->next == NULL, error);
}
