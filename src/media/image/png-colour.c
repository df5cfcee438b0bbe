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
create (double gamma, const double chroma[8], gboolean is_grey)
{
  const cmsCIExyY white = { chroma[0], chroma[1], 1 };
  const cmsCIExyYTRIPLE primaries = { { chroma[2], chroma[3], 1 },
                                      { chroma[4], chroma[5], 1 },
                                      { chroma[6], chroma[7], 1 } };
  cmsToneCurve *curve = cmsBuildGamma (NULL, 1 / gamma);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile = NULL;

  if (curve == NULL)
    return NULL;
  profile = is_grey ? cmsCreateGrayProfile (&white, curve)
                    : cmsCreateRGBProfile (&white, &primaries, curves);
  cmsFreeToneCurve (curve);
  return profile;
}

static GBytes *
to_bytes (cmsHPROFILE profile)
{
  cmsUInt32Number size = 0;
  guint8 *data;

  if (profile == NULL || !cmsSaveProfileToMem (profile, NULL, &size))
    return NULL;
  data = g_malloc (size);
  if (cmsSaveProfileToMem (profile, data, &size))
    return g_bytes_new_take (data, size);
  g_free (data);
  return NULL;
}

GBytes *
genga_png_colour_new_profile (GBytes *chunks, gboolean is_grey)
{
  const guint8 *gamma_chunk = find (chunks, "gAMA", 4);
  const guint8 *chroma_chunk = find (chunks, "cHRM", 32);
  const double gamma = gamma_chunk != NULL ? get_be32 (gamma_chunk) / UNIT : SRGB_GAMMA;
  double chroma[8];
  cmsHPROFILE profile;
  GBytes *bytes;

  if (find (chunks, "sRGB", 1) != NULL || find (chunks, "cICP", 4) != NULL)
    return NULL;
  memcpy (chroma, srgb_chroma, sizeof chroma);
  for (int i = 0; chroma_chunk != NULL && i < 8; i++)
    chroma[i] = get_be32 (chroma_chunk + 4 * i) / UNIT;
  for (int i = 0; i < 8; i++)
    if (!(chroma[i] > 0 && chroma[i] < 1))
      return NULL;
  if (!(gamma >= 0.05 && gamma <= 5) || is_srgb (gamma, chroma))
    return NULL;
  profile = create (gamma, chroma, is_grey);
  bytes = to_bytes (profile);
  if (profile != NULL)
    cmsCloseProfile (profile);
  return bytes;
}
