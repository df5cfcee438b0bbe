/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/reader-perform.h"
#include "core/confine/breach.h"
#include "core/error.h"
#include "core/fault.h"
#include "core/options-save.h"
#include "job/apart/frame-parcel.h"
#include "job/apart/memory-file.h"
#include "job/apart/job-message.h"
#include "job/estimate/estimate-part.h"
#include "job/estimate/measure.h"
#include "job/estimate/outlook.h"
#include "job/plan/plan-match.h"
#include "job/preview/grabbed-frame.h"
#include "job/preview/picture-file.h"
#include "job/preview/preview-source.h"
#include "job/preview/screen-frame.h"
#include "job/preview/thumbnail.h"
#include "job/preview/trial-reader.h"
#include "job/queue/inputs.h"
#include "weights/load.h"
#include "weights/parcel/dict-parcel.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

struct _GengaReaderWork
{
  GengaFrameReader *frames; /* of a video */
  GengaTrialReader *trial;  /* NULL: none is open */
  GengaFactsCache *models;  /* of an estimate; NULL: none has begun */
  GengaJob *measured;       /* NULL, as the next two: none is */
  GengaPlan *plan;
  GengaMeasuring *measuring;
};

/* One call. */
typedef struct
{
  GengaReaderWork *work;
  GVariant *arguments;
  GengaReaderFds *fds;
  GCancellable *cancellable;
} Call;

GengaReaderWork *
genga_reader_work_new (void)
{
  GengaReaderWork *self = g_new0 (GengaReaderWork, 1);

  self->frames = genga_frame_reader_new ();
  return self;
}

static void
end_measuring (GengaReaderWork *self)
{
  g_clear_pointer (&self->measuring, genga_measuring_free);
  g_clear_pointer (&self->plan, genga_plan_free);
  g_clear_object (&self->measured);
}

void
genga_reader_work_free (GengaReaderWork *self)
{
  end_measuring (self);
  genga_frame_reader_free (self->frames);
  g_clear_pointer (&self->trial, genga_trial_reader_free);
  g_clear_pointer (&self->models, genga_facts_cache_free);
  g_free (self);
}

void
genga_reader_fds_close (GengaReaderFds *self)
{
  while (self->n > 0)
    close (self->fds[--self->n]);
}

/* Where a test has a file end the process that reads it, or keep it for ever. */
static void
pass_faults (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *place = g_strdup_printf ("kill-reader-%s", name);
  g_autofree char *stall = g_strdup_printf ("stall-reader-%s", name);

  genga_fault (place);
  genga_fault (stall);
  genga_breach_try ();
}

/* Floating; NULL with an error. */
static GVariant *
pack (Call *call, const GengaFrame *frame, GError **error)
{
  int fd;
  GVariant *parcel = genga_frame_parcel_new (frame, &fd, error);

  if (parcel != NULL)
    call->fds->fds[call->fds->n++] = fd;
  return parcel;
}

/* Of a frame that may be missing, which is no error; FALSE with one. */
static gboolean
pack_maybe (Call *call, const GengaFrame *frame, GVariant **maybe, GError **error)
{
  GVariant *parcel = frame != NULL ? pack (call, frame, error) : NULL;

  if (frame != NULL && parcel == NULL)
    return FALSE;
  *maybe = g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, parcel);
  return TRUE;
}

static GengaOptions *
read_options (const char *text, GError **error)
{
  g_autoptr (GengaOptions) options = genga_options_new ();

  if (genga_options_restore (options, text))
    return g_steal_pointer (&options);
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, "no options");
  return NULL;
}

static GVariant *
read_picture (Call *call, GError **error)
{
  g_autoptr (GengaFrame) frame = NULL;
  const char *path;
  guint64 max_bytes;
  double factor;

  g_variant_get (call->arguments, "(^&aytd)", &path, &max_bytes, &factor);
  pass_faults (path);
  frame = genga_picture_file_read (path, max_bytes, factor, call->cancellable, error);
  return frame != NULL ? pack (call, frame, error) : NULL;
}

