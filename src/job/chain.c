/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/chain.h"
#include "core/error.h"
#include "core/options-text.h"
#include "job/colour-step.h"
#include "job/plan/plan-network.h"
#include "job/plan/plan-planes.h"
#include "job/plan/plan-target.h"
#include "job/plan/planner.h"
#include "job/strips/strip-step.h"
#include "steps/enlarge-planes.h"
#include "steps/filters.h"
#include "steps/upscale.h"
#include "engine/model-cache.h"

#include <glib/gi18n-lib.h>

/* ---- the device ---- */

static gboolean
is_other_device (const GengaDeviceInfo *a, const GengaDeviceInfo *b)
{
  return !g_str_equal (a->id, b->id) || a->is_cpu != b->is_cpu || a->fast_fp16 != b->fast_fp16 ||
         a->fast_bf16 != b->fast_bf16 || (!a->is_cpu && a->total_bytes != b->total_bytes);
}

/* Opens the plan's device, and plans again where that is another. NULL without a network. */
static GengaEngine *
open_device (GengaChain *self,
             const GengaPlanRequest *request,
             GengaProgress *progress,
             GError **error)
{
  const char *device = genga_options_get_string (request->options, GENGA_OPTION_DEVICE);
  g_auto (GengaDeviceChoice) choice = { 0 };
  g_autoptr (GengaEngine) engine = genga_plan_open_engine (self->plan, request, &choice, error);
  GengaPlanRequest again = *request;
  GengaPlan *plan;

  if (engine == NULL)
    return NULL;
  if (g_str_equal (device, "auto") && genga_engine_get_gpu_problem () != NULL)
    genga_progress_notice (progress, _ ("Can't use the GPU, so the CPU does the work: %s"),
                           genga_engine_get_gpu_problem ());
  if (!is_other_device (&choice.device, &self->plan->device))
    return g_steal_pointer (&engine);
  again.device = &choice.device;
  again.device_reason = choice.reason;
  plan = genga_plan_new (&again, error);
  if (plan == NULL)
    return NULL;
  genga_plan_take_target (plan, self->plan);
  genga_plan_free (self->plan);
  self->plan = plan;
  return g_steal_pointer (&engine);
}

static gboolean
load_model (GengaChain *self, GengaEngine *engine, GengaProgress *progress, GError **error)
{
  const GengaPlan *plan = self->plan;

  self->model =
      engine == NULL
          ? genga_model_new_builtin (plan->spec.family, plan->native_scale, error)
          : genga_model_load_copy (engine, plan->model_path, plan->requested_precision,
                                   genga_options_get_int (plan->options, GENGA_OPTION_THREADS),
                                   self->copy, progress, error);
  return self->model != NULL;
}

/* ---- the steps ---- */

static GengaStep *
new_upscale (GengaChain *self, GengaProgress *progress)
{
  const GengaPlan *plan = self->plan;
  GengaOptions *options = plan->options;
  GengaSessionParams session = {
    .tile = genga_options_get_int (options, GENGA_OPTION_TILE),
    .overlap = genga_options_get_int (options, GENGA_OPTION_OVERLAP),
    .blend = genga_options_get_int (options, GENGA_OPTION_BLEND),
    .progress = progress,
    .reuse = plan->reuse,
    .tolerance = genga_options_get_int (options, GENGA_OPTION_TOLERANCE),
    .grid = genga_options_get_int (options, GENGA_OPTION_DUPLICATE_GRID),
  };

  self->upscale = genga_upscale_step_new (self->model, plan->target_scale, &session);
  if (genga_layout_has_alpha (plan->result.layout))
    genga_upscale_step_set_alpha (self->upscale,
                                  genga_options_get_int (options, GENGA_OPTION_ALPHA),
                                  genga_options_get_int (options, GENGA_OPTION_THREADS));
  genga_upscale_step_set_untiled (self->upscale, plan->source.width, plan->source.height,
                                  genga_plan_get_untiled (plan));
  genga_upscale_step_set_sample (self->upscale, plan->network_sample);
  genga_upscale_step_set_strength (self->upscale, genga_plan_get_strength (plan));
  return self->upscale;
}

