/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/measure.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/fault.h"
#include "job/source-params.h"
#include "media/rotated.h"
#include "media/video.h"
#include "steps/resize.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/resource.h>

/* Pixels of results that are coded in all, and the bounds of the frames that these make: encoders
 * hold up to about 60 frames, which have to be there to be seen. */
#define PIXELS 4e8
#define MIN_FRAMES 48
#define MAX_FRAMES 192
/* Where in the video, as parts of it, if there are so many frames. */
#define N_PLACES 3
#define MIN_EACH 48

/* Between two looks at whether anybody still wants to know. */
#define STEP_FRAMES 4

struct _GengaMeasuring
{
  GengaPlan *plan; /* borrowed */
  GengaSource *source;
  const GengaVideo *video;
  GengaSegmentCoder *coder;
  guint n_places;
  guint n_each;  /* frames of a place */
  guint place;   /* that is coded; n_places: all are */
  guint n_coded; /* frames of it */
  gint64 spent_us;
  guint64 n_frames; /* of the places that are complete */
  guint64 n_bytes;
  double stream_bytes; /* of all that is copied */
};

static gboolean
code_frame (GengaMeasuring *self, GengaFrame *take_frame, GError **error)
{
  g_autoptr (GengaFrame) frame = take_frame;
  g_autoptr (GengaFrame) result =
      genga_resize (frame, self->plan->result.width, self->plan->result.height,
                    genga_cpu_get_n_threads (), NULL, error);

  return result != NULL && self->video->coder_write (self->coder, result, error);
}

/* Its file has a name for a moment only: nobody cleans up after a process that is ended. */
static gboolean
begin_segment (GengaMeasuring *self, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-measure-XXXXXX", error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, "segment", NULL) : NULL;
  gboolean ok;

  if (folder == NULL)
    return FALSE;
  ok = self->video->coder_begin (self->coder, path, 0, error);
  g_unlink (path);
  g_rmdir (folder);
  return ok;
}

static gboolean
begin_place (GengaMeasuring *self, GError **error)
{
  const GengaSourceInfo *info = &self->source->info;
  const double part = (self->place + 0.5) / self->n_places;
  const gint64 pts = genga_source_info_get_pts (info, info->seconds * part);

  return (self->n_places == 1 || genga_source_seek (self->source, pts, FALSE, error)) &&
         begin_segment (self, error);
}

static gboolean
end_place (GengaMeasuring *self, GError **error)
{
  g_autoptr (GengaVideoSegment) segment =
      self->n_coded > 0 ? self->video->coder_end (self->coder, error) : NULL;

  if (self->n_coded > 0 && segment == NULL)
    return FALSE;
  if (segment != NULL)
    {
      self->n_frames += segment->n_frames;
      self->n_bytes += segment->size;
    }
  self->place++;
  self->n_coded = 0;
  return TRUE;
}

/* The next frames of a place. FALSE with an error; no frame is none. */
static gboolean
code_some (GengaMeasuring *self, GError **error)
{
  GError *reason = NULL;

  if (self->n_coded == 0 && !begin_place (self, error))
    return FALSE;
  for (guint i = 0; i < STEP_FRAMES && self->n_coded < self->n_each; i++)
    {
      GengaFrame *frame = genga_source_read (self->source, &reason);

      if (frame == NULL && reason != NULL)
        {
          g_propagate_error (error, reason);
          return FALSE;
        }
      if (frame == NULL)
        return end_place (self, error);
      if (!code_frame (self, frame, error))
        return FALSE;
      self->n_coded++;
    }
  return self->n_coded < self->n_each || end_place (self, error);
}

static void
choose_places (GengaMeasuring *self)
{
  const GengaPlan *plan = self->plan;
  const double pixels = (double)plan->result.width * plan->result.height;
  const guint total = CLAMP (PIXELS / pixels, MIN_FRAMES, MAX_FRAMES);
  const gboolean is_long = plan->n_frames > 2 * total && self->source->info.seconds > 0;

  self->n_places = is_long ? CLAMP (total / MIN_EACH, 1, N_PLACES) : 1;
  self->n_each = total / self->n_places;
}

