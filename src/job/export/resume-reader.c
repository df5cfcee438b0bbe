/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/resume-reader.h"
#include "core/error.h"

#include <math.h>

/* The first frame after a mark. */
typedef struct
{
  guint64 frame;
  gint64 pts;
  guint64 n_damaged; /* before it */
  char *print;
} Place;

struct _GengaResumeReader
{
  GengaExportSetup setup;
  double seconds;
  gint64 start_pts;
  double unit; /* seconds */
  gboolean is_done;
  Place resume; /* where it goes on; frame 0 = at the beginning */

  guint64 n_read;          /* frames, those of earlier runs included */
  gint64 mark;             /* before the last one */
  GengaSourceCount before; /* in earlier runs */
  GengaSourceCount passed; /* in this run, up to the frame where it goes on */

  GMutex mutex;
  /* protected by mutex */
  GengaSourceCount count; /* up to the last frame, in this run */
  GArray *places;         /* of Place */
};

static void
place_clear (gpointer data)
{
  g_free (((Place *)data)->print);
}

GengaResumeReader *
genga_resume_reader_new (const GengaExportSetup *setup,
                         gboolean is_done,
                         const GengaJournalEntry *last,
                         double seconds)
{
  GengaResumeReader *self = g_new0 (GengaResumeReader, 1);
  const GengaSourceInfo *info = &(*setup->source)->info;

  self->setup = *setup;
  self->seconds = seconds;
  self->start_pts = info->start_pts;
  self->unit = (double)info->time_base_num / info->time_base_den;
  self->is_done = is_done || (last != NULL && last->is_last);
  self->mark = -1;
  g_mutex_init (&self->mutex);
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_array_set_clear_func (self->places, place_clear);
  if (last == NULL)
    return self;
  self->resume.frame = last->first_frame + last->segment->n_frames;
  self->resume.pts = last->next_pts;
  self->resume.print = g_strdup (last->next_print);
  self->before.n_frames = self->resume.frame;
  self->before.n_damaged = last->n_damaged;
  return self;
}

void
genga_resume_reader_free (GengaResumeReader *self)
{
  place_clear (&self->resume);
  g_array_unref (self->places);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gint64
genga_resume_reader_get_mark (GengaResumeReader *self, gint64 pts)
{
  double mark = floor ((pts - self->start_pts) * self->unit / self->seconds);

  return mark;
}

/* ---- places ---- */

/* A checksum of a frame's pixels. */
static char *
dup_print (const GengaFrame *frame)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  gsize size = frame->info.width * genga_sample_get_size (frame->info.sample) *
               genga_layout_get_n_channels (frame->info.layout);

  for (int y = 0; y < frame->info.height; y++)
    g_checksum_update (sum, genga_frame_get_row (frame, 0, y), size);
  return g_strdup (g_checksum_get_string (sum));
}

/* In all runs; the reading thread, or with the mutex. */
static guint64
get_n_damaged (GengaResumeReader *self)
{
  return self->before.n_damaged + self->count.n_damaged - self->passed.n_damaged;
}

/* Remembers a frame with which a segment may begin, and counts. */
static void
note (GengaResumeReader *self, const GengaFrame *frame)
{
  gint64 mark = genga_resume_reader_get_mark (self, frame->pts);

  if (mark != self->mark && self->n_read > self->resume.frame)
    {
      Place place = { .frame = self->n_read,
                      .pts = frame->pts,
                      .n_damaged = get_n_damaged (self),
                      .print = dup_print (frame) };
      g_mutex_lock (&self->mutex);
      g_array_append_val (self->places, place);
      g_mutex_unlock (&self->mutex);
    }
  self->mark = mark;
  self->n_read++;
  g_mutex_lock (&self->mutex);
  genga_source_get_count (*self->setup.source, &self->count);
  g_mutex_unlock (&self->mutex);
}

