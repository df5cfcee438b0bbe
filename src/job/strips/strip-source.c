/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/strips/strip-source.h"
#include "core/error.h"
#include "job/strips/strip-place.h"
#include "job/strips/strip-step.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Rows that are read at a time. */
#define CHUNK 64

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  const GengaPlan *plan;
  GengaStep *step;
  GArray *places; /* of GengaStripPlace */
  GengaProgress *progress;
  gboolean is_prepared; /* what is visible is known */
  gint64 next;          /* strip */
  GengaFrame *last;     /* the one read last, or NULL */
  int top;              /* its first row */
  int n_read;           /* rows of the picture */
} StripSource;

static gboolean
set_changed (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
                       _ ("The picture has changed while it was being read."));
  return FALSE;
}

/* The next rows of the picture; there have to be some. */
static GengaFrame *
read_rows (StripSource *self, int n_rows, GError **error)
{
  GError *reason = NULL;
  GengaFrame *rows = genga_progress_check (self->progress, &reason)
                         ? genga_source_read_rows (self->inner, n_rows, &reason)
                         : NULL;

  if (reason != NULL)
    g_propagate_error (error, reason);
  else if (rows == NULL || rows->info.width != self->plan->frame.width ||
           rows->info.layout != self->plan->frame.layout ||
           rows->info.sample != self->plan->frame.sample)
    {
      g_clear_pointer (&rows, genga_frame_unref);
      set_changed (error);
    }
  if (rows != NULL)
    self->n_read += rows->info.height;
  return rows;
}

/* ---- strips ---- */

static void
copy_rows (GengaFrame *target, int top, const GengaFrame *rows, int first)
{
  const gsize size = (gsize)target->info.width * genga_sample_get_size (target->info.sample) *
                     genga_layout_get_n_channels (target->info.layout);
  const int begin = MAX (top, first);
  const int end = MIN (top + target->info.height, first + rows->info.height);

  for (int y = begin; y < end; y++)
    memcpy (genga_frame_get_row (target, 0, y - top), genga_frame_get_row (rows, 0, y - first),
            size);
}

/* Rows that were read for the strip before are not read again. */
static gboolean
fill_frame (StripSource *self, GengaFrame *frame, const GengaRect *rect, GError **error)
{
  if (self->last != NULL)
    copy_rows (frame, rect->y, self->last, self->top);
  while (self->n_read < rect->y + rect->height)
    {
      const int first = self->n_read;
      g_autoptr (GengaFrame) rows =
          read_rows (self, MIN (CHUNK, rect->y + rect->height - first), error);

      if (rows == NULL)
        return FALSE;
      copy_rows (frame, rect->y, rows, first);
      genga_frame_copy_properties (frame, rows);
    }
  return TRUE;
}

static GengaFrame *
read_strip (StripSource *self, GError **error)
{
  GengaFrameInfo info = self->plan->frame;
  g_autoptr (GengaFrame) frame = NULL;

  if (self->next >= self->places->len)
    return NULL;
  const GengaRect rect = g_array_index (self->places, GengaStripPlace, self->next).source;
  info.height = rect.height;
  frame = genga_frame_new (&info, error);
  if (frame == NULL)
    return NULL;
  if (self->last != NULL)
    genga_frame_copy_properties (frame, self->last);
  if (!fill_frame (self, frame, &rect, error))
    return NULL;
  frame->pts = self->next++;
  g_clear_pointer (&self->last, genga_frame_unref);
  self->last = genga_frame_ref (frame);
  self->top = rect.y;
  return g_steal_pointer (&frame);
}

/* ---- before the first one ---- */

static gboolean
rewind_picture (StripSource *self, GError **error)
{
  self->n_read = 0;
  g_clear_pointer (&self->last, genga_frame_unref);
  return genga_source_seek (self->inner, 0, TRUE, error);
}

/* The next rows that a look is at; NULL without error behind the last. */
static GengaFrame *
read_for (StripSource *self, GengaStripLook look, GError **error)
{
  if (look == GENGA_STRIP_LOOK_MEAN)
    return read_strip (self, error);
  return self->n_read < self->plan->frame.height ? read_rows (self, CHUNK, error) : NULL;
}

static gboolean
take_look (StripSource *self, GengaStripLook look, GError **error)
{
  GError *reason = NULL;
  GengaFrame *rows;

  while ((rows = read_for (self, look, &reason)) != NULL)
    {
      genga_strip_step_look (self->step, look, rows, &reason);
      genga_frame_unref (rows);
      if (reason != NULL)
        break;
    }
  self->next = 0;
  if (reason == NULL)
    return rewind_picture (self, error);
  g_propagate_error (error, reason);
  return FALSE;
}

static gboolean
prepare (StripSource *self, GError **error)
{
  for (int look = 0; look < GENGA_STRIP_N_LOOKS && !self->is_prepared; look++)
    if (genga_strip_step_wants (self->step, look) && !take_look (self, look, error))
      return FALSE;
  self->is_prepared = TRUE;
  return TRUE;
}

static GengaFrame *
strip_source_read (GengaSource *source, GError **error)
{
  StripSource *self = (StripSource *)source;

  return prepare (self, error) ? read_strip (self, error) : NULL;
}

static gboolean
strip_source_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  StripSource *self = (StripSource *)source;

  if (!prepare (self, error))
    return FALSE;
  self->next = pts;
  return rewind_picture (self, error);
}

/* What lies below the last strip's rows may be damaged, too. */
static gboolean
strip_source_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  StripSource *self = (StripSource *)source;

  while (to_its_end && self->n_read < self->plan->frame.height)
    {
      g_autoptr (GengaFrame) rows = read_rows (self, CHUNK, error);

      if (rows == NULL)
        return FALSE;
    }
  return genga_source_check_complete (self->inner, to_its_end, error);
}

static void
strip_source_get_count (GengaSource *source, GengaSourceCount *count)
{
  genga_source_get_count (((StripSource *)source)->inner, count);
}

static void
strip_source_free (GengaSource *source)
{
  StripSource *self = (StripSource *)source;

  g_clear_pointer (&self->last, genga_frame_unref);
  g_array_unref (self->places);
  genga_source_free (self->inner);
  g_clear_pointer (&self->progress, genga_progress_unref);
  g_free (self);
}

GengaSource *
genga_strip_source_new (GengaSource *inner,
                        const GengaPlan *plan,
                        GengaStep *step,
                        GengaProgress *progress)
{
  static const GengaSourceClass klass = {
    .read = strip_source_read,
    .seek = strip_source_seek,
    .check_complete = strip_source_check_complete,
    .get_count = strip_source_get_count,
    .free = strip_source_free,
  };
  StripSource *self = g_new0 (StripSource, 1);

  self->base.klass = &klass;
  self->base.info = inner->info;
  self->base.origin = inner->origin;
  self->inner = inner;
  self->plan = plan;
  self->step = step;
  self->places = g_array_ref (genga_strip_step_get_places (step));
  self->progress = genga_progress_ref (progress);
  return &self->base;
}
