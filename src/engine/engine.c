/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/engine.h"
#include "engine/backend-registry.h"
#include "core/error.h"
#include "engine/device-facts.h"

#include <glib/gi18n-lib.h>

#define MAX_DEVICES 16

struct _GengaEngine
{
  gatomicrefcount ref_count;
  const GengaBackend *backend;
  GengaDeviceInfo device;
};

/* GPUs first: the order of devices is the order in which "auto" tries them. */
static const GengaBackendKind kinds[] = {
  GENGA_BACKEND_TORCH_CUDA,
  GENGA_BACKEND_TORCH_CPU,
  GENGA_BACKEND_REFERENCE,
};

GArray *
genga_engine_list_devices (void)
{
  GArray *devices = g_array_new (FALSE, TRUE, sizeof (GengaDeviceInfo));

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GengaDeviceInfo found[MAX_DEVICES];
      const GengaBackend *backend = genga_registry_get_backend (kinds[i], NULL);
      if (backend != NULL)
        g_array_append_vals (devices, found, backend->list_devices (found, MAX_DEVICES));
    }
  return devices;
}

static GengaBackendKind
get_kind (const char *device_id)
{
  if (g_str_equal (device_id, "reference"))
    return GENGA_BACKEND_REFERENCE;
  return g_str_has_prefix (device_id, "cuda") ? GENGA_BACKEND_TORCH_CUDA : GENGA_BACKEND_TORCH_CPU;
}

static GengaEngine *
open_device (const char *device_id, GError **error)
{
  GengaDeviceInfo devices[MAX_DEVICES];
  const GengaBackend *backend = genga_registry_get_backend (get_kind (device_id), error);

  if (backend == NULL)
    return NULL;

  guint n = backend->list_devices (devices, MAX_DEVICES);
  for (guint i = 0; i < n; i++)
    {
      /* "cuda" is the first of them. */
      if (g_str_equal (devices[i].id, device_id) || g_str_equal (device_id, "cuda"))
        {
          GengaEngine *self = g_new0 (GengaEngine, 1);
          g_atomic_ref_count_init (&self->ref_count);
          self->backend = backend;
          self->device = devices[i];
          backend->get_caps (devices[i].id, &self->device.caps);
          return self;
        }
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               _ ("Unknown device “%s”; “genga-cli diagnose” lists those that are available."),
               device_id);
  return NULL;
}

static char *gpu_problem; /* set once, by the first open_best() */

static GengaEngine *
open_best (GError **error)
{
  g_autoptr (GError) gpu_error = NULL;
  GengaEngine *self = open_device ("cuda", &gpu_error);

  if (self == NULL && genga_registry_has_gpu_driver ())
    g_atomic_pointer_compare_and_exchange (&gpu_problem, NULL, g_strdup (gpu_error->message));
  if (self == NULL)
    self = open_device ("cpu", error);
  if (self == NULL)
    g_prefix_error (error, "%s ",
                    _ ("LibTorch, which runs the networks, is missing (the device “reference” "
                       "works without it, slowly, for Compact models)."));
  return self;
}

const char *
genga_engine_get_gpu_problem (void)
{
  return g_atomic_pointer_get (&gpu_problem);
}

/* "auto" and "cuda" are other names of engines; takes one that may be there already. */
static GengaEngine *
share_engine (GHashTable *engines, GengaEngine *take_engine)
{
  const char *id = take_engine->device.id;
  GengaEngine *shared = g_hash_table_lookup (engines, id);

  if (shared != NULL)
    {
      genga_engine_unref (take_engine);
      return genga_engine_ref (shared);
    }
  g_hash_table_insert (engines, g_strdup (id), genga_engine_ref (take_engine));
  return take_engine;
}

static GMutex mutex;
static GHashTable *engines; /* id or other name -> GengaEngine, kept for good; protected by mutex */

GengaEngine *
genga_engine_open (const char *device_id, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  if (engines == NULL)
    engines =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)genga_engine_unref);

  GengaEngine *engine = g_hash_table_lookup (engines, device_id);
  if (engine == NULL)
    {
      engine = g_str_equal (device_id, "auto") ? open_best (error) : open_device (device_id, error);
      if (engine == NULL)
        return NULL;
      engine = share_engine (engines, engine);
      g_hash_table_replace (engines, g_strdup (device_id), engine);
    }
  return genga_engine_ref (engine);
}

gboolean
genga_engine_peek_device (const char *device_id, GengaDeviceInfo *info)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GengaEngine *engine = engines != NULL ? g_hash_table_lookup (engines, device_id) : NULL;

  if (engine != NULL)
    *info = engine->device;
  else
    genga_device_info_guess (info, device_id);
  return engine != NULL;
}

GengaEngine *
genga_engine_ref (GengaEngine *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_engine_unref (GengaEngine *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

const GengaDeviceInfo *
genga_engine_get_device (GengaEngine *self)
{
  return &self->device;
}

const GengaBackend *
genga_engine_get_backend (GengaEngine *self)
{
  return self->backend;
}

const char *
genga_engine_get_version (GengaEngine *self)
{
  return self->backend->get_version ();
}

void
genga_engine_get_memory_stats (GengaEngine *self, GengaMemoryStats *stats)
{
  self->backend->get_memory_stats (self->device.id, stats);
}

GengaPrecision
genga_engine_resolve_precision (GengaEngine *self,
                                const GengaNetSpec *spec,
                                GengaDType stored,
                                GengaPrecision wanted)
{
  return genga_device_info_resolve_precision (&self->device, spec, stored, wanted);
}
