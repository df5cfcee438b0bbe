/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/video-work.h"
#include "core/error.h"
#include "job/export/export.h"
#include "job/export/journal.h"
#include "job/export/frame-dump.h"
#include "job/export/trim.h"
#include "job/export/picture-output.h"
#include "job/plan/plan-target.h"
#include "job/plan/planner.h"
#include "job/source-params.h"
#include "media/probe.h"
#include "media/rotated.h"
#include "job/export/duplicates.h"
#include "steps/step.h"
#include "steps/upscale.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GengaVideoWork
{
  const GengaVideo *video;
  GengaJob *job;
  GengaProgress *progress;
  GengaChain *chain;        /* borrowed */
  GengaReservation *target; /* borrowed */
  GengaSource *source;
  gboolean is_turned;           /* its frames */
  GengaPictureOutput *pictures; /* instead of a video */
  GError *refusal; /* why the target cannot be, unless it is what an earlier run has made */
  GengaExport *export;
  GengaFrameDump *keep;     /* NULL: no frame stays as a picture */
  gboolean has_begun;       /* to read */
  gint64 mark;              /* before the last frame that was begun */
  GengaDuplicates *repeats; /* NULL: each frame is made */
};

static const GengaSourceInfo *
get_info (GengaVideoWork *self)
{
  return &self->source->info;
}

static const GengaPlan *
get_plan (GengaVideoWork *self)
{
  return self->chain->plan;
}

/* ---- the target ---- */

static const char *
get_target (GengaVideoWork *self)
{
  return genga_reservation_get_path (self->target);
}

static gboolean
has_leftovers (GengaVideoWork *self)
{
  g_autofree char *folder = genga_journal_dup_folder (get_target (self));

  return g_file_test (folder, G_FILE_TEST_IS_DIR);
}

static gboolean
name_target (GengaVideoWork *self, GengaPlan *plan, GError **error)
{
  const char *source = genga_job_get_source (self->job);

  genga_plan_name_target (plan, self->target, source, genga_job_get_name (self->job),
                          genga_job_get_wished_target (self->job));
  g_clear_error (&self->refusal);
  if (genga_plan_check_target (plan, source, &self->refusal) ||
      (plan->sink == GENGA_PLAN_VIDEO && has_leftovers (self)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->refusal));
  return FALSE;
}

/* ---- the source and its plan ---- */

static GengaSource *
open_source (GengaVideoWork *self, GengaProgress *progress, GError **error)
{
  GengaOptions *options = genga_job_get_options (self->job);
  const char *path = genga_job_get_source (self->job);
  GengaSourceParams params = genga_source_params_from_options (options, progress);
  GengaSource *source = genga_source_open (path, &params, error);

  return source != NULL ? genga_trim_new (source, path, options, error) : NULL;
}

/* What there was to say of it was said. */
static GengaSource *
reopen_source (gpointer data, GError **error)
{
  GengaVideoWork *self = data;
  GengaSource *source = open_source (self, NULL, error);

  return source != NULL && self->is_turned ? genga_rotated_new (source) : source;
}

static GengaPlan *
make_plan (GengaVideoWork *self, const GengaPlanRequest *request, GError **error)
{
  g_autoptr (GengaPlan) plan = genga_plan_new (request, error);

  return plan != NULL && name_target (self, plan, error) ? g_steal_pointer (&plan) : NULL;
}

/* `container`: in the place of the one that would be chosen, or AUTO. */
static GengaPlanRequest
make_request (GengaVideoWork *self, GengaContainer container)
{
  return (GengaPlanRequest){
    .source = genga_job_get_source (self->job),
    .info = get_info (self),
    .is_trimmed = TRUE,
    .options = genga_job_get_options (self->job),
    .wished_target = genga_job_get_wished_target (self->job),
    .container = container,
  };
}

/* The chain's plan says whether frames are turned. */
static void
turn_frames (GengaVideoWork *self)
{
  if (get_plan (self)->rotation == 0)
    return;
  self->source = genga_rotated_new (self->source);
  self->is_turned = TRUE;
}