static GVariant *
read_preview (Call *call, GError **error)
{
  g_autoptr (GengaProgress) progress = genga_progress_new (call->cancellable);
  g_auto (GengaPreviewSource) source = { 0 };
  g_autoptr (GengaOptions) options = NULL;
  const char *path, *text;
  GVariant *colour, *alpha, *ground;

  g_variant_get (call->arguments, "(^&ay&s)", &path, &text);
  pass_faults (path);
  options = read_options (text, error);
  if (options == NULL || !genga_preview_source_read (&source, path, options, progress, error))
    return NULL;
  colour = pack (call, source.colour, error);
  if (colour == NULL || !pack_maybe (call, source.alpha, &alpha, error) ||
      !pack_maybe (call, source.ground, &ground, error))
    return NULL;
  return g_variant_new ("(@ay@a{sv}@ma{sv}@ma{sv})", genga_source_info_to_message (&source.info),
                        colour, alpha, ground);
}

static GVariant *
read_frame (Call *call, GError **error)
{
  g_autoptr (GengaGrabbedFrame) grabbed = NULL;
  const char *path;
  double seconds;
  int deinterlace;
  GVariant *frame;

  g_variant_get (call->arguments, "(^&aydi)", &path, &seconds, &deinterlace);
  pass_faults (path);
  grabbed = genga_frame_reader_read (call->work->frames, path, seconds, deinterlace,
                                     call->cancellable, error);
  frame = grabbed != NULL ? pack (call, grabbed->frame, error) : NULL;
  return frame != NULL
             ? g_variant_new ("(@ayd@a{sv})", genga_source_info_to_message (&grabbed->info),
                              grabbed->seconds, frame)
             : NULL;
}

static GVariant *
read_small_frame (Call *call, GError **error)
{
  g_autoptr (GengaGrabbedFrame) grabbed = NULL;
  g_autoptr (GengaFrame) small = NULL;
  const char *path;
  double seconds;
  int size;

  g_variant_get (call->arguments, "(^&aydi)", &path, &seconds, &size);
  pass_faults (path);
  grabbed = genga_frame_reader_read (call->work->frames, path, seconds, GENGA_DEINTERLACE_NO,
                                     call->cancellable, error);
  if (grabbed != NULL)
    small = genga_thumbnail_shrink (grabbed->frame, size, &grabbed->info, call->cancellable, error);
  return small != NULL ? pack (call, small, error) : NULL;
}

static GVariant *
open_trial (Call *call, GError **error)
{
  g_autoptr (GengaOptions) options = NULL;
  const char *source, *result, *text;

  g_variant_get (call->arguments, "(^&ay^&ay&s)", &source, &result, &text);
  pass_faults (source);
  g_clear_pointer (&call->work->trial, genga_trial_reader_free);
  options = read_options (text, error);
  if (options != NULL)
    call->work->trial = genga_trial_reader_new (source, result, options, error);
  return call->work->trial != NULL ? g_variant_new ("()") : NULL;
}

/* As the screen shows it, which is less to hand over. */
static GVariant *
pack_shown (Call *call, const GengaFrame *frame, GError **error)
{
  g_autoptr (GengaFrame) shown = genga_screen_frame_new (frame, NULL, error);

  return shown != NULL ? pack (call, shown, error) : NULL;
}

