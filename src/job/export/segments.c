/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/segments.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/disk-space.h"
#include "job/export/fingerprint.h"
#include "job/plan/plan-network.h"
#include "job/plan/plan-planes.h"
#include "media/print-forms.h"
#include "core/options-save.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Segments and the result are there at the same time. */
#define COPIES 2

typedef struct
{
  GengaSink base;
  const GengaVideo *video;
  GengaSegmentsSetup setup;
  GengaProgress *progress;
  GengaVideoWrite write;
  guint n_threads; /* of the encoder, as this run would have it */
  GengaSegmentCoder *coder;
  GengaDiskSpace *disk_space;
  GengaJournal *journal;
  gboolean is_named; /* an earlier run has finished, but for tidying up */
  gboolean is_done;  /* the result is there */
  GengaPlaces *places;

  gboolean is_open; /* a segment is under way ... */
  gint64 segment;   /* ... of this number */
} GengaSegments;

/* ---- room ---- */

/* Bytes of the whole picture stream, by what there is of it. */
static double
estimate_bytes (GengaSegments *self, gboolean *is_known)
{
  const GengaSourceInfo *info = &self->setup.source->info;
  double bits = self->video->coder_get_bits_per_pixel (self->coder, is_known);
  double frame = bits / 8 * self->write.width * self->write.height;
  guint64 written = self->journal != NULL ? genga_journal_get_size (self->journal) : 0;

  if (written > 0 && self->base.n_done > 0)
    frame = (double)written / self->base.n_done;
  return frame * MAX (0, info->n_frames);
}

static void
update_need (GengaSegments *self)
{
  gboolean is_known;
  double bytes = estimate_bytes (self, &is_known);
  double written = genga_journal_get_size (self->journal);

  genga_disk_space_set_need (self->disk_space, COPIES * MAX (bytes, written) - written);
}

static gboolean
check_disk_space (GengaSegments *self, GError **error)
{
  gboolean is_known;
  double bytes = estimate_bytes (self, &is_known);

  update_need (self);
  if (!genga_disk_space_check_file (self->disk_space, bytes, is_known, error))
    return FALSE;
  return genga_disk_space_check (
      self->disk_space, COPIES * bytes - genga_journal_get_size (self->journal), is_known, error);
}

/* The disk's own error comes before what a caller made of it. */
static gboolean
fail (GengaSegments *self, GError *take_reason, GError **error)
{
  if (genga_disk_space_explain (self->disk_space, error))
    g_error_free (take_reason);
  else
    g_propagate_error (error, take_reason);
  return FALSE;
}

/* ---- making ---- */

static gboolean
open_coder (GengaSegments *self, GError **error)
{
  const GengaVideo *video = self->video;

  if (self->coder != NULL)
    video->coder_free (self->coder);
  self->coder = video->coder_new (&self->setup.source->info, &self->setup.source->origin,
                                  self->setup.target, &self->write, error);
  return self->coder != NULL;
}

/* Frames stay planes where the encoder has such ones. */
static void
check_planes (GengaSegments *self)
{
  const GengaSourceInfo *info = &self->setup.source->info;
  GengaPlan *plan = self->setup.chain->plan;

  if (plan->is_in_planes &&
      !self->video->coder_takes_planes (self->coder, &info->planes, &info->planes_colour))
    genga_plan_set_in_planes (plan, FALSE);
}

static GengaJournalHead *
make_head (GengaSegments *self, const char *settings)
{
  const GengaSourceInfo *info = &self->setup.source->info;
  GengaJournalHead *head = g_new0 (GengaJournalHead, 1);

  head->settings = g_strdup (settings);
  head->source = g_canonicalize_filename (genga_job_get_source (self->setup.job), NULL);
  head->options = genga_fingerprint_dup_options (genga_job_get_options (self->setup.job));
  head->n_threads = self->write.n_threads;
  head->untiled = genga_plan_get_untiled (self->setup.chain->plan);
  head->n_frames = MAX (0, info->n_frames);
  return head;
}

