/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/lanes/segment-board.h"
#include "core/error.h"
#include "job/cluster/segment-manifest.h"
#include "job/export/segments.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

/* A lane that waits looks this often whether the job was cancelled. */
#define LOOK_US (100 * G_TIME_SPAN_MILLISECOND)

/* A segment that is under way, or made and not entered; or several ones without a frame. */
typedef struct
{
  gint64 mark;
  gint64 end;  /* the mark behind it */
  guint lanes; /* that are at it, a bit for each */
  gint64 begun_us;
  gboolean is_made;
  GengaJournalEntry *entry; /* NULL: no frame lies there */
} Segment;

typedef struct
{
  guint n_made;
  gint64 begun_us;
  gboolean is_lost;
} Lane;

struct _GengaSegmentBoard
{
  GengaSink *sink;
  GengaJournal *journal;
  GengaProgress *progress;
  guint n_lanes;

  GMutex mutex;
  GCond cond;
  /* protected by mutex */
  Lane *lanes;
  GPtrArray *segments; /* of Segment */
  gint64 next;         /* the mark that is entered next */
  gint64 end;          /* no frame lies there or behind; G_MAXINT64: not known yet */
  GError *error;
};

static void
segment_free (gpointer data)
{
  Segment *self = data;

  g_clear_pointer (&self->entry, genga_journal_entry_free);
  g_free (self);
}

static Segment *
find (GengaSegmentBoard *self, gint64 mark)
{
  for (guint i = 0; i < self->segments->len; i++)
    {
      Segment *segment = self->segments->pdata[i];

      if (segment->mark <= mark && mark < segment->end)
        return segment;
    }
  return NULL;
}

static Segment *
add_segment (GengaSegmentBoard *self, gint64 mark)
{
  Segment *segment = g_new0 (Segment, 1);

  segment->mark = mark;
  segment->end = mark + 1;
  segment->begun_us = g_get_monotonic_time ();
  g_ptr_array_add (self->segments, segment);
  return segment;
}

static void
set_end (GengaSegmentBoard *self, gint64 mark)
{
  self->end = MIN (self->end, MAX (mark, self->next));
  for (guint i = self->segments->len; i > 0; i--)
    if (((Segment *)self->segments->pdata[i - 1])->mark >= self->end)
      g_ptr_array_remove_index (self->segments, i - 1);
}

/* ---- the journal ---- */

/* What an earlier run, or another one of the lanes, has made before its turn. */
static void
take_over (GengaSegmentBoard *self)
{
  g_autoptr (GPtrArray) ahead = genga_journal_list_ahead (self->journal);
  guint64 n_frames = self->sink->n_done;

  for (guint i = 0; i < ahead->len; i++)
    {
      GengaSegmentManifest *manifest = ahead->pdata[i];
      Segment *segment;

      if (manifest->number < self->next)
        {
          genga_journal_remove_ahead (self->journal, manifest->number);
          continue;
        }
      segment = add_segment (self, manifest->number);
      segment->is_made = TRUE;
      segment->entry = g_steal_pointer (&manifest->entry);
      segment->entry->is_last = segment->entry->next_print == NULL;
      if (segment->entry->is_last)
        self->end = segment->mark + 1;
      n_frames += segment->entry->segment->n_frames;
      genga_progress_set_frames_before (self->progress, n_frames);
    }
}

/* All that have their turn now. */
static gboolean
enter_made (GengaSegmentBoard *self, GError **error)
{
  Segment *segment;

  while ((segment = find (self, self->next)) != NULL && segment->is_made)
    {
      if (segment->entry != NULL &&
          (!genga_journal_take_ahead (self->journal, self->next, error) ||
           !genga_segments_enter (self->sink, NULL, &segment->entry, error)))
        return FALSE;
      self->next = segment->end;
      g_ptr_array_remove (self->segments, segment);
    }
  return TRUE;
}

/* Into the journal, or beside it. */
static gboolean
keep (GengaSegmentBoard *self,
      Segment *segment,
      const char *path,
      GengaJournalEntry *take_entry,
      GError **error)
{
  g_autoptr (GengaJournalEntry) entry = take_entry;

  if (segment->mark == self->next)
    {
      if (!genga_segments_enter (self->sink, path, &entry, error))
        return FALSE;
      g_ptr_array_remove (self->segments, segment);
      self->next++;
    }
  else
    {
      if (!genga_segments_keep_ahead (self->sink, segment->mark, path, entry, error))
        return FALSE;
      segment->is_made = TRUE;
      segment->entry = g_steal_pointer (&entry);
    }
  return enter_made (self, error);
}

