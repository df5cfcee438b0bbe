/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sessions are told and tell: plain data. */
#pragma once

#include "core/frame.h"
#include "core/progress.h"
#include "core/rect.h"
#include "engine/model.h"

G_BEGIN_DECLS

typedef struct _GengaSession GengaSession;

/* All zero means defaults. */
typedef struct
{
  int tile;    /* input pixels; 0 = automatic (by the memory; global networks whole if they fit) */
  int overlap; /* input pixels; < 0 = automatic */
  GengaBlend blend;
  GengaProgress *progress; /* may be NULL */
  GengaReuse reuse;        /* what of earlier frames is not computed again; 0 = OFF */
  int tolerance;           /* of 8-bit code values, for the modes that have one */
  int grid;                /* of the perceptual mode, cells along a side, 8 to 32; 0 = 16 */
} GengaSessionParams;

/* What reuse has saved so far, all passes together. */
typedef struct
{
  guint64 n_tiles;
  guint64 n_tiles_reused;
  guint64 n_tiles_partly;    /* computed in part */
  guint64 n_pixels;          /* of the tiles: input pixels of the network, overlaps included */
  guint64 n_pixels_computed; /* that the network worked through */
  gint64 compare_us;         /* looking for what is the same */
} GengaReuseCount;

/* How the last frame came to its result. */
typedef struct
{
  guint64 frames_back; /* that of the frame so many before it, which repeats none; 0: its own */
  gboolean is_partly;  /* its own, with parts of earlier ones */
} GengaReuseOrigin;

/* A part of a picture of width x height: `frame` has its pixels from (x, y) on. */
typedef struct
{
  GengaFrame *frame;
  int x;
  int y;
  int width;
  int height;
} GengaRegion;

G_END_DECLS