static gboolean
begin_journal (GengaSegments *self, const char *settings, GError **error)
{
  g_autoptr (GengaJournalHead) head = make_head (self, settings);

  self->base.n_done = 0;
  return genga_journal_begin (self->journal, &head, error);
}

static char *
dup_settings (GengaSegments *self, GError **error)
{
  const GengaSegmentsSetup *setup = &self->setup;

  return genga_fingerprint_dup (genga_job_get_source_path (setup->job), setup->chain,
                                self->video->coder_get_coding (self->coder), error);
}

static gboolean
matches (const char *settings, const GengaJournalHead *head)
{
  return settings == NULL || genga_print_forms_match (settings, head->settings);
}

/*
 * The settings of this run, which takes over the plan of the one before where all else is the same:
 * which passes were untiled, and whether frames were planes, which they were not in earlier
 * versions.
 */
static char *
dup_settings_like (GengaSegments *self, const GengaJournalHead *head, GError **error)
{
  g_autofree char *own = dup_settings (self, error);
  GengaChain *chain = self->setup.chain;
  const guint untiled = genga_plan_get_untiled (chain->plan);
  const gboolean is_in_planes = chain->plan->is_in_planes;

  if (own == NULL || head == NULL || (head->untiled == untiled && !is_in_planes) ||
      matches (own, head))
    return g_steal_pointer (&own);
  genga_chain_set_untiled (chain, head->untiled);
  genga_plan_set_in_planes (chain->plan, FALSE);
  g_autofree char *like = dup_settings (self, error);
  if (matches (like, head))
    return g_steal_pointer (&like);
  genga_chain_set_untiled (chain, untiled);
  genga_plan_set_in_planes (chain->plan, is_in_planes);
  return g_steal_pointer (&own);
}

/* What is damaged and put aside is said. */
static gboolean
look_for_journal (GengaSegments *self, gboolean make, GError **error)
{
  g_autofree char *put_aside = NULL;
  GError *reason = NULL;

  self->journal = genga_journal_open (self->setup.target, make, &put_aside, &reason);
  if (put_aside != NULL)
    genga_progress_notice (self->progress, "%s", put_aside);
  if (reason != NULL)
    g_propagate_error (error, reason);
  return reason == NULL;
}

/* Finished segments that do not fit are put aside, and that is said: who made them may want them.
 */
static gboolean
clear_unfinished_work (GengaSegments *self, GError **error)
{
  g_autofree char *sentence = NULL;

  if (genga_journal_get_entries (self->journal)->len == 0 &&
      !genga_journal_has_ahead (self->journal))
    return TRUE;
  if (!genga_journal_put_aside (self->journal, &sentence, error))
    return FALSE;
  self->journal = NULL;
  genga_progress_notice (self->progress, "%s", sentence);
  return look_for_journal (self, TRUE, error);
}

static gboolean
start_anew (GengaSegments *self, const char *settings, GError **error)
{
  g_autofree char *own = NULL;

  if (!clear_unfinished_work (self, error))
    return FALSE;
  if (self->write.n_threads != self->n_threads)
    {
      self->write.n_threads = self->n_threads;
      if (!open_coder (self, error))
        return FALSE;
      settings = own = dup_settings (self, error);
      if (settings == NULL)
        return FALSE;
    }
  return begin_journal (self, settings, error);
}

static void
go_on (GengaSegments *self)
{
  GPtrArray *entries = genga_journal_get_entries (self->journal);
  guint64 n_frames = genga_journal_get_head (self->journal)->n_frames;
  const GengaJournalEntry *last;

  if (entries->len == 0)
    return;
  last = entries->pdata[entries->len - 1];
  self->base.n_done = last->first_frame + last->segment->n_frames;
  genga_progress_set_frames_before (self->progress, self->base.n_done);
  genga_progress_add_bytes (self->progress, genga_journal_get_size (self->journal));
  if (n_frames > 0)
    genga_progress_notice (self->progress, _ ("Continuing at frame %u: %u of %u are done."),
                           (guint)self->base.n_done + 1, (guint)self->base.n_done,
                           (guint)MAX (n_frames, self->base.n_done));
  else
    genga_progress_notice (self->progress, _ ("Continuing at frame %u: %u are done."),
                           (guint)self->base.n_done + 1, (guint)self->base.n_done);
}