/* ---- who takes what ---- */

/* Microseconds that a lane takes for a segment; 0: not known. */
static gint64
get_pace (GengaSegmentBoard *self, guint lane, gint64 now)
{
  const Lane *it = &self->lanes[lane];

  return it->n_made > 0 ? (now - it->begun_us) / it->n_made : 0;
}

/* How long the lane that is at it will still be, from its pace or from how long it has been. */
static gint64
get_left (GengaSegmentBoard *self, const Segment *segment, gint64 now)
{
  const gint64 elapsed = now - segment->begun_us;
  gint64 least = G_MAXINT64;

  for (guint i = 0; i < self->n_lanes; i++)
    if (segment->lanes & 1u << i)
      {
        const gint64 pace = get_pace (self, i, now);

        least = MIN (least, pace > elapsed ? pace - elapsed : elapsed);
      }
  return least;
}

/* What is left to do for a lane without work that is faster than those that are at it; or NULL. */
static Segment *
find_slow (GengaSegmentBoard *self, guint lane, gint64 ahead)
{
  const gint64 now = g_get_monotonic_time ();
  const gint64 pace = get_pace (self, lane, now);
  Segment *slow = NULL;
  gint64 most = pace * 3 / 2;

  for (guint i = 0; i < self->segments->len && pace > 0; i++)
    {
      Segment *segment = self->segments->pdata[i];
      const gboolean is_open =
          !segment->is_made && !(segment->lanes & 1u << lane) && segment->mark >= ahead;
      const gint64 left = is_open ? get_left (self, segment, now) : 0;

      if (left <= most)
        continue;
      slow = segment;
      most = left;
    }
  return slow;
}

static gboolean
is_done (GengaSegmentBoard *self)
{
  return self->next >= self->end;
}

static Segment *
find_free (GengaSegmentBoard *self)
{
  Segment *segment;

  for (gint64 mark = self->next; mark < self->end; mark = segment->end)
    {
      segment = find (self, mark);
      if (segment == NULL)
        return add_segment (self, mark);
      if (!segment->is_made && segment->lanes == 0)
        return segment;
    }
  return NULL;
}

static gboolean
is_over (GengaSegmentBoard *self)
{
  return self->error != NULL || is_done (self) ||
         g_cancellable_is_cancelled (genga_progress_get_cancellable (self->progress));
}

gint64
genga_segment_board_take (GengaSegmentBoard *self, guint lane, gint64 ahead)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Segment *segment = NULL;

  if (self->lanes[lane].begun_us == 0)
    self->lanes[lane].begun_us = g_get_monotonic_time ();
  while (!is_over (self) && !self->lanes[lane].is_lost)
    {
      segment = find_free (self);
      if (segment == NULL)
        segment = find_slow (self, lane, ahead);
      if (segment != NULL)
        break;
      g_cond_wait_until (&self->cond, &self->mutex, g_get_monotonic_time () + LOOK_US);
    }
  if (segment == NULL)
    return -1;
  segment->lanes |= 1u << lane;
  return segment->mark;
}

/* ---- what becomes of it ---- */

/* Also where nobody has it: who was lost may still finish what it has in its queues. */
static gboolean
is_wanted (GengaSegmentBoard *self, gint64 mark)
{
  const Segment *segment = find (self, mark);

  return self->error == NULL && mark >= self->next && mark < self->end &&
         (segment == NULL || !segment->is_made);
}

gboolean
genga_segment_board_is_wanted (GengaSegmentBoard *self, gint64 mark)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return is_wanted (self, mark);
}

void
genga_segment_board_set_end (GengaSegmentBoard *self, gint64 mark)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  set_end (self, mark);
  g_cond_broadcast (&self->cond);
}

static void
fail (GengaSegmentBoard *self, GError *take_error)
{
  if (self->error == NULL)
    {
      genga_segments_explain (self->sink, &take_error);
      self->error = g_steal_pointer (&take_error);
    }
  g_clear_error (&take_error);
  g_cond_broadcast (&self->cond);
}

/* Those that others have taken there meanwhile go. */
static void
clear_between (GengaSegmentBoard *self, gint64 mark, gint64 end)
{
  for (guint i = self->segments->len; i > 0; i--)
    {
      const Segment *segment = self->segments->pdata[i - 1];

      if (segment->mark >= mark && segment->end <= end)
        g_ptr_array_remove_index (self->segments, i - 1);
    }
}

