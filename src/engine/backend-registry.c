/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/backend-registry.h"
#include "config.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/module.h"
#include "engine/reference/reference.h"

#include <glib/gi18n-lib.h>

#if GENGA_HAVE_CPU_ENGINE
#  include "engine/cpu/cpu-backend.h"
#else
#  define genga_cpu_backend_get NULL
#endif

#define TORCH_DIR "src/engine/torch"
#define VULKAN_DIR "src/engine/vulkan"

/* Where drivers say that they are there, and what says so in the place of these folders. */
static const char *const driver_folders[] = {
  "/etc/vulkan/icd.d",
  "/usr/local/etc/vulkan/icd.d",
  "/usr/local/share/vulkan/icd.d",
  "/usr/share/vulkan/icd.d",
};
static const char *const driver_variables[] = { "VK_DRIVER_FILES", "VK_ICD_FILENAMES" };

typedef struct
{
  const char *device;                /* its device's id, or what its devices' ids begin with */
  const GengaBackend *(*get) (void); /* of one that is linked in */
  const char *stem;                  /* of a module */
  const char *dir;                   /* where it lies in a build folder */
  GOnce once;
  const GengaBackend *backend; /* atomic */
  int has_failed;              /* atomic */
  GError *error;
} Slot;

static Slot slots[GENGA_N_BACKENDS] = {
  [GENGA_BACKEND_TORCH_CUDA] = { .device = "torch:cuda:",
                                 .stem = "torch-cuda",
                                 .dir = TORCH_DIR,
                                 .once = G_ONCE_INIT },
  [GENGA_BACKEND_VULKAN] = { .device = "vulkan:",
                             .stem = "vulkan",
                             .dir = VULKAN_DIR,
                             .once = G_ONCE_INIT },
  [GENGA_BACKEND_CPU] = { .device = "cpu", .get = genga_cpu_backend_get, .once = G_ONCE_INIT },
  [GENGA_BACKEND_TORCH_CPU] = { .device = "torch:cpu",
                                .stem = "torch-cpu",
                                .dir = TORCH_DIR,
                                .once = G_ONCE_INIT },
  [GENGA_BACKEND_REFERENCE] = { .device = "reference",
                                .get = genga_reference_backend_get,
                                .once = G_ONCE_INIT },
};

gboolean
genga_registry_has_gpu_driver (void)
{
  return g_file_test ("/proc/driver/nvidia/version", G_FILE_TEST_EXISTS) ||
         g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS);
}

gboolean
genga_registry_has_vulkan_driver (void)
{
  gboolean is_there = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (driver_variables); i++)
    is_there |= g_getenv (driver_variables[i]) != NULL;
  for (guint i = 0; i < G_N_ELEMENTS (driver_folders) && !is_there; i++)
    {
      g_autoptr (GDir) folder = g_dir_open (driver_folders[i], 0, NULL);

      is_there = folder != NULL && g_dir_read_name (folder) != NULL;
    }
  return is_there;
}

gboolean
genga_registry_find (const char *device_id, GengaBackendKind *kind)
{
  for (guint i = 0; i < GENGA_N_BACKENDS; i++)
    {
      const char *device = slots[i].device;

      if (g_str_has_suffix (device, ":") ? g_str_has_prefix (device_id, device)
                                         : g_str_equal (device_id, device))
        {
          *kind = i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
has_module (const Slot *slot)
{
  g_autofree char *path = genga_module_dup_path (slot->stem, slot->dir);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static void
set_missing (const Slot *slot, GError **error)
{
  if (slot == &slots[GENGA_BACKEND_VULKAN])
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                         _ ("This build of Genga has no Vulkan engine."));
  else
    g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                         _ ("LibTorch is missing: “./dev torch” in the folder of Genga's source "
                            "gets it."));
}

static const GengaBackend *
open_module (const Slot *slot, GError **error)
{
  if (!has_module (slot))
    {
      set_missing (slot, error);
      return NULL;
    }

  GengaBackendGetFunc get = genga_module_open (slot->stem, slot->dir, GENGA_BACKEND_ENTRY, error);
  const GengaBackend *backend = get != NULL ? get (error) : NULL;

  if (backend != NULL)
    genga_memory_keep_large ();
  if (backend == NULL || backend->abi == GENGA_BACKEND_ABI)
    return backend;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               _ ("The module “%s” belongs to another version of Genga."), slot->stem);
  return NULL;
}

static gpointer
open_slot (gpointer data)
{
  Slot *slot = data;
  const GengaBackend *backend = NULL;

  if (slot == &slots[GENGA_BACKEND_TORCH_CUDA] && !genga_registry_has_gpu_driver ())
    g_set_error_literal (&slot->error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                         _ ("There is no NVIDIA driver on this machine."));
  else if (slot->stem != NULL)
    backend = open_module (slot, &slot->error);
  else if (slot->get != NULL)
    backend = slot->get ();
  else
    g_set_error (&slot->error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                 _ ("This build of Genga has no device “%s”."), slot->device);
  g_atomic_pointer_set (&slot->backend, backend);
  g_atomic_int_set (&slot->has_failed, backend == NULL);
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

const GengaBackend *
genga_registry_peek_backend (GengaBackendKind kind)
{
  if (slots[kind].stem == NULL)
    return genga_registry_get_backend (kind, NULL);
  return g_atomic_pointer_get (&slots[kind].backend);
}

gboolean
genga_registry_has_failed (GengaBackendKind kind)
{
  return g_atomic_int_get (&slots[kind].has_failed);
}

gboolean
genga_registry_is_there (GengaBackendKind kind)
{
  const Slot *slot = &slots[kind];

  if (slot->stem == NULL)
    return slot->get != NULL;
  if (kind == GENGA_BACKEND_TORCH_CUDA && !genga_registry_has_gpu_driver ())
    return FALSE;
  if (kind == GENGA_BACKEND_VULKAN && !genga_registry_has_vulkan_driver ())
    return FALSE;
  return has_module (slot);
}
