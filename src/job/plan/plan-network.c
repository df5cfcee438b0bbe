/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-network.h"
#include "core/cpu.h"
#include "engine/device-facts.h"
#include "engine/tiling/tile-choice.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>

#define MAX_BUILTIN_SCALE 16

static void
take_choice (GengaPlan *self, GengaDeviceChoice *choice)
{
  self->device = choice->device;
  self->is_device_known = choice->is_known;
  g_free (self->device_reason);
  self->device_reason = g_steal_pointer (&choice->reason);
}

/* `network` NULL: before it is known. */
static void
choose_device (GengaPlan *self, const GengaPlanRequest *request, const GengaNetwork *network)
{
  const char *device = genga_options_get_string (request->options, GENGA_OPTION_DEVICE);
  const GengaSpeed *speed = self->is_video ? request->video_speed : request->speed;
  GengaDeviceChoice choice = { .is_known = TRUE };

  if (request->device != NULL)
    {
      choice.device = *request->device;
      choice.reason = g_strdup (request->device_reason);
    }
  else
    genga_device_choose (&choice, device, network);
  take_choice (self, &choice);
  if (choice.is_known || speed == NULL || *speed->device == '\0' || !g_str_equal (device, "auto"))
    return;
  /* The device that “auto” chose earlier is a better guess. */
  genga_device_choose (&choice, speed->device, network);
  take_choice (self, &choice);
}

void
genga_plan_choose_device (GengaPlan *self, const GengaPlanRequest *request)
{
  choose_device (self, request, NULL);
}

/* 16 bits in the result are worth full precision. */
static void
choose_precision (GengaPlan *self)
{
  self->requested_precision = genga_options_get_int (self->options, GENGA_OPTION_PRECISION);
  if (self->requested_precision == GENGA_PRECISION_AUTO && self->save.bit_depth > 8)
    self->requested_precision = GENGA_PRECISION_FP32;
}

static GengaNetwork
get_network (const GengaPlan *self, const GengaModelFacts *facts)
{
  return (GengaNetwork){
    .spec = &self->spec,
    .graph = facts->graph,
    .stored = facts->stored_type,
    .wanted = self->requested_precision,
  };
}

static void
choose_file (GengaPlan *self, const GengaPlanRequest *request, const GengaModelFacts *facts)
{
  GengaNetwork network;

  choose_precision (self);
  network = get_network (self, facts);
  choose_device (self, request, &network);
  self->precision = genga_device_info_resolve_precision (&self->device, &self->spec, network.stored,
                                                         network.wanted);
}

/*
 * The reference engine's own networks are of any scale up to a limit, beyond which there are
 * passes, as few as possible, of the smallest scale that does.
 */
static int
choose_builtin_scale (int target)
{
  int scale = 2;

  if (target <= 0)
    return scale;
  if (target <= MAX_BUILTIN_SCALE)
    return target;
  while (genga_upscale_get_n_passes (scale, target) >
         genga_upscale_get_n_passes (MAX_BUILTIN_SCALE, target))
    scale++;
  return scale;
}

static void
choose_builtin (GengaPlan *self, GengaFamily family)
{
  genga_net_spec_init_builtin (&self->spec, family, choose_builtin_scale (self->target_scale));
  self->is_device_known = genga_device_info_guess (&self->device, "reference");
  g_clear_pointer (&self->device_reason, g_free);
  self->precision = self->requested_precision = GENGA_PRECISION_FP32;
}

static void
choose_scales (GengaPlan *self)
{
  gboolean has_network = genga_plan_has_network (self);

  self->native_scale = has_network ? self->spec.scale : 1;
  /* A video of which nothing was said gets the model's scale; without one, the usual factor. */
  if (self->target_scale == 0 && !has_network)
    self->target_scale = genga_options_get_int (self->options, GENGA_OPTION_SCALE);
  if (self->target_scale == 0)
    self->target_scale = self->native_scale;
  if (has_network && self->native_scale == 1 && self->target_scale > 1)
    {
      genga_plan_notice (self,
                         self->is_in_pixels
                             ? _ ("“%s” is a 1x model and does not enlarge: what it makes is "
                                  "resized (Lanczos).")
                             : _ ("“%s” is a 1x model and does not enlarge: the result keeps the "
                                  "source's size."),
                         self->model_name);
      self->target_scale = 1;
    }
  self->factor =
      has_network ? genga_upscale_get_factor (self->native_scale, self->target_scale) : 1;
  self->n_passes =
      has_network ? genga_upscale_get_n_passes (self->native_scale, self->target_scale) : 0;
}