gboolean
genga_segment_board_add_empty (GengaSegmentBoard *self, gint64 mark, gint64 end)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GError *error = NULL;
  Segment *segment;

  if (self->error != NULL)
    return FALSE;
  if (!is_wanted (self, mark))
    return TRUE;
  clear_between (self, mark, end);
  segment = add_segment (self, mark);
  segment->end = end;
  segment->is_made = TRUE;
  if (!enter_made (self, &error))
    fail (self, error);
  g_cond_broadcast (&self->cond);
  return self->error == NULL;
}

gboolean
genga_segment_board_add (GengaSegmentBoard *self,
                         guint lane,
                         gint64 mark,
                         const char *path,
                         GengaJournalEntry *take_entry)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GengaJournalEntry) entry = take_entry;
  const gboolean is_last = entry->is_last;
  Segment *segment;
  GError *error = NULL;

  if (self->error != NULL)
    return FALSE;
  if (!is_wanted (self, mark))
    {
      genga_progress_take_back_frames (self->progress, entry->segment->n_frames);
      unlink (path);
      return TRUE;
    }
  segment = find (self, mark);
  if (segment == NULL)
    segment = add_segment (self, mark);
  self->lanes[lane].n_made++;
  if (!keep (self, segment, path, g_steal_pointer (&entry), &error))
    fail (self, error);
  else if (is_last)
    set_end (self, mark + 1);
  g_cond_broadcast (&self->cond);
  return self->error == NULL;
}

/* Segments that others are not at, too, are free again. */
static void
give_back (GengaSegmentBoard *self, guint lane)
{
  for (guint i = self->segments->len; i > 0; i--)
    {
      Segment *segment = self->segments->pdata[i - 1];

      segment->lanes &= ~(1u << lane);
      if (segment->lanes == 0 && !segment->is_made)
        g_ptr_array_remove_index (self->segments, i - 1);
    }
}

void
genga_segment_board_lose (GengaSegmentBoard *self, guint lane, GError *take_error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  guint n_left = 0;

  if (self->lanes[lane].is_lost)
    {
      g_error_free (take_error);
      return;
    }
  self->lanes[lane].is_lost = TRUE;
  give_back (self, lane);
  for (guint i = 0; i < self->n_lanes; i++)
    n_left += !self->lanes[i].is_lost;
  if (n_left == 0)
    fail (self, take_error);
  else
    {
      genga_progress_notice (self->progress,
                             _ ("One of the devices does not go on (%s). The others do its work."),
                             take_error->message);
      g_error_free (take_error);
    }
  g_cond_broadcast (&self->cond);
}

void
genga_segment_board_fail (GengaSegmentBoard *self, GError *take_error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  fail (self, take_error);
}

gboolean
genga_segment_board_has_failed (GengaSegmentBoard *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->error != NULL;
}

gboolean
genga_segment_board_wait_for_disk_space (gpointer data)
{
  GengaSegmentBoard *self = data;
  const GengaVideoWrite *write = genga_segments_get_write (self->sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->error == NULL && write->wait_for_disk_space != NULL &&
         write->wait_for_disk_space (write->disk_space_data);
}

gboolean
genga_segment_board_finish (GengaSegmentBoard *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->error == NULL && !genga_progress_check (self->progress, error))
    return FALSE;
  if (self->error == NULL && !is_done (self))
    self->error = g_error_new_literal (GENGA_ERROR, GENGA_ERROR_INTERNAL,
                                       "segments are missing although all lanes have ended");
  if (self->error != NULL)
    g_propagate_error (error, g_error_copy (self->error));
  return self->error == NULL;
}

guint
genga_segment_board_get_n_made (GengaSegmentBoard *self, guint lane)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->lanes[lane].n_made;
}

GengaSegmentBoard *
genga_segment_board_new (GengaSink *sink, gint64 first, guint n_lanes, GengaProgress *progress)
{
  GengaSegmentBoard *self = g_new0 (GengaSegmentBoard, 1);
  GError *error = NULL;

  self->sink = sink;
  self->journal = genga_segments_get_journal (sink);
  self->progress = progress;
  self->n_lanes = n_lanes;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->lanes = g_new0 (Lane, n_lanes);
  self->segments = g_ptr_array_new_with_free_func (segment_free);
  self->next = first;
  self->end = G_MAXINT64;
  take_over (self);
  if (!enter_made (self, &error))
    fail (self, error);
  return self;
}

void
genga_segment_board_free (GengaSegmentBoard *self)
{
  g_ptr_array_unref (self->segments);
  g_free (self->lanes);
  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
