/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/picture-output.h"
#include "core/error.h"
#include "job/export/fingerprint.h"
#include "media/sequence/frame-folder.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

struct _GengaPictureOutput
{
  const GengaVideo *video;
  GengaProgress *progress; /* borrowed */
  GengaSink *sink;
  int rate_num, rate_den;

  /* A folder of frames. */
  GengaFrameFolder *folder;
  guint64 n_done; /* at the beginning */
  guint64 n;
};

/* ---- the pictures of a folder ---- */

GengaPictureSave
genga_frames_choose_save (GengaJob *job)
{
  static const GengaPictureSave kinds[] = {
    [GENGA_FRAMES_OFF] = { .format = GENGA_FORMAT_PNG, .png_level = 6, .bit_depth = 8 },
    [GENGA_FRAMES_PNG] = { .format = GENGA_FORMAT_PNG, .png_level = 6, .bit_depth = 8 },
    [GENGA_FRAMES_PNG16] = { .format = GENGA_FORMAT_PNG, .png_level = 0, .bit_depth = 16 },
    [GENGA_FRAMES_PNG9] = { .format = GENGA_FORMAT_PNG, .png_level = 9, .bit_depth = 8 },
    [GENGA_FRAMES_JPEG] = { .format = GENGA_FORMAT_JPEG, .quality = 95, .bit_depth = 8 },
    [GENGA_FRAMES_JPEG100] = { .format = GENGA_FORMAT_JPEG, .quality = 100, .bit_depth = 8 },
    [GENGA_FRAMES_WEBP] = { .format = GENGA_FORMAT_WEBP, .quality = 95, .bit_depth = 8 },
  };
  GengaOptions *options = genga_job_get_options (job);
  GengaPictureSave save = kinds[genga_options_get_int (options, GENGA_OPTION_FRAMES)];

  save.webp_lossless = genga_options_get_boolean (options, GENGA_OPTION_LOSSLESS);
  save.progress = genga_job_get_progress (job);
  if (genga_options_is_set (options, GENGA_OPTION_QUALITY))
    save.quality = genga_options_get_int (options, GENGA_OPTION_QUALITY);
  if (genga_options_is_set (options, GENGA_OPTION_PNG_LEVEL))
    save.png_level = genga_options_get_int (options, GENGA_OPTION_PNG_LEVEL);
  return save;
}

const char *
genga_frames_get_companion (GengaJob *job, const GengaOrigin *origin, gboolean has_rate)
{
  gboolean is_own = g_strcmp0 (origin->companion, genga_job_get_source (job)) == 0;

  return is_own && !origin->is_part && !has_rate ? origin->companion : NULL;
}

/* ---- an animated picture ---- */

static gboolean
open_animation (GengaPictureOutput *self,
                GengaSource *source,
                const GengaPlan *plan,
                const char *target,
                GError **error)
{
  GengaAnimationWrite write = plan->animation;

  write.progress = self->progress;
  self->sink = self->video->animation_new (&source->info, target, &write, error);
  return self->sink != NULL;
}

/* ---- a folder of frames ---- */

/* Goes on after the last frame that is there. */
static gboolean
skip_done (GengaPictureOutput *self, GengaSource *source, GError **error)
{
  const GArray *frames = genga_frame_folder_get_list (self->folder)->frames;
  gint64 last;

  if (frames->len == 0)
    return TRUE;
  self->n_done = self->n = frames->len;
  genga_progress_notice (self->progress, _ ("%u frames are there already; the rest follows."),
                         frames->len);
  last = g_array_index (frames, GengaListedFrame, frames->len - 1).pts;
  if (self->rate_num == 0)
    return genga_source_seek (source, last + 1, TRUE, error);
  /* Times were given anew: frames are counted. */
  for (guint i = 0; i < self->n_done; i++)
    {
      g_autoptr (GengaFrame) frame = genga_source_read (source, error);
      if (frame == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
open_folder (GengaPictureOutput *self,
             GengaSource *source,
             GengaJob *job,
             const GengaPlan *plan,
             const char *target,
             GError **error)
{
  g_autofree char *settings =
      genga_fingerprint_dup_frames (genga_job_get_source (job), genga_job_get_options (job));
  GengaFrameFolderSetup setup = {
    .source = genga_job_get_source (job),
    .info = &source->info,
    .companion = genga_frames_get_companion (job, &source->origin, self->rate_num > 0),
    .save = genga_frames_choose_save (job),
    .waits_for_room = genga_job_get_waits_for_room (job),
    .overwrite = genga_options_get_boolean (genga_job_get_options (job), GENGA_OPTION_OVERWRITE),
    .path = target,
    .settings = settings,
    .width = plan->result.width,
    .height = plan->result.height,
    .rate_num = self->rate_num,
    .rate_den = self->rate_den,
  };

  self->folder = genga_frame_folder_open (&setup, error);
  return self->folder != NULL && skip_done (self, source, error);
}

static gboolean
write_to_folder (GengaPictureOutput *self, GengaFrame *frame, GError **error)
{
  return genga_frame_folder_put (self->folder, self->n++, frame, error);
}

/* ---- the border ---- */

GengaPictureOutput *
genga_picture_output_new (const GengaVideo *video,
                          GengaSource *source,
                          GengaJob *job,
                          const GengaPlan *plan,
                          const char *target,
                          GError **error)
{
  g_autoptr (GengaPictureOutput) self = g_new0 (GengaPictureOutput, 1);
  GengaOptions *options = genga_job_get_options (job);
  gboolean ok;

  self->video = video;
  self->progress = genga_job_get_progress (job);
  genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS), &self->rate_num,
                            &self->rate_den);
  ok = plan->sink == GENGA_PLAN_ANIMATION ? open_animation (self, source, plan, target, error)
                                          : open_folder (self, source, job, plan, target, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
genga_picture_output_free (GengaPictureOutput *self)
{
  if (self == NULL)
    return;
  if (self->sink != NULL)
    genga_sink_free (self->sink);
  genga_frame_folder_free (self->folder);
  g_free (self);
}

guint64
genga_picture_output_get_n_done (GengaPictureOutput *self)
{
  return self->n_done;
}

gboolean
genga_picture_output_write (GengaPictureOutput *self, GengaFrame *frame, GError **error)
{
  return self->sink != NULL ? genga_sink_write (self->sink, frame, error)
                            : write_to_folder (self, frame, error);
}

gboolean
genga_picture_output_finish (GengaPictureOutput *self, GError **error)
{
  return self->sink != NULL ? genga_sink_finish (self->sink, error)
                            : genga_frame_folder_finish (self->folder, error);
}
