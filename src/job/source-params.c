/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/source-params.h"
#include "core/options-text.h"

GengaSourceParams
genga_source_params_from_options (GengaOptions *options, GengaProgress *progress)
{
  GengaSourceParams params = {
    .deinterlace = genga_options_get_int (options, GENGA_OPTION_DEINTERLACE),
    .progress = progress,
  };

  if (!genga_options_parse_rate (genga_options_get_string (options, GENGA_OPTION_FPS),
                                 &params.rate_num, &params.rate_den))
    params.rate_num = 0;
  return params;
}
