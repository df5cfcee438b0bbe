/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The border: GengaBackend's functions. */
#define G_LOG_DOMAIN "genga-vulkan"

#include "core/error.h"
#include "engine/backend.h"
#include "engine/vulkan/vulkan-admission.h"
#include "engine/vulkan/vulkan-lower.h"
#include "engine/vulkan/vulkan-model.h"

#include <glib/gi18n-lib.h>

static GengaVulkanModel *
get_model (GengaBackendModel *model)
{
  return (GengaVulkanModel *)model;
}

/* Of the best device's driver. */
static gpointer
make_version (gpointer nothing)
{
  guint n;
  const GengaVulkanFacts *all = genga_vulkan_facts_list (&n, NULL);
  const guint32 version = n > 0 ? all[0].api_version : VK_API_VERSION_1_2;

  return g_strdup_printf ("Vulkan %u.%u.%u", VK_API_VERSION_MAJOR (version),
                          VK_API_VERSION_MINOR (version), VK_API_VERSION_PATCH (version));
}

static const char *
get_version (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_version, NULL);
}

static guint
list_devices (GengaDeviceInfo *devices, guint max)
{
  guint n;
  const GengaVulkanFacts *all = genga_vulkan_facts_list (&n, NULL);

  n = MIN (n, max);
  for (guint i = 0; i < n; i++)
    {
      devices[i] = (GengaDeviceInfo){
        .total_bytes = all[i].total_bytes,
        .free_bytes = genga_vulkan_facts_get_free_bytes (&all[i]),
        .is_cpu = genga_vulkan_facts_is_cpu (&all[i]),
        .fast_fp16 = !genga_vulkan_facts_is_cpu (&all[i]),
      };
      g_strlcpy (devices[i].id, all[i].id, sizeof devices[i].id);
      g_strlcpy (devices[i].name, all[i].name, sizeof devices[i].name);
    }
  return n;
}

static void
get_caps (const char *device_id, GengaBackendCaps *caps)
{
  const guint samples = 1u << GENGA_SAMPLE_U8 | 1u << GENGA_SAMPLE_U16 | 1u << GENGA_SAMPLE_F32;

  *caps = (GengaBackendCaps){
    .samples_in = samples,
    .samples_out = samples,
    .crops_exactly = TRUE,
    .grid = GENGA_VULKAN_GRID,
    .takes_whole = TRUE,
  };
}

static gboolean
supports (const GengaGraph *graph, const char *device_id, GengaPrecision precision, char **reason)
{
  return genga_vulkan_lower_can (graph, reason);
}

static GengaBackendModel *
model_load (const GengaGraph *graph,
            const char *device_id,
            GengaPrecision precision,
            guint n_threads,
            GError **error)
{
  g_autofree char *reason = NULL;

  if (!genga_vulkan_lower_can (graph, &reason))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_MODEL,
                   _ ("Can't build the network from this model file: %s."), reason);
      return NULL;
    }
  if (!genga_vulkan_admission_check (device_id, precision, error))
    return NULL;
  return (GengaBackendModel *)genga_vulkan_model_new (graph, device_id, precision, error);
}

static void
model_free (GengaBackendModel *model)
{
  genga_vulkan_model_free (get_model (model));
}

/* In the precisions that nobody has to ask for. */
static gboolean
check_device (const char *device_id, GError **error)
{
  const GengaVulkanFacts *facts = genga_vulkan_facts_find (device_id, error);

  return facts != NULL && genga_vulkan_admission_check (device_id, GENGA_PRECISION_FP32, error) &&
         (genga_vulkan_facts_is_cpu (facts) ||
          genga_vulkan_admission_check (device_id, GENGA_PRECISION_FP16, error));
}

static gboolean
run (GengaBackendModel *model,
     const GengaView *input,
     const GengaRect *wanted,
     const GengaView *output,
     GCancellable *cancellable,
     GError **error)
{
  return genga_vulkan_model_run (get_model (model), input, wanted, output, cancellable, error);
}

static gboolean
was_finite (GengaBackendModel *model)
{
  return get_model (model)->was_finite;
}

static void
set_watch (GengaBackendModel *model, GengaWatchFunc func, gpointer user_data)
{
  get_model (model)->watch = func;
  get_model (model)->watch_data = user_data;
}

static int
get_reach (GengaBackendModel *model)
{
  return get_model (model)->pieces.reach;
}

static guint64
get_peak_bytes (GengaBackendModel *model, int width, int height)
{
  return genga_vulkan_model_get_peak_bytes (get_model (model), width, height);
}

static void
trim (void)
{
  genga_vulkan_model_trim_all ();
}

static void
get_memory_stats (const char *device_id, GengaMemoryStats *stats)
{
  g_autoptr (GengaVulkanDevice) device = genga_vulkan_device_peek (device_id);

  *stats = (GengaMemoryStats){ 0 };
  if (device == NULL)
    return;
  g_mutex_lock (&device->queue_mutex);
  stats->allocated_bytes = stats->reserved_bytes = device->allocated_bytes;
  stats->peak_bytes = device->peak_bytes;
  g_mutex_unlock (&device->queue_mutex);
}

__attribute__ ((visibility ("default"))) const GengaBackend *genga_backend_get (GError **error);

const GengaBackend *
genga_backend_get (GError **error)
{
  static const GengaBackend backend = {
    .abi = GENGA_BACKEND_ABI,
    .name = "vulkan",
    .get_version = get_version,
    .list_devices = list_devices,
    .get_caps = get_caps,
    .supports = supports,
    .model_load = model_load,
    .model_free = model_free,
    .run = run,
    .was_finite = was_finite,
    .set_watch = set_watch,
    .get_reach = get_reach,
    .get_peak_bytes = get_peak_bytes,
    .trim = trim,
    .get_memory_stats = get_memory_stats,
    .check_device = check_device,
  };
  guint n;

  return genga_vulkan_facts_list (&n, error) != NULL ? &backend : NULL;
}
