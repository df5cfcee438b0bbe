/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/estimate.h"
#include "core/cpu.h"
#include "core/error.h"
#include "job/apart/job-message.h"
#include "job/apart/tile-parcel.h"
#include "job/reader/plan-apart.h"

/* More pictures than this are not all looked at: the rest is taken to be like these. */
#define MAX_PROBED 500

/* One job and what is known before its source is looked at. */
typedef struct
{
  char *source;
  char *folder; /* of its result */
  char *model;
  GVariant *job; /* as it is told to the process that plans it */
  gboolean has_speed;
  GengaSpeed speed;
  gboolean has_video_speed; /* as one of a video */
  GengaSpeed video_speed;
} Item;

typedef struct
{
  GPtrArray *items; /* of Item */
  guint n_jobs;     /* which they stand for */
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
  g_autoptr (GFile) file = g_file_new_for_path (item->folder);
  g_autoptr (GFileInfo) info =
      g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);

  return info != NULL ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                      : 0;
}

/* What the plan does not know, an earlier run may have shown. */
static void
describe_device (GengaEstimate *self, const Item *item, const GengaEstimatePart *part)
{
  const GengaSpeed *speed = part->counts_frames ? &item->video_speed : &item->speed;

  g_strlcpy (self->precision, part->is_device_known ? part->precision : speed->precision,
             sizeof self->precision);
  g_strlcpy (self->device, part->is_device_known ? part->device : speed->device,
             sizeof self->device);
}

/* What one job adds. `share` are like it. */
static void
add_part (
    GengaEstimate *self, const Item *item, const GengaEstimatePart *part, double share, Sums *sums)
{
  if (self->n_pictures++ == 0)
    {
      self->width = part->width;
      self->height = part->height;
      g_strlcpy (self->name, part->name, sizeof self->name);
      describe_device (self, item, part);
    }
  if (part->counts_frames && self->n_videos++ == 0)
    self->disk_free_bytes = get_free_bytes (item);
  if (part->counts_frames)
    self->disk_bytes += share * part->disk_bytes;
  self->pixels += share * part->width * part->height;
  self->memory_bytes = MAX (self->memory_bytes, part->memory_bytes);
  if (part->seconds < 0)
    {
      self->seconds = -1;
      return;
    }
  if (part->counts_frames)
    sums->video_seconds += share * part->seconds;
  else
    {
      sums->work_seconds += share * part->work_seconds;
      sums->io_seconds += share * part->io_seconds;
    }
}

/* ---- all of them, in a thread ---- */

/* The jobs that cannot be run are left out, unless it is for their model. */
static gboolean
add_item (Request *request,
          GengaPlanApart *plans,
          const Item *item,
          Sums *sums,
          GCancellable *cancellable,
          GError **error)
{
  const GengaPlanCall call = {
    .source = item->source,
    .model = item->model,
    .message = item->job,
    .speed = item->has_speed ? &item->speed : NULL,
    .video_speed = item->has_video_speed ? &item->video_speed : NULL,
    .available_bytes = request->estimate.available_bytes,
  };
  double share = (double)request->n_jobs / request->items->len;
  g_autoptr (GError) reason = NULL;
  GengaEstimatePart part;

  if (genga_plan_apart_make (plans, &call, &part, cancellable, &reason))
    add_part (&request->estimate, item, &part, share, sums);
  if (!g_error_matches (reason, GENGA_ERROR, GENGA_ERROR_MODEL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static GengaPlanApart *
begin_plans (Request *request)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  g_autoptr (GPtrArray) models = g_ptr_array_new ();

  for (guint i = 0; i < request->items->len; i++)
    {
      const Item *item = request->items->pdata[i];

      g_ptr_array_add (sources, item->source);
      g_ptr_array_add (models, item->model);
    }
  g_ptr_array_add (sources, NULL);
  g_ptr_array_add (models, NULL);
  return genga_plan_apart_begin ((const char *const *)sources->pdata,
                                 (const char *const *)models->pdata);
}

static gboolean
estimate_all (Request *request, GCancellable *cancellable, GError **error)
{
  GengaEstimate *estimate = &request->estimate;
  double share = (double)request->n_jobs / request->items->len;
  g_autoptr (GengaPlanApart) plans = begin_plans (request);
  Sums sums = { 0 };

  estimate->available_bytes = genga_memory_get_available ();
  for (guint i = 0; i < request->items->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !add_item (request, plans, request->items->pdata[i], &sums, cancellable, error))
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

  g_free (item->source);
  g_free (item->folder);
  g_free (item->model);
  g_variant_unref (item->job);
  g_free (item);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_ptr_array_unref (request->items);
  g_free (request);
}

static Item *
item_new (GengaJob *job, GengaSpeeds *speeds)
{
  GengaOptions *options = genga_job_get_options (job);
  const char *folder = genga_options_get_string (options, GENGA_OPTION_OUTPUT_DIR);
  GVariant *tiles = g_variant_new_array (
      g_variant_type_element (G_VARIANT_TYPE (GENGA_TILE_PARCELS_TYPE)), NULL, 0);
  Item *item = g_new0 (Item, 1);

  item->source = g_strdup (genga_job_get_source (job));
  item->folder = folder != NULL ? g_strdup (folder) : g_path_get_dirname (item->source);
  item->model = g_strdup (genga_options_get_string (options, GENGA_OPTION_MODEL));
  item->job = g_variant_ref_sink (genga_job_to_message (0, job, tiles));
  item->has_speed = genga_speeds_look_up (speeds, options, FALSE, &item->speed);
  item->has_video_speed = genga_speeds_look_up (speeds, options, TRUE, &item->video_speed);
  return item;
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
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (request->items, item_new (jobs->pdata[(gsize)i * jobs->len / n], speeds));
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
