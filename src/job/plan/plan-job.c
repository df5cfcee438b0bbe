/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-job.h"
#include "core/error.h"
#include "core/options-text.h"
#include "job/export/options-print.h"
#include "job/export/frames-setup.h"
#include "job/memory-budget.h"
#include "job/plan/plan-cost.h"
#include "job/plan/plan-output.h"
#include "job/plan/plan-target.h"
#include "job/plan/planner.h"
#include "job/source-params.h"
#include "media/rotated.h"

/* A job on its way to its plan. */
typedef struct
{
  GengaJob *job;
  const char *path;
  GengaOptions *options;
  const GengaPlanSetup *setup;
  GengaReservation *target; /* NULL: none is wanted */
  GengaProgress *progress;  /* gets what there is to say */
  GengaSource *source;
} Look;

static gboolean
open_source (Look *self, GError **error)
{
  GengaSourceParams params = genga_source_params_from_options (self->options, self->progress);

  self->source = genga_source_params_open (&params, self->path, self->options, error);
  return self->source != NULL;
}

static GengaPlan *
make_plan (Look *self, GengaContainer container, GError **error)
{
  GengaPlanRequest request = genga_plan_request_new (self->path, &self->source->info, self->options,
                                                     genga_job_get_requested_target (self->job));

  request.container = container;
  request.models = self->setup->models;
  request.available_bytes = self->setup->available_bytes;
  request.speed = self->setup->speed;
  request.video_speed = self->setup->video_speed;
  return self->target != NULL
             ? genga_plan_new_with_target (&request, genga_job_get_hints (self->job), self->target,
                                           NULL, error)
             : genga_plan_new (&request, error);
}

/* The encoder and the muxer say what they cannot do, and which streams they keep. */
static gboolean
ask_coder (Look *self, GengaPlan *plan, GError **error)
{
  const GengaVideo *video = genga_video_get (error);
  GengaVideoWrite write = plan->write;
  GengaSegmentCoder *coder;
  const GengaTrack *tracks;
  guint n;

  if (video == NULL)
    return FALSE;
  if (plan->rotation != 0 || plan->is_mirrored)
    self->source = genga_rotated_new (self->source);
  write.progress = self->progress;
  write.opens_no_card = TRUE;
  coder = video->coder_new (&self->source->info, &self->source->origin,
                            plan->target != NULL ? plan->target : self->path, &write, error);
  if (coder == NULL)
    return FALSE;
  plan->kept = *video->coder_get_kept (coder);
  tracks = video->coder_get_tracks (coder, &n);
  plan->tracks = g_array_new (FALSE, FALSE, sizeof *tracks);
  if (n > 0)
    g_array_append_vals (plan->tracks, tracks, n);
  video->coder_free (coder);
  return TRUE;
}

/*
 * As a run changes to Matroska where the usual container does not hold what there is. Without a
 * target only that is of interest, and no encoder is opened where it cannot be.
 */
static GengaPlan *
check_video (Look *self, GengaPlan *take_plan, GError **error)
{
  const gboolean asks = self->target != NULL || self->setup->asks_coder;
  g_autoptr (GengaPlan) plan = take_plan;
  g_autoptr (GError) reason = NULL;

  if (!asks && !genga_plan_may_change_container (plan))
    return g_steal_pointer (&plan);
  if (ask_coder (self, plan, &reason))
    return g_steal_pointer (&plan);
  if (genga_plan_may_be_matroska (plan, reason))
    {
      g_clear_pointer (&plan, genga_plan_free);
      plan = make_plan (self, GENGA_CONTAINER_MKV, error);
      if (plan == NULL || !asks)
        return g_steal_pointer (&plan);
      return ask_coder (self, plan, error) ? g_steal_pointer (&plan) : NULL;
    }
  if (!asks)
    return g_steal_pointer (&plan);
  g_propagate_error (error, g_steal_pointer (&reason));
  return NULL;
}

/* A folder that is there may hold something else. */
static gboolean
check_folder (Look *self, const GengaPlan *plan, GError **error)
{
  g_autofree char *settings = genga_options_print_dup_frames (self->path, self->options);
  GengaFrameFolderSetup folder = genga_frames_setup_new (self->job, self->source, TRUE);

  folder.path = plan->target;
  folder.settings = settings;
  folder.width = plan->result.width;
  folder.height = plan->result.height;
  return genga_frame_folder_check (&folder, error);
}

static gboolean
check_memory (Look *self, const GengaPlan *plan, GError **error)
{
  guint64 limit = genga_options_get_uint64 (self->options, GENGA_OPTION_MAX_MEMORY);

  return genga_plan_check_memory (plan, self->path,
                                  limit > 0 ? limit : genga_memory_budget_measure (), error);
}

/* What was said on the way comes with what the plan says. */
static void
add_notices (Look *self, GengaPlan *plan)
{
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (self->progress);

  for (guint i = 0; i < notices->len; i++)
    genga_plan_notice (plan, "%s", (const char *)notices->pdata[i]);
}

/* What a start would refuse once it knows the target. */
static gboolean
check_plan (Look *self, const GengaPlan *plan, GError **error)
{
  return self->target == NULL ||
         ((plan->sink != GENGA_PLAN_FRAMES || check_folder (self, plan, error)) &&
          check_memory (self, plan, error));
}

static GengaPlan *
look (Look *self, GError **error)
{
  g_autoptr (GengaPlan) plan = NULL;

  if (!genga_options_validate (self->options, error) || !open_source (self, error))
    return NULL;
  plan = make_plan (self, GENGA_CONTAINER_AUTO, error);
  if (plan != NULL && plan->sink == GENGA_PLAN_VIDEO)
    plan = check_video (self, g_steal_pointer (&plan), error);
  if (plan == NULL || !check_plan (self, plan, error))
    return NULL;
  add_notices (self, plan);
  return g_steal_pointer (&plan);
}

GengaPlan *
genga_plan_new_for_job (GengaJob *job, const GengaPlanSetup *setup, GError **error)
{
  Look self = {
    .job = job,
    .path = genga_job_get_source (job),
    .options = genga_job_get_options (job),
    .setup = setup,
    .target = setup->names != NULL ? genga_reservation_new (setup->names) : NULL,
    .progress = genga_progress_new (NULL),
  };
  GengaPlan *plan = look (&self, error);

  if (plan != NULL && self.target != NULL)
    genga_reservation_keep (self.target);
  g_clear_pointer (&self.target, genga_reservation_free);
  genga_progress_unref (self.progress);
  genga_source_free (self.source);
  return plan;
}
