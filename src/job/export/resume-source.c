/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/resume-source.h"

typedef struct
{
  GengaSource base;
  GengaSource *inner;
  GengaResumeSetup setup; /* without `last` */
  gboolean is_found;      /* the frame where it goes on */

  /* where it goes on; frame 0 = at the beginning */
  guint64 frame;
  gint64 pts;
  char *print;

  guint64 damaged_before;  /* in earlier runs */
  guint64 n_damaged;       /* in all runs, up to the last frame */
  GengaSourceCount passed; /* in this run, up to the frame where it goes on */
} ResumeSource;

static guint64
get_n_damaged (ResumeSource *self)
{
  GengaSourceCount count;

  genga_source_get_count (self->inner, &count);
  return self->damaged_before + count.n_damaged - self->passed.n_damaged;
}

/* ---- going on ---- */

static gboolean
rewind_inner (ResumeSource *self, GError **error)
{
  return genga_source_seek (self->inner, self->inner->info.start_pts, TRUE, error);
}

static gboolean
is_the_one (ResumeSource *self, const GengaFrame *frame)
{
  g_autofree char *print = frame != NULL ? genga_places_dup_print (frame) : NULL;

  return frame != NULL && frame->pts == self->pts && g_strcmp0 (print, self->print) == 0;
}

/* NULL where a jump does not lead to the very frame. */
static GengaFrame *
jump (ResumeSource *self)
{
  g_autoptr (GengaFrame) frame = NULL;

  if (genga_source_seek (self->inner, self->pts, TRUE, NULL))
    frame = genga_source_read (self->inner, NULL);
  return is_the_one (self, frame) ? g_steal_pointer (&frame) : NULL;
}

/* Reads and drops all frames before the one where it goes on; that one, or NULL. */
static GengaFrame *
walk (ResumeSource *self, GError **error)
{
  g_autoptr (GengaFrame) frame = NULL;

  if (!rewind_inner (self, error))
    return NULL;
  for (guint64 i = 0; i <= self->frame; i++)
    {
      g_clear_pointer (&frame, genga_frame_unref);
      if (!genga_progress_check (self->setup.progress, error))
        return NULL;
      frame = genga_source_read (self->inner, error);
      if (frame == NULL)
        return NULL;
    }
  return is_the_one (self, frame) ? g_steal_pointer (&frame) : NULL;
}

static GengaFrame *
start_anew (ResumeSource *self, GError **error)
{
  self->frame = 0;
  self->damaged_before = 0;
  self->passed = (GengaSourceCount){ 0 };
  if (!genga_sink_restart (self->setup.sink, error) || !rewind_inner (self, error))
    return NULL;
  genga_places_start (self->setup.places, 0, 0);
  return genga_source_read (self->inner, error);
}

/* The frame where it goes on. */
static GengaFrame *
find_frame (ResumeSource *self, GError **error)
{
  GError *reason = NULL;
  GengaFrame *frame = jump (self);

  if (frame == NULL)
    frame = walk (self, &reason);
  if (frame == NULL && reason == NULL)
    return start_anew (self, error);
  if (reason != NULL)
    g_propagate_error (error, reason);
  /* What was read only to get there counted in the run before. */
  if (frame != NULL)
    genga_source_get_count (self->inner, &self->passed);
  return frame;
}

/* ---- the class ---- */

static GengaFrame *
resume_source_read (GengaSource *source, GError **error)
{
  ResumeSource *self = (ResumeSource *)source;
  GengaFrame *frame;

  if (self->setup.is_done)
    return NULL;
  frame = self->frame > 0 && !self->is_found ? find_frame (self, error)
                                             : genga_source_read (self->inner, error);
  self->is_found = TRUE;
  if (frame == NULL)
    return NULL;
  self->n_damaged = get_n_damaged (self);
  genga_places_note (self->setup.places, frame, self->n_damaged);
  return frame;
}

/* An earlier run decides where it begins. */
static gboolean
resume_source_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  g_return_val_if_reached (FALSE);
}

static gboolean
resume_source_give_planes (GengaSource *source, GError **error)
{
  return genga_source_give_planes (((ResumeSource *)source)->inner, error);
}

static gboolean
resume_source_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  ResumeSource *self = (ResumeSource *)source;

  return self->setup.is_done || genga_source_check_complete (self->inner, to_its_end, error);
}

static void
resume_source_get_count (GengaSource *source, GengaSourceCount *count)
{
  ResumeSource *self = (ResumeSource *)source;

  genga_source_get_count (self->inner, count);
  count->n_frames = genga_places_get_n_read (self->setup.places);
  count->n_damaged = self->n_damaged;
}

static void
resume_source_free (GengaSource *source)
{
  ResumeSource *self = (ResumeSource *)source;

  genga_source_free (self->inner);
  g_free (self->print);
  g_free (self);
}

GengaSource *
genga_resume_source_new (GengaSource *take_inner, const GengaResumeSetup *setup)
{
  static const GengaSourceClass klass = {
    .read = resume_source_read,
    .seek = resume_source_seek,
    .check_complete = resume_source_check_complete,
    .get_count = resume_source_get_count,
    .free = resume_source_free,
    .give_planes = resume_source_give_planes,
  };
  const GengaJournalEntry *last = setup->last;
  ResumeSource *self = g_new0 (ResumeSource, 1);

  self->base = *take_inner;
  self->base.klass = &klass;
  self->inner = take_inner;
  self->setup = *setup;
  self->setup.last = NULL;
  if (last == NULL)
    return &self->base;
  self->frame = last->first_frame + last->segment->n_frames;
  self->pts = last->next_pts;
  self->print = g_strdup (last->next_print);
  self->damaged_before = self->n_damaged = last->n_damaged;
  genga_places_start (setup->places, self->frame, self->n_damaged);
  return &self->base;
}
