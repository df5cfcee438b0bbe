/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/rows.h"

#include <string.h>

/* Pixels that are converted at a time, so that the numbers between stay in the nearest cache. */
#define BLOCK 256
#define MAX_CHANNELS 4

/* IEEE 754 binary16: the exponent is re-biased by a product, which subnormals survive. */
static inline float
float_from_half (guint16 half)
{
  const guint32 magnitude = half & 0x7fff;
  union
  {
    guint32 bits;
    float value;
  } number = { .bits = magnitude << 13 };

  number.value *= 0x1p112f;
  if (magnitude >= 0x7c00)
    number.bits |= 0x7f800000;
  return half & 0x8000 ? -number.value : number.value;
}

static void
load_samples (GengaSample sample, const guint8 *from, float *to, int n)
{
  const guint16 *words = (const guint16 *)(gconstpointer)from;

  switch (sample)
    {
    case GENGA_SAMPLE_U8:
      for (int i = 0; i < n; i++)
        to[i] = from[i] / 255.0f;
      break;
    case GENGA_SAMPLE_U16:
      for (int i = 0; i < n; i++)
        to[i] = words[i] / 65535.0f;
      break;
    case GENGA_SAMPLE_F16:
      for (int i = 0; i < n; i++)
        to[i] = float_from_half (words[i]);
      break;
    case GENGA_SAMPLE_F32:
      memcpy (to, from, n * sizeof (float));
      break;
    default:
      g_return_if_reached ();
    }
}

/* Also turns what is not a number into 0: comparisons with it are false. */
static inline float
clamp_unit (float value)
{
  value = value > 0 ? value : 0;
  return value < 1 ? value : 1;
}

/* Into other samples, as there may be more of them. */
static void
composite (
    const float *from, int n_channels, int width, const float *background, int n_written, float *to)
{
  for (int x = 0; x < width; x++, from += n_channels)
    {
      const float alpha = clamp_unit (from[n_channels - 1]);

      for (int c = 0; c < n_written; c++)
        *to++ = alpha * clamp_unit (from[n_channels > 2 ? c : 0]) + (1 - alpha) * background[c];
    }
}

static void
store_samples (GengaSample sample, const float *from, guint8 *to, int n)
{
  guint16 *words = (guint16 *)(gpointer)to;

  if (sample == GENGA_SAMPLE_U8)
    for (int i = 0; i < n; i++)
      to[i] = (int)(clamp_unit (from[i]) * 255 + 0.5f);
  else if (sample == GENGA_SAMPLE_U16)
    for (int i = 0; i < n; i++)
      words[i] = (int)(clamp_unit (from[i]) * 65535 + 0.5f);
  else
    for (int i = 0; i < n; i++)
      ((float *)(gpointer)to)[i] = clamp_unit (from[i]);
}

int
genga_rows_get_n_channels (const GengaFrame *frame, const float *background)
{
  const int n_channels = genga_layout_get_n_channels (frame->info.layout);
  const gboolean is_grey =
      background != NULL && background[0] == background[1] && background[1] == background[2];

  if (background == NULL || !genga_layout_has_alpha (frame->info.layout))
    return n_channels;
  return n_channels == 2 && is_grey ? 1 : 3;
}

void
genga_rows_convert (const GengaFrame *frame,
                    int x,
                    int y,
                    int width,
                    GengaSample sample,
                    const float *background,
                    gpointer out)
{
  const int n_channels = genga_layout_get_n_channels (frame->info.layout);
  const int n_written = genga_rows_get_n_channels (frame, background);
  const gsize pixel_size = n_channels * genga_sample_get_size (frame->info.sample);
  const gsize written_size = n_written * genga_sample_get_size (sample);
  const guint8 *from = (const guint8 *)genga_frame_get_row (frame, 0, y) + x * pixel_size;
  const gboolean is_composited = background != NULL && genga_layout_has_alpha (frame->info.layout);
  guint8 *to = out;

  if (frame->info.sample == sample && sample != GENGA_SAMPLE_F32 && !is_composited)
    {
      memcpy (to, from, width * pixel_size);
      return;
    }
  for (int done = 0; done < width; done += BLOCK)
    {
      const int n = MIN (BLOCK, width - done);
      float samples[BLOCK * MAX_CHANNELS], opaque[BLOCK * MAX_CHANNELS];

      load_samples (frame->info.sample, from + done * pixel_size, samples, n * n_channels);
      if (is_composited)
        composite (samples, n_channels, n, background, n_written, opaque);
      store_samples (sample, is_composited ? opaque : samples, to + done * written_size,
                     n * n_written);
    }
}
