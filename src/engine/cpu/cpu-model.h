/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks on Genga's own kernels: a plan, the threads that run it, and memory that stays from one
 * picture to the next.
 *
 * Results are the same bytes for any number of threads, and for any rectangle of a picture.
 *
 * Thread rule: one thread at a time runs a model; genga_cpu_model_get_peak_bytes() from any.
 */
#pragma once

#include "engine/backend.h"

G_BEGIN_DECLS

typedef struct _GengaCpuModel GengaCpuModel;

/*
 * A graph that genga_cpu_plan_supports(), with weights; it is only there during the call. `fast`:
 * the class that keeps 60 dB against FP32. Kernels are those of `set`, a name, or the best (NULL).
 */
GengaCpuModel *
genga_cpu_model_new (const GengaGraph *graph, gboolean fast, guint n_threads, const char *set);
void genga_cpu_model_free (GengaCpuModel *self);

/* See run() in engine/backend.h: U8, U16 and F32 samples on both sides. */
gboolean genga_cpu_model_run (GengaCpuModel *self,
                              const GengaView *input,
                              const GengaRect *wanted,
                              const GengaView *output,
                              GCancellable *cancellable,
                              GError **error);

/* See was_finite() in engine/backend.h. */
gboolean genga_cpu_model_was_finite (GengaCpuModel *self);

/* See set_watch() in engine/backend.h. */
void genga_cpu_model_set_watch (GengaCpuModel *self, GengaWatchFunc func, gpointer user_data);

/* See get_reach() in engine/backend.h. */
int genga_cpu_model_get_reach (GengaCpuModel *self);

/* Memory of a run for a picture of this size, weights apart; G_MAXUINT64 where it can't be said. */
guint64 genga_cpu_model_get_peak_bytes (GengaCpuModel *self, int width, int height);

/* What all models keep between runs, and the most of it so far; bytes. Any thread. */
void genga_cpu_models_get_memory (guint64 *n_bytes, guint64 *peak_bytes);
/* Gives it back, but for what is in use. Any thread. */
void genga_cpu_models_trim (void);

/* What runs it, for developers: kernels by step. Free with g_free(). */
char *genga_cpu_model_describe (GengaCpuModel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaCpuModel, genga_cpu_model_free)

G_END_DECLS