static gboolean
open_chain (GengaVideoWork *self, GError **error)
{
  GengaPlanRequest request = make_request (self, GENGA_CONTAINER_AUTO);
  GengaPlan *plan = make_plan (self, &request, error);

  if (plan == NULL || !genga_chain_open (self->chain, plan, &request, self->progress, error))
    return FALSE;
  turn_frames (self);
  return TRUE;
}

/* ---- the export ---- */

static gboolean
start_export (GengaVideoWork *self, GError **error)
{
  GengaExportSetup setup = {
    .video = self->video,
    .job = self->job,
    .chain = self->chain,
    .source = &self->source,
    .reopen = reopen_source,
    .reopen_data = self,
    .target = get_target (self),
    .refusal = self->refusal,
  };

  self->export = genga_export_new (&setup, error);
  return self->export != NULL;
}

/* Matroska holds what the usual container for the codec does not, but for the mark of turning. */
static gboolean
change_to_matroska (GengaVideoWork *self, GError **error)
{
  GengaPlanRequest request = make_request (self, GENGA_CONTAINER_MKV);
  GengaPlan *plan;

  request.device = &get_plan (self)->device;
  plan = make_plan (self, &request, error);
  if (plan == NULL || !genga_chain_replace_plan (self->chain, plan, self->progress, error))
    return FALSE;
  turn_frames (self);
  return TRUE;
}

static gboolean
open_export (GengaVideoWork *self, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (!start_export (self, &reason) && get_plan (self)->is_container_free &&
      get_plan (self)->write.container != GENGA_CONTAINER_MKV &&
      g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_OUTPUT))
    {
      g_clear_error (&reason);
      if (!change_to_matroska (self, error))
        return FALSE;
      start_export (self, &reason);
    }
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return self->export != NULL;
}

/* ---- pictures instead of a video ---- */

static gboolean
open_pictures (GengaVideoWork *self, GError **error)
{
  self->pictures = genga_picture_output_new (self->video, self->source, self->job, get_plan (self),
                                             get_target (self), error);
  for (guint64 i = 0;
       self->pictures != NULL && i < genga_picture_output_get_n_done (self->pictures); i++)
    genga_progress_add_frame (self->progress);
  return self->pictures != NULL;
}

/* ---- frames beside the video ---- */

static guint64
get_n_done (GengaVideoWork *self)
{
  return self->export != NULL ? genga_export_get_n_done (self->export) : 0;
}

static gboolean
open_keep (GengaVideoWork *self, GError **error)
{
  if (genga_frame_dump_get_wanted (get_plan (self)->options) == GENGA_KEEP_FRAMES_NONE)
    return TRUE;
  self->keep = genga_frame_dump_new (self->job, self->source, self->chain, get_target (self),
                                     get_n_done (self), error);
  return self->keep != NULL;
}

static gboolean
keep_source (GengaVideoWork *self, GengaFrame *frame, GError **error)
{
  if (self->keep == NULL)
    return TRUE;
  /* Nobody writes before the first frame. */
  if (!self->has_begun && !genga_frame_dump_begin (self->keep, get_n_done (self), error))
    return FALSE;
  self->has_begun = TRUE;
  return genga_frame_dump_source (self->keep, frame, error);
}

static gboolean
keep_result (GengaVideoWork *self, GengaFrame *frame, GError **error)
{
  return self->keep == NULL || genga_frame_dump_result (self->keep, frame, error);
}

/* ---- the border ---- */

GengaVideoWork *
genga_video_work_new (GengaJob *job, GengaChain *chain, GengaReservation *target, GError **error)
{
  g_autoptr (GengaVideoWork) self = g_new0 (GengaVideoWork, 1);

  self->job = g_object_ref (job);
  self->progress = genga_job_get_progress (job);
  self->chain = chain;
  self->target = target;
  self->video = genga_video_get (error);
  if (self->video == NULL)
    return NULL;
  self->source = open_source (self, self->progress, error);
  if (self->source == NULL || !open_chain (self, error) ||
      !(get_plan (self)->sink == GENGA_PLAN_VIDEO ? open_export (self, error)
                                                  : open_pictures (self, error)) ||
      !open_keep (self, error))
    return NULL;
  if (genga_options_get_int (get_plan (self)->options, GENGA_OPTION_REUSE) != GENGA_REUSE_OFF)
    self->repeats = genga_duplicates_new (self->chain);
  genga_progress_set_frames (self->progress, MAX (0, get_info (self)->n_frames));
  return g_steal_pointer (&self);
}

