/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/work.h"
#include "core/confine/breach.h"
#include "core/error.h"
#include "job/chain.h"
#include "job/plan/plan-cost.h"
#include "job/plan/plan-target.h"
#include "job/plan/plan-output.h"
#include "job/politeness/priority.h"
#include "job/tile-key.h"
#include "job/export/frame-stats.h"
#include "job/export/duplicates.h"
#include "job/export/journal.h"
#include "job/export/output.h"
#include "job/lanes/lane-options.h"
#include "job/source-params.h"
#include "media/rotated.h"
#include "steps/step.h"
#include "steps/upscale.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of the budget, at the most, for results of earlier frames. */
#define KEPT_PART 8

struct _GengaWork
{
  GengaJob *job;
  GengaOptions *options;
  GengaProgress *progress;
  GengaChain chain;
  GengaReservation *target;
  GError *refusal; /* why the target cannot be, unless it is what an earlier run has made */
  GengaSource *source;
  GengaSink *sink;
  char *written;
  GengaDuplicates *repeats;         /* NULL: each frame is made */
  gint64 part;                      /* of the result, that the last frame went into */
  GengaMemoryBudget *memory_budget; /* while it holds bytes; borrowed */
  guint64 held_bytes;
  guint64 budget;       /* of memory, that the frames fit into */
  gboolean has_stalled; /* the error is an encoder's that did not answer */
  gboolean is_again;    /* for the second time */
  gboolean has_lanes;   /* several devices make it, whose times are told (mutex) */
  gboolean avoids_card;
  guint lane;               /* of those that share files */
  GengaOptions *of_lane;    /* for it; NULL: the job's */
  guint n_lost;             /* devices that were lost so far */
  gboolean lane_is_missing; /* its device is not there */
  gboolean has_lost_lane;   /* the error is that of one of several devices (mutex) */

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

/* What was not finished goes, but for what another run goes on with. */
static void
close_ends (GengaWork *self)
{
  g_clear_pointer (&self->sink, genga_sink_free);
  g_clear_pointer (&self->source, genga_source_free);
  g_clear_pointer (&self->repeats, genga_duplicates_free);
}

void
genga_work_free (GengaWork *self)
{
  close_ends (self);
  g_clear_error (&self->refusal);
  genga_chain_clear (&self->chain);
  genga_reservation_free (self->target);
  g_clear_object (&self->of_lane);
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
    {
      self->has_stalled = g_error_matches (take_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      self->has_lost_lane = self->of_lane != NULL &&
                            (self->lane_is_missing ||
                             g_error_matches (take_error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST));
      self->error = self->has_stalled
                        ? g_error_new_literal (GENGA_ERROR, GENGA_ERROR_OUTPUT, take_error->message)
                        : g_steal_pointer (&take_error);
    }
  g_clear_error (&take_error);
}

static double
get_seconds_since (gint64 start_us)
{
  return (g_get_monotonic_time () - start_us) / 1e6;
}

/* The result goes into a descriptor. */
static gboolean
is_nameless (GengaWork *self)
{
  return genga_job_get_descriptor (self->job) > 0;
}

/* ---- the plan ---- */

/* What is planned, and where it goes. */
static GengaPlan *
make_plan (GengaWork *self, const GengaPlanRequest *request, GError **error)
{
  GengaTargetHints hints = *genga_job_get_hints (self->job);

  hints.is_nameless = is_nameless (self);
  g_clear_error (&self->refusal);
  return genga_plan_new_with_target (request, &hints, self->target, &self->refusal, error);
}

/* `container`: in the place of the one that would be chosen, or AUTO. */
static GengaPlanRequest
make_request (GengaWork *self, GengaContainer container)
{
  GengaPlanRequest request =
      genga_plan_request_new (genga_job_get_source (self->job), &self->source->info,
                              self->of_lane != NULL ? self->of_lane : self->options,
                              genga_job_get_requested_target (self->job));

  request.source_path = genga_job_get_source_path (self->job);
  request.container = container;
  request.avoids_card = self->avoids_card;
  return request;
}

/* ---- the ends ---- */

static gboolean
open_source (GengaWork *self, GError **error)
{
  GengaSourceParams params = genga_source_params_from_options (self->options, self->progress);

  /* Of the picture alone; the plan knows what is made of it. */
  params.max_memory_bytes = self->budget;
  params.is_picture = is_nameless (self);
  self->source = genga_source_params_open (&params, genga_job_get_source_path (self->job),
                                           self->options, error);
  return self->source != NULL;
}

/* The plan says whether frames are rotated. */
static void
rotate_source (GengaWork *self)
{
  if (self->chain.plan->rotation != 0 || self->chain.plan->is_mirrored)
    self->source = genga_rotated_new (self->source);
}

/* A result that gets a number beside the one that is there goes on with what was to replace that.
 */
static void
take_over_segments (GengaWork *self, const GengaPlan *plan)
{
  const char *requested = genga_job_get_requested_target (self->job);

  if (plan->sink == GENGA_PLAN_VIDEO && requested != NULL && plan->target != NULL &&
      !g_str_equal (requested, plan->target))
    genga_journal_move (requested, plan->target, genga_job_get_source (self->job));
}

guint
genga_work_count_lanes (GengaWork *self)
{
  return genga_device_list_count (genga_options_get_string (self->options, GENGA_OPTION_DEVICE),
                                  genga_options_get_int (self->options, GENGA_OPTION_WORKERS));
}

void
genga_work_set_lane (GengaWork *self, guint lane)
{
  self->lane = lane;
}

/* Of several devices, one makes a file; but for a video, whose segments go to all of them. */
static GengaPlan *
plan_for_lane (GengaWork *self, GengaPlanRequest *request, GError **error)
{
  GengaPlan *plan = make_plan (self, request, error);
  guint lane;

  if (plan == NULL || plan->devices.n < 2 || plan->sink == GENGA_PLAN_VIDEO)
    return plan;
  lane = self->lane % plan->devices.n;
  g_clear_object (&self->of_lane);
  self->of_lane = genga_lane_options_new (self->options, &plan->devices, lane);
  self->chain.copy = genga_device_list_get_copy (&plan->devices, lane);
  genga_plan_free (plan);
  *request = make_request (self, GENGA_CONTAINER_AUTO);
  return make_plan (self, request, error);
}

static gboolean
open_chain (GengaWork *self, GError **error)
{
  GengaPlanRequest request = make_request (self, GENGA_CONTAINER_AUTO);
  GError *reason = NULL;
  GengaPlan *plan = plan_for_lane (self, &request, &reason);

  if (plan != NULL)
    take_over_segments (self, plan);
  if (plan == NULL || !genga_chain_open (&self->chain, plan, &request, self->progress, &reason))
    {
      self->lane_is_missing = g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE);
      if (reason != NULL)
        g_propagate_error (error, reason);
      return FALSE;
    }
  rotate_source (self);
  return TRUE;
}

/* Matroska holds what the usual container for the codec does not, but for the mark of turning. */
static gboolean
change_to_matroska (GengaWork *self, GError **error)
{
  GengaPlanRequest request = make_request (self, GENGA_CONTAINER_MKV);
  GengaPlan *plan;

  request.device = &self->chain.plan->device;
  request.device_reason = self->chain.plan->device_reason;
  plan = make_plan (self, &request, error);
  if (plan == NULL || !genga_chain_replace_plan (&self->chain, plan, self->progress, error))
    return FALSE;
  rotate_source (self);
  return TRUE;
}

static void
add_facts (const GengaJobFacts *more, gpointer user_data)
{
  GengaWork *self = user_data;
  const GengaJobFacts none = { 0 };
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->has_lanes = TRUE;
  genga_frame_stats_add_difference (&self->facts, more, &none);
}

static GengaOutputSetup
make_setup (GengaWork *self)
{
  return (GengaOutputSetup){
    .job = self->job,
    .chain = &self->chain,
    .target = genga_reservation_get_path (self->target),
    .refusal = self->refusal,
    .on_facts = add_facts,
    .facts_data = self,
  };
}

static gboolean
start_sink (GengaWork *self, GError **error)
{
  GengaOutputSetup setup = make_setup (self);

  self->sink = genga_output_open (&setup, &self->source, error);
  return self->sink != NULL;
}

static gboolean
open_sink (GengaWork *self, GError **error)
{
  const char *target = genga_reservation_get_path (self->target);
  GengaOutputSetup setup;
  GError *reason = NULL;

  genga_job_tell_place (self->job, target);
  if (!is_nameless (self) && !genga_target_make_folder (target, self->options, error))
    return FALSE;
  if (!start_sink (self, &reason) && genga_plan_may_be_matroska (self->chain.plan, reason))
    {
      g_clear_error (&reason);
      if (change_to_matroska (self, &reason))
        start_sink (self, &reason);
    }
  if (reason != NULL)
    g_propagate_error (error, reason);
  if (self->sink == NULL)
    return FALSE;
  /* Another container is no way out where these frames have no place. */
  setup = make_setup (self);
  self->sink = genga_output_keep_frames (&setup, self->sink, &self->source, error);
  return self->sink != NULL && genga_sink_begin (self->sink, error);
}

static void
keep_facts (GengaWork *self)
{
  const GengaPlan *plan = self->chain.plan;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->facts.has_frames = plan->counts_frames;
  self->facts.source_width = plan->frame.width;
  self->facts.source_height = plan->frame.height;
  if (!plan->counts_frames)
    self->facts.network_pixels = plan->network_pixels; /* else they grow by the frame */
  genga_chain_get_facts (&self->chain, &self->facts);
}

/* Of results of earlier frames, within what the frames under way leave of the budget. */
static guint64
get_kept_bytes (const GengaWork *self)
{
  const GengaPlan *plan = self->chain.plan;
  const guint64 left = self->budget - MIN (self->budget, plan->frame_bytes);

  return plan->reuse != GENGA_REUSE_OFF
             ? MIN (plan->kept_bytes, MIN (left, self->budget / KEPT_PART))
             : 0;
}

/* Waits until there is memory for the frames beside those of the jobs under way. */
static gboolean
enter_budget (GengaWork *self, GengaMemoryBudget *memory_budget, GError **error)
{
  const GengaPlan *plan = self->chain.plan;

  if (!genga_plan_check_memory (plan, genga_job_get_source (self->job), self->budget, error))
    return FALSE;
  self->memory_budget = memory_budget;
  self->held_bytes = plan->frame_bytes + get_kept_bytes (self);
  genga_memory_budget_enter (memory_budget, self->held_bytes, self->budget);
  return genga_progress_check (self->progress, error);
}

/* Of the files before anything of them is read; NULL: there are no tiles to take over. */
static char *
dup_fingerprint (GengaWork *self)
{
  return genga_job_get_tiles (self->job)->len > 0
             ? genga_tile_key_dup_fingerprint (genga_job_get_source (self->job), self->options)
             : NULL;
}

/* Whether who gave a free store wants the job's tiles. */
static gboolean
has_free_store (GPtrArray *tiles)
{
  for (guint i = 0; i < tiles->len; i++)
    {
      g_autofree char *key = genga_tile_store_dup_key (tiles->pdata[i]);

      if (key == NULL)
        return TRUE;
    }
  return FALSE;
}

/*
 * Takes over the tiles that are there of the same picture. Files that have changed since they were
 * stamped, which was before anything of them was read, have none.
 */
static void
take_tiles (GengaWork *self, const char *fingerprint)
{
  const char *source = genga_job_get_source (self->job);
  GPtrArray *tiles = genga_job_get_tiles (self->job);
  const gboolean keeps = has_free_store (tiles);

  g_autofree char *now = genga_tile_key_dup_fingerprint (source, self->options);
  g_autofree char *key = genga_tile_key_new (fingerprint, &self->chain);
  for (guint i = 0; i < tiles->len && g_str_equal (now, fingerprint); i++)
    {
      if (!genga_tile_store_take_over (tiles->pdata[i], key))
        continue;
      genga_upscale_step_set_tiles (self->chain.upscale, tiles->pdata[i], keeps);
      /* The time that it takes says nothing of the network's speed. */
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
      self->facts.network_pixels = 0;
      return;
    }
}

static gboolean
may_restart (GengaWork *self)
{
  return ((self->has_stalled && !self->is_again) ||
          (self->has_lost_lane && self->n_lost + 1 < genga_work_count_lanes (self))) &&
         !g_cancellable_is_cancelled (genga_progress_get_cancellable (self->progress));
}

/* What is left alone because of a file of that name is no other job's to make up for. */
static void
leave_name (GengaWork *self, const GError *error)
{
  gboolean exists = g_error_matches (error, GENGA_ERROR, GENGA_ERROR_EXISTS);

  if (exists)
    self->written = g_strdup (genga_reservation_get_path (self->target));
  if (exists && genga_options_get_int (self->options, GENGA_OPTION_EXISTING) == GENGA_EXISTING_SKIP)
    genga_reservation_keep (self->target);
  else
    genga_reservation_give_back (self->target);
}

static GengaItem *
read_item (GengaWork *self, GError **error)
{
  GError *reason = NULL;
  GengaFrame *frame = genga_source_read (self->source, &reason);

  genga_breach_try ();
  if (frame != NULL)
    return genga_item_new (GENGA_ITEM_FRAME, NULL, frame);
  if (reason == NULL)
    genga_source_check_complete (self->source, TRUE, &reason);
  if (reason != NULL)
    g_propagate_error (error, reason);
  return NULL;
}

/* The ends have agreed on the form of the frames; it changes before the first one is read. */
static gboolean
take_planes (GengaWork *self, GError **error)
{
  const GengaPlan *plan = self->chain.plan;

  return !plan->is_in_planes ||
         (genga_source_give_planes (self->source, error) &&
          genga_chain_take_planes (&self->chain, &self->source->info, self->progress, error));
}

/* What the steps have to do for frames that come one after the other. */
static void
prepare_steps (GengaWork *self)
{
  const GengaPlan *plan = self->chain.plan;

  if (self->chain.upscale != NULL && plan->maps_frames)
    genga_upscale_step_keep_origins (self->chain.upscale);
  if (plan->reuse != GENGA_REUSE_OFF)
    self->repeats = genga_duplicates_new (&self->chain, get_kept_bytes (self));
  if (plan->counts_frames)
    genga_progress_set_frames (self->progress, MAX (0, self->source->info.n_frames));
}

/* Everything that can go wrong before the frames come, and the first one. */
static GengaItem *
read_first (GengaWork *self, GengaMemoryBudget *memory_budget, GError **error)
{
  guint64 limit = genga_options_get_uint64 (self->options, GENGA_OPTION_MAX_MEMORY);
  g_autofree char *fingerprint = dup_fingerprint (self);
  GengaItem *item;

  genga_priority_lower (genga_options_get_int (self->options, GENGA_OPTION_NICE),
                        genga_options_get_int (self->options, GENGA_OPTION_IONICE));
  self->budget = limit > 0 ? limit : genga_memory_budget_get_size (memory_budget);
  genga_chain_clear (&self->chain);
  if (!genga_options_validate (self->options, error) || !open_source (self, error) ||
      !open_chain (self, error) || !open_sink (self, error) || !take_planes (self, error))
    return NULL;
  keep_facts (self);
  prepare_steps (self);
  item = enter_budget (self, memory_budget, error) ? read_item (self, error) : NULL;
  if (item != NULL && fingerprint != NULL && self->chain.upscale != NULL &&
      self->chain.plan->takes_tiles)
    take_tiles (self, fingerprint);
  return item;
}

static void
add_seconds (GengaWork *self, double *seconds, gint64 start)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  *seconds += get_seconds_since (start);
}

