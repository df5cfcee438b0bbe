/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/part-sink.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/fault.h"
#include "job/export/fingerprint.h"
#include "job/export/part-source.h"
#include "job/export/segments.h"
#include "job/plan/plan-network.h"
#include "job/plan/plan-planes.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct
{
  GengaSink base;
  const GengaVideo *video;
  GengaPartSetup setup;
  GengaVideoWrite write;
  GengaSegmentCoder *coder;
  GengaPlaces *places;
  GengaSource *source; /* the part's, borrowed: it lives as long as the sink */
  guint64 n_marks;

  gint64 next; /* the mark whose segment is neither made nor under way */
  gboolean is_open;
  char *path; /* of the segment under way */
  guint64 n_frames;
  guint64 n_damaged; /* up to the last segment's end */
} PartSink;

/* ---- making ---- */

static gboolean
check_plan (const GengaPlan *plan, GError **error)
{
  if (plan->sink == GENGA_PLAN_VIDEO && plan->kept_frames == GENGA_KEEP_FRAMES_NONE &&
      !plan->maps_frames)
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       plan->sink != GENGA_PLAN_VIDEO
                           ? _ ("Only the segments of a video can be made one by one.")
                           : _ ("--keep-frames and --frame-mapping are about all frames of a "
                                "video; leave them out where it is made in parts."));
  return FALSE;
}

static gboolean
refuse_length (GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("The video says it is longer than %d segments, so it is not made in parts."),
               GENGA_PART_MAX_MARKS);
  return FALSE;
}

static gboolean
open_coder (PartSink *self, const GengaSource *source, GError **error)
{
  const GengaSourceInfo *info = &source->info;
  GengaPlan *plan = self->setup.chain->plan;

  self->coder =
      self->video->coder_new (info, &source->origin, self->setup.target, &self->write, error);
  if (self->coder == NULL)
    return FALSE;
  if (plan->is_in_planes &&
      !self->video->coder_takes_planes (self->coder, &info->planes, &info->planes_colour))
    genga_plan_set_in_planes (plan, FALSE);
  return TRUE;
}

/* FALSE where the source says that it is longer than anything that is made in parts. */
static gboolean
count_marks (PartSink *self, double seconds, GError **error)
{
  const GengaVideoPart *part = self->setup.part;
  const double marks = ceil (seconds / part->seconds);

  self->n_marks = part->n_marks;
  if (self->n_marks > 0)
    return TRUE;
  /* Not where it is no number, either. */
  if (!(marks <= GENGA_PART_MAX_MARKS))
    return refuse_length (error);
  self->n_marks = (guint64)MAX (1, marks);
  return TRUE;
}

static gboolean
check_part (PartSink *self, const GengaSource *source, GError **error)
{
  GengaVideoPart *part = self->setup.part;
  const GengaPlan *plan = self->setup.chain->plan;
  const char *coding = self->video->coder_get_coding (self->coder);
  g_autofree char *settings = genga_fingerprint_dup (genga_job_get_source_path (self->setup.job),
                                                     self->setup.chain, coding, error);

  if (settings == NULL)
    return FALSE;
  if (!(part->seconds > 0))
    part->seconds = genga_segments_choose_seconds (&source->info, plan);
  if (!count_marks (self, source->info.seconds, error))
    return FALSE;
  return part->klass->check (part,
                             &(GengaVideoPartFacts){
                                 .plan = plan,
                                 .settings = settings,
                                 .coding = coding,
                                 .n_threads = self->write.n_threads,
                                 .untiled = genga_plan_get_untiled (plan),
                                 .seconds = part->seconds,
                                 .n_marks = self->n_marks,
                             },
                             error);
}

static gboolean
open_all (PartSink *self, const GengaSource *source, GError **error)
{
  GengaVideoPart *part = self->setup.part;

  self->video = genga_video_get (error);
  if (self->video == NULL || !check_plan (self->setup.chain->plan, error))
    return FALSE;
  if (part->untiled >= 0)
    genga_chain_set_untiled (self->setup.chain, part->untiled);
  self->write = self->setup.chain->plan->write;
  self->write.progress = genga_job_get_progress (self->setup.job);
  if (part->n_threads > 0)
    self->write.n_threads = part->n_threads;
  if (self->write.n_threads == 0)
    self->write.n_threads = genga_cpu_get_n_threads ();
  if (!open_coder (self, source, error) || !check_part (self, source, error))
    return FALSE;
  self->places = genga_places_new (&source->info, part->seconds);
  self->next = part->first;
  return TRUE;
}

static void
part_sink_free (GengaSink *sink)
{
  PartSink *self = (PartSink *)sink;

  if (self->coder != NULL)
    self->video->coder_free (self->coder);
  if (self->is_open)
    unlink (self->path);
  genga_places_free (self->places);
  g_free (self->path);
  g_free (self);
}

/* ---- segments ---- */

