/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/reader/plan-apart.h"
#include "job/reader/reader-deaths.h"
#include "job/reader/reader-process.h"
#include "models/model-folders.h"

#include <glib/gstdio.h>

/* The process that is kept, and what it may read. */
struct _GengaPlanApart
{
  GMutex mutex; /* whose turn it is */
  GengaReaderProcess *process;
  char **sources;
  char **models;
  char *folders; /* of models, as they were then */
  gboolean is_new_turn;
};

static GengaPlanApart kept, kept_for_outlook;

/* Links that came into a folder since lead where the process may not read. */
static char *
dup_folders (void)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();
  GString *text = g_string_new (NULL);

  for (char **folder = folders; *folder != NULL; folder++)
    {
      GStatBuf info = { 0 };

      if (g_stat (*folder, &info) == 0)
        g_string_append_printf (text, "%s %" G_GINT64_FORMAT ".%ld\n", *folder,
                                (gint64)info.st_mtim.tv_sec, (long)info.st_mtim.tv_nsec);
    }
  return g_string_free (text, FALSE);
}

static gboolean
contains_all (char **strings, const char *const *wanted)
{
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    g_hash_table_add (set, strings[i]);
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      if (!g_hash_table_contains (set, wanted[i]))
        return FALSE;
    }
  return TRUE;
}

static void
begin (GengaPlanApart *self, const char *const *sources, const char *const *models)
{
  g_autofree char *folders = dup_folders ();

  g_mutex_lock (&self->mutex);
  self->is_new_turn = TRUE;
  if (g_strcmp0 (self->folders, folders) == 0 && contains_all (self->sources, sources) &&
      contains_all (self->models, models))
    return;
  g_clear_pointer (&self->process, genga_reader_process_free);
  g_strfreev (self->sources);
  g_strfreev (self->models);
  g_free (self->folders);
  self->sources = g_strdupv ((char **)sources);
  self->models = g_strdupv ((char **)models);
  self->folders = g_steal_pointer (&folders);
}

GengaPlanApart *
genga_plan_apart_begin (const char *const *sources, const char *const *models)
{
  begin (&kept, sources, models);
  return &kept;
}

void
genga_plan_apart_end (GengaPlanApart *self)
{
  g_mutex_unlock (&self->mutex);
}

static gboolean
get_ready (GengaPlanApart *self, const char *source, GError **error)
{
  if (!genga_reader_deaths_allow (source, error))
    return FALSE;
  if (self->process != NULL && !genga_reader_process_is_alive (self->process))
    g_clear_pointer (&self->process, genga_reader_process_free);
  if (self->process == NULL)
    {
      self->is_new_turn = TRUE;
      self->process = genga_reader_process_new_for_plans ((const char *const *)self->sources,
                                                          (const char *const *)self->models, error);
    }
  if (self->process == NULL)
    return FALSE;
  genga_reader_process_set_subject (self->process, source);
  return TRUE;
}

GVariant *
genga_plan_call_to_message (const GengaPlanCall *call, gboolean is_first)
{
  return g_variant_new ("(bv@ay@ayt)", is_first, call->message,
                        genga_estimate_speed_to_message (call->speed),
                        genga_estimate_speed_to_message (call->video_speed), call->available_bytes);
}

static gboolean
ask (GengaPlanApart *self,
     GengaReaderMethod method,
     const GengaPlanCall *call,
     GengaReaderAnswer *answer,
     GCancellable *cancellable,
     GError **error)
{
  if (!get_ready (self, call->source, error) ||
      !genga_reader_process_call (self->process, method,
                                  genga_plan_call_to_message (call, self->is_new_turn), answer,
                                  cancellable, error))
    return FALSE;
  self->is_new_turn = FALSE;
  return TRUE;
}

gboolean
genga_plan_apart_make (GengaPlanApart *self,
                       const GengaPlanCall *call,
                       GengaEstimatePart *part,
                       GCancellable *cancellable,
                       GError **error)
{
  g_auto (GengaReaderAnswer) answer = { 0 };

  if (!ask (self, GENGA_READER_PLAN, call, &answer, cancellable, error))
    return FALSE;
  if (genga_estimate_part_from_message (answer.value, part))
    return TRUE;
  genga_reader_process_refuse (self->process, error);
  return FALSE;
}

GengaOutlook *
genga_plan_apart_look (const GengaPlanCall *call, GCancellable *cancellable, GError **error)
{
  g_autoptr (GengaPlanApart) self = &kept_for_outlook;
  g_auto (GengaReaderAnswer) answer = { 0 };
  GengaOutlook *outlook;

  begin (self, (const char *const[]){ call->source, NULL },
         (const char *const[]){ call->model, NULL });
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !ask (self, GENGA_READER_OUTLOOK, call, &answer, cancellable, error))
    return NULL;
  outlook = genga_outlook_from_message (answer.value);
  if (outlook == NULL)
    genga_reader_process_refuse (self->process, error);
  return outlook;
}
