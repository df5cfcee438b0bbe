/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "core/error.h"
#include "steps/bands.h"
#include "steps/pixels.h"
#include "steps/resize.h"
#include "steps/wide.h"
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LANCZOS_A 3
#define MAX_CHANNELS 4
#define ROW_ALIGNMENT 64
#define BLOCK 1024 /* samples whose sums stay in the first cache */

/* All channels of a pixel at once. */
typedef float Pixel __attribute__ ((vector_size (MAX_CHANNELS * sizeof (float))));

/* The taps of each output pixel along an axis. */
typedef struct
{
  int n;        /* output pixels */
  int max_taps; /* also the step from one output pixel's weights to the next one's */
  int *first;   /* input pixel of the first tap */
  int *n_taps;
  float *weights;
} Filter;

/* One band's memory: rows that have been resized horizontally lie in a ring. */
typedef struct
{
  float *loaded; /* a source row as it is */
  float *line;   /* a target row */
  float *ring;
  gsize ring_stride; /* samples */
} Scratch;

typedef struct
{
  const GengaFrame *source;
  GengaFrame *target;
  Filter *horizontal; /* NULL: the width stays */
  Filter *vertical;   /* NULL: the height stays */
  int n_channels;
  int n_ring_rows;
  Scratch *scratch;
  GCancellable *cancellable;
} Resize;

static void
filter_free (Filter *self)
{
  g_free (self->first);
  g_free (self->n_taps);
  g_free (self->weights);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Filter, filter_free)

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

/* One axis: `n_in` pixels become `n_out`, of which those from `begin` to `end` are made. */
typedef struct
{
  int n_in;
  int n_out;
  int begin;
  int end;
} Axis;

static double
get_support (const Axis *axis)
{
  return LANCZOS_A * MAX ((double)axis->n_in / axis->n_out, 1);
}

/* The input pixels that output pixel `i` is made from: [first, last). */
static void
get_taps (const Axis *axis, int i, int *first, int *last)
{
  const double centre = (i + 0.5) * ((double)axis->n_in / axis->n_out);
  const double support = get_support (axis);

  *first = MAX (0, (int)(centre - support + 0.5));
  *last = MIN (axis->n_in, (int)(centre + support + 0.5));
}

/* The input pixels that the axis is made from: [first, last). */
static void
get_source (const Axis *axis, int *first, int *last)
{
  int unused;

  *first = axis->begin;
  *last = axis->end;
  if (axis->n_in == axis->n_out)
    return;
  get_taps (axis, axis->begin, first, &unused);
  get_taps (axis, axis->end - 1, &unused, last);
}

/* Taps count from the axis's first source pixel. NULL when memory is short. */
static Filter *
filter_new (const Axis *axis)
{
  const double scale = (double)axis->n_in / axis->n_out;
  const double widening = MAX (scale, 1);
  const double support = get_support (axis);
  const int n_out = axis->end - axis->begin;
  int source_first, source_last;
  g_autoptr (Filter) self = g_try_new0 (Filter, 1);
  g_autofree double *taps = NULL;
  gsize n_weights;

  if (!self)
    return NULL;
  self->n = n_out;
  self->max_taps = MIN (2 * ceil (support) + 1, axis->n_in);
  if (!g_size_checked_mul (&n_weights, n_out, self->max_taps))
    return NULL;
  self->first = g_try_new (int, n_out);
  self->n_taps = g_try_new (int, n_out);
  self->weights = g_try_new (float, n_weights);
  taps = g_try_new (double, self->max_taps);
  if (!self->first || !self->n_taps || !self->weights || !taps)
    return NULL;

  get_source (axis, &source_first, &source_last);
  for (int i = 0; i < n_out; i++)
    {
      const double centre = (axis->begin + i + 0.5) * scale;
      float *weights = self->weights + (gsize)i * self->max_taps;
      double sum = 0;
      int first, last;

      get_taps (axis, axis->begin + i, &first, &last);
      for (int k = 0; k < last - first; k++)
        sum += taps[k] = lanczos ((first + k + 0.5 - centre) / widening);
      for (int k = 0; k < last - first; k++)
        weights[k] = taps[k] / sum;
      self->first[i] = first - source_first;
      self->n_taps[i] = last - first;
    }

  return g_steal_pointer (&self);
}

