/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-target.h"
#include "core/error.h"
#include "job/plan/result-kind.h"
#include "media/sequence/sequence.h"

#include <glib/gi18n-lib.h>

/* The wished name, with another ending where the result is of another kind. */
static char *
dup_wished (const GengaPlan *self, const char *wished)
{
  if (self->is_video)
    return genga_frames_dup_target (wished);
  return self->is_instead_of_webp ? genga_target_replace_suffix (wished, self->save.format)
                                  : g_strdup (wished);
}

static void
notice_kind (GengaPlan *self)
{
  g_autofree char *name = g_filename_display_name (self->target);

  if (self->is_instead_of_webp)
    genga_plan_notice (self, _ ("The result is too large for WebP and is written as PNG: “%s”."),
                       name);
}

void
genga_plan_name_target (GengaPlan *self,
                        GengaReservation *target,
                        const char *source,
                        const char *name,
                        const char *wished)
{
  g_autofree char *path = wished != NULL ? dup_wished (self, wished) : NULL;
  g_autofree char *named = self->is_video && genga_sequence_is_pattern (source)
                               ? genga_sequence_dup_name (source)
                               : NULL;

  if (path != NULL)
    genga_reservation_take (target, path);
  else
    genga_target_reserve (target, named != NULL ? named : source, name, self->options,
                          self->ending);
  g_free (self->target);
  self->target = g_strdup (genga_reservation_get_path (target));
  notice_kind (self);
}

void
genga_plan_take_target (GengaPlan *self, GengaPlan *other)
{
  g_free (self->target);
  self->target = g_steal_pointer (&other->target);
  if (self->target != NULL)
    notice_kind (self);
}

gboolean
genga_plan_check_name (
    const GengaPlan *self, const char *source, const char *name, const char *wished, GError **error)
{
  g_autofree char *shown = g_filename_display_basename (source);

  if (self->is_video || name != NULL || wished != NULL ||
      genga_options_get_int (self->options, GENGA_OPTION_NAMING) != GENGA_NAMING_LIST)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("Names: the list has no name left for “%s”."), shown);
  return FALSE;
}

gboolean
genga_plan_check_target (const GengaPlan *self, const char *source, GError **error)
{
  if (self->sink == GENGA_PLAN_FRAMES)
    return TRUE;
  if (genga_sequence_is_pattern (source))
    {
      g_autofree char *named = genga_sequence_dup_name (source);
      return genga_target_check (self->target, named, self->options, error);
    }
  return genga_target_check (self->target, source, self->options, error);
}
