/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine border: devices, models on them (model.h), and sessions that run whole frames
 * (session.h).
 *
 * An engine is a device opened; a model is weights on it, cached; a session is one thread's scratch
 * for running frames through a model. Sessions do the tiling themselves. Nothing aborts or prints
 * across this border; errors are GENGA_ERROR_MODEL, _OUT_OF_MEMORY (after retreat to smaller
 * tiles), _UNAVAILABLE, _DEVICE_LOST, _INTERNAL and G_IO_ERROR_CANCELLED.
 *
 * Back ends (engine/backend.h): `cpu`, Genga's own kernels; `torch`, in one module for CPUs and one
 * for GPUs that are opened on first use; `vulkan`, opened alike, for all GPUs; `reference` in plain
 * C.
 *
 * Thread rule: engines and models from any thread; a session by one thread at a time.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

typedef struct _GengaEngine GengaEngine;

/*
 * The devices that are there, best first: GPUs, the CPU by Genga's own kernels and by LibTorch,
 * "reference". Opens nothing: of a module that nobody has opened yet it is a guess; one that could
 * not be opened has none.
 * Array of GengaDeviceInfo; free with g_array_unref().
 */
GArray *genga_engine_list_devices (void);

/*
 * Opens a device by id (engine/device-id.h); for "auto" see engine/device-choice.h. Engines are
 * kept: a second call for the same device answers the same one. Errors: GENGA_ERROR_UNAVAILABLE
 * with what is missing and what to do.
 */
GengaEngine *genga_engine_open (const char *device, GError **error);

/* Whether LibTorch's module is there, which some models need; not whether it can be opened. */
gboolean genga_engine_has_torch (void);

/*
 * Whether models can be loaded on it, as far as is known without one. May take a second. Errors:
 * GENGA_ERROR_UNAVAILABLE with what its driver does wrong, and those of model.h.
 */
gboolean genga_engine_check (GengaEngine *self, GError **error);

/* The device where it has been opened before; else NULL. */
GengaEngine *genga_engine_peek (const char *device);

GengaEngine *genga_engine_ref (GengaEngine *self);
void genga_engine_unref (GengaEngine *self);

const GengaDeviceInfo *genga_engine_get_device (GengaEngine *self);
/* A line about versions ("LibTorch 2.11.0"). */
const char *genga_engine_get_version (GengaEngine *self);
void genga_engine_get_memory_stats (GengaEngine *self, GengaMemoryStats *stats);

/* Gives memory that is kept for later back to the graphics cards that are open. */
void genga_engine_trim_gpus (void);

/* As genga_device_info_resolve_precision() for the engine's device. */
GengaPrecision genga_engine_resolve_precision (GengaEngine *self,
                                               const GengaNetSpec *spec,
                                               GengaDType stored,
                                               GengaPrecision wanted);

/* For src/engine only. */
const GengaBackend *genga_engine_get_backend (GengaEngine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaEngine, genga_engine_unref)

G_END_DECLS
