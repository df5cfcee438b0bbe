/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-request.h"

GengaPlanRequest
genga_plan_request_new (const char *source,
                        const GengaSourceInfo *info,
                        GengaOptions *options,
                        const char *wished_target)
{
  return (GengaPlanRequest){
    .source = source,
    .info = info,
    .options = options,
    .wished_target = wished_target,
  };
}
