/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/work.h"
#include "core/error.h"
#include "job/chain.h"
#include "job/plan/plan-cost.h"
#include "job/plan/plan-target.h"
#include "job/plan/planner.h"
#include "job/tile-key.h"
#include "job/export/frame-stats.h"
#include "job/video-work.h"
#include "job/source-params.h"
#include "media/media.h"
#include "media/probe.h"
#include "steps/step.h"
#include "steps/upscale.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GengaWork
{
  GengaJob *job;
  GengaOptions *options;
  GengaProgress *progress;
  GengaChain chain;
  GengaVideoWork *video; /* NULL: a picture */
  GengaReservation *target;
  char *written;
  GengaMemoryBudget *gate; /* while it holds bytes; borrowed */
  guint64 held_bytes;
  guint64 budget; /* of memory, that the frames fit into */

  GMutex mutex;
  /* protected by mutex */
  GengaJobFacts facts;
  GError *error;
};

GengaWork *
genga_work_new (GengaJob *job, GengaNameReservations *names)
{
  GengaWork *self = g_new0 (GengaWork, 1);

  g_mutex_init (&self->mutex);
  self->job = g_object_ref (job);
  self->options = genga_job_get_options (job);
  self->progress = genga_job_get_progress (job);
  self->target = genga_reservation_new (names);
  return self;
}

void
genga_work_free (GengaWork *self)
{
  g_clear_pointer (&self->video, genga_video_work_free);
  genga_chain_clear (&self->chain);
  genga_reservation_free (self->target);
  g_free (self->written);
  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);
  g_object_unref (self->job);
  g_free (self);
}

const GError *
genga_work_get_error (GengaWork *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->error;
}

const char *
genga_work_get_written (GengaWork *self)
{
  return self->written;
}

void
genga_work_get_facts (GengaWork *self, GengaJobFacts *facts)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  *facts = self->facts;
}

/* The first error stays. */
static void
fail (GengaWork *self, GError *take_error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->error == NULL)
    self->error = take_error;
  else
    g_error_free (take_error);
}

static double
get_seconds_since (gint64 start_us)
{
  return (g_get_monotonic_time () - start_us) / 1e6;
}

/* What is planned for a picture, and where it goes. */
static GengaPlan *
make_plan (GengaWork *self, const GengaPlanRequest *request, GError **error)
{
  const char *name = genga_job_get_name (self->job);
  g_autoptr (GengaPlan) plan = genga_plan_new (request, error);

  if (plan == NULL ||
      !genga_plan_check_name (plan, request->source, name, request->wished_target, error))
    return NULL;
  genga_plan_name_target (plan, self->target, request->source, name, request->wished_target);
  return genga_plan_check_target (plan, request->source, error) ? g_steal_pointer (&plan) : NULL;
}

static gboolean
open_chain (GengaWork *self, const GengaSourceInfo *info, GError **error)
{
  GengaPlanRequest request = {
    .source = genga_job_get_source (self->job),
    .info = info,
    .options = self->options,
    .wished_target = genga_job_get_wished_target (self->job),
  };
  GengaPlan *plan = make_plan (self, &request, error);

  return plan != NULL && genga_chain_open (&self->chain, plan, &request, self->progress, error);
}

static void
keep_facts (GengaWork *self)
{
  const GengaPlan *plan = self->chain.plan;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->facts.source_width = plan->frame.width;
  self->facts.source_height = plan->frame.height;
  if (!plan->is_video)
    self->facts.network_pixels = plan->network_pixels;
  genga_chain_get_facts (&self->chain, &self->facts);
}

/* Waits until there is memory for the frames beside those of the jobs under way. */
static gboolean
enter_gate (GengaWork *self, GengaMemoryBudget *gate, GError **error)
{
  const GengaPlan *plan = self->chain.plan;
  guint64 limit = genga_options_get_uint64 (self->options, GENGA_OPTION_MAX_MEMORY);

  self->budget = limit > 0 ? limit : genga_memory_budget_get_size (gate);
  if (!genga_plan_check_memory (plan, genga_job_get_source (self->job), self->budget, error))
    return FALSE;
  self->gate = gate;
  self->held_bytes = plan->frame_bytes;
  genga_memory_budget_enter (gate, self->held_bytes, self->budget);
  return genga_progress_check (self->progress, error);
}

