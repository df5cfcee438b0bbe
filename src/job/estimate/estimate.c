/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/estimate/estimate.h"
#include "core/cpu.h"
#include "core/tile-plan.h"
#include "models/model-facts.h"
#include "models/model-folders.h"
#include "job/video-plan.h"
#include "job/source-params.h"
#include "media/probe.h"
#include "steps/upscale.h"

/* More pictures than this are not all looked at: the rest is taken to be like these. */
#define MAX_PROBED 500

/* One picture and what is known before it is looked at. */
typedef struct
{
  char *source;
  GengaOptions *options;
  gboolean has_speed;
  GengaSpeed speed;
  gboolean has_video_speed; /* as one of a video */
  GengaSpeed video_speed;
} Item;

typedef struct
{
  GPtrArray *items;   /* of Item */
  guint n_jobs;       /* which they stand for */
  GHashTable *models; /* the option's value to GengaModelFacts */
  GengaEstimate estimate;
} Request;

/* ---- one picture ---- */

double
genga_journey_get_memory_factor (const GengaJourney *self)
{
  int network = genga_upscale_get_factor (self->native_scale, self->target_scale);
  double target = (double)self->target_scale * self->target_scale;
  double factor = (double)network * network;
  double native = (double)self->native_scale * self->native_scale;
  double pass = native > 1 ? factor * (1 + 1 / native) : 2 * factor;
  double resize = network != self->target_scale ? factor + target : 0;
  double join = self->keeps_alpha ? 2 * target : 0;

  if (!self->has_network)
    return 2 * target;
  return sizeof (float) / (double)self->sample_bytes * MAX (MAX (pass, resize), join);
}

double
genga_journey_get_network_pixels (const GengaJourney *self, int width, int height)
{
  double pixels = (double)width * height, sum = 0;

  if (!self->has_network)
    return 0;
  for (int i = genga_upscale_get_n_passes (self->native_scale, self->target_scale); i > 0; i--)
    {
      sum += pixels;
      pixels *= self->native_scale * self->native_scale;
    }
  return sum;
}

/* Rough bounds of the floats that are alive at once for each input pixel. */
static double
get_floats_per_pixel (const GengaNetSpec *spec)
{
  double output = (double)spec->out_channels * spec->scale * spec->scale;

  switch (spec->family)
    {
    case GENGA_FAMILY_COMPACT:
      return 3.0 * spec->compact.num_feat + 3 * output;
    case GENGA_FAMILY_PLKSR:
      return 6.5 * spec->plksr.dim + 3 * output;
    case GENGA_FAMILY_SPAN:
      return 8.0 * spec->span.num_feat + 3 * output;
    case GENGA_FAMILY_ESRGAN:
      return MAX (3.0 * spec->esrgan.num_feat + 4.0 * spec->esrgan.growth,
                  3.0 * spec->esrgan.num_feat * spec->scale * spec->scale);
    case GENGA_FAMILY_DAT:
      return 16.0 * spec->dat.dim + 3 * output;
    case GENGA_FAMILY_NONE:
    case GENGA_FAMILY_NEAREST:
    case GENGA_FAMILY_BICUBIC:
    default:
      return output;
    }
}

/* A network that sees the whole picture gets it whole where there is room. */
static double
get_tile_bytes (const GengaNetSpec *spec, GengaOptions *options, double pixels, guint64 available)
{
  double bytes_per_pixel = sizeof (float) * get_floats_per_pixel (spec);
  int tile = genga_options_get_int (options, GENGA_OPTION_TILE);
  int overlap;

  if (tile == 0 && spec->radius == GENGA_RADIUS_GLOBAL &&
      bytes_per_pixel * pixels <= available / 2.)
    return bytes_per_pixel * pixels;
  if (tile == 0)
    genga_tile_recommend (0, spec->scale, &tile, &overlap);
  return bytes_per_pixel * MIN (pixels, (double)tile * tile);
}

static void
choose_scales (GengaJourney *journey, const GengaModelFacts *model, GengaOptions *options)
{
  int scale = genga_options_get_int (options, GENGA_OPTION_SCALE);

  journey->native_scale = 1;
  if (model->entry->kind == GENGA_CATALOGUE_BUILTIN)
    journey->native_scale = scale > 0 ? scale : 2;
  else if (model->entry->kind == GENGA_CATALOGUE_FILE)
    journey->native_scale = model->spec.scale;
  journey->has_network = model->entry->kind != GENGA_CATALOGUE_NONE;
  journey->target_scale = scale > 0 ? scale : journey->native_scale;
  if (journey->has_network && journey->native_scale == 1)
    journey->target_scale = 1;
}

