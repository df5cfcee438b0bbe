/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tile plan: how a picture is cut for a network, and how the results are put together again.
 *
 * Pure geometry, no pixels. All tiles of a picture have one size; starts are spread evenly. Ramps
 * weigh the tiles where they overlap.
 *
 * Thread rule: plans and ramps are immutable values.
 */
#pragma once

#include "core/choices.h"

G_BEGIN_DECLS

/* One axis: n tiles of `size` pixels, tile i starting at genga_tile_axis_get_start(). */
typedef struct
{
  int length; /* of the picture along this axis, input pixels */
  int size;   /* of every tile; <= length */
  int n;
  int grid; /* starts are multiples of this; 0 and 1 are the same */
} GengaTileAxis;

typedef struct
{
  GengaTileAxis x;
  GengaTileAxis y;
  int overlap; /* as asked for, input pixels */
} GengaTilePlan;

/*
 * Plans tiles of at most about `tile` x `tile` input pixels with at least `overlap` pixels shared
 * between neighbours, for a picture of width x height. One tile where width * height <= tile^2 or
 * tile <= 0. Sizes are multiples of `alignment` (at least 8) where the picture is larger than a
 * tile, and no smaller than `minimum` where the picture is not smaller itself. Requires 0 <= 2 *
 * overlap < tile (or tile <= 0).
 */
void genga_tile_plan_init (
    GengaTilePlan *plan, int width, int height, int tile, int overlap, int alignment, int minimum);

/*
 * Moves the starts to multiples of `grid`, for networks that see the picture through a grid of
 * their own (pixel unshuffle, strides). Where it does not divide the picture's sides, tiles become
 * up to grid - 1 pixels larger, whatever the plan's alignment is. Neighbours may share so many
 * pixels less.
 */
void genga_tile_plan_set_grid (GengaTilePlan *plan, int grid);

int genga_tile_axis_get_start (const GengaTileAxis *axis, int index);
int genga_tile_plan_get_n_tiles (const GengaTilePlan *plan);

/*
 * Writes tile `index`'s weights along an axis at scale `scale` to `ramp` (size * scale floats):
 * 1 towards a picture border. Towards a neighbour the ramp lies in the middle of the band
 * that both share and covers the same output pixels in both: as wide as `overlap` (linear), or as
 * the smaller of that and 8 input pixels (Gaussian); 0 nearer the tile's edge, 1 further inside.
 * With the other tiles' ramps the sum is > 0 everywhere.
 */
void genga_tile_axis_get_ramp (
    const GengaTileAxis *axis, int index, int scale, int overlap, GengaBlend blend, float *ramp);

/* Where a ramp is not zero: output pixels [*begin, *end) relative to the tile's start. */
void genga_tile_ramp_get_support (const float *ramp, int length, int *begin, int *end);

/* The tile and overlap in pixels for a device with `vram_bytes` (0 = a CPU). */
void genga_tile_recommend (guint64 vram_bytes, int native_scale, int *tile, int *overlap);

/* The next smaller of 1024, 768, 512, 384, 256, 128 below `tile`, or 0. */
int genga_tile_get_next_smaller (int tile);

G_END_DECLS
