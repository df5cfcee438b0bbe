/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/estimate.h"
#include "core/cpu.h"
#include "core/error.h"
#include "job/plan/plan-job.h"
#include "job/plan/plan-target.h"

/* More pictures than this are not all looked at: the rest is taken to be like these. */
#define MAX_PROBED 500

/* One job and what is known before its source is looked at. */
typedef struct
{
  GengaJob *job; /* a copy that does not run, since the thread reads it */
  gboolean has_speed;
  GengaSpeed speed;
  gboolean has_video_speed; /* as one of a video */
  GengaSpeed video_speed;
} Item;

typedef struct
{
  GPtrArray *items; /* of Item */
  guint n_jobs;     /* which they stand for */
  GengaFactsCache *models;
  GengaEstimate estimate;
} Request;

/* Seconds of all jobs so far. */
typedef struct
{
  double work_seconds; /* of pictures: the steps */
  double io_seconds;   /* and what goes on beside */
  double video_seconds;
} Sums;

/* ---- one job ---- */

static guint64
get_free_bytes (const Item *item)
{
  const char *folder =
      genga_options_get_string (genga_job_get_options (item->job), GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *beside = g_path_get_dirname (genga_job_get_source (item->job));
  g_autoptr (GFile) file = g_file_new_for_path (folder != NULL ? folder : beside);
  g_autoptr (GFileInfo) info =
      g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);

  return info != NULL ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                      : 0;
}

/* What the plan does not know, an earlier run may have shown. */
static void
describe_device (GengaEstimate *self, const Item *item, const GengaPlan *plan)
{
  const GengaSpeed *speed = plan->counts_frames ? &item->video_speed : &item->speed;
  gboolean is_known = plan->is_device_known && genga_plan_has_network (plan);

  g_strlcpy (self->precision,
             is_known ? genga_choice_get_nick (GENGA_TYPE_PRECISION, plan->precision)
                      : speed->precision,
             sizeof self->precision);
  g_strlcpy (self->device, is_known ? plan->device.id : speed->device, sizeof self->device);
}

static void
name_first (GengaEstimate *self, const Item *item, const GengaPlan *plan)
{
  g_autofree char *name = genga_plan_dup_name (
      plan, genga_job_get_options (item->job), genga_job_get_source (item->job),
      genga_job_get_requested_target (item->job), genga_job_get_hints (item->job));

  if (name != NULL)
    g_strlcpy (self->name, name, sizeof self->name);
}

/* What one job adds. `share` are like it. */
static void
add_plan (GengaEstimate *self, const Item *item, const GengaPlan *plan, double share, Sums *sums)
{
  if (self->n_pictures++ == 0)
    {
      self->width = plan->result.width;
      self->height = plan->result.height;
      name_first (self, item, plan);
      describe_device (self, item, plan);
    }
  if (plan->counts_frames && self->n_videos++ == 0)
    self->disk_free_bytes = get_free_bytes (item);
  if (plan->counts_frames)
    self->disk_bytes += share * plan->disk_bytes;
  self->pixels += share * plan->result.width * plan->result.height;
  self->memory_bytes = MAX (self->memory_bytes, plan->memory_bytes);
  if (plan->seconds < 0)
    {
      self->seconds = -1;
      return;
    }
  if (plan->counts_frames)
    sums->video_seconds += share * plan->seconds;
  else
    {
      sums->work_seconds += share * plan->work_seconds;
      sums->io_seconds += share * plan->io_seconds;
    }
}

/* ---- all of them, in a thread ---- */

static GengaPlan *
plan_item (Request *request, const Item *item, GError **error)
{
  GengaPlanSetup setup = {
    .models = request->models,
    .available_bytes = request->estimate.available_bytes,
    .speed = item->has_speed ? &item->speed : NULL,
    .video_speed = item->has_video_speed ? &item->video_speed : NULL,
  };

  return genga_plan_new_for_job (item->job, &setup, error);
}

/* The jobs that cannot be run are left out, unless it is for their model. */
static gboolean
add_item (Request *request, const Item *item, Sums *sums, GError **error)
{
  double share = (double)request->n_jobs / request->items->len;
  const char *model =
      genga_options_get_string (genga_job_get_options (item->job), GENGA_OPTION_MODEL);
  g_autoptr (GError) reason = NULL;
  g_autoptr (GengaPlan) plan = NULL;

  if (genga_facts_cache_look_up (request->models, model, error) == NULL)
    return FALSE;
  plan = plan_item (request, item, &reason);
  if (plan != NULL)
    add_plan (&request->estimate, item, plan, share, sums);
  if (!g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_MODEL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static gboolean
estimate_all (Request *request, GCancellable *cancellable, GError **error)
{
  GengaEstimate *estimate = &request->estimate;
  double share = (double)request->n_jobs / request->items->len;
  Sums sums = { 0 };

  estimate->available_bytes = genga_memory_get_available ();
  for (guint i = 0; i < request->items->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !add_item (request, request->items->pdata[i], &sums, error))
      return FALSE;
  /* Reading and writing go on beside the work, but for the first and the last picture. */
  if (estimate->seconds >= 0 && estimate->n_pictures > 0)
    estimate->seconds =
        sums.video_seconds +
        MAX (sums.work_seconds + sums.io_seconds / (share * estimate->n_pictures), sums.io_seconds);
  estimate->n_pictures = estimate->n_pictures * share + 0.5;
  return TRUE;
}

static void
estimate_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (estimate_all (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
item_free (gpointer data)
{
  Item *item = data;

  g_object_unref (item->job);
  g_free (item);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_ptr_array_unref (request->items);
  genga_facts_cache_free (request->models);
  g_free (request);
}

void
genga_estimate_async (GPtrArray *jobs,
                      GengaSpeeds *speeds,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);
  guint n = MIN (jobs->len, MAX_PROBED);

  request->n_jobs = jobs->len;
  request->items = g_ptr_array_new_with_free_func (item_free);
  request->models = genga_facts_cache_new ();
  for (guint i = 0; i < n; i++)
    {
      GengaJob *job = jobs->pdata[(gsize)i * jobs->len / n];
      GengaOptions *options = genga_job_get_options (job);
      Item *item = g_new0 (Item, 1);

      item->job =
          genga_job_new (genga_job_get_source (job), genga_job_get_requested_target (job), options);
      genga_job_set_hints (item->job, genga_job_get_hints (job));
      item->has_speed = genga_speeds_look_up (speeds, options, FALSE, &item->speed);
      item->has_video_speed = genga_speeds_look_up (speeds, options, TRUE, &item->video_speed);
      g_ptr_array_add (request->items, item);
    }
  g_task_set_source_tag (task, genga_estimate_async);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, estimate_in_thread);
}

gboolean
genga_estimate_finish (GAsyncResult *result, GengaEstimate *estimate, GError **error)
{
  *estimate = ((Request *)g_task_get_task_data (G_TASK (result)))->estimate;
  return g_task_propagate_boolean (G_TASK (result), error);
}
