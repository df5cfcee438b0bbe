/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a preview's thread does: one request after the other, keeping what the next one may need.
 *
 * Thread rule: one thread, but for genga_preview_worker_dup_tiles().
 */
#pragma once

#include "core/options.h"
#include "core/progress.h"
#include "engine/reuse/tile-store.h"
#include "job/preview/preview-patch.h"
#include "job/preview/grabbed-frame.h"

G_BEGIN_DECLS

typedef struct
{
  const char *source;
  GengaGrabbedFrame *grabbed; /* of a video; NULL: a picture */
  GengaOptions *options;      /* frozen */
  GengaPreviewView view;
  GengaProgress *progress; /* with a cancellable; its notices are of no interest */
} GengaPreviewRequest;

typedef void (*GengaPreviewEmitFunc) (const GengaPreviewPatch *patch, gpointer user_data);

typedef struct _GengaPreviewWorker GengaPreviewWorker;

GengaPreviewWorker *genga_preview_worker_new (void);
void genga_preview_worker_free (GengaPreviewWorker *self);

/* Emits the pieces of a request. Errors: those of a job; G_IO_ERROR_CANCELLED. */
gboolean genga_preview_worker_run (GengaPreviewWorker *self,
                                   const GengaPreviewRequest *request,
                                   GengaPreviewEmitFunc emit,
                                   gpointer user_data,
                                   GError **error);

/* Gives everything back that is kept. */
void genga_preview_worker_forget (GengaPreviewWorker *self);

/* Any thread. NULL: none yet. */
GengaTileStore *genga_preview_worker_dup_tiles (GengaPreviewWorker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPreviewWorker, genga_preview_worker_free)

G_END_DECLS