/*
 * Pixels overlap the next ones, in `source` and in `target`, which therefore have room for one
 * more: channels that a picture lacks are summed up beside the others and thrown away.
 */
GENGA_WIDE static void
resize_row (const Filter *filter, const float *source, int n_channels, float *target)
{
  for (int i = 0; i < filter->n; i++)
    {
      const float *weights = filter->weights + (gsize)i * filter->max_taps;
      const float *taps = source + (gsize)filter->first[i] * n_channels;
      Pixel sum = { 0 };

      for (int k = 0; k < filter->n_taps[i]; k++)
        {
          Pixel pixel;

          memcpy (&pixel, taps + (gsize)k * n_channels, sizeof pixel);
          sum += weights[k] * pixel;
        }
      memcpy (target + (gsize)i * n_channels, &sum, sizeof sum);
    }
}

static float *
get_ring_row (const Resize *self, const Scratch *scratch, int y)
{
  return scratch->ring + (y % self->n_ring_rows) * scratch->ring_stride;
}

static void
make_ring_row (const Resize *self, const Scratch *scratch, int y)
{
  float *row = get_ring_row (self, scratch, y);

  if (!self->horizontal)
    {
      genga_pixels_load_row (self->source, y, row);
      return;
    }

  genga_pixels_load_row (self->source, y, scratch->loaded);
  resize_row (self->horizontal, scratch->loaded, self->n_channels, row);
}

GENGA_WIDE static void
sum_ring_rows (const Resize *self, const Scratch *scratch, int y)
{
  const Filter *filter = self->vertical;
  const float *weights = filter->weights + (gsize)y * filter->max_taps;
  const gsize n = (gsize)self->target->info.width * self->n_channels;

  for (gsize begin = 0; begin < n; begin += BLOCK)
    {
      const int n_block = MIN (BLOCK, n - begin);
      float sums[BLOCK] = { 0 };

      for (int k = 0; k < filter->n_taps[y]; k++)
        {
          const float *row = get_ring_row (self, scratch, filter->first[y] + k) + begin;
          const float weight = weights[k];

          for (int i = 0; i < n_block; i++)
            sums[i] += weight * row[i];
        }
      memcpy (scratch->line + begin, sums, n_block * sizeof (float));
    }
}

static void
resize_band (int band, int begin, int end, gpointer user_data)
{
  const Resize *self = user_data;
  const Scratch *scratch = &self->scratch[band];
  int next = self->vertical ? self->vertical->first[begin] : begin;

  for (int y = begin; y < end; y++)
    {
      const int last =
          self->vertical ? self->vertical->first[y] + self->vertical->n_taps[y] : y + 1;

      if (g_cancellable_is_cancelled (self->cancellable))
        return;
      for (; next < last; next++)
        make_ring_row (self, scratch, next);

      if (self->vertical)
        {
          sum_ring_rows (self, scratch, y);
          genga_pixels_store_row (self->target, y, scratch->line);
        }
      else
        genga_pixels_store_row (self->target, y, get_ring_row (self, scratch, y));
    }
}

static gsize
round_up_samples (gsize n)
{
  const gsize unit = ROW_ALIGNMENT / sizeof (float);

  return (n + unit - 1) / unit * unit;
}

/* One block for all bands; NULL when memory is short. */
static float *
allocate_scratch (const Resize *self, int n_bands)
{
  const gsize n_in = (gsize)self->source->info.width;
  const gsize n_out = (gsize)self->target->info.width * self->n_channels;
  const gsize loaded = round_up_samples (n_in * self->n_channels + MAX_CHANNELS);
  const gsize line = round_up_samples (n_out);
  const gsize ring_stride = round_up_samples (n_out + MAX_CHANNELS);
  gsize ring, total;
  gpointer block;
  float *next;

  if (!g_size_checked_mul (&ring, ring_stride, self->n_ring_rows) ||
      !g_size_checked_add (&total, ring, loaded + line) ||
      !g_size_checked_mul (&total, total, n_bands * sizeof (float)) ||
      posix_memalign (&block, ROW_ALIGNMENT, total) != 0)
    return NULL;

  next = block;
  for (int i = 0; i < n_bands; i++)
    {
      Scratch *scratch = &self->scratch[i];

      scratch->loaded = next;
      scratch->line = scratch->loaded + loaded;
      scratch->ring = scratch->line + line;
      scratch->ring_stride = ring_stride;
      /* What is thrown away is a number, too. */
      memset (scratch->loaded, 0, loaded * sizeof (float));
      next = scratch->ring + ring;
    }

  return block;
}

