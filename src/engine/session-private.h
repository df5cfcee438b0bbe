/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's inside: tiles of one frame. */
#pragma once

#include "core/tile-plan.h"
#include "engine/engine-private.h"
#include "engine/reuse/tile-history.h"
#include "engine/reuse/tile-store.h"

G_BEGIN_DECLS

/* One for each pass. */
#define GENGA_MAX_HISTORIES 5

/* Whether frames of a size are run as a whole. */
typedef struct
{
  int width;
  int height;
  gboolean is_whole;
} GengaWhole;

struct _GengaSession
{
  GengaModel *model;
  const GengaNetSpec *spec;
  GengaModelNeeds needs;
  GengaSessionParams params;
  GArray *wholes;        /* of GengaWhole, as decided */
  GengaTileStore *store; /* NULL: none */

  /* Scratch for one call of the network, in floats. */
  float *input;
  gsize input_length;
  float *output;
  gsize output_length;

  GengaTileHistory histories[GENGA_MAX_HISTORIES]; /* in the order of passes */
  gboolean parts_differ;                           /* from the same pixels of a whole tile */
  guint n_proofs;                                  /* that they do not */
  GengaReuseCount count;
  GengaReuseOrigin origin; /* of the last frame of the first pass */
  guint64 n_reused_before; /* tiles, before the frame under way */
  GengaFrame *unique;      /* what others are to look like */
  gboolean looks_alike;    /* the frame under way does */

  /* What has been said, once per session. */
  gboolean told_about_nan;   /* PREC-8 */
  gboolean told_about_tiles; /* a network that sees the whole frame has to do with parts */
  int told_max_tile;         /* TILE-13 */
};

/*
 * What is kept of earlier frames for one that is cut by `plan`; NULL where nothing is.
 */
GengaTileHistory *
genga_session_start_history (GengaSession *self, GengaFrame *frame, const GengaTilePlan *plan);

/*
 * Tile `index` of a frame, made of what is kept: as it is, or mended. NULL without an error where
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

/* May be NULL. */
static inline GCancellable *
genga_session_get_cancellable (GengaSession *self)
{
  return self->params.progress != NULL ? genga_progress_get_cancellable (self->params.progress)
                                       : NULL;
}

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
