/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/device-choice.h"
#include "core/error.h"
#include "engine/backend-registry.h"
#include "engine/device-facts.h"
#include "engine/device-list.h"
#include "engine/gpu-nodes.h"

#include <glib/gi18n-lib.h>

#define GPU "torch:cuda:0"
#define OWN "cpu"
#define TORCH "torch:cpu"

static const char *const best[] = { GPU, OWN, TORCH, NULL };
static const char *const processor[] = { OWN, TORCH, NULL };

static char *gpu_problem; /* atomic; set once */

const char *
genga_engine_get_gpu_problem (void)
{
  return g_atomic_pointer_get (&gpu_problem);
}

void
genga_device_choice_clear (GengaDeviceChoice *self)
{
  g_clear_pointer (&self->reason, g_free);
}

/* ---- one device after the other ---- */

/* A search for a device, and how far it has come. */
typedef struct
{
  const GengaNetwork *network; /* may be NULL */
  gboolean is_auto;
  gboolean may_open;
  char *unsupported; /* why Genga's own kernels can't run the network */
  GError *error;     /* why the last device won't do */
} Search;

static void
search_clear (Search *self)
{
  g_clear_pointer (&self->unsupported, g_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
note_error (Search *self, const char *id, GError *take_error)
{
  if (self->is_auto && g_str_equal (id, GPU) && genga_registry_has_gpu_driver ())
    {
      char *problem = g_strdup (take_error->message);
      if (!g_atomic_pointer_compare_and_exchange (&gpu_problem, NULL, problem))
        g_free (problem);
    }
  g_clear_error (&self->error);
  self->error = take_error;
}

/* Whether the device's back end runs the network; one that is not open is taken to. */
static gboolean
is_supported (Search *self, GengaBackendKind kind, const GengaDeviceChoice *choice)
{
  const GengaBackend *backend = genga_registry_peek_backend (kind);
  g_autofree char *reason = NULL;

  if (backend == NULL || self->network == NULL || self->network->graph == NULL ||
      backend->model_load == NULL ||
      backend->supports (self->network->graph, choice->device.id, choice->precision, &reason))
    return TRUE;
  note_error (self, choice->device.id,
              g_error_new (GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                           /* TRANSLATORS: a device's id, and the technical reason in English. */
                           _ ("The device “%s” can't run this model (%s)."), choice->device.id,
                           reason));
  if (kind == GENGA_BACKEND_CPU)
    {
      g_free (self->unsupported);
      self->unsupported = g_steal_pointer (&reason);
    }
  return FALSE;
}

static void
describe (Search *self, const char *id, GengaDeviceChoice *choice)
{
  g_autoptr (GengaEngine) engine = genga_engine_peek (id);

  *choice = (GengaDeviceChoice){ .is_known = TRUE, .precision = GENGA_PRECISION_FP32 };
  if (engine != NULL)
    choice->device = *genga_engine_get_device (engine);
  else
    choice->is_known = genga_device_info_guess (&choice->device, id);
  if (self->network != NULL)
    choice->precision = genga_device_info_resolve_precision (
        &choice->device, self->network->spec, self->network->stored, self->network->wanted);
}

/* Whether a device will do; then `choice` is set, and `*engine` where devices may be opened. */
static gboolean
try_device (Search *self, const char *id, GengaDeviceChoice *choice, GengaEngine **engine)
{
  GError *error = NULL;
  GengaBackendKind kind;
  gboolean is_ours = genga_registry_find (id, &kind);

  if (self->may_open)
    {
      *engine = genga_engine_open (id, &error);
      if (*engine == NULL)
        {
          note_error (self, id, error);
          return FALSE;
        }
    }
  else if (!is_ours || !genga_registry_is_there (kind))
    return FALSE;
  describe (self, id, choice);
  if (is_supported (self, kind, choice))
    return TRUE;
  g_clear_pointer (engine, genga_engine_unref);
  return FALSE;
}

static char *
dup_reason (const Search *self, const char *id)
{
  if (self->unsupported != NULL)
    return g_strdup_printf (_ ("Genga's own kernels can't run this model: %s"), self->unsupported);
  if (g_str_equal (id, GPU))
    return g_strdup (_ ("the graphics card is the fastest"));
  if (!self->is_auto)
    return NULL;
  if (genga_gpu_nodes_count () > 0 && genga_registry_is_there (GENGA_BACKEND_VULKAN) &&
      !genga_registry_has_failed (GENGA_BACKEND_VULKAN))
    return g_strdup (_ ("graphics cards are used through Vulkan only when they are asked for"));
  return g_strdup (_ ("there is no graphics card that can be used"));
}

/* ---- what is asked for ---- */

static gboolean
search (Search *self, const char *device, GengaDeviceChoice *choice, GengaEngine **engine)
{
  char id[GENGA_DEVICE_ID_SIZE];
  const char *const own[] = { id, NULL };
  const char *const *ids = own;

  genga_device_list_read_first (id, device);
  self->is_auto = g_str_equal (id, "auto");
  if (self->is_auto)
    ids = best;
  else if (g_str_equal (id, OWN))
    ids = processor;
  for (guint i = 0; ids[i] != NULL; i++)
    if (try_device (self, ids[i], choice, engine))
      {
        choice->reason = ids != own ? dup_reason (self, ids[i]) : NULL;
        return TRUE;
      }
  /* Nothing will do: the processor by LibTorch runs everything, if it is there. */
  describe (self, ids == own ? id : TORCH, choice);
  if (self->unsupported != NULL)
    choice->reason = dup_reason (self, TORCH);
  return FALSE;
}

void
genga_device_choose (GengaDeviceChoice *self, const char *device, const GengaNetwork *network)
{
  g_auto (Search) looking = { .network = network };
  GengaEngine *none = NULL;

  search (&looking, device, self, &none);
}

GengaEngine *
genga_engine_open_for (const char *device,
                       const GengaNetwork *network,
                       GengaDeviceChoice *choice,
                       GError **error)
{
  g_auto (Search) looking = { .network = network, .may_open = TRUE };
  g_auto (GengaDeviceChoice) found = { 0 };
  GengaEngine *engine = NULL;

  if (!search (&looking, device, &found, &engine))
    {
      if (looking.unsupported != NULL && !genga_registry_is_there (GENGA_BACKEND_TORCH_CPU))
        g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                             _ ("This model needs LibTorch, which is missing: “./dev torch” in the "
                                "folder of Genga's source gets it."));
      else
        g_propagate_error (error, g_steal_pointer (&looking.error));
      return NULL;
    }
  if (choice != NULL)
    {
      *choice = found;
      found.reason = NULL;
    }
  return engine;
}
