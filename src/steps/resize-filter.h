/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The weights of a Lanczos resize along one axis, as Pillow has them (13.0,
 * src/libImaging/Resample.c, precompute_coeffs() and normalize_coeffs_8bpc()); private to
 * steps/resize.c. Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fractional bits of weights for bytes: with the 8 of a sample and 2 that overshoots need, 32. */
#define GENGA_RESIZE_BITS 22
#define GENGA_RESIZE_LOW_BITS 8

/* The taps of each output pixel along an axis. */
typedef struct
{
  int n;        /* output pixels */
  int max_taps; /* of one of them */
  int stride;   /* from one output pixel's weights to the next one's; at least max_taps */
  int *first;   /* input pixel of the first tap */
  int *n_taps;
  float *weights;
  gint32 *fixed; /* the same, for bytes; 0 behind the last tap, as the halves are */
  /* Their upper and their lower 8 bits, or NULL: some are too large. */
  gint16 *high;
  gint16 *low;
} GengaResizeFilter;

/* One axis: `n_in` pixels become `n_out`, of which those from `begin` to `end` are made. */
typedef struct
{
  int n_in;
  int n_out;
  int begin;
  int end;
} GengaResizeAxis;

/* The input pixels that these are made from: [first, last). */
void genga_resize_axis_get_source (const GengaResizeAxis *axis, int *first, int *last);

/* Taps count from the first of those. NULL when memory is short. */
GengaResizeFilter *genga_resize_filter_new (const GengaResizeAxis *axis);
void genga_resize_filter_free (GengaResizeFilter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaResizeFilter, genga_resize_filter_free)

G_END_DECLS