/* What of reading and writing went into changing the form of frames. */
static void
keep_converting (GengaWork *self)
{
  GengaSourceCount count = { 0 };

  if (!self->chain.plan->counts_frames)
    return;
  genga_source_get_count (self->source, &count);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->facts.read_convert_seconds = count.convert_us / 1e6;
}

GengaItem *
genga_work_read (GengaWork *self, GengaMemoryBudget *memory_budget)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();
  GengaItem *item = genga_progress_check (self->progress, &error)
                        ? read_first (self, memory_budget, &error)
                        : NULL;

  if (error != NULL)
    {
      fail (self, g_error_copy (error));
      /* It is needed again where the encoder of one of several devices has stalled. */
      if (!may_restart (self))
        leave_name (self, error);
      g_error_free (error);
    }
  if (!self->has_lanes)
    add_seconds (self, &self->facts.read_seconds, start);
  return item;
}

GengaItem *
genga_work_read_next (GengaWork *self)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();
  GengaItem *item = NULL;

  if (genga_work_get_error (self) != NULL)
    return NULL;
  if (genga_progress_check (self->progress, &error))
    item = read_item (self, &error);
  if (error != NULL)
    fail (self, error);
  add_seconds (self, &self->facts.read_seconds, start);
  keep_converting (self);
  return item;
}

