/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/planner.h"
#include "core/error.h"
#include "job/colour-step.h"
#include "job/export/options-print.h"
#include "job/export/trim.h"
#include "job/plan/plan-cost.h"
#include "job/plan/plan-match.h"
#include "job/plan/plan-network.h"
#include "job/plan/plan-output.h"
#include "job/plan/plan-planes.h"
#include "job/plan/plan-size.h"
#include "job/plan/plan-strips.h"
#include "steps/filters.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>

/* From here on files are so large that people should know before. */
#define HUGE_PIXELS 200e6

/* ---- the result's size ---- */

static gboolean
choose_size (GengaPlan *self, const GengaSourceInfo *info, GError **error)
{
  self->result = self->source;
  if (!genga_plan_size_get_result (self->options, info, self->target_scale, &self->result.width,
                                   &self->result.height))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("The result would have a side of more than %d pixels; choose a smaller "
                      "size."),
                   GENGA_PLAN_MAX_SIDE);
      return FALSE;
    }
  if (genga_options_get_int (self->options, GENGA_OPTION_DPI) == GENGA_DPI_PRINT_SIZE)
    self->save.dpi_factor = (double)self->result.width / self->frame.width;
  if (!genga_options_get_boolean (self->options, GENGA_OPTION_TRANSPARENCY))
    self->result.layout = genga_layout_get_composited (self->source.layout, self->save.background);
  if (genga_plan_has_network (self))
    self->result.sample = GENGA_SAMPLE_F32;
  return TRUE;
}

/* A WebP that is too large becomes a PNG; a JPEG cannot. */
static gboolean
check_result (GengaPlan *self, GError **error)
{
  GengaFormat format = self->save.format;
  int width = self->result.width, height = self->result.height;

  if ((double)width * height > HUGE_PIXELS)
    genga_plan_notice (self, _ ("The result has %d × %d pixels; the file will be huge."), width,
                       height);
  if (self->is_video)
    format = GENGA_FORMAT_PNG;
  self->is_instead_of_webp =
      format == GENGA_FORMAT_WEBP && !genga_format_check_size (format, width, height, NULL);
  if (self->is_instead_of_webp)
    self->save.format = format = GENGA_FORMAT_PNG;
  if (self->sink == GENGA_PLAN_ANIMATION)
    return genga_animation_check_size (self->animation.container, width, height, error);
  return genga_format_check_size (format, width, height, error);
}

static gboolean
check_passes (const GengaPlan *self, GError **error)
{
  GengaFrameInfo info = self->source;

  return !genga_plan_has_network (self) ||
         genga_upscale_describe (self->native_scale, self->n_passes, &info, error);
}

/* ---- frames ---- */

static gboolean
describe_picture (GengaPlan *self, const GengaPlanRequest *request, GError **error)
{
  const GengaSourceInfo *info = request->info;

  self->n_frames = 1;
  self->frame = self->source = (GengaFrameInfo){
    .width = info->width,
    .height = info->height,
    .sample = info->sample,
    .layout = info->layout,
  };
  genga_plan_size_get_input (request->options, info, &self->source.width, &self->source.height);
  self->is_srgb_within = genga_colour_is_converted (request->options, info);
  if (self->is_srgb_within)
    self->source.sample = GENGA_SAMPLE_F32;
  return genga_plan_choose_picture (self, request, error);
}

/* About. */
static void
count_frames (GengaPlan *self, const GengaSourceInfo *info)
{
  double rate = info->rate_num > 0 ? (double)info->rate_num / info->rate_den : 24;

  genga_trim_get_range (NULL, self->options, &self->from, &self->to);
  self->n_frames = info->n_frames > 0 ? info->n_frames : info->seconds * rate;
}

static gboolean
describe_video (GengaPlan *self,
                GengaSourceInfo *info,
                const GengaPlanRequest *request,
                GError **error)
{
  if (!genga_plan_choose_video (self, request, info, error))
    return FALSE;
  self->frame = self->source = (GengaFrameInfo){
    .width = info->width,
    .height = info->height,
    .sample = GENGA_SAMPLE_F32,
    .layout = info->layout,
  };
  genga_plan_size_get_input (self->options, info, &self->source.width, &self->source.height);
  count_frames (self, info);
  return TRUE;
}

/* A picture has no frames before it; previews make tiles for the whole job only of a picture. */
static void
choose_flow (GengaPlan *self)
{
  self->counts_frames = self->is_video;
  self->takes_tiles = !self->is_video;
  self->reuse = GENGA_REUSE_OFF;
  self->kept_frames = GENGA_KEEP_FRAMES_NONE;
  if (!self->is_video)
    return;
  self->reuse = genga_options_get_int (self->options, GENGA_OPTION_REUSE);
  self->kept_frames = genga_options_get_int (self->options, GENGA_OPTION_KEEP_FRAMES);
  self->maps_frames = genga_options_get_boolean (self->options, GENGA_OPTION_FRAME_MAPPING);
}

