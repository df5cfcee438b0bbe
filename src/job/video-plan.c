/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/video-plan.h"
#include "media/sequence/sequence.h"
#include "job/export/picture-output.h"
#include "steps/filters.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
is_on_cpu (GengaOptions *options)
{
  g_autoptr (GengaEngine) engine =
      genga_engine_open (genga_options_get_string (options, GENGA_OPTION_DEVICE), NULL);

  return engine != NULL && genga_engine_get_device (engine)->is_cpu;
}

void
genga_video_plan_get_input_size (GengaOptions *options,
                                 const GengaVideoInfo *info,
                                 int *width,
                                 int *height)
{
  int limit = genga_options_get_int (options, GENGA_OPTION_PRE_DOWNSCALE);

  *width = info->width;
  *height = info->height;
  if (limit == 0 || info->height <= limit)
    return;
  *width = MAX (2, (int)lround ((double)info->width * limit / info->height / 2) * 2);
  *height = limit;
}

int
genga_video_plan_get_scale (GengaOptions *options, const GengaVideoInfo *info)
{
  int wanted = genga_options_get_int (options, GENGA_OPTION_TARGET_HEIGHT);
  int width, height;

  if (wanted == 0)
    return genga_options_get_int (options, GENGA_OPTION_SCALE);
  genga_video_plan_get_input_size (options, info, &width, &height);
  return CLAMP ((wanted + height - 1) / height, 1, 16);
}

/* Pictures have the size that comes out; what codes colours more coarsely needs even sides. */
static gboolean
may_be_odd (GengaOptions *options, const GengaVideoInfo *info)
{
  GengaContainer container = genga_options_get_int (options, GENGA_OPTION_CONTAINER);

  return genga_container_is_animation (container) || genga_frames_are_wanted (options, NULL) ||
         (container == GENGA_CONTAINER_AUTO && info->kind == GENGA_SOURCE_ANIMATION &&
          genga_options_get_int (options, GENGA_OPTION_CODEC) == GENGA_CODEC_AUTO);
}

void
genga_video_plan_get_result_size (
    GengaOptions *options, const GengaVideoInfo *info, int scale, int *width, int *height)
{
  int wanted = genga_options_get_int (options, GENGA_OPTION_TARGET_HEIGHT);
  int input_width, input_height;

  genga_video_plan_get_input_size (options, info, &input_width, &input_height);
  *width = wanted > 0 ? lround ((double)input_width * wanted / input_height) : input_width * scale;
  *height = wanted > 0 ? wanted : input_height * scale;
  if (may_be_odd (options, info))
    return;
  *width += *width % 2;
  *height += *height % 2;
}

/* Frames that Genga wrote, and no model: they are to become a video, as they are. */
static gboolean
is_only_coded (GengaOptions *options, const GengaVideoInfo *info)
{
  return g_str_equal (info->container, GENGA_SEQUENCE_LISTED) &&
         g_str_equal (genga_options_get_string (options, GENGA_OPTION_MODEL), "none");
}

/* A plan knows a depth of 8 or 16, which decides about precision. */
GengaOptions *
genga_video_plan_new_options (GengaOptions *options,
                              const GengaVideoInfo *info,
                              GengaProgress *progress)
{
  GengaOptions *copy = genga_options_copy (options);

  genga_options_set_int (copy, GENGA_OPTION_FORMAT, GENGA_FORMAT_PNG);
  genga_options_set_int (copy, GENGA_OPTION_BIT_DEPTH, info->bits > 8 ? 16 : 8);
  if (g_str_equal (genga_options_get_string (copy, GENGA_OPTION_MODEL), GENGA_MODEL_AUTO) &&
      is_on_cpu (copy))
    {
      genga_options_set_string (copy, GENGA_OPTION_MODEL, GENGA_VIDEO_CPU_MODEL);
      genga_progress_notice (progress,
                             _ ("The CPU computes, so “%s” upscales the video; --model chooses "
                                "another."),
                             GENGA_VIDEO_CPU_MODEL);
    }
  if (!genga_options_is_set (copy, GENGA_OPTION_SCALE) && is_only_coded (copy, info))
    genga_options_set_int (copy, GENGA_OPTION_SCALE, 1);
  if (genga_options_get_int (options, GENGA_OPTION_TARGET_HEIGHT) > 0)
    genga_options_set_int (copy, GENGA_OPTION_SCALE, genga_video_plan_get_scale (options, info));
  genga_options_freeze (copy);
  return copy;
}

gboolean
genga_video_plan_init (GengaPlan *self,
                       GengaOptions *plan_options,
                       const GengaVideoInfo *info,
                       GengaProgress *progress,
                       GError **error)
{
  guint n_threads = genga_options_get_int (plan_options, GENGA_OPTION_THREADS);
  GengaPictureInfo picture = { .layout = info->layout, .sample = GENGA_SAMPLE_F32 };

  genga_video_plan_get_input_size (plan_options, info, &picture.width, &picture.height);
  self->save.format = GENGA_FORMAT_PNG;
  self->is_video = TRUE;
  self->may_be_odd = may_be_odd (plan_options, info);
  self->target_height = genga_options_get_int (plan_options, GENGA_OPTION_TARGET_HEIGHT);
  if (!genga_plan_init (self, plan_options, &picture, progress, error))
    return FALSE;
  if (picture.height != info->height)
    g_ptr_array_insert (self->steps, 0,
                        genga_resize_step_new (picture.width, picture.height, n_threads,
                                               genga_progress_get_cancellable (progress)));
  return TRUE;
}