/*
 * Where a frame may be made of earlier ones that only look like it, it is never made of those of
 * another part of the result: that is the same wherever the work was interrupted.
 */
static void
begin_frame (GengaWork *self, const GengaFrame *frame)
{
  GengaReuse reuse = self->chain.plan->reuse;
  gint64 part;

  if (self->repeats == NULL || self->chain.upscale == NULL ||
      (reuse != GENGA_REUSE_TOLERANCE && reuse != GENGA_REUSE_PERCEPTUAL))
    return;
  part = genga_sink_get_segment (self->sink, frame->pts);
  if (part != self->part)
    {
      genga_upscale_step_forget (self->chain.upscale);
      genga_duplicates_forget (self->repeats);
    }
  self->part = part;
}

static GengaItem *
run_steps (GengaWork *self, GengaItem *take_item, GError **error)
{
  begin_frame (self, take_item->frame);
  return self->repeats != NULL ? genga_duplicates_run (self->repeats, take_item, error)
                               : genga_step_chain_run (self->chain.steps, take_item, error);
}

GengaItem *
genga_work_process (GengaWork *self, GengaItem *item)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (genga_work_get_error (self) != NULL)
    g_clear_pointer (&item, genga_item_free);
  else
    item = run_steps (self, item, &error);
  if (error != NULL)
    fail (self, error);

  add_seconds (self, &self->facts.work_seconds, start);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  /* Tiles may have become smaller on the way. */
  genga_chain_get_facts (&self->chain, &self->facts);
  if (self->chain.plan->counts_frames && item != NULL)
    {
      self->facts.frames++;
      self->facts.network_pixels += self->chain.plan->network_pixels;
    }
  if (self->repeats != NULL)
    self->facts.frames_repeated = genga_duplicates_get_n (self->repeats);
  genga_frame_stats_take (&self->facts, self->chain.upscale);
  return item;
}

