/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a source looks like, in numbers: for choosing a model that fits it.
 *
 * All are of the luma (0.299 R + 0.587 G + 0.114 B, of encoded values, 0 to 255, transparency on
 * white) of the middle of a frame, at most 2048 x 2048 pixels that begin at a multiple of 8.
 *
 *   grey        share of pixels whose red, green and blue are at most 12 apart
 *   flat        share of pixels at most 2 away from the pixels to the right and below: drawings are
 *               areas of one colour, photographs are not
 *   edges       share of pixels at least 48 away from one of these: lines
 *   blockiness  how much larger steps between blocks of 8 pixels, as JPEG and video codecs have
 *               them, are than other steps: (m8 - m) / (m + 0.25), m8 and m being the means of the
 *               steps up to 16 at multiples of 8 and elsewhere; both directions averaged
 *   noise       standard deviation by Immerkaer's method (Computer Vision and Image Understanding
 *               64, 1996), over pixels with a gradient below 12
 *
 * They follow from the pixels alone. Thread rule: any thread.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

typedef struct
{
  double width, height; /* of the whole frame */
  double grey;
  double flat;
  double edges;
  double blockiness;
  double noise;
} GengaSourceLook;

/*
 * Looks at a packed host frame. FALSE where it has samples of 16-bit floats or planes, which no
 * source gives, or there is no memory.
 */
gboolean genga_source_look_measure (const GengaFrame *frame, GengaSourceLook *look);

/* Each measure's median of `n` > 0 looks. */
GengaSourceLook genga_source_look_get_median (const GengaSourceLook *looks, guint n);

/* Whether a frame shows nothing yet: too dark, or of one colour. */
gboolean genga_source_look_is_empty (const GengaSourceLook *self);

/* A measure by its name in the catalogue's rules; FALSE where there is none. */
gboolean
genga_source_look_get_measure (const GengaSourceLook *self, const char *name, double *value);

G_END_DECLS