/* What one picture adds. `share` pictures are like it. */
static void
add_picture (GengaEstimate *self,
             const Item *item,
             const GengaModelFacts *model,
             const GengaSourceInfo *info,
             double share,
             double *work_seconds,
             double *io_seconds)
{
  gboolean keep = genga_options_get_boolean (item->options, GENGA_OPTION_TRANSPARENCY);
  GengaJourney journey = {
    .keeps_alpha = keep && genga_layout_has_alpha (info->layout),
    .sample_bytes = genga_sample_get_size (info->sample),
  };
  GengaNetSpec spec = model->spec;
  GengaFrameInfo frame = {
    .width = info->width, .height = info->height, .sample = info->sample, .layout = info->layout
  };

  choose_scales (&journey, model, item->options);
  if (model->entry->kind == GENGA_CATALOGUE_BUILTIN)
    genga_net_spec_init_builtin (&spec, model->entry->family, journey.native_scale);
  double result = (double)info->width * info->height * journey.target_scale * journey.target_scale;
  double network = genga_journey_get_network_pixels (&journey, info->width, info->height);
  double bytes =
      genga_frame_info_get_size (&frame) * (1 + genga_journey_get_memory_factor (&journey));
  if (journey.has_network)
    bytes +=
        model->size_bytes + get_tile_bytes (&spec, item->options, network, self->available_bytes);

  if (self->n_pictures++ == 0)
    {
      self->width = info->width * journey.target_scale;
      self->height = info->height * journey.target_scale;
      g_strlcpy (self->precision, item->speed.precision, sizeof self->precision);
      g_strlcpy (self->device, item->speed.device, sizeof self->device);
    }
  self->pixels += share * result;
  self->memory_bytes = MAX (self->memory_bytes, (guint64)MIN (bytes, 1e18));
  if (!item->has_speed || (network > 0 && item->speed.network_pixels_per_second <= 0))
    {
      self->seconds = -1;
      return;
    }
  *work_seconds += share * item->speed.rest_seconds_per_pixel * result;
  if (network > 0)
    *work_seconds += share * network / item->speed.network_pixels_per_second;
  *io_seconds += share * item->speed.io_seconds_per_pixel * result;
}

/* ---- one video ---- */

/* How many frames of it there will be. */
static double
count_frames (const GengaSourceInfo *info, GengaOptions *options)
{
  double rate = info->rate_num > 0 ? (double)info->rate_num / info->rate_den : 24;
  double n = info->n_frames > 0 ? info->n_frames : info->seconds * rate;
  const char *from = genga_options_get_string (options, GENGA_OPTION_FROM);
  const char *to = genga_options_get_string (options, GENGA_OPTION_TO);
  double start = 0, end = n / rate;

  if (from != NULL)
    genga_options_parse_time (from, &start);
  if (to != NULL)
    genga_options_parse_time (to, &end);
  return MAX (1, MIN (n, (MIN (end, n / rate) - start) * rate));
}

static guint64
get_free_bytes (const Item *item)
{
  const char *folder = genga_options_get_string (item->options, GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *beside = g_path_get_dirname (item->source);
  g_autoptr (GFile) file = g_file_new_for_path (folder != NULL ? folder : beside);
  g_autoptr (GFileInfo) info =
      g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);

  return info != NULL ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                      : 0;
}

/* What one video adds. `share` are like it. */
static void
add_video (GengaEstimate *self,
           const Item *item,
           const GengaModelFacts *model,
           const GengaSourceInfo *info,
           double share,
           double *seconds)
{
  GengaJourney journey = { .sample_bytes = sizeof (float) };
  const GengaSpeed *speed = &item->video_speed;
  GengaNetSpec spec = model->spec;
  int width, height, result_width, result_height;

  choose_scales (&journey, model, item->options);
  if (genga_options_get_int (item->options, GENGA_OPTION_TARGET_HEIGHT) > 0)
    journey.target_scale = genga_video_plan_get_scale (item->options, info);
  if (model->entry->kind == GENGA_CATALOGUE_BUILTIN)
    genga_net_spec_init_builtin (&spec, model->entry->family, journey.native_scale);
  genga_video_plan_get_input_size (item->options, info, &width, &height);
  genga_video_plan_get_result_size (item->options, info, journey.target_scale, &result_width,
                                    &result_height);

  double n_frames = count_frames (info, item->options);
  double result = (double)result_width * result_height;
  double network = genga_journey_get_network_pixels (&journey, width, height);
  double bytes =
      sizeof (float) * 3. * width * height * (3 + genga_journey_get_memory_factor (&journey));
  if (journey.has_network)
    bytes +=
        model->size_bytes + get_tile_bytes (&spec, item->options, network, self->available_bytes);

  if (self->n_pictures++ == 0)
    {
      self->width = result_width;
      self->height = result_height;
      g_strlcpy (self->precision, speed->precision, sizeof self->precision);
      g_strlcpy (self->device, speed->device, sizeof self->device);
    }
  if (self->n_videos++ == 0)
    self->disk_free_bytes = get_free_bytes (item);
  self->pixels += share * result;
  self->disk_bytes +=
      share * n_frames *
      (result * genga_estimate_get_bytes_per_pixel (item->options) +
       genga_estimate_get_kept_bytes (item->options, (double)info->width * info->height, result));
  self->memory_bytes = MAX (self->memory_bytes, (guint64)MIN (bytes, 1e18));
  if (!item->has_video_speed || (network > 0 && speed->network_pixels_per_second <= 0))
    {
      self->seconds = -1;
      return;
    }
  /* Its stages work beside each other. */
  double work = speed->rest_seconds_per_pixel * result;
  if (network > 0)
    work += network / speed->network_pixels_per_second;
  *seconds += share * n_frames * MAX (work, speed->io_seconds_per_pixel * result);
}

