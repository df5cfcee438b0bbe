/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the engine folder know of each other. */
#pragma once

#include "engine/engine.h"
#include "engine/backend-registry.h"

G_BEGIN_DECLS

const GengaBackend *genga_engine_get_backend (GengaEngine *self);

/*
 * Weights on a device. run() is serialised by a lock. `max_tile` is the largest tile side known
 * to fit (0 = no limit known): remembered by all sessions of the model (TILE-13).
 */
GengaModel *genga_model_new (GengaEngine *engine,
                             GengaStateDict *dict,
                             const GengaNetSpec *spec,
                             GengaPrecision precision,
                             guint n_threads,
                             GError **error);

guint64 genga_model_get_size_bytes (GengaModel *self);
/* Whether only one reference is left. */
gboolean genga_model_is_unshared (GengaModel *self);
int genga_model_get_max_tile (GengaModel *self);
void genga_model_set_max_tile (GengaModel *self, int max_tile);

/*
 * The same model at the next safer precision (fp16 -> bf16 -> fp32), made on first use and kept
 * with it; NULL with GENGA_ERROR_INTERNAL where there is none.
 */
GengaModel *genga_model_get_safer (GengaModel *self, GError **error);

G_END_DECLS
