/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-request.h"

GengaPlanRequest
genga_plan_request_new (const char *source,
                        const GengaSourceInfo *info,
                        GengaOptions *options,
                        const char *requested_target)
{
  return (GengaPlanRequest){
    .source = source,
    .info = info,
    .options = options,
    .requested_target = requested_target,
  };
}
