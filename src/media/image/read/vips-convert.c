/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/vips-convert.h"
#include "core/error.h"
#include "media/image/colour-map.h"
#include "media/image/vips-error.h"

#include <glib/gi18n-lib.h>

/* Set on images whose floats were taken for linear light. */
#define LINEAR "genga-linear"
/* Set on images whose file's own profile was applied. */
#define BY_PROFILE "genga-by-profile"

typedef int (*Stage) (VipsImage *in, VipsImage **out);

static Stage choose_colour_stage (VipsImage *image);

static int
pass_on (VipsImage *in, VipsImage **out)
{
  *out = g_object_ref (in);
  return 0;
}

/* Numbers of any unsigned type as 8 or 16 bits; a float's 1.0 is white, whatever its file is. */
static int
fit_samples (VipsImage *in, VipsImage **out)
{
  g_autoptr (GengaVipsImage) scaled = NULL;
  double scale;

  if (in->BandFmt == VIPS_FORMAT_UCHAR || in->BandFmt == VIPS_FORMAT_USHORT)
    return pass_on (in, out);
  scale = in->BandFmt == VIPS_FORMAT_UINT ? 65535.0 / G_MAXUINT32 : 65535.0;
  return vips_linear1 (in, &scaled, scale, 0.5, NULL) ||
         vips_cast (scaled, out, VIPS_FORMAT_USHORT, NULL);
}

static gboolean
is_linear (VipsImage *image, const GengaVipsFile *source)
{
  return source->loader == GENGA_LOADER_TIFF &&
         (image->BandFmt == VIPS_FORMAT_FLOAT || image->BandFmt == VIPS_FORMAT_DOUBLE) &&
         choose_colour_stage (image) == pass_on &&
         vips_image_get_typeof (image, VIPS_META_ICC_NAME) == 0;
}

/* One band or three of linear light as sRGB; what else there is (alpha) is linear anyway. */
static int
convert_light (VipsImage *in, VipsImage **out)
{
  const int n_colours = in->Bands >= 3 ? 3 : 1;
  g_autoptr (GengaVipsImage) colours = NULL;
  g_autoptr (GengaVipsImage) light = NULL;
  g_autoptr (GengaVipsImage) coded = NULL;
  g_autoptr (GengaVipsImage) shown = NULL;
  g_autoptr (GengaVipsImage) rest = NULL;
  g_autoptr (GengaVipsImage) scaled = NULL;
  g_autoptr (GengaVipsImage) deep = NULL;
  int n_rest = MIN (in->Bands - n_colours, 1);

  if (vips_extract_band (in, &colours, 0, "n", n_colours, NULL) != 0)
    return -1;
  if (n_colours == 1)
    {
      VipsImage *same[] = { colours, colours, colours };

      if (vips_bandjoin (same, &light, 3, NULL) != 0)
        return -1;
    }
  else
    light = g_object_ref (colours);
  if (vips_copy (light, &coded, "interpretation", VIPS_INTERPRETATION_scRGB, NULL) != 0 ||
      vips_colourspace (coded, &shown, VIPS_INTERPRETATION_RGB16, NULL) != 0)
    return -1;
  if (n_rest == 0)
    return vips_extract_band (shown, out, 0, "n", n_colours, NULL);
  if (vips_extract_band (in, &rest, n_colours, NULL) != 0 ||
      vips_linear1 (rest, &scaled, 65535, 0.5, NULL) != 0 ||
      vips_cast (scaled, &deep, VIPS_FORMAT_USHORT, NULL) != 0)
    return -1;
  if (n_colours == 1)
    {
      g_autoptr (GengaVipsImage) grey = NULL;

      return vips_extract_band (shown, &grey, 0, NULL) != 0 ||
             vips_bandjoin2 (grey, deep, out, NULL) != 0;
    }
  return vips_bandjoin2 (shown, deep, out, NULL);
}

gboolean
genga_vips_convert_took_light (VipsImage *image)
{
  return vips_image_get_typeof (image, LINEAR) != 0;
}

gboolean
genga_vips_convert_took_profile (VipsImage *image)
{
  return vips_image_get_typeof (image, BY_PROFILE) != 0;
}

/* HEIF puts 10 and 12 bits into the upper part of 16 and leaves the rest 0: white is not white. */
static int
fill_low_bits (VipsImage *in, VipsImage **out)
{
  g_autoptr (GengaVipsImage) copy = NULL;
  int bits = 0;

  if (in->BandFmt != VIPS_FORMAT_USHORT || vips_image_get_typeof (in, "heif-bitdepth") == 0 ||
      vips_image_get_int (in, "heif-bitdepth", &bits) != 0 || bits <= 8 || bits >= 16)
    return pass_on (in, out);
  return vips_rshift_const1 (in, &copy, bits, NULL) ||
         vips_boolean (in, copy, out, VIPS_OPERATION_BOOLEAN_OR, NULL);
}