/* ---- all of them, in a thread ---- */

/* What a job of a video would take, as far as one knows without an engine. */
static const char *
get_model_name (const Item *item, gboolean is_video)
{
  const char *device = genga_options_get_string (item->options, GENGA_OPTION_DEVICE);
  gboolean is_on_gpu = item->has_video_speed ? g_str_has_prefix (item->video_speed.device, "cuda")
                       : g_str_equal (device, "auto")
                           ? g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS)
                           : g_str_has_prefix (device, "cuda");

  const char *name = genga_options_get_string (item->options, GENGA_OPTION_MODEL);

  return is_video && !is_on_gpu && g_str_equal (name, GENGA_MODEL_AUTO) ? GENGA_VIDEO_CPU_MODEL
                                                                        : name;
}

static const GengaModelFacts *
get_model (Request *request, const char *value, GError **error)
{
  GengaModelFacts *facts = g_hash_table_lookup (request->models, value);

  if (facts == NULL)
    {
      g_auto (GStrv) folders = genga_model_folders_dup ();
      GengaCatalogueEntry *entry =
          genga_catalogue_resolve ((const char *const *)folders, value, error);

      if (entry == NULL)
        return NULL;
      facts = genga_model_facts_new (entry);
      g_hash_table_insert (request->models, g_strdup (value), facts);
    }
  if (facts->error == NULL)
    return facts;
  g_propagate_error (error, g_error_copy (facts->error));
  return NULL;
}

static gboolean
estimate_all (Request *request, GCancellable *cancellable, GError **error)
{
  GengaEstimate *estimate = &request->estimate;
  double share = (double)request->n_jobs / request->items->len;
  double work_seconds = 0, io_seconds = 0, video_seconds = 0;

  estimate->available_bytes = genga_memory_get_available ();
  for (guint i = 0; i < request->items->len; i++)
    {
      const Item *item = request->items->pdata[i];
      GengaSourceParams params = genga_source_params_from_options (item->options, NULL);
      gboolean is_video;
      GengaProbe probe;
      g_autoptr (GengaSource) source = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      params.n_threads = 1;
      genga_source_probe (item->source, &params, &probe);
      is_video = probe.kind != GENGA_SOURCE_PICTURE;
      const GengaModelFacts *model = get_model (request, get_model_name (item, is_video), error);
      if (model == NULL)
        return FALSE;
      source = genga_source_open_probed (item->source, &probe, &params, NULL);
      if (source != NULL && is_video)
        add_video (estimate, item, model, &source->info, share, &video_seconds);
      else if (source != NULL)
        add_picture (estimate, item, model, &source->info, share, &work_seconds, &io_seconds);
    }
  /* Reading and writing go on beside the work, but for the first and the last picture. */
  if (estimate->seconds >= 0 && estimate->n_pictures > 0)
    estimate->seconds =
        video_seconds +
        MAX (work_seconds + io_seconds / (share * estimate->n_pictures), io_seconds);
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
  g_object_unref (item->options);
  g_free (item);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_ptr_array_unref (request->items);
  g_hash_table_unref (request->models);
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
  request->models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)genga_model_facts_free);
  for (guint i = 0; i < n; i++)
    {
      GengaJob *job = jobs->pdata[(gsize)i * jobs->len / n];
      Item *item = g_new0 (Item, 1);

      item->source = g_strdup (genga_job_get_source (job));
      item->options = g_object_ref (genga_job_get_options (job));
      item->has_speed = genga_speeds_look_up (speeds, item->options, FALSE, &item->speed);
      item->has_video_speed =
          genga_speeds_look_up (speeds, item->options, TRUE, &item->video_speed);
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
