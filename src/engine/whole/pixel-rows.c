/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/whole/pixel-rows.h"

#include <string.h>

/* Rec. 601 luma, as for 8-bit grey elsewhere. */
#define LUMA_RED (19595 / 65536.f)
#define LUMA_GREEN (38470 / 65536.f)
#define LUMA_BLUE (7471 / 65536.f)

/* Pixels that are translated at a time, so that the numbers between stay in the nearest cache. */
#define BLOCK 256
#define MAX_CHANNELS 4

gboolean
genga_rows_clamp (const GengaView *view)
{
  gsize n = (gsize)view->width * view->channels;
  guint32 found = 0;

  for (int y = 0; y < view->height; y++)
    {
      union
      {
        float value;
        guint32 bits;
      } *row = (gpointer)((guint8 *)view->data + y * view->row_stride);

      for (gsize i = 0; i < n; i++)
        {
          found |= (row[i].bits & 0x7f800000u) == 0x7f800000u;
          row[i].value = CLAMP (row[i].value, 0.f, 1.f);
        }
    }
  return found == 0;
}

void
genga_rows_store (const float *in, gsize n, GengaSample sample, void *out)
{
  guint8 *bytes = out;
  guint16 *words = out;

  if (sample == GENGA_SAMPLE_U8)
    for (gsize i = 0; i < n; i++)
      bytes[i] = (guint8)(gint)(in[i] * 255 + 0.5f);
  else if (sample == GENGA_SAMPLE_U16)
    for (gsize i = 0; i < n; i++)
      words[i] = (guint16)(gint)(in[i] * 65535 + 0.5f);
  else
    memcpy (out, in, n * sizeof *in);
}

/* Of n_in channels the pixels of as many, or the luma, clamped first. */
static void
translate_pixels (const float *restrict in, int n_in, float *restrict out, int n_out, gsize width)
{
  if (n_in == n_out)
    for (gsize i = 0; i < width * n_out; i++)
      out[i] = CLAMP (in[i], 0.f, 1.f);
  else
    for (gsize x = 0; x < width; x++)
      {
        const float *rgb = in + 3 * x;
        float red = CLAMP (rgb[0], 0.f, 1.f), green = CLAMP (rgb[1], 0.f, 1.f);
        float blue = CLAMP (rgb[2], 0.f, 1.f);

        out[x] = LUMA_RED * red + LUMA_GREEN * green + LUMA_BLUE * blue;
      }
}

static void
translate_row (const float *in, int n_in, const GengaView *to, guint8 *out)
{
  gsize pixel = to->channels * genga_sample_get_size (to->sample), width = to->width;
  float pixels[BLOCK * MAX_CHANNELS];

  for (gsize x = 0; x < width; x += BLOCK)
    {
      gsize n = MIN (BLOCK, width - x);

      translate_pixels (in + x * n_in, n_in, pixels, to->channels, n);
      genga_rows_store (pixels, n * to->channels, to->sample, out + x * pixel);
    }
}

/* The only channel as one of several. */
static void
translate_channel (const float *in, const GengaView *to, int channel, guint8 *out)
{
  gsize size = genga_sample_get_size (to->sample);

  out += channel * size;
  for (int x = 0; x < to->width; x++, out += to->channels * size)
    {
      float value = CLAMP (in[x], 0.f, 1.f);
      genga_rows_store (&value, 1, to->sample, out);
    }
}

void
genga_rows_translate (const GengaView *from, const GengaView *to, int channel)
{
  for (int y = 0; y < to->height; y++)
    {
      const float *in = (gpointer)((guint8 *)from->data + y * from->row_stride);
      guint8 *out = (guint8 *)to->data + y * to->row_stride;

      if (from->channels == 1 && to->channels > 1)
        translate_channel (in, to, channel, out);
      else
        translate_row (in, from->channels, to, out);
    }
}
