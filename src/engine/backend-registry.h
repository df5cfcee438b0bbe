/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back ends that are there. Private to the engine folder.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

/* In the order in which their devices are listed: the best first. */
typedef enum
{
  GENGA_BACKEND_TORCH_CUDA,
  GENGA_BACKEND_VULKAN,
  GENGA_BACKEND_CPU,
  GENGA_BACKEND_TORCH_CPU,
  GENGA_BACKEND_REFERENCE,
  GENGA_N_BACKENDS,
} GengaBackendKind;

/* Whose device an id in full is; FALSE where it is nobody's. Opens nothing. */
gboolean genga_registry_find (const char *device_id, GengaBackendKind *kind);

/*
 * A back end, its module opened on first use and kept. Errors: GENGA_ERROR_UNAVAILABLE with what
 * is missing.
 */
const GengaBackend *genga_registry_get_backend (GengaBackendKind kind, GError **error);

/* The same where nothing has to be opened for it; else NULL. */
const GengaBackend *genga_registry_peek_backend (GengaBackendKind kind);

/* Whether it has been opened, and could not be: then it has no devices. */
gboolean genga_registry_has_failed (GengaBackendKind kind);

/* Whether there is something to open, and a driver for it; whether it can be opened is another
 * question. */
gboolean genga_registry_is_there (GengaBackendKind kind);

/* Whether there is an NVIDIA driver: a machine without it never opens the CUDA module. */
gboolean genga_registry_has_gpu_driver (void);

/* Whether a driver of Vulkan is installed, or named in the environment; of programs, too. */
gboolean genga_registry_has_vulkan_driver (void);

G_END_DECLS
