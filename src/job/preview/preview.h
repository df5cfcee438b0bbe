/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPreview: what the visible part of a picture, or of a video's frame, would become, while
 * options are being changed.
 *
 * It is told a source, options and what part of the picture is seen; a thread of its own
 * ("genga-preview") then delivers that part piece by piece. Every change replaces what is under
 * way at once. First comes a small piece in the middle, run by itself; then, from the middle
 * outwards, the tiles of the plan that a job would run, which stay in a store for that job (at most
 * 1 GiB or a quarter of the free memory). When only filters change, the network's result is taken
 * from memory. Contrast turns around the mean of the source, which is nearly that of the result.
 *
 * Properties: `busy`; `message`: why there is no preview, or NULL.
 * Signal `patch` (const GengaPreviewPatch *): a piece is there.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include "engine/reuse/tile-store.h"
#include "job/preview/preview-patch.h"
#include "job/preview/grabbed-frame.h"

G_BEGIN_DECLS

#define GENGA_TYPE_PREVIEW (genga_preview_get_type ())
G_DECLARE_FINAL_TYPE (GengaPreview, genga_preview, GENGA, PREVIEW, GObject)

/* Makes of a piece what the program shows; NULL where it cannot. Runs in the preview's thread. */
typedef GObject *(*GengaPreviewWrapFunc) (const GengaFrame *frame);

/* `wrap` may be NULL. */
GengaPreview *genga_preview_new (GengaPreviewWrapFunc wrap);

/*
 * Has the thread load the model of these options, so that the first preview with it is quick. Once,
 * before there is a source. Nobody hears what came of it: the preview will say.
 */
void genga_preview_prepare (GengaPreview *self, GengaOptions *options);

/* The picture's path; NULL: there is nothing to do, and what is kept is given back. */
void genga_preview_set_source (GengaPreview *self, const char *source);
/* A frame of the video at this path, as a job would make it. */
void genga_preview_set_grabbed (GengaPreview *self, const char *source, GengaGrabbedFrame *grabbed);
/* A copy is taken. */
void genga_preview_set_options (GengaPreview *self, GengaOptions *options);
/* An empty view: nothing is seen, nothing is to do. */
void genga_preview_set_view (GengaPreview *self, const GengaPreviewView *view);
/* Holds everything, and goes on where it was. For the time that jobs need the machine. */
void genga_preview_set_held (GengaPreview *self, gboolean is_held);

gboolean genga_preview_is_busy (GengaPreview *self);
const char *genga_preview_get_message (GengaPreview *self);

/*
 * The tiles computed so far, for a job of the same source and options (genga_job_add_tiles()),
 * which takes them only where they fit; NULL: none. Those of a video's frame are for the preview
 * alone.
 */
GengaTileStore *genga_preview_dup_tiles (GengaPreview *self);

G_END_DECLS
