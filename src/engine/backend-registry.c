/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/backend-registry.h"
#include "core/error.h"
#include "core/module.h"
#include "engine/reference/reference.h"

#include <glib/gi18n-lib.h>

#define TORCH_DIR "src/engine/torch"

typedef struct
{
  GOnce once;
  const char *stem; /* of the module; NULL: linked in */
  const GengaBackend *backend;
  GError *error;
} Slot;

static Slot slots[GENGA_N_BACKENDS] = {
  [GENGA_BACKEND_REFERENCE] = { .once = G_ONCE_INIT },
  [GENGA_BACKEND_TORCH_CPU] = { .once = G_ONCE_INIT, .stem = "torch-cpu" },
  [GENGA_BACKEND_TORCH_CUDA] = { .once = G_ONCE_INIT, .stem = "torch-cuda" },
};

gboolean
genga_registry_has_gpu_driver (void)
{
  return g_file_test ("/proc/driver/nvidia/version", G_FILE_TEST_EXISTS) ||
         g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS);
}

static gpointer
open_slot (gpointer data)
{
  Slot *slot = data;

  if (slot->stem == NULL)
    {
      slot->backend = genga_reference_backend_get ();
      return NULL;
    }
  if (slot == &slots[GENGA_BACKEND_TORCH_CUDA] && !genga_registry_has_gpu_driver ())
    {
      g_set_error_literal (&slot->error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                           _ ("There is no NVIDIA driver on this machine."));
      return NULL;
    }

  GengaBackendGetFunc get =
      genga_module_open (slot->stem, TORCH_DIR, GENGA_BACKEND_ENTRY, &slot->error);
  if (get == NULL)
    return NULL;

  const GengaBackend *backend = get (&slot->error);
  if (backend != NULL && backend->abi != GENGA_BACKEND_ABI)
    g_set_error (&slot->error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                 _ ("The module “%s” belongs to another version of Genga."), slot->stem);
  else
    slot->backend = backend;
  return NULL;
}

const GengaBackend *
genga_registry_get_backend (GengaBackendKind kind, GError **error)
{
  Slot *slot = &slots[kind];

  g_once (&slot->once, open_slot, slot);
  if (slot->backend == NULL)
    g_propagate_error (error, g_error_copy (slot->error));
  return slot->backend;
}
