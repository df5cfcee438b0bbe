/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/outlook-request.h"
#include "core/cpu.h"
#include "job/apart/job-message.h"
#include "job/apart/tile-parcel.h"
#include "job/reader/measure-apart.h"
#include "job/reader/plan-apart.h"

typedef struct
{
  char *source;
  char *model;
  GVariant *job; /* as it is told to the process */
  gboolean has_speed;
  GengaSpeed speed;
  gboolean has_video_speed;
  GengaSpeed video_speed;
  GengaOutlookProgressFunc progress;
  gpointer progress_data;
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->source);
  g_free (self->model);
  g_variant_unref (self->job);
  g_free (self);
}

static Request *
request_new (GengaJob *job, GengaSpeeds *speeds)
{
  GengaOptions *options = genga_job_get_options (job);
  GVariant *tiles = g_variant_new_array (
      g_variant_type_element (G_VARIANT_TYPE (GENGA_TILE_PARCELS_TYPE)), NULL, 0);
  Request *self = g_new0 (Request, 1);

  self->source = g_strdup (genga_job_get_source (job));
  self->model = g_strdup (genga_options_get_string (options, GENGA_OPTION_MODEL));
  self->job = g_variant_ref_sink (genga_job_to_message (0, job, tiles));
  self->has_speed = genga_speeds_look_up (speeds, options, FALSE, &self->speed);
  self->has_video_speed = genga_speeds_look_up (speeds, options, TRUE, &self->video_speed);
  return self;
}

static GengaPlanCall
get_call (const Request *self)
{
  return (GengaPlanCall){
    .source = self->source,
    .model = self->model,
    .message = self->job,
    .speed = self->has_speed ? &self->speed : NULL,
    .video_speed = self->has_video_speed ? &self->video_speed : NULL,
    .available_bytes = genga_memory_get_available (),
  };
}

static void
return_outlook (GTask *task, GengaOutlook *outlook, GError *error)
{
  if (outlook != NULL)
    g_task_return_pointer (task, outlook, (GDestroyNotify)genga_outlook_free);
  else
    g_task_return_error (task, error);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const GengaPlanCall call = get_call (data);
  GError *error = NULL;
  GengaOutlook *outlook = genga_plan_apart_look (&call, cancellable, &error);

  return_outlook (task, outlook, error);
}

/* ---- measuring ---- */

typedef struct
{
  GTask *task;
  double fraction;
} Progress;

static void
progress_free (gpointer data)
{
  Progress *self = data;

  g_object_unref (self->task);
  g_free (self);
}

static gboolean
on_progress (gpointer data)
{
  const Progress *self = data;
  const Request *request = g_task_get_task_data (self->task);

  if (!g_cancellable_is_cancelled (g_task_get_cancellable (self->task)) &&
      !g_task_get_completed (self->task))
    request->progress (self->fraction, request->progress_data);
  return G_SOURCE_REMOVE;
}

static void
tell_progress (double fraction, gpointer user_data)
{
  Progress *progress = g_new (Progress, 1);

  *progress = (Progress){ g_object_ref (user_data), fraction };
  g_main_context_invoke_full (g_task_get_context (user_data), G_PRIORITY_DEFAULT, on_progress,
                              progress, progress_free);
}

static void
measure_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const GengaPlanCall call = get_call (data);
  GError *error = NULL;
  GengaOutlook *outlook = genga_measure_apart (&call, tell_progress, task, cancellable, &error);

  return_outlook (task, outlook, error);
}

/* ---- both ---- */

void
genga_outlook_request_async (GengaJob *job,
                             GengaSpeeds *speeds,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, genga_outlook_request_async);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_set_task_data (task, request_new (job, speeds), request_free);
  g_task_run_in_thread (task, look_in_thread);
}

void
genga_outlook_measure_async (GengaJob *job,
                             GengaSpeeds *speeds,
                             GCancellable *cancellable,
                             GengaOutlookProgressFunc progress,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = request_new (job, speeds);

  request->progress = progress;
  request->progress_data = user_data;
  g_task_set_source_tag (task, genga_outlook_measure_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, measure_in_thread);
}

GengaOutlook *
genga_outlook_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
