/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan.h"

#include <stdarg.h>

const char *
genga_plan_sink_get_nick (GengaPlanSink sink)
{
  static const char *const nicks[] = {
    [GENGA_PLAN_PICTURE] = "picture",
    [GENGA_PLAN_VIDEO] = "segments",
    [GENGA_PLAN_ANIMATION] = "animation",
    [GENGA_PLAN_FRAMES] = "folder",
  };

  return nicks[sink];
}

void
genga_plan_free (GengaPlan *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->options);
  g_free (self->model_name);
  g_free (self->model_path);
  g_free (self->device_reason);
  g_free (self->ending);
  g_free (self->target);
  g_clear_pointer (&self->tracks, g_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_free (self);
}

gboolean
genga_plan_has_network (const GengaPlan *self)
{
  return self->model_kind != GENGA_CATALOGUE_NONE;
}

gboolean
genga_plan_has_quality (const GengaPlan *self)
{
  const GengaPictureSave *save = &self->save;

  return save->format != GENGA_FORMAT_PNG && save->format != GENGA_FORMAT_TIFF &&
         (save->format == GENGA_FORMAT_JPEG || !save->webp_lossless || save->webp_near_lossless);
}

gboolean
genga_plan_reduces (const GengaPlan *self)
{
  return self->frame.width != self->source.width || self->frame.height != self->source.height;
}

double
genga_plan_get_strength (const GengaPlan *self)
{
  return genga_plan_has_network (self)
             ? genga_options_get_double (self->options, GENGA_OPTION_STRENGTH) / 100
             : 1;
}

void
genga_plan_notice (GengaPlan *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (self->notices, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}
