/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's tiles of one frame. For src/engine only. */
#pragma once

#include "core/tile-plan.h"
#include "engine/session-types.h"

G_BEGIN_DECLS

/* Room for so many floats in the session's scratch. Errors: GENGA_ERROR_OUT_OF_MEMORY. */
gboolean genga_session_ensure_input (GengaSession *self, gsize n, GError **error);
gboolean genga_session_ensure_output (GengaSession *self, gsize n, GError **error);

/* Say once that values were no numbers and are computed by `safer`. */
void genga_session_notice_nan (GengaSession *self, GengaModel *safer);

/* Says once for all the retreats that it took how small tiles are now. */
void genga_session_notice_retreat (GengaSession *self);

/* Where tile `index` lies, input pixels; it may reach beyond the picture. */
GengaRect genga_session_get_tile_rect (const GengaTilePlan *plan, guint index);

/*
 * Runs the network on tile `index` of `source`: gathers, pads, runs channel by channel where the
 * network has one, retreats to smaller tiles when memory is short, checks for NaN. Answers the
 * tile's pixels in the frame's layout: (size * scale)^2 packed f32, clamped; free with g_free().
 */
float *genga_session_compute_tile (GengaSession *self,
                                   const GengaRegion *source,
                                   const GengaTilePlan *plan,
                                   guint index,
                                   GError **error);

/*
 * Runs the network on a rectangle of `source` as a whole: (width * scale) x (height * scale) packed
 * f32 to `pixels`, clamped.
 */
gboolean genga_session_run_rect (GengaSession *self,
                                 const GengaRegion *source,
                                 const GengaRect *rect,
                                 float *pixels,
                                 GError **error);

/*
 * Adds a tile's pixels, weighed by its ramps, to `target`, which starts as zeros and shows the
 * result from (x, y) on.
 */
void genga_session_blend_tile (GengaSession *self,
                               const GengaTilePlan *plan,
                               guint index,
                               const float *tile,
                               GengaFrame *target,
                               int x,
                               int y);

/* A tile's columns (rows) of the result that are not weighed with zero: [*begin, *end). */
void genga_session_get_support (
    GengaSession *self, const GengaTileAxis *axis, int index, int overlap, int *begin, int *end);

G_END_DECLS