static gboolean
set_no_memory (GError **error, int width, int height)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
               _ ("Not enough memory to resize a picture to %d × %d pixels."), width, height);
  return FALSE;
}

static void
get_axes (const GengaResizePart *part, Axis *x, Axis *y)
{
  const GengaRect *wanted = &part->wanted;

  *x = (Axis){ part->width, part->target_width, wanted->x, wanted->x + wanted->width };
  *y = (Axis){ part->height, part->target_height, wanted->y, wanted->y + wanted->height };
}

static gboolean
resize_frame (const GengaResizePart *part,
              const GengaFrame *source,
              GengaFrame *target,
              guint n_threads,
              GCancellable *cancellable,
              GError **error)
{
  const int width = target->info.width;
  const int height = target->info.height;
  const int n_bands = genga_bands_choose (height, n_threads);
  g_autoptr (Filter) horizontal = NULL;
  g_autoptr (Filter) vertical = NULL;
  Scratch scratch[GENGA_MAX_BANDS];
  Resize self = { .source = source, .target = target, .n_ring_rows = 1 };
  float *block;
  Axis x, y;

  get_axes (part, &x, &y);
  if (x.n_in != x.n_out && !(horizontal = filter_new (&x)))
    return set_no_memory (error, width, height);
  if (y.n_in != y.n_out && !(vertical = filter_new (&y)))
    return set_no_memory (error, width, height);

  self.horizontal = horizontal;
  self.vertical = vertical;
  self.n_channels = genga_layout_get_n_channels (source->info.layout);
  self.scratch = scratch;
  self.cancellable = cancellable;
  if (vertical)
    self.n_ring_rows = vertical->max_taps;

  block = allocate_scratch (&self, n_bands);
  if (!block)
    return set_no_memory (error, width, height);
  genga_bands_run (height, n_bands, resize_band, &self);
  free (block);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

GengaRect
genga_resize_part_get_source (const GengaResizePart *self)
{
  int left, right, top, bottom;
  Axis x, y;

  get_axes (self, &x, &y);
  get_source (&x, &left, &right);
  get_source (&y, &top, &bottom);
  return (GengaRect){ left, top, right - left, bottom - top };
}

GengaFrame *
genga_resize_part (const GengaResizePart *self,
                   GengaFrame *frame,
                   guint n_threads,
                   GCancellable *cancellable,
                   GError **error)
{
  GengaFrameInfo info = frame->info;
  g_autoptr (GengaFrame) target = NULL;

  g_return_val_if_fail (!genga_rect_is_empty (&self->wanted), NULL);
  g_return_val_if_fail (genga_layout_get_n_channels (info.layout) > 0, NULL);
  g_return_val_if_fail (info.memory == GENGA_MEMORY_HOST, NULL);

  if (self->target_width == self->width && self->target_height == self->height)
    return genga_frame_ref (frame);

  info.width = self->wanted.width;
  info.height = self->wanted.height;
  target = genga_frame_new (&info, error);
  if (!target || !resize_frame (self, frame, target, n_threads, cancellable, error))
    return NULL;
  genga_frame_copy_properties (target, frame);

  return g_steal_pointer (&target);
}

GengaFrame *
genga_resize (GengaFrame *frame,
              int width,
              int height,
              guint n_threads,
              GCancellable *cancellable,
              GError **error)
{
  const GengaResizePart whole = {
    frame->info.width, frame->info.height, width, height, { 0, 0, width, height },
  };

  return genga_resize_part (&whole, frame, n_threads, cancellable, error);
}