gboolean
genga_chain_needs_ground (GengaOptions *options)
{
  const char *model = genga_options_get_string (options, GENGA_OPTION_MODEL);

  return !g_str_equal (model, "none") && !g_str_equal (model, "nearest") &&
         genga_options_get_int (options, GENGA_OPTION_ALPHA) == GENGA_ALPHA_NETWORK;
}

void
genga_chain_add_input_steps (GPtrArray *steps,
                             GengaOptions *options,
                             const GengaFrameInfo *frame,
                             int width,
                             int height,
                             gboolean has_ground,
                             GCancellable *cancellable)
{
  const gboolean has_alpha = genga_layout_has_alpha (frame->layout);
  float background[3] = { 1, 1, 1 };

  if (has_alpha)
    g_ptr_array_add (steps, genga_fill_hidden_step_new ());
  if (width != frame->width || height != frame->height)
    g_ptr_array_add (steps,
                     genga_resize_step_new (width, height,
                                            genga_options_get_int (options, GENGA_OPTION_THREADS),
                                            cancellable));
  if (!has_alpha)
    return;
  genga_options_parse_colour (genga_options_get_string (options, GENGA_OPTION_BACKGROUND),
                              background);
  g_ptr_array_add (steps, genga_options_get_boolean (options, GENGA_OPTION_TRANSPARENCY)
                              ? genga_split_alpha_step_new (has_ground)
                              : genga_composite_step_new (background));
}

static void
add_steps (GengaChain *self, GengaProgress *progress)
{
  const GengaPlan *plan = self->plan;
  GengaOptions *options = plan->options;
  guint n_threads = genga_options_get_int (options, GENGA_OPTION_THREADS);
  GCancellable *cancellable = genga_progress_get_cancellable (progress);
  GengaEnhance enhance = genga_plan_get_enhance (options);

  if (plan->is_srgb_within)
    g_ptr_array_add (self->steps, genga_to_srgb_step_new (genga_colour_stays_srgb (options)));
  genga_chain_add_input_steps (self->steps, options, &plan->frame, plan->source.width,
                               plan->source.height, genga_chain_needs_ground (options),
                               cancellable);
  if (self->model != NULL)
    g_ptr_array_add (self->steps, new_upscale (self, progress));
  if (!genga_enhance_is_neutral (&enhance))
    g_ptr_array_add (self->steps, genga_enhance_step_new (&enhance, n_threads, cancellable));
  if (genga_layout_has_alpha (plan->result.layout))
    g_ptr_array_add (self->steps, genga_join_alpha_step_new ());
  g_ptr_array_add (self->steps, genga_resize_step_new (plan->result.width, plan->result.height,
                                                       n_threads, cancellable));
  if (plan->is_srgb_within)
    g_ptr_array_add (self->steps, genga_from_srgb_step_new (genga_colour_stays_srgb (options)));
}

/* Repeating pixels and nothing else; planes that stay as they are need no step at all. */
static void
add_plane_steps (GengaChain *self)
{
  if (self->plan->factor > 1)
    g_ptr_array_add (self->steps, genga_enlarge_planes_step_new (self->plan->factor));
}

/* One step that does the same for rows of the picture. */
static void
add_strip_step (GengaChain *self, GengaProgress *progress)
{
  GengaStep *upscale = self->model != NULL ? new_upscale (self, progress) : NULL;

  g_ptr_array_add (self->steps,
                   genga_strip_step_new (self->plan, upscale,
                                         genga_chain_needs_ground (self->plan->options), progress));
}

/* What the steps make is what the plan says. */
static gboolean
make_steps (GengaChain *self, GengaProgress *progress, GError **error)
{
  GengaFrameInfo info = self->plan->frame;

  g_clear_pointer (&self->steps, g_ptr_array_unref);
  self->upscale = NULL;
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_step_free);
  if (self->plan->strip_rows > 0)
    add_strip_step (self, progress);
  else if (genga_layout_get_n_channels (info.layout) == 0)
    add_plane_steps (self);
  else
    add_steps (self, progress);
  if (!genga_step_chain_describe (self->steps, &info, error))
    return FALSE;
  if (info.width == self->plan->result.width && info.height == self->plan->result.height &&
      info.layout == self->plan->result.layout)
    return TRUE;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                       "the steps make something else than was planned");
  return FALSE;
}

/* ---- the border ---- */

