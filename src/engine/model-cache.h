/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models of files, kept for the next that asks. Thread rule: any thread. Errors as in engine.h. */
#pragma once

#include "core/progress.h"
#include "engine/model.h"

G_BEGIN_DECLS

/*
 * The model in `path` on `engine` at a requested precision, from the cache where the same file
 * (path, size, time of change) is there at the same effective precision; then `progress` gets a
 * notice "Using cached model". `n_threads` 0 = all.
 *
 * Models that nobody uses stay in the cache as long as they take no more than a quarter of the
 * device's memory: on a CPU of what is available when a model is loaded, they themselves counted as
 * free; on a GPU of what was free when it was opened. What is too much leaves, least recently used
 * first. So do those whose device was lost.
 */
GengaModel *genga_model_load (GengaEngine *engine,
                              const char *path,
                              GengaPrecision wanted,
                              guint n_threads,
                              GengaProgress *progress,
                              GError **error);

/*
 * The same for one of several engines on a device, which work beside each other: each has a model
 * of its own, by its number. 0 is that of genga_model_load().
 */
GengaModel *genga_model_load_copy (GengaEngine *engine,
                                   const char *path,
                                   GengaPrecision wanted,
                                   guint n_threads,
                                   guint copy,
                                   GengaProgress *progress,
                                   GError **error);

G_END_DECLS
