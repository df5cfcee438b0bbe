/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/work.h"
#include "core/error.h"
#include "job/estimate/estimate.h"
#include "job/plan.h"
#include "media/sequence/sequence.h"
#include "job/target.h"
#include "job/tile-key.h"
#include "job/export/frame-stats.h"
#include "job/video-work.h"
#include "job/source-params.h"
#include "media/media.h"
#include "media/probe.h"
#include "steps/step.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GengaWork
{
  GengaJob *job;
  GengaOptions *options;
  GengaProgress *progress;
  GengaPlan plan;
  GengaVideoWork *video; /* NULL: a picture */
  GengaReservation *target;
  char *written;
  GengaMemoryBudget *gate; /* while it holds bytes; borrowed */
  guint64 held_bytes;

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
  genga_plan_clear (&self->plan);
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

/* `wished` NULL: derived from the source. */
static gboolean
set_target (GengaWork *self, const char *wished, GengaFormat format, GError **error)
{
  const char *source = genga_job_get_source (self->job);

  self->plan.save.format = format;
  if (wished != NULL)
    genga_reservation_take (self->target, wished);
  else
    genga_target_reserve (self->target, source, genga_job_get_name (self->job), self->options,
                          genga_format_get_suffix (format));
  return genga_target_check (genga_reservation_get_path (self->target), source, self->options,
                             error);
}

/* Says so where a name that the user chose promises another format than the file has. */
static void
notice_format (GengaWork *self, const char *wished, GengaFormat format)
{
  g_autofree char *name = g_filename_display_basename (wished);

  if (strchr (name, '.') != NULL && genga_format_from_path (wished) != format)
    genga_progress_notice (self->progress, _ ("“%s” becomes a %s file, whatever its name says."),
                           name, genga_choice_get_nick (GENGA_TYPE_FORMAT, format));
}

/* Jobs that come after the list was handed out may have got none. */
static gboolean
check_name (GengaWork *self, GError **error)
{
  g_autofree char *source = g_filename_display_basename (genga_job_get_source (self->job));

  if (genga_options_get_int (self->options, GENGA_OPTION_NAMING) != GENGA_NAMING_LIST ||
      genga_job_get_name (self->job) != NULL || genga_job_get_wished_target (self->job) != NULL)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("Names: none is left in the list for “%s”."), source);
  return FALSE;
}

static gboolean
choose_target (GengaWork *self, const GengaSourceInfo *info, GError **error)
{
  const char *wished = genga_job_get_wished_target (self->job);
  GengaFormat format = genga_target_choose_format (self->options, wished, info->format);

  if (!check_name (self, error) || !set_target (self, wished, format, error))
    return FALSE;
  if (wished != NULL)
    notice_format (self, wished, format);
  return TRUE;
}

/* A result that is too large for a WebP becomes a PNG, and that has to be possible, too (FMT-3). */
static gboolean
check_target_format (GengaWork *self, GError **error)
{
  const GengaFrameInfo *result = &self->plan.result;
  const char *wished = genga_job_get_wished_target (self->job);
  g_autofree char *instead = NULL;

  if (self->plan.save.format != GENGA_FORMAT_WEBP ||
      genga_format_check_size (GENGA_FORMAT_WEBP, result->width, result->height, NULL))
    return TRUE;

  if (wished != NULL)
    instead = genga_target_replace_suffix (wished, GENGA_FORMAT_PNG);
  if (!set_target (self, instead, GENGA_FORMAT_PNG, error))
    return FALSE;
  g_autofree char *name = g_filename_display_name (genga_reservation_get_path (self->target));
  genga_progress_notice (self->progress,
                         _ ("The result is too large for a WebP and becomes a PNG: “%s”."), name);
  return TRUE;
}

static GengaJourney
get_journey (const GengaPlan *plan)
{
  return (GengaJourney){
    .has_network = plan->model != NULL,
    .native_scale = plan->native_scale,
    .target_scale = plan->target_scale,
    .keeps_alpha = genga_layout_has_alpha (plan->result.layout),
    .sample_bytes = genga_sample_get_size (plan->source.sample),
  };
}

static void
keep_facts (GengaWork *self, const GengaSourceInfo *info)
{
  GengaJourney journey = get_journey (&self->plan);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GengaJobFacts *facts = &self->facts;

  facts->source_width = info->width;
  facts->source_height = info->height;
  genga_plan_get_facts (&self->plan, facts);
  facts->network_pixels = genga_journey_get_network_pixels (&journey, info->width, info->height);
}

