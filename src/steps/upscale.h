/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The upscale step: as many passes through a network as a target scale needs, in floating
 * point until the last one's result. The exact size is the resize step's business.
 *
 * A network of one channel gets the luma of colour pictures, in all passes; their colours are
 * enlarged by Lanczos (steps/luma.h).
 */
#pragma once

#include "core/choices.h"
#include "engine/reuse/tile-store.h"
#include "engine/session-types.h"
#include "steps/step.h"
#include "steps/upscale-size.h"

G_BEGIN_DECLS

/*
 * Passes through `model` for a target scale; `params` as for sessions. Work and tiles are counted
 * in params->progress.
 */
GengaStep *genga_upscale_step_new (GengaModel *model, int target, const GengaSessionParams *params);

/*
 * How transparency that items carry is enlarged. By the network, it is told by the colours on black
 * and on white where an item has a ground (steps/alpha-fill.h), else it is a grey picture; it is
 * kept within what the source has there (steps/alpha.h). Called before the first frame; without it
 * there is none. Colours of parts stay on black. `n_threads` is for what goes without a network.
 */
void genga_upscale_step_set_alpha (GengaStep *step, GengaAlpha alpha, guint n_threads);

/*
 * How much of the network's result whole frames have, 0 to 1 (steps/strength.h); 1 unless this is
 * called. Parts are left as the network makes them. Below 1, what the last pass makes is F32.
 */
void genga_upscale_step_set_strength (GengaStep *step, double strength);

/*
 * What the last pass makes: F32 unless this is called. FALSE where that can't be. For who wants the
 * pixels as they are: integers take a half or a quarter of the memory.
 */
gboolean genga_upscale_step_set_sample (GengaStep *step, GengaSample sample);

/* Tiles that are there already, for one picture; NULL: none. See genga_session_set_store(). */
void genga_upscale_step_set_tiles (GengaStep *step, GengaTileStore *tiles, gboolean keeps);

/* Seconds spent in the network so far. */
double genga_upscale_step_get_network_seconds (GengaStep *step);

/* Frames so far, and what was not computed again of them. */
typedef struct
{
  guint64 n_frames;
  guint64 n_frames_copied; /* that repeat one before */
  guint64 n_frames_partly; /* that have parts of frames before */
  GengaReuseCount tiles;
} GengaUpscaleReuse;

void genga_upscale_step_get_reuse (GengaStep *step, GengaUpscaleReuse *reuse);

/*
 * A frame of this size that is one before, whose result is there: it is only counted. That is
 * `frames_back` frames before and repeats none itself; 0: what the last one is.
 */
void genga_upscale_step_repeat (GengaStep *step, int width, int height, guint64 frames_back);

/* How many frames before the last one is the one that it repeats; 0: it repeats none. */
guint64 genga_upscale_step_get_frames_back (GengaStep *step);

/* Notes how each frame was made, from now on. */
void genga_upscale_step_keep_origins (GengaStep *step);

/* Of GengaReuseOrigin, frame by frame; NULL unless they are kept. Borrowed. */
const GArray *genga_upscale_step_get_origins (GengaStep *step);

/* What follows does not depend on the frames so far. */
void genga_upscale_step_forget (GengaStep *step);

/* The tile size that a frame of this size is run with, input pixels; 0: as a whole. */
void genga_upscale_step_get_tile (GengaStep *step, int width, int height, int *tile, int *overlap);

/*
 * Which passes for frames of this size take them as a whole where the network sees all of them, as
 * the plan says: the first is bit 0.
 */
void genga_upscale_step_set_untiled (GengaStep *step, int width, int height, guint untiled);

/*
 * The pixels of `wanted`, a rectangle of the result of all passes, as the step makes them of the
 * whole `frame` (RGB or grey), bit for bit: by the same tiles of each pass. f32.
 */
GengaFrame *genga_upscale_step_run_region (GengaStep *step,
                                           GengaFrame *frame,
                                           const GengaRect *wanted,
                                           GError **error);

/*
 * Transparency (f32) of `wanted`. `source` is a picture as its split step answers it, or the piece
 * of one that begins at (x, y); only its frame, alpha and ground count. `*colour` is what was made
 * of the frame there, and taken from its ground where it is on one (NULL on error). Transparency's
 * tiles are in no store.
 */
GengaFrame *genga_upscale_step_run_alpha_region (GengaStep *step,
                                                 const GengaItem *source,
                                                 int x,
                                                 int y,
                                                 const GengaRect *wanted,
                                                 GengaFrame **colour,
                                                 GError **error);

/* ---- rows of a picture that is never whole ---- */

/*
 * The pixels of a picture of width x height that a rectangle of the result is made from,
 * transparency with it.
 */
GengaRect genga_upscale_step_get_source_rect (GengaStep *step,
                                              int width,
                                              int height,
                                              const GengaRect *wanted);

/* Adds the work for a rectangle to what there is to do. */
void genga_upscale_step_count_rows (
    GengaStep *step, int width, int height, const GengaRect *wanted, gboolean has_alpha);

/*
 * As the step does for whole frames, bit for bit, for a rectangle of the result: `source` has the
 * pixels of the picture that it is made from, with item->frame, and item->alpha has the same of
 * transparency. The item's frames become the results.
 */
gboolean genga_upscale_step_run_rows (GengaStep *step,
                                      const GengaRegion *source,
                                      GengaItem *item,
                                      const GengaRect *wanted,
                                      GError **error);

/*
 * The parts of `wanted` that need one tile of the last pass each, for a source of width x height.
 * Array of GengaRect; free with g_array_unref().
 */
GArray *
genga_upscale_step_list_parts (GengaStep *step, int width, int height, const GengaRect *wanted);

G_END_DECLS
