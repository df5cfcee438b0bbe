/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/estimate-part.h"
#include "job/plan/plan-target.h"

#include <math.h>
#include <string.h>

static void
fill (GengaEstimatePart *self, GengaJob *job, const GengaPlan *plan)
{
  g_autofree char *name =
      genga_plan_dup_name (plan, genga_job_get_options (job), genga_job_get_source (job),
                           genga_job_get_requested_target (job), genga_job_get_hints (job));

  *self = (GengaEstimatePart){
    .width = plan->result.width,
    .height = plan->result.height,
    .counts_frames = plan->counts_frames,
    .is_device_known = plan->is_device_known && genga_plan_has_network (plan),
    .memory_bytes = plan->memory_bytes,
    .disk_bytes = plan->disk_bytes,
    .work_seconds = plan->work_seconds,
    .io_seconds = plan->io_seconds,
    .seconds = plan->seconds,
  };
  g_strlcpy (self->precision, genga_choice_get_nick (GENGA_TYPE_PRECISION, plan->precision),
             sizeof self->precision);
  g_strlcpy (self->device, plan->device.id, sizeof self->device);
  if (name != NULL)
    g_strlcpy (self->name, name, sizeof self->name);
}

gboolean
genga_estimate_part_make (GengaEstimatePart *self,
                          GengaJob *job,
                          const GengaPlanSetup *setup,
                          GError **error)
{
  const char *model = genga_options_get_string (genga_job_get_options (job), GENGA_OPTION_MODEL);
  g_autoptr (GengaPlan) plan = NULL;

  if (genga_facts_cache_look_up (setup->models, model, error) != NULL)
    plan = genga_plan_new_for_job (job, setup, error);
  if (plan == NULL)
    return FALSE;
  fill (self, job, plan);
  return TRUE;
}

/* ---- between processes, which are of one build ---- */

static GVariant *
to_bytes (gconstpointer data, gsize size)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1);
}

static gboolean
from_bytes (GVariant *message, gpointer data, gsize size)
{
  gsize n;
  gconstpointer bytes = g_variant_get_fixed_array (message, &n, 1);

  if (n == size)
    memcpy (data, bytes, size);
  return n == size;
}

GVariant *
genga_estimate_part_to_message (const GengaEstimatePart *self)
{
  return to_bytes (self, sizeof *self);
}

static gboolean
is_text (const char *text, gsize size)
{
  return memchr (text, '\0', size) != NULL;
}

static gboolean
is_amount (double value)
{
  return isfinite (value) && value >= 0;
}

gboolean
genga_estimate_part_from_message (GVariant *message, GengaEstimatePart *self)
{
  return from_bytes (message, self, sizeof *self) && self->width > 0 && self->height > 0 &&
         is_text (self->name, sizeof self->name) && strchr (self->name, '/') == NULL &&
         is_text (self->precision, sizeof self->precision) &&
         is_text (self->device, sizeof self->device) &&
         g_utf8_validate (self->precision, -1, NULL) && g_utf8_validate (self->device, -1, NULL) &&
         is_amount (self->disk_bytes) && isfinite (self->seconds) &&
         (self->seconds < 0 || (is_amount (self->work_seconds) && is_amount (self->io_seconds)));
}

GVariant *
genga_estimate_speed_to_message (const GengaSpeed *speed)
{
  return to_bytes (speed, speed != NULL ? sizeof *speed : 0);
}

gboolean
genga_estimate_speed_from_message (GVariant *message, GengaSpeed *speed)
{
  return from_bytes (message, speed, sizeof *speed);
}