static gboolean
write_item (GengaWork *self, const GengaItem *item, GError **error)
{
  const gint64 before = self->sink->convert_us;

  if (!genga_sink_write (self->sink, item->frame, error))
    return FALSE;
  if (!self->chain.plan->counts_frames)
    return TRUE;
  genga_progress_add_frame (self->progress);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  self->facts.write_convert_seconds += (self->sink->convert_us - before) / 1e6;
  return TRUE;
}

void
genga_work_write (GengaWork *self, GengaItem *take_item)
{
  g_autoptr (GengaItem) item = take_item;
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (genga_work_get_error (self) != NULL)
    return;
  if (!genga_progress_check (self->progress, &error) || !write_item (self, item, &error))
    fail (self, error);
  add_seconds (self, &self->facts.write_seconds, start);
}

void
genga_work_add_waiting (GengaWork *self, GengaStage stage, gint64 start_us)
{
  add_seconds (self, &self->facts.waiting_seconds[stage], start_us);
}

/* On request; the video is there without it. */
static void
write_mapping (GengaWork *self)
{
  const GArray *origins =
      self->chain.upscale != NULL ? genga_upscale_step_get_origins (self->chain.upscale) : NULL;
  g_autofree char *path =
      genga_frame_stats_dup_mapping_path (genga_reservation_get_path (self->target));
  g_autoptr (GError) error = NULL;
  GengaProgressState sample;

  if (!self->chain.plan->maps_frames)
    return;
  genga_progress_poll (self->progress, &sample);
  if (origins == NULL || origins->len != sample.frames_done)
    genga_progress_notice (self->progress,
                           _ ("No frame mapping was written: not all frames went through a network "
                              "in this run."));
  else if (g_file_test (path, G_FILE_TEST_EXISTS) &&
           !genga_options_get_boolean (self->options, GENGA_OPTION_OVERWRITE))
    genga_progress_notice (self->progress,
                           _ ("The frame mapping was not written: “%s” already exists."), path);
  else if (!genga_frame_stats_write_mapping (path, origins, &error))
    genga_progress_notice (self->progress, "%s", error->message);
}

