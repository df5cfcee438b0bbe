/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-size.h"
#include "core/options-text.h"
#include "job/plan/result-kind.h"
#include "media/video.h"

#include <math.h>

/* What is lost in the numbers of a ratio: less than a pixel of the largest side. */
#define EPSILON 1e-9

/* More than any side may have, and still a number of pixels. */
#define TOO_LARGE (4. * GENGA_PLAN_MAX_SIDE)

/* What was asked for in pixels; 0 = nothing. */
typedef struct
{
  int width, height; /* both: a box */
  int longest, shortest;
  double pixels;
} Request;

/* ---- what is asked for ---- */

/* Only of videos: others may have a quarter's turn, too, but are turned when they are read. */
static gboolean
is_shown_turned (const GengaSourceInfo *info)
{
  return info->kind == GENGA_SOURCE_VIDEO && info->rotation % 180 != 0;
}

/* As the frames lie in the file. FALSE: nothing in pixels. */
static gboolean
read_request (GengaOptions *options, const GengaSourceInfo *info, Request *request)
{
  int target = genga_options_get_int (options, GENGA_OPTION_TARGET_HEIGHT);
  const char *fit = genga_options_get_string (options, GENGA_OPTION_FIT);

  *request = (Request){ 0 };
  if (info->kind != GENGA_SOURCE_PICTURE && target > 0)
    {
      request->height = target;
      return TRUE;
    }
  request->width = genga_options_get_int (options, GENGA_OPTION_WIDTH);
  request->height = genga_options_get_int (options, GENGA_OPTION_HEIGHT);
  request->longest = genga_options_get_int (options, GENGA_OPTION_LONGEST);
  request->shortest = genga_options_get_int (options, GENGA_OPTION_SHORTEST);
  request->pixels = genga_options_get_double (options, GENGA_OPTION_MEGAPIXELS) * 1e6;
  if (fit != NULL)
    genga_options_parse_size (fit, &request->width, &request->height);
  if (is_shown_turned (info))
    {
      int width = request->width;
      request->width = request->height;
      request->height = width;
    }
  return request->width + request->height + request->longest + request->shortest > 0 ||
         request->pixels > 0;
}

/* How many times the source's sides are meant. */
static double
get_ratio (const Request *request, const GengaSourceInfo *info)
{
  double width = MAX (1, info->width), height = MAX (1, info->height);

  if (request->width > 0 && request->height > 0)
    return MIN (request->width / width, request->height / height);
  if (request->width > 0)
    return request->width / width;
  if (request->height > 0)
    return request->height / height;
  if (request->longest > 0)
    return request->longest / MAX (width, height);
  if (request->shortest > 0)
    return request->shortest / MIN (width, height);
  return sqrt (request->pixels / (width * height));
}

/* ---- sides ---- */

/* Pictures have the size that comes out; what codes colours more coarsely needs even sides. */
static gboolean
may_be_odd (GengaOptions *options, const GengaSourceInfo *info)
{
  GengaContainer container = genga_options_get_int (options, GENGA_OPTION_CONTAINER);

  return info->kind == GENGA_SOURCE_PICTURE || genga_container_is_animation (container) ||
         genga_frames_are_wanted (options, NULL) ||
         (container == GENGA_CONTAINER_AUTO && info->kind == GENGA_SOURCE_ANIMATION &&
          genga_options_get_int (options, GENGA_OPTION_CODEC) == GENGA_CODEC_AUTO);
}

/* The nearest side of whole pixels, or of as many pairs of them; within `limit`, if that is > 0. */
static int
round_side (double side, gboolean is_even, int limit)
{
  const int unit = is_even ? 2 : 1;
  double rounded = floor (MIN (side, TOO_LARGE) / unit + 0.5 + EPSILON) * unit;

  if (limit > 0 && rounded > limit)
    rounded = limit / unit * unit;
  return MAX (unit, rounded);
}

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
  *width = round_side ((double)info->width * limit / info->height,
                       info->kind != GENGA_SOURCE_PICTURE, 0);
  *height = limit;
}

gboolean
genga_plan_size_is_in_pixels (GengaOptions *options, const GengaSourceInfo *info)
{
  Request request;

  return read_request (options, info, &request);
}

int
genga_plan_size_get_scale (GengaOptions *options, const GengaSourceInfo *info)
{
  Request request;
  int width, height;
  double ratio;

  if (!read_request (options, info, &request))
    return info->kind == GENGA_SOURCE_VIDEO && !genga_options_is_set (options, GENGA_OPTION_SCALE)
               ? 0
               : genga_options_get_int (options, GENGA_OPTION_SCALE);
  genga_plan_size_get_input (options, info, &width, &height);
  ratio = get_ratio (&request, info) * info->height / MAX (1, height);
  return CLAMP (ceil (ratio - EPSILON), 1, GENGA_PLAN_MAX_SIDE);
}

/* Before anything is rounded; the limits of a box, else 0. */
static void
get_sides (
    GengaOptions *options, const GengaSourceInfo *info, int scale, double sides[2], int limits[2])
{
  Request request;
  int width, height;

  limits[0] = limits[1] = 0;
  if (!read_request (options, info, &request))
    {
      genga_plan_size_get_input (options, info, &width, &height);
      sides[0] = (double)width * scale;
      sides[1] = (double)height * scale;
      return;
    }
  sides[0] = info->width * get_ratio (&request, info);
  sides[1] = info->height * get_ratio (&request, info);
  if (request.width > 0 && request.height > 0)
    {
      limits[0] = request.width;
      limits[1] = request.height;
    }
}

gboolean
genga_plan_size_get_result (
    GengaOptions *options, const GengaSourceInfo *info, int scale, int *width, int *height)
{
  const gboolean is_even = !may_be_odd (options, info);
  double sides[2];
  int limits[2];

  get_sides (options, info, scale, sides, limits);
  *width = round_side (sides[0], is_even, limits[0]);
  *height = round_side (sides[1], is_even, limits[1]);
  return *width <= GENGA_PLAN_MAX_SIDE && *height <= GENGA_PLAN_MAX_SIDE;
}

gboolean
genga_plan_size_is_rounded (
    GengaOptions *options, const GengaSourceInfo *info, int scale, int width, int height)
{
  double sides[2];
  int limits[2];
  Request request;
  const gboolean is_in_pixels = read_request (options, info, &request);

  get_sides (options, info, scale, sides, limits);
  if (!is_in_pixels)
    return width != sides[0] || height != sides[1];
  if (request.width > 0 && request.height > 0)
    return FALSE; /* the box holds it */
  return (request.width > 0 && width != request.width) ||
         (request.height > 0 && height != request.height) ||
         (request.longest > 0 && MAX (width, height) != request.longest) ||
         (request.shortest > 0 && MIN (width, height) != request.shortest);
}
