/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/video-work.h"
#include "core/error.h"
#include "media/sequence/sequence.h"
#include "job/export/export.h"
#include "job/export/journal.h"
#include "job/export/frame-dump.h"
#include "job/export/trim.h"
#include "job/target.h"
#include "job/export/picture-output.h"
#include "job/source-params.h"
#include "job/video-plan.h"
#include "media/probe.h"
#include "media/rotated.h"
#include "job/export/duplicates.h"
#include "steps/step.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Frames that wait between stages, are in one, or may come again. */
#define FRAMES_UNDER_WAY 4

struct _GengaVideoWork
{
  const GengaVideo *video;
  GengaJob *job;
  GengaOptions *wishes;  /* the job's, with the kind of the result */
  GengaOptions *options; /* these, with what a video's plan needs */
  GengaProgress *progress;
  GengaPlan *plan;          /* borrowed */
  GengaReservation *target; /* borrowed */
  GengaVideoWrite write;
  gboolean is_container_free; /* nobody chose it */
  GengaSource *source;
  gboolean is_turned;    /* its frames */
  gboolean has_pictures; /* instead of a video */
  GengaContainer animation;
  GengaPictureOutput *pictures;
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

static gboolean
make_plan (GengaVideoWork *self, GError **error)
{
  int width, height;

  if (!genga_video_plan_init (self->plan, self->options, get_info (self), self->progress, error))
    return FALSE;
  genga_video_plan_get_input_size (self->options, get_info (self), &width, &height);
  if (!self->has_pictures && self->plan->result.width != width * self->plan->target_scale &&
      self->plan->target_height == 0)
    genga_progress_notice (self->progress,
                           _ ("Videos have even sides: the result has %d × %d pixels."),
                           self->plan->result.width, self->plan->result.height);
  return TRUE;
}

/* ---- the target ---- */

static const char *
get_target (GengaVideoWork *self)
{
  return genga_reservation_get_path (self->target);
}

/* A folder of frames is looked at when it is opened. */
static gboolean
is_folder (GengaVideoWork *self)
{
  return self->has_pictures && self->animation == GENGA_CONTAINER_AUTO;
}

static gboolean
has_leftovers (GengaVideoWork *self)
{
  g_autofree char *folder = genga_journal_dup_folder (get_target (self));

  return g_file_test (folder, G_FILE_TEST_IS_DIR);
}

static gboolean
name_target (GengaVideoWork *self, GError **error)
{
  const char *wished = genga_job_get_wished_target (self->job);
  const char *source = genga_job_get_source (self->job);
  const char *suffix = self->has_pictures
                           ? genga_animation_get_ending (self->animation, get_info (self))
                           : genga_container_get_suffix (self->write.container);
  g_autofree char *ending =
      g_strconcat (genga_trim_is_clip (self->options) ? GENGA_CLIP_SUFFIX : "", suffix, NULL);
  g_autofree char *named = NULL;

  if (genga_sequence_is_pattern (source))
    source = named = genga_sequence_dup_name (source);
  if (wished != NULL)
    {
      g_autofree char *path = genga_frames_dup_target (wished);
      genga_reservation_take (self->target, path);
    }
  else
    genga_target_reserve (self->target, source, genga_job_get_name (self->job), self->options,
                          ending);
  g_clear_error (&self->refusal);
  if (is_folder (self) ||
      genga_target_check (get_target (self), source, self->options, &self->refusal) ||
      (!self->has_pictures && has_leftovers (self)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->refusal));
  return FALSE;
}

static gboolean
choose_container (GengaVideoWork *self, GError **error)
{
  const char *wished = genga_job_get_wished_target (self->job);
  GengaOptions *options = genga_job_get_options (self->job);
  GengaContainer container = genga_options_get_int (options, GENGA_OPTION_CONTAINER);
  GengaCodec codec = genga_options_get_int (options, GENGA_OPTION_CODEC);

  if (self->has_pictures)
    return TRUE;
  if (container == GENGA_CONTAINER_AUTO && wished != NULL)
    {
      container = genga_container_from_path (wished);
      if (container == GENGA_CONTAINER_AUTO)
        {
          g_autofree char *name = g_filename_display_basename (wished);
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       _ ("“%s” does not say what kind of video it is to be; let it end in .mp4, "
                          ".mov, .mkv or .webm, or use --container."),
                       name);
          return FALSE;
        }
    }
  self->is_container_free = container == GENGA_CONTAINER_AUTO;
  if (self->is_container_free)
    container = genga_container_choose (codec, get_info (self)->container);
  if (codec == GENGA_CODEC_AUTO)
    codec = genga_codec_choose (container);
  self->write.container = container;
  self->write.codec = codec;
  return TRUE;
}