static GengaFrame *
load_frame (GengaWork *self, const GengaMedia *media, GError **error)
{
  GengaJourney journey;
  GengaSourceParams load = { .max_memory_bytes = self->budget, .progress = self->progress };

  /* The file may be another one by now. */
  genga_plan_get_journey (self->chain.plan, &journey);
  load.output_factor = genga_journey_get_memory_factor (&journey);
  return media->picture_load (genga_job_get_source (self->job), &load,
                              genga_job_get_cancellable (self->job), error);
}

/* Of the files before anything of them is read; NULL: there are no tiles to take over. */
static char *
dup_stamp (GengaWork *self)
{
  return genga_job_get_tiles (self->job)->len > 0
             ? genga_tile_key_stamp (genga_job_get_source (self->job), self->options)
             : NULL;
}

/*
 * Takes over the tiles that are there of the same picture. Files that have changed since they were
 * stamped, which was before anything of them was read, have none.
 */
static void
take_tiles (GengaWork *self, const char *stamp)
{
  const char *source = genga_job_get_source (self->job);
  GPtrArray *tiles = genga_job_get_tiles (self->job);

  g_autofree char *now = genga_tile_key_stamp (source, self->options);
  g_autofree char *key = genga_tile_key_new (stamp, &self->chain);
  for (guint i = 0; i < tiles->len && g_str_equal (now, stamp); i++)
    {
      if (!genga_tile_store_claim (tiles->pdata[i], key))
        continue;
      genga_upscale_step_set_tiles (self->chain.upscale, tiles->pdata[i]);
      /* The time that it takes says nothing of the network's speed. */
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
      self->facts.network_pixels = 0;
      return;
    }
}

/* Everything about a video that can go wrong before its frames come, and the first one. */
static GengaItem *
read_video (GengaWork *self, GengaMemoryBudget *gate, GError **error)
{
  if (!genga_options_validate (self->options, error))
    return NULL;
  self->video = genga_video_work_new (self->job, &self->chain, self->target, error);
  if (self->video == NULL)
    return NULL;
  keep_facts (self);
  if (self->chain.upscale != NULL &&
      genga_options_get_boolean (self->options, GENGA_OPTION_FRAME_MAPPING))
    genga_upscale_step_keep_origins (self->chain.upscale);
  return enter_gate (self, gate, error) ? genga_video_work_read (self->video, error) : NULL;
}

static GengaItem *
read_frame (GengaWork *self, GengaMemoryBudget *gate, GError **error)
{
  const char *source = genga_job_get_source (self->job);
  g_autofree char *stamp = dup_stamp (self);
  GengaSourceParams params = genga_source_params_from_options (self->options, NULL);
  const GengaMedia *media;
  GengaSourceInfo info;
  GengaProbe probe;

  genga_source_probe (source, &params, &probe);
  if (probe.kind != GENGA_SOURCE_PICTURE)
    return read_video (self, gate, error);
  media = genga_media_get (error);
  if (media == NULL || !genga_options_validate (self->options, error) ||
      !media->picture_probe (source, &info, error) || !open_chain (self, &info, error))
    return NULL;
  keep_facts (self);

  GengaFrame *frame = enter_gate (self, gate, error) ? load_frame (self, media, error) : NULL;
  if (frame == NULL)
    return NULL;
  if (stamp != NULL && self->chain.upscale != NULL)
    take_tiles (self, stamp);
  return genga_item_new (GENGA_ITEM_FRAME, NULL, frame);
}

static void
add_seconds (GengaWork *self, double *seconds, gint64 start)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  *seconds += get_seconds_since (start);
}

GengaItem *
genga_work_read (GengaWork *self, GengaMemoryBudget *gate)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();
  GengaItem *item =
      genga_progress_check (self->progress, &error) ? read_frame (self, gate, &error) : NULL;

  if (error != NULL)
    {
      fail (self, error);
      genga_reservation_give_back (self->target);
    }
  add_seconds (self, &self->facts.read_seconds, start);
  return item;
}

