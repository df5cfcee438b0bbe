/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/cpu-backend.h"

#include "core/cpu.h"
#include "core/error.h"
#include "engine/cpu/admission.h"
#include "engine/cpu/cpu-model.h"
#include "engine/cpu/kernels/kernels.h"
#include "engine/cpu/cpu-plan.h"

/* The kernels' grid in pictures of networks that begin with a pixel unshuffle by up to 4. */
#define GRID (4 * GENGA_KERNEL_GRID)

static const char *
get_version (void)
{
  return genga_admission_get_used ();
}

static void
get_caps (const char *device_id, GengaBackendCaps *caps)
{
  const guint samples = 1u << GENGA_SAMPLE_U8 | 1u << GENGA_SAMPLE_U16 | 1u << GENGA_SAMPLE_F32;

  *caps = (GengaBackendCaps){
    .samples_in = samples,
    .samples_out = samples,
    .crops_exactly = TRUE,
    .grid = GRID,
    .takes_whole = TRUE,
  };
}

static guint
list_devices (GengaDeviceInfo *devices, guint max)
{
  g_autofree char *name = genga_cpu_dup_name ();

  devices[0] = (GengaDeviceInfo){
    .id = "cpu",
    .total_bytes = genga_memory_get_total (),
    .free_bytes = genga_memory_get_available (),
    .is_cpu = TRUE,
    .fast_bf16 = TRUE,
  };
  g_strlcpy (devices[0].name, name, sizeof devices[0].name);
  return 1;
}

static gboolean
supports (const GengaGraph *graph, const char *device_id, GengaPrecision precision, char **reason)
{
  if (precision == GENGA_PRECISION_FP32 || precision == GENGA_PRECISION_BF16)
    return genga_cpu_plan_supports (graph, reason);
  if (reason != NULL)
    *reason = g_strdup ("no half precision on a CPU");
  return FALSE;
}

static GengaBackendModel *
model_load (const GengaGraph *graph,
            const char *device_id,
            GengaPrecision precision,
            guint n_threads,
            GError **error)
{
  g_autofree char *reason = NULL;

  if (!supports (graph, device_id, precision, &reason))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE, reason);
      return NULL;
    }
  genga_admission_check ();
  return (GengaBackendModel *)genga_cpu_model_new (graph, precision == GENGA_PRECISION_BF16,
                                                   n_threads, NULL);
}

static void
model_free (GengaBackendModel *model)
{
  genga_cpu_model_free ((GengaCpuModel *)model);
}

static gboolean
run (GengaBackendModel *model,
     const GengaView *input,
     const GengaRect *wanted,
     const GengaView *output,
     GCancellable *cancellable,
     GError **error)
{
  return genga_cpu_model_run ((GengaCpuModel *)model, input, wanted, output, cancellable, error);
}

static gboolean
was_finite (GengaBackendModel *model)
{
  return genga_cpu_model_was_finite ((GengaCpuModel *)model);
}

static void
set_watch (GengaBackendModel *model, GengaWatchFunc func, gpointer user_data)
{
  genga_cpu_model_set_watch ((GengaCpuModel *)model, func, user_data);
}

static int
get_reach (GengaBackendModel *model)
{
  return genga_cpu_model_get_reach ((GengaCpuModel *)model);
}

static guint64
get_peak_bytes (GengaBackendModel *model, int width, int height)
{
  return genga_cpu_model_get_peak_bytes ((GengaCpuModel *)model, width, height);
}

static void
get_memory_stats (const char *device_id, GengaMemoryStats *stats)
{
  guint64 n_bytes, peak_bytes;

  genga_cpu_models_get_memory (&n_bytes, &peak_bytes);
  *stats = (GengaMemoryStats){ n_bytes, n_bytes, peak_bytes };
}

const GengaBackend *
genga_cpu_backend_get (void)
{
  static const GengaBackend backend = {
    .abi = GENGA_BACKEND_ABI,
    .name = "cpu",
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
    .trim = genga_cpu_models_trim,
    .get_memory_stats = get_memory_stats,
  };

  return &backend;
}
