/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/output.h"
#include "job/export/fingerprint.h"
#include "job/export/options-print.h"
#include "job/export/frames-setup.h"
#include "job/export/kept-frames.h"
#include "job/export/part-sink.h"
#include "job/export/resume-source.h"
#include "job/export/segments.h"
#include "job/lanes/lanes.h"
#include "job/memory-sink.h"
#include "job/plan/plan-network.h"
#include "job/strips/strip-sink.h"
#include "job/strips/strip-source.h"
#include "job/strips/strip-step.h"
#include "media/image/picture-sink.h"
#include "media/sequence/folder-sink.h"

#include <glib/gi18n-lib.h>

/* Larger results are files even where one would do without. */
#define MAX_MEMORY_PIXELS ((gint64)128 << 20)

/* Whether reading the file would give the same pixels. */
static gboolean
is_lossless (const GengaPictureSave *save)
{
  return save->format == GENGA_FORMAT_PNG || save->format == GENGA_FORMAT_TIFF ||
         (save->format == GENGA_FORMAT_WEBP && save->webp_lossless);
}

/* All that changes a byte of the file. */
static char *
dup_strip_print (const GengaOutputSetup *setup)
{
  const GengaPlan *plan = setup->chain->plan;
  const GengaPictureSave *save = &plan->save;
  g_autofree char *options = genga_fingerprint_dup_options (plan->options);
  g_autofree char *kind =
      save->format == GENGA_FORMAT_PNG
          ? g_strdup_printf ("PNG %d %d %d", save->bit_depth, save->png_level, save->png_optimise)
          : g_strdup_printf ("TIFF %d %d", save->bit_depth, save->compression);
  g_autofree char *coding = g_strdup_printf ("strips %d, %s\n%s", plan->strip_rows, kind, options);

  return genga_fingerprint_dup (genga_job_get_source_path (setup->job), setup->chain, coding, NULL);
}

static GengaStripJournal *
open_strip_journal (const GengaOutputSetup *setup)
{
  g_autofree char *print = NULL;

  if ((setup->chain->plan->save.format != GENGA_FORMAT_PNG &&
       setup->chain->plan->save.format != GENGA_FORMAT_TIFF) ||
      genga_job_get_descriptor (setup->job) > 0)
    return NULL;
  print = dup_strip_print (setup);
  return print != NULL ? genga_strip_journal_open (setup->target, print) : NULL;
}

/* Behind the strips that an earlier run has made. */
static gboolean
skip_strips (const GengaOutputSetup *setup, GengaSource *source, guint n, GError **error)
{
  GengaStep *step = setup->chain->steps->pdata[0];

  if (n == 0)
    return TRUE;
  genga_progress_notice (genga_job_get_progress (setup->job),
                         _ ("An earlier run was interrupted; its first %u %% are used."),
                         100 * n / genga_strip_step_get_places (step)->len);
  genga_strip_step_skip (step, n);
  return genga_source_seek (source, n, TRUE, error);
}

static GengaSink *
open_strips (const GengaOutputSetup *setup,
             const GengaPictureSave *save,
             GengaSource **source,
             GError **error)
{
  const GengaPlan *plan = setup->chain->plan;
  g_autoptr (GengaSink) sink = genga_strip_sink_new (setup->target, save, plan->result.height,
                                                     open_strip_journal (setup), error);

  if (sink == NULL)
    return NULL;
  *source = genga_strip_source_new (*source, plan, setup->chain->steps->pdata[0], save->progress);
  return skip_strips (setup, *source, sink->n_done, error) ? g_steal_pointer (&sink) : NULL;
}

static GengaSink *
open_picture (const GengaOutputSetup *setup, GengaSource **source, GError **error)
{
  GengaMemoryFrame *memory = genga_job_get_memory (setup->job);
  const GengaPlan *plan = setup->chain->plan;
  GengaPictureSave save = plan->save;

  save.progress = genga_job_get_progress (setup->job);
  save.descriptor = genga_job_get_descriptor (setup->job);
  if (memory != NULL && is_lossless (&save) &&
      (gint64)plan->result.width * plan->result.height <= MAX_MEMORY_PIXELS)
    {
      if (plan->strip_rows > 0)
        *source =
            genga_strip_source_new (*source, plan, setup->chain->steps->pdata[0], save.progress);
      return genga_memory_sink_new (
          memory, genga_format_has_bit_depth (save.format, 16) ? MIN (save.bit_depth, 16) : 8,
          plan->strip_rows > 0 ? plan->result.height : 0);
    }
  if (plan->strip_rows > 0)
    return open_strips (setup, &save, source, error);
  return genga_picture_sink_new (setup->target, &save, error);
}