static gboolean
open_all (GengaMeasuring *self, GengaJob *job, GError **error)
{
  GengaOptions *options = genga_job_get_options (job);
  GengaSourceParams params = genga_source_params_from_options (options, NULL);
  GengaVideoWrite write = self->plan->write;
  g_autofree char *nowhere = g_build_filename (g_get_tmp_dir (), "result", NULL);

  self->source = genga_source_params_open (&params, genga_job_get_source (job), options, error);
  self->video = self->source != NULL ? genga_video_get (error) : NULL;
  if (self->video == NULL)
    return FALSE;
  if (self->plan->rotation != 0 || self->plan->is_mirrored)
    self->source = genga_rotated_new (self->source);
  write.progress = NULL;
  write.opens_no_card = TRUE;
  self->coder = self->video->coder_new (&self->source->info, &self->source->origin,
                                        self->plan->target != NULL ? self->plan->target : nowhere,
                                        &write, error);
  return self->coder != NULL;
}

/* The network, which did not run, and the frames that wait between threads come to the rest. */
static void
take_over (GengaMeasuring *self)
{
  GengaPlan *plan = self->plan;
  struct rusage usage = { 0 };

  if (self->n_frames == 0)
    return;
  plan->disk_bytes = plan->n_frames * self->n_bytes / self->n_frames + self->stream_bytes;
  plan->disk_least = plan->disk_most = plan->disk_bytes;
  if (getrusage (RUSAGE_SELF, &usage) == 0)
    plan->memory_bytes =
        MIN (usage.ru_maxrss * 1024. + plan->frame_bytes + plan->model_bytes + plan->network_bytes,
             1e18);
  plan->io_seconds = plan->n_frames * self->spent_us / self->n_frames / G_USEC_PER_SEC;
  if (plan->work_seconds >= 0)
    plan->seconds = MAX (plan->work_seconds, plan->io_seconds);
  plan->is_measured = TRUE;
}

/* Frames of a folder may have a video whose streams belong to them. */
static gboolean
measure_streams (GengaMeasuring *self, GError **error)
{
  const char *path = self->source->origin.stream_source;
  g_autofree char *without_audio =
      genga_track_list_dup_with (self->plan->write.leave_out, GENGA_TRACK_AUDIO, 0, 1, TRUE);

  return path == NULL ||
         self->video->measure_streams (path, self->source->info.seconds,
                                       self->plan->kept.n_audio > 0 ? self->plan->write.leave_out
                                                                    : without_audio,
                                       &self->stream_bytes, error);
}

GengaMeasuring *
genga_measuring_new (GengaPlan *plan, GengaJob *job, GError **error)
{
  g_autoptr (GengaMeasuring) self = g_new0 (GengaMeasuring, 1);

  self->plan = plan;
  if (plan->sink != GENGA_PLAN_VIDEO)
    {
      genga_plan_notice (plan, _ ("Only videos are measured."));
      return g_steal_pointer (&self);
    }
  if (!open_all (self, job, error) || !measure_streams (self, error))
    return NULL;
  choose_places (self);
  return g_steal_pointer (&self);
}

gboolean
genga_measuring_go_on (GengaMeasuring *self, double *fraction, GError **error)
{
  const gint64 begin = g_get_monotonic_time ();

  *fraction = 1;
  if (self->place == self->n_places)
    return TRUE;
  genga_fault ("stall-measure");
  if (!code_some (self, error))
    return FALSE;
  self->spent_us += g_get_monotonic_time () - begin;
  if (self->place == self->n_places)
    take_over (self);
  else
    *fraction = (self->place + (double)self->n_coded / self->n_each) / self->n_places;
  return TRUE;
}

void
genga_measuring_free (GengaMeasuring *self)
{
  if (self == NULL)
    return;
  if (self->coder != NULL)
    self->video->coder_free (self->coder);
  genga_source_free (self->source);
  g_free (self);
}

gboolean
genga_measure_plan (GengaPlan *plan, GengaJob *job, GError **error)
{
  g_autoptr (GengaMeasuring) self = genga_measuring_new (plan, job, error);
  double fraction = 0;

  while (self != NULL && fraction < 1)
    if (!genga_measuring_go_on (self, &fraction, error))
      return FALSE;
  return self != NULL;
}
