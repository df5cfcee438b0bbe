/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-planes.h"
#include "job/plan/plan-network.h"

/* What enlarges without looking at colours. */
static gboolean
is_blind (const GengaPlan *self)
{
  return self->n_passes == 0 ||
         (self->spec.family == GENGA_FAMILY_NEAREST && genga_plan_get_strength (self) >= 1);
}

static gboolean
has_filters (const GengaPlan *self)
{
  const GengaEnhance enhance = genga_plan_get_enhance (self->options);

  return !genga_enhance_is_neutral (&enhance) || self->source.width != self->frame.width ||
         self->source.height != self->frame.height ||
         self->result.width != self->source.width * self->factor ||
         self->result.height != self->source.height * self->factor;
}

/* Frames that only look alike are compared as RGB, and so are the parts of one. */
static gboolean
has_one_reuse (const GengaPlan *self)
{
  return !self->maps_frames && (self->reuse == GENGA_REUSE_OFF || self->reuse == GENGA_REUSE_EXACT);
}

/* Four floats, whether there is transparency or not, or what the planes take. */
static void
set_pixel_bytes (GengaPlan *self, const GengaSourceInfo *info)
{
  const GengaFrameInfo *planes = &info->planes;
  const double pixels = (double)planes->width * planes->height;
  const gsize size = self->is_in_planes ? genga_frame_info_get_size (planes) : 0;

  self->pixel_bytes = size > 0 ? size / pixels : 4 * sizeof (float);
}

void
genga_plan_choose_planes (GengaPlan *self, const GengaSourceInfo *info)
{
  self->is_in_planes =
      self->sink == GENGA_PLAN_VIDEO && info->planes.width > 0 && self->rotation == 0 &&
      !self->is_mirrored && self->kept_frames == GENGA_KEEP_FRAMES_NONE &&
      !genga_layout_has_alpha (info->layout) &&
      genga_options_get_int (self->options, GENGA_OPTION_PRECISION) != GENGA_PRECISION_FP32 &&
      is_blind (self) && !has_filters (self) && has_one_reuse (self);
  set_pixel_bytes (self, info);
}

void
genga_plan_set_in_planes (GengaPlan *self, gboolean is_in_planes)
{
  self->is_in_planes = is_in_planes;
}

void
genga_plan_take_planes (GengaPlan *self, const GengaSourceInfo *info)
{
  GengaFrameInfo *const frames[] = { &self->frame, &self->source, &self->result };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      frames[i]->sample = info->planes.sample;
      frames[i]->layout = info->planes.layout;
      frames[i]->depth = info->planes.depth;
    }
  /* There is no network to learn anything of. */
  self->network_pixels = 0;
}
