/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of the colour samples along one side of a frame when its pixels are repeated.
 *
 * Of two pixels side by side one sample of colour is kept (4:2:0, 4:2:2). For a picture whose
 * pixels are repeated n times, these samples are enlarged to one for each pixel, each is repeated,
 * and the result is reduced to one for two pixels again: both by Spline36, at the places where
 * samples lie, as zimg does it, which mirrors at borders. All of that is linear, so that one filter
 * does it at once.
 *
 * Thread rule: immutable once made.
 */
#pragma once

#include "core/colour.h"

G_BEGIN_DECLS

/* Where samples lie, as seen from the pixels that share one. */
typedef enum
{
  GENGA_CHROMA_FIRST,  /* at the first pixel */
  GENGA_CHROMA_MIDDLE, /* between both */
  GENGA_CHROMA_LAST,   /* at the last one */
} GengaChromaPlace;

/* By the tag; unspecified is left, and the middle of rows. */
GengaChromaPlace genga_chroma_get_column_place (const GengaColour *colour);
GengaChromaPlace genga_chroma_get_row_place (const GengaColour *colour);

/* Sample i of the result is the sum of weights[i * n_taps + t] * sample[starts[i] + t]. */
typedef struct
{
  int n_in;
  int n_out; /* n_in * factor */
  int n_taps;
  int *starts; /* that never go back; starts[i] + n_taps <= n_in */
  float *weights;
} GengaChromaFilter;

/* For `n_in` samples, 1 or more, of pixels that are repeated `factor` times. */
GengaChromaFilter *genga_chroma_filter_new (int n_in, int factor, GengaChromaPlace place);
void genga_chroma_filter_free (GengaChromaFilter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaChromaFilter, genga_chroma_filter_free)

G_END_DECLS