GengaItem *
genga_work_read_next (GengaWork *self)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();
  GengaItem *item = NULL;

  if (self->video == NULL || genga_work_get_error (self) != NULL)
    return NULL;
  if (genga_progress_check (self->progress, &error))
    item = genga_video_work_read (self->video, &error);
  if (error != NULL)
    fail (self, error);
  add_seconds (self, &self->facts.read_seconds, start);
  return item;
}

GengaItem *
genga_work_process (GengaWork *self, GengaItem *item)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (genga_work_get_error (self) != NULL)
    g_clear_pointer (&item, genga_item_free);
  else if (self->video != NULL)
    item = genga_video_work_process (self->video, item, &error);
  else
    item = genga_step_chain_run (self->chain.steps, item, &error);
  if (error != NULL)
    fail (self, error);

  add_seconds (self, &self->facts.work_seconds, start);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  /* Tiles may have become smaller on the way. */
  genga_chain_get_facts (&self->chain, &self->facts);
  self->facts.frames += self->video != NULL && item != NULL;
  if (self->video != NULL)
    self->facts.frames_repeated = genga_video_work_get_n_repeated (self->video);
  genga_frame_stats_take (&self->facts, self->chain.upscale);
  return item;
}

static gboolean
write_picture (GengaWork *self, GengaItem *item, GError **error)
{
  const GengaMedia *media = genga_media_get (error);
  GengaPictureSave save = self->chain.plan->save;

  save.progress = self->progress;
  return media != NULL &&
         media->picture_save (item->frame, genga_reservation_get_path (self->target), &save,
                              genga_job_get_cancellable (self->job), &self->written, error);
}

void
genga_work_write (GengaWork *self, GengaItem *take_item)
{
  g_autoptr (GengaItem) item = take_item;
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (genga_work_get_error (self) != NULL)
    return;
  if (!genga_progress_check (self->progress, &error) ||
      !(self->video != NULL ? genga_video_work_write (self->video, item->frame, &error)
                            : write_picture (self, item, &error)))
    fail (self, error);
  add_seconds (self, &self->facts.write_seconds, start);
}

void
genga_work_add_waiting (GengaWork *self, GengaStage stage, gint64 start_us)
{
  add_seconds (self, &self->facts.waiting_seconds[stage], start_us);
}

/* On request (DUP-5); the video is there without it. */
static void
write_mapping (GengaWork *self)
{
  const GArray *origins =
      self->chain.upscale != NULL ? genga_upscale_step_get_origins (self->chain.upscale) : NULL;
  g_autofree char *path =
      genga_frame_stats_dup_mapping_path (genga_reservation_get_path (self->target));
  g_autoptr (GError) error = NULL;

  if (!genga_options_get_boolean (self->options, GENGA_OPTION_FRAME_MAPPING))
    return;
  if (origins == NULL || origins->len != genga_video_work_get_n_frames (self->video))
    genga_progress_notice (self->progress,
                           _ ("There is no frame mapping: not all frames went through a network in "
                              "this run."));
  else if (g_file_test (path, G_FILE_TEST_EXISTS) &&
           !genga_options_get_boolean (self->options, GENGA_OPTION_OVERWRITE))
    genga_progress_notice (self->progress,
                           _ ("The frame mapping is not written: “%s” exists already."), path);
  else if (!genga_frame_stats_write_mapping (path, origins, &error))
    genga_progress_notice (self->progress, "%s", error->message);
}

static void
end_video (GengaWork *self)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (genga_work_get_error (self) == NULL && genga_progress_check (self->progress, &error) &&
      genga_video_work_finish (self->video, &error))
    {
      self->written = g_strdup (genga_reservation_get_path (self->target));
      write_mapping (self);
    }
  if (error != NULL)
    fail (self, error);
  g_clear_pointer (&self->video, genga_video_work_free);
  add_seconds (self, &self->facts.write_seconds, start);
}

void
genga_work_end (GengaWork *self)
{
  if (self->video != NULL)
    end_video (self);
  if (self->gate != NULL)
    genga_memory_budget_leave (self->gate, self->held_bytes);
  self->gate = NULL;
  if (genga_work_get_error (self) == NULL)
    genga_reservation_keep (self->target);
  else
    genga_reservation_give_back (self->target);
}
