/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's inside: tiles of one frame. */
#pragma once

#include "core/tile-plan.h"
#include "engine/engine-private.h"
#include "engine/tile-store.h"

G_BEGIN_DECLS

/* What frames of one size came to last. */
typedef struct
{
  GengaFrame *frame; /* NULL: nothing yet */
  GengaTilePlan plan;
  GPtrArray *tiles; /* of GBytes, by number */
} GengaLastFrame;

/* One for each pass. */
#define GENGA_MAX_LAST_FRAMES 5

struct _GengaSession
{
  GengaModel *model;
  const GengaNetSpec *spec;
  GengaModelNeeds needs;
  GengaSessionParams params;
  GengaTileStore *store; /* NULL: none */
  GQueue submitted;      /* of GengaFrame */

  /* Scratch for one call of the network, in floats. */
  float *input;
  gsize input_length;
  float *output;
  gsize output_length;

  GengaLastFrame last[GENGA_MAX_LAST_FRAMES];
  guint64 n_tiles;
  guint64 n_reused;

  /* What has been said, once per session. */
  gboolean told_about_nan;   /* PREC-8 */
  gboolean told_about_tiles; /* a network that sees the whole frame has to do with parts */
  int told_max_tile;         /* TILE-13 */
};

/*
 * What is known of the frame before one that is cut by `plan`, or NULL where nothing is to be kept.
 * Where it was cut otherwise, that is forgotten.
 */
GengaLastFrame *
genga_session_get_last_frame (GengaSession *self, GengaFrame *frame, const GengaTilePlan *plan);
/* The tile of the frame before, where its input is the same; else NULL. */
GBytes *genga_last_frame_look_up (const GengaLastFrame *self,
                                  const GengaFrame *frame,
                                  guint index,
                                  int grid);
void genga_last_frame_insert (GengaLastFrame *self, guint index, GBytes *pixels);
void genga_last_frame_finish (GengaLastFrame *self, GengaFrame *frame);
void genga_last_frame_clear (GengaLastFrame *self);

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