void
genga_video_work_free (GengaVideoWork *self)
{
  if (self == NULL)
    return;
  genga_picture_output_free (self->pictures);
  genga_duplicates_free (self->repeats);
  genga_frame_dump_free (self->keep);
  g_clear_pointer (&self->export, genga_export_free);
  if (self->source != NULL)
    genga_source_free (self->source);
  g_clear_error (&self->refusal);
  g_object_unref (self->job);
  g_free (self);
}

static GengaFrame *
read_for_pictures (GengaVideoWork *self, GError **error)
{
  GError *reason = NULL;
  GengaFrame *frame = genga_source_read (self->source, &reason);

  if (reason != NULL)
    g_propagate_error (error, reason);
  else if (frame == NULL)
    genga_source_check_complete (self->source, TRUE, error);
  return frame;
}

GengaItem *
genga_video_work_read (GengaVideoWork *self, GError **error)
{
  GengaFrame *frame = self->pictures != NULL ? read_for_pictures (self, error)
                                             : genga_export_read (self->export, error);

  if (frame != NULL && !keep_source (self, frame, error))
    g_clear_pointer (&frame, genga_frame_unref);
  return frame != NULL ? genga_item_new (GENGA_ITEM_FRAME, NULL, frame) : NULL;
}

static void
begin_frame (GengaVideoWork *self, const GengaFrame *frame)
{
  GengaReuse reuse = genga_options_get_int (get_plan (self)->options, GENGA_OPTION_REUSE);
  gint64 mark;

  if (self->export == NULL || self->chain->upscale == NULL ||
      (reuse != GENGA_REUSE_TOLERANCE && reuse != GENGA_REUSE_PERCEPTUAL))
    return;
  mark = genga_export_get_mark (self->export, frame->pts);
  if (mark != self->mark)
    {
      genga_upscale_step_forget (self->chain->upscale);
      genga_duplicates_forget (self->repeats);
    }
  self->mark = mark;
}

GengaItem *
genga_video_work_process (GengaVideoWork *self, GengaItem *take_item, GError **error)
{
  begin_frame (self, take_item->frame);
  return self->repeats != NULL ? genga_duplicates_run (self->repeats, take_item, error)
                               : genga_step_chain_run (self->chain->steps, take_item, error);
}

guint64
genga_video_work_get_n_repeated (GengaVideoWork *self)
{
  return self->repeats != NULL ? genga_duplicates_get_n (self->repeats) : 0;
}

gboolean
genga_video_work_write (GengaVideoWork *self, GengaFrame *frame, GError **error)
{
  if (!keep_result (self, frame, error) ||
      !(self->pictures != NULL ? genga_picture_output_write (self->pictures, frame, error)
                               : genga_export_write (self->export, frame, error)))
    return FALSE;
  genga_progress_add_frame (self->progress);
  return TRUE;
}

guint64
genga_video_work_get_n_frames (GengaVideoWork *self)
{
  GengaProgressSample sample;

  genga_progress_sample (self->progress, &sample);
  return sample.frames_done;
}

gboolean
genga_video_work_finish (GengaVideoWork *self, GError **error)
{
  GengaSourceCount count;

  if ((self->keep != NULL && !genga_frame_dump_finish (self->keep, error)) ||
      !(self->pictures != NULL ? genga_picture_output_finish (self->pictures, error)
                               : genga_export_finish (self->export, error)))
    return FALSE;
  if (self->keep != NULL)
    genga_frame_dump_tidy (self->keep);
  if (self->pictures != NULL)
    genga_source_get_count (self->source, &count);
  else
    genga_export_get_count (self->export, &count);
  if (count.n_damaged > 0)
    {
      g_autofree char *name = g_filename_display_name (get_target (self));
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
                   _ ("%u of %u frames of the source are damaged; all there was is in “%s”."),
                   (guint)count.n_damaged, (guint)count.n_frames, name);
    }
  return TRUE;
}
