/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/enhance-rows.h"
#include "steps/enhance-avx2.h"
#include "steps/wide.h"
#include <string.h>

#define MAX_CHANNELS 4
#define BLOCK 256 /* pixels */

#define LUMA_RED 19595
#define LUMA_GREEN 38470
#define LUMA_BLUE 7471

static inline guint8
blend_u8 (int degenerate, int value, float factor)
{
  const float blended = degenerate + factor * (value - degenerate);
  /* One after the other, as vectors have it. */
  const float below = blended < 255 ? blended : 255;

  return (int)(below > 0 ? below : 0);
}

static inline float
blend_f32 (float degenerate, float value, float factor)
{
  return degenerate + factor * (value - degenerate);
}

GENGA_WIDE void
genga_enhance_sharpen_u8 (const guint8 *restrict above,
                          const guint8 *restrict row,
                          const guint8 *restrict below,
                          guint8 *restrict target,
                          int width,
                          int n_channels,
                          float factor)
{
  const gsize n = (gsize)width * n_channels;
  const gsize step = n_channels;
  gsize done;

  if (width < 3)
    {
      memcpy (target, row, n);
      return;
    }

  memcpy (target, row, step);
  done = genga_enhance_sharpen_avx2 (above, row, below, target, step, n, step, factor);
  for (gsize i = step + done; i < n - step; i++)
    {
      const guint16 columns = above[i - step] + above[i] + above[i + step] + below[i - step] +
                              below[i] + below[i + step];
      const guint16 sum = columns + row[i - step] + row[i + step] + 5 * row[i];
      /* floor (sum / 13 + 1 / 2) by a reciprocal that is exact up to 6500. */
      const guint16 smooth = ((guint32)(guint16)(sum + 6) * 5042) >> 16;

      target[i] = blend_u8 (smooth, row[i], factor);
    }
  memcpy (target + n - step, row + n - step, step);
}

GENGA_WIDE void
genga_enhance_sharpen_f32 (const float *restrict above,
                           const float *restrict row,
                           const float *restrict below,
                           float *restrict target,
                           int width,
                           int n_channels,
                           float factor)
{
  const gsize n = (gsize)width * n_channels;
  const gsize step = n_channels;

  if (width < 3)
    {
      memcpy (target, row, n * sizeof (float));
      return;
    }

  memcpy (target, row, step * sizeof (float));
  for (gsize i = step; i < n - step; i++)
    {
      const float columns = above[i - step] + above[i] + above[i + step] + below[i - step] +
                            below[i] + below[i + step];
      const float smooth = (columns + row[i - step] + row[i + step] + 5 * row[i]) * (1.0f / 13);

      target[i] = blend_f32 (smooth, row[i], factor);
    }
  memcpy (target + n - step, row + n - step, step * sizeof (float));
}

static inline int
luma_u8 (const guint8 *pixel)
{
  return (LUMA_RED * pixel[0] + LUMA_GREEN * pixel[1] + LUMA_BLUE * pixel[2] + 32768) >> 16;
}

static inline float
luma_f32 (const float *pixel)
{
  return (LUMA_RED * pixel[0] + LUMA_GREEN * pixel[1] + LUMA_BLUE * pixel[2]) / 65536;
}

GENGA_WIDE double
genga_enhance_sum_luma_u8 (const guint8 *row, int width, int n_channels)
{
  const gsize n = (gsize)width * n_channels;
  guint64 sum = 0;

  if (n_channels < 3)
    for (int x = 0; x < width; x++)
      sum += row[(gsize)x * n_channels];
  else
    for (gsize i = genga_enhance_sum_luma_avx2 (row, n, n_channels, &sum); i < n; i += n_channels)
      sum += luma_u8 (row + i);

  return sum;
}

double
genga_enhance_sum_luma_f32 (const float *row, int width, int n_channels)
{
  double sum = 0;

  if (n_channels < 3)
    for (int x = 0; x < width; x++)
      sum += row[(gsize)x * n_channels];
  else
    for (int x = 0; x < width; x++)
      sum += luma_f32 (row + (gsize)x * n_channels);

  return sum;
}

void
genga_enhance_make_contrast_table (guint8 table[256], float factor, int mean)
{
  for (int i = 0; i < 256; i++)
    table[i] = blend_u8 (mean, i, factor);
}

void
genga_enhance_contrast_u8 (guint8 *row, gsize n, float factor, int mean, const guint8 table[256])
{
  for (gsize i = genga_enhance_contrast_avx2 (row, n, factor, mean); i < n; i++)
    row[i] = table[row[i]];
}

GENGA_WIDE void
genga_enhance_contrast_f32 (float *row, gsize n, float factor, float mean)
{
  for (gsize i = 0; i < n; i++)
    row[i] = blend_f32 (mean, row[i], factor);
}

/* One loop for each step that there is, as compilers want it. */
static inline void
get_lumas (const guint8 *row, int n_pixels, int n_channels, guint8 *luma)
{
  if (n_channels == 3)
    for (int x = 0; x < n_pixels; x++)
      luma[x] = luma_u8 (row + 3 * x);
  else
    for (int x = 0; x < n_pixels; x++)
      luma[x] = luma_u8 (row + 4 * x);
}

/* Every sample has its luma beside it, so that it need not know its pixel. */
GENGA_WIDE void
genga_enhance_saturate_u8 (guint8 *row, int width, int n_channels, float factor)
{
  guint8 luma[BLOCK];
  guint8 spread[BLOCK * MAX_CHANNELS]; /* pixels overlap the next ones when written */
  const gsize done =
      genga_enhance_saturate_avx2 (row, (gsize)width * n_channels, n_channels, factor);

  row += done;
  for (int begin = done / n_channels; begin < width; begin += BLOCK)
    {
      const int n_pixels = MIN (BLOCK, width - begin);
      const int n_samples = n_pixels * n_channels;

      get_lumas (row, n_pixels, n_channels, luma);
      for (int x = 0; x < n_pixels; x++)
        {
          const guint32 channels = luma[x] * 0x01010101u;

          memcpy (spread + x * n_channels, &channels, MAX_CHANNELS);
        }
      for (int i = 0; i < n_samples; i++)
        row[i] = blend_u8 (spread[i], row[i], factor);
      row += n_samples;
    }
}

GENGA_WIDE void
genga_enhance_saturate_f32 (float *row, int width, int n_channels, float factor)
{
  for (int x = 0; x < width; x++, row += n_channels)
    {
      const float luma = luma_f32 (row);

      for (int c = 0; c < 3; c++)
        row[c] = blend_f32 (luma, row[c], factor);
    }
}
