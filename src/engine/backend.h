/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The border between Genga and a back end: what a back end has to offer.
 *
 * C11 and C++17. AUTO and NONE of GengaPrecision are resolved by the engine before they get
 * here. A back end knows networks and devices; it knows nothing of pictures, tiles,
 * blending or files. The engine (engine/engine.h) cuts frames into tiles and calls
 * run() for each. Some back ends live in modules that are opened on first use and link nothing
 * of Genga's: all they get is in this header and in nets/net-spec.h.
 *
 * Nothing throws, aborts, exits or prints across this border: every entry point answers with a
 * GError of domain GENGA_ERROR whose codes are GENGA_ERROR_OUT_OF_MEMORY, _DEVICE_LOST, _MODEL,
 * _UNAVAILABLE or _INTERNAL, or with G_IO_ERROR_CANCELLED.
 */
#pragma once

#include "core/choices.h"
#include "nets/net-spec.h"
#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_BACKEND_ABI 2

/* One device of a back end. */
typedef struct
{
  char id[32];         /* "cpu", "cuda:0": what --device takes */
  char name[128];      /* "AMD EPYC 9354", "NVIDIA H200" */
  guint64 total_bytes; /* memory, 0 = unknown */
  guint64 free_bytes;
  gboolean is_cpu;
  gboolean fast_fp16;
  gboolean fast_bf16;
} GengaDeviceInfo;

/* Bytes of a back end's own memory on a device. */
typedef struct
{
  guint64 allocated_bytes;
  guint64 reserved_bytes;
  guint64 peak_bytes;
} GengaMemoryStats;

typedef struct _GengaBackendModel GengaBackendModel;

typedef struct
{
  guint abi;        /* GENGA_BACKEND_ABI */
  const char *name; /* "reference", "torch-cpu", "torch-cuda" */

  /* A line about versions for diagnostics ("LibTorch 2.11.0"); static. */
  const char *(*get_version) (void);

  /* Fills `devices` with at most `max` entries and returns how many there are. */
  guint (*list_devices) (GengaDeviceInfo *devices, guint max);

  /*
   * Builds the network of `spec` on device `device_id` with weights converted to `precision`
   * (FP32, FP16 or BF16). The bytes of `tensors` stay valid and unchanged until model_free(), so
   * a back end may use them in place. `n_threads` = intra-op threads on a CPU, at least 1.
   */
  GengaBackendModel *(*model_load) (const GengaNetSpec *spec,
                                    const GengaTensor *const *tensors,
                                    guint n_tensors,
                                    const char *device_id,
                                    GengaPrecision precision,
                                    guint n_threads,
                                    GError **error);
  void (*model_free) (GengaBackendModel *model);

  /*
   * Runs the network once. `input` is height x width x in_channels packed f32 (channels last),
   * RGB in [0, 1]; `output` is (height * scale) x (width * scale) x out_channels packed f32, not
   * clamped. Sides satisfy the spec's minimum and multiple_of. The first and last
   * layer's sums, the residual base and the pixel shuffle are FP32 whatever the precision
   * where the family has them. One thread at a time per model. Leaves between two layers
   * once `cancellable` (may be NULL) is cancelled.
   */
  gboolean (*run) (GengaBackendModel *model,
                   const float *input,
                   int height,
                   int width,
                   float *output,
                   GCancellable *cancellable,
                   GError **error);

  /* Estimated peak of run() in bytes per input pixel, weights apart. */
  double (*get_bytes_per_pixel) (GengaBackendModel *model);

  /* Gives cached memory back to the system. */
  void (*trim) (void);

  void (*get_memory_stats) (const char *device_id, GengaMemoryStats *stats);
} GengaBackend;

/* The one symbol of a back-end module. */
#define GENGA_BACKEND_ENTRY "genga_backend_get"
typedef const GengaBackend *(*GengaBackendGetFunc) (GError **error);

G_END_DECLS
