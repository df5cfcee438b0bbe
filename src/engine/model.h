/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models: weights on an engine. Thread rule: any thread. Errors as in engine.h.
 */
#pragma once

#include "engine/engine.h"
#include "engine/tiling/tile-choice.h"

G_BEGIN_DECLS

typedef struct _GengaModel GengaModel;

/* The reference engine's own network: GENGA_FAMILY_NEAREST or _BICUBIC. */
GengaModel *genga_model_new_builtin (GengaFamily family, int scale, GError **error);

GengaModel *genga_model_ref (GengaModel *self);
void genga_model_unref (GengaModel *self);

const GengaNetSpec *genga_model_get_spec (GengaModel *self);
GengaPrecision genga_model_get_precision (GengaModel *self);
GengaEngine *genga_model_get_engine (GengaModel *self);

void genga_model_get_needs (GengaModel *self, GengaModelNeeds *needs);

/*
 * Runs the network on all of a view without padding or cropping, as GengaBackend.run says. By
 * itself for comparison with other implementations.
 */
gboolean genga_model_run (GengaModel *self,
                          const GengaView *input,
                          const GengaView *output,
                          GCancellable *cancellable,
                          GError **error);

/* ---- for src/engine only ---- */

/*
 * Weights on a device. run() is serialised by a lock. `max_tile` is the largest tile side known
 * to fit (0 = no limit known): remembered by all sessions of the model.
 */
GengaModel *genga_model_new (GengaEngine *engine,
                             GengaStateDict *dict,
                             const GengaNetSpec *spec,
                             GengaPrecision precision,
                             guint n_threads,
                             GError **error);

/*
 * For the rectangle `wanted` of the view; as GengaBackend.run says. Only where the back end crops
 * exactly. `watch` (may be NULL) is told how far it is, see GengaBackend.set_watch. Where the
 * output is of integers, `*is_finite` is as GengaBackend.was_finite says, otherwise TRUE.
 */
gboolean genga_model_run_part (GengaModel *self,
                               const GengaView *input,
                               const GengaRect *wanted,
                               const GengaView *output,
                               gboolean *is_finite,
                               GengaWatchFunc watch,
                               gpointer watch_data,
                               GCancellable *cancellable,
                               GError **error);

/* As GengaBackend.get_reach says; -1 where that has none. */
int genga_model_get_reach (GengaModel *self);

guint64 genga_model_get_size_bytes (GengaModel *self);
/* Whether only one reference is left. */
gboolean genga_model_is_unshared (GengaModel *self);
/* Whether its device went away: it runs no more, while one that is loaded anew does. */
gboolean genga_model_is_lost (GengaModel *self);
int genga_model_get_max_tile (GengaModel *self);
void genga_model_set_max_tile (GengaModel *self, int max_tile);

/*
 * The same model at the next safer precision (fp16 -> bf16 -> fp32), made on first use and kept
 * with it; NULL with GENGA_ERROR_INTERNAL where there is none.
 */
GengaModel *genga_model_get_safer (GengaModel *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaModel, genga_model_unref)

G_END_DECLS