/* Reads the frame once there is memory for the whole journey beside the jobs under way. */
static GengaFrame *
load_frame (GengaWork *self, const GengaMedia *media, GengaMemoryBudget *gate, GError **error)
{
  guint64 limit = genga_options_get_uint64 (self->options, GENGA_OPTION_MAX_MEMORY);
  GengaJourney journey = get_journey (&self->plan);
  GengaSourceParams load = {
    .max_memory_bytes = limit > 0 ? limit : genga_memory_budget_get_size (gate),
    .output_factor = genga_journey_get_memory_factor (&journey),
    .progress = self->progress,
  };
  gsize source_bytes = genga_frame_info_get_size (&self->plan.source);
  double bytes = source_bytes * (1 + load.output_factor);

  if (bytes <= load.max_memory_bytes) /* else it is refused below */
    {
      self->gate = gate;
      self->held_bytes = bytes;
      genga_memory_budget_enter (gate, self->held_bytes, load.max_memory_bytes);
    }
  return genga_progress_check (self->progress, error)
             ? media->picture_load (genga_job_get_source (self->job), &load,
                                    genga_job_get_cancellable (self->job), error)
             : NULL;
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
  g_autofree char *key = genga_tile_key_new (stamp, &self->plan, self->options);
  for (guint i = 0; i < tiles->len && g_str_equal (now, stamp); i++)
    {
      if (!genga_tile_store_claim (tiles->pdata[i], key))
        continue;
      genga_upscale_step_set_tiles (self->plan.upscale, tiles->pdata[i]);
      /* The time that it takes says nothing of the network's speed. */
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
      self->facts.network_pixels = 0;
      return;
    }
}

static void
keep_video_facts (GengaWork *self, const GengaSourceInfo *info)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->facts.source_width = info->width;
  self->facts.source_height = info->height;
  genga_plan_get_facts (&self->plan, &self->facts);
}

/* Everything about a video that can go wrong before its frames come, and the first one. */
static GengaItem *
read_video (GengaWork *self, GengaMemoryBudget *gate, GError **error)
{
  guint64 limit = genga_options_get_uint64 (self->options, GENGA_OPTION_MAX_MEMORY);
  guint64 budget = limit > 0 ? limit : genga_memory_budget_get_size (gate);
  guint64 bytes;

  if (!genga_options_validate (self->options, error))
    return NULL;
  self->video = genga_video_work_new (self->job, &self->plan, self->target, error);
  if (self->video == NULL)
    return NULL;
  keep_video_facts (self, genga_video_work_get_info (self->video));
  if (self->plan.upscale != NULL &&
      genga_options_get_boolean (self->options, GENGA_OPTION_FRAME_MAPPING))
    genga_upscale_step_keep_origins (self->plan.upscale);
  bytes = genga_video_work_estimate_bytes (self->video);
  if (bytes > budget)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("The frames of this video need about %.1f GB of memory, and %.1f GB may be "
                      "used; choose a smaller scale."),
                   bytes / 1e9, budget / 1e9);
      return NULL;
    }
  self->gate = gate;
  self->held_bytes = bytes;
  genga_memory_budget_enter (gate, bytes, budget);
  return genga_progress_check (self->progress, error) ? genga_video_work_read (self->video, error)
                                                      : NULL;
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
      !media->picture_probe (source, &info, error) || !choose_target (self, &info, error) ||
      !genga_plan_init (&self->plan, self->options, &info, self->progress, error) ||
      !check_target_format (self, error))
    return NULL;
  keep_facts (self, &info);
  if (info.n_pages > 1)
    {
      g_autofree char *name = g_filename_display_name (source);
      genga_progress_notice (self->progress,
                             _ ("“%s” has %d pictures; only the first one is used."), name,
                             info.n_pages);
    }

  GengaFrame *frame = load_frame (self, media, gate, error);
  if (frame == NULL)
    return NULL;
  if (stamp != NULL && self->plan.upscale != NULL)
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
    item = genga_step_chain_run (self->plan.steps, item, &error);
  if (error != NULL)
    fail (self, error);

  add_seconds (self, &self->facts.work_seconds, start);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  /* Tiles may have become smaller on the way. */
  genga_plan_get_facts (&self->plan, &self->facts);
  self->facts.frames += self->video != NULL && item != NULL;
  if (self->video != NULL)
    self->facts.frames_repeated = genga_video_work_get_n_repeated (self->video);
  genga_frame_stats_take (&self->facts, self->plan.upscale);
  return item;
}

static gboolean
write_picture (GengaWork *self, GengaItem *item, GError **error)
{
  const GengaMedia *media = genga_media_get (error);

  return media != NULL &&
         media->picture_save (item->frame, genga_reservation_get_path (self->target),
                              &self->plan.save, genga_job_get_cancellable (self->job),
                              &self->written, error);
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
      self->plan.upscale != NULL ? genga_upscale_step_get_origins (self->plan.upscale) : NULL;
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
