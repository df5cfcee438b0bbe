/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/device-facts.h"
#include "core/cpu.h"
#include "engine/backend-registry.h"
#include "engine/gpu-nodes.h"

/* LibTorch may hold a copy of each map: in another order, another precision. */
#define COPYING_FACTOR 2
/* LibTorch's convolutions in 16 bits unfold their input, on processors that lack the means. */
#define UNFOLDING_FACTOR 7

/* Of a back end that is there without opening it: what it says itself. */
static gboolean
look_up (GengaDeviceInfo *info, const GengaBackend *backend, const char *device_id)
{
  GengaDeviceInfo devices[GENGA_MAX_DEVICES];
  guint n = backend->list_devices (devices, G_N_ELEMENTS (devices));

  for (guint i = 0; i < n; i++)
    if (g_str_equal (devices[i].id, device_id))
      {
        *info = devices[i];
        backend->get_caps (device_id, &info->caps);
        return TRUE;
      }
  return FALSE;
}

gboolean
genga_device_info_guess (GengaDeviceInfo *info, const char *device_id)
{
  GengaBackendKind kind = GENGA_BACKEND_TORCH_CPU;
  gboolean is_ours = genga_registry_find (device_id, &kind);
  gboolean is_gpu;
  const GengaBackend *backend = is_ours ? genga_registry_peek_backend (kind) : NULL;

  if (backend != NULL && look_up (info, backend, device_id))
    return TRUE;
  is_gpu = kind == GENGA_BACKEND_TORCH_CUDA ||
           (kind == GENGA_BACKEND_VULKAN && genga_gpu_nodes_count () > 0);
  *info = (GengaDeviceInfo){ .is_cpu = !is_gpu,
                             .fast_fp16 = is_gpu,
                             .caps = { .samples_in = 1u << GENGA_SAMPLE_F32,
                                       .samples_out = 1u << GENGA_SAMPLE_F32,
                                       .grid = 1 } };
  g_strlcpy (info->id, device_id, sizeof info->id);
  if (!info->is_cpu)
    return FALSE;
  info->total_bytes = genga_memory_get_total ();
  info->free_bytes = genga_memory_get_available ();
  info->fast_bf16 = kind != GENGA_BACKEND_VULKAN && genga_cpu_has_fast_bf16 ();
  return FALSE;
}

static gboolean
is_safe (const GengaNetSpec *spec, GengaPrecision precision)
{
  switch (precision)
    {
    case GENGA_PRECISION_FP16:
      return spec->fp16_safe;
    case GENGA_PRECISION_BF16:
      return spec->bf16_safe;
    case GENGA_PRECISION_AUTO:
    case GENGA_PRECISION_NONE:
    case GENGA_PRECISION_FP32:
    default:
      return TRUE;
    }
}

static GengaPrecision
choose_fastest (const GengaDeviceInfo *self, const GengaNetSpec *spec)
{
  if (self->fast_fp16 && spec->fp16_safe)
    return GENGA_PRECISION_FP16;
  if (self->fast_bf16 && spec->bf16_safe && !spec->is_rough_in_bf16 && !spec->has_attention)
    return GENGA_PRECISION_BF16;
  return GENGA_PRECISION_FP32;
}

GengaPrecision
genga_device_info_resolve_precision (const GengaDeviceInfo *self,
                                     const GengaNetSpec *spec,
                                     GengaDType stored,
                                     GengaPrecision wanted)
{
  GengaPrecision precision = wanted;

  if (wanted == GENGA_PRECISION_AUTO)
    precision = choose_fastest (self, spec);
  else if (wanted == GENGA_PRECISION_NONE)
    precision = stored == GENGA_DTYPE_F16    ? GENGA_PRECISION_FP16
                : stored == GENGA_DTYPE_BF16 ? GENGA_PRECISION_BF16
                                             : GENGA_PRECISION_FP32;

  /* A CPU would need a hundred times as long in fp16. */
  if (precision == GENGA_PRECISION_FP16 && self->is_cpu)
    precision = GENGA_PRECISION_FP32;
  if (wanted == GENGA_PRECISION_NONE && precision == GENGA_PRECISION_BF16 && self->is_cpu &&
      !self->fast_bf16)
    precision = GENGA_PRECISION_FP32;
  if (precision == GENGA_PRECISION_FP16 && !is_safe (spec, precision))
    precision = is_safe (spec, GENGA_PRECISION_BF16) && !spec->has_attention ? GENGA_PRECISION_BF16
                                                                             : GENGA_PRECISION_FP32;
  return precision;
}

double
genga_device_info_get_bytes_per_pixel (const GengaDeviceInfo *self,
                                       const GengaNetSpec *spec,
                                       GengaPrecision precision)
{
  gboolean is_half = precision == GENGA_PRECISION_FP16 || precision == GENGA_PRECISION_BF16;
  double bytes = COPYING_FACTOR * (is_half ? spec->half_bytes_per_pixel : spec->bytes_per_pixel);

  /* A GPU holds what comes in and goes out, too. */
  if (!self->is_cpu)
    return bytes +
           4.0 * (spec->in_channels + (double)spec->out_channels * spec->scale * spec->scale);
  return is_half && !self->fast_bf16 ? UNFOLDING_FACTOR * bytes : bytes;
}
