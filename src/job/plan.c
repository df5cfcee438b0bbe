/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan.h"
#include "core/error.h"
#include "models/model-folders.h"
#include "steps/filters.h"
#include "steps/upscale.h"
#include "models/catalogue.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* From here on files are so large that people should know before (SCALE-6). */
#define HUGE_PIXELS 200e6

static int
get_builtin_scale (int scale)
{
  return scale > 0 ? scale : 2;
}

/* 16 bits in the result are worth full precision (PREC-10). */
static GengaPrecision
choose_wish (GengaPlan *self, GengaOptions *options)
{
  GengaPrecision wish = genga_options_get_int (options, GENGA_OPTION_PRECISION);

  return wish == GENGA_PRECISION_AUTO && self->save.bit_depth == 16 ? GENGA_PRECISION_FP32 : wish;
}

static GengaModel *
load_file (GengaPlan *self,
           const char *path,
           GengaOptions *options,
           GengaProgress *progress,
           GError **error)
{
  const char *device = genga_options_get_string (options, GENGA_OPTION_DEVICE);
  g_autoptr (GengaEngine) engine = genga_engine_open (device, error);

  if (engine == NULL)
    return NULL;
  if (g_str_equal (device, "auto") && genga_engine_get_gpu_problem () != NULL)
    genga_progress_notice (progress, _ ("The GPU cannot be used, so the CPU computes: %s"),
                           genga_engine_get_gpu_problem ());
  return genga_model_load (engine, path, choose_wish (self, options),
                           genga_options_get_int (options, GENGA_OPTION_THREADS), progress, error);
}

static gboolean
load_model (GengaPlan *self, GengaOptions *options, GengaProgress *progress, GError **error)
{
  const char *name = genga_options_get_string (options, GENGA_OPTION_MODEL);
  int scale = genga_options_get_int (options, GENGA_OPTION_SCALE);
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GengaCatalogueEntry) entry =
      genga_catalogue_resolve ((const char *const *)folders, name, error);

  if (entry == NULL)
    return FALSE;
  self->model_name = g_strdup (entry->display_name);
  if (entry->kind == GENGA_CATALOGUE_NONE)
    return TRUE;
  if (entry->kind == GENGA_CATALOGUE_BUILTIN)
    self->model = genga_model_new_builtin (entry->family, get_builtin_scale (scale), error);
  else
    self->model = load_file (self, entry->path, options, progress, error);
  return self->model != NULL;
}