static gboolean
open_journal (GengaSegments *self, GError **error)
{
  const GengaJournalHead *head =
      self->journal != NULL ? genga_journal_get_head (self->journal) : NULL;
  g_autofree char *settings = dup_settings_like (self, head, error);
  gboolean is_same =
      head != NULL && settings != NULL && genga_print_forms_match (settings, head->settings);

  if (settings == NULL)
    return FALSE;
  self->is_named = is_same && genga_journal_is_named (self->journal);
  if (self->is_named)
    return TRUE;
  if (self->setup.refusal != NULL)
    {
      g_propagate_error (error, g_error_copy (self->setup.refusal));
      return FALSE;
    }
  if (self->journal == NULL && !look_for_journal (self, TRUE, error))
    return FALSE;
  if (!is_same && !start_anew (self, settings, error))
    return FALSE;
  if (is_same)
    go_on (self);
  return check_disk_space (self, error);
}

/* GENGA_SEGMENT_SECONDS is for tests. */
double
genga_segments_choose_seconds (const GengaSourceInfo *info, const GengaPlan *plan)
{
  const char *text = g_getenv ("GENGA_SEGMENT_SECONDS");
  double seconds = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  if (!(seconds > 0))
    seconds = genga_places_choose_seconds (info, plan->network_pixels * plan->spec.macs_per_pixel);
  return seconds;
}

static gboolean
open_all (GengaSegments *self, GError **error)
{
  const GengaJournalHead *head;

  self->video = genga_video_get (error);
  if (self->video == NULL || !look_for_journal (self, FALSE, error))
    return FALSE;
  head = self->journal != NULL ? genga_journal_get_head (self->journal) : NULL;
  /* Encoders make other bytes with another number of threads. */
  self->n_threads = self->write.n_threads > 0 ? self->write.n_threads : genga_cpu_get_n_threads ();
  self->write.n_threads = head != NULL && head->n_threads > 0 ? head->n_threads : self->n_threads;
  if (!open_coder (self, error))
    return FALSE;
  check_planes (self);
  if (!open_journal (self, error))
    return FALSE;
  self->places = genga_places_new (
      &self->setup.source->info,
      genga_segments_choose_seconds (&self->setup.source->info, self->setup.chain->plan));
  return TRUE;
}

/* What is there for the next run. */
static void
notice_kept (GengaSegments *self)
{
  g_autofree char *name = g_filename_display_basename (self->setup.target);
  guint64 n_bytes, n = genga_journal_count_frames (self->journal, &n_bytes);

  if (self->places == NULL || n == 0)
    return;
  genga_progress_notice (self->progress,
                         _ ("%u frames of “%s” are finished and kept. Run the same command, or "
                            "“genga-cli resume”, to continue."),
                         (guint)n, name);
}

static void
segments_free (GengaSink *sink)
{
  GengaSegments *self = (GengaSegments *)sink;

  if (self->coder != NULL)
    self->video->coder_free (self->coder);
  if (self->is_done)
    genga_journal_remove (self->journal);
  else if (self->journal != NULL)
    {
      if (!sink->is_made_again)
        notice_kept (self);
      genga_journal_close (self->journal);
    }
  genga_places_free (self->places);
  genga_disk_space_free (self->disk_space);
  g_free (self);
}

/* ---- writing ---- */

static gboolean
begin_segment (GengaSegments *self, gint64 segment, GError **error)
{
  g_autofree char *path = genga_journal_dup_unfinished (self->journal);

  self->segment = segment;
  self->is_open = self->video->coder_begin (self->coder, path, self->base.n_done, error);
  return self->is_open;
}

static gboolean
check_coding (GengaSegments *self, const GengaVideoSegment *segment, GError **error)
{
  GPtrArray *entries = genga_journal_get_entries (self->journal);
  const GengaJournalEntry *first = entries->len > 0 ? entries->pdata[0] : NULL;

  if (first == NULL || g_bytes_equal (first->segment->coding, segment->coding))
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                       _ ("The encoder's headers differ from those of the finished part, so the "
                          "two can't be joined. Start over under another name."));
  return FALSE;
}