static gboolean
keeps_frames (GengaVideoWork *self)
{
  return genga_frame_dump_get_wanted (genga_job_get_options (self->job)) != GENGA_KEEP_FRAMES_NONE;
}

/* Frames are turned for good where the file cannot ask players to do it, as pictures cannot. */
static void
turn_frames (GengaVideoWork *self)
{
  int rotation = get_info (self)->rotation;
  gboolean is_told = !self->has_pictures && !keeps_frames (self) &&
                     (self->write.container == GENGA_CONTAINER_MP4 ||
                      self->write.container == GENGA_CONTAINER_MOV);

  self->is_turned = rotation != 0 && !is_told && genga_rotated_is_possible (get_info (self));
  if (self->is_turned)
    self->source = genga_rotated_new (self->source);
  if (self->is_turned)
    genga_progress_notice (self->progress,
                           _ ("The video is marked to be turned by %d degrees, which the result "
                              "cannot be; its frames are turned instead."),
                           rotation);
}

static void
notice_rate (GengaVideoWork *self)
{
  const GengaSourceInfo *info = get_info (self);

  if (self->write.rate_num > 0 && info->n_audio > 0 && self->write.keep_audio)
    genga_progress_notice (self->progress,
                           _ ("All frames are shown at a new rate; the sound keeps its own time "
                              "and may not fit any more."));
}

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

static gboolean
start_export (GengaVideoWork *self, GError **error)
{
  GengaExportSetup setup = {
    .video = self->video,
    .job = self->job,
    .plan = self->plan,
    .options = self->options,
    .source = &self->source,
    .reopen = reopen_source,
    .reopen_data = self,
    .target = get_target (self),
    .write = &self->write,
    .refusal = self->refusal,
  };

  self->export = genga_export_new (&setup, error);
  return self->export != NULL;
}

static void
describe_result (GengaVideoWork *self)
{
  GengaOptions *options = genga_job_get_options (self->job);
  gboolean keeps_alpha = genga_layout_has_alpha (self->plan->result.layout);

  self->write = (GengaVideoWrite){
    .container = self->write.container,
    .codec = self->write.codec,
    .profile = genga_options_get_string (options, GENGA_OPTION_PROFILE),
    .encoder = genga_options_get_int (options, GENGA_OPTION_ENCODER),
    .preset = genga_options_get_string (options, GENGA_OPTION_PRESET),
    .pixel_format = genga_options_get_string (options, GENGA_OPTION_PIXEL_FORMAT),
    .crf = genga_options_get_int (options, GENGA_OPTION_CRF),
    .bit_depth = genga_options_get_int (options, GENGA_OPTION_BIT_DEPTH),
    .keep_audio = genga_options_get_boolean (options, GENGA_OPTION_AUDIO),
    .width = self->plan->result.width,
    .height = self->plan->result.height,
    .has_alpha = keeps_alpha,
    .n_threads = genga_options_get_int (options, GENGA_OPTION_THREADS),
    .progress = self->progress,
  };
  genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS),
                            &self->write.rate_num, &self->write.rate_den);
}

/* Matroska holds what the usual container for the codec does not, but for the mark of turning. */
static gboolean
change_to_matroska (GengaVideoWork *self, GError **error)
{
  gboolean was_turned = self->is_turned;

  self->write.container = GENGA_CONTAINER_MKV;
  if (!was_turned)
    turn_frames (self);
  if (self->is_turned != was_turned)
    {
      genga_plan_clear (self->plan);
      *self->plan = (GengaPlan){ 0 };
      g_clear_object (&self->options);
      self->options = genga_video_plan_new_options (self->wishes, get_info (self), NULL);
      if (!make_plan (self, error))
        return FALSE;
    }
  describe_result (self);
  return name_target (self, error);
}