static GVariant *
next_trial (Call *call, GError **error)
{
  g_autoptr (GengaFrame) before = NULL;
  g_autoptr (GengaFrame) after = NULL;
  g_autoptr (GError) reason = NULL;
  GVariant *left, *right, *pair = NULL;
  double seconds;

  g_return_val_if_fail (call->work->trial != NULL, NULL);

  if (genga_trial_reader_read (call->work->trial, &before, &after, &seconds, &reason))
    {
      left = pack_shown (call, before, error);
      right = left != NULL ? pack_shown (call, after, error) : NULL;
      if (right == NULL)
        return NULL;
      pair = g_variant_new ("(d@a{sv}@a{sv})", seconds, left, right);
    }
  else if (reason != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  return g_variant_new_maybe (G_VARIANT_TYPE ("(da{sv}a{sv})"), pair);
}

static GVariant *
read_thumbnail (Call *call, GError **error)
{
  g_autoptr (GengaFrame) frame = NULL;
  GengaThumbnailFacts facts;
  const char *path;
  GVariant *maybe;
  int size;

  g_variant_get (call->arguments, "(^&ayi)", &path, &size);
  pass_faults (path);
  frame = genga_thumbnail_read (path, size, &facts, call->cancellable, error);
  if (!pack_maybe (call, frame, &maybe, error))
    return NULL;
  return g_variant_new ("(iib@ay@ma{sv})", facts.width, facts.height, facts.is_video,
                        genga_source_info_to_message (&facts.video), maybe);
}

/* `*options`: NULL where there is no text. */
static gboolean
read_maybe_options (const char *text, GengaOptions **options, GError **error)
{
  *options = text != NULL ? read_options (text, error) : NULL;
  return text == NULL || *options != NULL;
}

static GVariant *
tell_is_video (Call *call, GError **error)
{
  g_autoptr (GengaOptions) options = NULL;
  const char *path, *text;

  g_variant_get (call->arguments, "(^&aym&s)", &path, &text);
  pass_faults (path);
  return read_maybe_options (text, &options, error)
             ? g_variant_new_boolean (genga_input_is_video (path, options))
             : NULL;
}

static GVariant *
tell_is_source (Call *call, GError **error)
{
  g_autoptr (GengaOptions) options = NULL;
  const char *path, *text;
  gboolean allows_truncated;

  g_variant_get (call->arguments, "(^&aym&sb)", &path, &text, &allows_truncated);
  pass_faults (path);
  return read_maybe_options (text, &options, error) &&
                 genga_input_is_source (path, options, allows_truncated, error)
             ? g_variant_new ("()")
             : NULL;
}

static GVariant *
look (Call *call, GError **error)
{
  g_autoptr (GengaOptions) options = NULL;
  GengaSourceLook found;
  const char *path, *text;

  g_variant_get (call->arguments, "(^&ay&s)", &path, &text);
  pass_faults (path);
  options = read_options (text, error);
  if (options == NULL || !genga_plan_match_look (path, options, &found, error))
    return NULL;
  return g_variant_new ("(ddddddd)", found.width, found.height, found.grey, found.flat, found.edges,
                        found.blockiness, found.noise);
}

static GVariant *
read_model (Call *call, GError **error)
{
  g_autoptr (GengaStateDict) dict = NULL;
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GVariant) parcel = NULL;
  GVariantBuilder sizes;
  const char *path;
  int fd;

  g_variant_get (call->arguments, "(^&ay)", &path);
  pass_faults (path);
  dict = genga_state_dict_load (path, error);
  if (dict == NULL)
    return NULL;
  parcel = g_variant_ref_sink (genga_dict_parcel_new (dict, &blocks));
  fd = genga_memory_file_new (blocks, error);
  if (fd < 0)
    return NULL;
  call->fds->fds[call->fds->n++] = fd;
  g_variant_builder_init (&sizes, G_VARIANT_TYPE ("at"));
  for (guint i = 0; i < blocks->len; i++)
    g_variant_builder_add (&sizes, "t", (guint64)g_bytes_get_size (blocks->pdata[i]));
  return g_variant_new ("(@at@" GENGA_DICT_PARCEL_TYPE ")", g_variant_builder_end (&sizes), parcel);
}

static void
begin_estimate (GengaReaderWork *self)
{
  g_clear_pointer (&self->models, genga_facts_cache_free);
  self->models = genga_facts_cache_new ();
}

/* What a plan is made with; speeds lie beside it. */
typedef struct
{
  GengaPlanSetup setup;
  GengaSpeed speed;
  GengaSpeed video_speed;
} Setup;

