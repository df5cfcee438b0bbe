/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/export/trim.h"
#include "media/trimmed.h"
#include "core/options-text.h"

/* 0 where nothing is said; the options are valid. */
static double
get_time (GengaOptions *options, GengaOption option)
{
  const char *text = genga_options_get_string (options, option);
  double seconds = 0;

  if (text != NULL)
    genga_options_parse_time (text, &seconds);
  return seconds;
}

gboolean
genga_trim_is_clip (GengaOptions *options)
{
  return genga_options_get_string (options, GENGA_OPTION_CLIP_AT) != NULL;
}

/* At the ends of the video a clip is as long as elsewhere; past them there is none. */
void
genga_trim_get_clip (const GengaSourceInfo *info, GengaOptions *options, double *from, double *to)
{
  double at = get_time (options, GENGA_OPTION_CLIP_AT);
  double start = at - GENGA_CLIP_SECONDS / 2.;

  if (at <= info->seconds)
    start = MIN (start, info->seconds - GENGA_CLIP_SECONDS);
  *from = MAX (0, start);
  *to = *from + GENGA_CLIP_SECONDS;
}

void
genga_trim_get_range (const GengaSourceInfo *info, GengaOptions *options, double *from, double *to)
{
  static const GengaSourceInfo unknown;

  *from = get_time (options, GENGA_OPTION_FROM);
  *to = get_time (options, GENGA_OPTION_TO);
  if (genga_trim_is_clip (options))
    genga_trim_get_clip (info != NULL ? info : &unknown, options, from, to);
}

GengaSource *
genga_trim_new (GengaSource *take_source, const char *path, GengaOptions *options, GError **error)
{
  double from, to;
  g_autofree char *name = g_filename_display_basename (path);

  genga_trim_get_range (&take_source->info, options, &from, &to);
  return genga_trimmed_new (take_source, name, from, to, error);
}
