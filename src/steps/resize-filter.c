/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/resize-filter.h"

#include <math.h>

#define LANCZOS_A 3
/* A multiple of what vectors take at a time. */
#define TAPS_UNIT 4

void
genga_resize_filter_free (GengaResizeFilter *self)
{
  g_free (self->first);
  g_free (self->n_taps);
  g_free (self->weights);
  g_free (self->fixed);
  g_free (self->high);
  g_free (self->low);
  g_free (self);
}

static double
sinc (double x)
{
  return x == 0 ? 1 : sin (G_PI * x) / (G_PI * x);
}

static double
lanczos (double x)
{
  return fabs (x) < LANCZOS_A ? sinc (x) * sinc (x / LANCZOS_A) : 0;
}

static double
get_support (const GengaResizeAxis *axis)
{
  return LANCZOS_A * MAX ((double)axis->n_in / axis->n_out, 1);
}

/* The input pixels that output pixel `i` is made from: [first, last). */
static void
get_taps (const GengaResizeAxis *axis, int i, int *first, int *last)
{
  const double centre = (i + 0.5) * ((double)axis->n_in / axis->n_out);
  const double support = get_support (axis);

  *first = MAX (0, (int)(centre - support + 0.5));
  *last = MIN (axis->n_in, (int)(centre + support + 0.5));
}

void
genga_resize_axis_get_source (const GengaResizeAxis *axis, int *first, int *last)
{
  int unused;

  *first = axis->begin;
  *last = axis->end;
  if (axis->n_in == axis->n_out)
    return;
  get_taps (axis, axis->begin, first, &unused);
  get_taps (axis, axis->end - 1, &unused, last);
}

static GengaResizeFilter *
filter_allocate (int n_out, int max_taps)
{
  g_autoptr (GengaResizeFilter) self = g_try_new0 (GengaResizeFilter, 1);
  gsize n_weights;

  if (!self)
    return NULL;
  self->n = n_out;
  self->max_taps = max_taps;
  self->stride = (max_taps + TAPS_UNIT - 1) / TAPS_UNIT * TAPS_UNIT;
  if (!g_size_checked_mul (&n_weights, n_out, self->stride))
    return NULL;
  self->first = g_try_new (int, n_out);
  self->n_taps = g_try_new (int, n_out);
  self->weights = g_try_new0 (float, n_weights);
  self->fixed = g_try_new0 (gint32, n_weights);
  self->high = g_try_new (gint16, n_weights);
  self->low = g_try_new (gint16, n_weights);
  if (!self->first || !self->n_taps || !self->weights || !self->fixed || !self->high || !self->low)
    return NULL;
  return g_steal_pointer (&self);
}

/* Weights of bytes in halves. */
static void
split_weights (GengaResizeFilter *self)
{
  const gsize n = (gsize)self->n * self->stride;

  for (gsize i = 0; i < n; i++)
    {
      const gint32 high = self->fixed[i] >> GENGA_RESIZE_LOW_BITS;

      if (high != (gint16)high)
        {
          g_clear_pointer (&self->high, g_free);
          g_clear_pointer (&self->low, g_free);
          return;
        }
      self->high[i] = high;
      self->low[i] = self->fixed[i] & ((1 << GENGA_RESIZE_LOW_BITS) - 1);
    }
}

GengaResizeFilter *
genga_resize_filter_new (const GengaResizeAxis *axis)
{
  const double scale = (double)axis->n_in / axis->n_out;
  const double widening = MAX (scale, 1);
  const int max_taps = MIN (2 * ceil (get_support (axis)) + 1, axis->n_in);
  int source_first, source_last;
  g_autoptr (GengaResizeFilter) self = filter_allocate (axis->end - axis->begin, max_taps);
  g_autofree double *taps = g_try_new (double, max_taps);

  if (!self || !taps)
    return NULL;
  genga_resize_axis_get_source (axis, &source_first, &source_last);
  for (int i = 0; i < self->n; i++)
    {
      const double centre = (axis->begin + i + 0.5) * scale;
      const gsize at = (gsize)i * self->stride;
      double sum = 0;
      int first, last;

      get_taps (axis, axis->begin + i, &first, &last);
      for (int k = 0; k < last - first; k++)
        sum += taps[k] = lanczos ((first + k + 0.5 - centre) / widening);
      for (int k = 0; k < last - first; k++)
        {
          const double weight = taps[k] / sum;

          self->weights[at + k] = weight;
          self->fixed[at + k] = weight * (1 << GENGA_RESIZE_BITS) + (weight < 0 ? -0.5 : 0.5);
        }
      self->first[i] = first - source_first;
      self->n_taps[i] = last - first;
    }
  split_weights (self);

  return g_steal_pointer (&self);
}
