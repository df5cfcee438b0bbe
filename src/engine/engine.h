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
 * Back ends (engine/backend.h): `reference` in plain C, `torch-cpu` and `torch-cuda` in modules
 * that are opened on first use.
 *
 * Thread rule: engines and models from any thread; a session by one thread at a time.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

typedef struct _GengaEngine GengaEngine;

/*
 * The devices that can be opened, best first: GPUs, the CPU, "reference". Opens the modules.
 * Array of GengaDeviceInfo; free with g_array_unref().
 */
GArray *genga_engine_list_devices (void);

/*
 * Opens a device by id; "auto" takes the best. Engines are kept: a second call for the same device
 * answers the same one. Errors: GENGA_ERROR_UNAVAILABLE with what is missing and what to do.
 */
GengaEngine *genga_engine_open (const char *device_id, GError **error);

/*
 * Describes the device that an id means without opening anything: TRUE where it has been opened
 * before and is known, FALSE for a guess (engine/device-facts.h).
 */
gboolean genga_engine_peek_device (const char *device_id, GengaDeviceInfo *info);

/*
 * Why "auto" took no GPU although there is a driver for one; NULL where nothing went wrong. Static.
 */
const char *genga_engine_get_gpu_problem (void);

GengaEngine *genga_engine_ref (GengaEngine *self);
void genga_engine_unref (GengaEngine *self);

const GengaDeviceInfo *genga_engine_get_device (GengaEngine *self);
/* A line about versions ("LibTorch 2.11.0"). */
const char *genga_engine_get_version (GengaEngine *self);
void genga_engine_get_memory_stats (GengaEngine *self, GengaMemoryStats *stats);

/* As genga_device_info_resolve_precision() for the engine's device. */
GengaPrecision genga_engine_resolve_precision (GengaEngine *self,
                                               const GengaNetSpec *spec,
                                               GengaDType stored,
                                               GengaPrecision wanted);

/* For src/engine only. */
const GengaBackend *genga_engine_get_backend (GengaEngine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaEngine, genga_engine_unref)

G_END_DECLS
