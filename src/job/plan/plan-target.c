/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-target.h"
#include "core/error.h"
#include "job/export/options-print.h"
#include "job/export/journal.h"
#include "job/plan/planner.h"
#include "job/plan/result-kind.h"
#include "media/sequence/sequence.h"

#include <glib/gi18n-lib.h>

/* The requested name, with another ending where the result is of another kind. */
static char *
dup_requested (const GengaPlan *self, const char *requested)
{
  if (self->is_video)
    return genga_frames_dup_target (requested);
  return self->is_instead_of_webp ? genga_target_replace_suffix (requested, self->save.format)
                                  : g_strdup (requested);
}

static void
notice_kind (GengaPlan *self)
{
  g_autofree char *name = g_filename_display_name (self->target);

  if (self->is_instead_of_webp)
    genga_plan_notice (self, _ ("The result is too large for WebP and is written as PNG: “%s”."),
                       name);
}

static void
reserve (const GengaPlan *self,
         GengaOptions *options,
         const char *source,
         const char *requested,
         const GengaTargetHints *hints,
         GengaReservation *target)
{
  g_autofree char *path = requested != NULL ? dup_requested (self, requested) : NULL;
  g_autofree char *named = genga_sequence_dup_name (source);
  g_autofree char *frames =
      self->sink == GENGA_PLAN_FRAMES ? genga_options_print_dup_frames (source, options) : NULL;

  GengaTargetRequest wanted = {
    .source = named,
    .hints = hints,
    .ending = self->ending,
    .facts = { .model = self->model_name != NULL ? self->model_name : "",
               .scale = self->target_scale,
               .width = self->result.width,
               .height = self->result.height },
    .is_video = self->is_video,
    .frames = frames,
  };

  if (path != NULL)
    genga_target_reserve_named (target, path, frames, self->options);
  else
    genga_target_reserve (target, &wanted, self->options);
}

char *
genga_plan_dup_name (const GengaPlan *self,
                     GengaOptions *options,
                     const char *source,
                     const char *requested,
                     const GengaTargetHints *hints)
{
  g_autoptr (GengaNameReservations) names = genga_name_reservations_new ();
  g_autoptr (GengaReservation) target = genga_reservation_new (names);

  if (requested == NULL && hints->name == NULL &&
      genga_options_get_int (self->options, GENGA_OPTION_NAMING) == GENGA_NAMING_LIST)
    return NULL;
  reserve (self, options, source, requested, hints, target);
  return g_path_get_basename (genga_reservation_get_path (target));
}

static void
name_target (GengaPlan *self,
             const GengaPlanRequest *request,
             const GengaTargetHints *hints,
             GengaReservation *target)
{
  reserve (self, request->options, request->source, request->requested_target, hints, target);
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

static gboolean
check_name (const GengaPlan *self,
            const GengaPlanRequest *request,
            const GengaTargetHints *hints,
            GError **error)
{
  g_autofree char *shown = g_filename_display_basename (request->source);

  if (self->is_video || hints->name != NULL || request->requested_target != NULL ||
      genga_options_get_int (self->options, GENGA_OPTION_NAMING) != GENGA_NAMING_LIST)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("Names: the list has no name left for “%s”."), shown);
  return FALSE;
}

/* Of a folder, which is looked at when it is opened, nothing is known before the work. */
static gboolean
check_target (const GengaPlan *self,
              const char *source,
              const GengaTargetHints *hints,
              GError **error)
{
  g_autofree char *named = genga_sequence_dup_name (source);

  return hints->is_nameless || self->sink == GENGA_PLAN_FRAMES ||
         genga_target_check (self->target, named, self->options, error);
}

static gboolean
has_interrupted_export (const GengaPlan *self)
{
  g_autofree char *folder = genga_journal_dup_folder (self->target);

  return self->sink == GENGA_PLAN_VIDEO && g_file_test (folder, G_FILE_TEST_IS_DIR);
}

GengaPlan *
genga_plan_new_with_target (const GengaPlanRequest *request,
                            const GengaTargetHints *hints,
                            GengaReservation *target,
                            GError **refusal,
                            GError **error)
{
  g_autoptr (GengaPlan) self = genga_plan_new (request, error);
  GError *reason = NULL;
  gboolean is_interrupted;

  if (self == NULL || !check_name (self, request, hints, error))
    return NULL;
  name_target (self, request, hints, target);
  if (check_target (self, request->source, hints, &reason))
    return g_steal_pointer (&self);
  is_interrupted = has_interrupted_export (self);
  g_propagate_error (is_interrupted ? refusal : error, reason);
  return is_interrupted ? g_steal_pointer (&self) : NULL;
}
