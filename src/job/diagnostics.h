/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What this machine offers Genga, for `genga-cli diagnose` and the
 * window's page alike.
 *
 * Finding it out tries it: every part of Genga is opened, LibTorch among them, every device and set
 * of kernels computes a tiny network, and every encoder codes a frame, where that is asked for.
 * That takes some seconds.
 *
 * Thread rule: any thread; plain data once made.
 */
#pragma once

#include "core/confine/confine.h"
#include "engine/backend.h"
#include "media/video.h"

G_BEGIN_DECLS

/* A part of Genga that is opened on first use. */
typedef struct
{
  const char *name; /* "torch-cpu" */
  char *path;       /* of its module */
  char *version;    /* NULL: it could not be opened */
  char *reason;     /* why not, one line */
} GengaDiagnosticsPart;

typedef enum
{
  GENGA_PART_TORCH_CPU,
  GENGA_PART_TORCH_CUDA,
  GENGA_PART_VULKAN,
  GENGA_PART_MEDIA,
  GENGA_PART_VIDEO,
  GENGA_N_PARTS,
} GengaPart;

typedef struct
{
  GengaDeviceInfo info;
  GengaMemoryStats stats;
  int tile; /* recommended, as is the overlap */
  int overlap;
  char *refusal; /* why it can't be opened or is not used although it is there, one line; or NULL */
} GengaDiagnosticsDevice;

typedef struct
{
  GengaDiagnosticsPart parts[GENGA_N_PARTS];
  GArray *devices;     /* of GengaDiagnosticsDevice, best first */
  char *engine;        /* the device that "auto" takes ("cpu"), or NULL */
  char *engine_reason; /* why that one, a few words; or NULL */
  char *no_engine;     /* why there is none, one line; or NULL */
  char *gpu_problem;   /* why "auto" took no GPU although there is a driver, one line; or NULL */
  gboolean has_gpu;    /* one that was opened */
  gboolean tries_encoders; /* as asked for */
  GArray *encoders;        /* of GengaEncoderTrial; none where there are no videos */
  char *cpu_name;
  const char *kernels;                /* of Genga's own engine: "avx2" */
  const char *const *refused_kernels; /* better ones that compute wrong results here, or none */
  guint n_threads;
  gboolean has_fast_bf16;
  guint64 memory_total_bytes;
  guint64 memory_available_bytes;
  GengaConfinement confinement;
  char **model_folders;
  char *cache_folder;
  /*
   * How many of the parts above are there and did not work when they were tried: a graphics card of
   * which there is nothing but a driver, too. What a machine may lack does not count: a graphics
   * card, an encoder, or LibTorch where its module is not installed either.
   */
  guint n_faults;
} GengaDiagnostics;

/* Whether LibTorch's module is there, which some models need; not whether it can be opened. */
gboolean genga_diagnostics_has_torch (void);

/* Blocks. Encoders run in this process. */
GengaDiagnostics *genga_diagnostics_new (gboolean tries_encoders);
void genga_diagnostics_free (GengaDiagnostics *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaDiagnostics, genga_diagnostics_free)

G_END_DECLS
