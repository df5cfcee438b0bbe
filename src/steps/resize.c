/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "core/error.h"
#include "steps/bands.h"
#include "steps/pixels.h"
#include "steps/resize-rows.h"
#include "steps/resize.h"
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define ROW_ALIGNMENT 64

/* One band's memory: rows that have been resized horizontally lie in a ring. Samples are floats or,
 * of frames of bytes, bytes. */
typedef struct
{
  gpointer loaded; /* a source row as it is */
  float *line;     /* a target row; not of bytes */
  guint8 *ring;
  gsize ring_stride; /* bytes */
  gconstpointer *taps;
} Scratch;

typedef struct
{
  const GengaFrame *source;
  GengaFrame *target;
  GengaResizeFilter *horizontal; /* NULL: the width stays */
  GengaResizeFilter *vertical;   /* NULL: the height stays */
  int n_channels;
  int n_ring_rows;
  gboolean is_u8;
  Scratch *scratch;
  GCancellable *cancellable;
} Resize;

static gpointer
get_ring_row (const Resize *self, const Scratch *scratch, int y)
{
  return scratch->ring + (y % self->n_ring_rows) * scratch->ring_stride;
}

static void
make_ring_row (const Resize *self, const Scratch *scratch, int y)
{
  const gsize n = (gsize)self->source->info.width * self->n_channels;
  gpointer row = get_ring_row (self, scratch, y);

  if (self->is_u8 && !self->horizontal)
    memcpy (row, genga_frame_get_row (self->source, 0, y), n);
  else if (self->is_u8)
    {
      memcpy (scratch->loaded, genga_frame_get_row (self->source, 0, y), n);
      genga_resize_row_u8 (self->horizontal, scratch->loaded, self->n_channels, row);
    }
  else if (!self->horizontal)
    genga_pixels_load_row (self->source, y, row);
  else
    {
      genga_pixels_load_row (self->source, y, scratch->loaded);
      genga_resize_row_f32 (self->horizontal, scratch->loaded, self->n_channels, row);
    }
}

static void
sum_ring_rows (const Resize *self, const Scratch *scratch, int y)
{
  const GengaResizeFilter *filter = self->vertical;
  const gsize n = (gsize)self->target->info.width * self->n_channels;
  const int n_taps = filter->n_taps[y];

  for (int k = 0; k < n_taps; k++)
    scratch->taps[k] = get_ring_row (self, scratch, filter->first[y] + k);
  if (self->is_u8)
    {
      genga_resize_sum_rows_u8 (filter, y, (gpointer)scratch->taps, n,
                                genga_frame_get_row (self->target, 0, y));
      return;
    }
  genga_resize_sum_rows_f32 (filter, y, (gpointer)scratch->taps, n, scratch->line);
  genga_pixels_store_row (self->target, y, scratch->line);
}

static void
store_ring_row (const Resize *self, const Scratch *scratch, int y)
{
  const gsize n = (gsize)self->target->info.width * self->n_channels;
  gconstpointer row = get_ring_row (self, scratch, y);

  if (self->is_u8)
    memcpy (genga_frame_get_row (self->target, 0, y), row, n);
  else
    genga_pixels_store_row (self->target, y, row);
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
        sum_ring_rows (self, scratch, y);
      else
        store_ring_row (self, scratch, y);
    }
}

static gsize
round_up (gsize size)
{
  return (size + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;
}

/* One block for all bands; NULL when memory is short. */
static gpointer
allocate_scratch (const Resize *self, int n_bands)
{
  const gsize n_in = (gsize)self->source->info.width * self->n_channels;
  const gsize n_out = (gsize)self->target->info.width * self->n_channels;
  const gsize sample_size = self->is_u8 ? 1 : sizeof (float);
  const gsize loaded =
      round_up ((n_in + GENGA_RESIZE_MAX_CHANNELS) * sample_size + GENGA_RESIZE_PADDING);
  const gsize line = self->is_u8 ? 0 : round_up (n_out * sizeof (float));
  const gsize taps = round_up (self->n_ring_rows * sizeof (gpointer));
  const gsize ring_stride = round_up ((n_out + GENGA_RESIZE_MAX_CHANNELS) * sample_size);
  gsize ring, total;
  gpointer block;
  guint8 *next;

  if (!g_size_checked_mul (&ring, ring_stride, self->n_ring_rows) ||
      !g_size_checked_add (&total, ring, loaded + line + taps) ||
      !g_size_checked_mul (&total, total, n_bands) ||
      posix_memalign (&block, ROW_ALIGNMENT, total) != 0)
    return NULL;

  next = block;
  for (int i = 0; i < n_bands; i++, next += loaded + line + taps + ring)
    {
      self->scratch[i] = (Scratch){
        .loaded = next,
        .line = (gpointer)(next + loaded),
        .taps = (gpointer)(next + loaded + line),
        .ring = next + loaded + line + taps,
        .ring_stride = ring_stride,
      };
      /* What is thrown away is a number, too. */
      memset (next, 0, loaded);
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
get_axes (const GengaResizePart *part, GengaResizeAxis *x, GengaResizeAxis *y)
{
  const GengaRect *wanted = &part->wanted;

  *x = (GengaResizeAxis){ part->width, part->target_width, wanted->x, wanted->x + wanted->width };
  *y =
      (GengaResizeAxis){ part->height, part->target_height, wanted->y, wanted->y + wanted->height };
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
  g_autoptr (GengaResizeFilter) horizontal = NULL;
  g_autoptr (GengaResizeFilter) vertical = NULL;
  Scratch scratch[GENGA_MAX_BANDS];
  Resize self = { .source = source, .target = target, .n_ring_rows = 1 };
  gpointer block;
  GengaResizeAxis x, y;

  get_axes (part, &x, &y);
  if (x.n_in != x.n_out && !(horizontal = genga_resize_filter_new (&x)))
    return set_no_memory (error, width, height);
  if (y.n_in != y.n_out && !(vertical = genga_resize_filter_new (&y)))
    return set_no_memory (error, width, height);

  self.horizontal = horizontal;
  self.vertical = vertical;
  self.n_channels = genga_layout_get_n_channels (source->info.layout);
  self.scratch = scratch;
  self.cancellable = cancellable;
  self.is_u8 = source->info.sample == GENGA_SAMPLE_U8;
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
  GengaResizeAxis x, y;

  get_axes (self, &x, &y);
  genga_resize_axis_get_source (&x, &left, &right);
  genga_resize_axis_get_source (&y, &top, &bottom);
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