/* Marks before `mark` that have no frames are made, too. */
static gboolean
pass_empty (PartSink *self, gint64 mark, GError **error)
{
  GengaVideoPart *part = self->setup.part;

  if (mark > GENGA_PART_MAX_MARKS)
    return refuse_length (error);
  for (; self->next < mark; self->next++)
    if (!genga_progress_check (self->write.progress, error) ||
        !part->klass->add (part, self->next, NULL, NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
begin_segment (PartSink *self, gint64 mark, GError **error)
{
  guint64 first = genga_part_source_get_first (self->source);

  if (!pass_empty (self, mark, error))
    return FALSE;
  g_free (self->path);
  self->path = self->setup.part->klass->dup_path (self->setup.part, mark);
  self->is_open = self->video->coder_begin (self->coder, self->path, first + self->n_frames, error);
  return self->is_open;
}

static gboolean
end_segment (PartSink *self, GError **error)
{
  GengaVideoPart *part = self->setup.part;
  g_autoptr (GengaJournalEntry) entry = g_new0 (GengaJournalEntry, 1);
  guint64 n_damaged;

  entry->segment = self->video->coder_end (self->coder, error);
  if (entry->segment == NULL)
    return FALSE;
  genga_places_describe (self->places, genga_part_source_get_first (self->source) + self->n_frames,
                         entry);
  n_damaged = entry->n_damaged;
  entry->n_damaged -= self->n_damaged;
  self->n_damaged = n_damaged;
  if (!part->klass->add (part, self->next, self->path, entry, error))
    return FALSE;
  self->is_open = FALSE;
  self->next++;
  return TRUE;
}

static gboolean
part_sink_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  PartSink *self = (PartSink *)sink;
  const gint64 mark = genga_places_get_segment (self->places, frame->pts);

  if (self->is_open && mark != self->next && !end_segment (self, error))
    return FALSE;
  if (!self->is_open && !begin_segment (self, mark, error))
    return FALSE;
  if (!self->video->coder_write (self->coder, frame, error))
    return FALSE;
  self->n_frames++;
  sink->n_done++;
  sink->convert_us = self->video->coder_get_convert_us (self->coder);
  return TRUE;
}

static gboolean
part_sink_finish (GengaSink *sink, GError **error)
{
  PartSink *self = (PartSink *)sink;
  const gint64 last = self->setup.part->last;

  if (self->is_open && !end_segment (self, error))
    return FALSE;
  return pass_empty (self, last < G_MAXINT64 ? last + 1 : (gint64)self->n_marks, error);
}

static gint64
part_sink_get_segment (GengaSink *sink, gint64 pts)
{
  return genga_places_get_segment (((PartSink *)sink)->places, pts);
}

/* ---- joining ---- */

static gboolean
join_finish (GengaSink *sink, GError **error)
{
  PartSink *self = (PartSink *)sink;
  GengaVideoPart *part = self->setup.part;
  const gboolean overwrite =
      genga_options_get_boolean (genga_job_get_options (self->setup.job), GENGA_OPTION_OVERWRITE);
  int damaged = -1;

  if (!self->video->coder_join (self->coder, part->segments, part->paths, part->n_segments,
                                part->joined, &damaged, error))
    {
      if (damaged >= 0)
        part->klass->set_damaged (part, damaged);
      return FALSE;
    }
  if (!part->klass->set_joined (part, part->joined, error))
    return FALSE;
  genga_fault ("kill-before-name");
  if (!self->video->coder_commit (self->coder, overwrite, error))
    return FALSE;
  genga_fault ("kill-after-name");
  sink->written = g_strdup (self->setup.target);
  return TRUE;
}

static gboolean
join_write (GengaSink *sink, GengaFrame *frame, GError **error)
{
  g_return_val_if_reached (FALSE);
}

/* ---- the border ---- */

GengaSink *
genga_part_sink_new (const GengaPartSetup *setup, GengaSource **source, GError **error)
{
  static const GengaSinkClass klass = {
    .write = part_sink_write,
    .finish = part_sink_finish,
    .get_segment = part_sink_get_segment,
    .free = part_sink_free,
  };
  static const GengaSinkClass join_class = {
    .write = join_write,
    .finish = join_finish,
    .get_segment = part_sink_get_segment,
    .free = part_sink_free,
  };
  PartSink *self = g_new0 (PartSink, 1);
  g_autoptr (GengaSink) sink = &self->base;
  const GengaVideoPart *part = setup->part;

  sink->klass = part->segments != NULL ? &join_class : &klass;
  self->setup = *setup;
  if (!open_all (self, *source, error))
    return NULL;
  *source = part->segments != NULL
                ? genga_part_source_new_joined (*source, part)
                : genga_part_source_new (*source, part, self->places, self->write.rate_num > 0,
                                         genga_job_get_progress (setup->job));
  self->source = *source;
  return g_steal_pointer (&sink);
}