/* Enters a segment that is whole, as soon as there is room for its entry. */
static gboolean
enter (GengaSegments *self, GengaJournalEntry **entry, GError **error)
{
  GError *reason = NULL;

  while (!genga_journal_add (self->journal, entry, &reason))
    {
      if (!genga_journal_is_full (self->journal) || !genga_disk_space_wait (self->disk_space))
        return fail (self, reason, error);
      g_clear_error (&reason);
    }
  return TRUE;
}

static gboolean
end_segment (GengaSegments *self, gboolean is_last, GError **error)
{
  g_autoptr (GengaJournalEntry) entry = g_new0 (GengaJournalEntry, 1);
  GError *reason = NULL;

  self->is_open = FALSE;
  entry->segment = self->video->coder_end (self->coder, &reason);
  if (entry->segment == NULL)
    return fail (self, reason, error);
  entry->first_frame = self->base.n_done - entry->segment->n_frames;
  entry->is_last = is_last;
  genga_places_describe (self->places, self->base.n_done, entry);
  if (!check_coding (self, entry->segment, error) || !enter (self, &entry, error))
    return FALSE;
  genga_disk_space_go_on (self->disk_space);
  update_need (self);
  return TRUE;
}

gboolean
genga_segments_enter (GengaSink *sink, const char *path, GengaJournalEntry **entry, GError **error)
{
  GengaSegments *self = (GengaSegments *)sink;
  const GengaJournalEntry *last = genga_segments_get_last (sink);

  (*entry)->first_frame = sink->n_done;
  (*entry)->n_damaged += last != NULL ? last->n_damaged : 0;
  if (!check_coding (self, (*entry)->segment, error) ||
      (path != NULL && !genga_journal_take_unfinished_of (self->journal, path, error)))
    return FALSE;
  sink->n_done += (*entry)->segment->n_frames;
  if (!enter (self, entry, error))
    return FALSE;
  genga_disk_space_go_on (self->disk_space);
  update_need (self);
  return TRUE;
}

gboolean
genga_segments_keep_ahead (
    GengaSink *sink, gint64 mark, const char *path, const GengaJournalEntry *entry, GError **error)
{
  GengaSegments *self = (GengaSegments *)sink;
  GError *reason = NULL;

  while (!genga_journal_keep_ahead (self->journal, mark, path, entry, &reason))
    {
      if (!genga_journal_is_full (self->journal) || !genga_disk_space_wait (self->disk_space))
        return fail (self, reason, error);
      g_clear_error (&reason);
    }
  genga_disk_space_go_on (self->disk_space);
  return TRUE;
}

const GengaVideoWrite *
genga_segments_get_write (GengaSink *sink)
{
  return &((GengaSegments *)sink)->write;
}

GengaJournal *
genga_segments_get_journal (GengaSink *sink)
{
  return ((GengaSegments *)sink)->journal;
}

void
genga_segments_explain (GengaSink *sink, GError **error)
{
  GError *reason = NULL;

  if (!genga_disk_space_explain (((GengaSegments *)sink)->disk_space, &reason))
    return;
  g_clear_error (error);
  g_propagate_error (error, reason);
}

static gint64
segments_get_segment (GengaSink *sink, gint64 pts)
{
  return genga_places_get_segment (((GengaSegments *)sink)->places, pts);
}

static gboolean
segments_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  GengaSegments *self = (GengaSegments *)sink;
  gint64 segment = genga_places_get_segment (self->places, frame->pts);
  GError *reason = NULL;

  if (self->is_open && segment != self->segment && !end_segment (self, FALSE, error))
    return FALSE;
  if (!self->is_open && !begin_segment (self, segment, &reason))
    return fail (self, reason, error);
  if (!self->video->coder_write (self->coder, frame, &reason))
    return fail (self, reason, error);
  sink->convert_us = self->video->coder_get_convert_us (self->coder);
  return TRUE;
}

/* ---- the end ---- */

