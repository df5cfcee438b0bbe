/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference.h"
#include "core/cpu.h"
#include "core/error.h"
#include "engine/reference/reference-compact.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _GengaBackendModel
{
  GengaNetSpec spec;
  GengaPrecision precision;
  GengaReferenceCompact *compact; /* for that family */
};

static GengaReferenceFaults faults;
static guint n_calls; /* atomic */

void
genga_reference_set_faults (const GengaReferenceFaults *new_faults)
{
  faults = *new_faults;
  g_atomic_int_set (&n_calls, 0);
}

guint
genga_reference_get_n_calls (void)
{
  return g_atomic_int_get (&n_calls);
}

static const char *
get_version (void)
{
  return "reference";
}

static guint
list_devices (GengaDeviceInfo *devices, guint max)
{
  g_autofree char *name = genga_cpu_dup_name ();

  devices[0] = (GengaDeviceInfo){
    .id = "reference",
    .total_bytes = genga_memory_get_total (),
    .free_bytes = genga_memory_get_available (),
    .is_cpu = TRUE,
  };
  g_strlcpy (devices[0].name, name, sizeof devices[0].name);
  return 1;
}

static void
get_caps (const char *device_id, GengaBackendCaps *caps)
{
  *caps = (GengaBackendCaps){
    .samples_in = 1u << GENGA_SAMPLE_F32,
    .samples_out = 1u << GENGA_SAMPLE_F32,
    .grid = 1,
  };
}

static gboolean
supports (const GengaGraph *graph, const char *device_id, GengaPrecision precision, char **reason)
{
  if (reason != NULL)
    *reason = g_strdup ("no graphs yet");
  return FALSE;
}

static GengaBackendModel *
model_load_spec (const GengaNetSpec *spec,
                 const GengaTensor *const *tensors,
                 guint n_tensors,
                 const char *device_id,
                 GengaPrecision precision,
                 guint n_threads,
                 GError **error)
{
  GengaBackendModel *model = g_new0 (GengaBackendModel, 1);

  model->spec = *spec;
  model->precision = precision;
  if (spec->family == GENGA_FAMILY_COMPACT)
    model->compact = genga_reference_compact_new (spec, tensors, n_tensors, precision);
  else if (spec->family != GENGA_FAMILY_NEAREST && spec->family != GENGA_FAMILY_BICUBIC)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   _ ("The reference device runs Compact models only, not %s."),
                   genga_net_spec_get_family_name (spec));
      g_clear_pointer (&model, g_free);
    }
  return model;
}

static void
model_free (GengaBackendModel *model)
{
  g_clear_pointer (&model->compact, genga_reference_compact_free);
  g_free (model);
}

static void
run_nearest (const GengaNetSpec *spec, const float *input, int height, int width, float *output)
{
  int s = spec->scale, n = spec->in_channels;

  for (int y = 0; y < height * s; y++)
    for (int x = 0; x < width * s; x++)
      for (int c = 0; c < n; c++)
        *output++ = input[((gsize)(y / s) * width + x / s) * n + c];
}

/* Catmull-Rom, as in R. Keys, "Cubic convolution interpolation", 1981, with a = -1/2. */
static double
get_cubic_weight (double x)
{
  x = fabs (x);
  if (x < 1)
    return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

static void
run_bicubic (const GengaNetSpec *spec, const float *input, int height, int width, float *output)
{
  int s = spec->scale, n = spec->in_channels;

  for (int y = 0; y < height * s; y++)
    for (int x = 0; x < width * s; x++)
      for (int c = 0; c < n; c++)
        {
          double fy = (y + 0.5) / s - 0.5, fx = (x + 0.5) / s - 0.5;
          double sum = 0;
          for (int j = floor (fy) - 1; j <= floor (fy) + 2; j++)
            for (int i = floor (fx) - 1; i <= floor (fx) + 2; i++)
              sum += get_cubic_weight (fy - j) * get_cubic_weight (fx - i) *
                     input[((gsize)CLAMP (j, 0, height - 1) * width + CLAMP (i, 0, width - 1)) * n +
                           c];
          *output++ = sum;
        }
}

static gboolean
inject_fault (GengaBackendModel *model, int height, int width, float *output, GError **error)
{
  guint call = g_atomic_int_add (&n_calls, 1) + 1;

  if (faults.oom_above_side > 0 && MAX (height, width) > faults.oom_above_side)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for a tile."));
      return FALSE;
    }
  if (faults.lost_at_call == call)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST,
                           _ ("The device stopped responding."));
      return FALSE;
    }
  if (faults.nan_at_call == call &&
      (model->precision != GENGA_PRECISION_FP32 || faults.nan_in_fp32))
    output[0] = NAN;
  return TRUE;
}

static gboolean
run (GengaBackendModel *model,
     const GengaView *in,
     const GengaRect *wanted,
     const GengaView *out,
     GCancellable *cancellable,
     GError **error)
{
  const float *input = in->data;
  float *output = out->data;
  int height = in->height, width = in->width;

  switch (model->spec.family)
    {
    case GENGA_FAMILY_NEAREST:
      run_nearest (&model->spec, input, height, width, output);
      break;
    case GENGA_FAMILY_BICUBIC:
      run_bicubic (&model->spec, input, height, width, output);
      break;
    case GENGA_FAMILY_COMPACT:
      if (!genga_reference_compact_run (model->compact, input, height, width, output, cancellable,
                                        error))
        return FALSE;
      break;
    case GENGA_FAMILY_NONE:
    case GENGA_FAMILY_PLKSR:
    case GENGA_FAMILY_ESRGAN:
    case GENGA_FAMILY_SPAN:
    case GENGA_FAMILY_DAT:
    default:
      g_assert_not_reached ();
    }
  return inject_fault (model, height, width, output, error);
}

static guint64
get_peak_bytes (GengaBackendModel *model, int width, int height)
{
  const GengaNetSpec *spec = &model->spec;
  int widest = spec->family == GENGA_FAMILY_COMPACT ? 2 * spec->compact.num_feat : 0;

  return sizeof (float) * widest * (guint64)width * height;
}

static void
trim (void)
{
}

static void
get_memory_stats (const char *device_id, GengaMemoryStats *stats)
{
  *stats = (GengaMemoryStats){ 0 };
}

const GengaBackend *
genga_reference_backend_get (void)
{
  static const GengaBackend backend = {
    .abi = GENGA_BACKEND_ABI,
    .name = "reference",
    .get_version = get_version,
    .list_devices = list_devices,
    .get_caps = get_caps,
    .supports = supports,
    .model_load_spec = model_load_spec,
    .model_free = model_free,
    .run = run,
    .get_peak_bytes = get_peak_bytes,
    .trim = trim,
    .get_memory_stats = get_memory_stats,
  };

  return &backend;
}