/* The result is there, and made of a source with damaged frames. */
static void
check_damage (GengaWork *self, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->written);
  GengaSourceCount count;

  genga_source_get_count (self->source, &count);
  if (count.n_damaged > 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
                 _ ("%u of %u frames of the source are damaged; everything readable is in “%s”."),
                 (guint)count.n_damaged, (guint)count.n_frames, name);
}

gboolean
genga_work_has_lost_lane (GengaWork *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->has_lost_lane;
}

/* A result that has its name stays, even if the job is cancelled now. */
static void
finish (GengaWork *self)
{
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();

  if (genga_work_get_error (self) == NULL &&
      (self->sink->written != NULL || genga_progress_check (self->progress, &error)) &&
      genga_sink_finish (self->sink, &error))
    {
      self->written = g_strdup (self->sink->written);
      if (self->written != NULL)
        check_damage (self, &error);
      write_mapping (self);
    }
  if (error != NULL)
    fail (self, error);
  self->sink->is_made_again = may_restart (self);
  close_ends (self);
  add_seconds (self, &self->facts.write_seconds, start);
}

void
genga_work_end (GengaWork *self)
{
  if (self->sink != NULL)
    finish (self);
  if (self->memory_budget != NULL)
    genga_memory_budget_leave (self->memory_budget, self->held_bytes);
  self->memory_budget = NULL;
  if (genga_work_get_error (self) == NULL && !is_nameless (self))
    genga_reservation_keep (self->target);
  else if (!may_restart (self))
    genga_reservation_give_back (self->target);
}

