/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/png-colour.h"

#include <lcms2.h>
#include <math.h>
#include <string.h>

/* Both chunks count in hundred thousandths. */
#define UNIT 100000.0
/* Files that mean sRGB say 0.45455, and some 0.45; what is nearer than this is meant to be it. */
#define GAMMA_TOLERANCE 0.006
#define CHROMA_TOLERANCE 0.002
#define SRGB_GAMMA 0.45455

/* The white point, then red, green and blue. */
static const double srgb_chroma[8] = { 0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06 };

static guint32
get_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

/* The first chunk of a name with at least `least` bytes, or NULL. */
static const guint8 *
find (GBytes *chunks, const char *name, guint32 least)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (chunks, &size);

  for (gsize at = 0; at + 12 <= size; at += 12 + (gsize)get_be32 (data + at))
    if (memcmp (data + at + 4, name, 4) == 0 && get_be32 (data + at) >= least)
      return data + at + 8;
  return NULL;
}

static gboolean
is_srgb (double gamma, const double chroma[8])
{
  if (fabs (gamma - SRGB_GAMMA) > GAMMA_TOLERANCE)
    return FALSE;
  for (int i = 0; i < 8; i++)
    if (fabs (chroma[i] - srgb_chroma[i]) > CHROMA_TOLERANCE)
      return FALSE;
  return TRUE;
}

static cmsHPROFILE
create (cmsToneCurve *curve, const double chroma[8], gboolean is_grey)
{
  const cmsCIExyY white = { chroma[0], chroma[1], 1 };
  const cmsCIExyYTRIPLE points = { { chroma[2], chroma[3], 1 },
                                   { chroma[4], chroma[5], 1 },
                                   { chroma[6], chroma[7], 1 } };
  cmsToneCurve *curves[] = { curve, curve, curve };

  return is_grey ? cmsCreateGrayProfile (&white, curve)
                 : cmsCreateRGBProfile (&white, &points, curves);
}

/* Swallows the profile, which may be NULL. */
static GBytes *
take_bytes (cmsHPROFILE profile)
{
  cmsUInt32Number size = 0;
  guint8 *data = NULL;

  if (profile != NULL && cmsSaveProfileToMem (profile, NULL, &size))
    {
      data = g_malloc (size);
      if (!cmsSaveProfileToMem (profile, data, &size))
        g_clear_pointer (&data, g_free);
    }
  if (profile != NULL)
    cmsCloseProfile (profile);
  return data != NULL ? g_bytes_new_take (data, size) : NULL;
}

GBytes *
genga_png_colour_remove (GBytes *chunks)
{
  static const char *const names[] = { "gAMA", "cHRM", "sRGB", "cICP", "iCCP", "mDCV", "cLLI" };
  gsize size;
  const guint8 *data = g_bytes_get_data (chunks, &size);
  GByteArray *rest = g_byte_array_new ();

  for (gsize at = 0; at + 12 <= size; at += 12 + (gsize)get_be32 (data + at))
    {
      gboolean is_colour = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        is_colour = is_colour || memcmp (data + at + 4, names[i], 4) == 0;
      if (!is_colour)
        g_byte_array_append (rest, data + at, MIN (size - at, 12 + (gsize)get_be32 (data + at)));
    }
  if (rest->len > 0)
    return g_byte_array_free_to_bytes (rest);
  g_byte_array_unref (rest);
  return NULL;
}

/* ---- cICP: the numbers of ITU-T H.273, tables 2 and 3 ---- */

static const struct
{
  int code;
  double chroma[8];
} primaries[] = {
  { 1, { 0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06 } },
  { 5, { 0.3127, 0.329, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06 } },
  { 6, { 0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07 } },
  { 7, { 0.3127, 0.329, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07 } },
  { 9, { 0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046 } },
  { 11, { 0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06 } },
  { 12, { 0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06 } },
};

static cmsToneCurve *
new_transfer (int code)
{
  /* Gamma, a, b, c, d of cmsBuildParametricCurve()'s type 4. */
  static const double video[] = { 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081 };
  static const double srgb[] = { 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045 };

  switch (code)
    {
    case 1:
    case 6:
    case 14:
    case 15:
      return cmsBuildParametricToneCurve (NULL, 4, video);
    case 4:
      return cmsBuildGamma (NULL, 2.2);
    case 5:
      return cmsBuildGamma (NULL, 2.8);
    case 8:
      return cmsBuildGamma (NULL, 1);
    case 13:
      return cmsBuildParametricToneCurve (NULL, 4, srgb);
    default:
      return NULL;
    }
}

static cmsHPROFILE
create_signalled (const guint8 *signal, gboolean is_grey)
{
  const gboolean is_full_rgb = signal[2] == 0 && signal[3] == 1;
  cmsToneCurve *curve;
  cmsHPROFILE profile;

  if (!is_full_rgb || (signal[0] == 1 && signal[1] == 13))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (primaries); i++)
    if (primaries[i].code == signal[0] && (curve = new_transfer (signal[1])) != NULL)
      {
        profile = create (curve, primaries[i].chroma, is_grey);
        cmsFreeToneCurve (curve);
        return profile;
      }
  return NULL;
}

GBytes *
genga_png_colour_new_profile (GBytes *chunks, gboolean is_grey)
{
  const guint8 *gamma_chunk = find (chunks, "gAMA", 4);
  const guint8 *chroma_chunk = find (chunks, "cHRM", 32);
  const double gamma = gamma_chunk != NULL ? get_be32 (gamma_chunk) / UNIT : SRGB_GAMMA;
  const guint8 *signal = find (chunks, "cICP", 4);
  double chroma[8];
  cmsToneCurve *curve;
  GBytes *bytes;

  if (signal != NULL || find (chunks, "sRGB", 1) != NULL)
    return signal != NULL ? take_bytes (create_signalled (signal, is_grey)) : NULL;
  memcpy (chroma, srgb_chroma, sizeof chroma);
  for (int i = 0; chroma_chunk != NULL && i < 8; i++)
    chroma[i] = get_be32 (chroma_chunk + 4 * i) / UNIT;
  for (int i = 0; i < 8; i++)
    if (!(chroma[i] > 0 && chroma[i] < 1))
      return NULL;
  if (!(gamma >= 0.05 && gamma <= 5) || is_srgb (gamma, chroma))
    return NULL;
  curve = cmsBuildGamma (NULL, 1 / gamma);
  bytes = take_bytes (create (curve, chroma, is_grey));
  cmsFreeToneCurve (curve);
  return bytes;
}