static gboolean
open_export (GengaVideoWork *self, GError **error)
{
  g_autoptr (GError) reason = NULL;

  describe_result (self);
  notice_rate (self);
  if (!start_export (self, &reason) && self->is_container_free &&
      self->write.container != GENGA_CONTAINER_MKV &&
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

/* The plan's options say what the result is, wherever that comes from. */
static GengaOptions *
choose_kind (GengaVideoWork *self)
{
  GengaOptions *options = genga_options_copy (genga_job_get_options (self->job));
  const char *wished = genga_job_get_wished_target (self->job);
  gboolean is_frames = genga_frames_are_wanted (options, wished);

  if (!is_frames)
    self->animation = genga_animation_choose (options, wished, get_info (self));
  self->has_pictures = is_frames || self->animation != GENGA_CONTAINER_AUTO;
  if (self->has_pictures)
    genga_options_set_int (options, GENGA_OPTION_CONTAINER, self->animation);
  else if (get_info (self)->kind == GENGA_SOURCE_ANIMATION && wished != NULL)
    genga_options_set_int (options, GENGA_OPTION_CONTAINER, genga_container_from_path (wished));
  if (is_frames && genga_options_get_int (options, GENGA_OPTION_FRAMES) == GENGA_FRAMES_OFF)
    genga_options_set_int (options, GENGA_OPTION_FRAMES, GENGA_FRAMES_PNG);
  genga_options_freeze (options);
  return options;
}

static gboolean
open_pictures (GengaVideoWork *self, GError **error)
{
  self->pictures = genga_picture_output_new (self->video, self->source, self->job, self->plan,
                                             get_target (self), self->animation, error);
  for (guint64 i = 0;
       self->pictures != NULL && i < genga_picture_output_get_n_done (self->pictures); i++)
    genga_progress_add_frame (self->progress);
  return self->pictures != NULL;
}

/* ---- frames beside the video ---- */

static gboolean
check_keep (GengaVideoWork *self, GError **error)
{
  if (!keeps_frames (self) || !is_folder (self))
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       _ ("The result is a folder of frames already; leave --keep-frames out, or "
                          "name a video."));
  return FALSE;
}

static guint64
get_n_done (GengaVideoWork *self)
{
  return self->export != NULL ? genga_export_get_n_done (self->export) : 0;
}

static gboolean
open_keep (GengaVideoWork *self, GError **error)
{
  if (!keeps_frames (self))
    return TRUE;
  self->keep = genga_frame_dump_new (self->job, self->source, self->plan, self->options,
                                     get_target (self), get_n_done (self), error);
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
genga_video_work_new (GengaJob *job, GengaPlan *plan, GengaReservation *target, GError **error)
{
  g_autoptr (GengaVideoWork) self = g_new0 (GengaVideoWork, 1);

  self->job = g_object_ref (job);
  self->progress = genga_job_get_progress (job);
  self->plan = plan;
  self->target = target;
  self->video = genga_video_get (error);
  if (self->video == NULL)
    return NULL;
  self->source = open_source (self, self->progress, error);
  if (self->source == NULL)
    return NULL;
  self->wishes = choose_kind (self);
  if (!check_keep (self, error) || !choose_container (self, error))
    return NULL;
  turn_frames (self);
  self->options = genga_video_plan_new_options (self->wishes, get_info (self), self->progress);
  if (!name_target (self, error) || !make_plan (self, error) ||
      !(self->has_pictures ? open_pictures (self, error) : open_export (self, error)) ||
      !open_keep (self, error))
    return NULL;
  if (genga_options_get_int (self->options, GENGA_OPTION_REUSE) != GENGA_REUSE_OFF)
    self->repeats = genga_duplicates_new (self->plan);
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
  g_clear_object (&self->options);
  g_clear_object (&self->wishes);
  g_object_unref (self->job);
  g_free (self);
}

const GengaSourceInfo *
genga_video_work_get_info (GengaVideoWork *self)
{
  return get_info (self);
}

guint64
genga_video_work_estimate_bytes (GengaVideoWork *self)
{
  double source = 16. * get_info (self)->width * get_info (self)->height;
  double result = 16. * self->plan->result.width * self->plan->result.height;
  double network = source * self->plan->factor * self->plan->factor;

  return FRAMES_UNDER_WAY * (source + result) + 2 * network;
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
  GengaReuse reuse = genga_options_get_int (self->options, GENGA_OPTION_REUSE);
  gint64 mark;

  if (self->export == NULL || self->plan->upscale == NULL ||
      (reuse != GENGA_REUSE_TOLERANCE && reuse != GENGA_REUSE_PERCEPTUAL))
    return;
  mark = genga_export_get_mark (self->export, frame->pts);
  if (mark != self->mark)
    {
      genga_upscale_step_forget (self->plan->upscale);
      genga_duplicates_forget (self->repeats);
    }
  self->mark = mark;
}

GengaItem *
genga_video_work_process (GengaVideoWork *self, GengaItem *take_item, GError **error)
{
  begin_frame (self, take_item->frame);
  return self->repeats != NULL ? genga_duplicates_run (self->repeats, take_item, error)
                               : genga_step_chain_run (self->plan->steps, take_item, error);
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
