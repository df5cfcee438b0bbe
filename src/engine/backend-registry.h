/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The back ends that are there. Private to the engine folder.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_BACKEND_REFERENCE,
  GENGA_BACKEND_TORCH_CPU,
  GENGA_BACKEND_TORCH_CUDA,
  GENGA_N_BACKENDS,
} GengaBackendKind;

/*
 * A back end, its module opened on first use and kept. Errors: GENGA_ERROR_UNAVAILABLE with what
 * is missing. Thread rule: any thread.
 */
const GengaBackend *genga_registry_get_backend (GengaBackendKind kind, GError **error);

/* Whether there is an NVIDIA driver: a machine without it never opens the CUDA module. */
gboolean genga_registry_has_gpu_driver (void);

G_END_DECLS
