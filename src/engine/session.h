/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sessions: one thread's scratch for running whole frames, or parts of them, through a model. They
 * do the tiling themselves. Thread rule: one thread at a time. Errors as in engine.h.
 */
#pragma once

#include "engine/reuse/tile-store.h"
#include "engine/session-types.h"

G_BEGIN_DECLS

GengaSession *genga_session_new (GengaModel *model, const GengaSessionParams *params);
void genga_session_free (GengaSession *self);

/*
 * Tiles that are there already, for the frames of one picture; NULL: none. `keeps`: those that are
 * computed are put there, even where that costs a copy of them.
 */
void genga_session_set_store (GengaSession *self, GengaTileStore *store, gboolean keeps);

void genga_session_get_reuse_count (GengaSession *self, GengaReuseCount *count);

/* After the first of a frame's passes. */
void genga_session_get_origin (GengaSession *self, GengaReuseOrigin *origin);

/*
 * A pass whose frame, of this size, is that of an earlier pass of this size, and of which nobody
 * wants the result: it is counted as if it had been run. `frames_back` as in its origin; 0: the
 * frame is that of the pass before.
 */
void genga_session_repeat (GengaSession *self, int width, int height, guint64 frames_back);

/* Forgets earlier frames, so that what follows does not depend on them. */
void genga_session_forget (GengaSession *self);

/* Input pixels that the network will work through for a frame of this size, overlaps included. */
guint64 genga_session_estimate_work (GengaSession *self, int width, int height, guint *n_tiles);

/*
 * Whether frames of this size are run as a whole because the network sees all of them, which is
 * decided by the memory that there is, once in a session; or elsewhere before.
 */
gboolean genga_session_is_untiled (GengaSession *self, int width, int height);
void genga_session_set_untiled (GengaSession *self, int width, int height, gboolean is_untiled);

/* The tiles that a frame of this size is cut into, input pixels. */
void genga_session_get_tile (
    GengaSession *self, int width, int height, int *tile_width, int *tile_height, int *overlap);

/*
 * Whether genga_session_run() makes results of a sample type: always of F32; of integers where the
 * device writes them itself and nothing of the frame is kept for others.
 */
gboolean genga_session_makes (GengaSession *self, GengaSample sample);

/*
 * Runs a packed frame without alpha (RGB or grey, U8, U16 or F32). The result is of a type that
 * genga_session_makes(), in the input's layout, scale times as large, clamped to [0, 1]; integers
 * are rounded to nearest. After GENGA_ERROR_OUT_OF_MEMORY the session is still good.
 */
GengaFrame *
genga_session_run (GengaSession *self, GengaFrame *frame, GengaSample sample, GError **error);

/* ---- parts of a frame ---- */

/*
 * The pixels of `wanted`, a rectangle of the result, as a run of the whole picture makes them, bit
 * for bit: by the same tiles. `source` holds at least what genga_session_get_source_rect() says,
 * the result is of a type that genga_session_makes().
 */
GengaFrame *genga_session_run_region (GengaSession *self,
                                      const GengaRegion *source,
                                      const GengaRect *wanted,
                                      GengaSample sample,
                                      GError **error);

/* As genga_session_estimate_work(), for a region. */
guint64 genga_session_estimate_region (
    GengaSession *self, int width, int height, const GengaRect *wanted, guint *n_tiles);

/* The input pixels of a picture of width x height that a rectangle of the result is made from. */
GengaRect
genga_session_get_source_rect (GengaSession *self, int width, int height, const GengaRect *wanted);

/*
 * The parts of `wanted` that need one tile each, in the tiles' order; between them lies what
 * neighbours share. Array of GengaRect; free with g_array_unref().
 */
GArray *
genga_session_list_parts (GengaSession *self, int width, int height, const GengaRect *wanted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSession, genga_session_free)

G_END_DECLS
