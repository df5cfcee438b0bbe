/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/measure.h"
#include "core/cpu.h"
#include "core/error.h"
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

typedef struct
{
  GengaPlan *plan;
  GengaSource *source;
  const GengaVideo *video;
  GengaSegmentCoder *coder;
  char *path; /* of a segment */
  guint64 n_frames;
  guint64 n_bytes;
  double stream_bytes; /* of all that is copied */
} Measuring;

static gboolean
code_frame (Measuring *self, GengaFrame *take_frame, GError **error)
{
  g_autoptr (GengaFrame) frame = take_frame;
  g_autoptr (GengaFrame) result =
      genga_resize (frame, self->plan->result.width, self->plan->result.height,
                    genga_cpu_get_n_threads (), NULL, error);

  return result != NULL && self->video->coder_write (self->coder, result, error);
}

/* Up to so many frames from a place on. FALSE with an error; no frame is none. */
static gboolean
code_some (Measuring *self, guint n_frames, GError **error)
{
  g_autoptr (GengaVideoSegment) segment = NULL;
  GError *reason = NULL;
  guint n = 0;

  if (!self->video->coder_begin (self->coder, self->path, 0, error))
    return FALSE;
  while (n < n_frames)
    {
      GengaFrame *frame = genga_source_read (self->source, &reason);

      if (frame == NULL)
        break;
      if (!code_frame (self, frame, error))
        return FALSE;
      n++;
    }
  if (reason != NULL)
    {
      g_propagate_error (error, reason);
      return FALSE;
    }
  if (n == 0)
    return TRUE;
  segment = self->video->coder_end (self->coder, error);
  if (segment == NULL)
    return FALSE;
  self->n_frames += segment->n_frames;
  self->n_bytes += segment->size;
  return TRUE;
}

static gboolean
code_places (Measuring *self, GError **error)
{
  const GengaSourceInfo *info = &self->source->info;
  double pixels = (double)self->plan->result.width * self->plan->result.height;
  guint total = CLAMP (PIXELS / pixels, MIN_FRAMES, MAX_FRAMES);
  guint n_places = self->plan->n_frames > 2 * total && info->seconds > 0 ? total / MIN_EACH : 1;

  n_places = CLAMP (n_places, 1, N_PLACES);
  for (guint i = 0; i < n_places; i++)
    {
      double part = (i + 0.5) / n_places;
      gint64 pts = genga_source_info_get_pts (info, info->seconds * part);

      if (n_places > 1 && !genga_source_seek (self->source, pts, FALSE, error))
        return FALSE;
      if (!code_some (self, total / n_places, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_all (Measuring *self, GengaJob *job, GError **error)
{
  GengaOptions *options = genga_job_get_options (job);
  GengaSourceParams params = genga_source_params_from_options (options, NULL);
  GengaVideoWrite write = self->plan->write;

  self->source = genga_source_params_open (&params, genga_job_get_source (job), options, error);
  self->video = self->source != NULL ? genga_video_get (error) : NULL;
  if (self->video == NULL)
    return FALSE;
  if (self->plan->rotation != 0 || self->plan->is_mirrored)
    self->source = genga_rotated_new (self->source);
  write.progress = NULL;
  write.opens_no_card = TRUE;
  self->coder = self->video->coder_new (
      &self->source->info, &self->source->origin,
      self->plan->target != NULL ? self->plan->target : self->path, &write, error);
  return self->coder != NULL;
}

/* The network, which did not run, and the frames that wait between threads come to the rest. */
static void
take_over (Measuring *self)
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
  plan->is_measured = TRUE;
}

/* Frames of a folder may have a video whose streams belong to them. */
static gboolean
measure_streams (Measuring *self, GError **error)
{
  const char *path = self->source->origin.stream_source;

  return path == NULL ||
         self->video->measure_streams (path, self->source->info.seconds,
                                       self->plan->kept.n_audio > 0, &self->stream_bytes, error);
}

gboolean
genga_measure_plan (GengaPlan *plan, GengaJob *job, GError **error)
{
  g_autofree char *folder = NULL;
  Measuring self = { .plan = plan };
  gboolean ok;

  if (plan->sink != GENGA_PLAN_VIDEO)
    {
      genga_plan_notice (plan, _ ("Only videos are measured."));
      return TRUE;
    }
  folder = g_dir_make_tmp ("genga-measure-XXXXXX", error);
  if (folder == NULL)
    return FALSE;
  self.path = g_build_filename (folder, "segment", NULL);
  ok = open_all (&self, job, error) && measure_streams (&self, error) && code_places (&self, error);
  if (ok)
    take_over (&self);
  if (self.coder != NULL)
    self.video->coder_free (self.coder);
  genga_source_free (self.source);
  g_unlink (self.path);
  g_rmdir (folder);
  g_free (self.path);
  return ok;
}
