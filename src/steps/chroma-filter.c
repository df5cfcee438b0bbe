/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/chroma-filter.h"

#include <math.h>
#include <string.h>

/* H.273, figure 1. */
#define CENTRE 1
#define TOP_LEFT 2
#define TOP 3
#define BOTTOM_LEFT 4
#define BOTTOM 5

#define SUPPORT 3

GengaChromaPlace
genga_chroma_get_column_place (const GengaColour *colour)
{
  const guint8 location = colour->chroma_location;

  return location == CENTRE || location == TOP || location == BOTTOM ? GENGA_CHROMA_MIDDLE
                                                                     : GENGA_CHROMA_FIRST;
}

GengaChromaPlace
genga_chroma_get_row_place (const GengaColour *colour)
{
  const guint8 location = colour->chroma_location;

  return location == TOP_LEFT || location == TOP         ? GENGA_CHROMA_FIRST
         : location == BOTTOM_LEFT || location == BOTTOM ? GENGA_CHROMA_LAST
                                                         : GENGA_CHROMA_MIDDLE;
}

static double
spline36 (double x)
{
  x = fabs (x);
  if (x < 1)
    return ((13. / 11 * x - 453. / 209) * x - 3. / 209) * x + 1;
  if (x < 2)
    return ((-6. / 11 * (x - 1) + 270. / 209) * (x - 1) - 156. / 209) * (x - 1);
  if (x < 3)
    return ((1. / 11 * (x - 2) - 45. / 209) * (x - 2) + 26. / 209) * (x - 2);
  return 0;
}

/* From `n_in` samples to `scale` times as many, whose places are `shift` samples further. */
typedef struct
{
  int n_in;
  double scale;
  double shift;
} Resampling;

/* The sample that is seen at a place, half a sample from whose corner its own place lies. */
static int
mirror (double place, int n_in)
{
  if (place < 0)
    place = -place;
  else if (place >= n_in)
    place = MIN (2. * n_in - place, n_in - 0.5);
  return CLAMP ((int)MAX (place, 0), 0, n_in - 1);
}

/* Calls `add` for each sample that sample `index` of the result is made of. */
static void
resample (const Resampling *self,
          int index,
          void (*add) (gpointer data, int sample, double weight),
          gpointer data)
{
  const double step = MIN (self->scale, 1);
  const double place = (index + 0.5) / self->scale + self->shift;
  const int n_taps = 2 * (int)(SUPPORT / step);
  const double begin = floor (place - n_taps / 2. + 0.5) + 0.5;
  double total = 0;

  for (int i = 0; i < n_taps; i++)
    total += spline36 ((begin + i - place) * step);
  for (int i = 0; i < n_taps; i++)
    add (data, mirror (begin + i, self->n_in), spline36 ((begin + i - place) * step) / total);
}

/* ---- both ways at once ---- */

/* One sample of the result, as a sum of those that there are. */
typedef struct
{
  Resampling up;   /* to the pixels */
  Resampling down; /* from the repeated ones */
  int factor;
  double weight; /* of the pixel under way */
  double *sums;  /* of n_in samples */
  int first;     /* of those that are not 0 */
  int last;
} Row;

static void
add_sample (gpointer data, int sample, double weight)
{
  Row *self = data;

  self->sums[sample] += self->weight * weight;
  self->first = MIN (self->first, sample);
  self->last = MAX (self->last, sample);
}

static void
add_pixel (gpointer data, int pixel, double weight)
{
  Row *self = data;

  self->weight = weight;
  resample (&self->up, pixel / self->factor, add_sample, self);
}

static void
make_row (Row *self, int index)
{
  self->first = self->up.n_in;
  self->last = -1;
  resample (&self->down, index, add_pixel, self);
}

static void
clear_row (Row *self)
{
  memset (self->sums + self->first, 0, (self->last - self->first + 1) * sizeof *self->sums);
}

static int
count_taps (Row *row, int n_out)
{
  int n_taps = 1;

  for (int i = 0; i < n_out; i++)
    {
      make_row (row, i);
      n_taps = MAX (n_taps, row->last - row->first + 1);
      clear_row (row);
    }
  return n_taps;
}

GengaChromaFilter *
genga_chroma_filter_new (int n_in, int factor, GengaChromaPlace place)
{
  const double shift = place == GENGA_CHROMA_MIDDLE  ? 0
                       : place == GENGA_CHROMA_FIRST ? 0.25
                                                     : -0.25;
  GengaChromaFilter *self = g_new0 (GengaChromaFilter, 1);
  g_autofree double *sums = g_new0 (double, n_in);
  Row row = {
    .up = { n_in, 2, shift },
    .down = { 2 * n_in * factor, 0.5, -2 * shift },
    .factor = factor,
    .sums = sums,
  };

  self->n_in = n_in;
  self->n_out = n_in * factor;
  self->n_taps = count_taps (&row, self->n_out);
  self->starts = g_new (int, self->n_out);
  self->weights = g_new (float, (gsize)self->n_out * self->n_taps);
  for (int i = 0; i < self->n_out; i++)
    {
      make_row (&row, i);
      self->starts[i] = MIN (row.first, n_in - self->n_taps);
      for (int t = 0; t < self->n_taps; t++)
        self->weights[(gsize)i * self->n_taps + t] = sums[self->starts[i] + t];
      clear_row (&row);
    }
  return self;
}

void
genga_chroma_filter_free (GengaChromaFilter *self)
{
  if (self == NULL)
    return;
  g_free (self->starts);
  g_free (self->weights);
  g_free (self);
}
