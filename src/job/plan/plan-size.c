/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-size.h"
#include "job/plan/result-kind.h"
#include "media/video.h"

#include <math.h>

void
genga_plan_size_get_input (GengaOptions *options,
                           const GengaSourceInfo *info,
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
genga_plan_size_get_scale (GengaOptions *options, const GengaSourceInfo *info)
{
  int wanted = genga_options_get_int (options, GENGA_OPTION_TARGET_HEIGHT);
  int width, height;

  if (wanted == 0)
    return genga_options_get_int (options, GENGA_OPTION_SCALE);
  genga_plan_size_get_input (options, info, &width, &height);
  return CLAMP ((wanted + height - 1) / height, 1, 16);
}

/* Pictures have the size that comes out; what codes colours more coarsely needs even sides. */
static gboolean
may_be_odd (GengaOptions *options, const GengaSourceInfo *info)
{
  GengaContainer container = genga_options_get_int (options, GENGA_OPTION_CONTAINER);

  return genga_container_is_animation (container) || genga_frames_are_wanted (options, NULL) ||
         (container == GENGA_CONTAINER_AUTO && info->kind == GENGA_SOURCE_ANIMATION &&
          genga_options_get_int (options, GENGA_OPTION_CODEC) == GENGA_CODEC_AUTO);
}

void
genga_plan_size_get_result (
    GengaOptions *options, const GengaSourceInfo *info, int scale, int *width, int *height)
{
  int wanted = genga_options_get_int (options, GENGA_OPTION_TARGET_HEIGHT);
  int input_width, input_height;

  genga_plan_size_get_input (options, info, &input_width, &input_height);
  *width = wanted > 0 ? lround ((double)input_width / input_height * wanted) : input_width * scale;
  *height = wanted > 0 ? wanted : input_height * scale;
  if (may_be_odd (options, info))
    return;
  *width += *width % 2;
  *height += *height % 2;
}
