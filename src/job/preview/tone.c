/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/tone.h"
#include "steps/pixels.h"

#include <math.h>

#define TRANSFER_PQ 16
#define TRANSFER_HLG 18
#define PRIMARIES_BT2020 9

#define WHITE 203.0     /* cd/m² */
#define HLG_PEAK 1000.0 /* cd/m² */
#define KNEE 0.5        /* of white, from where on light is compressed */

#define N_STEPS 4096

/* Tables from a signal to light, in whites, and from the root of light to an sRGB sample. */
typedef struct
{
  float pq[N_STEPS];
  float hlg[N_STEPS];
  guint8 srgb[N_STEPS];
} Tables;

static double
get_pq_light (double signal)
{
  const double m1 = 2610 / 16384.0, m2 = 2523 / 32.0;
  const double c1 = 3424 / 4096.0, c2 = 2413 / 128.0, c3 = 2392 / 128.0;
  double power = pow (signal, 1 / m2);

  return 10000 / WHITE * pow (MAX (0, power - c1) / (c2 - c3 * power), 1 / m1);
}

/* Of the scene; what a display makes of it depends on the brightness of the whole pixel. */
static double
get_hlg_light (double signal)
{
  const double a = 0.17883277, b = 0.28466892, c = 0.55991073;

  return signal <= 0.5 ? signal * signal / 3 : (exp ((signal - c) / a) + b) / 12;
}

static double
get_srgb_signal (double light)
{
  return light <= 0.0031308 ? 12.92 * light : 1.055 * pow (light, 1 / 2.4) - 0.055;
}

static const Tables *
get_tables (void)
{
  static Tables tables;
  static gsize is_made;

  if (g_once_init_enter (&is_made))
    {
      for (int i = 0; i < N_STEPS; i++)
        {
          double step = i / (N_STEPS - 1.0);
          tables.pq[i] = get_pq_light (step);
          tables.hlg[i] = get_hlg_light (step);
          tables.srgb[i] = 255 * get_srgb_signal (step * step) + 0.5;
        }
      g_once_init_leave (&is_made, 1);
    }
  return &tables;
}

static inline float
look_up (const float *table, float signal)
{
  return table[(int)(CLAMP (signal, 0.f, 1.f) * (N_STEPS - 1) + 0.5f)];
}

static inline guint8
code (const Tables *tables, float light)
{
  return tables->srgb[(int)(sqrtf (CLAMP (light, 0.f, 1.f)) * (N_STEPS - 1) + 0.5f)];
}

static inline float
compress (float light)
{
  return light <= KNEE ? light : 1 - (1 - KNEE) * expf (-(light - KNEE) / (1 - KNEE));
}

static void
convert_pixel (const Tables *tables, const GengaColour *colour, const float *in, guint8 *out)
{
  gboolean is_hlg = colour->transfer == TRANSFER_HLG;
  const float *table = is_hlg ? tables->hlg : tables->pq;
  float r = look_up (table, in[0]), g = look_up (table, in[1]), b = look_up (table, in[2]);
  float most, factor = 1;

  if (is_hlg)
    factor = HLG_PEAK / WHITE * powf (0.2627f * r + 0.6780f * g + 0.0593f * b, 0.2f);
  most = factor * MAX (r, MAX (g, b));
  if (most > KNEE)
    factor *= compress (most) / most;
  r *= factor;
  g *= factor;
  b *= factor;
  if (colour->primaries == PRIMARIES_BT2020)
    {
      float x = r, y = g, z = b;
      r = 1.6605f * x - 0.5876f * y - 0.0728f * z;
      g = -0.1246f * x + 1.1329f * y - 0.0083f * z;
      b = -0.0182f * x - 0.1006f * y + 1.1187f * z;
    }
  out[0] = code (tables, r);
  out[1] = code (tables, g);
  out[2] = code (tables, b);
}

gboolean
genga_tone_is_hdr (const GengaColour *colour)
{
  return colour->transfer == TRANSFER_PQ || colour->transfer == TRANSFER_HLG;
}

GengaFrame *
genga_tone_down (const GengaFrame *frame, GError **error)
{
  const Tables *tables = get_tables ();
  int n_channels = genga_layout_get_n_channels (frame->info.layout);
  GengaFrameInfo info = frame->info;
  g_autofree float *row = g_new (float, (gsize)info.width *n_channels);
  GengaFrame *result;

  g_return_val_if_fail (n_channels >= 3, NULL);

  info.sample = GENGA_SAMPLE_U8;
  result = genga_frame_new_dense (&info, error);
  for (int y = 0; result != NULL && y < info.height; y++)
    {
      guint8 *out = genga_frame_get_row (result, 0, y);
      const float *in = row;

      genga_pixels_load_row (frame, y, row);
      for (int x = 0; x < info.width; x++, in += n_channels, out += n_channels)
        {
          convert_pixel (tables, &frame->colour, in, out);
          if (n_channels == 4)
            out[3] = CLAMP (in[3], 0.f, 1.f) * 255 + 0.5f;
        }
    }
  return result;
}
