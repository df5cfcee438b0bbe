/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/source-params.h"
#include "core/options-text.h"
#include "job/export/trim.h"
#include "media/probe.h"

GengaSourceParams
genga_source_params_from_options (GengaOptions *options, GengaProgress *progress)
{
  GengaSourceParams params = {
    .deinterlace = genga_options_get_int (options, GENGA_OPTION_DEINTERLACE),
    .allows_truncated = genga_options_get_boolean (options, GENGA_OPTION_ALLOW_TRUNCATED),
    .progress = progress,
  };

  if (!genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS),
                                 &params.rate_num, &params.rate_den))
    params.rate_num = 0;
  return params;
}

GengaSource *
genga_source_params_open (const GengaSourceParams *self,
                          const char *path,
                          GengaOptions *options,
                          GError **error)
{
  GengaSource *source = genga_source_open (path, self, error);

  return source != NULL ? genga_trim_new (source, path, options, error) : NULL;
}
