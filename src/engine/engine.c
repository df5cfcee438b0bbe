/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/engine.h"
#include "engine/backend-registry.h"
#include "core/cpu.h"
#include "core/error.h"
#include "engine/device-facts.h"
#include "engine/device-id.h"
#include "engine/gpu-nodes.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A line for each graphics card: its name stands behind this. */
#define CARDS "/proc/driver/nvidia/gpus"
#define CARD_NAME "Model:"

struct _GengaEngine
{
  gatomicrefcount ref_count;
  const GengaBackend *backend;
  GengaDeviceInfo device;
};

/* ---- lists ---- */

static char *
dup_card_name (const char *card)
{
  g_autofree char *path = g_build_filename (CARDS, card, "information", NULL);
  g_autofree char *text = NULL;
  const char *name;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_str_has_prefix (text, CARD_NAME))
    return g_strdup ("NVIDIA GPU");
  name = text + strlen (CARD_NAME);
  return g_strstrip (g_strndup (name, strcspn (name, "\n")));
}

/* What the driver tells of its cards without being opened. */
static guint
guess_cards (GengaDeviceInfo *devices, guint max)
{
  g_autoptr (GDir) folder = g_dir_open (CARDS, 0, NULL);
  guint n = 0;

  for (const char *card; folder != NULL && n < max && (card = g_dir_read_name (folder)) != NULL;)
    {
      g_autofree char *id = g_strdup_printf ("torch:cuda:%u", n);
      g_autofree char *name = dup_card_name (card);

      genga_device_info_guess (&devices[n], id);
      g_strlcpy (devices[n++].name, name, sizeof devices->name);
    }
  return n;
}

/* What the kernel knows of cards that Vulkan's drivers might be for. */
static guint
guess_vulkan (GengaDeviceInfo *devices, guint max)
{
  guint n = MIN (max, genga_gpu_nodes_count ());

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("vulkan:%u", i);
      g_autofree char *name = genga_gpu_nodes_dup_name (i);

      genga_device_info_guess (&devices[i], id);
      g_strlcpy (devices[i].name, name, sizeof devices->name);
    }
  return n;
}

static guint
list_devices_of (GengaBackendKind kind, GengaDeviceInfo *devices, guint max)
{
  const GengaBackend *backend = genga_registry_peek_backend (kind);
  g_autofree char *name = NULL;

  if (backend != NULL)
    return backend->list_devices (devices, max);
  if (!genga_registry_is_there (kind) || genga_registry_has_failed (kind))
    return 0;
  if (kind == GENGA_BACKEND_TORCH_CUDA)
    return guess_cards (devices, max);
  if (kind == GENGA_BACKEND_VULKAN)
    return guess_vulkan (devices, max);
  name = genga_cpu_dup_name ();
  genga_device_info_guess (&devices[0], "torch:cpu");
  g_strlcpy (devices[0].name, name, sizeof devices->name);
  return 1;
}

GArray *
genga_engine_list_devices (void)
{
  GArray *devices = g_array_new (FALSE, TRUE, sizeof (GengaDeviceInfo));

  for (GengaBackendKind kind = 0; kind < GENGA_N_BACKENDS; kind++)
    {
      GengaDeviceInfo found[GENGA_MAX_DEVICES];

      g_array_append_vals (devices, found, list_devices_of (kind, found, G_N_ELEMENTS (found)));
    }
  return devices;
}

/* ---- opening ---- */

static GengaEngine *
open_device (const char *device_id, GError **error)
{
  GengaBackendKind kind;
  const GengaBackend *backend = NULL;
  GengaEngine *self = g_new0 (GengaEngine, 1);

  g_atomic_ref_count_init (&self->ref_count);
  if (genga_registry_find (device_id, &kind))
    {
      backend = genga_registry_get_backend (kind, error);
      if (backend == NULL)
        {
          g_free (self);
          return NULL;
        }
    }
  self->backend = backend;
  if (backend != NULL && genga_device_info_guess (&self->device, device_id))
    return self;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
               _ ("Unknown device “%s”; “genga-cli diagnose” lists those that are available."),
               device_id);
  g_free (self);
  return NULL;
}

static GMutex mutex;
static GHashTable *engines; /* id -> GengaEngine, kept for good; protected by mutex */

GengaEngine *
genga_engine_open (const char *device, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  char id[GENGA_DEVICE_ID_SIZE];
  GengaEngine *engine;

  genga_device_id_read (id, device);
  if (engines == NULL)
    engines =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)genga_engine_unref);
  engine = g_hash_table_lookup (engines, id);
  if (engine == NULL)
    {
      engine = open_device (id, error);
      if (engine == NULL)
        return NULL;
      g_hash_table_insert (engines, g_strdup (id), engine);
    }
  return genga_engine_ref (engine);
}

GengaEngine *
genga_engine_peek (const char *device)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  char id[GENGA_DEVICE_ID_SIZE];
  GengaEngine *engine;

  genga_device_id_read (id, device);
  engine = engines != NULL ? g_hash_table_lookup (engines, id) : NULL;
  return engine != NULL ? genga_engine_ref (engine) : NULL;
}

void
genga_engine_trim_gpus (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GHashTableIter iter;
  gpointer engine;

  if (engines == NULL)
    return;
  g_hash_table_iter_init (&iter, engines);
  while (g_hash_table_iter_next (&iter, NULL, &engine))
    if (!((GengaEngine *)engine)->device.is_cpu)
      ((GengaEngine *)engine)->backend->trim ();
}

gboolean
genga_engine_has_torch (void)
{
  return genga_registry_is_there (GENGA_BACKEND_TORCH_CPU);
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

gboolean
genga_engine_check (GengaEngine *self, GError **error)
{
  return self->backend->check_device == NULL ||
         self->backend->check_device (self->device.id, error);
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