void
genga_resume_reader_describe (GengaResumeReader *self, guint64 frame, GengaJournalEntry *entry)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  entry->n_damaged = get_n_damaged (self);
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (place->frame != frame)
        continue;
      entry->n_damaged = place->n_damaged;
      entry->next_pts = place->pts;
      entry->next_print = g_strdup (place->print);
      g_array_remove_range (self->places, 0, i + 1);
      return;
    }
}

void
genga_resume_reader_get_count (GengaResumeReader *self, GengaSourceCount *count)
{
  count->n_frames = MAX (self->n_read, self->resume.frame);
  count->n_damaged = get_n_damaged (self);
}

/* ---- going on ---- */

static gboolean
reopen (GengaResumeReader *self, GError **error)
{
  GengaSource *source = self->setup.reopen (self->setup.reopen_data, error);

  if (source == NULL)
    return FALSE;
  genga_source_free (*self->setup.source);
  *self->setup.source = source;
  return TRUE;
}

gboolean
genga_resume_reader_restart (GengaResumeReader *self, GError **error)
{
  if (!reopen (self, error))
    return FALSE;
  place_clear (&self->resume);
  self->resume = (Place){ 0 };
  self->before = self->count = self->passed = (GengaSourceCount){ 0 };
  self->n_read = 0;
  self->mark = -1;
  return TRUE;
}

/* Reads and drops all frames before the one where it goes on; that one, or NULL. */
static GengaFrame *
skip (GengaResumeReader *self, GError **error)
{
  GengaProgress *progress = genga_job_get_progress (self->setup.job);
  GengaFrame *frame = NULL;

  for (guint64 i = 0; i <= self->resume.frame; i++)
    {
      g_clear_pointer (&frame, genga_frame_unref);
      if (!genga_progress_check (progress, error))
        return NULL;
      frame = genga_source_read (*self->setup.source, error);
      if (frame == NULL)
        return NULL;
    }
  return frame;
}

static gboolean
is_the_one (GengaResumeReader *self, const GengaFrame *frame)
{
  g_autofree char *print = frame != NULL ? dup_print (frame) : NULL;

  return frame != NULL && frame->pts == self->resume.pts &&
         g_strcmp0 (print, self->resume.print) == 0;
}

/* NULL where a jump does not lead to the very frame. */
static GengaFrame *
jump (GengaResumeReader *self)
{
  g_autoptr (GengaFrame) frame = NULL;

  if (genga_source_seek (*self->setup.source, self->resume.pts, TRUE, NULL))
    frame = genga_source_read (*self->setup.source, NULL);
  return is_the_one (self, frame) ? g_steal_pointer (&frame) : NULL;
}

/* The frame where it goes on; NULL without error where there is none. */
static GengaFrame *
walk (GengaResumeReader *self, GError **error)
{
  g_autoptr (GengaFrame) frame = NULL;

  if (!reopen (self, error))
    return NULL;
  frame = skip (self, error);
  return is_the_one (self, frame) ? g_steal_pointer (&frame) : NULL;
}

static GengaFrame *
find_frame (GengaResumeReader *self, gboolean *has_changed, GError **error)
{
  GError *reason = NULL;
  GengaFrame *frame = jump (self);

  if (frame == NULL)
    frame = walk (self, &reason);
  *has_changed = frame == NULL && reason == NULL;
  if (reason != NULL)
    g_propagate_error (error, reason);
  self->n_read = self->resume.frame;
  /* What was read only to get there counted in the run before. */
  if (frame != NULL)
    genga_source_get_count (*self->setup.source, &self->passed);
  return frame;
}

GengaFrame *
genga_resume_reader_next (GengaResumeReader *self, gboolean *has_changed, GError **error)
{
  GError *reason = NULL;
  GengaFrame *frame;

  *has_changed = FALSE;
  if (self->is_done)
    return NULL;
  if (self->n_read < self->resume.frame)
    frame = find_frame (self, has_changed, &reason);
  else
    frame = genga_source_read (*self->setup.source, &reason);
  if (frame != NULL)
    note (self, frame);
  else if (reason != NULL)
    g_propagate_error (error, reason);
  else if (!*has_changed)
    genga_source_check_complete (*self->setup.source, TRUE, error);
  return frame;
}