static gboolean
take_model (GengaPlan *self,
            const GengaPlanRequest *request,
            const GengaModelFacts *facts,
            GError **error)
{
  self->model_kind = facts->entry->kind;
  self->model_name = g_strdup (facts->entry->display_name);
  self->model_path = g_strdup (facts->entry->path);
  self->model_bytes = facts->size_bytes;
  if (self->model_kind == GENGA_CATALOGUE_BUILTIN)
    choose_builtin (self, facts->entry->family);
  else if (self->model_kind == GENGA_CATALOGUE_FILE)
    {
      self->spec = facts->spec;
      if (!genga_net_spec_check_channels (&self->spec, error))
        return FALSE;
      choose_file (self, request, facts);
    }
  choose_scales (self);
  return TRUE;
}

gboolean
genga_plan_choose_model (GengaPlan *self, const GengaPlanRequest *request, GError **error)
{
  const char *name = genga_options_get_string (self->options, GENGA_OPTION_MODEL);
  g_autoptr (GengaFactsCache) own = request->models == NULL ? genga_facts_cache_new () : NULL;
  const GengaModelFacts *facts =
      genga_facts_cache_look_up (own != NULL ? own : request->models, name, error);

  return facts != NULL && take_model (self, request, facts, error);
}

GengaEngine *
genga_plan_open_engine (const GengaPlan *self,
                        const GengaPlanRequest *request,
                        GengaDeviceChoice *choice,
                        GError **error)
{
  const char *name = genga_options_get_string (self->options, GENGA_OPTION_MODEL);
  g_autoptr (GengaFactsCache) own = request->models == NULL ? genga_facts_cache_new () : NULL;
  const GengaModelFacts *facts =
      genga_facts_cache_look_up (own != NULL ? own : request->models, name, error);
  GengaNetwork network;

  if (facts == NULL)
    return NULL;
  network = get_network (self, facts);
  return genga_engine_open_for (genga_options_get_string (request->options, GENGA_OPTION_DEVICE),
                                &network, choice, error);
}

/* All frames of it pass one place in order, or there is no network of a file. */
static gboolean
is_for_one (const GengaPlan *self)
{
  return self->model_kind != GENGA_CATALOGUE_FILE ||
         (self->is_video && (self->sink != GENGA_PLAN_VIDEO ||
                             self->kept_frames != GENGA_KEEP_FRAMES_NONE || self->maps_frames));
}

gboolean
genga_plan_choose_devices (GengaPlan *self, GError **error)
{
  const char *word = genga_options_get_string (self->options, GENGA_OPTION_DEVICE);
  const guint n_workers = genga_options_get_int (self->options, GENGA_OPTION_WORKERS);

  if (!genga_device_list_resolve (
          &self->devices, word, &self->device, n_workers,
          genga_options_get_boolean (self->options, GENGA_OPTION_MIXED_DEVICES), error))
    return FALSE;
  if (self->devices.n > 1 && is_for_one (self))
    {
      self->devices.n = 1;
      if (self->model_kind == GENGA_CATALOGUE_FILE)
        genga_plan_notice (self,
                           _ ("Only “%s” works: the result has parts that are about all of its "
                              "frames, which one device makes in their order."),
                           self->device.id);
    }
  return TRUE;
}

gboolean
genga_plan_has_lanes (const GengaPlan *self)
{
  return self->sink == GENGA_PLAN_VIDEO && self->devices.n > 1;
}

static void
describe_pass (const GengaTileChoice *choice, GengaPlanPass *pass)
{
  GengaTilePlan tiles;

  genga_tile_choice_make_plan (choice, pass->is_untiled, pass->width, pass->height, &tiles);
  pass->tile_width = tiles.x.size;
  pass->tile_height = tiles.y.size;
  pass->overlap = tiles.overlap;
  pass->n_tiles = genga_tile_plan_get_n_tiles (&tiles);
}

