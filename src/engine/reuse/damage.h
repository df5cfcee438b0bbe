/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damage: which parts of a tile have to be computed again, given what it was computed from before.
 *
 * A tile is seen as cells of GENGA_DAMAGE_CELL x GENGA_DAMAGE_CELL pixels. Cells that changed are
 * covered with rectangles so that the network has as little to do as possible. What a changed cell
 * reaches in the result is `halo` (the network's receptive radius) wider than the cell; and to
 * make that, the network has to see as much again around it.
 *
 * Thread rule: immutable values and one thread's scratch.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

#define GENGA_DAMAGE_CELL 8

typedef struct
{
  int width; /* of the tile, pixels */
  int height;
  int n_x; /* cells */
  int n_y;
  guint8 *cells; /* n_y rows; 1: changed */
  gboolean is_any;
} GengaDamage;

/* Where a tile's pixels come from in a frame. */
typedef struct
{
  const GengaFrame *frame; /* packed */
  int x;                   /* of the picture, where the frame's pixels begin */
  int y;
} GengaDamageSource;

/* What the network asks of the rectangles that it is to run. */
typedef struct
{
  int halo;        /* input pixels; a multiple of the network's grid, which divides a cell */
  int minimum;     /* of a window's sides */
  int launch_cost; /* of one run besides its pixels, counted in pixels */
} GengaDamageNeeds;

/* A rectangle of the tile to be computed: `result` of it is what `window` gives. */
typedef struct
{
  GengaRect result;
  GengaRect window;
} GengaDamagePart;

void genga_damage_init (GengaDamage *self, int width, int height);
void genga_damage_clear (GengaDamage *self);

/*
 * Marks the cells where the tile at (x, y) of a picture of picture_width x picture_height differs
 * between two frames of one layout and sample type; what lies beyond the picture's right and lower
 * border is reflected. A cell has changed where the samples' difference is more than `tolerance`
 * (of 1), or, for a tolerance of 0, where their bits differ.
 */
void genga_damage_compare (GengaDamage *self,
                           const GengaDamageSource *before,
                           const GengaDamageSource *now,
                           int x,
                           int y,
                           int picture_width,
                           int picture_height,
                           float tolerance);

/*
 * Rectangles that together make everything anew that the changed cells reach: an array of
 * GengaDamagePart; free with g_array_unref(). `*work` is what they come to, in pixels.
 */
GArray *genga_damage_cover (const GengaDamage *self, const GengaDamageNeeds *needs, guint64 *work);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaDamage, genga_damage_clear)

G_END_DECLS
