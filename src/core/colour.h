/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Colour tags: what the numbers of a frame mean.
 *
 * The values are the code points of ITU-T H.273 (CICP), as FFmpeg and libavif use them; 2 means
 * unspecified. An ICC profile, where there is one, travels with the frame's metadata and wins
 * over the tags.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GENGA_RANGE_UNSPECIFIED,
  GENGA_RANGE_LIMITED,
  GENGA_RANGE_FULL,
} GengaRange;

typedef struct
{
  guint8 primaries; /* H.273 table 2 */
  guint8 transfer;  /* H.273 table 3 */
  guint8 matrix;    /* H.273 table 4 */
  guint8
      chroma_location; /* H.273 figure 1: 0 = left, 1 = centre, 2 = top left; 255 = unspecified */
  GengaRange range;
} GengaColour;

/* The screen on which a video was made (SMPTE ST 2086). */
typedef struct
{
  guint16 primaries[3][2]; /* x and y of red, green and blue, in 1/50000 */
  guint16 white[2];
  guint32 max_luminance; /* 1/10000 cd/m² */
  guint32 min_luminance;
} GengaMastering;

/* How bright its brightest pixel and its brightest frame on average are, in cd/m² (CTA 861.3). */
typedef struct
{
  guint16 max_cll;
  guint16 max_fall;
} GengaLightLevel;

/* sRGB: BT.709 primaries, sRGB transfer, identity matrix, full range. */
extern const GengaColour genga_colour_srgb;

gboolean genga_colour_equal (const GengaColour *a, const GengaColour *b);

G_END_DECLS
