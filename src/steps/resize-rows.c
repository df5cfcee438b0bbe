/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/resize-rows.h"
#include "steps/resize-avx2.h"
#include "steps/wide.h"

#include <string.h>

#define BLOCK 1024 /* samples whose sums stay in the first cache */
#define HALF (1 << (GENGA_RESIZE_BITS - 1))

/* All channels of a pixel at once. */
typedef float Pixel __attribute__ ((vector_size (GENGA_RESIZE_MAX_CHANNELS * sizeof (float))));

/*
 * Pixels overlap the next ones, in `source` and in `target`: channels that a picture lacks are
 * summed up beside the others and thrown away.
 */
GENGA_WIDE void
genga_resize_row_f32 (const GengaResizeFilter *filter,
                      const float *source,
                      int n_channels,
                      float *target)
{
  for (int i = 0; i < filter->n; i++)
    {
      const float *weights = filter->weights + (gsize)i * filter->stride;
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

static inline guint8
to_byte (gint32 sum)
{
  return CLAMP (sum >> GENGA_RESIZE_BITS, 0, 255);
}

void
genga_resize_row_u8 (const GengaResizeFilter *filter,
                     const guint8 *source,
                     int n_channels,
                     guint8 *target)
{
  if (genga_resize_row_avx2 (filter, source, n_channels, target))
    return;
  for (int i = 0; i < filter->n; i++)
    {
      const gint32 *weights = filter->fixed + (gsize)i * filter->stride;
      const guint8 *taps = source + (gsize)filter->first[i] * n_channels;

      for (int c = 0; c < n_channels; c++)
        {
          gint32 sum = HALF;

          for (int k = 0; k < filter->n_taps[i]; k++)
            sum += weights[k] * taps[(gsize)k * n_channels + c];
          target[(gsize)i * n_channels + c] = to_byte (sum);
        }
    }
}

GENGA_WIDE void
genga_resize_sum_rows_f32 (
    const GengaResizeFilter *filter, int y, const float *const *rows, gsize n, float *target)
{
  const float *weights = filter->weights + (gsize)y * filter->stride;

  for (gsize begin = 0; begin < n; begin += BLOCK)
    {
      const int n_block = MIN (BLOCK, n - begin);
      float sums[BLOCK] = { 0 };

      for (int k = 0; k < filter->n_taps[y]; k++)
        {
          const float *row = rows[k] + begin;
          const float weight = weights[k];

          for (int i = 0; i < n_block; i++)
            sums[i] += weight * row[i];
        }
      memcpy (target + begin, sums, n_block * sizeof (float));
    }
}

GENGA_WIDE void
genga_resize_sum_rows_u8 (
    const GengaResizeFilter *filter, int y, const guint8 *const *rows, gsize n, guint8 *target)
{
  const gint32 *weights = filter->fixed + (gsize)y * filter->stride;

  for (gsize i = genga_resize_sum_rows_avx2 (filter, y, rows, n, target); i < n; i++)
    {
      gint32 sum = HALF;

      for (int k = 0; k < filter->n_taps[y]; k++)
        sum += weights[k] * rows[k][i];
      target[i] = to_byte (sum);
    }
}
