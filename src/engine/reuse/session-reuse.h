/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tiles of earlier frames in a session. For src/engine only. */
#pragma once

#include "engine/reuse/tile-history.h"
#include "engine/session-types.h"

G_BEGIN_DECLS

/*
 * What is kept of earlier frames for one that is cut by `plan`; NULL where nothing is.
 */
GengaTileHistory *
genga_session_start_history (GengaSession *self, GengaFrame *frame, const GengaTilePlan *plan);

/*
 * Tile `index` of a frame, made of what is kept: as it is, or patched. NULL without an error where
 * it has to be computed as a whole.
 */
GBytes *genga_session_reuse_tile (GengaSession *self,
                                  GengaTileHistory *history,
                                  const GengaRegion *source,
                                  guint index,
                                  GError **error);

/* Keeps a tile that was computed as a whole. */
gboolean genga_session_keep_tile (GengaSession *self,
                                  GengaTileHistory *history,
                                  GengaFrame *frame,
                                  guint index,
                                  GBytes *pixels,
                                  GError **error);

/* Ends a frame all of whose tiles are in the history. */
void genga_session_finish_history (GengaSession *self, GengaTileHistory *history);

G_END_DECLS