static void
choose_scales (GengaPlan *self, GengaOptions *options, GengaProgress *progress)
{
  int scale = genga_options_get_int (options, GENGA_OPTION_SCALE);

  self->native_scale = self->model != NULL ? genga_model_get_spec (self->model)->scale : 1;
  self->target_scale = scale > 0 ? scale : self->native_scale;
  if (self->model != NULL && self->native_scale == 1 && self->target_scale > 1)
    {
      genga_progress_notice (progress,
                             _ ("“%s” does not enlarge (it is a 1x model): the result keeps the "
                                "source's size."),
                             self->model_name);
      self->target_scale = 1;
    }
  self->factor =
      self->model != NULL ? genga_upscale_get_factor (self->native_scale, self->target_scale) : 1;
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

/* The exact size, and for codecs with coarser colours an even one. */
static void
choose_size (const GengaPlan *self, int *width, int *height)
{
  *width = self->source.width * self->target_scale;
  *height = self->source.height * self->target_scale;
  if (self->target_height > 0)
    {
      double ratio = (double)self->source.width / self->source.height;
      *width = lround (ratio * self->target_height);
      *height = self->target_height;
    }
  if (self->is_video && !self->may_be_odd)
    {
      *width += *width % 2;
      *height += *height % 2;
    }
}

static void
add_steps (GengaPlan *self, GengaOptions *options, GengaProgress *progress)
{
  guint n_threads = genga_options_get_int (options, GENGA_OPTION_THREADS);
  gboolean keep = genga_options_get_boolean (options, GENGA_OPTION_TRANSPARENCY);
  GCancellable *cancellable = genga_progress_get_cancellable (progress);
  GengaSessionParams session = {
    .tile = genga_options_get_int (options, GENGA_OPTION_TILE),
    .overlap = genga_options_get_int (options, GENGA_OPTION_OVERLAP),
    .blend = genga_options_get_int (options, GENGA_OPTION_BLEND),
    .progress = progress,
    .reuse = self->is_video ? genga_options_get_int (options, GENGA_OPTION_REUSE) : GENGA_REUSE_OFF,
    .tolerance = genga_options_get_int (options, GENGA_OPTION_TOLERANCE),
  };
  GengaEnhance enhance = genga_plan_get_enhance (options);
  int width, height;

  choose_size (self, &width, &height);
  if (genga_layout_has_alpha (self->source.layout))
    g_ptr_array_add (self->steps, genga_split_alpha_step_new (keep));
  if (self->model != NULL)
    {
      self->upscale = genga_upscale_step_new (self->model, self->target_scale, &session);
      g_ptr_array_add (self->steps, self->upscale);
    }
  if (!genga_enhance_is_neutral (&enhance))
    g_ptr_array_add (self->steps, genga_enhance_step_new (&enhance, n_threads, cancellable));
  g_ptr_array_add (self->steps, genga_resize_step_new (width, height, n_threads, cancellable));
  if (genga_layout_has_alpha (self->source.layout) && keep)
    g_ptr_array_add (self->steps, genga_join_alpha_step_new (n_threads, cancellable));
}

static gboolean
choose_save (GengaPlan *self,
             GengaOptions *options,
             const GengaPictureInfo *info,
             GengaProgress *progress,
             GError **error)
{
  GengaPictureSave *save = &self->save;
  int bit_depth = genga_options_get_int (options, GENGA_OPTION_BIT_DEPTH);

  save->quality = genga_options_get_int (options, GENGA_OPTION_QUALITY);
  save->png_level = genga_options_get_int (options, GENGA_OPTION_PNG_LEVEL);
  save->png_optimise = genga_options_get_boolean (options, GENGA_OPTION_PNG_OPTIMISE);
  save->webp_lossless = genga_options_get_boolean (options, GENGA_OPTION_LOSSLESS);
  save->overwrite = genga_options_get_boolean (options, GENGA_OPTION_OVERWRITE);
  save->progress = progress;

  if (bit_depth == 16 && save->format != GENGA_FORMAT_PNG)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                           _ ("Only PNG holds 16 bits; choose PNG as the format."));
      return FALSE;
    }
  if (bit_depth == 0)
    bit_depth = info->sample != GENGA_SAMPLE_U8 && save->format == GENGA_FORMAT_PNG ? 16 : 8;
  save->bit_depth = bit_depth;
  return TRUE;
}

/* A WebP that is too large becomes a PNG (FMT-3), which the caller sees to; a JPEG cannot. */
static gboolean
check_result (GengaPlan *self, GengaProgress *progress, GError **error)
{
  self->result = self->source;
  if (!genga_step_chain_describe (self->steps, &self->result, error))
    return FALSE;
  if ((double)self->result.width * self->result.height > HUGE_PIXELS)
    genga_progress_notice (progress, _ ("The result has %d × %d pixels; such files are huge."),
                           self->result.width, self->result.height);
  return self->save.format == GENGA_FORMAT_WEBP ||
         genga_format_check_size (self->save.format, self->result.width, self->result.height,
                                  error);
}

gboolean
genga_plan_init (GengaPlan *self,
                 GengaOptions *options,
                 const GengaPictureInfo *info,
                 GengaProgress *progress,
                 GError **error)
{
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_step_free);
  self->source = (GengaFrameInfo){
    .width = info->width,
    .height = info->height,
    .sample = info->sample,
    .layout = info->layout,
  };

  if (!choose_save (self, options, info, progress, error) ||
      !load_model (self, options, progress, error))
    return FALSE;
  choose_scales (self, options, progress);
  if (info->width > G_MAXINT / 32 || info->height > G_MAXINT / 32)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("The picture is too large."));
      return FALSE;
    }
  add_steps (self, options, progress);
  return check_result (self, progress, error);
}

void
genga_plan_clear (GengaPlan *self)
{
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->model, genga_model_unref);
  g_clear_pointer (&self->model_name, g_free);
}

void
genga_plan_get_facts (const GengaPlan *self, GengaJobFacts *facts)
{
  facts->target_width = self->result.width;
  facts->target_height = self->result.height;
  g_strlcpy (facts->model, self->model_name, sizeof facts->model);
  if (self->model == NULL)
    return;

  GengaEngine *engine = genga_model_get_engine (self->model);
  g_strlcpy (facts->device, genga_engine_get_device (engine)->id, sizeof facts->device);
  g_strlcpy (facts->precision,
             genga_choice_get_nick (GENGA_TYPE_PRECISION, genga_model_get_precision (self->model)),
             sizeof facts->precision);
  genga_upscale_step_get_tile (self->upscale, self->source.width, self->source.height, &facts->tile,
                               &facts->overlap);
}