static gboolean
join (GengaSegments *self, GError **error)
{
  GPtrArray *entries = genga_journal_get_entries (self->journal);
  g_autoptr (GPtrArray) segments = g_ptr_array_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = genga_journal_dup_joined (self->journal);
  GError *reason = NULL;
  int damaged = -1;

  for (guint i = 0; i < entries->len; i++)
    {
      g_ptr_array_add (segments, ((const GengaJournalEntry *)entries->pdata[i])->segment);
      g_ptr_array_add (paths, genga_journal_dup_segment (self->journal, i));
    }
  genga_disk_space_set_need (self->disk_space, genga_journal_get_size (self->journal));
  if (self->video->coder_join (self->coder, (GengaVideoSegment *const *)segments->pdata,
                               (const char *const *)paths->pdata, entries->len, joined, &damaged,
                               &reason))
    return TRUE;
  if (damaged >= 0)
    genga_journal_cut (self->journal, damaged, NULL);
  return fail (self, reason, error);
}

static gboolean
remember_joined (GengaSegments *self, GError **error)
{
  GError *reason = NULL;

  while (!genga_journal_set_joined (self->journal, &reason))
    {
      if (!genga_journal_is_full (self->journal) || !genga_disk_space_wait (self->disk_space))
        return fail (self, reason, error);
      g_clear_error (&reason);
    }
  return TRUE;
}

static gboolean
name_joined (GengaSegments *self, GError **error)
{
  gboolean overwrite =
      genga_options_get_boolean (genga_job_get_options (self->setup.job), GENGA_OPTION_OVERWRITE);

  genga_fault ("kill-before-name");
  if (!self->video->coder_commit (self->coder, overwrite, error))
    return FALSE;
  genga_fault ("kill-after-name");
  return TRUE;
}

static gboolean
segments_finish (GengaSink *sink, GError **error)
{
  GengaSegments *self = (GengaSegments *)sink;

  if (!self->is_named &&
      ((self->is_open && !end_segment (self, TRUE, error)) || !join (self, error) ||
       !remember_joined (self, error) || !name_joined (self, error)))
    return FALSE;
  self->is_done = TRUE;
  sink->written = g_strdup (self->setup.target);
  return TRUE;
}

static gboolean
segments_restart (GengaSink *sink, GError **error)
{
  GengaSegments *self = (GengaSegments *)sink;
  g_autofree char *settings = dup_settings (self, error);

  genga_progress_set_frames_before (self->progress, 0);
  return settings != NULL && start_anew (self, settings, error);
}

/* ---- the border ---- */

GengaSink *
genga_segments_new (const GengaSegmentsSetup *setup, GError **error)
{
  static const GengaSinkClass klass = {
    .write = segments_write,
    .finish = segments_finish,
    .restart = segments_restart,
    .get_segment = segments_get_segment,
    .free = segments_free,
  };
  GengaSegments *self = g_new0 (GengaSegments, 1);
  g_autoptr (GengaSink) sink = &self->base;

  sink->klass = &klass;
  self->setup = *setup;
  self->progress = genga_job_get_progress (setup->job);
  self->disk_space = genga_disk_space_new (
      setup->target, genga_job_get_waits_for_disk_space (setup->job), self->progress);
  self->write = setup->chain->plan->write;
  self->write.progress = self->progress;
  self->write.wait_for_disk_space = genga_disk_space_wait;
  self->write.disk_space_data = self->disk_space;
  if (!open_all (self, error))
    return NULL;
  self->setup.refusal = NULL;
  return g_steal_pointer (&sink);
}

const GengaJournalEntry *
genga_segments_get_last (GengaSink *sink)
{
  GPtrArray *entries = genga_journal_get_entries (((GengaSegments *)sink)->journal);

  return entries->len > 0 ? entries->pdata[entries->len - 1] : NULL;
}

gboolean
genga_segments_is_done (GengaSink *sink)
{
  const GengaJournalEntry *last = genga_segments_get_last (sink);

  return ((GengaSegments *)sink)->is_named || (last != NULL && last->is_last);
}

GengaPlaces *
genga_segments_get_places (GengaSink *sink)
{
  return ((GengaSegments *)sink)->places;
}