static gboolean
has_notice (const GengaPlan *plan, const char *notice)
{
  for (guint i = 0; plan != NULL && i < plan->notices->len; i++)
    if (g_str_equal (plan->notices->pdata[i], notice))
      return TRUE;
  return FALSE;
}

static void
tell_notices (const GengaPlan *plan, const GengaPlan *earlier, GengaProgress *progress)
{
  for (guint i = 0; i < plan->notices->len; i++)
    if (!has_notice (earlier, plan->notices->pdata[i]))
      genga_progress_notice (progress, "%s", (const char *)plan->notices->pdata[i]);
}

/* A model that stays loaded remembers the tiles that an earlier job came down to. */
static void
tell_smaller_tiles (const GengaChain *self, GengaProgress *progress)
{
  const GengaPlan *plan = self->plan;
  int tile, overlap;

  for (guint i = 0; i < plan->n_passes; i++)
    {
      const GengaPlanPass *pass = &plan->passes[i];
      int planned = MAX (pass->tile_width, pass->tile_height);

      genga_upscale_step_get_tile (self->upscale, pass->width, pass->height, &tile, &overlap);
      if (tile == 0 || tile >= planned)
        continue;
      genga_progress_notice (progress,
                             _ ("An earlier job ran out of memory with larger tiles; tiles are "
                                "now %d pixels."),
                             tile);
      return;
    }
}

gboolean
genga_chain_open (GengaChain *self,
                  GengaPlan *take_plan,
                  const GengaPlanRequest *request,
                  GengaProgress *progress,
                  GError **error)
{
  g_autoptr (GengaEngine) engine = NULL;

  self->plan = take_plan;
  if (take_plan->model_kind == GENGA_CATALOGUE_FILE)
    {
      engine = open_device (self, request, progress, error);
      if (engine == NULL)
        return FALSE;
    }
  tell_notices (self->plan, NULL, progress);
  /* Opening a device takes seconds at the first time. */
  if (g_cancellable_set_error_if_cancelled (genga_progress_get_cancellable (progress), error))
    return FALSE;
  if ((genga_plan_has_network (self->plan) && !load_model (self, engine, progress, error)) ||
      !make_steps (self, progress, error))
    return FALSE;
  if (self->upscale != NULL)
    tell_smaller_tiles (self, progress);
  return TRUE;
}

gboolean
genga_chain_replace_plan (GengaChain *self,
                          GengaPlan *take_plan,
                          GengaProgress *progress,
                          GError **error)
{
  tell_notices (take_plan, self->plan, progress);
  genga_plan_free (self->plan);
  self->plan = take_plan;
  return make_steps (self, progress, error);
}

void
genga_chain_set_untiled (GengaChain *self, guint untiled)
{
  genga_plan_set_untiled (self->plan, untiled);
  if (self->upscale != NULL)
    genga_upscale_step_set_untiled (self->upscale, self->plan->source.width,
                                    self->plan->source.height, genga_plan_get_untiled (self->plan));
}

gboolean
genga_chain_take_planes (GengaChain *self,
                         const GengaSourceInfo *info,
                         GengaProgress *progress,
                         GError **error)
{
  genga_plan_take_planes (self->plan, info);
  return make_steps (self, progress, error);
}

void
genga_chain_get_facts (const GengaChain *self, GengaJobFacts *facts)
{
  const GengaPlan *plan = self->plan;

  facts->target_width = plan->result.width;
  facts->target_height = plan->result.height;
  g_strlcpy (facts->model, plan->model_name, sizeof facts->model);
  if (self->model == NULL)
    return;

  GengaEngine *engine = genga_model_get_engine (self->model);
  g_strlcpy (facts->device, genga_engine_get_device (engine)->id, sizeof facts->device);
  g_strlcpy (facts->device_reason, plan->device_reason != NULL ? plan->device_reason : "",
             sizeof facts->device_reason);
  g_strlcpy (facts->precision,
             genga_choice_get_nick (GENGA_TYPE_PRECISION, genga_model_get_precision (self->model)),
             sizeof facts->precision);
  if (self->upscale != NULL)
    genga_upscale_step_get_tile (self->upscale, plan->source.width, plan->source.height,
                                 &facts->tile, &facts->overlap);
}

void
genga_chain_clear (GengaChain *self)
{
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->model, genga_model_unref);
  g_clear_pointer (&self->plan, genga_plan_free);
  self->upscale = NULL;
}