/* ---- all of it ---- */

static void
notice_even (GengaPlan *self, const GengaSourceInfo *info)
{
  if (self->sink == GENGA_PLAN_VIDEO &&
      genga_plan_size_is_rounded (self->options, info, self->target_scale, self->result.width,
                                  self->result.height))
    genga_plan_notice (self, _ ("Videos need even sides: the result has %d × %d pixels."),
                       self->result.width, self->result.height);
}

/* What becomes of colours. */
static void
notice_luma (GengaPlan *self)
{
  if (genga_plan_has_network (self) && self->spec.in_channels == 1 &&
      genga_layout_get_n_channels (genga_layout_get_without_alpha (self->source.layout)) > 1)
    genga_plan_notice (self,
                       _ ("“%s” is a model of one channel: it works on brightness, and colours are "
                          "resized (Lanczos)."),
                       self->model_name);
}

static void
notice_strength (GengaPlan *self)
{
  if (!genga_plan_has_network (self) &&
      !genga_options_is_default (self->options, GENGA_OPTION_STRENGTH))
    genga_plan_notice (self, _ ("Strength: there is no network, so it changes nothing."));
}

/* What only some ways of reuse look at. */
static void
notice_reuse (GengaPlan *self)
{
  const GengaOption unused[] = { GENGA_OPTION_TOLERANCE, GENGA_OPTION_DUPLICATE_GRID };

  for (gsize i = 0; i < G_N_ELEMENTS (unused); i++)
    if (self->is_video && !genga_options_is_default (self->options, unused[i]) &&
        !genga_options_has_say (self->options, unused[i]))
      genga_plan_notice (self,
                         unused[i] == GENGA_OPTION_TOLERANCE
                             ? _ ("--tolerance changes nothing here: it is for “--reuse tolerance” "
                                  "and “--reuse perceptual”.")
                             : _ ("--duplicate-grid changes nothing here: it is for “--reuse "
                                  "perceptual”."));
}

static void
notice_pages (GengaPlan *self, const GengaPlanRequest *request)
{
  g_autofree char *name = g_filename_display_name (request->source);

  if (!self->is_video && request->info->n_pages > 1)
    genga_plan_notice (self, _ ("“%s” has %d pictures; only the first one is used."), name,
                       request->info->n_pages);
  if (!self->is_video && request->info->is_moving)
    genga_plan_notice (self, _ ("“%s” is an animation; only its first frame is used."), name);
}

/* Previews make tiles of whole pictures. */
static void
choose_strips (GengaPlan *self, const GengaPlanRequest *request)
{
  genga_plan_choose_strips (self, request, genga_plan_get_whole_bytes (self));
  self->takes_tiles &= self->strip_rows == 0;
}

static gboolean
make (GengaPlan *self, const GengaPlanRequest *request, GError **error)
{
  GengaSourceInfo info = *request->info;

  self->is_video = info.kind != GENGA_SOURCE_PICTURE;
  self->held_bytes = info.held_bytes;
  self->bits = info.bits;
  self->has_profile = info.has_icc;
  genga_plan_choose_device (self, request);
  if (!(self->is_video ? describe_video (self, &info, request, error)
                       : describe_picture (self, request, error)) ||
      !genga_plan_match_model (self, request, error))
    return FALSE;
  self->is_in_pixels = genga_plan_size_is_in_pixels (self->options, &info);
  self->target_scale = genga_plan_size_get_scale (self->options, &info);
  if (!genga_plan_choose_model (self, request, error))
    return FALSE;
  if (self->source.width > G_MAXINT / 32 || self->source.height > G_MAXINT / 32)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("The picture is too large."));
      return FALSE;
    }
  if (!choose_size (self, &info, error) || !check_passes (self, error) ||
      !check_result (self, error))
    return FALSE;
  genga_plan_choose_tiles (self, request->available_bytes);
  genga_plan_choose_sample (self);
  choose_flow (self);
  notice_even (self, &info);
  notice_luma (self);
  notice_strength (self);
  notice_reuse (self);
  genga_plan_choose_planes (self, &info);
  genga_plan_describe_output (self, request);
  if (!genga_plan_choose_devices (self, error))
    return FALSE;
  notice_pages (self, request);
  if (!self->is_video)
    choose_strips (self, request);
  genga_plan_add_up (self, self->is_video ? request->video_speed : request->speed);
  return TRUE;
}

GengaPlan *
genga_plan_new (const GengaPlanRequest *request, GError **error)
{
  g_autoptr (GengaPlan) self = g_new0 (GengaPlan, 1);

  self->notices = g_ptr_array_new_with_free_func (g_free);
  return make (self, request, error) ? g_steal_pointer (&self) : NULL;
}