static gboolean
has_usable_profile (VipsImage *image, guint32 space)
{
  const void *data;
  size_t size;

  return vips_image_get_typeof (image, VIPS_META_ICC_NAME) != 0 &&
         vips_image_get_blob (image, VIPS_META_ICC_NAME, &data, &size) == 0 &&
         genga_icc_get_space (data, size) == space;
}

/* Inks by the file's own profile, else by the one that libvips keeps for such files. */
static int
convert_inks (VipsImage *in, VipsImage **out)
{
  const gboolean deep = in->BandFmt != VIPS_FORMAT_UCHAR;
  g_autoptr (GengaVipsImage) bare = NULL;

  if (has_usable_profile (in, GENGA_ICC_CMYK))
    {
      if (vips_icc_transform (in, out, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE,
                              "black-point-compensation", TRUE, "depth", deep ? 16 : 8, NULL) == 0)
        {
          vips_image_set_int (*out, BY_PROFILE, 1);
          return 0;
        }
      genga_vips_drop_error ("CMYK by its own profile");
    }
  if (vips_copy (in, &bare, NULL) != 0)
    return -1;
  vips_image_remove (bare, VIPS_META_ICC_NAME);
  return vips_colourspace (bare, out, deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB,
                           NULL);
}

static int
convert_space (VipsImage *in, VipsImage **out)
{
  return vips_colourspace (in, out, VIPS_INTERPRETATION_RGB16, NULL);
}

static Stage
choose_colour_stage (VipsImage *image)
{
  switch ((int)image->Type)
    {
    case VIPS_INTERPRETATION_CMYK:
      return convert_inks;
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABQ:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_XYZ:
    case VIPS_INTERPRETATION_LCH:
    case VIPS_INTERPRETATION_CMC:
    case VIPS_INTERPRETATION_YXY:
    case VIPS_INTERPRETATION_HSV:
      return convert_space;
    default:
      return pass_on;
    }
}

/* What has become sRGB needs no profile, and the one that described it before is wrong now. */
static int
drop_profile (VipsImage *in, VipsImage **out)
{
  if (vips_copy (in, out, NULL) != 0)
    return -1;
  vips_image_remove (*out, VIPS_META_ICC_NAME);
  return 0;
}

/* Whatever a file has beyond alpha is nothing that a picture shows. */
static int
keep_shown_bands (VipsImage *in, VipsImage **out)
{
  return in->Bands <= 4 ? pass_on (in, out) : vips_extract_band (in, out, 0, "n", 4, NULL);
}

static gboolean
check_samples (VipsImage *image, const GengaVipsFile *source, GError **error)
{
  switch (image->BandFmt)
    {
    case VIPS_FORMAT_UCHAR:
    case VIPS_FORMAT_USHORT:
    case VIPS_FORMAT_UINT:
    case VIPS_FORMAT_FLOAT:
    case VIPS_FORMAT_DOUBLE:
      return TRUE;
    case VIPS_FORMAT_NOTSET:
    case VIPS_FORMAT_CHAR:
    case VIPS_FORMAT_SHORT:
    case VIPS_FORMAT_INT:
    case VIPS_FORMAT_COMPLEX:
    case VIPS_FORMAT_DPCOMPLEX:
    case VIPS_FORMAT_LAST:
    default:
      /* Lab is stored with signed numbers, whose meaning libvips knows. */
      if (choose_colour_stage (image) == convert_space)
        return TRUE;
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("“%s” has signed samples, which are not colours; save it with 8 or 16 bits."),
                   source->name);
      return FALSE;
    }
}

VipsImage *
genga_vips_convert (VipsImage *image, const GengaVipsFile *source, GError **error)
{
  const Stage colour = choose_colour_stage (image);
  const gboolean takes_light = is_linear (image, source);
  const Stage stages[] = { fill_low_bits, takes_light ? convert_light : colour,
                           colour != pass_on ? drop_profile : pass_on, keep_shown_bands,
                           fit_samples };
  g_autoptr (GengaVipsImage) current = g_object_ref (image);

  if (!check_samples (image, source, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      VipsImage *next = NULL;

      if (stages[i](current, &next) != 0)
        {
          genga_vips_drop_error (source->name);
          g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                       _ ("Can't convert the colours of “%s” to RGB."), source->name);
          return NULL;
        }
      g_object_unref (current);
      current = next;
    }
  if (takes_light)
    vips_image_set_int (current, LINEAR, 1);
  return g_steal_pointer (&current);
}
