/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/preview-source.h"
#include "job/chain.h"
#include "job/colour-step.h"
#include "job/plan/plan-size.h"
#include "media/probe.h"

#define MAX_BYTES ((guint64)2 << 30)

void
genga_preview_source_clear (GengaPreviewSource *self)
{
  g_clear_pointer (&self->colour, genga_frame_unref);
  g_clear_pointer (&self->alpha, genga_frame_unref);
  g_clear_pointer (&self->ground, genga_frame_unref);
}

gboolean
genga_preview_source_take (GengaPreviewSource *self,
                           GengaFrame *take_frame,
                           const GengaSourceInfo *info,
                           GengaOptions *options,
                           GengaProgress *progress,
                           GError **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_step_free);
  int width, height;

  genga_plan_size_get_input (options, info, &width, &height);
  if (genga_colour_is_converted (options, info))
    g_ptr_array_add (steps, genga_to_srgb_step_new (genga_colour_stays_srgb (options)));
  genga_chain_add_input_steps (steps, options, &take_frame->info, width, height,
                               genga_chain_needs_ground (options),
                               genga_progress_get_cancellable (progress));
  g_autoptr (GengaItem) item =
      genga_step_chain_run (steps, genga_item_new (GENGA_ITEM_FRAME, NULL, take_frame), error);
  if (item == NULL)
    return FALSE;
  self->info = *info;
  self->colour = g_steal_pointer (&item->frame);
  self->alpha = g_steal_pointer (&item->alpha);
  self->ground = g_steal_pointer (&item->ground);
  return TRUE;
}

gboolean
genga_preview_source_read (GengaPreviewSource *self,
                           const char *path,
                           GengaOptions *options,
                           GengaProgress *progress,
                           GError **error)
{
  GengaSourceParams params = { .max_memory_bytes = MAX_BYTES,
                               .output_factor = 1,
                               .progress = progress };
  g_autoptr (GengaSource) source = genga_source_open (path, &params, error);
  GengaFrame *frame = source != NULL ? genga_source_read (source, error) : NULL;

  return frame != NULL &&
         genga_preview_source_take (self, frame, &source->info, options, progress, error);
}

gboolean
genga_preview_source_is_sound (const GengaPreviewSource *self, GengaOptions *options)
{
  const GengaFrameInfo *colour = &self->colour->info;
  const GengaFrameInfo *alpha = self->alpha != NULL ? &self->alpha->info : NULL;
  const GengaFrameInfo *ground = self->ground != NULL ? &self->ground->info : NULL;
  const gboolean has_alpha = genga_layout_has_alpha (self->info.layout) &&
                             genga_options_get_boolean (options, GENGA_OPTION_TRANSPARENCY);
  int width, height;

  genga_plan_size_get_input (options, &self->info, &width, &height);
  return (alpha != NULL) == has_alpha &&
         (ground != NULL) == (has_alpha && genga_chain_needs_ground (options)) &&
         colour->width == width && colour->height == height &&
         genga_frame_info_get_size (colour) <= MAX_BYTES &&
         (colour->layout == GENGA_LAYOUT_RGB || colour->layout == GENGA_LAYOUT_GREY) &&
         colour->sample != GENGA_SAMPLE_F16 &&
         (alpha == NULL ||
          (alpha->width == width && alpha->height == height && alpha->layout == GENGA_LAYOUT_GREY &&
           alpha->sample != GENGA_SAMPLE_F16)) &&
         (ground == NULL ||
          (ground->layout == colour->layout && ground->sample == GENGA_SAMPLE_F32));
}
