/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/whole/pixel-rows.h"

/* Rec. 601 luma, as for 8-bit grey elsewhere. */
#define LUMA_RED (19595 / 65536.f)
#define LUMA_GREEN (38470 / 65536.f)
#define LUMA_BLUE (7471 / 65536.f)

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

static void
translate_row (
    const float *restrict in, int n_in, float *restrict out, int n_out, gsize width, int channel)
{
  if (n_in == n_out)
    for (gsize i = 0; i < width * n_out; i++)
      out[i] = CLAMP (in[i], 0.f, 1.f);
  else if (n_in == 1)
    for (gsize x = 0; x < width; x++)
      out[x * n_out + channel] = CLAMP (in[x], 0.f, 1.f);
  else
    for (gsize x = 0; x < width; x++)
      {
        float luma = LUMA_RED * in[3 * x] + LUMA_GREEN * in[3 * x + 1] + LUMA_BLUE * in[3 * x + 2];
        out[x] = CLAMP (luma, 0.f, 1.f);
      }
}

void
genga_rows_translate (const GengaView *from, const GengaView *to, int channel)
{
  for (int y = 0; y < to->height; y++)
    translate_row ((gpointer)((guint8 *)from->data + y * from->row_stride), from->channels,
                   (gpointer)((guint8 *)to->data + y * to->row_stride), to->channels, to->width,
                   channel);
}