/* The job that is to be planned. */
static GengaJob *
set_up_plan (Call *call, Setup *self)
{
  g_autoptr (GVariant) message = NULL;
  g_autoptr (GVariant) speed = NULL;
  g_autoptr (GVariant) video_speed = NULL;
  g_autoptr (GVariant) tiles = NULL;
  GengaPlanSetup *setup = &self->setup;
  GengaJob *job;
  gboolean is_first;
  guint32 number;

  *setup = (GengaPlanSetup){ 0 };
  g_variant_get (call->arguments, "(bv@ay@ayt)", &is_first, &message, &speed, &video_speed,
                 &setup->available_bytes);
  if (is_first)
    begin_estimate (call->work);
  setup->models = call->work->models;
  if (genga_estimate_speed_from_message (speed, &self->speed))
    setup->speed = &self->speed;
  if (genga_estimate_speed_from_message (video_speed, &self->video_speed))
    setup->video_speed = &self->video_speed;
  job = genga_job_from_message (message, &number, &tiles);
  g_return_val_if_fail (job != NULL, NULL);
  pass_faults (genga_job_get_source (job));
  return job;
}

static GVariant *
plan (Call *call, GError **error)
{
  Setup setup;
  GengaEstimatePart part;
  g_autoptr (GengaJob) job = set_up_plan (call, &setup);

  return genga_estimate_part_make (&part, job, &setup.setup, error)
             ? genga_estimate_part_to_message (&part)
             : NULL;
}

static GVariant *
make_outlook (const GengaPlan *plan, GengaJob *job)
{
  g_autoptr (GengaOutlook) outlook = genga_outlook_new (plan, job);

  return genga_outlook_to_message (outlook);
}

static GVariant *
tell_outlook (Call *call, GError **error)
{
  Setup setup;
  g_autoptr (GengaJob) job = set_up_plan (call, &setup);
  g_autoptr (GengaPlan) plan = genga_outlook_plan (job, &setup.setup, error);

  return plan != NULL ? make_outlook (plan, job) : NULL;
}

static GVariant *
measure (Call *call, GError **error)
{
  GengaReaderWork *work = call->work;
  Setup setup;

  end_measuring (work);
  work->measured = set_up_plan (call, &setup);
  work->plan = genga_outlook_plan (work->measured, &setup.setup, error);
  if (work->plan != NULL)
    work->measuring = genga_measuring_new (work->plan, work->measured, error);
  return work->measuring != NULL ? g_variant_new ("()") : NULL;
}

static GVariant *
measure_on (Call *call, GError **error)
{
  GengaReaderWork *work = call->work;
  GVariant *outlook = NULL;
  double fraction;

  g_return_val_if_fail (work->measuring != NULL, NULL);

  if (!genga_measuring_go_on (work->measuring, &fraction, error))
    return NULL;
  if (fraction >= 1)
    outlook = make_outlook (work->plan, work->measured);
  return g_variant_new ("(d@m" GENGA_OUTLOOK_TYPE ")", fraction,
                        g_variant_new_maybe (G_VARIANT_TYPE (GENGA_OUTLOOK_TYPE), outlook));
}

GVariant *
genga_reader_work_perform (GengaReaderWork *self,
                           GengaReaderMethod method,
                           GVariant *arguments,
                           GengaReaderFds *fds,
                           GCancellable *cancellable,
                           GError **error)
{
  static GVariant *(*const methods[GENGA_N_READER_METHODS]) (Call *, GError **) = {
    [GENGA_READER_PICTURE] = read_picture,     [GENGA_READER_PREVIEW] = read_preview,
    [GENGA_READER_FRAME] = read_frame,         [GENGA_READER_SMALL_FRAME] = read_small_frame,
    [GENGA_READER_OPEN_TRIAL] = open_trial,    [GENGA_READER_NEXT_TRIAL] = next_trial,
    [GENGA_READER_THUMBNAIL] = read_thumbnail, [GENGA_READER_PLAN] = plan,
    [GENGA_READER_OUTLOOK] = tell_outlook,     [GENGA_READER_MEASURE] = measure,
    [GENGA_READER_MEASURE_ON] = measure_on,    [GENGA_READER_LOOK] = look,
    [GENGA_READER_MODEL] = read_model,         [GENGA_READER_IS_VIDEO] = tell_is_video,
    [GENGA_READER_IS_SOURCE] = tell_is_source,
  };
  Call call = { self, arguments, fds, cancellable };

  return methods[method](&call, error);
}
