/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tiles of earlier frames came to, so that nothing is computed twice.
 *
 * For each tile of a frame's plan a history keeps the last few versions: what the tile was computed
 * from, and the result. A version that fits is the result; one that fits in part is
 * patched (engine/reuse/damage.h). It also remembers which versions the last frames were made of,
 * and so knows a frame that came before.
 *
 * Thread rule: one thread.
 */
#pragma once

#include "core/tile-plan.h"
#include "engine/reuse/damage.h"

G_BEGIN_DECLS

/* One content of one tile. */
typedef struct
{
  GengaFrame *input; /* NULL: free; the part of the picture that the tile is gathered from */
  GBytes *pixels;
  guint64 serial;
} GengaTileVersion;

/* Versions of one tile that are kept at most, and the memory that all but one of each may take. */
#define GENGA_MAX_VERSIONS 4
#define GENGA_MAX_VERSION_BYTES (384u << 20)

/* Frames back that a frame is known again. */
#define GENGA_N_REMEMBERED_FRAMES 16

typedef struct
{
  GengaFrameInfo info; /* of the frames; width 0: nothing yet */
  GengaTilePlan plan;
  guint n_tiles;
  guint n_versions;           /* of each tile */
  GengaTileVersion *versions; /* n_tiles rows, the latest first */
  guint64 last_serial;
  guint64 n_frames; /* that were finished */
  /* Of the last frames, number modulo that: their tiles' versions, and which frame they repeat. */
  guint64 *frames[GENGA_N_REMEMBERED_FRAMES];
  guint64 origins[GENGA_N_REMEMBERED_FRAMES];
} GengaTileHistory;

void genga_tile_history_clear (GengaTileHistory *self);

/*
 * Gets ready for a frame of `info` that is cut by `plan`, whose tiles' results have tile_bytes.
 * Where earlier ones were something else they are forgotten.
 */
void genga_tile_history_start (GengaTileHistory *self,
                               const GengaFrameInfo *info,
                               const GengaTilePlan *plan,
                               gsize tile_bytes);

/* The versions of a tile, the latest first; those behind the last one have no input. */
GengaTileVersion *genga_tile_history_get_versions (GengaTileHistory *self, guint index);

/* Makes the version at `place` the tile's latest. */
void genga_tile_history_use (GengaTileHistory *self, guint index, guint place);

/*
 * Adds a version, which becomes the latest; the oldest goes where there are too many. Takes
 * `take_input`.
 */
void genga_tile_history_add (GengaTileHistory *self,
                             guint index,
                             GengaFrame *take_input,
                             GBytes *pixels);

/*
 * Ends a frame, each of whose tiles is its latest version. Answers the number of the frame that it
 * repeats, which repeats none itself; the frame's own (the first being 0) where it is new.
 */
guint64 genga_tile_history_finish (GengaTileHistory *self);

/* Ends a frame that was made without tiles and repeats one so many before it. */
void genga_tile_history_pass (GengaTileHistory *self, guint64 frames_back);

G_END_DECLS