static GengaSink *
open_animation (const GengaOutputSetup *setup, const GengaSource *source, GError **error)
{
  const GengaVideo *video = genga_video_get (error);
  GengaAnimationWrite write = setup->chain->plan->animation;

  write.progress = genga_job_get_progress (setup->job);
  return video != NULL ? video->animation_new (&source->info, setup->target, &write, error) : NULL;
}

static GengaSink *
open_folder (const GengaOutputSetup *setup, GengaSource *source, GError **error)
{
  GengaProgress *progress = genga_job_get_progress (setup->job);
  const GengaPlan *plan = setup->chain->plan;
  g_autofree char *settings = genga_options_print_dup_frames (genga_job_get_source (setup->job),
                                                              genga_job_get_options (setup->job));
  GengaFrameFolderSetup folder = genga_frames_setup_new (setup->job, source, TRUE);
  g_autoptr (GengaSink) sink = NULL;

  folder.path = setup->target;
  folder.settings = settings;
  folder.width = plan->result.width;
  folder.height = plan->result.height;
  sink = genga_folder_sink_new (&folder, error);
  if (sink == NULL || !genga_folder_sink_skip_done (sink, source, error))
    return NULL;
  for (guint64 i = 0; i < sink->n_done; i++)
    genga_progress_add_frame (progress);
  return g_steal_pointer (&sink);
}

/* Also where one device goes on with what several have made. */
static gboolean
has_lanes (const GengaOutputSetup *setup, GengaSink *segments)
{
  GengaJournal *journal = genga_segments_get_journal (segments);

  return genga_plan_has_lanes (setup->chain->plan) ||
         (genga_plan_has_network (setup->chain->plan) && journal != NULL &&
          genga_journal_has_ahead (journal));
}

static GengaSource *
new_lanes (const GengaOutputSetup *setup, GengaSource *take_source, GengaSink *segments)
{
  return genga_lanes_new (take_source, &(GengaLanesSetup){
                                           .job = setup->job,
                                           .plan = setup->chain->plan,
                                           .target = setup->target,
                                           .segments = segments,
                                           .is_done = genga_segments_is_done (segments),
                                           .on_facts = setup->on_facts,
                                           .facts_data = setup->facts_data,
                                       });
}

static GengaSink *
open_segments (const GengaOutputSetup *setup, GengaSource **source, GError **error)
{
  GengaSegmentsSetup segments = {
    .job = setup->job,
    .chain = setup->chain,
    .source = *source,
    .target = setup->target,
    .refusal = setup->refusal,
  };
  GengaSink *sink = genga_segments_new (&segments, error);
  GengaResumeSetup resume = { .sink = sink, .progress = genga_job_get_progress (setup->job) };

  if (sink == NULL)
    return NULL;
  resume.places = genga_segments_get_places (sink);
  resume.last = genga_segments_get_last (sink);
  resume.is_done = genga_segments_is_done (sink);
  *source = genga_resume_source_new (*source, &resume);
  if (has_lanes (setup, sink))
    *source = new_lanes (setup, *source, sink);
  return sink;
}

static GengaSink *
open_part (const GengaOutputSetup *setup, GengaSource **source, GError **error)
{
  const GengaPartSetup part = {
    .job = setup->job,
    .chain = setup->chain,
    .part = genga_job_get_part (setup->job),
    .target = setup->target,
  };

  return genga_part_sink_new (&part, source, error);
}

GengaSink *
genga_output_open (const GengaOutputSetup *setup, GengaSource **source, GError **error)
{
  if (genga_job_get_part (setup->job) != NULL)
    return open_part (setup, source, error);
  switch (setup->chain->plan->sink)
    {
    case GENGA_PLAN_VIDEO:
      return open_segments (setup, source, error);
    case GENGA_PLAN_ANIMATION:
      return open_animation (setup, *source, error);
    case GENGA_PLAN_FRAMES:
      return open_folder (setup, *source, error);
    case GENGA_PLAN_PICTURE:
    default:
      return open_picture (setup, source, error);
    }
}

GengaSink *
genga_output_keep_frames (const GengaOutputSetup *setup,
                          GengaSink *take_sink,
                          GengaSource **source,
                          GError **error)
{
  g_autoptr (GengaSink) sink = take_sink;
  const GengaPlan *plan = setup->chain->plan;
  GengaFrameDump *dump;

  if (plan->kept_frames == GENGA_KEEP_FRAMES_NONE)
    return g_steal_pointer (&sink);
  dump =
      genga_frame_dump_new (setup->job, *source, setup->chain, setup->target, sink->n_done, error);
  if (dump == NULL)
    return NULL;
  sink = genga_kept_sink_new (g_steal_pointer (&sink), dump);
  *source = genga_kept_source_new (*source, sink);
  return g_steal_pointer (&sink);
}
