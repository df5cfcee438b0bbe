/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/model.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/fault.h"
#include "nets/net-build.h"

#include <glib/gi18n-lib.h>

struct _GengaModel
{
  gatomicrefcount ref_count;
  GengaEngine *engine;
  GengaStateDict *dict; /* for the safer model; NULL for built-in networks */
  GengaNetSpec spec;
  GengaPrecision precision;
  guint n_threads;
  int max_tile; /* atomic */
  int is_lost;  /* atomic */

  GMutex run_mutex; /* a back end's model runs in one thread at a time */
  GengaBackendModel *backend_model;

  GMutex safer_mutex;
  GengaModel *safer;
};

static GengaBackendModel *
load_backend_model (GengaModel *self, GError **error)
{
  g_autoptr (GengaGraph) graph = genga_net_build (&self->spec, self->dict, TRUE, error);
  guint n_threads = self->n_threads != 0 ? self->n_threads : genga_cpu_get_n_cores ();

  if (graph == NULL)
    return NULL;
  return genga_engine_get_backend (self->engine)
      ->model_load (graph, genga_engine_get_device (self->engine)->id, self->precision, n_threads,
                    error);
}

GengaModel *
genga_model_new (GengaEngine *engine,
                 GengaStateDict *dict,
                 const GengaNetSpec *spec,
                 GengaPrecision precision,
                 guint n_threads,
                 GError **error)
{
  g_autoptr (GengaModel) self = g_new0 (GengaModel, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->run_mutex);
  g_mutex_init (&self->safer_mutex);
  self->engine = genga_engine_ref (engine);
  self->dict = dict != NULL ? genga_state_dict_ref (dict) : NULL;
  self->spec = *spec;
  self->precision = precision;
  self->n_threads = n_threads;

  if (!genga_net_spec_check_channels (spec, error))
    return NULL;
  self->backend_model = load_backend_model (self, error);
  return self->backend_model != NULL ? g_steal_pointer (&self) : NULL;
}

GengaModel *
genga_model_new_builtin (GengaFamily family, int scale, GError **error)
{
  GengaNetSpec spec;
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", error);

  if (engine == NULL)
    return NULL;
  genga_net_spec_init_builtin (&spec, family, scale);
  return genga_model_new (engine, NULL, &spec, GENGA_PRECISION_FP32, 0, error);
}

GengaModel *
genga_model_ref (GengaModel *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
genga_model_unref (GengaModel *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->safer, genga_model_unref);
  if (self->backend_model != NULL)
    genga_engine_get_backend (self->engine)->model_free (self->backend_model);
  g_clear_pointer (&self->dict, genga_state_dict_unref);
  genga_engine_unref (self->engine);
  g_mutex_clear (&self->run_mutex);
  g_mutex_clear (&self->safer_mutex);
  g_free (self);
}

const GengaNetSpec *
genga_model_get_spec (GengaModel *self)
{
  return &self->spec;
}

GengaPrecision
genga_model_get_precision (GengaModel *self)
{
  return self->precision;
}

GengaEngine *
genga_model_get_engine (GengaModel *self)
{
  return self->engine;
}

guint64
genga_model_get_size_bytes (GengaModel *self)
{
  return self->spec.n_parameters * (self->precision == GENGA_PRECISION_FP32 ? 4 : 2);
}

gboolean
genga_model_is_unshared (GengaModel *self)
{
  return g_atomic_ref_count_compare (&self->ref_count, 1);
}

int
genga_model_get_max_tile (GengaModel *self)
{
  return g_atomic_int_get (&self->max_tile);
}

void
genga_model_set_max_tile (GengaModel *self, int max_tile)
{
  g_atomic_int_set (&self->max_tile, max_tile);
}

gboolean
genga_model_is_lost (GengaModel *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->safer_mutex);

  return g_atomic_int_get (&self->is_lost) ||
         (self->safer != NULL && g_atomic_int_get (&self->safer->is_lost));
}

void
genga_model_get_needs (GengaModel *self, GengaModelNeeds *needs)
{
  genga_model_needs_init (needs, &self->spec, genga_engine_get_device (self->engine),
                          self->precision);
}

gboolean
genga_model_run (GengaModel *self,
                 const GengaView *input,
                 const GengaView *output,
                 GCancellable *cancellable,
                 GError **error)
{
  GengaRect whole = genga_view_get_rect (input);
  gboolean is_finite;

  return genga_model_run_part (self, input, &whole, output, &is_finite, NULL, NULL, cancellable,
                               error);
}

int
genga_model_get_reach (GengaModel *self)
{
  const GengaBackend *backend = genga_engine_get_backend (self->engine);

  return backend->get_reach != NULL ? backend->get_reach (self->backend_model) : -1;
}

static gboolean
lose_device (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST, "the device was lost");
  return FALSE;
}

gboolean
genga_model_run_part (GengaModel *self,
                      const GengaView *input,
                      const GengaRect *wanted,
                      const GengaView *output,
                      gboolean *is_finite,
                      GengaWatchFunc watch,
                      gpointer watch_data,
                      GCancellable *cancellable,
                      GError **error)
{
  const GengaBackend *backend = genga_engine_get_backend (self->engine);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->run_mutex);
  GError *problem = NULL;

  if (backend->set_watch != NULL)
    backend->set_watch (self->backend_model, watch, watch_data);
  if (genga_fault ("lost-device")
          ? !lose_device (&problem)
          : !backend->run (self->backend_model, input, wanted, output, cancellable, &problem))
    {
      if (g_error_matches (problem, GENGA_ERROR, GENGA_ERROR_DEVICE_LOST))
        g_atomic_int_set (&self->is_lost, TRUE);
      g_propagate_error (error, problem);
      return FALSE;
    }
  *is_finite = output->sample == GENGA_SAMPLE_F32 || backend->was_finite (self->backend_model);
  return TRUE;
}

GengaModel *
genga_model_get_safer (GengaModel *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->safer_mutex);

  if (self->precision == GENGA_PRECISION_FP32)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                           _ ("The model's output is not a picture (NaN or infinite values), even "
                              "in full precision; its weights are probably damaged."));
      return NULL;
    }
  if (self->safer == NULL)
    {
      GengaPrecision precision = self->precision == GENGA_PRECISION_FP16 && self->spec.bf16_safe
                                     ? GENGA_PRECISION_BF16
                                     : GENGA_PRECISION_FP32;
      self->safer = genga_model_new (self->engine, self->dict, &self->spec, precision,
                                     self->n_threads, error);
    }
  return self->safer;
}