static void
describe_passes (GengaPlan *self, guint untiled)
{
  GengaModelNeeds needs;
  GengaTileChoice choice = {
    .spec = &self->spec,
    .needs = &needs,
    .device = &self->device,
    .tile = genga_options_get_int (self->options, GENGA_OPTION_TILE),
    .overlap = genga_options_get_int (self->options, GENGA_OPTION_OVERLAP),
  };

  genga_model_needs_init (&needs, &self->spec, &self->device, self->precision);
  self->network_bytes = 0;
  for (guint i = 0; i < self->n_passes; i++)
    {
      GengaPlanPass *pass = &self->passes[i];

      pass->is_untiled = needs.is_global && choice.tile <= 0 && (untiled >> i & 1) != 0;
      describe_pass (&choice, pass);
      self->network_bytes =
          MAX (self->network_bytes,
               genga_model_needs_get_bytes (&needs, pass->tile_width, pass->tile_height));
    }
}

/* Each pass gets what the one before it has made. */
static void
size_passes (GengaPlan *self)
{
  int width = self->source.width, height = self->source.height;

  self->n_passes = MIN (self->n_passes, GENGA_PLAN_MAX_PASSES);
  for (guint i = 0; i < self->n_passes; i++)
    {
      self->passes[i] = (GengaPlanPass){ .width = width, .height = height };
      width *= self->native_scale;
      height *= self->native_scale;
    }
}

void
genga_plan_choose_tiles (GengaPlan *self, guint64 available_bytes)
{
  GengaModelNeeds needs;
  GengaTileChoice choice = { .spec = &self->spec, .needs = &needs, .device = &self->device };
  guint untiled = 0;

  if (self->n_passes == 0)
    return;
  if (available_bytes == 0)
    available_bytes = genga_memory_get_available ();
  genga_model_needs_init (&needs, &self->spec, &self->device, self->precision);
  choice.tile = genga_options_get_int (self->options, GENGA_OPTION_TILE);
  size_passes (self);
  for (guint i = 0; i < self->n_passes; i++)
    if (genga_tile_choice_is_untiled (&choice, available_bytes, self->passes[i].width,
                                      self->passes[i].height))
      untiled |= 1u << i;
  describe_passes (self, untiled);
}

void
genga_plan_set_untiled (GengaPlan *self, guint untiled)
{
  if (self->n_passes > 0)
    describe_passes (self, untiled);
}

guint
genga_plan_get_untiled (const GengaPlan *self)
{
  guint untiled = 0;

  for (guint i = 0; i < self->n_passes; i++)
    untiled |= self->passes[i].is_untiled ? 1u << i : 0;
  return untiled;
}

GengaEnhance
genga_plan_get_enhance (GengaOptions *options)
{
  return (GengaEnhance){
    .sharpening = genga_options_get_double (options, GENGA_OPTION_SHARPENING),
    .contrast = genga_options_get_double (options, GENGA_OPTION_CONTRAST),
    .saturation = genga_options_get_double (options, GENGA_OPTION_SATURATION),
  };
}

/* Whether the steps leave what the network has made as it is. */
static gboolean
is_made_by_network (const GengaPlan *self)
{
  const GengaEnhance enhance = genga_plan_get_enhance (self->options);

  return !self->is_video && !self->is_srgb_within &&
         !genga_layout_has_alpha (self->source.layout) &&
         (self->spec.in_channels > 1 || self->source.layout == GENGA_LAYOUT_GREY) &&
         genga_enhance_is_neutral (&enhance) && genga_plan_get_strength (self) >= 1 &&
         self->result.width == self->source.width * self->factor &&
         self->result.height == self->source.height * self->factor;
}

void
genga_plan_choose_sample (GengaPlan *self)
{
  const GengaSample sample = self->save.bit_depth > 8 ? GENGA_SAMPLE_U16 : GENGA_SAMPLE_U8;
  GengaModelNeeds needs;

  self->network_sample = GENGA_SAMPLE_F32;
  if (self->n_passes == 0 || self->save.bit_depth == 32 || !is_made_by_network (self))
    return;
  genga_model_needs_init (&needs, &self->spec, &self->device, self->precision);
  if (genga_model_needs_writes (&needs, &self->device, sample))
    self->network_sample = sample;
}
