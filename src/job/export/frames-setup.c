/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/frames-setup.h"
#include "core/options-text.h"

static GengaPictureSave
choose_save (GengaJob *job)
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
  genga_options_parse_colour (genga_options_get_string (options, GENGA_OPTION_BACKGROUND),
                              save.background);
  save.webp_method = genga_options_get_int (options, GENGA_OPTION_WEBP_METHOD);
  save.subsampling = genga_options_get_int (options, GENGA_OPTION_SUBSAMPLING);
  save.progress = genga_job_get_progress (job);
  if (genga_options_is_set (options, GENGA_OPTION_QUALITY))
    save.quality = genga_options_get_int (options, GENGA_OPTION_QUALITY);
  if (genga_options_is_set (options, GENGA_OPTION_PNG_LEVEL))
    save.png_level = genga_options_get_int (options, GENGA_OPTION_PNG_LEVEL);
  return save;
}

/* The video that the frames are of, one for one; NULL: none. */
static const char *
get_stream_source (GengaJob *job, const GengaOrigin *origin, gboolean has_rate)
{
  gboolean is_own = g_strcmp0 (origin->stream_source, genga_job_get_source_path (job)) == 0;

  return is_own && !origin->is_trimmed && !has_rate ? genga_job_get_source (job) : NULL;
}

GengaFrameFolderSetup
genga_frames_setup_new (GengaJob *job, const GengaSource *source, gboolean has_rate)
{
  GengaOptions *options = genga_job_get_options (job);
  GengaFrameFolderSetup setup = {
    .source = genga_job_get_source (job),
    .info = &source->info,
    .save = choose_save (job),
    .waits_for_disk_space = genga_job_get_waits_for_disk_space (job),
    .overwrite = genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE),
  };

  if (has_rate)
    genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS), &setup.rate_num,
                              &setup.rate_den);
  setup.stream_source = get_stream_source (job, &source->origin, setup.rate_num > 0);
  return setup;
}