/* With another device; the picture has nothing that is finished. */
static void
leave_lane (GengaWork *self)
{
  genga_progress_notice (self->progress,
                         _ ("The device “%s” was lost; another one makes it once more."),
                         genga_options_get_string (self->of_lane, GENGA_OPTION_DEVICE));
  genga_progress_restart_frames (self->progress);
  self->n_lost++;
  g_clear_object (&self->of_lane);
  close_ends (self);
  self->lane_is_missing = FALSE;
  g_mutex_lock (&self->mutex);
  self->has_lost_lane = FALSE;
  g_clear_error (&self->error);
  self->facts = (GengaJobFacts){ 0 };
  g_mutex_unlock (&self->mutex);
}

gboolean
genga_work_restart (GengaWork *self)
{
  g_autofree char *folder = NULL;
  g_autoptr (GMutexLocker) locker = NULL;

  if (!may_restart (self))
    return FALSE;
  if (self->has_lost_lane)
    {
      leave_lane (self);
      return TRUE;
    }
  folder = genga_journal_dup_folder (genga_reservation_get_path (self->target));
  self->avoids_card = !g_file_test (folder, G_FILE_TEST_IS_DIR);
  self->is_again = TRUE;
  self->has_stalled = FALSE;
  genga_progress_restart_frames (self->progress);
  genga_progress_notice (self->progress, _ ("The encoder did not answer. It is started once more, "
                                            "from the last finished segment."));
  locker = g_mutex_locker_new (&self->mutex);
  g_clear_error (&self->error);
  self->facts = (GengaJobFacts){ 0 };
  return TRUE;
}
